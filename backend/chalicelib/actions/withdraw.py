"""Withdraw a case."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import residents


def withdraw(request: Request, number: str, words: str | None = None) -> Done:
    """Withdraw a case.

    The rule: :func:`chalicelib.domain.residents.withdraw`. Raises what :func:`change_case` raises.
    """
    return change_case(
        request, number, lambda file: residents.withdraw(file.case, request.by_in(file.case.community), words)
    )
