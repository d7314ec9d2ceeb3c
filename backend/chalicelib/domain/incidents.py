"""Incidents (E7) and hazards (E8): published by the desk, worked on, over; the fold of their own events, chained like a case's.

Open cases that are the same matter are attached; each is told, in a transaction of its own, of every change it has not heard of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import cast

from .calendar import ServiceCalendar
from .case import Case
from .chain import GENESIS, hash_of
from .change import By, Change, Draft
from .events import Actor, Event, Role
from .moments import read, written
from .refusals import Refused
from .standards import IncidentKind, Rulebook, Text

PUBLISHERS = frozenset({Role.DESK, Role.SUPERVISOR, Role.MANAGER, Role.GENERAL_MANAGER})
# So many changes fit one page; what lasts longer is closed and published anew.
MOST_EVENTS = 200


class IncidentExists(Exception):
    """An incident of this id is there already."""


class IncidentState(StrEnum):
    """How far it is."""

    ANNOUNCED = "announced"
    WORKING = "working"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened where. `buildings` is empty where it concerns the whole community; `news` are the last words about it;
    `expects` is when it should end. `version` is the number of its last event, `head` that event's hash."""

    id: str
    community: str
    kind: str
    buildings: tuple[str, ...]
    state: IncidentState
    news: Text
    announced: datetime
    changed: datetime
    version: int
    head: str
    expects: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.state is not IncidentState.OVER

    def concerns(self, community: str, building: str) -> bool:
        """Whether a building is affected."""
        return community == self.community and (not self.buildings or building in self.buildings)


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """What one step did; `before` is None where it begins."""

    before: Incident | None
    after: Incident
    event: Event


def may_publish(actor: Actor, at: datetime, calendar: ServiceCalendar) -> bool:
    """Who may publish: the desk and those above it; guards while the service is closed, when nobody else may be there (A2)."""
    if actor.role in PUBLISHERS:
        return True
    day = calendar.local_date(at)
    return actor.role is Role.GUARD and not calendar.opening(day) <= at < calendar.closing(day)


def announce(
    id: str,
    by: By,
    book: Rulebook,
    community: str,
    kind: str,
    buildings: tuple[str, ...],
    news: Text,
    expects: datetime | None,
) -> IncidentChange:
    """A new incident. Raises Refused."""
    _allow(by, book, community)
    _later(expects, by)
    data: dict[str, object] = {
        "community": community,
        "kind": kind,
        "buildings": list(buildings),
        **_said(news, expects),
    }
    return _changed(None, id, by, "announced", data)


def proceed(
    incident: Incident, by: By, book: Rulebook, state: IncidentState, news: Text, expects: datetime | None
) -> IncidentChange:
    """News of an incident: still announced, being worked on, or over (a hazard: lifted). Raises Refused."""
    _allow(by, book, incident.community)
    if not incident.is_open:
        raise Refused("incident_over")
    if incident.version >= MOST_EVENTS:
        raise Refused("too_long_history", {"most": MOST_EVENTS})
    if state is IncidentState.ANNOUNCED and incident.state is IncidentState.WORKING:
        state = IncidentState.WORKING  # what is being worked on stays so
    if state is IncidentState.OVER:
        expects = None
    else:
        _later(expects, by)
    return _changed(incident, incident.id, by, str(state), _said(news, expects))


def apply(incident: Incident | None, event: Event) -> Incident:
    """The incident after `event`. Raises ValueError for one that does not follow or is of an unknown kind."""
    data = cast("Mapping[str, str]", event.data)
    state, news = IncidentState(event.kind), Text(data["zh"], data["en"])
    expects = read(data["expects"]) if "expects" in data else None
    if incident is None:
        if event.kind != "announced" or event.seq != 1:
            raise ValueError(f"an incident begins with being announced, not with {event.kind} {event.seq}")
        return Incident(
            id=event.case,
            community=data["community"],
            kind=data["kind"],
            buildings=tuple(cast("list[str]", event.data["buildings"])),
            state=state,
            news=news,
            announced=event.at,
            changed=event.at,
            version=1,
            head=event.hash,
            expects=expects,
        )
    if event.seq != incident.version + 1:
        raise ValueError(f"event {event.seq} does not follow version {incident.version}")
    return replace(
        incident,
        state=state,
        news=news,
        expects=expects,
        changed=event.at,
        version=event.seq,
        head=event.hash,
    )


