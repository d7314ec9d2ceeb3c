"""Having everything deleted that is held about oneself: what goes when, a confirmation, and then at once (PIPL article 47)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.attend_open_day import attend
from chalicelib.domain.moments import written
from chalicelib.domain.open_days import Visitor, without
from chalicelib.domain.standards import Text

from . import body
from .access import open_to, resident_cookie_name, token_in
from .answers import json_answer, page
from .edge import ANY_TYPE, READ, WRITE
from .exchange import Exchange
from .held import open_numbers
from .my_entrance import session_cookie
from .my_home import CASES, DATA, DELETION, Mine
from .my_views import Frame
from .problems import invalid
from .rendering import render
from .said import Said
from .verbs import validated

my_deletion = Blueprint(__name__)

_UNDERSTOOD = Text(
    "要删除，请先在“我看明白了”前面打钩。不想删，什么都不用做。",
    "To delete, please first tick that you have read this. If you would rather not, just leave this page.",
)


class Deletion(Said, kw_only=True):
    """That what goes, and when, was read and is wanted."""

    understood: bool


@dataclass(frozen=True)
class DeletionView:
    """The page that asks once more; `open` are the cases still worked on, as number and address."""

    frame: Frame
    back: str
    action: str
    open: Sequence[tuple[str, str]]
    error: str = ""


@dataclass(frozen=True)
class DeletedView:
    """The page after it; `open` are the cases still worked on with their secret links, which are the only way to them now."""

    home: str
    open: Sequence[tuple[str, str]]


@my_deletion.route("/my/data/deletion", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def ask(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """What goes now, what goes later, what stays; nothing is deleted yet."""
    return _ask(asked, Mine.of(asked, resident))


@my_deletion.route("/my/data/deletion", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def delete(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """Delete it, once the box is ticked."""
    fields = body.read_form(asked)
    asked.speak(fields)
    mine = Mine.of(asked, resident)
    if fields.get("understood") != "yes":
        if not asked.wants_html:
            raise invalid({"understood": _UNDERSTOOD})
        return _ask(asked, mine, 422, mine.reader.say(_UNDERSTOOD))
    links = [(number, wiring.link_of_case(number)) for number in _delete(asked, resident)]
    view = DeletedView("/" if asked.language == "zh" else "/en/", links)
    content = render("my_deleted.html", mine.reader.language, view=view)
    title = mine.say("已删除", "Deleted")
    return page(asked, title, content, headers={"Set-Cookie": session_cookie(asked, "")})


@my_deletion.route("/v1/my/data/deletion", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def get_deletion(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """What would go, told to programs."""
    return json_answer(
        {
            "now": ["homes", "needs", "sessions"],
            "within_a_day": ["contact", "words", "photos"],
            "when_ended": open_numbers(resident),
        }
    )


@my_deletion.route("/v1/my/data/deletion", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_deletion(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """The JSON twin of deleting."""
    said = validated(Deletion, body.read_json(asked))
    if not said.understood:
        raise invalid({"understood": _UNDERSTOOD})
    left = _delete(asked, resident)
    answer = {"asked_at": written(asked.at), "when_ended": left}
    return json_answer(answer, 202, {"Set-Cookie": session_cookie(asked, "")})


def _delete(asked: Exchange, resident: wiring.ResidentSession) -> list[str]:
    """Deletes; gives the cases that are still worked on."""
    left = open_numbers(resident)
    for one in resident.memberships:
        visitor = Visitor(one.home.id, one.member.id)
        for day in wiring.rulebook().open_days:
            if day.community == one.community:
                attend(wiring.open_days, day, lambda book, visitor=visitor: without(book, visitor))  # type: ignore[misc]
    token = token_in(asked, resident_cookie_name(asked))
    wiring.forgetting.ask(resident.phone_key, resident.since, asked.at, token)
    return left


def _ask(asked: Exchange, mine: Mine, status: int = 200, error: str = "") -> Response:
    numbers = open_numbers(mine.resident)
    view = DeletionView(
        frame=mine.frame(DATA),
        back=mine.to(DATA),
        action=DELETION,
        open=[(number, mine.to(f"{CASES}/{number}")) for number in numbers],
        error=error,
    )
    content = render("my_deletion.html", mine.reader.language, view=view)
    title = mine.say("删除我的资料", "Delete my data")
    return page(asked, title, content, status, other_language=mine.other(DELETION))
