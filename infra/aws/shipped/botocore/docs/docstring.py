"""What botocore asks for when it makes a client: descriptions, of which none are shipped."""

from __future__ import annotations


class _Nothing(str):
    """No description, whatever is to be described."""

    __slots__ = ()

    def __new__(cls, *_: object, **__: object) -> _Nothing:
        return super().__new__(cls)


class ClientMethodDocstring(_Nothing):
    """Of a call."""


class PaginatorDocstring(_Nothing):
    """Of a list of pages."""


class WaiterDocstring(_Nothing):
    """Of something to be waited for."""
