"""What a month's call-backs came to, and whom to call next so that the promised share is asked (E4, E5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from .call_back import Answer, CallBackRules
from .call_draw import Draw, settled_in
from .case import Case
from .moments import read, written

Stage = Literal["drawn", "told", "reminded", "over"]


@dataclass(frozen=True, slots=True)
class Called:
    """What a month's call-backs of one kind came to so far.

    `settled` cases ended in it; `wanted` of them are to be asked about, `asked` were, and `satisfied` of these said so. `major`
    and `major_asked` say the same of major complaints. `pending` wait for a call, `unreached` were drawn and cannot be asked any
    more. The first `looked_at` of the order were looked at.
    """

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
class Calls:
    """The calls of a month of a community, which count until `until`.

    What was promised when it was drawn: `share` percent asked, `goal` percent of these satisfied. `called` is what those of each
    kind came to when counted last, at `counted`. `stage` says how much was told: that it was drawn, what is left before the end,
    how it ended. `unsettled` are the months of filing of which something could still end then. `version` counts from 1.
    """

    community: str
    month: str
    until: datetime
    share: int
    goal: int
    called: Mapping[str, Called]
    unsettled: tuple[str, ...]
    counted: datetime
    stage: Stage = "drawn"
    version: int = 1

    @property
    def everything(self) -> Called:
        """What all kinds came to together."""
        kinds = self.called.values()
        return Called(*(sum(getattr(one, name) for one in kinds) for name in Called.__slots__))

    @property
    def done(self) -> bool:
        """Whether nobody is left to be called, and no more has to be drawn."""
        return all(
            not one.pending and (one.asked >= one.wanted or one.looked_at == one.settled)
            for one in self.called.values()
        )


def begun(draw: Draw, rules: CallBackRules, until: datetime, unsettled: Sequence[str] = ()) -> Calls:
    """The calls that a draw begins: to be asked about are the promised share of each kind, rounded up, and what is major."""
    called = {
        kind: Called(
            len(order),
            max(draw.major[kind], -(-len(order) * rules.share // 100)),
            major=draw.major[kind],
        )
        for kind, order in draw.orders.items()
    }
    return Calls(
        draw.community, draw.month, until, rules.share, rules.satisfied, called, tuple(unsettled), draw.at
    )


def looked_at(calls: Calls, draw: Draw) -> list[str]:
    """The numbers that were looked at so far, among which are all that were drawn, in their order."""
    return [number for kind, order in draw.orders.items() for number in order[: calls.called[kind].looked_at]]


Known = Callable[[Sequence[str]], Mapping[str, tuple[Case, bool]]]
"""Gives cases by their numbers, each with whether there is a telephone to call; what cannot be read is absent."""


def look_at(
    calls: Calls, draw: Draw, known: Known, zone: str, at: datetime, page: int = 100
) -> tuple[Calls, list[str]]:
    """The calls with what they came to by `at`, and the numbers to be drawn now: so many that, were all of them reached, enough
    residents would be asked; none once the time is up.

    Of the order no more is read than that takes, and never less than before, at most `page` cases at a time. `zone` is the
    community's: only what still ended in the month is drawn.
    """
    called: dict[str, Called] = {}
    to_draw: list[str] = []
    further = at < calls.until
    for kind, order in draw.orders.items():
        begun = calls.called[kind]
        made = Called(settled=begun.settled, wanted=begun.wanted, major=begun.major)
        while next_ones := order[made.looked_at :][: min(page, _missing(made, begun, further=further))]:
            found = known(next_ones)
            for number in next_ones:
                case, reachable = found.get(number, (None, False))
                if case is not None and further and reachable and _is_to_be_drawn(case, calls, zone):
                    made = replace(made, pending=made.pending + 1, looked_at=made.looked_at + 1)
                    to_draw.append(number)
                else:
                    made = _with_case(made, case, calls, reachable=reachable)
        called[kind] = made
    return replace(calls, called=called, counted=at), to_draw


def _missing(made: Called, before: Called, *, further: bool) -> int:
    """How many more of the order have to be looked at: those of before, and if it goes on so many as would be enough."""
    again = before.looked_at - made.looked_at
    if not further:
        return max(again, 0)
    return max(again, made.major - made.looked_at, made.wanted - made.asked - made.pending, 0)


def _is_to_be_drawn(case: Case, calls: Calls, zone: str) -> bool:
    """Whether a case has not been drawn for the month, and may be: who once declined to say is not asked about it again."""
    made = case.call_back
    if made is not None and (made.month == calls.month or made.answer is Answer.DECLINED):
        return False
    return settled_in(case, calls.month, zone)


def _with_case(made: Called, case: Case | None, calls: Calls, *, reachable: bool) -> Called:
    """What the kind comes to with the next case of its order, which is not to be drawn now."""
    is_major = made.looked_at < made.major
    made = replace(made, looked_at=made.looked_at + 1)
    call_back = case.call_back if case is not None else None
    if call_back is None or call_back.month != calls.month:
        return made
    if call_back.asked and call_back.last is not None and call_back.last <= calls.until:
        return replace(
            made,
            asked=made.asked + 1,
            satisfied=made.satisfied + (call_back.answer is Answer.SATISFIED),
            major_asked=made.major_asked + is_major,
        )
    if call_back.asked or (call_back.pending and reachable):
        return replace(made, pending=made.pending + 1)
    return replace(made, unreached=made.unreached + 1)


def to_json(calls: Calls) -> dict[str, object]:
    """The calls as JSON values, without where they lie."""
    return {
        "until": written(calls.until),
        "promised": [calls.share, calls.goal],
        "called": {
            kind: [getattr(one, name) for name in Called.__slots__] for kind, one in calls.called.items()
        },
        "unsettled": list(calls.unsettled),
        "counted": written(calls.counted),
        "stage": calls.stage,
        "version": calls.version,
    }


def from_json(community: str, month: str, data: Mapping[str, object]) -> Calls:
    """The calls that :func:`to_json` wrote."""
    text = cast("Mapping[str, str]", data)
    called = cast("Mapping[str, list[int]]", data["called"])
    share, goal = cast("list[int]", data["promised"])
    return Calls(
        community,
        month,
        read(text["until"]),
        share,
        goal,
        {kind: Called(*counts) for kind, counts in called.items()},
        tuple(cast("list[str]", data["unsettled"])),
        read(text["counted"]),
        cast(Stage, text["stage"]),
        cast(int, data["version"]),
    )
