"""What staff do once they are in: work a case, see what could not be sent; as pages and as JSON."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.request import ChangedMeanwhile, KeyReused, NotFound
from chalicelib.domain.keeping import CaseFile, Owed
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from . import body, keys, pages, resources
from .access import open_to
from .answers import json_answer, page, see_other
from .buttons import Tried, account_of, tried_of
from .changed import changed_meanwhile
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .fields import CASE_NUMBER
from .noted import case_read
from .paging import STUCK_POSITION, opaque, position
from .problems import Problem, not_found, other_account
from .ready_answers import ready_answers
from .rendering import render
from .said import as_json
from .staff_pages import STUCK, other_language, reader_of
from .story import Reader, changed_words
from .tracking import read_optional_json
from .verbs import STAFF_VERBS, Plain, validated, values_of_form
from .words import CLOCK, moment_words

desk = Blueprint(__name__)

PAGE = 25


@desk.route("/staff/stuck", methods=READ, content_types=ANY_TYPE)
@open_to("staff")
def stuck(asked: Exchange, session: wiring.Session) -> Response:
    """The messages of the community that could not be sent, oldest first."""
    owed, cursor = _stuck_page(asked, session)
    reader = reader_of(asked)
    following = f"{STUCK}?cursor={cursor}{asked.carried_language}" if cursor else ""
    content = render(
        "staff_stuck.html", reader.language, view=pages.stuck_view(owed, following, session, reader)
    )
    title = "没发出去的消息" if reader.language == "zh" else "Messages not sent"
    return page(asked, title, content, other_language=other_language(reader, STUCK))


@desk.route("/v1/staff/stuck", methods=READ, content_types=ANY_TYPE)
@open_to("staff")
def get_stuck(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin of the messages that could not be sent."""
    owed, cursor = _stuck_page(asked, session)
    return json_answer({"items": [resources.stuck_resource(one) for one in owed], "next_cursor": cursor})


@desk.route("/staff/cases/{number}", methods=READ, content_types=ANY_TYPE)
@open_to("staff")
def show(asked: Exchange, session: wiring.Session, number: str) -> Response:
    """A case as those who work it see it."""
    file = case_read(asked, session, _file(session, number))
    reader = reader_of(asked)
    done = body.query_value(asked, "done")
    notice = reader.say(Text("已保存。", "Saved.")) if done in STAFF_VERBS else ""
    if done == "filed":
        notice = reader.say(_filed(file, reader))
    answer = reader.book.answers.get(body.query_value(asked, "answer") or "")
    tried = None
    if answer is not None:
        ready = ready_answers(answer.verb, file.case, reader, session.actor)
        words = next((one.words for one in ready if one.id == answer.id), "")
        tried = Tried(answer.verb, values={"words": words})
    return _page(asked, file, reader, session, notice=notice, tried=tried)


@desk.route("/v1/staff/cases/{number}/changes", methods=READ, content_types=ANY_TYPE)
@open_to("staff")
def get_changes(asked: Exchange, session: wiring.Session, number: str) -> Response:
    """What happened to a case since the version that was `seen`, in words: asked for by a page that stands open."""
    file = _file(session, number)
    seen = body.query_value(asked, "seen", 6) or ""
    reader = reader_of(asked)
    since = [event for event in file.events if seen.isdecimal() and event.seq > int(seen)]
    return json_answer(
        {"version": file.case.version, "words": changed_words(since[-3:], file.case, reader) if since else ""}
    )


@desk.route("/v1/staff/cases/{number}", methods=READ, content_types=ANY_TYPE)
@open_to("staff")
def get_case(asked: Exchange, session: wiring.Session, number: str) -> Response:
    """The JSON twin of a case."""
    return _answer(asked, session, number)


@desk.route("/staff/cases/{number}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff")
def act(asked: Exchange, session: wiring.Session, number: str, verb: str) -> Response:
    """One verb as the page posts it: back to the case, which says what was done or why it was not."""
    if verb not in STAFF_VERBS:
        raise not_found()
    along, fields = keys.posted(asked, "account", keys.FIELD)
    said: Plain | None = None
    try:
        refuse_other_account(session, along.get("account"))
        said = validated(STAFF_VERBS[verb][0], values_of_form(fields))
        _carry_out(asked, session, number, verb, said, along.get(keys.FIELD))
    except (Problem, Refused, KeyReused, ChangedMeanwhile) as error:
        problem = _told(asked, error, said)
        if not asked.wants_html or problem.status == 404:
            raise problem from error
        return _refused(asked, session, number, verb, fields, problem)
    if not asked.wants_html:  # a page's script, which sends what was done without a signal
        return _answer(asked, session, number)
    return see_other(f"/api/staff/cases/{number}?done={verb}{asked.carried_language}")


