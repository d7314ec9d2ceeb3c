"""When the service is open, and which days are working days.

A :class:`ServiceCalendar` answers both for one time zone. Service hours are the same on every day of the week
(A1 in docs/rulebook); working days are those of the State Council's yearly arrangement of holidays and make-up
days (调休). Nothing here reads a clock or a file: every moment is an argument, has a time zone, and comes back
in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SATURDAY = 5
ONE_DAY = timedelta(days=1)
NOTHING = timedelta()


@dataclass(frozen=True)
class YearDays:
    """The days of one year that differ from the plain week.

    `holidays` are off though they may be weekdays; `make_up_days` are worked though they are Saturdays or
    Sundays. `announced` is False while the State Council has not published its arrangement; `holidays` then
    holds the statutory days as far as they are known, and every count that meets the year is provisional.
    `source` names the notice.

    Raises ValueError for a year that cannot be true: a day of another year, a make-up day that is a weekday
    or also a holiday, or an announced year without holidays or without a source. An empty year would silently
    turn every holiday into a working day, which is how other software came to break its deadlines.
    """

    year: int
    holidays: frozenset[date]
    make_up_days: frozenset[date]
    announced: bool
    source: str

    def __post_init__(self) -> None:
        strangers = sorted(day for day in self.holidays | self.make_up_days if day.year != self.year)
        if strangers:
            raise ValueError(f"{strangers[0]} does not belong to the year {self.year}")
        weekdays = sorted(day for day in self.make_up_days if day.weekday() < SATURDAY)
        if weekdays:
            raise ValueError(f"the make-up day {weekdays[0]} is no Saturday or Sunday")
        both = sorted(self.holidays & self.make_up_days)
        if both:
            raise ValueError(f"{both[0]} is a holiday and a make-up day at once")
        if self.announced and not self.holidays:
            raise ValueError(f"the year {self.year} is said to be announced and has no holidays")
        if self.announced and not self.source.strip():
            raise ValueError(f"the year {self.year} is said to be announced and names no source")


@dataclass(frozen=True)
class ServiceCalendar:
    """Service hours and working days in one time zone.

    `zone` is an IANA name, `opens` and `closes` are local times of the same day (closes later than opens),
    `years` holds the known years by number. Raises ValueError when one of them is not so.

    Where a change of the clocks skips or repeats a local time, a day opens and closes at the first instant at
    which its local clock shows the hour or a later one. So opening never comes after closing, and no day's
    hours overlap the next day's.
    """

    zone: str
    opens: time
    closes: time
    years: Mapping[int, YearDays]

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (OSError, LookupError, ValueError) as error:
            raise ValueError(f"there is no time zone called {self.zone!r}") from error
        if self.opens.tzinfo is not None or self.closes.tzinfo is not None:
            raise ValueError("service hours are local times and carry no time zone of their own")
        if self.closes <= self.opens:
            raise ValueError(
                f"the service closes at {self.closes}, which is not after it opens at {self.opens}"
            )
        for year, days in self.years.items():
            if days.year != year:
                raise ValueError(f"the days of {days.year} stand under the year {year}")

    @property
    def service_day(self) -> timedelta:
        """The length of a service day by the clock on the wall."""
        return _since_midnight(self.closes) - _since_midnight(self.opens)

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is a weekday that is no holiday, or a make-up day.

        In a year that is not announced the known statutory days are off; in a year that is missing every
        weekday counts.
        """
        days = self.years.get(day.year)
        if days is None:
            return day.weekday() < SATURDAY
        if day.weekday() < SATURDAY:
            return day not in days.holidays
        return day in days.make_up_days

    def is_announced(self, day: date) -> bool:
        """Whether the State Council's arrangement for the year of `day` is known."""
        days = self.years.get(day.year)
        return days is not None and days.announced

    def local_date(self, moment: datetime) -> date:
        """The date on the local calendar at `moment`. Raises ValueError for a moment without a time zone."""
        return in_utc(moment).astimezone(ZoneInfo(self.zone)).date()

    def opening(self, day: date) -> datetime:
        """The instant, in UTC, at which service begins on `day`."""
        return _first_instant(self.zone, day, self.opens)

    def closing(self, day: date) -> datetime:
        """The instant, in UTC, at which service ends on `day`; itself it is outside service time."""
        return _first_instant(self.zone, day, self.closes)

    def open_seconds_between(self, a: datetime, b: datetime, *, only_working_days: bool = False) -> float:
        """The seconds of service time from `a` to `b`; 0.0 when `b` is not after `a`.

        Service runs every day of the week (A1); `only_working_days` leaves out the hours of the other days.
        Raises ValueError for a moment without a time zone. The work grows with the number of days between.
        """
        start, end = in_utc(a), in_utc(b)
        total = NOTHING
        day, last = self.local_date(start), self.local_date(end)
        while day <= last:
            if not only_working_days or self.is_working_day(day):
                total += max(NOTHING, min(end, self.closing(day)) - max(start, self.opening(day)))
            day += ONE_DAY
        return total.total_seconds()

    def add_open_seconds(
        self, start: datetime, seconds: float, *, only_working_days: bool = False
    ) -> datetime:
        """The earliest instant, in UTC, at which `seconds` of service time have passed since `start`.

        Seconds used up exactly at closing give closing, not the next opening; 0 seconds give `start`. Days
        are chosen as in :meth:`open_seconds_between`, which this inverts. Raises ValueError for negative
        seconds or a moment without a time zone.
        """
        if seconds < 0:
            raise ValueError(f"{seconds} seconds cannot be added")
        begin, left = in_utc(start), timedelta(seconds=seconds)
        if left == NOTHING:
            return begin
        day = self.local_date(begin)
        while True:
            if not only_working_days or self.is_working_day(day):
                since = max(begin, self.opening(day))
                available = max(NOTHING, self.closing(day) - since)
                if left <= available:
                    return since + left
                left -= available
            day += ONE_DAY


def in_utc(moment: datetime) -> datetime:
    """`moment` in UTC. Raises ValueError when it has no time zone, because it then says no instant."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


# A due moment looks at few days, and cases look at the same ones; the bound covers years of days, in a few
# hundred kilobytes.
@lru_cache(maxsize=4096)
def _first_instant(zone: str, day: date, at: time) -> datetime:
    """The first instant, in UTC, at which the local clock shows `at` on `day`, or anything later.

    Of a time that occurs twice this is the first (fold 0). A time that is skipped gives the instant of the
    change, which lies between the two readings that zoneinfo offers for it (PEP 495) and is found by halving.
    """
    wall = datetime.combine(day, at.replace(fold=0))
    place = ZoneInfo(zone)
    instant = wall.replace(tzinfo=place).astimezone(UTC)
    if instant.astimezone(place).replace(tzinfo=None) == wall:
        return instant
    before = wall.replace(tzinfo=place, fold=1).astimezone(UTC)
    while instant - before > timedelta(microseconds=1):
        middle = before + (instant - before) / 2
        if middle.astimezone(place).replace(tzinfo=None) >= wall:
            instant = middle
        else:
            before = middle
    return instant
