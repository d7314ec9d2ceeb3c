"""A resident's post on the info board (F1): what it says, what waits for the desk, and how it ends. The fold of its own events.

A post has up to two versions of its words. `live` is what was approved and anybody reads; `draft` is what the author sent last
and the desk has not approved: the public one stands until the new one takes its place. Titles, texts, prices and contacts are
the words of events, so that they can be erased without breaking the chain.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, cast
from zoneinfo import ZoneInfo

from .chain import canonical
from .change import Message
from .events import Event
from .moments import read, written

Verdict = Literal["waiting", "change_asked", "refused"]
Ended = Literal["withdrawn", "expired", "taken_down"]
State = Literal["waiting", "change_asked", "refused", "published", "withdrawn", "expired", "taken_down"]
Timer = Literal["remind", "expire", "forget"]

ID = re.compile(r"P[0-9]{6}-[0-9]{6}")
"""The id of a post: the day of its filing and six digits. No case is called so."""

REMIND_BEFORE = timedelta(days=3)
# Messages go out at an hour at which nobody is woken.
TELL_AT = time(9)
RENEW_WITHIN = timedelta(days=30)
FORGET_AFTER = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Content:
    """What a post says. `price` is in yuan, None for "to be agreed"; `until` is its last day; `photos` are keys of the store."""

    category: str
    title: str
    text: str
    price: Decimal | None
    contact: str
    until: date
    photos: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The part that is free text or personal, as it stands in an event."""
        said = {"title": self.title, "text": self.text, "contact": self.contact}
        return canonical(said if self.price is None else said | {"price": str(self.price)})


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its events make it.

    `verdict` is how the draft stands and `reason` why the desk returned it or took the post down (an id of the rulebook).
    `sent` is when the draft was sent in; `published` when it became public (again); `since` from when its present last day
    counts, which it was given `reminded` for. `reports` are those that the desk has not answered yet, the first at `reported`.
    """

    id: str
    community: str
    zone: str
    language: str
    filed: datetime
    version: int
    head: str
    live: Content | None = None
    draft: Content | None = None
    verdict: Verdict | None = None
    reason: str | None = None
    sent: datetime | None = None
    published: datetime | None = None
    since: datetime | None = None
    reminded: date | None = None
    reports: int = 0
    reported: datetime | None = None
    ended: Ended | None = None
    ended_at: datetime | None = None
    erased: bool = False

    @property
    def state(self) -> State:
        """How the post stands for its author and the desk."""
        if self.ended is not None:
            return self.ended
        return "published" if self.live is not None else self.verdict or "waiting"

    @property
    def newest(self) -> Content | None:
        """What its author sent last; None when it was erased."""
        return self.draft or self.live

    @property
    def until(self) -> date | None:
        """Its last day: the later one where a draft waits, because a slow desk must not end what is wanted longer."""
        days = [
            one.until
            for one in (self.live, self.draft if self.verdict == "waiting" or not self.live else None)
            if one
        ]
        return max(days, default=None)

    @property
    def ends(self) -> datetime | None:
        """The moment at which its last day is over."""
        return None if self.until is None else start_of(self.until + timedelta(days=1), self.zone)

    def is_public(self, now: datetime) -> bool:
        """Whether anybody may read it: approved, not ended, and its last day is not over, however late the clock's job is."""
        return self.live is not None and self.ended is None and self.ends is not None and now < self.ends

    def timers(self) -> dict[Timer, datetime]:
        """The moments at which the clock has something to do with it."""
        if self.erased:
            return {}
        if self.ended_at is not None:
            return {"forget": self.ended_at + FORGET_AFTER}
        out: dict[Timer, datetime] = {}
        if self.ends is not None:
            out["expire"] = self.ends
        if self.live is not None and self.until is not None and self.since is not None:
            remind = datetime.combine(self.until - REMIND_BEFORE, TELL_AT, ZoneInfo(self.zone))
            if self.reminded != self.until and remind > self.since:
                out["remind"] = remind
        return out


@dataclass(frozen=True, slots=True)
class Poster:
    """Whose post it is: kept beside it and never in its events. `phone` is that of the register, by which they sign in."""

    phone: str | None
    home: str | None


@dataclass(frozen=True, slots=True)
class PostFile:
    """A post with whose it is and its events, oldest first."""

    post: Post
    poster: Poster
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class PostChange:
    """What one step did to one post; `before` is None where it begins."""

    before: Post | None
    after: Post
    events: tuple[Event, ...]
    messages: tuple[Message, ...] = ()


def photo_keys(file: PostFile) -> list[str]:
    """Where every photo lies that the post ever had."""
    return [str(event.data["key"]) for event in file.events if event.kind == "photo_added"]


