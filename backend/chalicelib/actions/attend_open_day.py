"""Whatever is noted about an open day: read, decided, written; decided anew when somebody else was faster."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Protocol

from chalicelib.domain.keeping import Stale, Unavailable
from chalicelib.domain.open_days import Noted, OpenDay, OpenDayBook


class Attempt(Protocol):
    """One of several tries at something that others change at the same time."""

    def pause(self) -> None:
        """Waits a little, never the same as others do. Raises Unavailable when the time is used up."""


class OpenDayStore(Protocol):
    """Keeps what is noted about open days. Every method may raise Unavailable."""

    def attempts(self) -> Iterable[Attempt]:
        """Tries, until the time is used up."""

    def load(self, day: str) -> OpenDayBook:
        """What is noted about a day, consistently."""

    def save(self, noted: Noted, on: date) -> None:
        """Writes it in one transaction with the messages it owes. Raises Stale when it was changed since it was read."""


def attend(store: OpenDayStore, day: OpenDay, decide: Callable[[OpenDayBook], Noted]) -> OpenDayBook:
    """The day after `decide`, which may raise Refused. What changes nothing writes nothing. Raises Unavailable where others are
    faster for as long as there is time."""
    for attempt in store.attempts():
        before = store.load(day.id)
        noted = decide(before)
        if noted.book == before:
            return before
        try:
            store.save(noted, day.date)
        except Stale:
            attempt.pause()
            continue
        return noted.book
    raise Unavailable(day.id)
