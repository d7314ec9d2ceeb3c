"""The info board told to people: the public list and a post's page as plain values. Nothing here reads a store or a clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chalicelib.domain.board import PostCategory
from chalicelib.domain.events import Event, Role
from chalicelib.domain.keeping import PostRow
from chalicelib.domain.moments import written
from chalicelib.domain.post import Content, Post
from chalicelib.domain.standards import Text
from chalicelib.domain.telephones import NoTelephone, telephone

from .page_views import PhotoView, TimelineEntry
from .story import Reader
from .words import ROLE, day_words, moment_words

BOARD = "/api/board"
AGREE = Text("面议", "to be agreed")
FREE = Text("免费", "free")
STATE: dict[str, Text] = {
    "waiting": Text("等待审核", "Waiting for the desk"),
    "change_asked": Text("请您修改", "Please change it"),
    "refused": Text("没有通过", "Not accepted"),
    "published": Text("已公开", "Public"),
    "withdrawn": Text("已撤下", "Withdrawn"),
    "expired": Text("已到期", "Ended"),
    "taken_down": Text("已下架", "Taken down"),
}
TONE: dict[str, Literal["plain", "good", "bad", "major"]] = {
    "waiting": "plain",
    "change_asked": "major",
    "refused": "bad",
    "published": "good",
    "withdrawn": "plain",
    "expired": "plain",
    "taken_down": "bad",
}
LookAt = Callable[[str], str]
"""Gives the address at which a photo of the store can be looked at; "" where there is none."""


@dataclass(frozen=True)
class PostLine:
    """A post in a list."""

    address: str
    category: str
    title: str
    excerpt: str
    price: str
    photo: str
    when: str
    until: str
    state: str
    tone: str
    reports: int


@dataclass(frozen=True)
class BoardView:
    """The public list. `communities` and `categories` are (label, address, chosen)."""

    language: str
    community: str
    communities: Sequence[tuple[str, str, bool]]
    categories: Sequence[tuple[str, str, bool]]
    rows: Sequence[PostLine]
    next_address: str
    words: str
    hidden: Sequence[tuple[str, str]]
    new_address: str
    mine_address: str
    empty: str
    first: str


@dataclass(frozen=True)
class ContentView:
    """What a post says. `contact` is "" where its reader may not see it; `dial` is set where it is a telephone."""

    category: str
    title: str
    text: str
    price: str
    until: str
    photos: Sequence[PhotoView]
    contact: str = ""
    dial: str = ""


@dataclass(frozen=True)
class PostView:
    """A post's public page. `report_action` is "" where this reader cannot report it."""

    language: str
    id: str
    community: str
    content: ContentView
    published: str
    published_iso: str
    report_action: str
    hidden: Sequence[tuple[str, str]]
    list_address: str
    sign_in_address: str
    own_address: str
    notice: str = ""


def price_words(price: Decimal | None, category: PostCategory | None) -> Text:
    """A price as people read it; empty where the category asks for none."""
    if category is not None and not category.price:
        return Text("", "")
    if price is None:
        return AGREE
    if price == 0:
        return FREE
    unit = category.unit if category is not None else Text("元", "yuan")
    amount = f"{price:,.2f}".removesuffix(".00")
    return Text(f"{amount} {unit.zh}", f"{amount} {unit.en}")


def category_name(id: str, reader: Reader) -> str:
    """The name of a category; its id where the rulebook does not know it any more."""
    found = reader.book.board.category(id)
    return reader.say(found.name) if found else id


def line_of(row: PostRow, address: str, zone: str, reader: Reader, look_at: LookAt) -> PostLine:
    """A row of a list."""
    category = reader.book.board.category(row.category)
    return PostLine(
        address=address,
        category=category_name(row.category, reader),
        title=row.title,
        excerpt=row.excerpt,
        price=reader.say(price_words(row.price, category)),
        photo=look_at(row.photo) if row.photo else "",
        when=reader.say(moment_words(row.moment, reader.now, zone)),
        until=until_words(row.until, zone, reader),
        state=reader.say(STATE[row.state]),
        tone=TONE[row.state],
        reports=row.reports,
    )


