"""The form on which a resident writes a post, new or changed; the desk looks at what it sends before anybody else does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.edit_post import edit_post
from chalicelib.actions.file_post import file_post
from chalicelib.actions.post_request import PostChanged, PostDone
from chalicelib.actions.request import KeyReused
from chalicelib.domain.households import Membership
from chalicelib.domain.photos import MOST_PHOTOS
from chalicelib.domain.post import Post, Poster
from chalicelib.domain.posting import MOST_EVENTS, Place, verbs_of_author
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text
from chalicelib.domain.telephones import spaced

from . import body, keys, limits, post_forms
from .access import open_to
from .answers import json_answer, page, see_other
from .edge import ANY_TYPE, READ, WRITE
from .exchange import Exchange
from .form_view import HONEYPOT, Field
from .my_filing import value_of
from .my_home import POSTS, Mine
from .my_posts import VERBS, carry_out, now_json, own_post, post_problem, post_resource, request_of_author
from .my_views import Frame
from .page_views import PhotoView
from .problems import Problem, invalid, not_found
from .rendering import Filled, render
from .said import as_json
from .tracking import read_optional_json
from .verbs import validated

my_posting = Blueprint(__name__)

NEW = f"{POSTS}/new"


@dataclass(frozen=True)
class PostForm:
    """The form. `photos` are those that the post has, `room` how many more it may get; `seen` the version it began with."""

    frame: Frame
    title: str
    lead: str
    action: str
    fields: Sequence[Field]
    submit: str
    home: str
    photos: Sequence[PhotoView]
    room: int
    seen: str
    back: str


@my_posting.route("/my/posts/new", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def show_form(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """The empty form, with the resident's telephone in it."""
    mine = Mine.of(asked, resident)
    return _form_page(asked, mine, None, Filled({"contact": spaced(mine.membership.member.phone or "")}))


