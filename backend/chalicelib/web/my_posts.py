"""A resident's own posts: the list, each one with what happened to it, renewed and withdrawn; and its photographs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from chalicelib.domain.photos import NoPicture
from chalicelib.domain.post import ID, Post, PostFile
from chalicelib.domain.posting import check_photo, verbs_of_author
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from . import body, keys, photos, post_forms
from .access import open_to
from .action_forms import ActionForm
from .answers import json_answer, page, see_other
from .board import POSITION, content_resource
from .board_view import (
    BOARD,
    STATE,
    TONE,
    ContentView,
    category_name,
    content_view,
    reason_words,
    timeline_of,
    until_words,
)
from .buttons import hidden_fields
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import LANGUAGES, Exchange
from .form_view import Field
from .forms import digest_of
from .my_home import POSTS, Mine
from .my_views import Frame
from .page_views import TimelineEntry
from .paging import opaque, position
from .problems import Problem, not_found
from .rendering import render
from .verbs import Plain, validated, values_of_form

my_posts = Blueprint(__name__)

PAGE = 25
_POSITION = re.compile(f"POST#{POSITION.pattern}")
VERBS: Mapping[str, type[Plain]] = {"renew": post_forms.PostRenewal, "withdraw": Plain}
LABELS: Mapping[str, Text] = {
    "edit": Text("修改", "Change it"),
    "renew": Text("续期", "Renew it"),
    "withdraw": Text("撤下", "Take it off the board"),
}
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
_SAYS: Mapping[str, Text] = {
    "waiting": Text(
        "值班台看过就公开，一般当天。", "It is public once the desk has looked at it, usually the same day."
    ),
    "change_asked": Text("请改一下再提交：{reason}。", "Please change it and send it again: {reason}."),
    "refused": Text(
        "没有通过：{reason}。改好可以再提交。", "Not accepted: {reason}. You may change it and send it again."
    ),
    "published": Text("公开到 {until}。", "Public until {until}."),
    "withdrawn": Text("您撤下了它，不再公开。", "You took it off the board."),
    "expired": Text(
        "到期了，不再公开。30 天内可以续。", "It has ended. Within 30 days you can bring it back."
    ),
    "taken_down": Text("值班台把它下架了：{reason}。", "The desk took it down: {reason}."),
}
_DRAFT_SAYS: Mapping[str, Text] = {
    "waiting": Text(
        "您的修改在等审核，公开的还是原来的内容。",
        "Your change waits for the desk; what is public is still the old one.",
    ),
    "change_asked": Text(
        "您的修改还要改一下：{reason}。公开的还是原来的内容。",
        "Your change needs another one: {reason}. What is public is still the old one.",
    ),
    "refused": Text(
        "您的修改没有通过：{reason}。公开的还是原来的内容。",
        "Your change was not accepted: {reason}. What is public is still the old one.",
    ),
}


@dataclass(frozen=True)
class MyPostLine:
    """A post in the list of its author."""

    address: str
    title: str
    category: str
    state: str
    tone: str
    more: str


@dataclass(frozen=True)
class MyPostsView:
    """The list; `next_address` leads on, "" at the end."""

    frame: Frame
    rows: Sequence[MyPostLine]
    new_address: str
    board_address: str
    next_address: str


@dataclass(frozen=True)
class MyPostView:
    """One post. `draft` is what waits beside what is public, None where it is the only one."""

    frame: Frame
    id: str
    state: str
    tone: str
    says: str
    draft_says: str
    shown: ContentView | None
    draft: ContentView | None
    public_address: str
    edit_address: str
    edit_label: str
    actions: Sequence[ActionForm]
    timeline: Sequence[TimelineEntry]
    list_address: str
    notice: str = ""
    notice_tone: str = "good"


@my_posts.route("/my/posts", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def show_mine(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """My posts, the newest first."""
    mine = Mine.of(asked, resident)
    found, cursor = _page_of_mine(asked, resident)
    view = MyPostsView(
        frame=mine.frame(POSTS),
        rows=[_line(post, mine) for post in found],
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
    along, fields = keys.taken_out(body.read_form(asked), "language", keys.FIELD)
    if along.get("language") in LANGUAGES:
        asked.asked_language = along["language"]
    mine = Mine.of(asked, resident)
    try:
        said = validated(VERBS[verb], values_of_form(fields))
        carry_out(asked, resident, post, verb, said, along.get(keys.FIELD))
    except (Problem, Refused, KeyReused, PostChanged) as error:
        problem = post_problem(asked, error)
        if not asked.wants_html or problem.status == 404:
            raise problem from error
        file = own_post(asked, resident, post)
        errors = {name: mine.reader.say(text) for name, text in problem.errors.items()}
        told = "" if errors else mine.reader.say(problem.detail)
        tried = (verb, told, fields, errors)
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


def _line(post: Post, mine: Mine) -> MyPostLine:
    reader, content = mine.reader, post.live or post.draft
    assert content is not None
    return MyPostLine(
        address=mine.to(f"{POSTS}/{post.id}"),
        title=content.title,
        category=category_name(content.category, reader),
        state=reader.say(STATE[post.state]),
        tone=TONE[post.state],
        more=_says(post, mine),
    )


def _says(post: Post, mine: Mine) -> str:
    """How the post stands, in a sentence."""
    return _filled(_SAYS[post.state], post, mine)


def _filled(sentence: Text, post: Post, mine: Mine) -> str:
    until = until_words(post.until, post.zone, mine.reader) if post.until else ""
    return mine.reader.say(sentence).format(reason=reason_words(post.reason, mine.reader), until=until)


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
    what = {"verb": verb, "post": id, "said": said.model_dump(mode="json", exclude={"seen"})}
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


Tried = tuple[str, str, Mapping[str, str], Mapping[str, str]]


def _page(
    asked: Exchange,
    mine: Mine,
    file: PostFile,
    status: int = 200,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
) -> Response:
    post, reader = file.post, mine.reader
    path = f"{POSTS}/{post.id}"
    verbs = verbs_of_author(post, asked.at)
    first = post.live or post.draft
    says = _DRAFT_SAYS.get(post.verdict or "") if post.live and not post.ended else None

    def content(said: Any) -> ContentView:
        return content_view(said, post.zone, reader, wiring.photos.address, True)

    view = MyPostView(
        frame=mine.frame(POSTS),
        id=post.id,
        state=reader.say(STATE[post.state]),
        tone=TONE[post.state],
        says=_says(post, mine),
        draft_says=_filled(says, post, mine) if says else "",
        shown=content(first) if first else None,
        draft=content(post.draft) if says and post.draft else None,
        public_address=f"{BOARD}/{post.id}?lang={reader.language}" if post.is_public(asked.at) else "",
        edit_address=mine.to(f"{path}/edit") if "edit" in verbs else "",
        edit_label=reader.say(LABELS["edit"]),
        actions=[_form(verb, post, mine, tried) for verb in verbs if verb != "edit"],
        timeline=timeline_of(file.events, post, reader),
        list_address=mine.to(POSTS),
        notice=notice,
        notice_tone=tone,
    )
    html = render("my_post.html", reader.language, view=view)
    title = first.title if first else post.id
    return page(asked, title, html, status, other_language=mine.other(path))


def _form(verb: str, post: Post, mine: Mine, tried: Tried | None) -> ActionForm:
    reader = mine.reader
    fields: tuple[Field, ...] = ()
    if verb == "renew":
        words = reader.book.board.fields["until"]
        hint = reader.say(
            Text(
                "不选就按这一类通常的天数，从今天算。",
                "Left empty: the usual time of its category from today.",
            )
        )
        fields = (
            Field(
                "until",
                "date",
                reader.say(words.label),
                hint,
                width="short",
                required=False,
                id="renew-until",
            ),
        )
    form = ActionForm(
        verb=verb,
        label=reader.say(LABELS[verb]),
        action=f"{POSTS}/{post.id}/{verb}",
        fields=fields,
        explanation=reader.say(
            Text("撤下后不再公开，也不能再续。", "It is not public any more and cannot be renewed.")
        )
        if verb == "withdraw"
        else "",
        tone="grave" if verb == "withdraw" else "quiet",
        hidden=(*hidden_fields(reader.language), ("seen", str(post.version))),
    )
    if tried is None or tried[0] != verb:
        return form
    return replace(form, error=tried[1], values=tried[2], errors=tried[3])
