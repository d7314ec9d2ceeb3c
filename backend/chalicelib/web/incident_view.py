"""Incidents as people read them: on top of a page, on pages of their own, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.events import Event
from chalicelib.domain.incidents import Incident, IncidentState
from chalicelib.domain.moments import written
from chalicelib.domain.standards import IncidentKind, Rulebook, Text

from .story import Reader, incident_address
from .words import INCIDENT_STATE, capital, moment_words


@dataclass(frozen=True)
class IncidentNews:
    """One thing that was said about an incident."""

    moment: str
    moment_iso: str
    state: str
    words: str


@dataclass(frozen=True)
class IncidentView:
    """An incident on a page. `until` is when it should end ("" where nobody knows), `news` its history, the latest first."""

    id: str
    title: str
    icon: str
    hazard: bool
    state: str
    over: bool
    where: str
    words: str
    mind: str
    since: str
    changed: str
    changed_iso: str
    until: str
    address: str
    news: Sequence[IncidentNews] = ()


def title_of(incident: Incident, book: Rulebook) -> Text:
    """What happened where: "桂花里 2 号楼停水" / "No water: Osmanthus Lane, Building 2"."""
    kind, where = book.incidents.get(incident.kind), where_of(incident, book)
    if kind is None:
        return where
    return Text(f"{where.zh}{kind.name.zh}", f"{capital(kind.name.en)}: {where.en}")


def where_of(incident: Incident, book: Rulebook) -> Text:
    """The community, and the buildings where not all of it is concerned."""
    community = book.communities.get(incident.community)
    if community is None:
        return Text(incident.community, incident.community)
    names = [community.buildings[id].name for id in incident.buildings if id in community.buildings]
    if not names:
        return community.name
    zh, en = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
    return Text(f"{community.name.zh} {zh}", f"{community.name.en}, {en}")


def incident_view(incident: Incident, reader: Reader, events: Sequence[Event] = ()) -> IncidentView:
    """An incident in the reader's words."""
    kind = reader.book.incidents.get(incident.kind)
    return IncidentView(
        id=incident.id,
        title=reader.say(title_of(incident, reader.book)),
        icon=kind.icon if kind else "other",
        hazard=bool(kind and kind.hazard),
        state=reader.say(INCIDENT_STATE[incident.state]),
        over=not incident.is_open,
        where=reader.say(where_of(incident, reader.book)),
        words=reader.say(incident.news),
        mind=reader.say(kind.mind) if kind and incident.is_open else "",
        since=_moment(incident, incident.announced, reader),
        changed=_moment(incident, incident.changed, reader),
        changed_iso=written(incident.changed),
        until=_moment(incident, incident.expects, reader) if incident.expects else "",
        address=incident_address(incident.id, reader.language),
        news=[_news(event, incident, reader) for event in reversed(events)],
    )


def in_order(incidents: Sequence[Incident], book: Rulebook) -> list[Incident]:
    """Hazards first, then what happened last."""
    newest = sorted(incidents, key=lambda one: one.announced, reverse=True)
    return sorted(newest, key=lambda one: not _is_hazard(one, book))


def now_resource(incidents: Sequence[Incident], book: Rulebook) -> dict[str, Any]:
    """What goes on, for the banner on every page: small, and in both languages, so that one answer serves everybody."""
    return {"items": [_short(one, book) for one in in_order(incidents, book)]}


def incident_resource(incident: Incident, book: Rulebook, events: Sequence[Event] = ()) -> dict[str, Any]:
    """One incident as JSON, with everything that was said about it."""
    return {
        **_short(incident, book),
        "version": incident.version,
        "announced": written(incident.announced),
        "changed": written(incident.changed),
        "events": [
            {
                "seq": event.seq,
                "at": written(event.at),
                "state": event.kind,
                "news": {"zh": event.data["zh"], "en": event.data["en"]},
            }
            for event in events
        ],
    }


def _short(incident: Incident, book: Rulebook) -> dict[str, Any]:
    title = title_of(incident, book)
    return {
        "id": incident.id,
        "kind": incident.kind,
        "hazard": _is_hazard(incident, book),
        "community": incident.community,
        "buildings": list(incident.buildings),
        "state": str(incident.state),
        "title": {"zh": title.zh, "en": title.en},
        "news": {"zh": incident.news.zh, "en": incident.news.en},
        "expects": written(incident.expects) if incident.expects else None,
        "zone": _zone(incident, book),
    }


def _is_hazard(incident: Incident, book: Rulebook) -> bool:
    kind: IncidentKind | None = book.incidents.get(incident.kind)
    return bool(kind and kind.hazard)


def _news(event: Event, incident: Incident, reader: Reader) -> IncidentNews:
    words = Text(str(event.data["zh"]), str(event.data["en"]))
    return IncidentNews(
        moment=_moment(incident, event.at, reader),
        moment_iso=written(event.at),
        state=reader.say(INCIDENT_STATE[IncidentState(event.kind)]),
        words=reader.say(words),
    )


def _moment(incident: Incident, moment: Any, reader: Reader) -> str:
    return reader.say(moment_words(moment, reader.now, _zone(incident, reader.book)))


def _zone(incident: Incident, book: Rulebook) -> str:
    """By which clock its moments are said: that of its community."""
    community = book.communities.get(incident.community)
    return community.zone if community else book.zone
