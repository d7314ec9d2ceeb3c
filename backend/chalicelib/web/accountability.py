"""The records of missed limits (E3): what a supervisor has to explain, a manager to decide, and what concerns oneself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.judge import Superseded, judge, open_record
from chalicelib.actions.request import NotFound
from chalicelib.domain import accountability as rules
from chalicelib.domain.change import By
from chalicelib.domain.keeping import LapseFile
from chalicelib.domain.lapse import STAGES, Cause, Consequence, Lapse, LapseChange
from chalicelib.domain.moments import written
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Community, Text

from . import body
from .access import open_to
from .accountability_view import STAGE_NAMES, lapse_view, lapses_view
from .answers import json_answer, page, see_other
from .buttons import Tried, tried_of
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .keys import FIELD, posted
from .paging import MOMENT, opaque, position, unknown_position
from .problems import Problem, bad_request, not_found
from .rendering import render
from .reports import WORKING
from .staff_pages import ACCOUNTABILITY, other_language, reader_of
from .tracking import read_optional_json
from .verbs import Plain, WithWords, validated, values_of_form

accountability = Blueprint(__name__)

PAGE = 25
MINE = "mine"
RECORD = re.compile(r"[0-9]{6}-[0-9]{6}-(?:reply|arrive|resolve)-[0-9]{1,4}")
_POSITION = re.compile(rf"(?:(?:{'|'.join(STAGES)})#)?{MOMENT}#{RECORD.pattern}")


class NoteCause(WithWords, kw_only=True):
    """Why the limit was missed, with a note."""

    cause: Cause


class Decide(WithWords, kw_only=True):
    """What follows, with a note."""

    consequence: Consequence


class Explain(WithWords, kw_only=True):
    """How it came about, in the words of the person concerned."""


Judge = Callable[[Lapse, Community, By, Any], LapseChange]

LAPSE_VERBS: Mapping[str, tuple[type[Plain], Judge]] = {
    "explain": (Explain, lambda lapse, community, by, said: rules.explain(lapse, by, said.words)),
    "note_cause": (
        NoteCause,
        lambda lapse, community, by, said: rules.note_cause(lapse, by, community, said.cause, said.words),
    ),
    "decide": (
        Decide,
        lambda lapse, community, by, said: rules.decide(lapse, by, community, said.consequence, said.words),
    ),
}


@accountability.route("/staff/accountability", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def show_lapses(asked: Exchange, session: wiring.Session) -> Response:
    """A list of missed limits: those that one judges, and those that concern oneself."""
    reader = reader_of(asked)
    lists = _lists(session)
    chosen = _chosen(asked, lists)
    rows, cursor = _rows(asked, session, chosen)
    following = (
        f"{ACCOUNTABILITY}?list={chosen}&cursor={opaque(cursor)}{asked.carried_language}" if cursor else ""
    )
    tabs = [(id, label, id == chosen) for id, label in lists.items()]
    view = lapses_view(rows, tabs, following, session, reader)
    content = render("staff_lapses.html", reader.language, view=view)
    here = f"{ACCOUNTABILITY}?list={chosen}"
    return page(asked, view.title, content, other_language=other_language(reader, here))


@accountability.route("/v1/staff/accountability", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def get_lapses(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin of a list."""
    rows, cursor = _rows(asked, session, _chosen(asked, _lists(session)))
    return json_answer(
        {"items": [_row_resource(one) for one in rows], "next_cursor": opaque(cursor) if cursor else None}
    )


