"""A resident's own posts: the list, each one with what happened to it, renewed and withdrawn; and its photographs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.add_post_photo import add_post_photo
from chalicelib.actions.post_request import PostChanged, PostRequest, open_post
from chalicelib.actions.renew_post import renew_post
from chalicelib.actions.request import KeyReused
from chalicelib.actions.withdraw_post import withdraw_post
from chalicelib.domain.keeping import RequestKey
from chalicelib.domain.moments import written
from chalicelib.domain.picture import NoPicture
from chalicelib.domain.post import ID, Post, PostFile
from chalicelib.domain.posting import check_photo, verbs_of_author
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from . import body, keys, photos, post_forms
from .access import open_to
from .answers import json_answer, page, see_other
from .board import POSITION, content_resource
from .board_view import BOARD
from .buttons import Tried, tried_of
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .forms import digest_of
from .my_home import POSTS, Mine
from .my_posts_view import MyPostsView, line_of_mine, my_post_view
from .paging import opaque, position
from .problems import Problem, not_found
from .rendering import render
from .said import as_json
from .verbs import Plain, validated, values_of_form

my_posts = Blueprint(__name__)

PAGE = 25
_POSITION = re.compile(f"POST#{POSITION.pattern}")
VERBS: Mapping[str, type[Plain]] = {"renew": post_forms.PostRenewal, "withdraw": Plain}
_DONE: Mapping[str, Text] = {
    "filed": Text(
        "已提交，等待审核。通过后会发短信告诉您。",
        "We have it. You get a text message once the desk has looked at it.",
    ),
    "edited": Text(
        "已提交修改。审核通过之前，原来公开的内容保持不变。",
        "We have your change. What is public stays as it is until the desk has looked at it.",
    ),
    "renew": Text("已续期。", "Renewed."),
    "withdraw": Text("已撤下，不再公开。", "Taken off the board."),
}


@my_posts.route("/my/posts", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def show_mine(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """My posts, the newest first."""
    mine = Mine.of(asked, resident)
    found, cursor = _page_of_mine(asked, resident)
    view = MyPostsView(
        frame=mine.frame(POSTS),
        rows=[line_of_mine(post, mine) for post in found],
        new_address=mine.to(f"{POSTS}/new"),
        board_address=f"{BOARD}?lang={mine.reader.language}",
        next_address=mine.to(POSTS, cursor=opaque(cursor)) if cursor else "",
    )
    content = render("my_posts.html", mine.reader.language, view=view)
    return page(asked, mine.say("我发布的信息", "My posts"), content, other_language=mine.other(POSTS))


@my_posts.route("/v1/my/posts", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def get_mine(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """The JSON twin of the list."""
    found, cursor = _page_of_mine(asked, resident)
    items = [post_resource(post, asked) for post in found]
    return json_answer({"items": items, "next_cursor": opaque(cursor) if cursor else None})


@my_posts.route("/my/posts/{post}", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def show(asked: Exchange, resident: wiring.ResidentSession, post: str) -> Response:
    """One of my posts."""
    done = _DONE.get(body.query_value(asked, "done") or "")
    mine = Mine.of(asked, resident)
    file = own_post(asked, resident, post)
    return _page(asked, mine, file, notice=mine.reader.say(done) if done else "")


@my_posts.route("/v1/my/posts/{post}", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def get_one(asked: Exchange, resident: wiring.ResidentSession, post: str) -> Response:
    """The JSON twin of one."""
    return json_answer(post_resource(own_post(asked, resident, post).post, asked))


@my_posts.route("/my/posts/{post}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def act(asked: Exchange, resident: wiring.ResidentSession, post: str, verb: str) -> Response:
    """Renewed or withdrawn, as the page posts it."""
    if verb not in VERBS:
        raise not_found()
    along, fields = keys.posted(asked, keys.FIELD)
    mine = Mine.of(asked, resident)
    try:
        said = validated(VERBS[verb], values_of_form(fields))
        carry_out(asked, resident, post, verb, said, along.get(keys.FIELD))
    except (Problem, Refused, KeyReused, PostChanged) as error:
        problem = post_problem(asked, error)
        if not asked.wants_html or problem.status == 404:
            raise problem from error
        file = own_post(asked, resident, post)
        tried = tried_of(verb, fields, problem, mine.reader)
        return _page(asked, mine, file, problem.status, mine.reader.say(problem.detail), "bad", tried)
    return see_other(mine.to(f"{POSTS}/{post}", done=verb))


@my_posts.route("/v1/my/posts/{post}/photos", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_photo(asked: Exchange, resident: wiring.ResidentSession, post: str) -> Response:
    """A way to send one photo of a post, good for five minutes."""
    photos.needs_store()
    photos.announced(body.read_json(asked))
    file = own_post(asked, resident, post)
    check_photo(file.post, request_of_author(asked, resident).by)
    upload = wiring.photos.upload_for(post)
    done = f"/api/v1/my/posts/{post}/photos/{upload.id}/done"
    return json_answer({"id": upload.id, "url": upload.url, "fields": upload.fields, "done": done}, 201)


@my_posts.route("/v1/my/posts/{post}/photos/{id}/done", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_photo_done(asked: Exchange, resident: wiring.ResidentSession, post: str, id: str) -> Response:
    """The photo is in the store: it is drawn anew and noted in the post. Said twice it counts once."""
    photos.needs_store()
    own_post(asked, resident, post)
    key = RequestKey(f"photo|{post}", id, digest_of({"photo": id}), asked.at)
    try:
        add_post_photo(request_of_author(asked, resident, key), post, id, wiring.photos)
    except NoPicture:
        raise photos.no_picture() from None
    except PostChanged as error:
        raise post_problem(asked, error) from None
    return now_json(asked, resident, post)


def request_of_author(
    asked: Exchange, resident: wiring.ResidentSession, key: RequestKey | None = None, seen: int | None = None
) -> PostRequest:
    """A request about one's own posts."""
    return PostRequest(
        wiring.RESIDENT, asked.at, wiring.posts, lambda file: is_mine(file, resident), key, seen
    )


