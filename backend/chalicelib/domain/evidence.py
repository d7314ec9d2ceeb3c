"""What the nightly check finds in the table, as plain values: where items lie, what they say, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from .place import Place as Place

if TYPE_CHECKING:
    from .case import Case
    from .events import Event
    from .keeping import Contact


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong: which rule, about which item (or items) of the table, and what, in words."""

    rule: str
    item: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.item}: {self.what}"


@dataclass(frozen=True, slots=True)
class HeadFound:
    """A head item as it lies in the table: the case it states, and the fields beside it that other questions rest on."""

    case: Case
    contact: Contact
    version: int
    index_fields: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class CaseFound:
    """Everything that lies in a case's own partition; `unreadable` names items that nobody can read any more."""

    number: str
    head: HeadFound | None
    events: tuple[Event, ...]
    unreadable: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class MomentFound:
    """A due item, a provisional one or one of a home: it points at case `number`."""

    place: Place
    number: str


@dataclass(frozen=True, slots=True)
class MessageFound:
    """A message `id` that case `number` owes or owed."""

    place: Place
    id: str
    number: str


@dataclass(frozen=True, slots=True)
class KeyFound:
    """What is remembered of a request: it made `version` of case `number`."""

    place: Place
    number: str
    version: int


@dataclass(frozen=True, slots=True)
class LapseFound:
    """The record of a missed limit: what is wrong within its own partition, and the lines of lists in which it must stand."""

    id: str
    rows: frozenset[Place]
    faults: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class LapseRowFound:
    """A line of a list of such records: it stands for record `id`."""

    place: Place
    id: str


@dataclass(frozen=True, slots=True)
class KeptFound:
    """Something personal outside of a case, and the places at which it must stand that it is to be forgotten."""

    place: Place
    forgetting: frozenset[Place]


@dataclass(frozen=True, slots=True)
class ForgettingFound:
    """An entry of the list of what is to be forgotten: `sort` says what it is, `id` which one."""

    place: Place
    sort: str
    id: str


@dataclass(frozen=True, slots=True)
class PostFound:
    """A post of the info board: what is wrong within its own partition, where else it must lie, and the messages it owed, with
    when. What its events cannot say any more (`whole` is False) is not asked of other items."""

    id: str
    community: str
    places: frozenset[Place]
    owed: Mapping[str, datetime]
    whole: bool = True
    faults: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class PostItemFound:
    """An item outside of a post's partition that stands for post `id`."""

    place: Place
    id: str


@dataclass(frozen=True, slots=True)
class IncidentFound:
    """An incident: the cases that say they are part of it lie in its partition; `rows` are the lines of lists in which it must
    stand, `faults` what is wrong within its own partition."""

    id: str
    rows: frozenset[Place]
    cases: frozenset[Place]
    faults: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentRowFound:
    """A line of a list of incidents: it stands for incident `id`."""

    place: Place
    id: str


Found = (
    CaseFound
    | IncidentFound
    | IncidentRowFound
    | MomentFound
    | MessageFound
    | KeyFound
    | LapseFound
    | LapseRowFound
    | KeptFound
    | ForgettingFound
    | PostFound
    | PostItemFound
    | Violation
)
