"""The info board at the desk: what waits, what was reported, and what is decided about a post (F1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.approve_post import approve_post
from chalicelib.actions.ask_post_change import ask_post_change
from chalicelib.actions.keep_post import keep_post
from chalicelib.actions.post_request import PostChanged, PostDone, PostRequest, open_post
from chalicelib.actions.refuse_post import refuse_post
from chalicelib.actions.request import KeyReused
from chalicelib.actions.take_down_post import take_down_post
from chalicelib.domain.board import DeskList
from chalicelib.domain.keeping import PostRow
from chalicelib.domain.moments import written
from chalicelib.domain.post import ID, PostFile
from chalicelib.domain.posting import verbs_of_desk
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from . import body, keys
from .access import open_to
from .answers import json_answer, page, see_other
from .board import POSITION, content_resource, row_resource
from .buttons import Tried, tried_of
from .desk_board_view import desk_list_view, desk_post_view
from .edge import ANY_TYPE, READ, WRITE
from .exchange import Exchange
from .fields import Choice, MaybeWords
from .forms import general_words
from .my_posts import post_problem
from .noted import post_read
from .paging import opaque, position, unknown_position
from .problems import Problem, bad_request, invalid, not_found
from .rendering import render
from .said import as_json
from .staff_pages import BOARD, BOARD_ROLES, other_language, reader_of
from .tracking import read_optional_json
from .verbs import Plain, validated, values_of_form

desk_board = Blueprint(__name__)

PAGE = 25
ROLES = tuple(sorted(BOARD_ROLES))
LISTS: tuple[DeskList, ...] = get_args(DeskList)
COUNTED: tuple[DeskList, ...] = ("waiting", "reported")
_POSITION = re.compile(rf"(?:{'|'.join(LISTS)})#{POSITION.pattern}")


class Approve(Plain, kw_only=True):
    """Let a post become public as its author sent it."""


class WithReason(Plain, kw_only=True):
    """A reason of the rulebook, and words for the author's page."""

    reason: Choice
    words: MaybeWords = None


class RefusePost(WithReason):
    """Refuse a post."""


class AskPostChange(WithReason):
    """Ask the author to change something first."""


class TakeDown(WithReason):
    """Take a public post down."""


class Keep(Plain, kw_only=True):
    """Leave a reported post where it is."""


Carry = Callable[[PostRequest, str, Any], PostDone]


def _approve(request: PostRequest, id: str, said: Approve) -> PostDone:
    return approve_post(request, id, wiring.photos if wiring.photos.is_set_up() else None)


DESK_POST_VERBS: Mapping[str, tuple[type[Plain], Carry]] = {
    "approve": (Approve, _approve),
    "refuse": (RefusePost, lambda request, id, said: refuse_post(request, id, said.reason, said.words)),
    "ask_change": (
        AskPostChange,
        lambda request, id, said: ask_post_change(request, id, said.reason, said.words),
    ),
    "take_down": (TakeDown, lambda request, id, said: take_down_post(request, id, said.reason, said.words)),
    "keep": (Keep, lambda request, id, said: keep_post(request, id)),
}


@desk_board.route("/staff/board", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *ROLES)
def show_list(asked: Exchange, session: wiring.Session) -> Response:
    """One of the lists."""
    chosen, rows, cursor = _rows(asked, session)
    reader = reader_of(asked)
    following = f"{BOARD}?list={chosen}&cursor={opaque(cursor)}{asked.carried_language}" if cursor else ""
    counts = {name: wiring.posts.count(session.community, name) for name in COUNTED}
    view = desk_list_view(chosen, rows, following, session, reader, counts)
    content = render("staff_board.html", reader.language, view=view)
    return page(asked, view.title, content, other_language=other_language(reader, f"{BOARD}?list={chosen}"))


