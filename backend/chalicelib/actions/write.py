"""Add the resident's words to a case."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import residents


def write(request: Request, number: str, words: str) -> Done:
    """Add the resident's words to a case.

    The rule: :func:`chalicelib.domain.residents.write`. Raises what :func:`change_case` raises.
    """
    return change_case(
        request,
        number,
        lambda file: residents.write(file.case, request.by_in(file.case.community), request.book, words),
    )
