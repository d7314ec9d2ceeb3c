"""The general manager's open days (A4): what anybody may read, what a resident books and asks."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.attend_open_day import attend
from chalicelib.domain import open_days as rules
from chalicelib.domain.open_days import Noted, OpenDay, OpenDayBook
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from . import body, limits
from .access import open_to
from .answers import json_answer, page, see_other
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .fields import Choice, few_words
from .keys import FIELD, posted
from .my_home import OPEN_DAYS as MINE
from .my_home import Mine
from .open_days_view import OpenDaysView, day_view
from .problems import Problem, not_found
from .rendering import render
from .staff_pages import other_language
from .story import Reader
from .tracking import read_optional_json
from .verbs import Plain, validated, values_of_form

open_days = Blueprint(__name__)

PUBLIC = "/api/open-days"


class BookSlot(Plain, kw_only=True):
    """Book a slot of an open day for one's home."""

    slot: Choice


class CancelSlot(Plain, kw_only=True):
    """Give one's slot back."""


class AskOpenly(Plain, kw_only=True):
    """Ask something that is answered in public, without a name."""

    words: few_words(rules.LONGEST_QUESTION)  # type: ignore[valid-type]


RESIDENT_VERBS: Mapping[str, type[Plain]] = {"book": BookSlot, "cancel": CancelSlot, "ask": AskOpenly}
DONE: Mapping[str, Text] = {
    "book": Text("约好了。前一天会发短信提醒您。", "Booked. You get a text message the day before."),
    "cancel": Text("已取消，时段让给别的住户了。", "Cancelled: the time is free for others."),
    "ask": Text(
        "问题收到了。答复以后公开，不写是谁问的。",
        "We have your question. It becomes public with its answer, without your name.",
    ),
    "answer": Text("已答复，问题和答复公开了。", "Answered: both are public now."),
    "decline": Text("已处理，没有公开。", "Settled, and not published."),
}


@open_days.route("/open-days", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def show_all(asked: Exchange) -> Response:
    """All open days with the questions that were answered."""
    reader = Reader(asked.language, False, asked.at, wiring.rulebook())
    view = OpenDaysView(
        reader.language,
        [day_view(day, wiring.open_days.load(day.id), reader) for day in reader.book.open_days],
        MINE,
    )
    content = render("open_days.html", reader.language, view=view)
    title = reader.say(Text("总经理开放日", "The general manager's open day"))
    return page(asked, title, content, other_language=other_language(reader, PUBLIC))


@open_days.route("/v1/open-days", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_all(asked: Exchange) -> Response:
    """The JSON twin: which slots are free, and what was asked and answered."""
    days = wiring.rulebook().open_days
    return json_answer({"items": [resource(asked, day, wiring.open_days.load(day.id)) for day in days]})


@open_days.route("/my/open-days", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def show_mine(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """The open days of my community."""
    done = DONE.get(body.query_value(asked, "done") or "")
    mine = Mine.of(asked, resident)
    return _my_page(asked, mine, notice=mine.reader.say(done) if done else "")


@open_days.route("/v1/my/open-days", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def get_mine(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """The JSON twin: with what my home booked and asked."""
    mine = Mine.of(asked, resident)
    home = mine.membership.home
    days = days_of(home.community)
    return json_answer(
        {"items": [resource(asked, day, wiring.open_days.load(day.id), home.id) for day in days]}
    )


@open_days.route("/my/open-days/{day}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def act(asked: Exchange, resident: wiring.ResidentSession, day: str, verb: str) -> Response:
    """Booked, cancelled or asked, as the page posts it."""
    if verb not in RESIDENT_VERBS:
        raise not_found()
    _, fields = posted(asked, FIELD)
    mine = Mine.of(asked, resident)
    known = day_of(day, mine.membership.community)
    try:
        said = validated(RESIDENT_VERBS[verb], values_of_form(fields))
        _act(asked, mine, known, verb, said)
    except (Problem, Refused) as error:
        problem = problem_for(asked, error)
        if not asked.wants_html:
            raise problem from error
        told = next(iter(problem.errors.values()), problem.detail)
        return _my_page(
            asked, mine, problem.status, mine.reader.say(told), "bad", day, fields.get("words", "")
        )
    return see_other(mine.to(MINE, done=verb))


@open_days.route("/v1/my/open-days/{day}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def act_json(asked: Exchange, resident: wiring.ResidentSession, day: str, verb: str) -> Response:
    """The JSON twin of a step."""
    if verb not in RESIDENT_VERBS:
        raise not_found()
    mine = Mine.of(asked, resident)
    known = day_of(day, mine.membership.community)
    said = validated(RESIDENT_VERBS[verb], read_optional_json(asked, RESIDENT_VERBS[verb]))
    return json_answer(resource(asked, known, _act(asked, mine, known, verb, said), mine.membership.home.id))


def days_of(community: str) -> list[OpenDay]:
    """The open days of a community."""
    return [one for one in wiring.rulebook().open_days if one.community == community]


def day_of(id: str, community: str) -> OpenDay:
    """The open day of that id. Raises Problem (404) for one of another community."""
    found = next((one for one in days_of(community) if one.id == id), None)
    if found is None:
        raise not_found()
    return found


def _act(asked: Exchange, mine: Mine, day: OpenDay, verb: str, said: Any) -> OpenDayBook:
    zone = wiring.rulebook().communities[day.community].zone
    visitor = rules.Visitor(mine.membership.home.id, mine.membership.member.id)
    new = secrets.token_hex(8)
    limits.take_open_day(asked, mine.resident.phone_key)
    decide: Callable[[OpenDayBook], Noted]
    match verb:
        case "book":
            decide = lambda book: rules.book_slot(book, day, zone, said.slot, visitor, asked.at, new)  # noqa: E731
        case "cancel":
            decide = lambda book: rules.cancel_slot(book, day, zone, visitor.home, asked.at)  # noqa: E731
        case _:
            decide = lambda book: rules.ask(book, day, zone, said.words, visitor, asked.at, new)  # noqa: E731
    return attend(wiring.open_days, day, decide)


def _my_page(
    asked: Exchange,
    mine: Mine,
    status: int = 200,
    notice: str = "",
    tone: str = "good",
    tried: str = "",
    words: str = "",
) -> Response:
    home = mine.membership.home
    days = [
        day_view(day, wiring.open_days.load(day.id), mine.reader, home.id) for day in days_of(home.community)
    ]
    view = OpenDaysView(mine.reader.language, days, MINE, notice, tone, tried, words, frame=mine.frame(MINE))
    content = render("my_open_days.html", mine.reader.language, view=view, query=mine.to(""))
    title = mine.say("总经理开放日", "Open day")
    return page(asked, title, content, status, other_language=mine.other(MINE))


def resource(asked: Exchange, day: OpenDay, book: OpenDayBook, home: str = "") -> dict[str, Any]:
    """An open day as JSON, for a home or ("") for anybody."""
    reader = Reader(asked.language, False, asked.at, wiring.rulebook())
    view = day_view(day, book, reader, home)
    return {
        "day": day.id,
        "community": day.community,
        "date": day.date.isoformat(),
        "place": {"zh": day.place.zh, "en": day.place.en},
        "minutes": day.minutes,
        "slots": [{"slot": one.value, "state": one.state} for one in view.slots],
        "questions": [
            {"words": one.words, "state": one.state, "answer": one.answer, "mine": one.mine}
            for one in view.questions
        ],
    }
