"""The desk's pages of incidents: what goes on, the form on which one is published, and one with what can be said about it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalice import Response

from chalicelib import wiring
from chalicelib.domain.incidents import Incident, IncidentState, may_publish
from chalicelib.domain.standards import IncidentKind, Text

from . import now
from .answers import page
from .exchange import Exchange
from .incident_view import in_order, incident_view
from .paging import opaque, position
from .problems import not_found
from .rendering import Filled, render
from .staff_pages import INCIDENTS, bar_of, other_language, reader_of

LONGEST = 300
HOURS_NAMES: Mapping[str, Text] = {
    "30m": Text("半小时后", "in half an hour"),
    "1h": Text("1 小时后", "in 1 hour"),
    "2h": Text("2 小时后", "in 2 hours"),
    "4h": Text("4 小时后", "in 4 hours"),
    "8h": Text("8 小时后", "in 8 hours"),
    "24h": Text("一天后", "in a day"),
}


def _common(asked: Exchange, session: wiring.Session) -> dict[str, Any]:
    reader = reader_of(asked)
    calendar = reader.book.calendar_for(session.community)
    return {
        "bar": bar_of(INCIDENTS, session, reader),
        "may": may_publish(session.actor, asked.at, calendar),
        "hours": [(id, reader.say(text)) for id, text in HOURS_NAMES.items()],
    }


def list_page(asked: Exchange, session: wiring.Session) -> Response:
    """What goes on in one\'s community and what is over, with the kinds that can be published."""
    reader = reader_of(asked)
    found, cursor = wiring.incidents.of_community(session.community, position(asked, now.POSITION))
    current = in_order([one for one in found if one.is_open], reader.book)
    title = reader.say(Text("停水停电通知", "Incidents"))
    view = {
        **_common(asked, session),
        "title": title,
        "open": [_row(one, asked) for one in current],
        "over": [_row(one, asked) for one in found if not one.is_open],
        "kinds": [
            (one, f"{INCIDENTS}?kind={one.id}&lang={reader.language}")
            for one in reader.book.incidents.values()
        ],
        "following": f"{INCIDENTS}?cursor={opaque(cursor)}&lang={reader.language}" if cursor else "",
    }
    content = render("staff_incidents.html", reader.language, view=view)
    return page(asked, title, content, other_language=other_language(reader, INCIDENTS))


def _row(incident: Incident, asked: Exchange) -> Any:
    reader = reader_of(asked)
    address = f"{INCIDENTS}/{incident.id}?lang={reader.language}"
    return replace(incident_view(incident, reader), address=address)


def form_page(
    asked: Exchange,
    session: wiring.Session,
    kind: IncidentKind | None,
    status: int = 200,
    filled: Filled | None = None,
) -> Response:
    """The form on which a kind is published. Raises Problem (404) without one."""
    if kind is None:
        raise not_found()
    reader = reader_of(asked)
    community = reader.book.communities[session.community]
    title = reader.say(Text(f"发布：{kind.name.zh}", f"Publish: {kind.name.en}"))
    ready = {"zh": kind.announced.zh, "en": kind.announced.en}
    view = {
        **_common(asked, session),
        "title": title,
        "kind": kind,
        "buildings": [(id, reader.say(one.name)) for id, one in community.buildings.items()],
        "action": INCIDENTS,
        "back": f"{INCIDENTS}?lang={reader.language}",
        "longest": LONGEST,
        "filled": filled or Filled(ready, {}, secrets.token_hex(12)),
    }
    content = render("staff_incident_form.html", reader.language, view=view)
    here = f"{INCIDENTS}?kind={kind.id}"
    return page(asked, title, content, status, other_language=other_language(reader, here))


def one_page(
    asked: Exchange,
    session: wiring.Session,
    file: wiring.IncidentFile,
    status: int = 200,
    notice: Text | None = None,
    tried: tuple[str, Filled] | None = None,
) -> Response:
    """One incident with its cases, and what can be said about it."""
    reader = reader_of(asked)
    one = incident_view(file.incident, reader, file.events)
    kind = reader.book.incidents.get(file.incident.kind)
    here = f"{INCIDENTS}/{file.incident.id}"
    view = {
        **_common(asked, session),
        "title": one.title,
        "one": one,
        "kind": kind,
        "version": file.incident.version,
        "working": file.incident.state is IncidentState.WORKING,
        "cases": [(number, f"/api/staff/cases/{number}?lang={reader.language}") for number in file.cases],
        "action": here,
        "longest": LONGEST,
        "notice": reader.say(notice) if notice else "",
        "empty": Filled(),
        "tried": tried[0] if tried else "",
        "filled": tried[1] if tried else Filled(),
    }
    content = render("staff_incident.html", reader.language, view=view)
    return page(asked, one.title, content, status, other_language=other_language(reader, here))