@accountability.route("/staff/accountability/{record}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def show_lapse(asked: Exchange, session: wiring.Session, record: str) -> Response:
    """One record."""
    done = body.query_value(asked, "done")
    notice = reader_of(asked).say(Text("已保存。", "Saved.")) if done in LAPSE_VERBS else ""
    return _page(asked, session, _open(asked, session, record), notice=notice)


@accountability.route("/v1/staff/accountability/{record}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def get_lapse(asked: Exchange, session: wiring.Session, record: str) -> Response:
    """The JSON twin of one record."""
    return json_answer(_resource(_open(asked, session, record), session))


@accountability.route("/staff/accountability/{record}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def post_lapse(asked: Exchange, session: wiring.Session, record: str, verb: str) -> Response:
    """One step as the page posts it."""
    if verb not in LAPSE_VERBS:
        raise not_found()
    _, fields = posted(asked, FIELD)
    try:
        _carry_out(asked, session, record, verb, values_of_form(fields))
    except (Problem, Refused) as error:
        problem = problem_for(asked, error)
        if not asked.wants_html or problem.status == 404:
            raise problem from error
        reader = reader_of(asked)
        tried = tried_of(verb, fields, problem, reader)
        file = _open(asked, session, record)
        return _page(asked, session, file, problem.status, reader.say(problem.detail), "bad", tried)
    return see_other(f"{ACCOUNTABILITY}/{record}?done={verb}{asked.carried_language}")


@accountability.route("/v1/staff/accountability/{record}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def post_lapse_json(asked: Exchange, session: wiring.Session, record: str, verb: str) -> Response:
    """The JSON twin of a step."""
    if verb not in LAPSE_VERBS:
        raise not_found()
    _carry_out(asked, session, record, verb, read_optional_json(asked, LAPSE_VERBS[verb][0]))
    return json_answer(_resource(_open(asked, session, record), session))


def _lists(session: wiring.Session) -> dict[str, Text]:
    """The lists of the person who is signed in: id and name. The first one is where they begin."""
    community = wiring.rulebook().communities[session.community]
    actor = session.actor
    mine = {MINE: Text("关于我的", "About me")}
    if actor.role.value in ("manager", "general_manager"):
        return {"decision": STAGE_NAMES["decision"], **STAGE_NAMES} | mine
    departments = [one for one, id in community.supervisors.items() if id == actor.id]
    if actor.role.value != "supervisor" or not departments:
        return mine
    names = wiring.rulebook().departments
    lists: dict[str, Text] = {}
    for department in departments:
        for stage, name in STAGE_NAMES.items():
            more = names[department].name
            label = (
                Text(f"{name.zh}（{more.zh}）", f"{name.en} ({more.en})") if len(departments) > 1 else name
            )
            lists[f"{stage}.{department}"] = label
    return lists | mine


def _chosen(asked: Exchange, lists: Mapping[str, Text]) -> str:
    given = body.query_value(asked, "list")
    if given is None:
        return next(iter(lists))
    if given not in lists:
        raise bad_request("list", Text("没有这个列表。", "There is no such list."))
    return given


def _rows(asked: Exchange, session: wiring.Session, chosen: str) -> tuple[list[Lapse], str | None]:
    """A page of a list, without what its reader may not know of: what concerns those above them."""
    after = position(asked, _POSITION)
    if chosen == MINE:
        if after is not None and after.startswith(tuple(f"{one}#" for one in STAGES)):
            raise unknown_position()
        return wiring.lapses.of_person(session.community, session.actor.id, after, PAGE)
    stage, _, department = chosen.partition(".")
    if after is not None and not after.startswith(f"{stage}#"):
        raise unknown_position()
    known = next(one for one in STAGES if one == stage)
    found, cursor = wiring.lapses.of_community(session.community, known, department, after, PAGE)
    community = wiring.rulebook().communities[session.community]
    return [one for one in found if rules.may_see(one, session.actor, community)], cursor


def _open(asked: Exchange, session: wiring.Session, record: str) -> LapseFile:
    if not RECORD.fullmatch(record):
        raise NotFound(record)
    by = By(session.actor, asked.at, "")
    return open_record(wiring.lapses, wiring.rulebook(), by, session.community, record)


def _carry_out(
    asked: Exchange, session: wiring.Session, record: str, verb: str, values: Mapping[str, Any]
) -> None:
    _open(
        asked, session, record
    )  # whoever may not know of it learns nothing from what is wrong with the rest
    model, decide = LAPSE_VERBS[verb]
    said = validated(model, values)
    by = wiring.by_of(session.actor, asked.at)
    try:
        judge(
            wiring.lapses,
            wiring.rulebook(),
            by,
            session.community,
            record,
            said.seen,
            lambda lapse, community: decide(lapse, community, by, said),
        )
    except Superseded:
        raise Problem(
            409,
            "changed-meanwhile",
            Text("记录刚刚有变化", "The record has changed"),
            Text(
                "您看到的不是最新情况，没有保存。请看过再写一次。",
                "What you saw is not the latest, so nothing was saved. Please look again.",
            ),
        ) from None


def _page(
    asked: Exchange,
    session: wiring.Session,
    file: LapseFile,
    status: int = 200,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
) -> Response:
    reader = reader_of(asked)
    case = wiring.cases.load(file.lapse.case)
    view = lapse_view(file, case, session, reader, notice, tone, tried)
    content = render("staff_lapse.html", reader.language, view=view)
    address = f"{ACCOUNTABILITY}/{file.lapse.id}"
    return page(asked, view.title, content, status, other_language=other_language(reader, address))


def _row_resource(lapse: Lapse) -> dict[str, Any]:
    return {
        "record": lapse.id,
        "case": lapse.case,
        "category": lapse.category,
        "clock": lapse.clock,
        "standard": lapse.standard,
        "department": lapse.department,
        "person": lapse.person,
        "instead_of": lapse.instead_of,
        "due": written(lapse.due),
        "noticed": written(lapse.noticed),
        "stage": lapse.stage,
        "cause": lapse.cause.value if lapse.cause else None,
        "consequence": lapse.consequence.value if lapse.consequence else None,
        "version": lapse.version,
    }


def _resource(file: LapseFile, session: wiring.Session) -> dict[str, Any]:
    community = wiring.rulebook().communities[session.community]
    case = wiring.cases.load(file.lapse.case)
    return {
        **_row_resource(file.lapse),
        "passed_up_in_time": rules.passed_up_in_time(file.lapse, case.events if case else ()),
        "events": [
            {
                "seq": event.seq,
                "at": written(event.at),
                "kind": event.kind,
                "role": event.actor.role.value,
                "by": event.actor.id,
                "words": event.words,
            }
            for event in file.events
        ],
        "verbs": list(rules.verbs_open_to(file.lapse, session.actor, community)),
    }
