"""How a limit is counted: from the moment it starts, on a calendar, to the moment it is due.

The rules are those of docs/rulebook/counting.toml and of the Civil Code of the PRC, articles 200 to 203:

- minutes and hours run round the clock (A2);
- half a day is half a service day, and runs in service time, which is every day of the week (A1);
- the same day ends at closing; what starts outside service time gets the next service day to begin;
- days, working days and months: the day of the start is not counted, the last day ends at closing (arts. 201
  to 203).

Every unit is a stretch of *counted time* that begins with the start and is used up at the due moment. Pauses
are spans in which counted time does not pass, so one rule serves them all: the due moment is the earliest
instant at which the limit's counted time has passed outside the pauses. The reasons stand in
docs/decisions/how-limits-are-counted.md.
"""

from __future__ import annotations

import calendar as months_of_the_year
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from .calendar import NOTHING, ONE_DAY, ServiceCalendar, in_utc

MONTHS_A_YEAR = 12


class Unit(StrEnum):
    """What a limit is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    HALF_DAYS = "half_days"
    SAME_DAY = "same_day"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


ROUND_THE_CLOCK = frozenset({Unit.MINUTES, Unit.HOURS})
WHOLE_DAYS = frozenset({Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS})


@dataclass(frozen=True)
class Limit:
    """So many of a unit. The amount of SAME_DAY says nothing and is written as 1.

    Raises ValueError for a negative amount, and for 0 where days are counted: the day of the start is not
    counted, so there would be no day to end on. 0 minutes, hours or half days mean: at once.
    """

    unit: Unit
    amount: int

    def __post_init__(self) -> None:
        least = 1 if self.unit in WHOLE_DAYS or self.unit is Unit.SAME_DAY else 0
        if self.amount < least:
            raise ValueError(f"a limit of {self.amount} {self.unit.value} is too small")


@dataclass(frozen=True)
class Pause:
    """A span in which a clock stood still, for a reason; `end` is None while it lasts.

    Raises ValueError when it ends before it starts.
    """

    start: datetime
    end: datetime | None
    reason: str

    def __post_init__(self) -> None:
        if self.end is not None and in_utc(self.end) < in_utc(self.start):
            raise ValueError(f"the pause ends at {self.end}, before it starts at {self.start}")


@dataclass(frozen=True)
class Due:
    """A due moment in UTC.

    `provisional`: the count met a year whose holidays are not announced, so the moment may still move.
    """

    moment: datetime
    provisional: bool


def due_moment(limit: Limit, start: datetime, calendar: ServiceCalendar, pauses: Sequence[Pause] = ()) -> Due:
    """When `limit`, running since `start`, is due.

    Exactly at that moment the promise is still kept. Pauses may overlap, stand in any order and begin before
    `start`. Raises ValueError for a pause that has not ended and for a moment without a time zone.
    """
    begin = in_utc(start)
    spans = _merged(pauses)
    if limit.unit in ROUND_THE_CLOCK:
        moment = _outside(_RoundTheClock(), begin, _elapsed(limit).total_seconds(), spans)
        return Due(moment, provisional=False)
    every_day = _ServiceTime(calendar, only_working_days=False)
    if limit.unit is Unit.HALF_DAYS:
        seconds = (calendar.service_day * limit.amount / 2).total_seconds()
        return Due(_outside(every_day, begin, seconds, spans), provisional=False)
    started_on = calendar.local_date(begin)
    if limit.unit is Unit.SAME_DAY:
        closing = calendar.closing(started_on)
        due = closing if begin < closing else calendar.closing(started_on + ONE_DAY)
        return Due(_shifted(every_day, begin, due, spans), provisional=False)
    due = calendar.closing(_last_day(limit, started_on, calendar))
    # The day of the start is not counted, so neither is a pause in it.
    counted_from = calendar.opening(started_on + ONE_DAY)
    if limit.unit is not Unit.WORKING_DAYS:
        return Due(_shifted(every_day, counted_from, due, spans), provisional=False)
    moment = _shifted(_ServiceTime(calendar, only_working_days=True), counted_from, due, spans)
    return Due(
        moment, _meets_a_year_not_announced(calendar, started_on + ONE_DAY, calendar.local_date(moment))
    )


def share_moment(
    limit: Limit, start: datetime, due: datetime, share: float, calendar: ServiceCalendar
) -> datetime:
    """The moment at which `share` (0 to 1) of the time from `start` to `due` has passed: when to remind
    before a limit is due.

    Minutes and hours pass round the clock. All other units pass in service time of every day of the week, so
    that a reminder comes when someone reads it, also where the due moment is an appointment on a day off.
    Where no service time lies between (an appointment at night), the time passes round the clock. Never later
    than `due`. Raises ValueError for a share outside 0 to 1 and for a moment without a time zone.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is no share between 0 and 1")
    begin, end = in_utc(start), in_utc(due)
    if end <= begin:
        return end
    if limit.unit not in ROUND_THE_CLOCK:
        seconds = calendar.open_seconds_between(begin, end)
        if seconds > 0:
            return calendar.add_open_seconds(begin, seconds * share)
    return begin + (end - begin) * share


