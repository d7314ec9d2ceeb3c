"""Let the clocks of a case run again."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import resting


def resume(request: Request, number: str) -> Done:
    """Let the clocks of a case run again.

    The rule: :func:`chalicelib.domain.resting.resume`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: resting.resume(file.case, request.by, request.book))
