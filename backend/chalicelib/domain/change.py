"""A change that is to be saved as one: the events, the case after them, and the messages they owe (invariant 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from . import clock as clocks_of
from .case import Case, apply
from .chain import GENESIS, digest_of_words, hash_of
from .duty import EVERYBODY_THERE, Standing
from .events import Actor, Event
from .follow_up import watch_after
from .lapse import LapseChange, newly_missed, opened
from .watch import watch_to_json

if TYPE_CHECKING:
    from .clock import Clock
    from .standards import Rulebook


# Before a community's id, the address of whoever looks after what comes in there.
DESK = "desk:"


@dataclass(frozen=True, slots=True)
class Message:
    """A message owed. Its `id` never changes, so that a channel that can tell sees a repeat as one.

    `to` is who gets it: "resident:<case number>", "staff:<community>/<person>", "department:<community>/<department>",
    "desk:<community>" or "engineers". `facts` fill the template `template`; they hold ids and moments, never a name, telephone
    or room.
    """

    id: str
    template: str
    to: str
    community: str
    case: str
    at: datetime
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What one verb did to one case. `before` is None for a case just filed. `lapses` are the records that begin with it: one for
    each deadline that it shows to be missed (E3)."""

    before: Case | None
    after: Case
    events: tuple[Event, ...]
    messages: tuple[Message, ...]
    lapses: tuple[LapseChange, ...] = ()


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, when, the salt that hides the digest of what they write (random, made by the caller), who of the community's
    staff is there at that moment, and the rulebook that says when a case has to be followed up (None: by no rulebook)."""

    actor: Actor
    at: datetime
    salt: str
    standing: Standing = EVERYBODY_THERE
    book: Rulebook | None = None


class Draft:
    """Collects the events and messages of one change, keeping the case up to date after each event."""

    def __init__(self, before: Case | None, by: By, number: str = "") -> None:
        self.before = before
        self.by = by
        self.number = before.number if before else number
        self._case = before
        self._events: list[Event] = []
        self._messages: list[Message] = []
        self._lapses: list[LapseChange] = []

    @property
    def case(self) -> Case:
        """The case as it stands after the events so far."""
        if self._case is None:
            raise ValueError("nothing is filed yet")
        return self._case

    def record(
        self,
        kind: str,
        data: Mapping[str, object] | None = None,
        words: str | None = None,
        clocks: Sequence[Clock] = (),
    ) -> Event:
        """Adds one event, and gives it; `clocks` are the clocks it changed, as they stand after it."""
        stated = dict(data or {})
        if clocks:
            stated["clocks"] = [clocks_of.to_json(c) for c in clocks]
        previous = self._case.head if self._case else GENESIS
        seq = self._case.version + 1 if self._case else 1
        unsealed = Event(
            case=self.number,
            seq=seq,
            at=self.by.at,
            kind=kind,
            actor=self.by.actor,
            data=stated,
            words=words,
            salt=self.by.salt if words is not None else None,
            words_digest=digest_of_words(words, self.by.salt) if words is not None else None,
            previous=previous,
            hash="",
        )
        case = self._case
        if self.by.book is not None and "watch" not in stated:
            watch = watch_after(case, apply(case, unsealed), unsealed, self.by.book)
            if watch is not None:
                unsealed = replace(unsealed, data={**stated, "watch": watch_to_json(watch)})
        event = replace(unsealed, hash=hash_of(unsealed))
        self._case = apply(case, event)
        self._events.append(event)
        for clock in newly_missed(case.clocks if case else (), self._case.clocks):
            facts = {name: getattr(self._case, name) for name in ("community", "department", "category")}
            # Whoever had it until now is accountable, not whoever it is handed to by this very event.
            facts["in_charge"] = (case or self._case).in_charge
            by = self.by
            self._lapses.append(opened(self.number, facts, clock, by.at, by.standing, by.salt))
        return event

    def owe(
        self, template: str, to: str, facts: Mapping[str, object] | None = None, id: str | None = None
    ) -> None:
        """Adds a message. Without an `id` of its own it is named after the event that owes it."""
        nth = len(self._messages) + 1
        self._messages.append(
            Message(
                id=id or f"{self.number}/{self.case.version}/{nth}",
                template=template,
                to=to,
                community=self.case.community,
                case=self.number,
                at=self.by.at,
                facts=dict(facts or {}),
            )
        )

    def tell_resident(self, template: str, facts: Mapping[str, object] | None = None) -> None:
        """Adds a message to the resident, if they want to be told."""
        if self.case.tell_resident:
            self.owe(template, f"resident:{self.number}", facts)

    def tell_in_charge(self, template: str, facts: Mapping[str, object] | None = None) -> None:
        """Adds a message to whoever is in charge of the case now."""
        self.owe(template, party_of(self.case), facts)

    def done(self) -> Change:
        """The finished change."""
        return Change(self.before, self.case, tuple(self._events), tuple(self._messages), tuple(self._lapses))


def party_of(case: Case) -> str:
    """The address, as :class:`Message` writes it, of whoever is in charge of the case."""
    sort, _, id = case.in_charge.partition(":")
    return f"{sort}:{case.community}/{id}"
