"""What is held about a resident: shown, taken along as a file, corrected."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.households import Household, with_member
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Text
from chalicelib.domain.telephones import hidden_middle

from . import body
from .access import open_to
from .answers import json_answer, page, see_other
from .edge import ANY_TYPE, READ, WRITE
from .exchange import LANGUAGES, Exchange
from .fields import Choice, line
from .held import held_about, latest_readings
from .my_home import DATA, DELETION, Mine
from .my_views import Frame
from .problems import Problem, invalid
from .rendering import render
from .said import Said
from .verbs import validated
from .words import ROLE, moment_words

my_data = Blueprint(__name__)

_NAME = Text("请写怎么称呼您，最多 40 个字。", "Please give the name that we should use, 40 signs at most.")
_RELATION = {
    "owner": Text("业主", "Owner"),
    "tenant": Text("租户", "Tenant"),
    "family": Text("家人", "Family"),
}
_LANGUAGE = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}


class Correction(Said, kw_only=True):
    """What a resident corrects about themselves."""

    name: line(40)  # type: ignore[valid-type]
    language: Choice


@dataclass(frozen=True)
class DataView:
    """The page: what is held as label and value, the name to correct, and what went wrong."""

    frame: Frame
    facts: list[tuple[str, str]]
    needs: list[tuple[str, str]]
    name: str
    spoken: str
    seen: list[tuple[str, str, str]]
    deletion: str
    error: str = ""
    notice: str = ""


@my_data.route("/my/data", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def show(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """What we hold about me."""
    mine = Mine.of(asked, resident)
    saved = body.query_value(asked, "done") == "correct"
    return _page(asked, mine, notice=mine.say("已改好。", "Corrected.") if saved else "")


@my_data.route("/my/data/export", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def export(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """Everything held about me, as a file to take along."""
    held = held_about(resident, Mine.of(asked, resident).reader)
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Disposition": 'attachment; filename="shounuo-my-data.json"',
    }
    return Response(json.dumps(held, ensure_ascii=False, indent=2), headers, 200)


@my_data.route("/my/data", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def correct(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """My name or language as they should be."""
    fields = body.read_form(asked)
    if fields.get("language") in LANGUAGES and "spoken" in fields:
        asked.asked_language = fields["language"]
    mine = Mine.of(asked, resident)
    values = {"name": fields.get("name", ""), "language": fields.get("spoken", "")}
    try:
        _correct(mine, values)
    except Problem as problem:
        if problem.status != 422 or not asked.wants_html:
            raise
        said = " ".join(mine.reader.say(text) for text in problem.errors.values())
        return _page(asked, mine, 422, name=values["name"], error=said)
    return see_other(mine.to(DATA, done="correct"))


@my_data.route("/v1/my/data", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def get_data(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """The JSON twin of the file to take along."""
    return json_answer(held_about(resident, Mine.of(asked, resident).reader))


def _correct(mine: Mine, values: dict[str, str]) -> None:
    said = validated(Correction, values)
    if not said.name or said.language not in LANGUAGES:
        raise invalid({"name" if not said.name else "language": _NAME})
    one = mine.membership

    def decide(found: Household) -> Household:
        member = found.member(one.member.id)
        if member is None or not member.lives_here:
            return found
        return with_member(found, replace(member, name=said.name, language=said.language))

    wiring.households.change(one.community, one.home.id, decide)


def _seen(one: wiring.Reading, mine: Mine) -> tuple[str, str, str]:
    """When somebody read, in words and as a moment, and what: the role stands there, not the name."""
    zone = mine.reader.book.communities[mine.membership.community].zone
    role = ROLE[one.role] if one.role in ROLE else Text("工作人员", "Staff")
    what = (
        Text(f"{role.zh}看了工单 {one.id}", f"{role.en}: case {one.id}")
        if one.what == "case"
        else Text(f"{role.zh}查了您家的登记", f"{role.en}: your home in the register")
    )
    say = mine.reader.say
    return say(moment_words(one.at, mine.reader.now, zone)), written(one.at), say(what)


def _page(
    asked: Exchange,
    mine: Mine,
    status: int = 200,
    name: str | None = None,
    error: str = "",
    notice: str = "",
) -> Response:
    member, say = mine.membership.member, mine.reader.say
    view = DataView(
        frame=mine.frame(DATA),
        facts=[
            (mine.say("房屋", "Home"), mine.where(mine.index)),
            (mine.say("姓名", "Name"), member.name),
            (mine.say("电话", "Telephone"), hidden_middle(member.phone or "")),
            (mine.say("身份", "You are"), say(_RELATION[member.relation.value])),
            (mine.say("语言", "Language"), say(_LANGUAGE.get(member.language, _LANGUAGE["zh"]))),
        ],
        needs=[(need.kind, need.reason) for need in member.needs],
        name=member.name if name is None else name,
        spoken=member.language,
        seen=[_seen(one, mine) for one in latest_readings(mine.resident)],
        deletion=mine.to(DELETION),
        error=error,
        notice=notice,
    )
    content = render("my_data.html", mine.reader.language, view=view)
    return page(asked, mine.say("我的资料", "My data"), content, status, other_language=mine.other(DATA))
