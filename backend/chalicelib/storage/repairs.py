"""Who had the table repaired, when, and what was put back: noted before anything is, so that one that was cut off is seen too."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain.moments import read, written

from .partitions import read_page
from .table import Record
from .transaction import Transaction

KEPT = timedelta(days=400)
MOST_NAMED = 200
_PK = "REPAIRS"


class RepairRecord(Record, discriminator="repair"):
    """A repair: by whom, and what was put back (no lines until it came to its end)."""

    by = UnicodeAttribute()
    done = UnicodeAttribute(null=True)
    expires = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Repair:
    """A repair that somebody ran; `done` is None for one that was cut off."""

    at: datetime
    by: str
    done: tuple[str, ...] | None
    sk: str


def begin(at: datetime, by: str) -> Repair:
    """Notes who is about to repair."""
    repair = Repair(at, by, None, f"{written(at)}#{secrets.token_hex(4)}")
    _put(repair)
    return repair


def end(repair: Repair, done: Sequence[str]) -> None:
    """Notes what was put back, the first MOST_NAMED by name; a repair that found nothing to do is not kept."""
    if done:
        more = [f"and {len(done) - MOST_NAMED} more"] if len(done) > MOST_NAMED else []
        _put(Repair(repair.at, repair.by, (*done[:MOST_NAMED], *more), repair.sk))
        return
    transaction = Transaction()
    transaction.delete(Record(_PK, repair.sk))
    transaction.commit()


def latest(limit: int = 20) -> list[Repair]:
    """The last repairs, the newest first."""
    records, _ = read_page(RepairRecord, _PK, limit=limit, newest_first=True)
    return [
        Repair(
            read(one.sk.partition("#")[0]), one.by, tuple(one.done.split("\n")) if one.done else None, one.sk
        )
        for one in records
    ]


def _put(repair: Repair) -> None:
    transaction = Transaction()
    done = "\n".join(repair.done) if repair.done else None
    expires = int((repair.at + KEPT).timestamp())
    transaction.put(RepairRecord(_PK, repair.sk, by=repair.by, done=done, expires=expires))
    transaction.commit()
