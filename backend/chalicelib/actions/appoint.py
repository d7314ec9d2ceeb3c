"""Note the moment agreed with the resident."""

from datetime import datetime

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import resting


def appoint(request: Request, number: str, moment: datetime) -> Done:
    """Note the moment agreed with the resident.

    The rule: :func:`chalicelib.domain.resting.appoint`. Raises what :func:`change_case` raises.
    """
    return change_case(
        request, number, lambda file: resting.appoint(file.case, request.by, request.book, moment)
    )
