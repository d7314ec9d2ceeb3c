"""The records of missed limits: begun in the transaction of their case, listed for whoever judges and for whom they concern."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain import lapse as lapse_of
from chalicelib.domain.chain import canonical
from chalicelib.domain.keeping import LapseFile, Stale
from chalicelib.domain.moments import written

from .histories import Histories
from .partitions import read_page
from .table import HistoryEventRecord, HistoryHeadRecord, Record
from .transaction import Lost, Transaction

if TYPE_CHECKING:
    from chalicelib.domain.lapse import Lapse, LapseChange, Stage


class LapseRecord(HistoryHeadRecord, discriminator="lapse"):
    """A record as its events make it."""

    lapse = UnicodeAttribute()


class LapseEventRecord(HistoryEventRecord, discriminator="lapse_event"):
    """One event of a record."""


class LapseRowRecord(Record, discriminator="lapse_row"):
    """A line of a list of records, with the record as it stands."""

    lapse = UnicodeAttribute()


HISTORIES = Histories("LAPSE", LapseRecord, LapseEventRecord)


def add(transaction: Transaction, change: LapseChange) -> None:
    """Adds a change of a record to a transaction; its condition is called "lapse"."""
    before, after = change.before, change.after
    HISTORIES.put(transaction, _head(after), before, change.events, new="lapse", changed="lapse")
    transaction.move(rows_of(before), rows_of(after), again=LapseRowRecord)


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
    return file_of(HISTORIES.items(id))


def file_of(records: list[Record]) -> LapseFile | None:
    """The record that the items of its partition make; None without its head."""
    head, events = HISTORIES.read(records)
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
    return LapseRecord(HISTORIES.pk(lapse.id), "HEAD", version=lapse.version, lapse=told)
