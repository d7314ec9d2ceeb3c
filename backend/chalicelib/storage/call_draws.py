"""The draws of call-backs: `CALLBACKS#<community>` holds one for each month, with what it came to when it was counted last (E4).

The draw itself is made once and stays. Which cases were drawn stands in their own histories; here is the order, so that neither a
second run nor a later one can draw otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain import call_draw
from chalicelib.domain.call_draw import Draw
from chalicelib.domain.change import Message

from .outbox import owed_record
from .patience import patiently
from .table import Record
from .transaction import Lost, Transaction


class CallDrawRecord(Record, discriminator="call_draw"):
    """The draw of a month."""

    draw = UnicodeAttribute()


def load(community: str, month: str) -> Draw | None:
    """The draw of a month, consistently; None before it was made."""

    def look() -> list[CallDrawRecord]:
        keys = CallDrawRecord.sk == month
        return list(CallDrawRecord.query(_pk(community), keys, consistent_read=True))

    return next(map(draw_of, patiently(look)), None)


def newest(community: str, limit: int) -> list[Draw]:
    """The newest draws of a community, the newest first."""

    def query() -> list[CallDrawRecord]:
        return list(CallDrawRecord.query(_pk(community), scan_index_forward=False, limit=limit))

    return [draw_of(record) for record in patiently(query)]


def keep_first(draw: Draw) -> bool:
    """Keeps a draw that is made now; False where the month has one already, which stays."""
    transaction = Transaction()
    transaction.put(_record(draw), CallDrawRecord.pk.does_not_exist(), "drawn")
    return _committed(transaction)


def save(before: Draw, after: Draw, messages: Sequence[Message] = ()) -> bool:
    """Keeps what a draw came to, and owes messages with it; False where somebody else did so since `before` was read."""
    transaction = Transaction()
    transaction.put(_record(after), CallDrawRecord.draw == _record(before).draw, "drawn")
    for message in messages:
        transaction.put(owed_record(message))
    return _committed(transaction)


def _committed(transaction: Transaction) -> bool:
    try:
        transaction.commit()
    except Lost:
        return False
    return True


def _pk(community: str) -> str:
    return f"CALLBACKS#{community}"


def _record(draw: Draw) -> CallDrawRecord:
    told = json.dumps(call_draw.to_json(draw), separators=(",", ":"))
    return CallDrawRecord(_pk(draw.community), draw.month, draw=told)


def draw_of(record: CallDrawRecord) -> Draw:
    """The draw that an item holds."""
    community = record.pk.partition("#")[2]
    return call_draw.from_json(community, record.sk, json.loads(record.draw))