@desk.route("/v1/staff/cases/{number}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff")
def post_verb(asked: Exchange, session: wiring.Session, number: str, verb: str) -> Response:
    """The JSON twin of a verb."""
    if verb not in STAFF_VERBS:
        raise not_found()
    model = STAFF_VERBS[verb][0]
    said = validated(model, read_optional_json(asked, model))
    try:
        _carry_out(asked, session, number, verb, said, None)
    except ChangedMeanwhile as error:
        raise _told(asked, error, said) from error
    return _answer(asked, session, number)


def refuse_other_account(session: wiring.Session, account: str | None) -> None:
    """Raises Problem (403) for a form that another account filled in; one that names none is this session's."""
    if account is not None and account != account_of(session.community, session.actor):
        raise other_account()


def _filed(file: CaseFile, reader: Reader) -> Text:
    """What is said after filing for a caller: the number to dictate and the promise to read out."""
    number, due = file.case.number, file.case.due
    if due is None:
        return Text(f"已登记，单号 {number}。", f"Filed under number {number}.")
    moment = moment_words(due, reader.now, reader.book.communities[file.case.community].zone)
    clock = CLOCK[min((c for c in file.case.clocks if c.running), key=lambda c: c.due).kind]
    return Text(
        f"已登记，单号 {number}。请告诉来电的人：最晚 {moment.zh} {clock.zh}。",
        f"Filed under number {number}. Tell the caller: {clock.en.lower()} by {moment.en}.",
    )


def _carry_out(
    asked: Exchange, session: wiring.Session, number: str, verb: str, said: Plain, field: str | None
) -> None:
    _known(number)
    what = {"verb": verb, "number": number, "said": as_json(said, without=("seen",))}
    key = keys.optional_key(asked, f"staff|{session.community}/{session.actor.id}", what, field)
    request = wiring.request_of_staff(session.actor, session.community, asked.at, key, said.seen)
    zone = ZoneInfo(wiring.rulebook().communities[session.community].zone)
    STAFF_VERBS[verb][1](request, number, said, zone)


def _file(session: wiring.Session, number: str) -> CaseFile:
    """The case, if it belongs to the session's community. Raises NotFound for another one's too: they look alike."""
    _known(number)
    file = wiring.cases.load(number)
    if file is None or file.case.community != session.community:
        raise NotFound(number)
    return file


def _answer(asked: Exchange, session: wiring.Session, number: str) -> Response:
    """The case as JSON, as it stands now."""
    file = case_read(asked, session, _file(session, number))
    return json_answer(resources.case_resource(file, reader_of(asked), session.actor))


def _known(number: str) -> None:
    if not CASE_NUMBER.fullmatch(number):
        raise NotFound(number)


def _told(asked: Exchange, error: Exception, said: Plain | None) -> Problem:
    if isinstance(error, ChangedMeanwhile):
        return changed_meanwhile(error.case, asked.at, said.seen if said else None, staff=True)
    return problem_for(asked, error)


def _refused(
    asked: Exchange,
    session: wiring.Session,
    number: str,
    verb: str,
    fields: dict[str, str],
    problem: Problem,
) -> Response:
    reader = reader_of(asked)
    tried = tried_of(verb, fields, problem, reader)
    file = case_read(asked, session, _file(session, number))
    return _page(asked, file, reader, session, problem.status, reader.say(problem.detail), "bad", tried)


def _page(
    asked: Exchange,
    file: CaseFile,
    reader: Reader,
    session: wiring.Session,
    status: int = 200,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
) -> Response:
    view = pages.staff_view(file, reader, session, notice, tone, tried)
    content = render("staff_case.html", reader.language, view=view)
    other = other_language(reader, f"/api/staff/cases/{file.case.number}")
    return page(asked, f"{view.head.title} {view.head.number}", content, status, other_language=other)


def _stuck_page(asked: Exchange, session: wiring.Session) -> tuple[list[Owed], str | None]:
    owed = wiring.outbox.stuck(session.community, position(asked, STUCK_POSITION), PAGE)
    return owed, opaque(owed[-1].sk) if len(owed) == PAGE else None
