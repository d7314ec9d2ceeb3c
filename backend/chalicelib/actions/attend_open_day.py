"""Whatever is noted about an open day: read, decided, written; decided anew when somebody else was faster."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from chalicelib.domain.keeping import Stale
from chalicelib.domain.open_days import Noted, OpenDay, OpenDayBook

TRIES = 8


class OpenDayStore(Protocol):
    """Keeps what is noted about open days. Every method may raise Unavailable."""

    def load(self, day: str) -> OpenDayBook:
        """What is noted about a day, consistently."""

    def save(self, noted: Noted, on: date) -> None:
        """Writes it in one transaction with the messages it owes. Raises Stale when it was changed since it was read."""


def attend(store: OpenDayStore, day: OpenDay, decide: Callable[[OpenDayBook], Noted]) -> OpenDayBook:
    """The day after `decide`, which may raise Refused. What changes nothing writes nothing. Raises Stale after TRIES rivals."""
    for left in reversed(range(TRIES)):
        before = store.load(day.id)
        noted = decide(before)
        if noted.book == before:
            return before
        try:
            store.save(noted, day.date)
        except Stale:
            if not left:
                raise
            continue
        return noted.book
    raise Stale(day.id)
