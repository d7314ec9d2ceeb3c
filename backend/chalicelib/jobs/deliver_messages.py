"""Send what the outbox owes: claim, hand over, mark as sent; try again with growing pauses; at last show it to staff.

A message is claimed for two minutes before it is handed over. If the process dies in between, the message comes up again under
the same id: a channel that can tell shows it once, any other may show it twice, never less than once (G12).
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.change import Message
from chalicelib.domain.delivering import Bundle, Parcel, PostOffice, Undelivered
from chalicelib.domain.owing import ALARM

if TYPE_CHECKING:
    from chalicelib.domain.keeping import OutboxStore, Owed

log = logging.getLogger(__name__)

PAGE = 50
LEASE = timedelta(minutes=2)
# One pause after each failed try: about 24 hours in all, then a person has to see it.
PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60, 120, 240, 480, 480))
MOST_TRIES = len(PAUSES) + 1
ENGINEERS = "engineers"


@dataclass(slots=True)
class Counts:
    """What a run did with messages: read, sent, not wanted by their resident, postponed after a failure, set aside for staff,
    taken by another deliverer or sent already by one that died then, left for the next minute because their robot had enough,
    posts to robots; the age of the oldest message found, in seconds; and whether time ran out before the end."""

    read: int = 0
    sent: int = 0
    not_wanted: int = 0
    postponed: int = 0
    set_aside: int = 0
    lost_races: int = 0
    waiting: int = 0
    posts: int = 0
    oldest_seconds: int = 0
    unfinished: bool = False


def deliver_messages(
    outbox: OutboxStore,
    office: PostOffice,
    now: datetime,
    *,
    seconds: float = 50.0,
    dry_run: bool = False,
    hurried: bool = False,
) -> Counts:
    """Delivers everything that is to be sent at `now`.

    After `seconds` no further delivery begins; the rest stays for the next run. `dry_run` renders and counts as sent what would
    be handed over, but claims and sends nothing. A run is `hurried` when somebody waits for what was written just now: it reads
    consistently, at twice the price. Raises Unavailable when the database does not answer: what was claimed comes up
    again by itself.
    """
    run = _Run(outbox, office, now, seconds, dry_run)
    places: dict[int, str | None] = dict.fromkeys(outbox.looked_at(now))
    while places:
        page: list[Owed] = []
        for shard, after in list(places.items()):
            found = outbox.pending(shard, now, after, PAGE, consistent=hurried)
            page += found
            if len(found) < PAGE:
                del places[shard]
            else:
                places[shard] = found[-1].sk
        if not run.deliver(sorted(page, key=lambda owed: owed.sk)):
            run.counts.unfinished = True
            break
    return run.counts


class _Run:
    """One run of the job: what it was given, what it has done so far."""

    def __init__(
        self, outbox: OutboxStore, office: PostOffice, now: datetime, seconds: float, dry_run: bool
    ) -> None:
        self.counts = Counts()
        self._outbox = outbox
        self._office = office
        self._now = now
        self._began = time.monotonic()
        self._seconds = seconds
        self._dry_run = dry_run
        self._posts: Counter[str] = Counter()

    def deliver(self, page: Sequence[Owed]) -> bool:
        """Delivers the messages of one round; False when time ran out first."""
        self.counts.read += len(page)
        for owed in page:
            age = int((self._now - owed.message.at).total_seconds())
            self.counts.oldest_seconds = max(self.counts.oldest_seconds, age)
        lying = {owed.message.id: owed for owed in page}
        for bundle in self._office.bundle(self._office.prepare([owed.message for owed in page])):
            if time.monotonic() - self._began >= self._seconds:
                return False
            if bundle.most is not None and self._posts[bundle.way] >= bundle.most:
                self.counts.waiting += len(bundle.parcels)
                continue
            self._deliver_bundle(bundle, lying)
        return True

    def _present(self) -> datetime:
        """The moment it is now for this run: a lease counts from the hand-over, not from the run's beginning."""
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def _deliver_bundle(self, bundle: Bundle, lying: dict[str, Owed]) -> None:
        if self._dry_run:
            self.counts.sent += sum(bool(parcel.letters) for parcel in bundle.parcels)
            return
        claimed: list[tuple[Parcel, Owed]] = []
        for parcel in bundle.parcels:
            owed = self._outbox.claim(lying[parcel.message.id], self._present() + LEASE)
            if owed is None:
                self.counts.lost_races += 1
            elif parcel.fault is not None:
                self._set_aside(owed, parcel.fault)
            elif owed.attempts > MOST_TRIES:
                # It was begun so often without an end that whoever began it must have died of it.
                self._set_aside(owed, owed.error or "begun too often without an end")
            elif not parcel.letters:
                self.counts.not_wanted += self._outbox.mark_sent(owed, self._present())
            else:
                claimed.append((parcel, owed))
        if not claimed:
            return
        if bundle.way:
            self._posts[bundle.way] += 1
            self.counts.posts += 1
        try:
            self._office.send([parcel for parcel, _ in claimed])
        except Undelivered as failure:
            for _, owed in claimed:
                self._failed(owed, failure.reason, failure.final)
        except Exception as failure:
            # A mistake of ours in one channel must not keep every other message waiting.
            log.exception("a channel failed unexpectedly")
            for _, owed in claimed:
                self._failed(owed, type(failure).__name__, final=False)
        else:
            for _, owed in claimed:
                self.counts.sent += self._outbox.mark_sent(owed, self._present())

    def _failed(self, owed: Owed, reason: str, final: bool) -> None:
        if final or owed.attempts >= MOST_TRIES:
            self._set_aside(owed, reason)
            return
        pause = PAUSES[max(owed.attempts, 1) - 1]
        if self._outbox.postpone(owed, self._present() + pause, reason) is not None:
            self.counts.postponed += 1

    def _set_aside(self, owed: Owed, reason: str) -> None:
        at = self._present()
        # Engineers are told of every message but their own: a broken way to them must not feed itself. What they had sent again
        # they have heard of before, under an alarm that exists once.
        told = owed.message.to == ENGINEERS or bool(owed.again)
        alarm = None if told else _alarm(owed.message, at, reason)
        if self._outbox.set_aside(owed, at, reason, alarm):
            self.counts.set_aside += 1
            log.warning("message %s (%s) is set aside: %s", owed.message.id, owed.message.template, reason)


def _alarm(stuck: Message, at: datetime, reason: str) -> Message:
    return Message(
        id=f"{ALARM}{stuck.id}",
        template="message_stuck",
        to=ENGINEERS,
        community=stuck.community,
        case=stuck.case,
        at=at,
        facts={"to": stuck.to, "template": stuck.template, "reason": reason},
    )
