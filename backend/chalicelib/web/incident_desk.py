"""Incidents at the desk: publish with the ready words of a kind, say what is new, say that it is over; as pages and as JSON."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.publish_incident import IncidentMoved, proceed_incident, publish_incident
from chalicelib.actions.request import NotFound
from chalicelib.domain.change import By
from chalicelib.domain.incidents import Incident, IncidentState
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import IncidentKind, Text
from chalicelib.jobs.spread_incidents import spread_incidents

from . import body, keys, now
from .access import open_to
from .answers import json_answer, see_other
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .fields import Choice, Choices, MaybeMoment, line
from .forms import general_words
from .incident_pages import LONGEST, form_page, list_page, one_page
from .incident_view import incident_resource
from .paging import opaque, position
from .problems import Problem, invalid, not_found
from .rendering import Filled
from .reports import WORKING
from .said import as_json
from .staff_pages import INCIDENTS
from .tracking import read_optional_json
from .verbs import Plain, in_zone, validated

incident_desk = Blueprint(__name__)

PUBLISHING = ("desk", "supervisor", "manager", "general_manager", "guard")
# So many cases are told in the request itself; the rest within a minute.
AT_ONCE = 10
WHOLE = "whole"
_HOURS = {"30m": 0.5, "1h": 1, "2h": 2, "4h": 4, "8h": 8, "24h": 24}


class IncidentNews(Plain, kw_only=True):
    """What is new about an incident, in Chinese and in English; without words those that are ready for its kind are used.
    `expects` is when it should end; without a zone it is the community's time."""

    zh: line(LONGEST) = None  # type: ignore[valid-type]
    en: line(LONGEST) = None  # type: ignore[valid-type]
    expects: MaybeMoment = None


class IncidentPublished(IncidentNews, kw_only=True):
    """A new incident: its kind, and the buildings concerned (none: the whole community)."""

    kind: Choice
    buildings: Choices = []


INCIDENT_VERBS: Mapping[str, IncidentState] = {
    "update": IncidentState.ANNOUNCED,
    "working": IncidentState.WORKING,
    "over": IncidentState.OVER,
}


