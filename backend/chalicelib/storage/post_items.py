"""What a post is in the table: its item, and what lies beside it: its moments, the lines of lists, the pointer of its author.

What an author wrote holds how to reach them, so their words lie sealed in the events, and the contacts in the head. The lines of
the lists hold what anybody may read and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain.chain import canonical
from chalicelib.domain.keeping import PostRow
from chalicelib.domain.moments import read, written
from chalicelib.domain.place import Place
from chalicelib.domain.post import Content, Post, Poster, from_json, to_json

from . import vault
from .histories import Histories
from .table import HistoryEventRecord, HistoryHeadRecord, Record

SHARDS = 4
EXCERPT = 200
WORDS, CONTACTS, PHONE = "words of a post", "contacts of a post", "phone of a post"


class PostRecord(HistoryHeadRecord, discriminator="post"):
    """A post as its events make it; `contacts` and `phone` are sealed."""

    post = UnicodeAttribute()
    contacts = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    home_id = UnicodeAttribute(null=True)


class PostEventRecord(HistoryEventRecord, discriminator="post_event"):
    """One event of a post; its words are sealed."""


class PostReportRecord(Record, discriminator="post_report"):
    """Somebody reported a post; everything it says stands in its key."""


class PostRowRecord(Record, discriminator="post_row"):
    """A line of a list of posts, with what such a line shows."""

    row = UnicodeAttribute()


class PostDueRecord(Record, discriminator="post_due"):
    """A moment at which the clock has something to do with a post; everything it says stands in its key."""


class PhonePostRecord(Record, discriminator="phone_post"):
    """A post of a telephone; everything it says stands in its key."""


HISTORIES = Histories("POST", PostRecord, PostEventRecord, sealed_as=WORDS)


def head_of(post: Post, poster: Poster) -> PostRecord:
    """The item of a post, with how to reach its author."""
    told = to_json(post)
    contacts: dict[str, str] = {}
    for name in ("live", "draft"):
        content = told.get(name)
        if isinstance(content, dict):
            contacts[name] = content.pop("contact")
    return PostRecord(
        HISTORIES.pk(post.id),
        "HEAD",
        version=post.version,
        post=canonical(told),
        contacts=vault.seal(canonical(contacts), CONTACTS) if contacts else None,
        phone=vault.seal(poster.phone, PHONE) if poster.phone else None,
        home_id=poster.home,
    )


def post_of(record: PostRecord) -> Post:
    """The post that an item holds."""
    told = json.loads(record.post)
    contacts = json.loads(vault.unseal(record.contacts, CONTACTS)) if record.contacts else {}
    for name, contact in contacts.items():
        told[name]["contact"] = contact
    return from_json(told)


def poster_of(record: PostRecord) -> Poster:
    """How to reach the author of the post that an item holds."""
    return Poster(vault.unseal(record.phone, PHONE) if record.phone else None, record.home_id)


def shard_of(id: str) -> int:
    """Which of the due partitions a post's moments lie in."""
    return hashlib.blake2s(id.encode(), digest_size=1).digest()[0] % SHARDS


def beside(post: Post | None, poster: Poster) -> dict[Place, Record]:
    """What a post must have outside of its partition, by place: its moments, the lines of lists, the pointer of its author."""
    if post is None:
        return {}
    out: dict[Place, Record] = {}
    for timer, moment in post.timers().items():
        place = Place(f"POSTDUE#{shard_of(post.id)}", f"{written(moment)}#{post.id}#{timer}")
        out[place] = PostDueRecord(*place)
    for place, row in _rows(post):
        out[place] = PostRowRecord(*place, row=row)
    if poster.phone and not post.erased:
        for key in vault.phone_keys(poster.phone):
            place = Place(f"PHONE#{key}", f"POST#{written(post.filed)}#{post.id}")
            out[place] = PhonePostRecord(*place)
    return out


def _rows(post: Post) -> Iterator[tuple[Place, str]]:
    """The lines in which a post stands, with what they show."""
    desk = f"POSTS#{post.community}"
    if post.erased:
        return
    if post.ended is not None and post.ended_at is not None and post.newest is not None:
        yield Place(desk, f"ended#{written(post.ended_at)}#{post.id}"), _row(post, post.newest)
        return
    if post.live is not None and post.published is not None:
        told, moment = _row(post, post.live), f"{written(post.published)}#{post.id}"
        yield Place(f"BOARD#{post.community}", moment), told
        yield Place(f"BOARD#{post.community}/{post.live.category}", moment), told
        yield Place(desk, f"published#{moment}"), told
        if post.reported is not None:
            yield Place(desk, f"reported#{written(post.reported)}#{post.id}"), told
    if post.draft is not None and post.sent is not None:
        name = "waiting" if post.verdict == "waiting" else "returned"
        yield Place(desk, f"{name}#{written(post.sent)}#{post.id}"), _row(post, post.draft)


def _row(post: Post, content: Content) -> str:
    text = " ".join(content.text.split())
    said: dict[str, object] = {
        "id": post.id,
        "category": content.category,
        "title": content.title,
        "excerpt": text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…",
        "until": content.until.isoformat(),
        "ends": written(post.ends) if post.ends else "",
        "state": post.state,
        "reports": post.reports,
    }
    if content.price is not None:
        said["price"] = str(content.price)
    if content.photos:
        said["photo"] = content.photos[0]
    return canonical(said)


def row_of(record: PostRowRecord) -> PostRow:
    """What a line of a list shows."""
    said = json.loads(record.row)
    return PostRow(
        id=said["id"],
        category=said["category"],
        title=said["title"],
        excerpt=said["excerpt"],
        price=Decimal(said["price"]) if "price" in said else None,
        photo=said.get("photo"),
        until=date.fromisoformat(said["until"]),
        ends=read(said["ends"]) if said["ends"] else None,
        moment=read(record.sk.split("#")[-2]),
        state=said["state"],
        reports=said["reports"],
    )
