"""Keeps what is noted about an open day: one item a day, written on condition that it is as it was read."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain.chain import canonical
from chalicelib.domain.keeping import Stale
from chalicelib.domain.moments import read, written
from chalicelib.domain.open_days import Booking, Noted, OpenDayBook, Question, Visitor

from .allowances import attempts
from .outbox import owed_record
from .patience import patiently
from .table import Record
from .transaction import Lost, Transaction

KEPT = timedelta(days=400)  # the answers stay public for a year and a little


class OpenDayRecord(Record, discriminator="open_day"):
    """The bookings and the questions of an open day; those who come and ask stand there by their ids in the register."""

    said = UnicodeAttribute()
    version = NumberAttribute()
    expires = NumberAttribute()


def load(day: str) -> OpenDayBook:
    """What is noted about a day, consistently."""
    found = patiently(lambda: list(OpenDayRecord.query(f"OPENDAY#{day}", consistent_read=True)))
    return book_of(found[0]) if found else OpenDayBook(day)


def save(noted: Noted, on: date) -> None:
    """Writes a day as it was decided, with the messages it owes, in one transaction. Raises Stale when it was changed since.

    `on` is the day itself: what is noted about it is forgotten a year later.
    """
    book = noted.book
    transaction = Transaction()
    record = _record(book, on)
    if book.version == 0:
        transaction.put(record, OpenDayRecord.pk.does_not_exist(), "day")
    else:
        transaction.put(record, OpenDayRecord.version == book.version, "day")
    for message in noted.messages:
        transaction.put(owed_record(message))
    try:
        transaction.commit()
    except Lost as lost:
        raise Stale(book.day) from lost


def book_of(record: OpenDayRecord) -> OpenDayBook:
    """What an item says."""
    said: dict[str, Any] = json.loads(record.said)
    return OpenDayBook(
        day=record.pk.removeprefix("OPENDAY#"),
        bookings=tuple(
            Booking(one["slot"], Visitor(*one["visitor"]), read(one["at"]), one["token"])
            for one in said["bookings"]
        ),
        questions=tuple(
            Question(
                one["id"],
                Visitor(*one["visitor"]),
                read(one["at"]),
                one["words"],
                one["state"],
                one["answer"],
            )
            for one in said["questions"]
        ),
        version=int(record.version),
    )


def _record(book: OpenDayBook, on: date) -> OpenDayRecord:
    said = {
        "bookings": [
            {"slot": one.slot, "visitor": _of(one.visitor), "at": written(one.at), "token": one.token}
            for one in book.bookings
        ],
        "questions": [
            {
                "id": one.id,
                "visitor": _of(one.visitor),
                "at": written(one.at),
                "words": one.words,
                "state": one.state,
                "answer": one.answer,
            }
            for one in book.questions
        ],
    }
    over = datetime(on.year, on.month, on.day, tzinfo=UTC) + KEPT
    return OpenDayRecord(
        f"OPENDAY#{book.day}",
        "DAY",
        said=canonical(said),
        version=book.version + 1,
        expires=int(over.timestamp()),
    )


def _of(visitor: Visitor) -> list[str]:
    return [visitor.home, visitor.member]


__all__ = ["KEPT", "OpenDayRecord", "attempts", "load", "save"]
