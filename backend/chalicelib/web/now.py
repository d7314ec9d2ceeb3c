"""What goes on now, for everybody: the banner's answer, a page that needs no script, each incident, and those that are over."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time

from chalice import Blueprint, Response

from chalicelib import journal, wiring
from chalicelib.actions.request import NotFound
from chalicelib.domain.incidents import Incident
from chalicelib.domain.keeping import Unavailable
from chalicelib.domain.standards import Text

from . import body
from .access import open_to
from .answers import json_answer, page
from .edge import ANY_TYPE, READ
from .exchange import Exchange
from .incident_view import in_order, incident_resource, incident_view, now_resource
from .paging import MOMENT, opaque, position
from .problems import bad_request
from .rendering import render
from .staff_pages import other_language
from .story import Reader

now = Blueprint(__name__)

ID = re.compile(r"[0-9]{6}-[0-9a-f]{8}")
POSITION = re.compile(rf"{MOMENT}#{ID.pattern}")
PAGE = 20
# An incident must be seen within seconds, and a crowd that looks at once must not reach the database each by itself.
FRESH_SECONDS = 3.0
_known: tuple[float, list[Incident]] = (0.0, [])


@now.route("/v1/now", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_now(asked: Exchange) -> Response:
    """What goes on, as small as it can be; a browser or cache that has it already is told so (304)."""
    told = now_resource(wiring.incidents.now(), wiring.rulebook())
    tag = f'"{hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:20]}"'
    headers: dict[str, str | list[str]] = {"Cache-Control": "public, max-age=10", "ETag": tag}
    given = [one.strip().removeprefix("W/") for one in asked.headers.get("if-none-match", "").split(",")]
    if tag in given or "*" in given:
        return Response("", {"Content-Type": "application/json; charset=utf-8", **headers}, 304)
    return json_answer(told, headers=headers)


@now.route("/now", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def show_now(asked: Exchange) -> Response:
    """What goes on, as a page."""
    reader = _reader(asked)
    rows = [incident_view(one, reader) for one in in_order(wiring.incidents.now(), reader.book)]
    title = reader.say(Text("现在的停水停电", "Outages now"))
    content = render("now.html", reader.language, title=title, rows=rows, places=_places(reader))
    return page(asked, title, content, other_language=other_language(reader, "/api/now"))


@now.route("/incidents", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def show_incidents(asked: Exchange) -> Response:
    """The incidents of a community, the newest first."""
    reader, community = _reader(asked), _community(asked)
    found, cursor = wiring.incidents.of_community(community, position(asked, POSITION), PAGE)
    name = reader.book.communities[community].name
    title = reader.say(Text(f"{name.zh}：停水停电记录", f"{name.en}: outages and incidents"))
    here = f"/api/incidents?community={community}"
    following = f"{here}&cursor={opaque(cursor)}&lang={reader.language}" if cursor else ""
    rows = [incident_view(one, reader) for one in found]
    content = render("incidents.html", reader.language, title=title, rows=rows, following=following)
    return page(asked, title, content, other_language=other_language(reader, here))


@now.route("/v1/incidents", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_incidents(asked: Exchange) -> Response:
    """The JSON twin."""
    found, cursor = wiring.incidents.of_community(_community(asked), position(asked, POSITION), PAGE)
    items = [incident_resource(one, wiring.rulebook()) for one in found]
    return json_answer({"items": items, "next_cursor": opaque(cursor) if cursor else None})


@now.route("/incidents/{id}", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def show_incident(asked: Exchange, id: str) -> Response:
    """One incident with everything that was said about it; it stays when it is over."""
    reader, file = _reader(asked), load(id)
    view = incident_view(file.incident, reader, file.events)
    content = render("incident.html", reader.language, view=view)
    return page(asked, view.title, content, other_language=other_language(reader, f"/api/incidents/{id}"))


@now.route("/v1/incidents/{id}", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_incident(asked: Exchange, id: str) -> Response:
    """The JSON twin."""
    file = load(id)
    return json_answer(incident_resource(file.incident, wiring.rulebook(), file.events))


def load(id: str) -> wiring.IncidentFile:
    """The incident. Raises NotFound."""
    file = wiring.incidents.load(id) if ID.fullmatch(id) else None
    if file is None:
        raise NotFound(id)
    return file


def banner(asked: Exchange) -> str:
    """What stands on top of a page made at run time; "" when nothing goes on, or when the database does not say."""
    if asked.resource == "/now":
        return ""  # that page is about nothing else
    reader = _reader(asked)
    rows = [incident_view(one, reader) for one in in_order(_going_on(), reader.book)]
    return render("now_banner.html", reader.language, rows=rows) if rows else ""


def _going_on() -> list[Incident]:
    global _known
    read_at, incidents = _known
    if time.monotonic() - read_at > FRESH_SECONDS or read_at == 0.0:
        try:
            incidents = wiring.incidents.now()
        except Unavailable as error:
            journal.say(logging.WARNING, error, event="unavailable")
            return []
        _known = (time.monotonic(), incidents)
    return incidents


def forget() -> None:
    """What was read a moment ago is not true any more: this process has published something."""
    global _known
    _known = (0.0, [])


def _community(asked: Exchange) -> str:
    known = wiring.rulebook().communities
    community = body.query_value(asked, "community") or next(iter(known))
    if community not in known:
        raise bad_request("community", Text("没有这个小区。", "There is no such community."))
    return community


def _places(reader: Reader) -> list[tuple[str, str]]:
    return [
        (reader.say(one.name), f"/api/incidents?community={one.id}&lang={reader.language}")
        for one in reader.book.communities.values()
    ]


def _reader(asked: Exchange) -> Reader:
    return Reader(asked.language, False, asked.at, wiring.rulebook())