@desk_board.route("/v1/staff/board", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *ROLES)
def get_list(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin of a list."""
    _, rows, cursor = _rows(asked, session)
    items = [row_resource(row) | {"reports": row.reports} for row in rows]
    return json_answer({"items": items, "next_cursor": opaque(cursor) if cursor else None})


@desk_board.route("/staff/board/{post}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *ROLES)
def show_one(asked: Exchange, session: wiring.Session, post: str) -> Response:
    """A post with all that happened to it."""
    file = post_read(asked, session, _open(asked, session, post))
    done = body.query_value(asked, "done")
    notice = reader_of(asked).say(Text("已保存。", "Saved.")) if done in DESK_POST_VERBS else ""
    return _page(asked, session, file, notice=notice)


@desk_board.route("/v1/staff/board/{post}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *ROLES)
def get_one(asked: Exchange, session: wiring.Session, post: str) -> Response:
    """The JSON twin of a post at the desk."""
    return json_answer(_resource(post_read(asked, session, _open(asked, session, post))))


@desk_board.route("/staff/board/{post}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *ROLES)
def post_step(asked: Exchange, session: wiring.Session, post: str, verb: str) -> Response:
    """One step as the page posts it."""
    if verb not in DESK_POST_VERBS:
        raise not_found()
    along, fields = keys.posted(asked, keys.FIELD)
    try:
        _carry_out(asked, session, post, verb, values_of_form(fields), along.get(keys.FIELD))
    except (Problem, Refused, KeyReused, PostChanged) as error:
        problem = post_problem(asked, error)
        if not asked.wants_html or problem.status == 404:
            raise problem from error
        reader = reader_of(asked)
        tried = tried_of(verb, fields, problem, reader)
        file = post_read(asked, session, _open(asked, session, post))
        return _page(asked, session, file, problem.status, reader.say(problem.detail), "bad", tried)
    return see_other(f"{BOARD}/{post}?done={verb}{asked.carried_language}")


@desk_board.route("/v1/staff/board/{post}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *ROLES)
def post_step_json(asked: Exchange, session: wiring.Session, post: str, verb: str) -> Response:
    """The JSON twin of a step."""
    if verb not in DESK_POST_VERBS:
        raise not_found()
    try:
        _carry_out(asked, session, post, verb, read_optional_json(asked, DESK_POST_VERBS[verb][0]), None)
    except PostChanged as error:
        raise post_problem(asked, error) from None
    return json_answer(_resource(post_read(asked, session, _open(asked, session, post))))


def _rows(asked: Exchange, session: wiring.Session) -> tuple[DeskList, list[PostRow], str | None]:
    named = body.query_value(asked, "list") or LISTS[0]
    chosen = next((one for one in LISTS if one == named), None)
    if chosen is None:
        raise bad_request("list", Text("没有这个列表。", "There is no such list."))
    after = position(asked, _POSITION)
    if after is not None and not after.startswith(f"{chosen}#"):
        raise unknown_position()
    return chosen, *wiring.posts.desk_list(session.community, chosen, after, PAGE)


def _request(asked: Exchange, session: wiring.Session) -> PostRequest:
    here = session.community
    return PostRequest(session.actor, asked.at, wiring.posts, lambda file: file.post.community == here)


def _open(asked: Exchange, session: wiring.Session, id: str) -> PostFile:
    if not ID.fullmatch(id):
        raise not_found()
    return open_post(_request(asked, session), id)


def _carry_out(
    asked: Exchange,
    session: wiring.Session,
    id: str,
    verb: str,
    values: Mapping[str, Any],
    field: str | None,
) -> None:
    _open(asked, session, id)  # whoever may not know of it learns nothing from what is wrong with the rest
    model, carry = DESK_POST_VERBS[verb]
    said = validated(model, values)
    if isinstance(said, WithReason):
        known = {one.id: one for one in wiring.rulebook().board.reasons_for(verb)}
        if said.reason not in known:
            raise invalid({"reason": general_words("unknown")})
        if known[said.reason].needs_words and not said.words:
            raise invalid({"words": general_words("missing")})
    what = {"verb": verb, "post": id, "said": as_json(said, without=("seen",))}
    scope = f"staff|{session.community}/{session.actor.id}"
    key = keys.optional_key(asked, scope, what, field)
    carry(replace(_request(asked, session), key=key, seen=said.seen), id, said)


def _page(
    asked: Exchange,
    session: wiring.Session,
    file: PostFile,
    status: int = 200,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
) -> Response:
    reader = reader_of(asked)
    view = desk_post_view(file, session, reader, wiring.photos.address, notice, tone, tried)
    content = render("staff_post.html", reader.language, view=view)
    address = f"{BOARD}/{file.post.id}"
    return page(asked, view.title, content, status, other_language=other_language(reader, address))


def _resource(file: PostFile) -> dict[str, Any]:
    post = file.post
    return {
        "id": post.id,
        "community": post.community,
        "state": post.state,
        "verdict": post.verdict,
        "reason": post.reason,
        "filed": written(post.filed),
        "version": post.version,
        "reports": post.reports,
        "live": content_resource(post.live, True) if post.live else None,
        "draft": content_resource(post.draft, True) if post.draft else None,
        "events": [
            {
                "seq": event.seq,
                "at": written(event.at),
                "kind": event.kind,
                "role": event.actor.role.value,
                "by": event.actor.id,
            }
            for event in file.events
        ],
        "verbs": list(verbs_of_desk(post)),
    }
