"""Turn a case into a proposal to the owners' assembly."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import working


def propose(request: Request, number: str, words: str) -> Done:
    """Turn a case into a proposal to the owners' assembly.

    The rule: :func:`chalicelib.domain.working.propose`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: working.propose(file.case, request.by, words))
