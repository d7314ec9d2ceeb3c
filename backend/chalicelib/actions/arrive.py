"""Say that someone is on site."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import working


def arrive(request: Request, number: str) -> Done:
    """Say that someone is on site.

    The rule: :func:`chalicelib.domain.working.arrive`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: working.arrive(file.case, request.by))
