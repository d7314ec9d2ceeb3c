"""What its author, its readers, the desk and the clock can do to a post: each step is one event and owes one message at most.

| step | by | while it is |
|---|---|---|
| edit, add_photo | its author | not withdrawn nor taken down, and not over for more than 30 days |
| renew | its author | public, or expired for at most 30 days |
| withdraw | its author | not ended |
| report | a signed-in resident of the community, once | public |
| approve, refuse, ask_change | the desk | waiting |
| keep | the desk | reported |
| take_down | the desk | public |
| remind, expire, erase | the clock | three days before its end; after its last day; 180 days after its end |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .board import PostCategory
from .chain import next_event
from .change import DESK, By, Message
from .events import Event
from .photos import MOST_PHOTOS, Photo
from .post import RENEW_WITHIN, TELL_AT, Content, Post, PostChange, Timer, apply, day_of
from .refusals import Refused

# What people add to a history ends here: with what desk and clock may still add, all of it is erased in one transaction.
MOST_EVENTS = 60
# More reports than these tell the desk nothing new.
MOST_REPORTS = 20
POSTER = "poster:"
_FOR_THE_DESK = frozenset({"post_waiting", "post_reported"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post belongs: its community, that community's zone, and the language in which its author is told."""

    community: str
    zone: str
    language: str


def file(id: str, place: Place, content: Content, by: By) -> PostChange:
    """A new post, which waits for the desk, and the desk hears of it. The last day was checked by :func:`check_until`."""
    said = {"community": place.community, "zone": place.zone, "language": place.language}
    return _step(None, by, "filed", said | _data_of(content), content.words, tell="post_waiting", id=id)


def edit(post: Post, content: Content, by: By) -> PostChange:
    """What its author would have it say now: the desk looks at it again, and what is public stands until then.

    Only photos that it has may stay. Raises Refused.
    """
    _needs_room(post)
    _needs_life(post, by.at)
    known = {key for one in (post.live, post.draft) if one for key in one.photos}
    kept = tuple(key for key in content.photos if key in known)
    said = {**_data_of(content), "photos": list(kept)}
    return _step(post, by, "edited", said, content.words, tell=_waits(post))


def check_photo(post: Post, by: By) -> None:
    """Raises Refused when no photo may be added."""
    _needs_room(post)
    _needs_life(post, by.at)
    if post.ended is not None:
        raise Refused("post_over")
    if post.newest is not None and len(post.newest.photos) >= MOST_PHOTOS:
        raise Refused("too_many_photos", {"most": MOST_PHOTOS})


def add_photo(post: Post, by: By, photo: Photo) -> PostChange:
    """Notes a photo that lies in the store. What is public gets it once the desk has seen it."""
    check_photo(post, by)
    data = {"key": photo.key, "size": photo.size, "upload": photo.upload}
    return _step(post, by, "photo_added", data, tell=_waits(post))


def renew(post: Post, until: date, by: By) -> PostChange:
    """A later last day. The words are those that the desk approved, so it need not look again."""
    _needs_room(post)
    if post.live is None:
        raise Refused("post_not_public")
    _needs_life(post, by.at)
    return _step(post, by, "renewed", {"until": until.isoformat()})


def withdraw(post: Post, by: By) -> PostChange:
    """Its author does not need it any more."""
    if post.ended is not None:
        raise Refused("post_over")
    return _step(post, by, "withdrawn")


def report(post: Post, by: By) -> PostChange | None:
    """A reader says that the desk should look at it; None where so many did that one more says nothing new."""
    if not post.is_public(by.at):
        raise Refused("post_not_public")
    if post.reports >= MOST_REPORTS or post.version >= MOST_EVENTS:
        return None
    return _step(post, by, "reported", tell="" if post.reports else "post_reported")


def approve(post: Post, by: By) -> PostChange:
    """The draft becomes public."""
    _needs_waiting(post)
    return _step(post, by, "approved", tell="post_approved")


def refuse(post: Post, by: By, reason: str, words: str | None = None) -> PostChange:
    """The draft does not become public; `reason` is one of the rulebook's, `words` stand on the author's page."""
    _needs_waiting(post)
    return _step(post, by, "refused", {"reason": reason}, words, tell="post_refused")


def ask_change(post: Post, by: By, reason: str, words: str | None = None) -> PostChange:
    """The draft becomes public once its author has changed something."""
    _needs_waiting(post)
    return _step(post, by, "change_asked", {"reason": reason}, words, tell="post_change_asked")


def keep(post: Post, by: By) -> PostChange:
    """The desk has looked at what was reported, and it stays."""
    if not post.reports:
        raise Refused("post_not_reported")
    return _step(post, by, "kept")


def take_down(post: Post, by: By, reason: str, words: str | None = None) -> PostChange:
    """What is public ends, for a reason that its author is told."""
    if post.live is None or post.ended is not None:
        raise Refused("post_not_public")
    return _step(post, by, "taken_down", {"reason": reason}, words, tell="post_taken_down")


def erase(post: Post, by: By) -> PostChange:
    """Notes that everything that it said is gone; the store takes it away in the same change."""
    if post.erased:
        raise Refused("post_over")
    return _step(post, by, "erased")


