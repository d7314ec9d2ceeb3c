"""The general manager's open days (A4) at the desk: who comes, what was asked, and what is answered or kept from the public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.attend_open_day import attend
from chalicelib.domain import open_days as rules
from chalicelib.domain.moments import written
from chalicelib.domain.open_days import OpenDay, OpenDayBook
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from . import body
from .access import open_to
from .answers import json_answer, page, see_other
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .fields import Choice, Words
from .keys import FIELD, posted
from .noted import homes_read
from .open_days import DONE, day_of, days_of, resource
from .open_days_view import OpenDaysView, day_view
from .problems import Problem, not_found
from .rendering import render
from .staff_pages import OPEN_DAY_ROLES, OPEN_DAYS, bar_of, other_language, reader_of
from .story import Reader
from .tracking import read_optional_json
from .verbs import Plain, validated, values_of_form

desk_open_days = Blueprint(__name__)

ROLES = tuple(sorted(OPEN_DAY_ROLES))
_NOTED_AT_ONCE = 30


class AnswerOpenly(Plain, kw_only=True):
    """Answer a question: question and answer are public then."""

    question: Choice
    words: Words


class DeclineQuestion(Plain, kw_only=True):
    """Keep a question from the public, with the reason that the asker reads."""

    question: Choice
    words: Words


DESK_VERBS: Mapping[str, type[Plain]] = {"answer": AnswerOpenly, "decline": DeclineQuestion}


@desk_open_days.route("/staff/open-days", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *ROLES)
def show_desk(asked: Exchange, session: wiring.Session) -> Response:
    """Who comes on the open days of the community, and what was asked."""
    done = DONE.get(body.query_value(asked, "done") or "")
    return _desk_page(asked, session, notice=reader_of(asked).say(done) if done else "")


@desk_open_days.route("/v1/staff/open-days", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *ROLES)
def get_desk(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin of the desk's list."""
    days = days_of(session.community)
    books = [wiring.open_days.load(day.id) for day in days]
    _note(asked, session, books)
    return json_answer(
        {"items": [_desk_resource(asked, day, book) for day, book in zip(days, books, strict=True)]}
    )


@desk_open_days.route("/staff/open-days/{day}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *ROLES)
def settle(asked: Exchange, session: wiring.Session, day: str, verb: str) -> Response:
    """A question answered or declined, as the page posts it."""
    if verb not in DESK_VERBS:
        raise not_found()
    _, fields = posted(asked, FIELD)
    known = day_of(day, session.community)
    try:
        _settle(known, verb, validated(DESK_VERBS[verb], values_of_form(fields)))
    except (Problem, Refused) as error:
        problem = problem_for(asked, error)
        if not asked.wants_html:
            raise problem from error
        told = next(iter(problem.errors.values()), problem.detail)
        reader = reader_of(asked)
        return _desk_page(
            asked,
            session,
            problem.status,
            reader.say(told),
            "bad",
            fields.get("question", ""),
            fields.get("words", ""),
        )
    return see_other(f"{OPEN_DAYS}?done={verb}{asked.carried_language}")


@desk_open_days.route("/v1/staff/open-days/{day}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *ROLES)
def settle_json(asked: Exchange, session: wiring.Session, day: str, verb: str) -> Response:
    """The JSON twin of a step at the desk."""
    if verb not in DESK_VERBS:
        raise not_found()
    known = day_of(day, session.community)
    book = _settle(known, verb, validated(DESK_VERBS[verb], read_optional_json(asked, DESK_VERBS[verb])))
    _note(asked, session, [book])
    return json_answer(_desk_resource(asked, known, book))


def _settle(day: OpenDay, verb: str, said: Any) -> OpenDayBook:
    decide = rules.answer if verb == "answer" else rules.decline
    return attend(wiring.open_days, day, lambda book: decide(book, said.question, said.words))


def _note(asked: Exchange, session: wiring.Session, books: list[OpenDayBook]) -> None:
    """Notes whose homes are about to be shown, before they are."""
    homes = dict.fromkeys(one.visitor.home for book in books for one in book.bookings)
    wanted = list(homes)
    for start in range(0, len(wanted), _NOTED_AT_ONCE):
        homes_read(asked, session, wanted[start : start + _NOTED_AT_ONCE])


def _names(community: str, books: list[OpenDayBook], reader: Reader) -> dict[str, str]:
    homes = {one.visitor.home for book in books for one in book.bookings}
    known = reader.book.communities[community].buildings
    return {
        id: f"{reader.say(known[one.home.building].name) if one.home.building in known else one.home.building} "
        f"{one.home.said}"
        for id, one in wiring.households.households(community, homes).items()
    }


def _desk_page(
    asked: Exchange,
    session: wiring.Session,
    status: int = 200,
    notice: str = "",
    tone: str = "good",
    tried: str = "",
    words: str = "",
) -> Response:
    reader = reader_of(asked)
    days = days_of(session.community)
    books = [wiring.open_days.load(day.id) for day in days]
    _note(asked, session, books)
    names = _names(session.community, books, reader)
    title = reader.say(Text("总经理开放日", "Open days"))
    view = OpenDaysView(
        reader.language,
        [day_view(day, book, reader, names=names) for day, book in zip(days, books, strict=True)],
        OPEN_DAYS,
        notice,
        tone,
        tried,
        words,
        bar=bar_of(OPEN_DAYS, session, reader),
        title=title,
    )
    content = render("staff_open_days.html", reader.language, view=view)
    return page(asked, title, content, status, other_language=other_language(reader, OPEN_DAYS))


def _desk_resource(asked: Exchange, day: OpenDay, book: OpenDayBook) -> dict[str, Any]:
    return {
        **resource(asked, day, book),
        "bookings": [
            {"slot": one.slot, "home": one.visitor.home, "at": written(one.at)} for one in book.bookings
        ],
        "questions": [
            {"question": one.id, "words": one.words, "state": one.state, "answer": one.answer}
            for one in book.questions
        ],
    }
