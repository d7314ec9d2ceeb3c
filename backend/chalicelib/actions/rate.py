"""Rate how a case was handled."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import residents


def rate(request: Request, number: str, scores: tuple[int, int, int], words: str | None = None) -> Done:
    """Rate how a case was handled.

    The rule: :func:`chalicelib.domain.residents.rate`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: residents.rate(file.case, request.by, scores, words))