def on_time(post: Post, by: By) -> tuple[Timer, PostChange] | None:
    """What the clock has to do with the post now, the gravest first; None when nothing is due (any more)."""
    due = {timer for timer, moment in post.timers().items() if moment <= by.at}
    if "forget" in due:
        return "forget", erase(post, by)
    if "expire" in due:
        # What never was public ends without a word: its author knows that the desk had returned it.
        return "expire", _step(post, by, "expired", tell="post_expired" if post.live else "")
    if "remind" in due and post.until is not None:
        return "remind", _step(post, by, "reminded", {"until": post.until.isoformat()}, tell="post_ending")
    return None


def check_until(until: date, category: PostCategory, now: datetime, zone: str) -> None:
    """Raises Refused when a last day has passed or is further away than the category allows."""
    today = day_of(now, zone)
    if until < today:
        raise Refused("post_until_past")
    if until > last_day(category, now, zone):
        raise Refused(
            "post_until_too_far", {"most": category.most_days, "last": last_day(category, now, zone)}
        )


def usual_day(category: PostCategory, now: datetime, zone: str) -> date:
    """The last day of a post whose author names none."""
    return day_of(now, zone) + timedelta(days=category.usual_days)


def last_day(category: PostCategory, now: datetime, zone: str) -> date:
    """The latest last day that may be named."""
    return day_of(now, zone) + timedelta(days=category.most_days)


def verbs_of_author(post: Post, now: datetime) -> tuple[str, ...]:
    """What its author may do now: "edit", "renew", "withdraw"."""
    full = post.version >= MOST_EVENTS
    alive = _is_alive(post, now)
    found = [
        ("edit", alive and not full),
        ("renew", alive and not full and post.live is not None),
        ("withdraw", post.ended is None),
    ]
    return tuple(verb for verb, may in found if may)


def verbs_of_desk(post: Post) -> tuple[str, ...]:
    """What the desk may do now."""
    waiting = post.ended is None and post.verdict == "waiting"
    public = post.ended is None and post.live is not None
    found = [
        ("approve", waiting),
        ("ask_change", waiting),
        ("refuse", waiting),
        ("keep", bool(post.reports)),
        ("take_down", public),
    ]
    return tuple(verb for verb, may in found if may)


def _step(
    post: Post | None,
    by: By,
    kind: str,
    data: Mapping[str, object] | None = None,
    words: str | None = None,
    tell: str = "",
    id: str = "",
) -> PostChange:
    after = (post.version, post.head) if post else None
    number = post.id if post else id
    if tell in _FOR_THE_DESK:
        data = {**(data or {}), "desk": True}
    event = next_event(number, after, kind, by.actor, by.at, data or {}, words, by.salt)
    changed = apply(post, event)
    messages = (_message(tell, post or changed, changed, by),) if tell else ()
    return PostChange(post, changed, (event,), messages)


def _message(template: str, before: Post, after: Post, by: By) -> Message:
    """What its author is told, or the desk. What the clock did at midnight is told in the morning, and that a post of the small
    hours waits to be looked at; a report of what is public is told at once, for the duty desk never closes (A2)."""
    facts: dict[str, object] = {}
    about = before.newest or after.newest
    if about is not None:
        facts["post"] = about.category
    until = after.until or before.until
    if until is not None:
        facts["until"] = until.isoformat()
    if after.reason is not None:
        facts["reason_id"] = after.reason
    at = by.at
    if template in ("post_expired", "post_waiting"):
        local = at.astimezone(ZoneInfo(after.zone))
        at = max(at, datetime.combine(local.date(), TELL_AT, local.tzinfo))
    return Message(
        id=message_id(after.id, after.version),
        template=template,
        to=f"{DESK}{after.community}" if template in _FOR_THE_DESK else f"{POSTER}{after.id}",
        community=after.community,
        case=after.id,
        at=at,
        facts=facts,
    )


_TOLD = frozenset({"approved", "refused", "change_asked", "taken_down", "reminded"})


def owes_message(before: Post | None, event: Event) -> bool:
    """Whether an event owes a message: the author one, by the post as it stood before it; the desk where the event says so, for
    until 0.3.0 it was told of nothing."""
    ended = event.kind == "expired" and before is not None and before.live is not None
    return ended or event.kind in _TOLD or bool(event.data.get("desk"))


def message_id(id: str, seq: int) -> str:
    """The id of the message that an event owes."""
    return f"{id}/{seq}/1"


def _data_of(content: Content) -> dict[str, object]:
    return {
        "category": content.category,
        "until": content.until.isoformat(),
        "photos": list(content.photos),
    }


def _is_alive(post: Post, now: datetime) -> bool:
    if post.erased or post.ended in ("withdrawn", "taken_down"):
        return False
    return post.ended_at is None or now <= post.ended_at + RENEW_WITHIN


def _waits(post: Post) -> str:
    """What the desk is told when the post waits for it from now on; "" where it waited, and the desk has heard of it."""
    return "" if post.verdict == "waiting" and post.ended is None else "post_waiting"


def _needs_life(post: Post, now: datetime) -> None:
    if not _is_alive(post, now):
        raise Refused("post_over")


def _needs_room(post: Post) -> None:
    if post.version >= MOST_EVENTS:
        raise Refused("post_too_often_changed")


def _needs_waiting(post: Post) -> None:
    if post.ended is not None or post.verdict != "waiting":
        raise Refused("post_not_waiting")
