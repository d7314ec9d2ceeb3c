"""A missed limit as a record of its own: who is accountable, why it happened, what follows (E3). The fold of its own events.

A record begins in the very transaction that shows the limit to be missed, and so none can be forgotten. Its events form a chain
like those of a case; nothing of it stands in the case, where residents and colleagues would read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, cast

from .chain import next_event
from .duty import Standing, stand_in
from .events import Actor, Event, Role
from .moments import read, written

if TYPE_CHECKING:
    from .clock import Clock

Stage = Literal["cause", "decision", "closed"]
STAGES: tuple[Stage, ...] = ("cause", "decision", "closed")
OPENER = Actor(Role.SYSTEM, "accountability")


class Cause(StrEnum):
    """Why a limit was missed, as E3 names it."""

    IGNORED = "ignored"
    DRAGGED = "dragged"
    PASSED_ON = "passed_on"
    NOT_REPORTED = "not_reported"
    MANNER = "manner"
    NONE = "none"


class Consequence(StrEnum):
    """What follows, by gravity (E3)."""

    NONE = "none"
    SPOKEN_WARNING = "spoken_warning"
    WRITTEN_WARNING = "written_warning"
    BONUS_CUT = "bonus_cut"
    DISMISSAL = "dismissal"


@dataclass(frozen=True, slots=True)
class Lapse:
    """One missed limit: clock `clock` of case `case`, in its deadline version `deadline`.

    `person` had the case or stood in (`instead_of`) for whoever had it; `department` owns the promise, and its supervisor notes
    the cause. `version` is the number of the record's last event, `head` that event's hash.
    """

    id: str
    community: str
    department: str
    case: str
    category: str
    clock: str
    deadline: int
    standard: str
    person: str
    due: datetime
    noticed: datetime
    version: int
    head: str
    instead_of: str | None = None
    cause: Cause | None = None
    consequence: Consequence | None = None

    @property
    def stage(self) -> Stage:
        """What is owed on it: the cause, the decision, or nothing more."""
        if self.consequence is not None:
            return "closed"
        return "cause" if self.cause is None else "decision"


@dataclass(frozen=True, slots=True)
class LapseChange:
    """What one step did to one record; `before` is None where it begins."""

    before: Lapse | None
    after: Lapse
    events: tuple[Event, ...]


def is_missed(clock: Clock) -> bool:
    """Whether a clock shows that its deadline was missed: it ended after it, or somebody above was told.

    An extension that the manager granted moves the deadline (E1), so it is measured against what was enforced, not against what
    was promised first.
    """
    ended = clock.met or clock.stopped
    return (ended is not None and ended > clock.due) or any(level != "reminder" for level in clock.fired)


def newly_missed(before: Iterable[Clock], after: Iterable[Clock]) -> list[Clock]:
    """The clocks that one event showed to be missed."""
    known = {(clock.kind, clock.version) for clock in before if is_missed(clock)}
    return [clock for clock in after if is_missed(clock) and (clock.kind, clock.version) not in known]


def id_of(case: str, clock: Clock) -> str:
    """The id of the record of a clock's present deadline."""
    return f"{case}-{clock.kind}-{clock.version}"


def opened(
    case: str,
    facts: Mapping[str, str],
    clock: Clock,
    at: datetime,
    standing: Standing,
    salt: str,
) -> LapseChange:
    """The record of a deadline that was missed; `facts` are the case's community, department, category and in_charge."""
    person = facts["in_charge"].partition(":")[2]
    there = stand_in(standing, person, min(at, clock.due)) or person
    data: dict[str, object] = {
        "community": facts["community"],
        "department": facts["department"],
        "case": case,
        "category": facts["category"],
        "clock": clock.kind,
        "deadline": clock.version,
        "standard": clock.standard,
        "person": there,
        "due": written(clock.due),
    }
    if there != person:
        data["instead_of"] = person
    event = linked(None, id_of(case, clock), "missed", OPENER, at, data, None, salt)
    return LapseChange(None, apply(None, event), (event,))


def linked(
    lapse: Lapse | None,
    id: str,
    kind: str,
    actor: Actor,
    at: datetime,
    data: Mapping[str, object],
    words: str | None,
    salt: str,
) -> Event:
    """The next event of a record, chained to the one before it."""
    after = (lapse.version, lapse.head) if lapse else None
    return next_event(id, after, kind, actor, at, data, words, salt)


def apply(lapse: Lapse | None, event: Event) -> Lapse:
    """The record after `event`. Raises ValueError for one that does not follow or is of an unknown kind."""
    data = cast("Mapping[str, str]", event.data)
    if lapse is None:
        if event.kind != "missed" or event.seq != 1:
            raise ValueError(f"a record begins with a missed limit, not with {event.kind} {event.seq}")
        lapse = Lapse(
            id=event.case,
            community=data["community"],
            department=data["department"],
            case=data["case"],
            category=data["category"],
            clock=data["clock"],
            standard=data["standard"],
            person=data["person"],
            deadline=cast(int, event.data["deadline"]),
            instead_of=data.get("instead_of"),
            due=read(data["due"]),
            noticed=event.at,
            version=0,
            head="",
        )
    elif event.seq != lapse.version + 1:
        raise ValueError(f"event {event.seq} does not follow version {lapse.version}")
    elif event.kind == "cause_noted":
        lapse = replace(lapse, cause=Cause(data["cause"]))
    elif event.kind == "decided":
        lapse = replace(lapse, consequence=Consequence(data["consequence"]))
    elif event.kind != "explained":
        raise ValueError(f"unknown kind of event: {event.kind}")
    return replace(lapse, version=event.seq, head=event.hash)


_PLAIN = ("community", "department", "case", "category", "clock", "standard", "person")


def to_json(lapse: Lapse) -> dict[str, object]:
    """The record as JSON values."""
    out: dict[str, object] = {name: getattr(lapse, name) for name in (*_PLAIN, "id", "deadline")}
    out |= {"due": written(lapse.due), "noticed": written(lapse.noticed)}
    out |= {"version": lapse.version, "head": lapse.head}
    for name in ("instead_of", "cause", "consequence"):
        if getattr(lapse, name) is not None:
            out[name] = str(getattr(lapse, name))
    return out


def from_json(data: Mapping[str, object]) -> Lapse:
    """The record that :func:`to_json` wrote."""
    text = cast("Mapping[str, str]", data)
    return Lapse(
        id=text["id"],
        community=text["community"],
        department=text["department"],
        case=text["case"],
        category=text["category"],
        clock=text["clock"],
        standard=text["standard"],
        person=text["person"],
        deadline=cast(int, data["deadline"]),
        due=read(text["due"]),
        noticed=read(text["noticed"]),
        version=cast(int, data["version"]),
        head=text["head"],
        instead_of=text.get("instead_of"),
        cause=Cause(text["cause"]) if "cause" in text else None,
        consequence=Consequence(text["consequence"]) if "consequence" in text else None,
    )
