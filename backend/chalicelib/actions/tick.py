"""Tick a step of a case's plan."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import working


def tick(request: Request, number: str, step: str, words: str | None = None) -> Done:
    """Tick a step of the plan of a breach or an emergency.

    The rule: :func:`chalicelib.domain.working.tick`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: working.tick(file.case, request.by, step, words))
