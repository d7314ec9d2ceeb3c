"""Add a photo that lies in the store."""

from chalicelib.actions.request import Done, Request, change_case
from chalicelib.domain import residents


def add_photo(request: Request, number: str, key: str, size: int) -> Done:
    """Add a photo that lies in the store.

    The rule: :func:`chalicelib.domain.residents.add_photo`. Raises what :func:`change_case` raises.
    """
    return change_case(request, number, lambda file: residents.add_photo(file.case, request.by, key, size))