def is_mine(file: PostFile, resident: wiring.ResidentSession) -> bool:
    """Whether a post is of the resident's telephone, and from their time: a telephone number finds a new owner one day."""
    phone = file.poster.phone
    if not phone or wiring.vault.phone_key(phone) != resident.phone_key:
        return False
    return any(
        one.community == file.post.community and one.member.since <= file.post.filed
        for one in resident.memberships
    )


def own_post(asked: Exchange, resident: wiring.ResidentSession, id: str) -> PostFile:
    """The resident's post of that id. Raises Problem (404) for any other."""
    if not ID.fullmatch(id):
        raise not_found()
    return open_post(request_of_author(asked, resident), id)


def post_problem(asked: Exchange, error: Exception) -> Problem:
    """What to tell about a step on a post that was not carried out."""
    if isinstance(error, PostChanged):
        return Problem(
            409,
            "changed-meanwhile",
            Text("信息刚刚有变化", "The post has changed"),
            Text(
                "您看到的不是最新情况，没有保存。请看过再做一次。",
                "What you saw is not the latest, so nothing was saved. Please look again.",
            ),
        )
    return problem_for(asked, error)


def post_resource(post: Post, asked: Exchange) -> dict[str, Any]:
    """One's own post, for programs."""
    return {
        "id": post.id,
        "community": post.community,
        "state": post.state,
        "verdict": post.verdict,
        "reason": post.reason,
        "filed": written(post.filed),
        "version": post.version,
        "live": content_resource(post.live, True) if post.live else None,
        "draft": content_resource(post.draft, True) if post.draft else None,
        "verbs": list(verbs_of_author(post, asked.at)),
    }


def now_json(asked: Exchange, resident: wiring.ResidentSession, post: str) -> Response:
    """One's own post as it stands, for a program."""
    return json_answer(post_resource(own_post(asked, resident, post).post, asked))


def _page_of_mine(asked: Exchange, resident: wiring.ResidentSession) -> tuple[list[Post], str | None]:
    return page_of_own(resident, position(asked, _POSITION))


def page_of_own(resident: wiring.ResidentSession, after: str | None) -> tuple[list[Post], str | None]:
    """A page of the posts of a resident, the newest first, and where the next one begins."""
    ids, cursor = wiring.posts.of_phone(resident.phone_key, after, PAGE)
    found = wiring.posts.heads(ids)
    files = [PostFile(*found[id], ()) for id in ids if id in found]
    return [file.post for file in files if is_mine(file, resident) and not file.post.erased], cursor


def carry_out(
    asked: Exchange,
    resident: wiring.ResidentSession,
    id: str,
    verb: str,
    said: Plain,
    field: str | None,
) -> None:
    """Renews or withdraws a post of one's own. Raises Problem and what the actions raise."""
    post = own_post(asked, resident, id).post
    what = {"verb": verb, "post": id, "said": as_json(said, without=("seen",))}
    key = keys.optional_key(asked, f"post|{id}", what, field)
    request = replace(request_of_author(asked, resident, key), seen=said.seen)
    if not isinstance(said, post_forms.PostRenewal):
        withdraw_post(request, id)
        return
    board = wiring.rulebook().board
    category = board.category(post.live.category) if post.live else None
    if category is None:
        raise Refused("post_not_public")
    until = post_forms.checked_until(said.until, category, board, asked.at, post.zone)
    renew_post(request, id, until)


def _page(
    asked: Exchange,
    mine: Mine,
    file: PostFile,
    status: int = 200,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
) -> Response:
    view = my_post_view(file, mine, asked.at, notice, tone, tried)
    html = render("my_post.html", mine.reader.language, view=view)
    return page(asked, view.title, html, status, other_language=mine.other(f"{POSTS}/{file.post.id}"))
