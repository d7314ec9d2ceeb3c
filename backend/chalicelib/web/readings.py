"""Whose data did somebody of staff read, and when: asked by the manager after a leak or a complaint (PIPL articles 51 and 57)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.accounts import Account
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Text

from . import body
from .access import open_to
from .answers import json_answer, page
from .edge import ANY_TYPE, READ
from .exchange import Exchange
from .form_view import Option
from .page_views import Bar
from .paging import MOMENT, opaque, position
from .problems import Problem, bad_request, invalid
from .rendering import render
from .staff_pages import BOARD, READINGS, bar_of, other_language, reader_of
from .story import Reader
from .words import ROLE, moment_words

readings = Blueprint(__name__)

PAGE = 100
LATELY = timedelta(days=30)
JUDGES = ("manager", "general_manager")
_POSITION = re.compile(rf"{MOMENT}#[a-z]{{1,10}}#[A-Za-z0-9_.-]{{1,120}}")
_WHAT = {
    "case": Text("工单", "Case"),
    "home": Text("房屋登记", "Home"),
    "search": Text("搜索", "Search"),
    "export": Text("导出", "Export"),
    "post": Text("信息栏", "Info board"),
}
_PAGES = {"case": "/api/staff/cases", "post": BOARD}
_WHO = Text("请选一位同事。", "Please choose one of the staff.")
_DAYS = Text(
    "日期要像 2026-11-24 这样写，而且“从”不能晚于“到”。",
    "Please write days like 2026-11-24, the first not after the last.",
)


@dataclass(frozen=True)
class Asked:
    """The question: one account (None: not asked yet), its first and its last day, as the community's clocks show them."""

    account: Account | None
    first: date
    last: date
    zone: ZoneInfo

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first day's beginning to the last day's end."""
        start = datetime.combine(self.first, time(0), self.zone)
        return start, datetime.combine(self.last + timedelta(days=1), time(0), self.zone)


@dataclass(frozen=True)
class ReadingRow:
    """One reading: when, what, which one with its address ("" where there is none), and what a search showed."""

    when: str
    iso: str
    what: str
    id: str
    address: str
    found: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ReadingsView:
    """The page: the question, and a page of its answer (None: not asked yet)."""

    bar: Bar
    action: str
    people: Sequence[Option]
    person: str
    first: str
    last: str
    rows: Sequence[ReadingRow] | None
    next_address: str
    error: str = ""


@readings.route("/staff/readings", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *JUDGES)
def show_readings(asked: Exchange, session: wiring.Session) -> Response:
    """The question, and where it is asked its answer."""
    reader = reader_of(asked)
    people = sorted(wiring.accounts.everyone(session.community), key=lambda one: (not one.active, one.id))
    try:
        question = _question(asked, session, people)
        rows, cursor, status, error = None, None, 200, ""
        if question.account is not None:
            rows, cursor = _answer(asked, session, question)
    except Problem as problem:
        if problem.status != 422:
            raise
        question, rows, cursor, status = _usual(asked, session), None, None, 422
        error = " ".join(reader.say(text) for text in problem.errors.values())
    view = _view(session, reader, people, question, rows, cursor, error)
    content = render("staff_readings.html", reader.language, view=view)
    title = reader.say(Text("谁看过谁的资料", "Who read whose data"))
    return page(asked, title, content, status, other_language=other_language(reader, READINGS))


@readings.route("/v1/staff/readings", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *JUDGES)
def get_readings(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin: what the account `who` read on the days `from` to `to`, oldest first."""
    question = _question(asked, session, wiring.accounts.everyone(session.community))
    if question.account is None:
        raise invalid({"who": _WHO})
    found, cursor = _answer(asked, session, question)
    return json_answer({"items": [_resource(one) for one in found], "next_cursor": cursor})


def _usual(asked: Exchange, session: wiring.Session) -> Asked:
    zone = ZoneInfo(wiring.rulebook().communities[session.community].zone)
    today = asked.at.astimezone(zone).date()
    return Asked(None, today - LATELY, today, zone)


def _question(asked: Exchange, session: wiring.Session, people: Sequence[Account]) -> Asked:
    """What is asked. Raises Problem (422) for an account that is not there or days that are none."""
    usual = _usual(asked, session)
    said = {name: body.query_value(asked, name, 80) or "" for name in ("who", "from", "to")}
    try:
        first = date.fromisoformat(said["from"]) if said["from"] else usual.first
        last = date.fromisoformat(said["to"]) if said["to"] else usual.last
        if not date(2000, 1, 1) <= first <= last <= date(2999, 1, 1):
            raise ValueError
    except ValueError:
        raise invalid({"from": _DAYS}) from None
    account = next((one for one in people if one.id == said["who"]), None)
    if said["who"] and account is None:
        raise invalid({"who": _WHO})
    return Asked(account, first, last, usual.zone)


def _answer(
    asked: Exchange, session: wiring.Session, question: Asked
) -> tuple[list[wiring.Reading], str | None]:
    person = question.account.id if question.account else ""
    start, end = question.span
    after = position(asked, _POSITION)
    if after is not None and not written(start) <= after < written(end):
        raise bad_request("cursor", Text("这一页不在所选的日期里。", "That page is not within these days."))
    found, following = wiring.readings.of_reader(session.community, person, start, end, after, PAGE)
    return found, opaque(following) if following else None


def _resource(one: wiring.Reading) -> dict[str, Any]:
    return {
        "at": written(one.at),
        "role": one.role,
        "what": one.what,
        "id": None if one.what == "search" else one.id,
        "found": list(one.found),
    }


def _view(
    session: wiring.Session,
    reader: Reader,
    people: Sequence[Account],
    question: Asked,
    found: Sequence[wiring.Reading] | None,
    cursor: str | None,
    error: str,
) -> ReadingsView:
    community = reader.book.communities[session.community]
    person = question.account.id if question.account else ""
    again = {"who": person, "from": question.first.isoformat(), "to": question.last.isoformat()}
    following = (
        f"{READINGS}?{urlencode({**again, 'cursor': cursor, 'lang': reader.language})}" if cursor else ""
    )
    return ReadingsView(
        bar=bar_of(READINGS, session, reader),
        action=READINGS,
        people=[Option(one.id, f"{one.name} · {reader.say(ROLE[one.role.value])}") for one in people],
        person=person,
        first=again["from"],
        last=again["to"],
        rows=None if found is None else [_row(one, reader, community.zone) for one in found],
        next_address=following,
        error=error,
    )


def _row(one: wiring.Reading, reader: Reader, zone: str) -> ReadingRow:
    return ReadingRow(
        when=reader.say(moment_words(one.at, reader.now, zone)),
        iso=written(one.at),
        what=reader.say(_WHAT[one.what]),
        id="" if one.what == "search" else one.id,
        address=f"{_PAGES[one.what]}/{one.id}" if one.what in _PAGES else "",
        found=[(number, f"/api/staff/cases/{number}") for number in one.found],
    )
