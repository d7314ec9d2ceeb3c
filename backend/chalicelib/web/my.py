"""A resident's own pages: the home with its open cases and what is asked, each case, the history, the messages."""

from __future__ import annotations

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.request import KeyReused
from chalicelib.domain.asking import asks_of
from chalicelib.domain.keeping import CaseFile
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from . import body, keys, pages, resources
from .access import open_to
from .answers import json_answer, page, see_other
from .buttons import Tried, tried_of
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .my_home import BASE, CASES, HISTORY, HOME, MESSAGES, Mine
from .my_views import HistoryView, HomeView, MessagesView, asks
from .paging import QUEUE_POSITION, opaque, position
from .problems import Problem, not_found
from .rendering import render
from .tracking import DONE, carry_out, read_optional_json, track_page
from .verbs import RESIDENT_VERBS, validated, values_of_form

my = Blueprint(__name__)

_FILED = Text(
    "已收到，负责的人已经知道，时限从现在起由系统盯着。",
    "We have it. Whoever is responsible knows, and the system watches the clock from now on.",
)
_WELCOME = {"confirm": DONE["confirm"]}


@my.route("/my", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def home(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """My home: what is asked of me, what is open, what was lately."""
    mine = Mine.of(asked, resident)
    open_rows, recent_rows = mine.now()
    cards = [(mine.card(case, contact), case) for case, contact in (*open_rows, *recent_rows)]
    done = _WELCOME.get(body.query_value(asked, "done") or "")
    view = HomeView(
        frame=mine.frame(HOME),
        hello=mine.hello(),
        asks=asks(cards, CASES, mine.reader),
        open=[card for card, _ in cards[: len(open_rows)]],
        recent=[card for card, _ in cards[len(open_rows) :]],
        file=mine.ways_to_file(),
        notice=mine.reader.say(done) if done else "",
    )
    content = render("my_home.html", mine.reader.language, view=view)
    return page(asked, mine.say("我的家", "My home"), content, other_language=mine.other(HOME))


@my.route("/v1/my", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def get_home(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """The JSON twin of my home."""
    mine = Mine.of(asked, resident)
    open_rows, recent_rows = mine.now()
    homes = [
        {
            "community": one.community,
            "building": one.home.building,
            "unit": one.home.unit,
            "room": one.home.room,
            "relation": one.member.relation.value,
        }
        for one in mine.homes
    ]
    asked_of_me = [
        {"number": case.number, "ask": ask}
        for case, _ in (*open_rows, *recent_rows)
        for ask in asks_of(case, asked.at)
    ]
    return json_answer(
        {
            "homes": homes,
            "shown": mine.index,
            "asked": asked_of_me,
            "open": [mine.row_json(case, contact) for case, contact in open_rows],
            "recent": [mine.row_json(case, contact) for case, contact in recent_rows],
        }
    )


@my.route("/my/history", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def history(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """Every case of my home since I live there, the newest first, in pages."""
    mine = Mine.of(asked, resident)
    rows, cursor = mine.page(position(asked, QUEUE_POSITION))
    view = HistoryView(
        frame=mine.frame(HISTORY),
        rows=[mine.card(case, contact) for case, contact in rows],
        next_address=mine.to(HISTORY, cursor=opaque(cursor)) if cursor else "",
    )
    content = render("my_history.html", mine.reader.language, view=view)
    title = mine.say("办过的事", "All my cases")
    return page(asked, title, content, other_language=mine.other(HISTORY))


@my.route("/v1/my/history", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def get_history(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """The JSON twin of the history."""
    mine = Mine.of(asked, resident)
    rows, cursor = mine.page(position(asked, QUEUE_POSITION))
    items = [mine.row_json(case, contact) for case, contact in rows]
    return json_answer({"items": items, "next_cursor": opaque(cursor) if cursor else None})


@my.route("/my/messages", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def messages(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """What we sent about the cases of my home, page by page of the cases."""
    mine = Mine.of(asked, resident)
    rows, cursor = mine.page(position(asked, QUEUE_POSITION))
    view = MessagesView(
        frame=mine.frame(MESSAGES),
        rows=mine.messages(rows),
        next_address=mine.to(MESSAGES, cursor=opaque(cursor)) if cursor else "",
    )
    content = render("my_messages.html", mine.reader.language, view=view)
    title = mine.say("我的消息", "My messages")
    return page(asked, title, content, other_language=mine.other(MESSAGES))


@my.route("/v1/my/messages", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def get_messages(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """The JSON twin of the messages."""
    mine = Mine.of(asked, resident)
    rows, cursor = mine.page(position(asked, QUEUE_POSITION))
    items = [
        {
            "number": one.number,
            "sent": one.moment_iso,
            "subject": one.subject,
            "text": f"{one.before}{wiring.origin()}{one.address}{one.after}",
        }
        for one in mine.messages(rows)
    ]
    return json_answer({"items": items, "next_cursor": opaque(cursor) if cursor else None})


@my.route("/my/cases/{number}", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def show(asked: Exchange, resident: wiring.ResidentSession, number: str) -> Response:
    """A case of my home."""
    mine, file = Mine.with_case(asked, resident, number)
    named = body.query_value(asked, "done") or ""
    done = _FILED if named == "filed" else DONE.get(named)
    return _page(asked, mine, file, notice=mine.reader.say(done) if done else "")


@my.route("/v1/my/cases/{number}", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def get_case(asked: Exchange, resident: wiring.ResidentSession, number: str) -> Response:
    """The JSON twin of a case of my home."""
    mine, file = Mine.with_case(asked, resident, number)
    return json_answer(resources.case_resource(file, mine.reader, wiring.RESIDENT))


@my.route("/my/cases/{number}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def act(asked: Exchange, resident: wiring.ResidentSession, number: str, verb: str) -> Response:
    """One verb as the page posts it: back to the case, which says what was done or why it was not."""
    if verb not in RESIDENT_VERBS:
        raise not_found()
    along, fields = keys.posted(asked, keys.FIELD)
    mine, file = Mine.with_case(asked, resident, number)
    try:
        said = validated(RESIDENT_VERBS[verb][0], values_of_form(fields))
        carry_out(asked, file.case.number, verb, said, along.get(keys.FIELD))
    except (Problem, Refused, KeyReused) as error:
        problem = problem_for(asked, error)
        if not asked.wants_html or problem.status == 404:
            raise
        return _refused(asked, mine, number, verb, fields, problem)
    return see_other(mine.to(f"{CASES}/{number}", done=verb))


@my.route("/v1/my/cases/{number}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_verb(asked: Exchange, resident: wiring.ResidentSession, number: str, verb: str) -> Response:
    """One verb as a program asks for it."""
    if verb not in RESIDENT_VERBS:
        raise not_found()
    mine, file = Mine.with_case(asked, resident, number)
    model = RESIDENT_VERBS[verb][0]
    carry_out(asked, file.case.number, verb, validated(model, read_optional_json(asked, model)), None)
    mine, file = Mine.with_case(asked, resident, number)
    return json_answer(resources.case_resource(file, mine.reader, wiring.RESIDENT))


def _page(
    asked: Exchange,
    mine: Mine,
    file: CaseFile,
    status: int = 200,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
    problem: Problem | None = None,
) -> Response:
    path = f"{CASES}/{file.case.number}"
    view = pages.track_view(file, mine.reader, notice, tone, tried, (mine.to(BASE), path))
    return track_page(asked, view, status, problem, mine.other(path))


def _refused(
    asked: Exchange, mine: Mine, number: str, verb: str, fields: dict[str, str], problem: Problem
) -> Response:
    mine, file = Mine.with_case(asked, mine.resident, number)
    tried = tried_of(verb, fields, problem, mine.reader)
    return _page(asked, mine, file, problem.status, mine.reader.say(problem.detail), "bad", tried, problem)
