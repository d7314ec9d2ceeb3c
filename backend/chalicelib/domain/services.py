"""The paid and courtesy services as they are published (G1 to G5): the price list, and nothing that is enforced."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.standards import Text


@dataclass(frozen=True)
class Service:
    """One line of the price list; `promise` is the id of the promise it belongs to (G2), `note` what the price holds for."""

    id: str
    promise: str
    title: Text
    price: Text
    note: Text
