"""Cases: saved whole in one transaction, read with one query, listed in pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain import case_json
from chalicelib.domain.chain import canonical
from chalicelib.domain.keeping import (
    Answered,
    CaseFile,
    Contact,
    DueItem,
    NumberTaken,
    RequestKey,
    Stale,
)
from chalicelib.domain.moments import read, written
from chalicelib.domain.queues import lists_of

from . import lapses
from .figures import month_records
from .histories import Histories, legible
from .home_cases import home_records
from .incidents import attached_records
from .outbox import owed_record
from .partitions import read_page
from .patience import patiently
from .personal import opened, personal_records, sealed
from .shards import filled, looked_into
from .table import DueRecord, EventRecord, HeadRecord, KeyRecord, ProvisionalRecord, Record
from .transaction import Lost, Transaction

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.change import Change
    from chalicelib.domain.place import Place

SHARDS = 8
# How long the answer to a repeated request is kept; residents retry within hours, not days.
KEY_KEPT = timedelta(hours=24)
HISTORIES = Histories("CASE", HeadRecord, EventRecord)
NO_CLOCK = "9"  # sorts after every moment: open cases without a running clock stand last in the queue


def shard_of(number: str) -> int:
    """Which of the due partitions a case's moments lie in."""
    return hashlib.blake2s(number.encode(), digest_size=1).digest()[0] % SHARDS


def takes(number: str) -> bool:
    """Whether a new case may have this number: its moments come to lie in a partition that is filled (:mod:`.shards`)."""
    return shard_of(number) < filled(SHARDS)


def looked_at(now: datetime) -> list[int]:
    """Which shards a run at `now` asks for what is due."""
    return looked_into(SHARDS, now)


def save(
    changes: Sequence[Change],
    contacts: Mapping[str, Contact],
    key: RequestKey | None = None,
) -> None:
    """Saves `changes` (one, or two that belong together) in one transaction: events, heads, due items, messages, key.

    `contacts` holds the contact of each case by number. Raises Answered when `key` was used before, NumberTaken for a new case
    whose number exists, Stale when a case is no longer as its change found it.
    """
    try:
        transaction_of(changes, contacts, key).commit()
    except Lost as lost:
        if "key" in lost.which and key is not None:
            answered = answer_to(key)
            if answered is not None:
                raise answered from lost
        if "new" in lost.which:
            raise NumberTaken(changes[0].after.number) from lost
        raise Stale(changes[0].after.number) from lost


def transaction_of(
    changes: Sequence[Change], contacts: Mapping[str, Contact], key: RequestKey | None = None
) -> Transaction:
    """The transaction that :func:`save` commits; by itself for loading many cases and for counting what one costs."""
    transaction = Transaction()
    for change in changes:
        _put_case(transaction, change, contacts[change.after.number])
    if key is not None:
        remember(transaction, key, changes[0].after.number, changes[0].after.version)
    return transaction


def remember(transaction: Transaction, key: RequestKey, number: str, version: int) -> None:
    """Adds to a transaction what a request under `key` made: it fails (label "key") where that is remembered already."""
    absent = KeyRecord.pk.does_not_exist() | (KeyRecord.expires < int(key.at.timestamp()))
    expires = int((key.at + KEY_KEPT).timestamp())
    record = KeyRecord(_key_pk(key), "KEY", body=key.body, number=number, version=version, expires=expires)
    transaction.put(record, absent, "key")


def items_of(change: Change, contact: Contact) -> list[Record]:
    """The items that saving `change` puts."""
    return transaction_of([change], {change.after.number: contact}).records()


def _put_case(transaction: Transaction, change: Change, contact: Contact) -> None:
    before, after = change.before, change.after
    HISTORIES.put(transaction, head_record(after, contact), before, change.events)
    transaction.move(due_records(before), due_records(after))
    transaction.move(provisional_records(before), provisional_records(after))
    transaction.move(beside(before, contact), beside(after, contact))
    for message in change.messages:
        transaction.put(owed_record(message))
    for lapse in change.lapses:
        lapses.add(transaction, lapse)


