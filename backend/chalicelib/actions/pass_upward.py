"""Pass a case to the next person up."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import working


def pass_upward(request: Request, number: str, words: str) -> Done:
    """Pass a case to the next person up.

    The rule: :func:`chalicelib.domain.working.pass_upward`. Raises what :func:`change_case` raises.
    """
    return change_case(
        request, number, lambda file: working.pass_upward(file.case, request.by, request.book, words)
    )
