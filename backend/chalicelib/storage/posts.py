"""The posts of the info board: saved whole in one transaction, listed in pages for readers, authors and the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.keeping import AlreadyReported, NumberTaken, PostDue, PostRow, RequestKey, Stale
from chalicelib.domain.moments import written
from chalicelib.domain.post import Post, PostChange, Poster, PostFile

from . import vault
from .cases import answer_to as answer_to
from .cases import remember
from .histories import legible
from .outbox import owed_record
from .partitions import read_page
from .patience import patiently
from .personal import filed_keys
from .post_items import (
    HISTORIES,
    SHARDS,
    PhonePostRecord,
    PostDueRecord,
    PostReportRecord,
    PostRowRecord,
    beside,
    head_of,
    post_of,
    poster_of,
    row_of,
    shard_of,
)
from .shards import filled, looked_into
from .table import Record
from .transaction import Lost, Transaction

if TYPE_CHECKING:
    from chalicelib.domain.board import DeskList

MOST_COUNTED = 100
_BATCH = 90


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
    HISTORIES.put(transaction, head_of(after, poster), before, change.events)
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
    return PostFile(post_of(head), poster_of(head), events) if head is not None else None


def heads(ids: Iterable[str]) -> dict[str, tuple[Post, Poster]]:
    """Posts without their events, by id, consistently; those that do not exist are absent."""
    found = [(post_of(one), poster_of(one)) for one in HISTORIES.heads_of(ids)]
    return {post.id: (post, poster) for post, poster in found}


def legible_heads(ids: Iterable[str]) -> dict[str, tuple[Post, Poster]]:
    """The same without those that cannot be read (:func:`.histories.legible`)."""
    return legible(heads, ids)


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


def of_phone(
    phone_key: str, after: str | None = None, limit: int = 25, since: datetime | None = None
) -> tuple[list[str], str | None]:
    """The ids of the posts of a telephone, the newest first, and where the next page begins; consistently. `since` leaves out
    what was filed before."""
    keys = filed_keys(PhonePostRecord, "POST", since)
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


def takes(id: str) -> bool:
    """Whether a new post may have this id: its moments come to lie in a partition that is filled (:mod:`.shards`)."""
    return shard_of(id) < filled(SHARDS)


def looked_at(now: datetime, every: int) -> list[int]:
    """Which shards a run at `now` asks for what is due, where one comes `every` so many minutes."""
    return looked_into(SHARDS, now, every)


def _page(
    pk: str, prefix: str, after: str | None, limit: int, forward: bool
) -> tuple[list[PostRow], str | None]:
    keys = PostRowRecord.sk.startswith(prefix) if prefix else None
    records, following = read_page(PostRowRecord, pk, keys, after, limit, newest_first=not forward)
    return [row_of(one) for one in records], following
