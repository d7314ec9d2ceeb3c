"""Decide on an extension that was asked for."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import resting


def decide_extension(request: Request, number: str, approved: bool, words: str) -> Done:
    """Decide on an extension that was asked for.

    The rule: :func:`chalicelib.domain.resting.decide_extension`. Raises what :func:`change_case` raises.
    """
    return change_case(
        request,
        number,
        lambda file: resting.decide_extension(file.case, request.by, request.book, approved, words),
    )
