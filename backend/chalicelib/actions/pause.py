"""Hold the clocks of a case."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import resting


def pause(request: Request, number: str, reason: resting.Wait, words: str | None = None) -> Done:
    """Hold the clocks of a case.

    The rule: :func:`chalicelib.domain.resting.pause`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: resting.pause(file.case, request.by, reason, words))
