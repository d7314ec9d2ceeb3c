"""The posts of the info board: saved whole in one transaction, listed in pages for readers, authors and the desk.

What an author wrote holds how to reach them, so their words lie sealed in the events, and the contacts in the head. The lines of
the lists hold what anybody may read and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain import post as post_of
from chalicelib.domain.chain import canonical
from chalicelib.domain.keeping import AlreadyReported, NumberTaken, PostDue, PostRow, RequestKey, Stale
from chalicelib.domain.moments import read, written
from chalicelib.domain.place import Place
from chalicelib.domain.post import Content, Post, PostChange, Poster, PostFile

from . import vault
from .cases import answer_to as answer_to
from .cases import remember
from .histories import Histories
from .outbox import owed_record
from .partitions import read_page
from .patience import patiently
from .shards import filled, looked_into
from .table import HistoryEventRecord, HistoryHeadRecord, Record
from .transaction import Lost, Transaction

if TYPE_CHECKING:
    from chalicelib.domain.board import DeskList

SHARDS = 4
MOST_COUNTED = 100
EXCERPT = 200
WORDS, CONTACTS, PHONE = "words of a post", "contacts of a post", "phone of a post"
_BATCH = 90


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


def save(
    change: PostChange, poster: Poster, key: RequestKey | None = None, reporter: str | None = None
) -> None:
    """Saves one step in one transaction. `reporter` is the keyed hash (:func:`reporter_of`) of whoever reports it.

    Raises Answered when `key` was used before, NumberTaken for a new post whose id exists, AlreadyReported, and Stale when the
    post is no longer as the change found it.
    """
    id = change.after.id
    try:
        transaction_of(change, poster, key, reporter).commit()
    except Lost as lost:
        if "key" in lost.which and key is not None:
            answered = answer_to(key)
            if answered is not None:
                raise answered from lost
        if "report" in lost.which:
            raise AlreadyReported from lost
        if "new" in lost.which:
            raise NumberTaken(id) from lost
        raise Stale(id) from lost


def transaction_of(
    change: PostChange, poster: Poster, key: RequestKey | None = None, reporter: str | None = None
) -> Transaction:
    """The transaction that :func:`save` commits."""
    before, after = change.before, change.after
    transaction = Transaction()
    HISTORIES.put(transaction, _head(after, poster), before, change.events)
    transaction.move(beside(before, poster), beside(after, poster), again=PostRowRecord)
    for message in change.messages:
        transaction.put(owed_record(message))
    if reporter is not None:
        item = PostReportRecord(HISTORIES.pk(after.id), f"REPORT#{reporter}")
        transaction.put(item, PostReportRecord.pk.does_not_exist(), "report")
    if key is not None:
        remember(transaction, key, after.id, after.version)
    return transaction


def erase(change: PostChange, file: PostFile) -> None:
    """Saves that a post is erased, and takes every word of it away in the same transaction. Raises Stale.

    Who reported it goes first, in transactions of its own: begun again after a crash it goes on where it was.
    """
    pk = HISTORIES.pk(file.post.id)
    reports = patiently(
        lambda: list(
            PostReportRecord.query(pk, PostReportRecord.sk.startswith("REPORT#"), consistent_read=True)
        )
    )
    for start in range(0, len(reports), _BATCH):
        transaction = Transaction()
        for one in reports[start : start + _BATCH]:
            transaction.delete(one)
        transaction.commit()
    transaction = transaction_of(change, Poster(None, None))
    for place, record in beside(file.post, file.poster).items():
        if isinstance(record, PhonePostRecord):
            transaction.delete(PhonePostRecord(*place))
    for event in file.events:
        if event.words is not None:
            transaction.put(HISTORIES.event_record(replace(event, words=None, salt=None)))
    try:
        transaction.commit()
    except Lost as lost:
        raise Stale(file.post.id) from lost


def load(id: str) -> PostFile | None:
    """The post with its events, oldest first, by one consistent query; None when there is none."""
    return file_of(HISTORIES.items(id))


def file_of(records: Iterable[Record]) -> PostFile | None:
    """The post that the items of its partition make; None without its head."""
    head, events = HISTORIES.read(records)
    return PostFile(_post(head), _poster(head), events) if head is not None else None


def heads(ids: Iterable[str]) -> dict[str, tuple[Post, Poster]]:
    """Posts without their events, by id, consistently; those that do not exist are absent."""
    found = [(_post(one), _poster(one)) for one in HISTORIES.heads_of(ids)]
    return {post.id: (post, poster) for post, poster in found}


def board(
    community: str, category: str = "", after: str | None = None, limit: int = 20
) -> tuple[list[PostRow], str | None]:
    """A page of a community's public posts, the newest first, and where the next page begins (None at the end)."""
    pk = f"BOARD#{community}/{category}" if category else f"BOARD#{community}"
    return _page(pk, "", after, limit, forward=False)


