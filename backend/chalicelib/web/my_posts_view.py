"""A resident's own posts as plain values: the lines of the list, and one post with what its author may do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import wiring
from chalicelib.domain.post import Post, PostFile
from chalicelib.domain.posting import verbs_of_author
from chalicelib.domain.standards import Text

from .action_forms import ActionForm
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
from .buttons import Tried, as_tried, hidden_fields
from .form_view import Field
from .my_home import POSTS, Mine
from .my_views import Frame
from .page_views import TimelineEntry

LABELS: Mapping[str, Text] = {
    "edit": Text("修改", "Change it"),
    "renew": Text("续期", "Renew it"),
    "withdraw": Text("撤下", "Take it off the board"),
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
    title: str
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


def line_of_mine(post: Post, mine: Mine) -> MyPostLine:
    """A post as its author's list shows it."""
    reader, content = mine.reader, post.live or post.draft
    assert content is not None
    return MyPostLine(
        address=mine.to(f"{POSTS}/{post.id}"),
        title=content.title,
        category=category_name(content.category, reader),
        state=reader.say(STATE[post.state]),
        tone=TONE[post.state],
        more=_how(post, mine),
    )


def _how(post: Post, mine: Mine) -> str:
    """How the post stands, in a sentence."""
    return _filled(_SAYS[post.state], post, mine)


def _filled(sentence: Text, post: Post, mine: Mine) -> str:
    until = until_words(post.until, post.zone, mine.reader) if post.until else ""
    return mine.reader.say(sentence).format(reason=reason_words(post.reason, mine.reader), until=until)


def my_post_view(
    file: PostFile,
    mine: Mine,
    now: datetime,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
) -> MyPostView:
    """One post as its author sees it at `now`."""
    post, reader = file.post, mine.reader
    path = f"{POSTS}/{post.id}"
    verbs = verbs_of_author(post, now)
    first = post.live or post.draft
    says = _DRAFT_SAYS.get(post.verdict or "") if post.live and not post.ended else None

    def content(said: Any) -> ContentView:
        return content_view(said, post.zone, reader, wiring.photos.address, True)

    return MyPostView(
        frame=mine.frame(POSTS),
        title=first.title if first else post.id,
        id=post.id,
        state=reader.say(STATE[post.state]),
        tone=TONE[post.state],
        says=_how(post, mine),
        draft_says=_filled(says, post, mine) if says else "",
        shown=content(first) if first else None,
        draft=content(post.draft) if says and post.draft else None,
        public_address=f"{BOARD}/{post.id}?lang={reader.language}" if post.is_public(now) else "",
        edit_address=mine.to(f"{path}/edit") if "edit" in verbs else "",
        edit_label=reader.say(LABELS["edit"]),
        actions=[_form(verb, post, mine, tried) for verb in verbs if verb != "edit"],
        timeline=timeline_of(file.events, post, reader),
        list_address=mine.to(POSTS),
        notice=notice,
        notice_tone=tone,
    )


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
    return as_tried(form, tried)
