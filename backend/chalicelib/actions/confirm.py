"""Confirm that it is done."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import residents


def confirm(request: Request, number: str) -> Done:
    """Confirm that it is done.

    The rule: :func:`chalicelib.domain.residents.confirm`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: residents.confirm(file.case, request.by))
