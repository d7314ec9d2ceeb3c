"""Reopen a case that was not done."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import residents


def reopen(request: Request, number: str, words: str) -> Done:
    """Reopen a case that was not done.

    The rule: :func:`chalicelib.domain.residents.reopen`. Raises what :func:`change_case` raises.
    """
    return change_case(
        request,
        number,
        lambda file: residents.reopen(file.case, request.by_in(file.case.community), request.book, words),
    )
