"""The desk's pages of the info board as plain values: its lists, and one post with what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib import wiring
from chalicelib.domain.board import DeskList
from chalicelib.domain.keeping import PostRow
from chalicelib.domain.post import Content, Post, PostFile
from chalicelib.domain.posting import verbs_of_desk
from chalicelib.domain.standards import Text

from .action_forms import ActionForm, Tone
from .board_view import BOARD as PUBLIC
from .board_view import (
    STATE,
    TONE,
    ContentView,
    LookAt,
    PostLine,
    content_view,
    line_of,
    reason_words,
    timeline_of,
)
from .buttons import Tried, as_tried, hidden_fields
from .duty_view import name_in
from .form_view import Field, Option
from .page_views import Bar, TimelineEntry
from .staff_pages import BOARD, bar_of
from .story import Reader
from .words import moment_words

LIST_NAMES: Mapping[DeskList, Text] = {
    "waiting": Text("待审核", "Waiting"),
    "reported": Text("被举报", "Reported"),
    "published": Text("公开中", "Public"),
    "returned": Text("已退回", "Returned"),
    "ended": Text("已结束", "Ended"),
}
_EMPTY: Mapping[DeskList, Text] = {
    "waiting": Text("没有等待审核的信息。", "Nothing waits to be looked at."),
    "reported": Text("没有被举报的信息。", "Nothing was reported."),
    "published": Text("现在没有公开的信息。", "Nothing is public now."),
    "returned": Text("没有退回的信息。", "Nothing was returned."),
    "ended": Text("没有结束的信息。", "Nothing has ended."),
}
LABELS: Mapping[str, Text] = {
    "approve": Text("通过，公开", "Approve: make it public"),
    "ask_change": Text("请住户修改", "Ask for a change"),
    "refuse": Text("不通过", "Refuse it"),
    "keep": Text("没问题，保留", "Nothing wrong, it stays"),
    "take_down": Text("下架", "Take it down"),
}
_TONES: Mapping[str, Tone] = {"approve": "main", "keep": "main", "refuse": "grave", "take_down": "grave"}
MOST_COUNTED = wiring.posts.MOST_COUNTED


@dataclass(frozen=True)
class DeskListView:
    """A list; `lists` are (label, address, chosen, how many stand there or "")."""

    bar: Bar
    title: str
    lists: Sequence[tuple[str, str, bool, str]]
    rows: Sequence[PostLine]
    sorted_by: str
    next_address: str
    empty: str


@dataclass(frozen=True)
class DeskPostView:
    """One post. `draft` is what waits or was returned, `live` what is public; either may be None."""

    bar: Bar
    title: str
    id: str
    state: str
    tone: str
    facts: Sequence[tuple[str, str]]
    reports: int
    draft: ContentView | None
    draft_title: str
    live: ContentView | None
    live_title: str
    public_address: str
    timeline: Sequence[TimelineEntry]
    actions: Sequence[ActionForm]
    list_address: str
    notice: str = ""
    notice_tone: str = "good"


def desk_list_view(
    chosen: DeskList,
    rows: Sequence[PostRow],
    next_address: str,
    session: wiring.Session,
    reader: Reader,
    counts: Mapping[DeskList, int],
) -> DeskListView:
    """A page of a list."""
    community = reader.book.communities[session.community]
    sent = chosen in ("waiting", "returned")
    column = Text("提交", "Sent in") if sent else Text("公开", "Public since")
    if chosen in ("ended", "reported"):
        column = Text("结束", "Ended") if chosen == "ended" else Text("举报", "Reported")
    return DeskListView(
        bar=bar_of(BOARD, session, reader),
        title=reader.say(Text("信息栏审核", "Info board")),
        lists=[
            (reader.say(name), f"{BOARD}?list={id}", id == chosen, _shown(counts.get(id)))
            for id, name in LIST_NAMES.items()
        ],
        rows=[line_of(row, f"{BOARD}/{row.id}", community.zone, reader, lambda key: "") for row in rows],
        sorted_by=reader.say(column),
        next_address=next_address,
        empty=reader.say(_EMPTY[chosen]),
    )


def desk_post_view(
    file: PostFile,
    session: wiring.Session,
    reader: Reader,
    look_at: LookAt,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
) -> DeskPostView:
    """One post."""
    post = file.post
    community = reader.book.communities[post.community]
    newest = post.newest

    def content(said: Content | None) -> ContentView | None:
        return content_view(said, post.zone, reader, look_at, True) if said else None

    returned = Text("退回的内容", "What was returned")
    waiting = (
        Text("修改后的内容，等审核", "The change, which waits")
        if post.live
        else Text("等审核的内容", "What waits")
    )
    return DeskPostView(
        bar=bar_of(BOARD, session, reader),
        title=newest.title if newest else post.id,
        id=post.id,
        state=reader.say(STATE[post.state]),
        tone=TONE[post.state],
        facts=_facts(post, reader),
        reports=post.reports,
        draft=content(post.draft),
        draft_title=reader.say(waiting if post.verdict == "waiting" else returned),
        live=content(post.live),
        live_title=reader.say(
            Text("公开的内容", "What is public")
            if not post.ended
            else Text("公开过的内容", "What was public")
        ),
        public_address=f"{PUBLIC}/{post.id}?lang={reader.language}" if post.is_public(reader.now) else "",
        timeline=timeline_of(file.events, post, reader, lambda id: name_in(community, id, reader)),
        actions=[_form(verb, post, reader, tried) for verb in verbs_of_desk(post)],
        list_address=BOARD,
        notice=notice,
        notice_tone=tone,
    )


def _shown(count: int | None) -> str:
    if count is None:
        return ""
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def _facts(post: Post, reader: Reader) -> list[tuple[str, str]]:
    moments = [
        (Text("提交", "Sent in"), post.sent or post.filed),
        (Text("公开", "Public since"), post.published),
        (Text("结束", "Ended"), post.ended_at),
    ]
    facts = [
        (reader.say(label), reader.say(moment_words(moment, reader.now, post.zone)))
        for label, moment in moments
        if moment is not None
    ]
    if post.reason is not None:
        facts.append((reader.say(Text("原因", "Reason")), reason_words(post.reason, reader)))
    return [(reader.say(Text("编号", "Number")), post.id), *facts]


def _form(verb: str, post: Post, reader: Reader, tried: Tried | None) -> ActionForm:
    fields: tuple[Field, ...] = ()
    if reasons := reader.book.board.reasons_for(verb):
        hint = Text("短信里会写这个原因。", "The text message names it.")
        more = Text("只出现在住户自己的页面里。", "Only the author reads it, on their own page.")
        fields = (
            Field(
                "reason",
                "radios",
                reader.say(Text("原因", "Reason")),
                reader.say(hint),
                options=tuple(Option(one.id, reader.say(one.text)) for one in reasons),
                id=f"{verb}-reason",
            ),
            Field(
                "words",
                "textarea",
                reader.say(Text("补充说明（可以不写）", "More about it (optional)")),
                reader.say(more),
                required=False,
                max_length=2000,
                id=f"{verb}-words",
            ),
        )
    form = ActionForm(
        verb=verb,
        label=reader.say(LABELS[verb]),
        action=f"{BOARD}/{post.id}/{verb}",
        fields=fields,
        tone=_TONES.get(verb, "quiet"),
        hidden=(*hidden_fields(reader.language), ("seen", str(post.version))),
    )
    return as_tried(form, tried)
