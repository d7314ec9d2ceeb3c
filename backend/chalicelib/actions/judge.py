"""Work on the record of a missed limit: explain, note the cause, decide (E3)."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.actions.request import NotFound
from chalicelib.domain.accountability import may_see
from chalicelib.domain.change import By
from chalicelib.domain.events import Event
from chalicelib.domain.keeping import LapseFile, Stale
from chalicelib.domain.lapse import Lapse, LapseChange
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Community, Rulebook

TRIES = 5


class LapseStore(Protocol):
    """Keeps the records of missed limits. Every method may raise Unavailable."""

    def load(self, id: str) -> LapseFile | None:
        """The record with its events, consistently; None when there is none."""

    def save(self, change: LapseChange) -> None:
        """Saves one step. Raises Stale when somebody was faster."""


class Superseded(Exception):
    """The record is not any more what whoever asks had seen (409)."""


def open_record(store: LapseStore, book: Rulebook, by: By, community: str, id: str) -> LapseFile:
    """The record, if whoever asks may know of it. Raises NotFound: missing and not theirs look alike (invariant 6)."""
    file = store.load(id)
    if file is None or file.lapse.community != community:
        raise NotFound(id)
    if not may_see(file.lapse, by.actor, book.communities[community]):
        raise NotFound(id)
    return file


def judge(
    store: LapseStore,
    book: Rulebook,
    by: By,
    community: str,
    id: str,
    seen: int | None,
    decide: Callable[[Lapse, Community], LapseChange],
) -> Lapse:
    """Carries out one step on a record and gives it as it stands then.

    The same step sent again counts once; another one on a record that has moved on since it was `seen` changes nothing. Raises
    NotFound, Superseded, Refused and Unavailable.
    """
    for _ in range(TRIES):
        file = open_record(store, book, by, community, id)
        moved_on = seen is not None and file.lapse.version != seen
        try:
            change = decide(file.lapse, book.communities[community])
        except Refused:
            if moved_on:
                raise Superseded(id) from None
            raise
        if _same_step(change.events[-1], file.events[-1]):
            return file.lapse
        if moved_on:
            raise Superseded(id)
        try:
            store.save(change)
        except Stale:
            continue
        return change.after
    raise Superseded(id)


def _same_step(one: Event, other: Event) -> bool:
    return (one.kind, one.actor, one.data, one.words) == (other.kind, other.actor, other.data, other.words)