def desk_list(
    community: str, name: DeskList, after: str | None = None, limit: int = 25
) -> tuple[list[PostRow], str | None]:
    """A page of one of the desk's lists: what waits or was reported the longest first, everything else the latest first."""
    return _page(f"POSTS#{community}", f"{name}#", after, limit, forward=name in ("waiting", "reported"))


def count(community: str, name: DeskList) -> int:
    """How many posts stand in one of the desk's lists: exact below MOST_COUNTED, and never reading more than that."""
    table: Any = Record._get_connection()
    condition = Record.sk.startswith(f"{name}#")
    said = patiently(
        lambda: table.query(
            f"POSTS#{community}", range_key_condition=condition, limit=MOST_COUNTED, select="COUNT"
        )
    )
    return int(said["Count"])


def of_phone(phone_key: str, after: str | None = None, limit: int = 25) -> tuple[list[str], str | None]:
    """The ids of the posts of a telephone, the newest first, and where the next page begins; consistently."""
    keys = PhonePostRecord.sk.startswith("POST#")
    records, following = read_page(
        PhonePostRecord, f"PHONE#{phone_key}", keys, after, limit, newest_first=True
    )
    return [record.sk.rpartition("#")[2] for record in records], following


def due(shard: int, until: datetime, after: str | None = None, limit: int = 100) -> list[PostDue]:
    """What the clock has to do up to and including `until`, oldest first; strongly consistent, at most `limit`."""
    keys = PostDueRecord.sk < written(until) + "$"
    records, _ = read_page(PostDueRecord, f"POSTDUE#{shard}", keys, after, limit)
    return [PostDue(one.sk.split("#")[1], one.sk) for one in records]


def reporter_of(id: str, phone_key: str) -> str:
    """Who reports a post, as a keyed hash that fits to no other post."""
    return vault.lookup(f"report of {id}", phone_key)


def shard_of(id: str) -> int:
    """Which of the due partitions a post's moments lie in."""
    return hashlib.blake2s(id.encode(), digest_size=1).digest()[0] % SHARDS


def takes(id: str) -> bool:
    """Whether a new post may have this id: its moments come to lie in a partition that is filled (:mod:`.shards`)."""
    return shard_of(id) < filled(SHARDS)


def looked_at(now: datetime, every: int) -> list[int]:
    """Which shards a run at `now` asks for what is due, where one comes `every` so many minutes."""
    return looked_into(SHARDS, now, every)


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


def _page(
    pk: str, prefix: str, after: str | None, limit: int, forward: bool
) -> tuple[list[PostRow], str | None]:
    keys = PostRowRecord.sk.startswith(prefix) if prefix else None
    records, following = read_page(PostRowRecord, pk, keys, after, limit, newest_first=not forward)
    return [_row_of(one) for one in records], following


def _row_of(record: PostRowRecord) -> PostRow:
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


def _head(post: Post, poster: Poster) -> PostRecord:
    told = post_of.to_json(post)
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


def _post(record: PostRecord) -> Post:
    told = json.loads(record.post)
    contacts = json.loads(vault.unseal(record.contacts, CONTACTS)) if record.contacts else {}
    for name, contact in contacts.items():
        told[name]["contact"] = contact
    return post_of.from_json(told)


def _poster(record: PostRecord) -> Poster:
    return Poster(vault.unseal(record.phone, PHONE) if record.phone else None, record.home_id)
