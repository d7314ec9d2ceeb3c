"""A history in a partition: its head, its events, and how one step of it is written and the whole of it is read.

Cases, records of missed limits, posts and incidents all lie so: under `<SORT>#<id>` stands `HEAD`, which says how things are and
which event it was made by, and beside it `EV#<number>` for each event that made it so.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from chalicelib.domain.chain import canonical
from chalicelib.domain.events import Actor, Event, Role
from chalicelib.domain.keeping import Unavailable
from chalicelib.domain.moments import read, written

from . import vault
from .patience import patiently
from .table import HistoryEventRecord, HistoryHeadRecord, Record
from .transaction import Transaction

log = logging.getLogger(__name__)

H = TypeVar("H", bound=HistoryHeadRecord)
F = TypeVar("F")


def legible(heads: Callable[[Iterable[str]], dict[str, F]], ids: Iterable[str]) -> dict[str, F]:
    """What `heads` gives, without the histories that cannot be read: they are named in the log. For whoever looks after many at
    once and must not stop at one; where what is absent counts as gone, this is no way to ask. Raises Unavailable."""
    wanted = list(dict.fromkeys(ids))
    try:
        return heads(wanted)
    except Unavailable:
        raise
    except Exception:  # noqa: BLE001 - whatever is wrong with one keeps no other
        log.warning("not all of %d heads can be read: each is read by itself", len(wanted))
    found: dict[str, F] = {}
    for id in wanted:
        try:
            found |= heads([id])
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the same
            # The error's own words may hold what somebody wrote.
            log.error("%s cannot be read (%s)", id, type(error).__name__)
    return found


class Versioned(Protocol):
    """How something stands after one of its events."""

    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Histories(Generic[H]):
    """The histories of one kind: how their partitions are called, and which items they consist of.

    `sealed_as` names what people wrote in them where it lies sealed (:mod:`.vault`); without it their words lie as written.
    """

    sort: str
    heads: type[H]
    events: type[HistoryEventRecord]
    sealed_as: str | None = None

    def pk(self, id: str) -> str:
        """The partition of a history."""
        return f"{self.sort}#{id}"

    def put(
        self,
        transaction: Transaction,
        head: H,
        before: Versioned | None,
        events: Iterable[Event],
        *,
        new: str = "new",
        changed: str = "version",
    ) -> None:
        """Adds a step to a transaction: the head as it is after `events`, and them.

        `before` is what the step was decided on, None for the first one. The condition is labelled `new` where nothing may be
        there yet, `changed` where it must still be so.
        """
        if before is None:
            transaction.put(head, self.heads.pk.does_not_exist(), new)
        else:
            transaction.put(head, self.heads.version == before.version, changed)
        for event in events:
            transaction.put(self.event_record(event))

    def items(self, id: str) -> list[Record]:
        """Everything that lies in a history's partition, by one strongly consistent query."""
        return patiently(lambda: list(Record.query(self.pk(id), consistent_read=True)))

    def read(self, items: Iterable[Record]) -> tuple[H | None, tuple[Event, ...]]:
        """The head and the events, oldest first, among the items of a partition. Raises vault.Unreadable."""
        head: H | None = None
        events: list[Event] = []
        for item in items:
            if isinstance(item, self.events):
                events.append(self.event_of(item))
            elif isinstance(item, self.heads):
                head = item
        return head, tuple(events)

    def heads_of(self, ids: Iterable[str]) -> list[H]:
        """Heads without their events, consistently and in batches; those that do not exist are left out."""
        keys = [(self.pk(id), "HEAD") for id in dict.fromkeys(ids)]
        return patiently(lambda: list(self.heads.batch_get(keys, consistent_read=True))) if keys else []

    def event_record(self, event: Event) -> HistoryEventRecord:
        """The item of one event."""
        said: dict[str, Any] = {
            "at": written(event.at),
            "kind": event.kind,
            "role": event.actor.role.value,
            "by": event.actor.id,
            "data": event.data,
            "previous": event.previous,
            "hash": event.hash,
        }
        if event.words_digest is not None:
            said["words"] = event.words_digest
        words = event.words
        if words is not None and self.sealed_as is not None:
            words = vault.seal(words, self.sealed_as)
        return self.events(
            self.pk(event.case), f"EV#{event.seq:06d}", event=canonical(said), words=words, salt=event.salt
        )

    def event_of(self, record: HistoryEventRecord) -> Event:
        """The event that an item holds. Raises vault.Unreadable."""
        said = json.loads(record.event)
        words = record.words
        if words is not None and self.sealed_as is not None:
            words = vault.unseal(words, self.sealed_as)
        return Event(
            case=record.pk.removeprefix(f"{self.sort}#"),
            seq=int(record.sk.removeprefix("EV#")),
            at=read(said["at"]),
            kind=said["kind"],
            actor=Actor(Role(said["role"]), said["by"]),
            data=said["data"],
            words=words,
            salt=record.salt,
            words_digest=said.get("words"),
            previous=said["previous"],
            hash=said["hash"],
        )
