"""Note a call to the resident of a case that was drawn, and what it came to."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import calling_back
from chalicelib.domain.call_back import Answer


def call_back(request: Request, number: str, answer: Answer, words: str | None = None) -> Done:
    """Note a call to the resident of a case that was drawn, and what it came to.

    The rule: :func:`chalicelib.domain.calling_back.call_back`. Raises what :func:`change_case` raises.
    """
    return change_case(
        request,
        number,
        lambda file: calling_back.call_back(file, request.by, request.book, answer, words),
    )
