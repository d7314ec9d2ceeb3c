"""Note that the resident agreed to a visit."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import resting


def agree_visit(request: Request, number: str) -> Done:
    """Note that the resident agreed to a visit.

    The rule: :func:`chalicelib.domain.resting.agree_visit`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: resting.agree_visit(file.case, request.by, request.book))