def start_of(day: date, zone: str) -> datetime:
    """The moment at which a day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def day_of(moment: datetime, zone: str) -> date:
    """The day that it is somewhere."""
    return moment.astimezone(ZoneInfo(zone)).date()


def apply(post: Post | None, event: Event) -> Post:
    """The post after `event`. Raises ValueError for one that does not follow or is of an unknown kind."""
    data = cast("Mapping[str, str]", event.data)
    if post is None:
        if event.kind != "filed" or event.seq != 1:
            raise ValueError(f"a post begins with its filing, not with {event.kind} {event.seq}")
        post = Post(event.case, data["community"], data["zone"], data["language"], event.at, 0, "")
        after = _sent(post, event)
    elif event.seq != post.version + 1:
        raise ValueError(f"event {event.seq} does not follow version {post.version}")
    else:
        after = _applied(post, event, data)
    return replace(after, version=event.seq, head=event.hash)


def _applied(post: Post, event: Event, data: Mapping[str, str]) -> Post:
    match event.kind:
        case "edited":
            return _sent(post, event)
        case "photo_added":
            return _with_photo(post, data["key"], event.at)
        case "approved":
            return replace(
                post,
                live=post.draft,
                draft=None,
                verdict=None,
                reason=None,
                published=post.published if post.live else event.at,
                since=event.at,
            )
        case "refused" | "change_asked":
            return replace(post, verdict=cast(Verdict, event.kind), reason=data["reason"])
        case "renewed":
            live = replace(post.live, until=date.fromisoformat(data["until"])) if post.live else None
            again = event.at if post.ended else post.published
            return replace(post, live=live, since=event.at, published=again, ended=None, ended_at=None)
        case "reminded":
            return replace(post, reminded=date.fromisoformat(data["until"]))
        case "reported":
            return replace(post, reports=post.reports + 1, reported=post.reported or event.at)
        case "kept":
            return replace(post, reports=0, reported=None)
        case "withdrawn" | "expired" | "taken_down":
            return replace(
                post,
                ended=event.kind,
                ended_at=event.at,
                reason=data.get("reason", post.reason),
                reports=0,
                reported=None,
            )
        case "erased":
            ended, at = post.ended or "withdrawn", post.ended_at or event.at
            return replace(post, erased=True, live=None, draft=None, verdict=None, ended=ended, ended_at=at)
    raise ValueError(f"unknown kind of event: {event.kind}")


def _sent(post: Post, event: Event) -> Post:
    """The post with what its author sent waiting for the desk."""
    said = json.loads(event.words) if event.words is not None else {"title": "", "text": "", "contact": ""}
    draft = Content(
        category=str(event.data["category"]),
        title=said["title"],
        text=said["text"],
        price=Decimal(said["price"]) if "price" in said else None,
        contact=said["contact"],
        until=date.fromisoformat(str(event.data["until"])),
        photos=tuple(cast("list[str]", event.data["photos"])),
    )
    live = None if post.ended else post.live
    return replace(
        post, live=live, draft=draft, verdict="waiting", reason=None, sent=event.at, ended=None, ended_at=None
    )


def _with_photo(post: Post, key: str, at: datetime) -> Post:
    """A photo belongs to what waits; where nothing does, it makes a new version of what is public."""
    base = post.newest
    if base is None:
        raise ValueError("there is nothing that a photo could belong to")
    photos = (*base.photos, key)
    sent = post.sent if post.draft is not None and post.verdict == "waiting" else at
    return replace(post, draft=replace(base, photos=photos), verdict="waiting", reason=None, sent=sent)


_PLAIN = ("id", "community", "zone", "language", "version", "head")
_MAYBE = ("verdict", "reason", "ended")
_MOMENTS = ("sent", "published", "since", "reported", "ended_at")


def to_json(post: Post) -> dict[str, object]:
    """The post as JSON values, contacts included."""
    out: dict[str, object] = {name: getattr(post, name) for name in _PLAIN}
    out |= {"filed": written(post.filed), "reports": post.reports}
    out |= {name: getattr(post, name) for name in _MAYBE if getattr(post, name) is not None}
    out |= {name: written(getattr(post, name)) for name in _MOMENTS if getattr(post, name) is not None}
    if post.reminded is not None:
        out["reminded"] = post.reminded.isoformat()
    if post.erased:
        out["erased"] = True
    for name, content in (("live", post.live), ("draft", post.draft)):
        if content is not None:
            out[name] = _content_json(content)
    return out


def from_json(data: Mapping[str, object]) -> Post:
    """The post that :func:`to_json` wrote."""
    values: dict[str, object] = {name: data[name] for name in _PLAIN}
    values |= {name: data.get(name) for name in _MAYBE}
    values |= {name: read(str(data[name])) for name in (*_MOMENTS, "filed") if name in data}
    values |= {"reports": data["reports"], "erased": data.get("erased", False)}
    if "reminded" in data:
        values["reminded"] = date.fromisoformat(str(data["reminded"]))
    for name in ("live", "draft"):
        if name in data:
            values[name] = _content(cast("Mapping[str, object]", data[name]))
    return Post(**values)  # type: ignore[arg-type]


def _content_json(content: Content) -> dict[str, object]:
    out: dict[str, object] = {
        name: getattr(content, name) for name in ("category", "title", "text", "contact")
    }
    out |= {"until": content.until.isoformat(), "photos": list(content.photos)}
    return out if content.price is None else out | {"price": str(content.price)}


def _content(data: Mapping[str, object]) -> Content:
    text = cast("Mapping[str, str]", data)
    return Content(
        category=text["category"],
        title=text["title"],
        text=text["text"],
        price=Decimal(text["price"]) if "price" in text else None,
        contact=text["contact"],
        until=date.fromisoformat(text["until"]),
        photos=tuple(cast("list[str]", data["photos"])),
    )
