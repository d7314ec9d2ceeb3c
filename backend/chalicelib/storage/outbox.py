"""The outbox: messages owed are written with the change that owes them, and leave only when they are sent or shown to staff.

A message lies under the moment at which it is to be tried next. Whoever delivers it first writes into it until when nobody else
may: if the deliverer dies, the message comes up again under the same id, so that a channel that can tell sees a repeat as one.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from chalicelib.domain.chain import canonical
from chalicelib.domain.change import Message
from chalicelib.domain.keeping import Owed
from chalicelib.domain.moments import read, written

from .partitions import read_page
from .patience import patiently
from .shards import filled, looked_into
from .table import MessageRecord, Record
from .transaction import Transaction, delete_alone, put_alone

SHARDS = 4
SENT_KEPT = timedelta(days=400)
# What two single writes may take at most, and more (patience.REQUEST_SECONDS and the last try of each).
TWO_WRITES = timedelta(seconds=30)


def shard_of(message_id: str) -> int:
    """Which outbox partition a message that is owed now is put into; where it lies already, it stays."""
    return hashlib.blake2s(message_id.encode(), digest_size=1).digest()[0] % filled(SHARDS)


def looked_at(now: datetime) -> list[int]:
    """Which shards a run at `now` asks for what is to be sent."""
    return looked_into(SHARDS, now)


def owed_record(message: Message) -> MessageRecord:
    """The item of a message just owed: it may be sent from its own moment on."""
    return _record(message, f"OUT#{shard_of(message.id)}", f"{written(message.at)}#{message.id}")


def owe(message: Message) -> bool:
    """Writes a message that no case owes (alarms), once for its id; False when it was owed before, even if it has left since.

    A marker says so for as long as what was sent is kept: the message itself moves while it is tried, sent or set aside. Without
    it a check that refuses every minute would write to the engineers every minute.
    """
    transaction = Transaction()
    marker = _record(message, f"ONCE#{message.id}", "ONCE")
    marker.expires = int((message.at + SENT_KEPT).timestamp())
    transaction.put(marker, MessageRecord.pk.does_not_exist(), "message")
    transaction.put(owed_record(message))
    return transaction.won()


def pending(
    shard: int, until: datetime, after: str | None = None, limit: int = 50, *, consistent: bool = False
) -> list[Owed]:
    """What is to be sent up to and including `until`, oldest first, at most `limit`. What somebody has taken for longer is left
    out; fewer than `limit` means that there is no more.

    It is read eventually, at half the price: what is not seen yet is seen by the next run, as if it had been owed a second later,
    and nothing is decided here. What is seen and no longer true was taken, moved or sent since; its place is then empty or names
    more attempts, so that :func:`claim` fails by its condition and puts nothing back. `consistent` is for a run that was asked
    for because of what has just been written.
    """
    found: list[Owed] = []
    while len(found) < limit:
        records, after = read_page(
            Record, f"OUT#{shard}", Record.sk < written(until) + "$", after, limit, consistent=consistent
        )
        found += [
            _owed(r) for r in records if isinstance(r, MessageRecord) and (r.until or "") <= written(until)
        ]
        if after is None:
            break
    return found[:limit]


def claim(owed: Owed, until: datetime) -> Owed | None:
    """Takes the message for delivery until the moment `until`; None when somebody else has it, or sent it already.

    It stays where it lies, so this is one item, put by itself. The mark of this very try tells a repetition of it that it won.
    Whoever began before and came to no end may have died while marking it as sent: that is looked up first, and then made good.
    """
    taken = replace(owed, attempts=owed.attempts + 1, until=until)
    record = _record(owed.message, owed.pk, owed.sk, taken.attempts, owed.error, owed.again)
    record.until, record.claim = written(until), secrets.token_hex(8)
    won = put_alone(record, MessageRecord.attempts == owed.attempts, MessageRecord.claim == record.claim)
    if won and owed.until is not None and _is_told_as_sent(taken):
        _take_out(taken)
        return None
    return taken if won else None


def postpone(owed: Owed, until: datetime, error: str) -> Owed | None:
    """Puts a claimed message back until the moment `until`, with why it could not be sent."""
    sk = f"{written(until)}#{owed.message.id}"
    record = _record(owed.message, owed.pk, sk, owed.attempts, error, owed.again)
    later = Owed(owed.message, owed.pk, sk, owed.attempts, error, again=owed.again)
    return later if _replace(owed, record) else None


def mark_sent(owed: Owed, at: datetime) -> bool:
    """Takes a claimed message out of the outbox into the history of its case; False when somebody else did.

    While it is certainly nobody else's, by two single writes at half the price of a transaction: it is told as sent, then taken
    out. In between it lies in both places under its claim, and whoever claims it next after a crash looks (:func:`claim`). When
    the claim's time is all but over, somebody else may have sent, moved or set it aside: then by both at once or not at all.
    """
    record = _record(
        owed.message, f"SENT#{owed.message.case}", owed.message.id, owed.attempts, again=owed.again
    )
    record.at = written(at)
    record.expires = int((at + SENT_KEPT).timestamp())
    if owed.until is None or at + TWO_WRITES > owed.until:
        return _leave(owed, record)
    if _leaves_something(owed.message):
        # Nobody else writes there meanwhile, so that a repetition after a lost reply puts the same once more.
        patiently(record.save)
    return _take_out(owed)


def set_aside(owed: Owed, at: datetime, error: str, alarm: Message | None = None) -> bool:
    """Takes a claimed message that no further try will send to where staff see it; `alarm` is owed with it, or neither."""
    pk = f"STUCK#{owed.message.community}"
    record = _record(owed.message, pk, f"{written(at)}#{owed.message.id}", owed.attempts, error, owed.again)
    record.at = written(at)
    return _leave(owed, record, alarm)


def stuck(community: str, after: str | None = None, limit: int = 25) -> list[Owed]:
    """Messages of a community that could not be sent, oldest first."""
    records, _ = read_page(MessageRecord, f"STUCK#{community}", None, after, limit, consistent=False)
    return [_owed(r) for r in records]


def sent(case: str) -> list[tuple[Message, datetime]]:
    """What was sent about a case, with when."""
    records = patiently(lambda: list(MessageRecord.query(f"SENT#{case}")))
    return [(_owed(r).message, read(r.at or written(_owed(r).message.at))) for r in records]


def sent_of(case: str) -> list[Owed]:
    """What was sent about a case, as it lies."""
    return [_owed(r) for r in patiently(lambda: list(MessageRecord.query(f"SENT#{case}")))]


def send_again(owed: Owed, at: datetime, by: str) -> bool:
    """Puts what was sent or set aside back to be sent from the moment `at` on, under its own id, with who wanted it; False when
    it lies there no more. It may be tried as often as a new one.

    What was sent by somebody who died before it was out of the outbox is taken out with it: it would be sent twice."""
    where = "sent" if owed.pk.startswith("SENT#") else "set aside"
    before = f", {where} {written(owed.left)}" if owed.left is not None else ""
    again = (*owed.again, f"{written(at)} {by}{before}")
    pk = f"OUT#{shard_of(owed.message.id)}"
    record = _record(owed.message, pk, f"{written(at)}#{owed.message.id}", again=again)
    return _replace(owed, record, left_over=_begun(owed.message) if where == "sent" else ())


def _is_told_as_sent(owed: Owed) -> bool:
    """Whether this very message, not one sent again since, stands among what was sent; consistently."""
    if not _leaves_something(owed.message):
        return False
    place = f"SENT#{owed.message.case}", owed.message.id

    def look() -> Owed | None:
        try:
            return _owed(MessageRecord.get(*place, consistent_read=True))
        except MessageRecord.DoesNotExist:
            return None

    told = patiently(look)
    return told is not None and (told.message, told.again) == (owed.message, owed.again)


def _take_out(owed: Owed) -> bool:
    """Takes a claimed message out of the outbox; False when somebody else claimed it since."""
    return delete_alone(MessageRecord(owed.pk, owed.sk), MessageRecord.attempts == owed.attempts)


def _begun(message: Message) -> list[Owed]:
    """The message where somebody began to deliver it and came to no end yet; consistently, in whichever partition."""

    def begun(shard: int) -> list[MessageRecord]:
        claimed = MessageRecord.until.exists()
        return list(MessageRecord.query(f"OUT#{shard}", None, claimed, consistent_read=True))

    found = [_owed(one) for shard in range(SHARDS) for one in patiently(partial(begun, shard))]
    return [one for one in found if one.message.id == message.id]


def _leaves_something(message: Message) -> bool:
    """Whether it is kept once it has left: not one that carries a one-time code."""
    return not message.to.startswith("code:")


def _leave(owed: Owed, record: MessageRecord, alarm: Message | None = None) -> bool:
    """Takes a message out of the outbox to its last place. One that carries a one-time code leaves nothing behind."""
    if _leaves_something(owed.message):
        return _replace(owed, record, alarm)
    transaction = Transaction()
    if alarm is not None:
        transaction.put(owed_record(alarm))
    transaction.delete(MessageRecord(owed.pk, owed.sk), MessageRecord.attempts == owed.attempts, "message")
    return transaction.won()


def _replace(
    owed: Owed, record: MessageRecord, alarm: Message | None = None, left_over: Iterable[Owed] = ()
) -> bool:
    transaction = Transaction()
    if alarm is not None:
        transaction.put(owed_record(alarm))
    if (record.pk, record.sk) == (owed.pk, owed.sk):
        transaction.put(record, MessageRecord.attempts == owed.attempts, "message")
    else:
        old = MessageRecord(owed.pk, owed.sk)
        # The attempts name the claim: a claim that was taken over by somebody else does not fit any more.
        transaction.delete(old, MessageRecord.attempts == owed.attempts, "message")
        transaction.put(record)
    for other in left_over:
        transaction.delete(
            MessageRecord(other.pk, other.sk), MessageRecord.attempts == other.attempts, "message"
        )
    return transaction.won()


def _record(
    message: Message,
    pk: str,
    sk: str,
    attempts: int = 0,
    error: str | None = None,
    again: tuple[str, ...] = (),
) -> MessageRecord:
    said = {
        "id": message.id,
        "template": message.template,
        "to": message.to,
        "community": message.community,
        "case": message.case,
        "at": written(message.at),
        "facts": message.facts,
    }
    return MessageRecord(
        pk, sk, message=canonical(said), attempts=attempts, error=error, again="\n".join(again) or None
    )


def _owed(record: MessageRecord) -> Owed:
    said = json.loads(record.message)
    message = Message(
        said["id"],
        said["template"],
        said["to"],
        said["community"],
        said["case"],
        read(said["at"]),
        said["facts"],
    )
    left = read(record.at) if record.at else None
    again = tuple(record.again.split("\n")) if record.again else ()
    until = read(record.until) if record.until else None
    return Owed(message, record.pk, record.sk, int(record.attempts), record.error, left, again, until)
