"""What the actions and jobs ask of a store, and how it says no. `chalicelib.storage` keeps it; wiring plugs it in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .case import Case
    from .change import Change, Message
    from .events import Event
    from .figures import Figures
    from .lapse import Lapse
    from .post import PostChange, Poster, PostFile, State


class Unavailable(Exception):
    """The database did not answer in time. Whether the last write counts is unknown: ask again with the same key."""


class PhotosUnavailable(Unavailable):
    """The photo store did not answer in time, or refused. The database may well answer: what needs no photo can go on."""


class Stale(Exception):
    """Somebody else changed the case first. Nothing was written."""


class NumberTaken(Exception):
    """A case or post with this number exists already. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Answered(Exception):
    """A request with this key was answered before. Nothing was written. `body` is the digest of what it asked."""

    body: str
    number: str
    version: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Who asked, and where: the personal part of a case, kept apart from its events.

    `home` is the place as people say it, as :func:`home_and_place` puts it; `home_id` is the home of the register that the case
    belongs to, where it is known.
    """

    name: str | None = None
    phone: str | None = None
    home: str | None = None
    excerpt: str | None = None
    home_id: str | None = None


_BESIDE = "；"


def home_and_place(home: str | None, place: str | None) -> str | None:
    """The home of whoever asks and the place of the matter on one line; what is written as a home stays in front of the sign
    between them."""
    return _BESIDE.join(one for one in (home and home.replace(_BESIDE, "，"), place) if one) or None


def place_beside_home(said: str) -> str | None:
    """The place of the matter out of what :func:`home_and_place` made of a home and a place; None where there is only a home."""
    return said.partition(_BESIDE)[2] or None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything about it, events oldest first."""

    case: Case
    contact: Contact
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class LapseFile:
    """The record of a missed limit with its events, oldest first."""

    lapse: Lapse
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the desk's queue."""

    case: Case
    home: str | None
    excerpt: str | None
    home_id: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a month ("2026-11") came to when it was counted at `at`."""

    month: str
    figures: Figures
    at: datetime


@dataclass(frozen=True, slots=True)
class PostRow:
    """A line of a list of posts, with what anybody may read. It is sorted by `moment`; its last day is over at `ends`."""

    id: str
    category: str
    title: str
    excerpt: str
    price: Decimal | None
    photo: str | None
    until: date
    ends: datetime | None
    moment: datetime
    state: State
    reports: int


@dataclass(frozen=True, slots=True)
class PostDue:
    """The clock has something to do with post `id`; `position` is where the next page begins."""

    id: str
    position: str


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The key under which a request may be repeated: `scope` is whose key it is, `body` the digest of what is asked."""

    scope: str
    key: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DueItem:
    """One due item: look at `number` because of `clock`; `position` is where the next page begins."""

    moment: datetime
    number: str
    clock: str
    position: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A message with where it lies: `attempts` counts the deliveries begun, `error` says how the last one failed; `left` is when
    it was sent or set aside, `again` who had it sent once more, and when; `until` the end of the time for which the last delivery
    took it, while nothing says how that ended."""

    message: Message
    pk: str
    sk: str
    attempts: int = 0
    error: str | None = None
    left: datetime | None = None
    again: tuple[str, ...] = ()
    until: datetime | None = None


class CaseStore(Protocol):
    """Keeps cases. Every method may raise Unavailable."""

    def takes(self, number: str) -> bool:
        """Whether a new case may have this number."""

    def load(self, number: str) -> CaseFile | None:
        """The case with its events, consistently; None when there is none."""

    def save(
        self, changes: Sequence[Change], contacts: Mapping[str, Contact], key: RequestKey | None = None
    ) -> None:
        """Saves the changes in one transaction. Raises Answered, NumberTaken or Stale; then nothing was written."""

    def answer_to(self, key: RequestKey) -> Answered | None:
        """What was answered to a request with this key."""


class DueStore(CaseStore, Protocol):
    """Keeps what is due."""

    def looked_at(self, now: datetime) -> list[int]:
        """Which shards a run at `now` asks for what is due: each that is filled, and any other in its turn."""

    def due(self, shard: int, until: datetime, after: str | None = None, limit: int = 100) -> list[DueItem]:
        """What is due up to and including `until`, oldest first, at most `limit`; consistently."""

    def heads(self, numbers: Iterable[str]) -> dict[str, tuple[Case, Contact]]:
        """Cases without their events, by number; consistently."""

    def legible_heads(self, numbers: Iterable[str]) -> dict[str, tuple[Case, Contact]]:
        """The same without those that cannot be read."""

    def provisional(self, limit: int = 100, after: str | None = None) -> list[tuple[int, str, str]]:
        """Clocks that wait for a year to be announced: (year, case number, position)."""


class AlreadyReported(Exception):
    """The same resident reported this post before. Nothing was written."""


class PostStore(Protocol):
    """Keeps the posts of the info board. Every method may raise Unavailable."""

    def takes(self, id: str) -> bool:
        """Whether a new post may have this id."""

    def looked_at(self, now: datetime, every: int) -> list[int]:
        """Which shards a run at `now` asks for what is due, where one comes `every` so many minutes: each that is filled, and any
        other in its turn."""

    def load(self, id: str) -> PostFile | None:
        """The post with its events, consistently; None when there is none."""

    def save(
        self, change: PostChange, poster: Poster, key: RequestKey | None = None, reporter: str | None = None
    ) -> None:
        """Saves one step in one transaction. Raises Answered, NumberTaken, AlreadyReported or Stale; then nothing was written."""

    def answer_to(self, key: RequestKey) -> Answered | None:
        """What was answered to a request with this key."""

    def erase(self, change: PostChange, file: PostFile) -> None:
        """Saves that a post is erased, with every word of it. Raises Stale."""

    def due(self, shard: int, until: datetime, after: str | None = None, limit: int = 100) -> list[PostDue]:
        """What the clock has to do up to and including `until`, oldest first, at most `limit`; consistently."""


class OutboxStore(Protocol):
    """Keeps the messages owed until they are sent or shown to staff. Every method may raise Unavailable."""

    def looked_at(self, now: datetime) -> list[int]:
        """Which shards a run at `now` asks for what is to be sent: each that is filled, and any other in its turn."""

    def pending(
        self,
        shard: int,
        until: datetime,
        after: str | None = None,
        limit: int = 50,
        *,
        consistent: bool = False,
    ) -> list[Owed]:
        """What is to be sent up to and including `until`, oldest first, at most `limit`. What was written in this very second
        may be missing, and what somebody has just taken may be there, unless it is asked for consistently."""

    def claim(self, owed: Owed, until: datetime) -> Owed | None:
        """Takes the message for delivery until the moment `until`; None when somebody else has it, or sent it already."""

    def postpone(self, owed: Owed, until: datetime, error: str) -> Owed | None:
        """Puts a claimed message back until the moment `until`, with why it could not be sent."""

    def mark_sent(self, owed: Owed, at: datetime) -> bool:
        """Takes a claimed message out of the outbox; False when somebody else did."""

    def set_aside(self, owed: Owed, at: datetime, error: str, alarm: Message | None = None) -> bool:
        """Takes a claimed message to where staff see it, and owes `alarm` in the same transaction."""
