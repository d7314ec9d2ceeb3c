"""Look at everything that is due: remind, escalate, close by itself.

The job reads what is due from the beginning up to now, every time, and decides on the case itself: no watermark, no index,
no trust in when it was called (invariant 2). Two of it at once, a repetition or a crash at any instruction leave each level
once, because the level and the case's version change in one transaction (invariant 3).
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.domain.change import By
from chalicelib.domain.duty import EVERYBODY_THERE, Standing
from chalicelib.domain.escalation import enforce
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.keeping import Contact, DueItem, DueStore, Stale, Unavailable
from chalicelib.domain.refusals import Refused

from .due import pages_due

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.standards import Rulebook

log = logging.getLogger(__name__)

ACTOR = Actor(Role.SYSTEM, "enforce_deadlines")
TRIES = 5


@dataclass(slots=True)
class Counts:
    """What a run did: due items read, cases changed, levels fired, reminders of cases that no clock follows, cases closed, cases
    that somebody else had changed, cases that failed and stay due for the next run, by how much the most overdue moment was past
    when it was found, and whether time ran out before the end."""

    read: int = 0
    cases: int = 0
    escalated: int = 0
    unattended: int = 0
    closed: int = 0
    lost_races: int = 0
    failed: int = 0
    late_seconds: int = 0
    unfinished: bool = False


def enforce_deadlines(
    store: DueStore,
    book: Rulebook,
    now: datetime,
    *,
    standing_of: Callable[[str], Standing] = lambda community: EVERYBODY_THERE,
    skew_seconds: Callable[[], float | None] = lambda: None,
    seconds: float = 50.0,
    dry_run: bool = False,
) -> Counts:
    """Enforces everything that is due at `now`.

    `standing_of` tells who of a community's staff is there; it is asked once a community and run. `skew_seconds` tells, after
    the first answer of the database, by how much the machine's clock differs from the database's;
    beyond two minutes nothing is changed and ClockRefused is raised. After `seconds` the run stops; the next one goes on from
    the beginning, so nothing is lost. `dry_run` decides and counts, but saves nothing.
    """
    counts = Counts()
    standing_of = cache(standing_of)
    ends = time.monotonic() + seconds
    for items in pages_due(store, store.looked_at(now), now, skew_seconds):
        _enforce_page(store, book, standing_of, now, items, counts, dry_run)
        if time.monotonic() >= ends:
            counts.unfinished = True
            break
    return counts


def _enforce_page(
    store: DueStore,
    book: Rulebook,
    standing_of: Callable[[str], Standing],
    now: datetime,
    items: list[DueItem],
    counts: Counts,
    dry_run: bool,
) -> None:
    counts.read += len(items)
    latest = max(round((now - item.moment).total_seconds()) for item in items)
    counts.late_seconds = max(counts.late_seconds, latest)
    numbers = list(dict.fromkeys(item.number for item in items))
    found = store.legible_heads(numbers)
    for number in numbers:
        try:
            if number not in found:
                # The item points at nothing, or at what cannot be read: fsck names it, the run goes on.
                raise LookupError("a due item without a case that can be read")
            _enforce_case(store, book, standing_of, now, *found[number], counts, dry_run)
        except Unavailable:
            raise
        except Exception:
            # One broken case must not keep the others waiting; it stays due and is seen again by the next run.
            counts.failed += 1
            log.exception("case %s could not be enforced", number)


def _enforce_case(
    store: DueStore,
    book: Rulebook,
    standing_of: Callable[[str], Standing],
    now: datetime,
    case: Case,
    contact: Contact,
    counts: Counts,
    dry_run: bool,
) -> None:
    by = By(ACTOR, now, secrets.token_hex(8), standing_of(case.community), book)
    for _ in range(TRIES):
        try:
            change = enforce(case, by, book)
        except Refused:
            return  # it ended while we looked
        if change is None:
            return
        if not dry_run:
            try:
                store.save([change], {case.number: contact})
            except Stale:
                counts.lost_races += 1
                fresh = store.heads([case.number]).get(case.number)
                if fresh is None:
                    return
                case, contact = fresh
                continue
        counts.cases += 1
        counts.escalated += sum(event.kind == "escalated" for event in change.events)
        counts.unattended += sum(event.kind == "unattended" for event in change.events)
        counts.closed += sum(event.kind == "closed" for event in change.events)
        return