@dataclass(frozen=True)
class _RoundTheClock:
    """Time as it passes for minutes and hours."""

    def between(self, a: datetime, b: datetime) -> float:
        return max(NOTHING, b - a).total_seconds()

    def add(self, start: datetime, seconds: float) -> datetime:
        return start + timedelta(seconds=seconds)


@dataclass(frozen=True)
class _ServiceTime:
    """Time as it passes in service hours, on every day or on working days."""

    calendar: ServiceCalendar
    only_working_days: bool

    def between(self, a: datetime, b: datetime) -> float:
        return self.calendar.open_seconds_between(a, b, only_working_days=self.only_working_days)

    def add(self, start: datetime, seconds: float) -> datetime:
        return self.calendar.add_open_seconds(start, seconds, only_working_days=self.only_working_days)


_PassingTime = _RoundTheClock | _ServiceTime
_Span = tuple[datetime, datetime]


def _elapsed(limit: Limit) -> timedelta:
    return timedelta(minutes=limit.amount) if limit.unit is Unit.MINUTES else timedelta(hours=limit.amount)


def _last_day(limit: Limit, started_on: date, calendar: ServiceCalendar) -> date:
    """The day on whose closing a limit of whole days ends, pauses aside."""
    if limit.unit is Unit.DAYS:
        return started_on + limit.amount * ONE_DAY
    if limit.unit is Unit.MONTHS:
        return _corresponding_day(started_on, limit.amount)
    day, left = started_on, limit.amount
    while left:
        day += ONE_DAY
        left -= calendar.is_working_day(day)
    return day


def _corresponding_day(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day where there is none (Civil Code, art. 202)."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, months_of_the_year.monthrange(year, month)[1]))


def _shifted(time: _PassingTime, counted_from: datetime, due: datetime, spans: Sequence[_Span]) -> datetime:
    """`due`, later by the time that passed in the pauses, in time of the same sort."""
    if not spans:
        return due
    # A service day that a change of the clocks swallowed whole has no time to use up; `due` stays the least
    # there is.
    return max(due, _outside(time, counted_from, time.between(counted_from, due), spans))


def _outside(time: _PassingTime, start: datetime, seconds: float, spans: Sequence[_Span]) -> datetime:
    """The earliest instant at which `seconds` have passed since `start` outside the merged `spans`."""
    at, left = start, seconds
    for paused, resumed in spans:
        if resumed <= at:
            continue
        available = time.between(at, paused)
        if left <= available:
            break
        at, left = resumed, left - available
    return time.add(at, left)


def _merged(pauses: Sequence[Pause]) -> list[_Span]:
    """The pauses in UTC, in order, those that overlap or touch as one. ValueError when one has not ended."""
    spans: list[_Span] = []
    for start, end in sorted(_span(pause) for pause in pauses):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _span(pause: Pause) -> _Span:
    if pause.end is None:
        raise ValueError(f"the pause of {pause.start} has not ended, so nothing behind it can be counted")
    return in_utc(pause.start), in_utc(pause.end)


def _meets_a_year_not_announced(calendar: ServiceCalendar, first: date, last: date) -> bool:
    return not all(calendar.is_announced(date(year, 1, 1)) for year in range(first.year, last.year + 1))
