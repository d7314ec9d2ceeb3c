"""Watch the calendar: recompute provisional due moments once their year is announced, and say so while it is not (G18)."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from chalicelib.domain.change import By, Message
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.keeping import DueStore, Stale, Unavailable
from chalicelib.domain.refusals import Refused
from chalicelib.domain.resting import recompute

if TYPE_CHECKING:
    from chalicelib.domain.standards import Rulebook

log = logging.getLogger(__name__)

ACTOR = Actor(Role.SYSTEM, "watch_calendar")
PAGE = 100
TRIES = 5


@dataclass(slots=True)
class Counts:
    """Clocks recomputed, clocks that still wait for the announcement, clocks that failed and are tried again by the next run, and
    the years that are missing."""

    recomputed: int = 0
    waiting: int = 0
    failed: int = 0
    years: tuple[int, ...] = ()


def watch_calendar(
    store: DueStore, owe: Callable[[Message], bool], book: Rulebook, now: datetime, *, dry_run: bool = False
) -> Counts:
    """Recomputes what an announced year made final; tells the engineers, once a day, which years are missing."""
    counts = Counts()
    missing: set[int] = set()
    after: str | None = None
    while True:
        page = store.provisional(PAGE, after)
        for year, number, position in page:
            after = position
            if not _announced(book, year):
                missing.add(year)
                counts.waiting += 1
                continue
            try:
                counts.recomputed += dry_run or _recompute(store, book, now, number)
            except Unavailable:
                raise
            except Exception:
                # One broken case must not keep the others waiting; it stays on the list.
                counts.failed += 1
                log.exception("the promise of case %s could not be counted again", number)
        if len(page) < PAGE:
            break
    counts.years = tuple(sorted(missing))
    for year in counts.years:
        day = book.calendar.local_date(now)
        if not dry_run:
            owe(
                Message(
                    id=f"calendar/{year}/{day}",
                    template="calendar_missing",
                    to="engineers",
                    community="",
                    case="",
                    at=now,
                    facts={"year": year, "count": counts.waiting},
                )
            )
    return counts


def _announced(book: Rulebook, year: int) -> bool:
    return any(calendar.is_announced(date(year, 6, 1)) for calendar in book.calendars.values())


def _recompute(store: DueStore, book: Rulebook, now: datetime, number: str) -> bool:
    for _ in range(TRIES):
        found = store.heads([number]).get(number)
        if found is None:
            return False
        case, contact = found
        try:
            change = recompute(case, By(ACTOR, now, secrets.token_hex(8), book=book), book)
        except Refused:
            return False
        if change is None:
            return False
        try:
            store.save([change], {number: contact})
        except Stale:
            continue
        return True
    return False
