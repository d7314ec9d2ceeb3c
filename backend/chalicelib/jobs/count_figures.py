"""Count the figures of the months that may still change: how many cases, which promises were kept, who was satisfied.

A month is counted as a whole, from its cases, every time: run twice or late it comes to what is true now.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.case import before_reopening
from chalicelib.domain.figures import MONTHS, Figures, with_cases
from chalicelib.domain.keeping import Unavailable
from chalicelib.domain.months import months_until

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.keeping import CaseFile, Contact, Counted
    from chalicelib.domain.standards import Rulebook

log = logging.getLogger(__name__)

# How many months are counted in any case: ratings come in after a case has ended.
RECENT = 3


class FiguresStore(Protocol):
    """Knows which cases a month has, and keeps what they came to. Every method may raise Unavailable."""

    def filed_in(
        self, community: str, month: str, after: str | None = None, limit: int = 100
    ) -> tuple[list[str], str | None]: ...
    def save(self, community: str, month: str, figures: Figures, at: datetime) -> None: ...
    def counted(self, community: str, limit: int) -> list[Counted]: ...


class Cases(Protocol):
    """Reads cases without their events, by number, and one with them; consistently. What cannot be read is in no figure."""

    def legible_heads(self, numbers: Iterable[str]) -> dict[str, tuple[Case, Contact]]: ...
    def load(self, number: str) -> CaseFile | None: ...


@dataclass(slots=True)
class Counts:
    """Months that were counted, and the cases in them."""

    months: int = 0
    cases: int = 0


def count_figures(
    figures: FiguresStore, cases: Cases, book: Rulebook, now: datetime, *, dry_run: bool = False
) -> Counts:
    """Counts the recent months of every community, those never counted, and those with cases that are still open."""
    counts = Counts()
    for community in book.communities.values():
        known = {one.month: one.figures for one in figures.counted(community.id, MONTHS)}
        for age, month in enumerate(months_until(now, community.zone, MONTHS)):
            if age >= RECENT and month in known and not known[month].open:
                continue
            found = _of_month(figures, cases, community.id, month, now)
            if found == Figures():
                continue
            counts.months += 1
            counts.cases += found.filed
            if not dry_run:
                figures.save(community.id, month, found, now)
    return counts


def _of_month(store: FiguresStore, cases: Cases, community: str, month: str, now: datetime) -> Figures:
    made, after = Figures(), None
    while True:
        numbers, after = store.filed_in(community, month, after)
        if numbers:
            heads = [case for case, _ in cases.legible_heads(numbers).values()]
            told = [(case, _before_reopening(cases, case)) for case in heads]
            found = [case for case, before in told if before is not None]
            made = with_cases(made, found, now, [one for _, before in told for one in before or ()])
        if after is None:
            return made


def _before_reopening(cases: Cases, case: Case) -> list[Case] | None:
    """What the reopenings of a case put an end to: it stands in its events alone, and few cases are opened again.

    None for a case whose events cannot be read: it is in no figure, for without them it would look better than it was.
    """
    if not case.reopened:
        return []
    try:
        file = cases.load(case.number)
        return before_reopening(file.events) if file is not None else []
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - one case keeps no other
        log.error("%s is in no figure: its events cannot be read (%s)", case.number, type(error).__name__)
        return None
