"""Hand a case to a colleague."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import working


def assign(request: Request, number: str, person: str, words: str | None = None) -> Done:
    """Hand a case to a colleague.

    The rule: :func:`chalicelib.domain.working.assign`. Raises what :func:`change_case` raises.
    """
    return change_case(
        request, number, lambda file: working.assign(file.case, request.by, request.book, person, words)
    )
