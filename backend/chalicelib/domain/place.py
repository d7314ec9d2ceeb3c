"""Where an item lies in the table, as a plain value."""

from typing import NamedTuple


class Place(NamedTuple):
    """Where an item lies in the table."""

    pk: str
    sk: str

    def __str__(self) -> str:
        return f"{self.pk} / {self.sk}"
