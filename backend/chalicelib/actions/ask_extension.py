"""Ask the manager for a later due moment."""

from datetime import datetime

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import resting


def ask_extension(request: Request, number: str, clock: str, until: datetime, words: str) -> Done:
    """Ask the manager for a later due moment.

    The rule: :func:`chalicelib.domain.resting.ask_extension`. Raises what :func:`change_case` raises.
    """
    return change_case(
        request,
        number,
        lambda file: resting.ask_extension(file.case, request.by, request.book, clock, until, words),
    )
