"""Say that the work is done."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import working


def resolve(request: Request, number: str, words: str) -> Done:
    """Say that the work is done.

    The rule: :func:`chalicelib.domain.working.resolve`. Raises what :func:`change_case` raises.
    """
    return change_case(
        request, number, lambda file: working.resolve(file.case, request.by, request.book, words)
    )
