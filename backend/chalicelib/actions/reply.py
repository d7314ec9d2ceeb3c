"""Answer the resident."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import working


def reply(request: Request, number: str, words: str) -> Done:
    """Answer the resident.

    The rule: :func:`chalicelib.domain.working.reply`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: working.reply(file.case, request.by, words))
