"""What a community's cases of one month come to: how many were filed, which promises were kept, who was satisfied.

A case counts in the month in which it was filed, for good; a promise counts against its first due moment, whatever extension
was approved later (E1: the original is what statistics count). What was missed or rated badly counts also where the case was
opened again and everything began anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from .case import Case

# How many months are kept true and shown: a year, and the same month of the year before.
MONTHS = 13
# Who marks speed, manner and quality with 4 or 5 each is satisfied (E5).
SATISFIED = 4
# Of how many the public is told a share: fewer say nothing about the company, and much about whoever is among them.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Score:
    """How one promise fared: kept, missed, or still to be seen."""

    kept: int = 0
    missed: int = 0
    running: int = 0

    @property
    def decided(self) -> int:
        """How many it is a share of."""
        return self.kept + self.missed


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one month. `promises` goes by (id of the standard, kind of clock); `open` cases may still change them."""

    filed: int = 0
    open: int = 0
    promises: Mapping[tuple[str, str], Score] = field(default_factory=dict)
    rated: int = 0
    satisfied: int = 0

    @property
    def every_promise(self) -> Score:
        """All promises together."""
        scores = self.promises.values()
        return Score(
            sum(one.kept for one in scores),
            sum(one.missed for one in scores),
            sum(one.running for one in scores),
        )


def with_cases(
    figures: Figures, cases: Iterable[Case], now: datetime, before: Iterable[Case] = ()
) -> Figures:
    """The figures with more cases counted in, as they stand at `now`; `before` is what reopenings put an end to."""
    promises = dict(figures.promises)
    filed = list(cases)
    still_open = figures.open + sum(case.is_open for case in filed)
    rated, satisfied = figures.rated, figures.satisfied
    for case in (*filed, *before):
        for clock in case.clocks:
            score = promises.get((clock.standard, clock.kind), Score())
            if clock.missed(now):
                score = replace(score, missed=score.missed + 1)
            elif clock.met is not None:
                score = replace(score, kept=score.kept + 1)
            elif not clock.ended:
                score = replace(score, running=score.running + 1)
            promises[clock.standard, clock.kind] = score
        if case.rating is not None:
            rated += 1
            satisfied += min(case.rating) >= SATISFIED
    return Figures(figures.filed + len(filed), still_open, promises, rated, satisfied)


def percent(part: int, whole: int, fewest: int = 1) -> float | None:
    """The share in percent with one decimal, None of fewer than `fewest`. Rounded down: 100 means all, never almost all."""
    return part * 1000 // whole / 10 if whole >= fewest else None


def month_of(number: str) -> str:
    """The month in which a case was filed, by its community's calendar: "2026-11" for case 261124-000001."""
    return f"20{number[:2]}-{number[2:4]}"


def to_json(figures: Figures) -> dict[str, object]:
    """The figures as JSON values."""
    return {
        "filed": figures.filed,
        "open": figures.open,
        "promises": [
            [standard, clock, score.kept, score.missed, score.running]
            for (standard, clock), score in sorted(figures.promises.items())
        ],
        "rated": figures.rated,
        "satisfied": figures.satisfied,
    }


def from_json(data: Mapping[str, object]) -> Figures:
    """The figures that :func:`to_json` wrote."""
    promises = cast("list[tuple[str, str, int, int, int]]", data["promises"])
    filed, still_open, rated, satisfied = (
        cast(int, data[name]) for name in ("filed", "open", "rated", "satisfied")
    )
    scores = {(standard, clock): Score(*counts) for standard, clock, *counts in promises}
    return Figures(filed, still_open, scores, rated, satisfied)
