"""When a scheduled function runs next: the two forms of expression that EventBridge knows, in UTC.

rate(N minutes|hours|days) and cron(minutes hours day-of-month month day-of-week year), with *, ?, lists, ranges and
steps, and names of months and days. L, W and # are refused: our timetable has no use for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from infra.local.console import LocalProblem

UNITS = {"minute": 60, "hour": 3600, "day": 86400}
MONTHS = {
    "JAN": 1,
    "FEB": 2,
    "MAR": 3,
    "APR": 4,
    "MAY": 5,
    "JUN": 6,
    "JUL": 7,
    "AUG": 8,
    "SEP": 9,
    "OCT": 10,
    "NOV": 11,
    "DEC": 12,
}
DAYS = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
FURTHEST = timedelta(days=366 * 5)


@dataclass(frozen=True)
class Rate:
    """Every so many seconds, the first time at once."""

    seconds: int

    def next_after(self, last: datetime | None, now: datetime) -> datetime:
        """The next moment; what was missed meanwhile is not made up for."""
        return now if last is None else max(now, last + timedelta(seconds=self.seconds))


@dataclass(frozen=True)
class Cron:
    """The minutes at which all six fields agree."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None
    years: frozenset[int]

    def next_after(self, last: datetime | None, now: datetime) -> datetime:
        """The first matching minute after now, and after the last run. Raises LocalProblem if it never comes."""
        after = max(now, last) if last else now
        day = after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        while day < after + FURTHEST:
            if self.is_on(day):
                for moment in self.moments_of(day):
                    if moment > after:
                        return moment
            day += timedelta(days=1)
        raise LocalProblem("a scheduled function has a cron expression that never comes")

    def is_on(self, day: datetime) -> bool:
        """Whether the date matches; of the two fields for days one is "?" (every day)."""
        if day.year not in self.years or day.month not in self.months:
            return False
        if self.days is not None and day.day not in self.days:
            return False
        return self.weekdays is None or day.isoweekday() % 7 + 1 in self.weekdays

    def moments_of(self, day: datetime) -> Iterator[datetime]:
        """The matching minutes of a day, in order."""
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                yield day + timedelta(hours=hour, minutes=minute)


def parse(expression: str) -> Rate | Cron:
    """The schedule that an expression means. Raises LocalProblem with the expression in it."""
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if rate and int(rate.group(1)) > 0:
        return Rate(int(rate.group(1)) * UNITS[rate.group(2)])
    fields = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", expression)
    if not fields:
        raise LocalProblem(f"the timetable has an expression that cannot be read: {expression}")
    minutes, hours, day, month, weekday, year = fields.groups()
    try:
        return Cron(
            minutes=values(minutes, 0, 59),
            hours=values(hours, 0, 23),
            days=None if day == "?" else values(day, 1, 31),
            months=values(month, 1, 12, MONTHS),
            weekdays=None if weekday == "?" else values(weekday, 1, 7, DAYS),
            years=values(year, 1970, 2199),
        )
    except (ValueError, KeyError):
        raise LocalProblem(f"the timetable has an expression that cannot be read: {expression}") from None


def values(text: str, lowest: int, highest: int, names: dict[str, int] | None = None) -> frozenset[int]:
    """The numbers that one field of a cron expression allows. Raises ValueError for what it cannot read."""
    allowed: set[int] = set()
    for part in text.upper().split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            first, last = lowest, highest
        else:
            start, _, end = span.partition("-")
            first = number(start, names)
            last = number(end, names) if end else (highest if step else first)
        if not lowest <= first <= last <= highest:
            raise ValueError(text)
        allowed.update(range(first, last + 1, int(step) if step else 1))
    return frozenset(allowed)


def number(text: str, names: dict[str, int] | None) -> int:
    """A number or one of the names."""
    return names[text] if names and text in names else int(text)
