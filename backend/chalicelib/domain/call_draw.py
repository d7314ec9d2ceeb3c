"""Whom a month's call-backs ask: about every major complaint, and the promised share of complaints and of enquiries (E4).

What ended in a month is put in an order that nobody could know before: by a digest of each number under the month's seed, and the
seed is a digest of all their histories. Whoever deals with a case cannot tell whether its resident will be asked, and whoever has
the histories can draw again and comes to the same. Where somebody cannot be reached, the next in the order is drawn instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from .case import OPEN, Case, State
from .moments import read, written
from .months import month_at
from .residents import REOPEN_WITHIN

CALLED_BACK = ("complaint", "enquiry")
_SETTLED = (State.CONFIRMED, State.CLOSED)


@dataclass(frozen=True, slots=True)
class Draw:
    """The draw among what ended in a `month` of a community, made at `at` and never again. `orders` are the numbers of each kind:
    the major ones first, as many as `major` says, then the others, each in the order drawn."""

    community: str
    month: str
    seed: str
    at: datetime
    orders: Mapping[str, tuple[str, ...]]
    major: Mapping[str, int]


def settled_in(case: Case, month: str, zone: str) -> bool:
    """Whether a complaint or an enquiry ended in the month, by the zone of its community: confirmed or closed unopposed."""
    return (
        case.kind in CALLED_BACK
        and case.state in _SETTLED
        and case.ended_at is not None
        and month_at(case.ended_at, zone) == month
    )


def may_still_settle(case: Case, now: datetime) -> bool:
    """Whether a complaint or an enquiry may end after `now`: it is open or waits for its resident, or may be opened again."""
    if case.kind not in CALLED_BACK:
        return False
    if case.state in OPEN or case.state is State.RESOLVED:
        return True
    return case.state in _SETTLED and case.ended_at is not None and now <= case.ended_at + REOPEN_WITHIN


def draw(community: str, month: str, settled: Iterable[Case], at: datetime) -> Draw:
    """Draws among what ended in the month: puts each kind in its order."""
    cases = {case.number: case for case in settled}
    seed = seed_of(month, {number: case.head for number, case in cases.items()})
    orders: dict[str, tuple[str, ...]] = {}
    major: dict[str, int] = {}
    for kind in CALLED_BACK:
        found = [case for case in cases.values() if case.kind == kind]
        first = [case.number for case in found if _is_major(case)]
        others = [case.number for case in found if not _is_major(case)]
        orders[kind] = (*in_order(first, seed), *in_order(others, seed))
        major[kind] = len(first)
    return Draw(community, month, seed, at, orders, major)


def seed_of(month: str, heads: Mapping[str, str]) -> str:
    """The seed of a month: SHA-256 over the month and each case with its last event's hash, in the order of their numbers."""
    said = "\n".join((month, *(f"{number} {heads[number]}" for number in sorted(heads))))
    return hashlib.sha256(said.encode()).hexdigest()


def in_order(numbers: Iterable[str], seed: str) -> tuple[str, ...]:
    """The numbers in the order drawn: by SHA-256 over the seed and the number."""
    return tuple(sorted(numbers, key=lambda number: hashlib.sha256(f"{seed}\n{number}".encode()).hexdigest()))


def is_as_drawn(draw: Draw) -> bool:
    """Whether the numbers stand in the order that the seed draws, the major ones first: whoever moves one is found out."""
    return all(
        order
        == (*in_order(order[: draw.major[kind]], draw.seed), *in_order(order[draw.major[kind] :], draw.seed))
        for kind, order in draw.orders.items()
    )


def _is_major(case: Case) -> bool:
    return case.kind == "complaint" and case.severity == "major"


def to_json(draw: Draw) -> dict[str, object]:
    """The draw as JSON values, without where it lies."""
    return {
        "seed": draw.seed,
        "at": written(draw.at),
        "orders": {kind: list(order) for kind, order in draw.orders.items()},
        "major": dict(draw.major),
    }


def from_json(community: str, month: str, data: Mapping[str, object]) -> Draw:
    """The draw that :func:`to_json` wrote."""
    text = cast("Mapping[str, str]", data)
    orders = cast("Mapping[str, list[str]]", data["orders"])
    return Draw(
        community,
        month,
        text["seed"],
        read(text["at"]),
        {kind: tuple(order) for kind, order in orders.items()},
        cast("Mapping[str, int]", data["major"]),
    )
