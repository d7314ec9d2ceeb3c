"""Urge: the resident is waiting."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import residents


def urge(request: Request, number: str) -> Done:
    """Urge: the resident is waiting.

    The rule: :func:`chalicelib.domain.residents.urge`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: residents.urge(file.case, request.by))
