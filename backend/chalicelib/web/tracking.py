"""What a resident does with the secret link of a case: look, urge, write, withdraw, confirm, reopen, rate."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.request import KeyReused, NotFound
from chalicelib.domain import links
from chalicelib.domain.keeping import CaseFile
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from . import body, keys, pages, resources
from .access import open_to
from .answers import json_answer, page, see_other
from .buttons import Tried, tracking_path, tried_of
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .page_views import TrackView
from .problems import Problem, not_found
from .rendering import render
from .said import as_json, needs_something
from .story import Reader
from .verbs import RESIDENT_VERBS, Plain, validated, values_of_form

tracking = Blueprint(__name__)

_LINK = re.compile(r"\d{6}-\d{6}-[a-z2-7]{26}")

DONE = {
    "urge": Text("已经催了，负责人马上会收到。", "Whoever is in charge is told now."),
    "write": Text("已经记下，负责人会看到。", "Noted: whoever is in charge will see it."),
    "withdraw": Text("已撤回。以后有事随时再提交。", "Withdrawn. File again whenever you need us."),
    "confirm": Text("谢谢您的确认。", "Thank you for confirming."),
    "reopen": Text("已重新处理，时限重新开始，也报告了主管。", "Reopened: the limits start afresh and the supervisor is told."),
    "rate": Text("谢谢您的评价。", "Thank you for your rating."),
}  # fmt: skip


@tracking.route("/track", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def find(asked: Exchange) -> Response:
    """The site's page for those who have the link at hand: on to the page of the link that was pasted."""
    fields = body.read_form(asked)
    asked.speak(fields)
    found = _LINK.search(fields.get("link", "").lower())
    if found is None or links.number_in(found.group(), wiring.link_keys()) is None:
        raise not_found()
    return see_other(f"/api/track/{found.group()}")


@tracking.route("/track/{link}", methods=READ, content_types=ANY_TYPE)
@open_to("resident link")
def show(asked: Exchange, number: str) -> Response:
    """The tracking page."""
    file = _file(asked, number)
    done = DONE.get(body.query_value(asked, "done") or "")
    reader = _reader(asked, file)
    return _page(asked, file, reader, notice=reader.say(done) if done else "")


@tracking.route("/track/{link}/receipt", methods=READ, content_types=ANY_TYPE)
@open_to("resident link")
def receipt(asked: Exchange, number: str) -> Response:
    """The page after filing."""
    file = _file(asked, number)
    reader = _reader(asked, file)
    content = render("receipt.html", reader.language, view=pages.receipt_view(file, reader))
    title = "已收到" if reader.language == "zh" else "We have it"
    return page(asked, title, content, other_language=_other(reader, f"{tracking_path(number)}/receipt"))


@tracking.route("/track/{link}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident link")
def act(asked: Exchange, number: str, verb: str) -> Response:
    """One verb as the tracking page posts it: back to the page, which says what was done or why it was not."""
    if verb not in RESIDENT_VERBS:
        raise not_found()
    along, fields = keys.posted(asked, keys.FIELD)
    try:
        said = validated(RESIDENT_VERBS[verb][0], values_of_form(fields))
        carry_out(asked, number, verb, said, along.get(keys.FIELD))
    except (Problem, Refused, KeyReused) as error:
        problem = problem_for(asked, error)
        if not asked.wants_html or problem.status == 404:
            raise
        return _refused(asked, number, verb, fields, problem)
    return see_other(f"{tracking_path(number)}?done={verb}{asked.carried_language}")


@tracking.route("/v1/track/{link}", methods=READ, content_types=ANY_TYPE)
@open_to("resident link")
def get_case(asked: Exchange, number: str) -> Response:
    """The case as JSON."""
    file = _file(asked, number)
    reader = Reader(asked.language, False, asked.at, wiring.rulebook())
    return json_answer(resources.case_resource(file, reader, wiring.RESIDENT))


@tracking.route("/v1/track/{link}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident link")
def post_verb(asked: Exchange, number: str, verb: str) -> Response:
    """One verb as a program asks for it."""
    if verb not in RESIDENT_VERBS:
        raise not_found()
    model = RESIDENT_VERBS[verb][0]
    carry_out(asked, number, verb, validated(model, read_optional_json(asked, model)), None)
    return get_case_now(asked, number)


def get_case_now(asked: Exchange, number: str) -> Response:
    """The case as JSON after something was done to it."""
    reader = Reader(asked.language, False, asked.at, wiring.rulebook())
    return json_answer(resources.case_resource(_file(asked, number), reader, wiring.RESIDENT))


def read_optional_json(asked: Exchange, model: type[Plain]) -> dict[str, Any]:
    """The JSON of a verb; a verb that needs no word may come without a body."""
    return {} if not asked.body and not needs_something(model) else body.read_json(asked)


def carry_out(asked: Exchange, number: str, verb: str, said: Plain, field: str | None) -> None:
    """Carries out a resident's verb on a case that they may see; sent twice under one key it counts once.

    `field` names the form's field with the key, None for a program's header. Raises what the actions raise.
    """
    what = {"verb": verb, "number": number, "said": as_json(said, without=("seen",))}
    key = keys.optional_key(asked, f"track|{number}", what, field)
    request = replace(wiring.request_of_resident(asked.at, key), seen=said.seen)
    RESIDENT_VERBS[verb][1](request, number, said, ZoneInfo(wiring.rulebook().zone))


def _file(asked: Exchange, number: str) -> CaseFile:
    file = wiring.cases.load(number)
    if file is None:
        raise NotFound(number)
    return file


def _reader(asked: Exchange, file: CaseFile) -> Reader:
    """A resident reads in the language they filed in, unless the address names the other one."""
    asked.asked_language = asked.asked_language or file.case.language
    return Reader(asked.language, False, asked.at, wiring.rulebook())


def _page(
    asked: Exchange,
    file: CaseFile,
    reader: Reader,
    status: int = 200,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
    problem: Problem | None = None,
) -> Response:
    view = pages.track_view(file, reader, notice, tone, tried)
    return track_page(asked, view, status, problem, _other(reader, tracking_path(file.case.number)))


def track_page(
    asked: Exchange,
    view: TrackView,
    status: int,
    problem: Problem | None,
    other_language: tuple[str, str, str],
) -> Response:
    """The page on which a resident sees a case, behind its link or in their own home."""
    content = render("track.html", view.language, view=view)
    title = f"{view.head.title} {view.head.number}"
    return page(asked, title, content, status, problem.headers if problem else None, other_language)


def _refused(asked: Exchange, number: str, verb: str, fields: dict[str, str], problem: Problem) -> Response:
    file = _file(asked, number)
    reader = _reader(asked, file)
    tried = tried_of(verb, fields, problem, reader)
    return _page(asked, file, reader, problem.status, reader.say(problem.detail), "bad", tried, problem)


def _other(reader: Reader, path: str) -> tuple[str, str, str]:
    if reader.language == "zh":
        return f"{path}?lang=en", "en", "English"
    return f"{path}?lang=zh", "zh-CN", "中文"