@incident_desk.route("/staff/incidents", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def show_desk(asked: Exchange, session: wiring.Session) -> Response:
    """What goes on in one's community, and the kinds that can be published; with `kind`, the form for one."""
    kind = wiring.rulebook().incidents.get(body.query_value(asked, "kind") or "")
    return form_page(asked, session, kind) if kind else list_page(asked, session)


@incident_desk.route("/v1/staff/incidents", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def get_desk(asked: Exchange, session: wiring.Session) -> Response:
    """The incidents of one's community as JSON, the newest first."""
    found, cursor = wiring.incidents.of_community(session.community, position(asked, now.POSITION))
    items = [incident_resource(one, wiring.rulebook()) for one in found]
    return json_answer({"items": items, "next_cursor": opaque(cursor) if cursor else None})


@incident_desk.route("/staff/incidents", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *PUBLISHING)
def post_incident(asked: Exchange, session: wiring.Session) -> Response:
    """A new incident as the form posts it."""
    along, fields = keys.posted(asked, keys.FIELD)
    try:
        said = validated(IncidentPublished, _values(asked, session, fields, where=True))
        incident = _publish(asked, session, said, along.get(keys.FIELD))
    except (Problem, Refused) as error:
        kind = wiring.rulebook().incidents.get(fields.get("kind", ""))
        problem = _refused(asked, error, kind is not None)
        return form_page(asked, session, kind, problem.status, _filled(asked, fields, along, problem))
    return see_other(f"{INCIDENTS}/{incident.id}?done=publish{asked.carried_language}")


@incident_desk.route("/v1/staff/incidents", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *PUBLISHING)
def post_incident_json(asked: Exchange, session: wiring.Session) -> Response:
    """A new incident as a program sends it, under an Idempotency-Key."""
    said = validated(IncidentPublished, body.read_json(asked))
    keys.needed_key(asked, "", "")
    incident = _publish(asked, session, said, None)
    return json_answer(_resource(incident), 201, {"Location": f"/api/v1/incidents/{incident.id}"})


@incident_desk.route("/staff/incidents/{id}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def show_one(asked: Exchange, session: wiring.Session, id: str) -> Response:
    """One incident with its cases, and what can be said about it."""
    done = {
        "publish": Text("已发布，几秒钟内每一页都看得到。", "Published: every page shows it within seconds."),
        **dict.fromkeys(
            INCIDENT_VERBS, Text("已更新，归在一起的工单都会收到消息。", "Updated: its cases are told.")
        ),
    }.get(body.query_value(asked, "done") or "")
    return one_page(asked, session, _own(session, id), notice=done)


@incident_desk.route("/v1/staff/incidents/{id}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def get_one(asked: Exchange, session: wiring.Session, id: str) -> Response:
    """The JSON twin, with the cases that are part of it."""
    file = _own(session, id)
    told = incident_resource(file.incident, wiring.rulebook(), file.events)
    return json_answer({**told, "cases": list(file.cases)})


@incident_desk.route("/staff/incidents/{id}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *PUBLISHING)
def post_verb(asked: Exchange, session: wiring.Session, id: str, verb: str) -> Response:
    """News as the page posts it."""
    if verb not in INCIDENT_VERBS:
        raise not_found()
    along, fields = keys.posted(asked, keys.FIELD)
    try:
        said = validated(IncidentNews, _values(asked, session, fields, where=False))
        _proceed(asked, session, id, verb, said)
    except (Problem, Refused) as error:
        problem = _refused(asked, error, known=True)
        filled = _filled(asked, fields, along, problem)
        return one_page(asked, session, _own(session, id), problem.status, tried=(verb, filled))
    return see_other(f"{INCIDENTS}/{id}?done={verb}{asked.carried_language}")


@incident_desk.route("/v1/staff/incidents/{id}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *PUBLISHING)
def post_verb_json(asked: Exchange, session: wiring.Session, id: str, verb: str) -> Response:
    """The JSON twin of news."""
    if verb not in INCIDENT_VERBS:
        raise not_found()
    said = validated(IncidentNews, read_optional_json(asked, IncidentNews))
    return json_answer(_resource(_proceed(asked, session, id, verb, said)))


def _publish(
    asked: Exchange, session: wiring.Session, said: IncidentPublished, field: str | None
) -> Incident:
    book = wiring.rulebook()
    kind = book.incidents.get(said.kind)
    if kind is None:
        raise invalid({"kind": general_words("unknown")})
    community = book.communities[session.community]
    if any(one not in community.buildings for one in said.buildings):
        raise invalid({"buildings": general_words("unknown")})
    buildings = tuple(id for id in community.buildings if id in said.buildings)
    buildings = () if len(buildings) == len(community.buildings) else buildings
    key = keys.key_of_form(asked, f"incident|{session.actor.id}", as_json(said), field)
    day = asked.at.astimezone(ZoneInfo(community.zone))
    id = f"{day:%y%m%d}-{hashlib.sha256(f'{key.scope}|{key.key}'.encode()).hexdigest()[:8]}"
    by = By(session.actor, asked.at, secrets.token_hex(8))
    expects = in_zone(said.expects, ZoneInfo(community.zone)) if said.expects else None
    news = _words(said, kind, IncidentState.ANNOUNCED)
    incident = publish_incident(
        wiring.incidents, book, by, id, session.community, kind.id, buildings, news, expects
    )
    _spread(asked, incident)
    return incident


def _proceed(asked: Exchange, session: wiring.Session, id: str, verb: str, said: IncidentNews) -> Incident:
    file = _own(session, id)
    book, state = wiring.rulebook(), INCIDENT_VERBS[verb]
    zone = ZoneInfo(book.communities[session.community].zone)
    kind = book.incidents.get(file.incident.kind)
    by = By(session.actor, asked.at, secrets.token_hex(8))
    expects = in_zone(said.expects, zone) if said.expects else None
    news = _words(said, kind, state if state is not IncidentState.ANNOUNCED else file.incident.state)
    try:
        incident = proceed_incident(
            wiring.incidents, book, by, session.community, id, said.seen, state, news, expects
        )
    except IncidentMoved:
        raise Problem(
            409,
            "changed-meanwhile",
            Text("刚刚有变化", "It has changed"),
            Text(
                "您看到的不是最新情况，没有保存。请看过再写一次。",
                "What you saw is not the latest, so nothing was saved. Please look again.",
            ),
        ) from None
    _spread(asked, incident)
    return incident


def _words(said: IncidentNews, kind: IncidentKind | None, state: IncidentState) -> Text:
    """What was written; a language in which nothing was has the ready words."""
    ready = kind.ready(str(state)) if kind else Text("", "")
    written: tuple[str | None, str | None] = (said.zh, said.en)
    return Text(written[0] or ready.zh, written[1] or ready.en)


def _spread(asked: Exchange, incident: Incident) -> None:
    """The first cases are told at once, and the messages go out without waiting for the next minute."""
    now.forget()
    spread_incidents(
        wiring.incidents,
        wiring.cases,
        wiring.queues,
        wiring.rulebook(),
        asked.at,
        only=incident.id,
        most=AT_ONCE,
    )
    wiring.hurry()


def _own(session: wiring.Session, id: str) -> wiring.IncidentFile:
    head = wiring.incidents.head(id) if now.ID.fullmatch(id) else None
    if head is None or head.community != session.community:
        raise NotFound(id)  # missing and not theirs are found out alike, and take as long
    return now.load(id)


def _values(
    asked: Exchange, session: wiring.Session, fields: Mapping[str, str], *, where: bool
) -> dict[str, Any]:
    """The form as a program would have sent it. Nothing ticked is no answer: the whole community is ticked like a building."""
    values: dict[str, Any] = {name: text for name, text in fields.items() if text != ""}
    if where:
        ticked = [name.removeprefix("at_") for name in fields if name.startswith("at_")]
        values = {name: one for name, one in values.items() if not name.startswith("at_")}
        if not ticked:
            raise invalid(
                {
                    "buildings": Text(
                        "请勾选是哪几栋楼，或者勾整个小区。", "Tick the buildings, or the whole community."
                    )
                }
            )
        values["buildings"] = [] if WHOLE in ticked else ticked
    hours = values.pop("hours", "")
    if hours and "expects" not in values:
        if hours not in _HOURS:
            raise invalid({"hours": general_words("unknown")})
        values["expects"] = (asked.at + timedelta(hours=_HOURS[hours])).isoformat()
    if isinstance(seen := values.get("seen"), str) and seen.isdigit():
        values["seen"] = int(seen[:6])
    return values


def _refused(asked: Exchange, error: Problem | Refused, known: bool) -> Problem:
    problem = problem_for(asked, error)
    if not asked.wants_html or not known or problem.status == 404:
        raise problem from error
    return problem


def _filled(asked: Exchange, fields: Mapping[str, str], along: Mapping[str, str], problem: Problem) -> Filled:
    errors = {name: text.in_language(asked.language) for name, text in problem.errors.items()}
    errors.setdefault("", "" if errors else problem.detail.in_language(asked.language))
    return Filled(fields, errors, along.get(keys.FIELD, ""))


def _resource(incident: Incident) -> dict[str, Any]:
    file = now.load(incident.id)
    told = incident_resource(file.incident, wiring.rulebook(), file.events)
    return {**told, "cases": list(file.cases)}
