"""The call-backs of each month: `CALLORDER#<community>` holds the draw, made once, `CALLBACKS#<community>` what came of it (E4).

Which cases were drawn stands in their own histories; the order lies here, so that neither a second run nor a later one can draw
otherwise. What it came to lies apart: everybody asks for it, and it is written each day on which somebody was called.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain import call_draw
from chalicelib.domain import calls as calls_of
from chalicelib.domain.call_draw import Draw
from chalicelib.domain.calls import Calls
from chalicelib.domain.change import Message

from .outbox import owed_record
from .patience import patiently
from .table import Record
from .transaction import Transaction


class CallDrawRecord(Record, discriminator="call_draw"):
    """The draw of a month."""

    draw = UnicodeAttribute()


class CallsRecord(Record, discriminator="calls"):
    """What a month's call-backs came to when they were counted last."""

    calls = UnicodeAttribute()
    version = NumberAttribute()


def draw(community: str, month: str) -> Draw | None:
    """The draw of a month, consistently; None before it was made."""
    pk = f"CALLORDER#{community}"

    def look() -> list[CallDrawRecord]:
        return list(CallDrawRecord.query(pk, CallDrawRecord.sk == month, consistent_read=True))

    return next(map(draw_of, patiently(look)), None)


def calls(community: str, month: str) -> Calls | None:
    """The calls of a month, consistently; None before it was drawn."""
    pk = f"CALLBACKS#{community}"

    def look() -> list[CallsRecord]:
        return list(CallsRecord.query(pk, CallsRecord.sk == month, consistent_read=True))

    return next(map(_calls, patiently(look)), None)


def newest(community: str, limit: int) -> list[Calls]:
    """The calls of the newest months that were drawn, the newest first."""
    pk = f"CALLBACKS#{community}"

    def query() -> list[CallsRecord]:
        return list(CallsRecord.query(pk, scan_index_forward=False, limit=limit))

    return [_calls(record) for record in patiently(query)]


def keep_first(made: Draw, begun: Calls) -> bool:
    """Keeps a draw that is made now, and its calls; False where the month has one already, which stays."""
    told = json.dumps(call_draw.to_json(made), separators=(",", ":"))
    transaction = Transaction()
    transaction.put(
        CallDrawRecord(f"CALLORDER#{made.community}", made.month, draw=told),
        CallDrawRecord.pk.does_not_exist(),
        "drawn",
    )
    transaction.put(_record(begun))
    return transaction.won()


def save(before: Calls, after: Calls, messages: Sequence[Message] = ()) -> bool:
    """Keeps what calls came to, one version further, and owes messages with it; False where somebody else did since `before`."""
    transaction = Transaction()
    transaction.put(_record(after), CallsRecord.version == before.version, "calls")
    for message in messages:
        transaction.put(owed_record(message))
    return transaction.won()


def draw_of(record: CallDrawRecord) -> Draw:
    """The draw that an item holds."""
    return call_draw.from_json(record.pk.partition("#")[2], record.sk, json.loads(record.draw))


def _record(one: Calls) -> CallsRecord:
    told = json.dumps(calls_of.to_json(one), separators=(",", ":"))
    return CallsRecord(f"CALLBACKS#{one.community}", one.month, calls=told, version=one.version)


def _calls(record: CallsRecord) -> Calls:
    return calls_of.from_json(record.pk.partition("#")[2], record.sk, json.loads(record.calls))