def belongs(case: Case, incident: Incident, kind: IncidentKind | None) -> bool:
    """Whether an open case is the same matter: its building is affected and its category is one of the kind's."""
    return (
        case.is_open
        and (case.incident in (None, incident.id) or case.incident_over)
        and kind is not None
        and case.category in kind.categories
        and incident.concerns(case.community, case.building)
    )


def tell(case: Case, incident: Incident, by: By) -> Change | None:
    """Attaches a case or tells it how the incident stands now; None when it knows already, or has ended by itself.

    When the incident is over the resident is asked whether it works again. The clocks of the case go on until somebody says so:
    what was filed may be something else after all.
    """
    told = case.told if case.incident == incident.id else 0
    if not case.is_open or told >= incident.version:
        return None
    facts: dict[str, object] = {"kind": incident.kind, "zh": incident.news.zh, "en": incident.news.en}
    if incident.expects is not None:
        facts["expects"] = written(incident.expects)
    draft = Draft(case, by)
    draft.record(
        "incident_told",
        {
            "incident": incident.id,
            "kind": incident.kind,
            "state": str(incident.state),
            "told": incident.version,
        },
    )
    draft.tell_resident("incident" if incident.is_open else "incident_over", facts)
    return draft.done()


def _allow(by: By, book: Rulebook, community: str) -> None:
    if not may_publish(by.actor, by.at, book.calendar_for(community)):
        raise Refused("incident_not_yours")


def _later(expects: datetime | None, by: By) -> None:
    if expects is not None and expects <= by.at:
        raise Refused("incident_end_past", {"moment": expects})


def _said(news: Text, expects: datetime | None) -> dict[str, object]:
    said: dict[str, object] = {"zh": news.zh, "en": news.en}
    return said | ({"expects": written(expects)} if expects is not None else {})


def _changed(
    before: Incident | None, id: str, by: By, kind: str, data: Mapping[str, object]
) -> IncidentChange:
    unsealed = Event(
        case=id,
        seq=before.version + 1 if before else 1,
        at=by.at,
        kind=kind,
        actor=by.actor,
        data=dict(data),
        words=None,
        salt=None,
        words_digest=None,
        previous=before.head if before else GENESIS,
        hash="",
    )
    event = replace(unsealed, hash=hash_of(unsealed))
    return IncidentChange(before, apply(before, event), event)


_PLAIN = ("id", "community", "kind", "version", "head")


def to_json(incident: Incident) -> dict[str, object]:
    """The incident as JSON values."""
    out: dict[str, object] = {name: getattr(incident, name) for name in _PLAIN}
    out |= {"state": str(incident.state), "buildings": list(incident.buildings)}
    out |= {"zh": incident.news.zh, "en": incident.news.en}
    out |= {"announced": written(incident.announced), "changed": written(incident.changed)}
    if incident.expects is not None:
        out["expects"] = written(incident.expects)
    return out


def from_json(data: Mapping[str, object]) -> Incident:
    """The incident that :func:`to_json` wrote."""
    text = cast("Mapping[str, str]", data)
    return Incident(
        id=text["id"],
        community=text["community"],
        kind=text["kind"],
        buildings=tuple(cast("list[str]", data["buildings"])),
        state=IncidentState(text["state"]),
        news=Text(text["zh"], text["en"]),
        announced=read(text["announced"]),
        changed=read(text["changed"]),
        version=cast(int, data["version"]),
        head=text["head"],
        expects=read(text["expects"]) if "expects" in text else None,
    )
