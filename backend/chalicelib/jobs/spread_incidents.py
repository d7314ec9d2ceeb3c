"""Tell the cases that are part of an incident how it stands, and find those that belong to it: one transaction a case.

Bounded and resumable: a case knows which version of the incident it has heard of, so a run that dies, or two at once, tell
nobody twice. What is left is done by the next run; a new filing is looked at when it is filed (`attach`).

The index by which open cases are found may show one a moment late, so an incident is looked at again until its news are two
minutes old. A case that cannot be read, or that others change all the time, keeps nobody else waiting; the next run tries it
again.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.case import Case
from chalicelib.domain.change import By, Change
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.incidents import Incident, belongs, tell
from chalicelib.domain.keeping import Contact, RequestKey, Row, Stale, Unavailable
from chalicelib.domain.standards import Rulebook

log = logging.getLogger(__name__)

TELLER = Actor(Role.SYSTEM, "incidents")
MOST = 200
PAGE = 50
TRIES = 5
MOST_EVENTS = 500
INDEX_LATE = timedelta(minutes=2)


class IncidentStore(Protocol):
    """Knows incidents and which cases are part of them."""

    def head(self, id: str) -> Incident | None: ...
    def attached(self, id: str, after: str | None = None, limit: int = 50) -> list[str]: ...
    def places_to_look(self, incident: Incident) -> list[tuple[str, str]]: ...
    def to_spread(self, limit: int = 20) -> list[tuple[str, int]]: ...
    def spread_done(self, id: str, version: int) -> None: ...


class CaseStore(Protocol):
    """Keeps cases."""

    def heads(self, numbers: Sequence[str]) -> dict[str, tuple[Case, Contact]]: ...
    def legible_heads(self, numbers: Sequence[str]) -> dict[str, tuple[Case, Contact]]: ...
    def save(
        self, changes: Sequence[Change], contacts: Mapping[str, Contact], key: RequestKey | None = None
    ) -> None: ...


class OpenCases(Protocol):
    """Lists open cases page by page."""

    def page(
        self, name: str, keys: Sequence[str], after: str | None = None, limit: int = 25
    ) -> tuple[list[Row], str | None]: ...


@dataclass(frozen=True, slots=True)
class Spread:
    """What a run did: incidents told of to everybody, cases told, and whether something is left."""

    incidents: int
    cases: int
    left: bool


def spread_incidents(
    store: IncidentStore,
    cases: CaseStore,
    queues: OpenCases,
    book: Rulebook,
    now: datetime,
    only: str | None = None,
    most: int = MOST,
) -> Spread:
    """Tells at most `most` cases, of `only` one incident or of all that are to be spread."""
    done = told = 0
    left = False
    for id, version in store.to_spread():
        if only is not None and id != only:
            continue
        finished = False
        try:
            incident = store.head(id)
            if incident is None or incident.version != version:
                continue  # it has just changed: the next run sees both alike
            finished = incident.changed + INDEX_LATE <= now
            for number in _numbers(store, cases, queues, book, incident):
                if told >= most:
                    finished = False
                    break
                try:
                    told += attach(cases, book, incident, number, now)
                except Unavailable:
                    raise
                except Exception:
                    finished = False
                    log.exception("case %s could not be told of incident %s", number, id)
        except Unavailable:
            raise
        except Exception:
            finished = False
            log.exception("incident %s could not be told of", id)
        if finished:
            store.spread_done(id, version)
            done += 1
        left = left or not finished
    return Spread(done, told, left)


def attach(cases: CaseStore, book: Rulebook, incident: Incident, number: str, now: datetime) -> bool:
    """Tells one case, if it is part of the incident or belongs to it; whether it was told anything. Raises Stale when others
    change it all the time."""
    for _ in range(TRIES):
        found = cases.heads([number]).get(number)
        if found is None:
            return False
        case, contact = found
        known = case.incident == incident.id
        if case.version >= MOST_EVENTS:
            return False
        if not known and not (
            incident.is_open and belongs(case, incident, book.incidents.get(incident.kind))
        ):
            return False
        change = tell(case, incident, By(TELLER, now, "", book=book))
        if change is None:
            return False
        try:
            cases.save([change], {number: contact})
        except Stale:
            continue
        return True
    raise Stale(number)


def _numbers(
    store: IncidentStore, cases: CaseStore, queues: OpenCases, book: Rulebook, incident: Incident
) -> Iterator[str]:
    """First those that are part of it and have not heard yet, then those that may belong to it."""
    after: str | None = None
    while page := store.attached(incident.id, after, PAGE):
        heads = cases.legible_heads(page)
        yield from (
            number
            for number in page
            if number not in heads or (heads[number][0].is_open and heads[number][0].told < incident.version)
        )
        after = page[-1]
        if len(page) < PAGE:
            break
    kind = book.incidents.get(incident.kind)
    if not incident.is_open or kind is None or not kind.categories:
        return
    for name, key in store.places_to_look(incident):
        cursor: str | None = None
        while True:
            rows, cursor = queues.page(name, [key], cursor, PAGE)
            yield from (
                row.case.number
                for row in rows
                if row.case.incident != incident.id and belongs(row.case, incident, kind)
            )
            if cursor is None:
                break
