"""Keeps the counts of :mod:`chalicelib.domain.allowances`, exact however many processes count at once.

Each count is one item with a version. What is decided from it is written on condition that it still stands as it was read;
whoever came second reads again. So of any number at once exactly as many pass as are allowed.
"""

import json
import os
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition

from chalicelib.domain.allowances import LIMITS, Exhausted, Limit, Uses, forgotten_at, used
from chalicelib.domain.keeping import Unavailable

from . import vault
from .patience import patiently, time_left
from .table import CountRecord
from .transaction import Lost, Transaction

LABEL, ONCE = "count", "once"
# As long as the request's own key is remembered, and longer than any repetition waits.
_REMEMBERED = timedelta(days=1)
_LONGEST_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Use:
    """One use of an allowance by `who`: never a telephone or an address as such, but its keyed hash (:func:`hashed`)."""

    what: str
    who: str
    limits: Sequence[Limit] | None = None


def hashed(sort: str, text: str) -> str:
    """The keyed hash under which a telephone or an address is counted."""
    return vault.lookup(sort, text)


def take(what: str, who: str, now: datetime, limits: Sequence[Limit] | None = None) -> None:
    """Takes one use. Raises Exhausted when there is none left, Unavailable when the database does not answer in time."""
    take_all([Use(what, who, limits)], now)


def take_all(uses: Sequence[Use], now: datetime, once: str | None = None) -> None:
    """Takes one of each, or none of them. Raises Exhausted or Unavailable.

    `once` names what the uses are taken for: fifty requests for the same thing at once take them a single time, and pass
    together (a double tap is one filing).
    """
    for attempt in attempts():
        transaction = Transaction()
        try:
            add(transaction, uses, now)
        except Exhausted:
            if once is not None and _was_taken(once):
                return
            raise
        if once is not None:
            expires = int((now + _REMEMBERED).timestamp())
            taken = CountRecord(*_once_key(once), uses="[]", version=1, expires=expires)
            transaction.put(taken, CountRecord.pk.does_not_exist(), ONCE)
        try:
            transaction.commit()
        except Lost as lost:
            if ONCE in lost.which:
                return
            attempt.pause()
            continue
        return


def _once_key(once: str) -> tuple[str, str]:
    return f"COUNT#once#{once}", "COUNT"


def _was_taken(once: str) -> bool:
    return bool(patiently(lambda: list(CountRecord.batch_get([_once_key(once)], consistent_read=True))))


@dataclass(slots=True)
class Attempt:
    """One of several tries at something that others change at the same time."""

    wait: float = 0.01

    def pause(self) -> None:
        """Waits a little, longer each time, never the same as others do. Raises Unavailable when the time is used up."""
        if time_left() < self.wait:
            raise Unavailable("too many at once")
        time.sleep(random.uniform(0, self.wait))
        self.wait = min(self.wait * 2, _LONGEST_PAUSE)


def attempts() -> "_Attempts":
    """Tries without end; what ends them is :meth:`Attempt.pause`."""
    return _Attempts(Attempt())


@dataclass(slots=True)
class _Attempts:
    attempt: Attempt

    def __iter__(self) -> "_Attempts":
        return self

    def __next__(self) -> Attempt:
        return self.attempt


def add(transaction: Transaction, uses: Sequence[Use], now: datetime) -> None:
    """Adds one use of each to a transaction, which is lost (label "count") where another use came first. Raises Exhausted."""
    keys = [_key(use) for use in uses]
    found: Mapping[str, CountRecord] = {
        record.pk: record
        for record in patiently(lambda: list(CountRecord.batch_get(list(keys), consistent_read=True)))
    }
    for use, (pk, sk) in zip(uses, keys, strict=True):
        record = found.get(pk)
        before: Uses = tuple((at, count) for at, count in json.loads(record.uses)) if record else ()
        limits = _limits(use.what, use.limits)
        after = used(use.what, before, now, limits)
        version = int(record.version) if record else 0
        condition: Condition = CountRecord.version == version if record else CountRecord.pk.does_not_exist()
        expires = forgotten_at(use.what, after, limits)
        fresh = CountRecord(pk, sk, uses=json.dumps(after), version=version + 1, expires=expires)
        transaction.put(fresh, condition, LABEL)


def check(what: str, who: str, now: datetime, limits: Sequence[Limit] | None = None) -> None:
    """Looks whether there is a use left and takes none. Raises Exhausted."""
    records = patiently(lambda: list(CountRecord.batch_get([_key(Use(what, who))], consistent_read=True)))
    before: Uses = tuple((at, count) for at, count in json.loads(records[0].uses)) if records else ()
    used(what, before, now, _limits(what, limits))


def _limits(what: str, limits: Sequence[Limit] | None) -> Sequence[Limit]:
    """The limits as they hold here: SHOUNUO_ALLOWANCE_FACTOR widens them for a stage on which load is tried out."""
    limits = LIMITS[what] if limits is None else limits
    factor = int(os.environ.get("SHOUNUO_ALLOWANCE_FACTOR", "1"))
    return [replace(limit, most=limit.most * factor) for limit in limits]


def _key(use: Use) -> tuple[str, str]:
    return f"COUNT#{use.what}#{use.who}", "COUNT"


__all__ = ["Attempt", "Exhausted", "Use", "add", "attempts", "check", "hashed", "take", "take_all"]
