"""Whom a month's call-backs ask: about every major complaint, and the promised share of complaints and of enquiries (E4).

What ended in a month is put in an order that nobody could know before: by a digest of each number under the month's seed, and the
seed is a digest of all their histories. Whoever deals with a case cannot tell whether its resident will be asked, and whoever has
the histories can draw again and comes to the same. Where somebody cannot be reached, the next in the order is drawn instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, cast

from .call_back import Answer
from .case import OPEN, Case, State
from .moments import read, written
from .months import month_at
from .residents import REOPEN_WITHIN

CALLED_BACK = ("complaint", "enquiry")
_SETTLED = (State.CONFIRMED, State.CLOSED)

Stage = Literal["drawn", "told", "reminded", "over"]


@dataclass(frozen=True, slots=True)
class Called:
    """What a month's call-backs of one kind came to so far. `settled` cases ended in it, `wanted` are to be asked about, `asked`
    were, `satisfied` of these; `major` and `major_asked` the same of major complaints. `pending` wait for a
    call; `unreached` were called and could not be asked. Of the order `looked_at` so many were looked at."""

    settled: int = 0
    wanted: int = 0
    asked: int = 0
    satisfied: int = 0
    major: int = 0
    major_asked: int = 0
    pending: int = 0
    unreached: int = 0
    looked_at: int = 0


@dataclass(frozen=True, slots=True)
class Draw:
    """The draw of what ended in a `month` of a community, made at `at`; calls count until `until`.

    `orders` are the numbers of each kind, the major ones first, then in the order drawn; `major` how many of each stand first.
    `wanted` of each are to be asked. `unsettled` are months of filing of which something may still end. `called` is what it came
    to when it was looked at last, at `counted`; `stage` says how much of it was told:
    that it was drawn, that calls are left shortly before the end, how it ended.
    """

    community: str
    month: str
    seed: str
    at: datetime
    until: datetime
    orders: Mapping[str, tuple[str, ...]]
    major: Mapping[str, int]
    wanted: Mapping[str, int]
    unsettled: tuple[str, ...]
    called: Mapping[str, Called] = field(default_factory=dict)
    counted: datetime | None = None
    stage: Stage = "drawn"

    def drawn(self) -> list[str]:
        """The numbers that were looked at so far, among which are all that were drawn, in their order."""
        made = Called()
        return [
            number
            for kind, order in self.orders.items()
            for number in order[: self.called.get(kind, made).looked_at]
        ]

    @property
    def everything(self) -> Called:
        """What all kinds came to together."""
        kinds = self.called.values()
        return Called(*(sum(getattr(one, name) for one in kinds) for name in Called.__slots__))


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


def draw(
    community: str,
    month: str,
    settled: Iterable[Case],
    share: int,
    at: datetime,
    until: datetime,
    unsettled: Sequence[str],
) -> Draw:
    """Draws among what ended in the month: `share` percent of each kind, rounded up, and every major complaint."""
    cases = {case.number: case for case in settled}
    seed = seed_of(month, {number: case.head for number, case in cases.items()})
    orders: dict[str, tuple[str, ...]] = {}
    major: dict[str, int] = {}
    wanted: dict[str, int] = {}
    for kind in CALLED_BACK:
        found = [case for case in cases.values() if case.kind == kind]
        first = [case.number for case in found if _is_major(case)]
        others = [case.number for case in found if not _is_major(case)]
        orders[kind] = (*in_order(first, seed), *in_order(others, seed))
        major[kind] = len(first)
        wanted[kind] = max(len(first), -(-len(found) * share // 100))
    return Draw(community, month, seed, at, until, orders, major, wanted, tuple(unsettled))


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


Known = Callable[[Sequence[str]], Mapping[str, tuple[Case, bool]]]
"""Gives cases by their numbers, each with whether there is a telephone to call; what cannot be read is absent."""


def look_at(draw: Draw, known: Known, at: datetime, page: int = 100) -> tuple[Draw, list[str]]:
    """The draw with what it came to by `at`, and the numbers to be drawn now: so many that, were all of them reached, enough
    residents would be asked. Of the order no more is read than that takes, at most `page` cases at a time."""
    called: dict[str, Called] = {}
    to_draw: list[str] = []
    for kind, order in draw.orders.items():
        made = Called(settled=len(order), wanted=draw.wanted[kind], major=draw.major[kind])
        while next_ones := order[made.looked_at :][: min(page, _missing(made))]:
            found = known(next_ones)
            for number in next_ones:
                case, reachable = found.get(number, (None, False))
                made, drawn = _with_case(made, case, draw, reachable=reachable)
                if drawn:
                    to_draw.append(number)
        called[kind] = made
    return replace(draw, called=called, counted=at), to_draw


def _missing(made: Called) -> int:
    """How many more of the order have to be looked at, were all of them asked: the major ones in any case."""
    return max(made.major - made.looked_at, made.wanted - made.asked - made.pending, 0)


def _with_case(made: Called, case: Case | None, draw: Draw, *, reachable: bool) -> tuple[Called, bool]:
    """What the kind comes to with the next case of its order, and whether that case is to be drawn."""
    is_major = made.looked_at < made.major
    made = replace(made, looked_at=made.looked_at + 1)
    call_back = case.call_back if case is not None else None
    if call_back is None or call_back.month != draw.month:
        if case is None or not reachable or case.state not in _SETTLED:
            return made, False
        return replace(made, pending=made.pending + 1), True
    if call_back.asked and call_back.last is not None and call_back.last <= draw.until:
        satisfied = made.satisfied + (call_back.answer is Answer.SATISFIED)
        major_asked = made.major_asked + is_major
        return replace(made, asked=made.asked + 1, satisfied=satisfied, major_asked=major_asked), False
    if call_back.asked or (call_back.pending and reachable):
        return replace(made, pending=made.pending + 1), False
    return replace(made, unreached=made.unreached + 1), False


def _is_major(case: Case) -> bool:
    return case.kind == "complaint" and case.severity == "major"


def to_json(draw: Draw) -> dict[str, object]:
    """The draw as JSON values, without where it lies."""
    return {
        "seed": draw.seed,
        "at": written(draw.at),
        "until": written(draw.until),
        "orders": {kind: list(order) for kind, order in draw.orders.items()},
        "major": dict(draw.major),
        "wanted": dict(draw.wanted),
        "unsettled": list(draw.unsettled),
        "called": {
            kind: [getattr(one, name) for name in Called.__slots__] for kind, one in draw.called.items()
        },
        "counted": written(draw.counted) if draw.counted else None,
        "stage": draw.stage,
    }


def from_json(community: str, month: str, data: Mapping[str, object]) -> Draw:
    """The draw that :func:`to_json` wrote."""
    text = cast("Mapping[str, str]", data)
    counted = data["counted"]
    return Draw(
        community=community,
        month=month,
        seed=text["seed"],
        at=read(text["at"]),
        until=read(text["until"]),
        orders={
            kind: tuple(order) for kind, order in cast("Mapping[str, list[str]]", data["orders"]).items()
        },
        major=cast("Mapping[str, int]", data["major"]),
        wanted=cast("Mapping[str, int]", data["wanted"]),
        unsettled=tuple(cast("list[str]", data["unsettled"])),
        called={
            kind: Called(*counts) for kind, counts in cast("Mapping[str, list[int]]", data["called"]).items()
        },
        counted=read(cast(str, counted)) if counted else None,
        stage=cast(Stage, text["stage"]),
    )