@my_posting.route("/my/posts/new", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_form(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """The form as it was posted: on to the post's page, or the form again with what has to be changed."""
    along, fields = _along(asked)
    mine = Mine.of(asked, resident)
    try:
        _refuse_robots(along)
        done = _file(asked, mine, post_forms.sent_of_form(fields), along.get(keys.FIELD), True)
    except (Problem, KeyReused) as error:
        return _refused(asked, mine, None, fields, along.get(keys.FIELD, ""), error)
    return _sent(asked, mine, done.post, "filed")


@my_posting.route("/v1/my/posts", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_post(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """A post filed by a program for a resident; of several homes, the one that `?home=` names."""
    mine = Mine.of(asked, resident)
    done = _file(asked, mine, body.read_json(asked), None, False)
    headers = {"Location": f"/api/v1/my/posts/{done.post.id}"}
    return json_answer(post_resource(done.post, asked), 201, headers)


@my_posting.route("/my/posts/{post}/edit", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def show_edit(asked: Exchange, resident: wiring.ResidentSession, post: str) -> Response:
    """The form with what the post says."""
    mine = Mine.of(asked, resident)
    found = own_post(asked, resident, post).post
    if "edit" not in verbs_of_author(found, asked.at):
        raise Refused("post_too_often_changed" if found.version >= MOST_EVENTS else "post_over")
    return _form_page(asked, mine, found, Filled(post_forms.values_of(found)))


@my_posting.route("/my/posts/{post}/edit", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_edit(asked: Exchange, resident: wiring.ResidentSession, post: str) -> Response:
    """The changed form as it was posted."""
    along, fields = _along(asked)
    mine = Mine.of(asked, resident)
    found = own_post(asked, resident, post).post
    try:
        _refuse_robots(along)
        done = edit(asked, resident, post, post_forms.sent_of_form(fields), along.get(keys.FIELD))
    except (Problem, Refused, KeyReused, PostChanged) as error:
        return _refused(asked, mine, found, fields, along.get(keys.FIELD, ""), error)
    return _sent(asked, mine, done.post, "edited")


@my_posting.route("/v1/my/posts/{post}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_verb(asked: Exchange, resident: wiring.ResidentSession, post: str, verb: str) -> Response:
    """Changed, renewed or withdrawn, as a program asks for it."""
    own_post(
        asked, resident, post
    )  # whoever may not know of it learns nothing from what is wrong with the rest
    try:
        if verb == "edit":
            edit(asked, resident, post, body.read_json(asked), None)
        elif verb in VERBS:
            said = validated(VERBS[verb], read_optional_json(asked, VERBS[verb]))
            carry_out(asked, resident, post, verb, said, None)
        else:
            raise not_found()
    except PostChanged as error:
        raise post_problem(asked, error) from None
    return now_json(asked, resident, post)


def edit(
    asked: Exchange,
    resident: wiring.ResidentSession,
    id: str,
    values: Mapping[str, Any],
    field: str | None,
) -> PostDone:
    """A post changed to what was sent. Raises Problem and what :func:`edit_post` raises."""
    board = wiring.rulebook().board
    post = own_post(asked, resident, id).post
    said = post_forms.read_post(post_forms.PostEdit, values, board)
    assert isinstance(said, post_forms.PostEdit)
    content = post_forms.content_of(said, board, asked.at, post.zone)
    has = post.newest.photos if post.newest else ()
    kept = tuple(key for at, key in enumerate(has, 1) if at not in said.drop)
    what = {"verb": "edit", "post": id, "said": as_json(said, without=("seen",))}
    key = keys.optional_key(asked, f"post|{id}", what, field)
    request = request_of_author(asked, resident, key, said.seen)
    store = wiring.photos if wiring.photos.is_set_up() else None
    return edit_post(request, id, replace(content, photos=kept), store)


def _file(
    asked: Exchange, mine: Mine, values: Mapping[str, Any], field: str | None, by_form: bool
) -> PostDone:
    one, book = mine.membership, wiring.rulebook()
    zone = book.communities[one.community].zone
    said = post_forms.read_post(post_forms.PostFiling, values, book.board)
    content = post_forms.content_of(said, book.board, asked.at, zone)
    scope = f"post|{mine.resident.phone_key}|{value_of(one)}"
    what = as_json(said)
    key = keys.key_of_form(asked, scope, what, field) if by_form else keys.needed_key(asked, scope, what)
    limits.take_posting(asked, mine.resident.phone_key, key)
    request = request_of_author(asked, mine.resident, key)
    return file_post(request, _place(one, zone), content, Poster(one.member.phone, one.home.id))


def _place(one: Membership, zone: str) -> Place:
    return Place(one.community, zone, one.member.language)


def _along(asked: Exchange) -> tuple[dict[str, str], dict[str, str]]:
    along, fields = keys.posted(asked, keys.FIELD, HONEYPOT)
    return along, fields


def _refuse_robots(along: Mapping[str, str]) -> None:
    if along.get(HONEYPOT):
        said = Text("有一格要留空的填上了字，请清空后再提交。", "Please clear the field that stays empty.")
        raise invalid({"": said})


def _sent(asked: Exchange, mine: Mine, post: Post, done: str) -> Response:
    path = mine.to(f"{POSTS}/{post.id}", done=done)
    if asked.wants_html:
        return see_other(path)
    told = {"receipt": path, "photos": f"/api/v1/my/posts/{post.id}/photos", "post": post.id}
    return json_answer(told, 201, {"Location": path})


def _form_page(asked: Exchange, mine: Mine, post: Post | None, filled: Filled, status: int = 200) -> Response:
    reader, board = mine.reader, mine.reader.book.board
    path = f"{POSTS}/{post.id}/edit" if post else NEW
    shown = [wiring.photos.address(key) for key in post.newest.photos] if post and post.newest else []
    form = PostForm(
        frame=mine.frame(POSTS),
        title=reader.say(Text("修改信息", "Change your post") if post else board.title),
        lead=reader.say(board.intro),
        action=mine.to(path),
        fields=post_forms.asked_fields(board, reader),
        submit=reader.say(board.submit),
        home=mine.where(mine.index),
        photos=[PhotoView(link, str(at)) for at, link in enumerate(shown, 1) if link],
        room=MOST_PHOTOS - len(shown) if wiring.photos.is_set_up() else 0,
        seen=str(post.version) if post else "",
        back=mine.to(f"{POSTS}/{post.id}" if post else POSTS),
    )
    html = render("post_form.html", reader.language, form=form, filled=filled, honeypot=HONEYPOT)
    title = (mine.say("出错：", "Error: ") if filled.errors else "") + form.title
    return page(asked, title, html, status, other_language=mine.other(path))


def _refused(
    asked: Exchange, mine: Mine, post: Post | None, fields: Mapping[str, str], key: str, error: Exception
) -> Response:
    """The form as it was sent, with what has to be changed."""
    problem = post_problem(asked, error)
    if problem.status not in (409, 422, 429) or not asked.wants_html:
        raise problem from error
    known = set(mine.reader.book.board.fields)
    errors: dict[str, str] = {}
    for name, text in problem.errors.items():
        said = mine.reader.say(text)
        errors[name if name in known else ""] = said if name in known else f"{name} {said}".strip()
    if not problem.errors:
        errors[""] = mine.reader.say(problem.detail)
        key = ""  # the key is spent: what is sent next is something new
    kept = {name: text for name, text in fields.items() if name in known or name.startswith("drop_")}
    answer = _form_page(asked, mine, post, Filled(kept, errors, key), problem.status)
    answer.headers |= problem.headers
    return answer
