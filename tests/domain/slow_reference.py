"""A second way to count limits: it walks minute by minute and asks of each whether it counts.

Far too slow for anything but tests, and so plain that a reader can see that it is right. It shares no arithmetic with
`chalicelib.domain`; it needs starts, hours and pauses that stand on whole minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.calendar import ServiceCalendar
from chalicelib.domain.limits import Limit, Pause, Unit

MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)


def wall_clock(calendar: ServiceCalendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Each minute from `start` on, with the latest local time that a clock on the wall has shown by then.

    When the clocks go back the hour repeats, and the latest time stands still meanwhile: a door that was opened stays open,
    and one that was closed stays closed.
    """
    zone = ZoneInfo(calendar.zone)
    # Some hours earlier, so that a start inside a repeated hour knows what the clock had shown already.
    minute = start - 4 * 60 * MINUTE
    latest = minute.astimezone(zone).replace(tzinfo=None)
    while True:
        latest = max(latest, minute.astimezone(zone).replace(tzinfo=None))
        if minute >= start:
            yield minute, latest
        minute += MINUTE


def is_open(calendar: ServiceCalendar, shown: datetime) -> bool:
    return calendar.opens <= shown.time() < calendar.closes


def is_working_day(calendar: ServiceCalendar, day: date) -> bool:
    year = calendar.years.get(day.year)
    if year is not None and day in year.holidays:
        return False
    if year is not None and day in year.make_up_days:
        return True
    return day.isoweekday() <= 5


def open_minutes_between(calendar: ServiceCalendar, a: datetime, b: datetime) -> int:
    count = 0
    for minute, shown in wall_clock(calendar, a):
        if minute >= b:
            return count
        count += is_open(calendar, shown)
    raise AssertionError("the walk never ends by itself")


def after_open_minutes(calendar: ServiceCalendar, start: datetime, minutes: int) -> datetime:
    if minutes == 0:
        return start
    return walk(calendar, start, minutes, lambda shown: is_open(calendar, shown), ())


def walk(
    calendar: ServiceCalendar,
    start: datetime,
    minutes: int,
    counts: Callable[[datetime], bool],
    pauses: Sequence[Pause],
) -> datetime:
    """The end of the minute in which the last of `minutes` is used up."""
    left = minutes
    paused = [(pause.start, pause.end) for pause in pauses if pause.end is not None]
    for minute, shown in wall_clock(calendar, start):
        if counts(shown) and not any(begin <= minute < end for begin, end in paused):
            left -= 1
            if left == 0:
                return minute + MINUTE
    raise AssertionError("the walk never ends by itself")


def due(limit: Limit, start: datetime, calendar: ServiceCalendar, pauses: Sequence[Pause] = ()) -> datetime:
    """When `limit` is due, by walking."""
    if limit.unit in (Unit.MINUTES, Unit.HOURS):
        minutes = limit.amount * (60 if limit.unit is Unit.HOURS else 1)
        return walk(calendar, start, minutes, lambda shown: True, pauses)
    if limit.unit is Unit.HALF_DAYS:
        day = date(2000, 1, 1)
        whole = datetime.combine(day, calendar.closes) - datetime.combine(day, calendar.opens)
        minutes = int(whole / MINUTE) * limit.amount // 2
        return walk(calendar, start, minutes, lambda shown: is_open(calendar, shown), pauses)
    today = next(wall_clock(calendar, start))[1].date()
    last = (
        same_service_day(calendar, start) if limit.unit is Unit.SAME_DAY else last_day(limit, today, calendar)
    )

    def counts(shown: datetime) -> bool:
        if limit.unit is not Unit.SAME_DAY and shown.date() == today:
            return False
        if limit.unit is Unit.WORKING_DAYS and not is_working_day(calendar, shown.date()):
            return False
        return is_open(calendar, shown)

    minutes = 0
    for _, shown in wall_clock(calendar, start):
        if shown.date() > last:
            break
        minutes += counts(shown)
    return walk(calendar, start, minutes, counts, pauses)


def same_service_day(calendar: ServiceCalendar, start: datetime) -> date:
    """The day of the first open minute: today in service time or before it, tomorrow after it."""
    for _, shown in wall_clock(calendar, start):
        if is_open(calendar, shown):
            return shown.date()
    raise AssertionError("the walk never ends by itself")


def last_day(limit: Limit, today: date, calendar: ServiceCalendar) -> date:
    """The day on which a limit of whole days ends."""
    day, passed = today, 0
    if limit.unit is Unit.MONTHS:
        while passed < limit.amount:
            day = day + ONE_DAY
            passed += day.day == 1
        while day.day < today.day and (day + ONE_DAY).day != 1:
            day = day + ONE_DAY
        return day
    while passed < limit.amount:
        day = day + ONE_DAY
        passed += limit.unit is Unit.DAYS or is_working_day(calendar, day)
    return day
