"""A case, and how each event changes it. The state of a case is the fold of its events, and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import cast

from . import clock as clocks_of
from .call_back import Answer, CallBack
from .clock import Clock
from .events import Event, Role
from .moments import read
from .watch import Watch, watch_from_json


class State(StrEnum):
    """Where a case stands. A pause is no state: it holds the clocks of a case that stays where it is."""

    FILED = "filed"
    ASSIGNED = "assigned"
    REPLIED = "replied"
    ARRIVED = "arrived"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    JOINED = "joined"
    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.FILED, State.ASSIGNED, State.REPLIED, State.ARRIVED})
FINISHED = frozenset({State.RESOLVED, State.CONFIRMED, State.CLOSED})
_PROGRESS = (State.FILED, State.ASSIGNED, State.REPLIED, State.ARRIVED)


@dataclass(frozen=True, slots=True)
class Asked:
    """An extension that staff asked for and the manager has not decided yet (E1); event `seq` holds the reason."""

    clock: str
    until: datetime
    seq: int
    by: str


@dataclass(frozen=True, slots=True)
class Case:
    """A filed repair, complaint, enquiry or request for a service.

    Nothing personal stands here: name, telephone and room are the case's contact, kept beside it; what people wrote is in the
    events' words. `in_charge` is "staff:<person>" or "department:<id>"; `fallback` says that nobody was found for it and the
    desk holds it. `verified` says that the company knows the home: it was filed by a resident who had signed in, or by staff
    for a home of the register. `plan` and `steps` are the course of action of a breach or an emergency, as they were when it
    was filed (E6, E7), `ticked` the steps that were done. `incident` is the one it is part of, `told` the version of it that
    the resident has heard of, `incident_over` that they were asked whether it works again. `forget`: the resident wants nothing
    personal kept once it has ended; `erased`: nothing is, as of its last event. `watch` follows it while no clock does;
    `call_back` says that its resident is, or was, called and asked (E4).
    `version` is the number of its last event, `head` that event's hash.
    """

    number: str
    community: str
    building: str
    kind: str
    category: str
    severity: str
    department: str
    place: str
    language: str
    rulebook: str
    opened: datetime
    state: State
    in_charge: str
    version: int
    head: str
    tell_resident: bool = True
    fallback: bool = False
    verified: bool = False
    plan: str | None = None
    steps: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    incident: str | None = None
    told: int = 0
    incident_over: bool = False
    clocks: tuple[Clock, ...] = ()
    paused: str | None = None
    reopened: int = 0
    urged: Mapping[str, datetime] = field(default_factory=dict)
    asked: Asked | None = None
    watch: Watch | None = None
    closes_at: datetime | None = None
    ended_at: datetime | None = None
    joined_to: str | None = None
    absorbed: tuple[str, ...] = ()
    rating: tuple[int, int, int] | None = None
    call_back: CallBack | None = None
    forget: bool = False
    erased: bool = False
    photos: int = 0
    work_photos: int = 0

    @property
    def is_open(self) -> bool:
        """Whether work is still owed."""
        return self.state in OPEN

    def clock(self, kind: str) -> Clock | None:
        """The clock of that kind, or None."""
        return next((c for c in self.clocks if c.kind == kind), None)

    @property
    def awaited(self) -> bool:
        """Whether this is urgent and nobody has been there yet (C1, C4)."""
        arrival = self.clock("arrive")
        return self.severity == "urgent" and arrival is not None and not arrival.ended

    @property
    def due(self) -> datetime | None:
        """The earliest due moment that still runs: where the case stands in the queue. None when nothing runs."""
        return min((c.due for c in self.clocks if c.running), default=None)

    @property
    def unattended(self) -> bool:
        """Whether work is owed and no clock will tell anybody of it: all have ended, rest or are at the end of their ladder."""
        return self.is_open and not any(c.running and c.next_at is not None for c in self.clocks)

    def timers(self) -> dict[str, datetime]:
        """The moments at which the scheduled check must look at this case, by clock kind; "close" is closing by itself, "watch"
        following what no clock follows."""
        found = {c.kind: c.next_at for c in self.clocks if c.running and c.next_at is not None}
        if self.watch is not None:
            found["watch"] = self.watch.at
        if self.closes_at is not None:
            found["close"] = self.closes_at
        return found


def _with_clocks(case: Case, data: Mapping[str, object]) -> Case:
    """The case with the clocks that the event restated; the others stay."""
    stated = cast("list[dict[str, object]]", data.get("clocks", []))
    if not stated:
        return case
    new = {c.kind: c for c in map(clocks_of.from_json, stated)}
    kept = tuple(new.pop(c.kind, c) for c in case.clocks)
    return replace(case, clocks=kept + tuple(new.values()))


def _at_least(state: State, reached: State) -> State:
    """Progress never goes backwards: an answer after the arrival leaves the case arrived."""
    if state not in _PROGRESS:
        return state
    return max(state, reached, key=_PROGRESS.index)


def _filed(event: Event) -> Case:
    data = cast("Mapping[str, str]", event.data)
    in_charge = data["in_charge"]
    return Case(
        number=event.case,
        community=data["community"],
        building=data["building"],
        kind=data["kind"],
        category=data["category"],
        severity=data["severity"],
        department=data["department"],
        place=data["place"],
        language=data["language"],
        rulebook=data["rulebook"],
        opened=event.at,
        state=State.FILED if event.data.get("fallback") else State.ASSIGNED,
        in_charge=in_charge,
        version=0,
        head="",
        tell_resident=bool(event.data.get("tell", True)),
        fallback=bool(event.data.get("fallback", False)),
        verified=bool(event.data.get("verified", False)),
        plan=cast("str | None", event.data.get("plan")),
        steps=tuple(cast("list[str]", event.data.get("steps", []))),
    )


def apply(case: Case | None, event: Event) -> Case:
    """The case after `event`. `case` is None for the first event, which must be `filed`.

    Raises ValueError for an event that does not follow the case's last one or is of an unknown kind.
    """
    if case is None:
        if event.kind != "filed" or event.seq != 1:
            raise ValueError(f"a case begins with being filed, not with {event.kind} {event.seq}")
        case = _filed(event)
    elif event.seq != case.version + 1:
        raise ValueError(f"event {event.seq} does not follow version {case.version}")
    data, at = event.data, event.at
    case = _with_clocks(case, data)
    if "incident" in data:
        case = replace(
            case,
            incident=cast(str, data["incident"]),
            told=cast(int, data["told"]),
            incident_over=data["state"] == "over",
        )
    match event.kind:
        case "replied" | "arrived":
            reached = State.REPLIED if event.kind == "replied" else State.ARRIVED
            case = replace(case, state=_at_least(case.state, reached))
        case "assigned" | "passed_upward":
            case = replace(
                case,
                in_charge=cast(str, data["in_charge"]),
                fallback=False,
                state=_at_least(case.state, State.ASSIGNED),
            )
        case "paused":
            case = replace(case, paused=cast(str, data["reason"]))
        case "resumed":
            case = replace(case, paused=None)
        case "extension_asked":
            case = replace(
                case,
                asked=Asked(
                    cast(str, data["clock"]), read(cast(str, data["until"])), event.seq, event.actor.id
                ),
            )
        case "extended" | "extension_refused":
            case = replace(case, asked=None)
        case "resolved":
            case = replace(
                case,
                state=State.RESOLVED,
                paused=None,
                asked=None,
                closes_at=read(cast(str, data["closes_at"])),
            )
        case "confirmed":
            case = replace(case, state=State.CONFIRMED, paused=None, asked=None, closes_at=None, ended_at=at)
        case "closed":
            case = replace(case, state=State.CLOSED, closes_at=None, ended_at=at)
        case "reopened":
            case = replace(
                case,
                state=State.ASSIGNED,
                reopened=case.reopened + 1,
                closes_at=None,
                ended_at=None,
                rulebook=cast(str, data["rulebook"]),
                urged={},
                rating=None,
                # What was said was said; a call that is still to come has lost its reason.
                call_back=case.call_back if case.call_back and case.call_back.answered else None,
            )
        case "urged":
            case = replace(case, urged={**case.urged, cast(str, data["clock"]): at})
        case "rated":
            speed, manner, quality = cast("list[int]", data["scores"])
            case = replace(case, rating=(speed, manner, quality))
        case "call_drawn":
            case = replace(case, call_back=CallBack(cast(str, data["month"]), read(cast(str, data["until"]))))
        case "called":
            if case.call_back is None:
                raise ValueError("nobody is called who was not drawn")
            answer = Answer(cast(str, data["answer"]))
            case = replace(case, call_back=case.call_back.with_call(answer, at))
        case "joined":
            case = replace(
                case,
                state=State.JOINED,
                joined_to=cast(str, data["to"]),
                paused=None,
                asked=None,
                ended_at=at,
            )
        case "absorbed":
            case = replace(case, absorbed=(*case.absorbed, cast(str, data["number"])))
        case "proposed":
            case = replace(case, state=State.PROPOSED, paused=None, asked=None, ended_at=at)
        case "withdrawn":
            case = replace(case, state=State.WITHDRAWN, paused=None, asked=None, closes_at=None, ended_at=at)
        case "forgetting_asked":
            case = replace(case, forget=True)
        case "ticked":
            case = replace(case, ticked=(*case.ticked, cast(str, data["step"])))
        case "photo_added" if event.actor.role is Role.RESIDENT:
            case = replace(case, photos=case.photos + 1)
        case "photo_added":
            case = replace(case, work_photos=case.work_photos + 1)
        case (
            "filed"
            | "erased"
            | "incident_told"
            | "escalated"
            | "unattended"
            | "appointed"
            | "visit_agreed"
            | "recomputed"
            | "noted"
            | "wrote"
        ):
            pass
        case unknown:
            raise ValueError(f"unknown kind of event: {unknown}")
    # Each reminder says itself what comes after it, and the last one nothing.
    watch = case.watch if case.unattended and event.kind != "unattended" else None
    if "watch" in data:
        watch = watch_from_json(cast("list[str]", data["watch"]))
    # Whatever comes afterwards may say something personal again.
    erased = event.kind == "erased"
    return replace(case, watch=watch, version=event.seq, head=event.hash, erased=erased)


def fold(events: Iterable[Event]) -> Case:
    """The case that the events make. Raises ValueError for none."""
    case: Case | None = None
    for event in events:
        case = apply(case, event)
    if case is None:
        raise ValueError("a case has at least one event")
    return case


def before_reopening(events: Iterable[Event]) -> list[Case]:
    """What each reopening put an end to, oldest first: the case with its rating, and of its clocks those that began anew."""
    found: list[Case] = []
    case: Case | None = None
    for event in events:
        after = apply(case, event)
        if event.kind == "reopened" and case is not None:
            replaced = tuple(clock for clock in case.clocks if clock not in after.clocks)
            found.append(replace(case, clocks=replaced))
        case = after
    return found