def content_view(
    content: Content, zone: str, reader: Reader, look_at: LookAt, with_contact: bool
) -> ContentView:
    """What a post says to this reader."""
    category = reader.book.board.category(content.category)
    photos = [
        PhotoView(link, reader.say(Text(f"照片 {at}", f"Photograph {at}")))
        for at, link in enumerate(map(look_at, content.photos), 1)
        if link
    ]
    return ContentView(
        category=category_name(content.category, reader),
        title=content.title,
        text=content.text,
        price=reader.say(price_words(content.price, category)),
        until=until_words(content.until, zone, reader),
        photos=photos,
        contact=content.contact if with_contact else "",
        dial=dialled(content.contact) if with_contact else "",
    )


def until_words(until: date, zone: str, reader: Reader) -> str:
    """A last day in words."""
    return reader.say(day_words(until, reader.now, zone))


def dialled(contact: str) -> str:
    """The digits to dial where a contact is a telephone and nothing else; "" otherwise."""
    try:
        return telephone(contact)
    except NoTelephone:
        return ""


_TITLES: dict[str, Text] = {
    "filed": Text("提交了信息", "Sent in"),
    "edited": Text("修改后再次提交", "Changed and sent in again"),
    "photo_added": Text("添加了照片", "Photograph added"),
    "approved": Text("审核通过，已公开", "Approved and public"),
    "refused": Text("没有通过：{reason}", "Not accepted: {reason}"),
    "change_asked": Text("请修改：{reason}", "Change asked for: {reason}"),
    "renewed": Text("续期到 {until}", "Renewed until {until}"),
    "reminded": Text("提醒：快到期了", "Reminder: it ends soon"),
    "reported": Text("有住户举报", "A resident reported it"),
    "kept": Text("看过举报，保留", "Report looked at, it stays"),
    "withdrawn": Text("撤下了", "Withdrawn"),
    "expired": Text("到期，不再公开", "Ended, no longer public"),
    "taken_down": Text("下架：{reason}", "Taken down: {reason}"),
    "erased": Text("内容已删除", "Its words were erased"),
}
_TONES: dict[str, Literal["plain", "good", "bad", "major"]] = {
    "approved": "good",
    "refused": "bad",
    "change_asked": "major",
    "taken_down": "bad",
    "reported": "major",
}
# What readers and the desk say of a post is between them.
_FOR_THE_DESK = frozenset({"reported", "kept"})
_WITH_A_NOTE = frozenset({"refused", "change_asked", "taken_down"})


def timeline_of(
    events: Sequence[Event], post: Post, reader: Reader, names: Callable[[str], str] | None = None
) -> list[TimelineEntry]:
    """What happened to a post, the latest first. Its author reads no report and no name; `names` is given for the desk."""
    shown = [event for event in events if names is not None or event.kind not in _FOR_THE_DESK]
    return [_entry(event, post, reader, names) for event in reversed(shown)]


def _entry(event: Event, post: Post, reader: Reader, names: Callable[[str], str] | None) -> TimelineEntry:
    until = event.data.get("until")
    facts = {
        "reason": reason_words(str(event.data.get("reason", "")), reader),
        "until": until_words(date.fromisoformat(str(until)), post.zone, reader) if until else "",
    }
    role = event.actor.role
    by = reader.say(ROLE[role.value] if role in (Role.RESIDENT, Role.SYSTEM) or names else ROLE["desk"])
    if names is not None and event.actor.id and role is not Role.SYSTEM:
        by = f"{by} {names(event.actor.id)}"
    return TimelineEntry(
        moment=reader.say(moment_words(event.at, reader.now, post.zone)),
        moment_iso=written(event.at),
        title=reader.say(_TITLES[event.kind]).format(**facts),
        by=by,
        words=(event.words or "") if event.kind in _WITH_A_NOTE else "",
        tone=_TONES.get(event.kind, "plain"),
    )


def reason_words(id: str | None, reader: Reader) -> str:
    """A reason of the desk in words."""
    found = reader.book.board.reason(id) if id else None
    return reader.say(found.text) if found else id or ""
