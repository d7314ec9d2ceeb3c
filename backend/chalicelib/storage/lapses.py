"""The records of missed limits: begun in the transaction of their case, listed for whoever judges and for whom they concern."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain import lapse as lapse_of
from chalicelib.domain.chain import canonical
from chalicelib.domain.events import Actor, Event, Role
from chalicelib.domain.keeping import LapseFile, Stale
from chalicelib.domain.moments import read, written

from .partitions import read_page
from .patience import patiently
from .table import Record
from .transaction import Lost, Transaction

if TYPE_CHECKING:
    from chalicelib.domain.lapse import Lapse, LapseChange, Stage


class LapseRecord(Record, discriminator="lapse"):
    """A record as its events make it."""

    version = NumberAttribute()
    lapse = UnicodeAttribute()


class LapseEventRecord(Record, discriminator="lapse_event"):
    """One event of a record; `words` and `salt` stand apart from the chain, so that they can be erased."""

    event = UnicodeAttribute()
    words = UnicodeAttribute(null=True)
    salt = UnicodeAttribute(null=True)


class LapseRowRecord(Record, discriminator="lapse_row"):
    """A line of a list of records, with the record as it stands."""

    lapse = UnicodeAttribute()


def add(transaction: Transaction, change: LapseChange) -> None:
    """Adds a change of a record to a transaction; its condition is called "lapse"."""
    before, after = change.before, change.after
    if before is None:
        transaction.put(_head(after), LapseRecord.pk.does_not_exist(), "lapse")
    else:
        transaction.put(_head(after), LapseRecord.version == before.version, "lapse")
    for event in change.events:
        transaction.put(event_record(event))
    old, new = rows_of(before), rows_of(after)
    for place in old.keys() - new.keys():
        transaction.delete(old[place])
    for row in new.values():
        transaction.put(row)


def save(change: LapseChange) -> None:
    """Saves a change of a record. Raises Stale when it is no longer as the change found it."""
    transaction = Transaction()
    add(transaction, change)
    try:
        transaction.commit()
    except Lost as lost:
        raise Stale(change.after.id) from lost


def load(id: str) -> LapseFile | None:
    """The record with its events, oldest first, by one consistent query; None when there is none."""
    records = patiently(lambda: list(Record.query(f"LAPSE#{id}", consistent_read=True)))
    return file_of(records)


def file_of(records: list[Record]) -> LapseFile | None:
    """The record that the items of its partition make; None without its head."""
    head = next((one for one in records if isinstance(one, LapseRecord)), None)
    events = tuple(event_of(one) for one in records if isinstance(one, LapseEventRecord))
    return LapseFile(lapse_of.from_json(json.loads(head.lapse)), events) if head is not None else None


def of_community(
    community: str, stage: Stage, department: str = "", after: str | None = None, limit: int = 25
) -> tuple[list[Lapse], str | None]:
    """A page of a community's or one department's records in a stage, the oldest deadline first (of closed ones the latest),
    and where the next page begins."""
    pk = f"LAPSES#{community}/{department}" if department else f"LAPSES#{community}"
    return _page(pk, f"{stage}#", after, limit, forward=stage != "closed")


def of_person(
    community: str, person: str, after: str | None = None, limit: int = 25
) -> tuple[list[Lapse], str | None]:
    """A page of the records that concern a person, the latest deadline first."""
    return _page(f"LAPSES#{community}~{person}", "", after, limit, forward=False)


def _page(
    pk: str, prefix: str, after: str | None, limit: int, forward: bool
) -> tuple[list[Lapse], str | None]:
    keys = LapseRowRecord.sk.startswith(prefix) if prefix else None
    rows, following = read_page(LapseRowRecord, pk, keys, after, limit, newest_first=not forward)
    return [lapse_of.from_json(json.loads(row.lapse)) for row in rows], following


def rows_of(lapse: Lapse | None) -> dict[tuple[str, str], LapseRowRecord]:
    """The lines of lists in which a record must stand, by their place."""
    if lapse is None:
        return {}
    told = canonical(lapse_of.to_json(lapse))
    return {place: LapseRowRecord(*place, lapse=told) for place in _places(lapse)}


def _places(lapse: Lapse) -> Iterator[tuple[str, str]]:
    moment = f"{written(lapse.due)}#{lapse.id}"
    yield f"LAPSES#{lapse.community}", f"{lapse.stage}#{moment}"
    yield f"LAPSES#{lapse.community}/{lapse.department}", f"{lapse.stage}#{moment}"
    yield f"LAPSES#{lapse.community}~{lapse.person}", moment


def _head(lapse: Lapse) -> LapseRecord:
    told = canonical(lapse_of.to_json(lapse))
    return LapseRecord(f"LAPSE#{lapse.id}", "HEAD", version=lapse.version, lapse=told)


def event_record(event: Event) -> LapseEventRecord:
    """The item of one event."""
    said = {
        "at": written(event.at),
        "kind": event.kind,
        "role": event.actor.role.value,
        "by": event.actor.id,
        "data": event.data,
        "words": event.words_digest,
        "previous": event.previous,
        "hash": event.hash,
    }
    return LapseEventRecord(
        f"LAPSE#{event.case}",
        f"EV#{event.seq:06d}",
        event=canonical(said),
        words=event.words,
        salt=event.salt,
    )


def event_of(record: LapseEventRecord) -> Event:
    """The event that an item holds."""
    said = json.loads(record.event)
    return Event(
        case=record.pk.removeprefix("LAPSE#"),
        seq=int(record.sk.removeprefix("EV#")),
        at=read(said["at"]),
        kind=said["kind"],
        actor=Actor(Role(said["role"]), said["by"]),
        data=said["data"],
        words=record.words,
        salt=record.salt,
        words_digest=said["words"],
        previous=said["previous"],
        hash=said["hash"],
    )
