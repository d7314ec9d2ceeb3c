"""Write a note for staff."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import working


def note(request: Request, number: str, words: str) -> Done:
    """Write a note for staff.

    The rule: :func:`chalicelib.domain.working.note`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: working.note(file.case, request.by, words))