def beside(case: Case | None, contact: Contact) -> dict[Place, Record]:
    """The items beside a case by which its home, its telephone, its month and its incident find it, and it is forgotten."""
    return {
        **home_records(case, contact),
        **personal_records(case, contact),
        **month_records(case),
        **attached_records(case),
    }


def load(number: str) -> CaseFile | None:
    """The case with its events, by one strongly consistent query; None when there is none."""
    head, events = HISTORIES.read(HISTORIES.items(number))
    return CaseFile(case_from(head), contact_from(head), events) if head is not None else None


def heads(numbers: Iterable[str]) -> dict[str, tuple[Case, Contact]]:
    """Cases without their events, read consistently in batches, by number; those that do not exist are absent."""
    out = {}
    for record in HISTORIES.heads_of(numbers):
        case = case_from(record)
        out[case.number] = (case, contact_from(record))
    return out


def legible_heads(numbers: Iterable[str]) -> dict[str, tuple[Case, Contact]]:
    """The same without those that cannot be read (:func:`.histories.legible`)."""
    return legible(heads, numbers)


def due(shard: int, until: datetime, after: str | None = None, limit: int = 100) -> list[DueItem]:
    """The due items of a shard up to and including `until`, oldest first, from the beginning or after the item `after`.

    Strongly consistent, never more than `limit`; fewer than `limit` means that the shard has no more (invariant 2).
    """
    records, _ = read_page(Record, f"DUE#{shard}", Record.sk < written(until) + "$", after, limit)
    out = []
    for record in records:
        moment, number, clock = record.sk.split("#")
        out.append(DueItem(read(moment), number, clock, record.sk))
    return out


def provisional(limit: int = 100, after: str | None = None) -> list[tuple[int, str, str]]:
    """Clocks that wait for a year to be announced: (year, case number, key of the item), in order of the years."""
    records, _ = read_page(Record, "PROVISIONAL", None, after, limit)
    out = []
    for record in records:
        year, number, _ = record.sk.split("#")
        out.append((int(year), number, record.sk))
    return out


def answer_to(key: RequestKey) -> Answered | None:
    """What was answered to a request with this key, if it is still remembered."""
    pk = _key_pk(key)
    records = patiently(lambda: list(KeyRecord.query(pk, consistent_read=True)))
    for record in records:
        if record.expires >= int(key.at.timestamp()):
            return Answered(record.body, record.number, int(record.version))
    return None


def _key_pk(key: RequestKey) -> str:
    return f"KEY#{hashlib.sha256(f'{key.scope}|{key.key}'.encode()).hexdigest()}"


def head_record(case: Case, contact: Contact) -> HeadRecord:
    """The head item of a case."""
    record = HeadRecord(
        HISTORIES.pk(case.number),
        "HEAD",
        version=case.version,
        case=canonical(case_json.to_json(case)),
        name=contact.name,
        phone=sealed(contact.phone),
        home=contact.home,
        home_id=contact.home_id,
        excerpt=contact.excerpt,
    )
    if case.is_open:
        record.queue = case.community
        record.queue_at = f"{written(case.due) if case.due else NO_CLOCK}#{case.number}"
    for name, key in lists_of(case).items():
        setattr(record, name, key)
    return record


def case_from(record: HeadRecord) -> Case:
    """The case that a head item holds."""
    return case_json.from_json(json.loads(record.case))


def contact_from(record: HeadRecord) -> Contact:
    """The contact that a head item holds."""
    return Contact(record.name, opened(record.phone), record.home, record.excerpt, record.home_id)


def due_records(case: Case | None) -> dict[str, DueRecord]:
    """The due items that a case must have, by sort key."""
    if case is None:
        return {}
    pk = f"DUE#{shard_of(case.number)}"
    out = {}
    for kind, moment in case.timers().items():
        sk = f"{written(moment)}#{case.number}#{kind}"
        out[sk] = DueRecord(pk, sk)
    return out


def provisional_records(case: Case | None) -> dict[str, ProvisionalRecord]:
    """The items of a case's provisional clocks, by sort key."""
    if case is None:
        return {}
    out = {}
    for clock in case.clocks:
        if clock.provisional and not clock.ended:
            sk = f"{clock.promised.year}#{case.number}#{clock.kind}"
            out[sk] = ProvisionalRecord("PROVISIONAL", sk)
    return out
