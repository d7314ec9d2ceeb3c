"""When the service is open and which days are working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest

from chalicelib.domain.calendar import ServiceCalendar, YearDays
from tests.domain.arrangements import (
    ANNOUNCED,
    AS_IF_ANNOUNCED_2027,
    STATUTORY_2027,
    days,
    local,
    service,
)

CHINA = service()


def hours(zone: str, opens: str, closes: str) -> ServiceCalendar:
    return service(zone=zone, opens=opens, closes=closes)


def test_all_1096_days_of_2024_to_2026_agree_with_an_independent_source() -> None:
    china = holidays.country_holidays("CN", years=(2024, 2025, 2026))
    every_day = [date(2024, 1, 1) + timedelta(days=n) for n in range(1096)]
    assert every_day[-1] == date(2026, 12, 31)
    differing = [day for day in every_day if CHINA.is_working_day(day) != china.is_working_day(day)]
    assert differing == []


@pytest.mark.parametrize(("year", "working", "made_up"), [(2024, 251, 8), (2025, 248, 5), (2026, 248, 6)])
def test_a_year_has_as_many_working_and_make_up_days_as_its_notice_gives(
    year: int, working: int, made_up: int
) -> None:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    assert sum(CHINA.is_working_day(first + timedelta(days=n)) for n in range(length)) == working
    assert len(ANNOUNCED[year].make_up_days) == made_up


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2024-02-09", True),  # the eve of the Spring Festival was worked in 2024 only
        ("2025-01-28", False),
        ("2026-02-13", True),
        ("2026-02-14", True),  # a Saturday made up before the Spring Festival
        ("2026-02-15", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),  # a Saturday made up after it
        ("2026-09-20", True),  # a Sunday made up before the National Day
        ("2026-09-25", False),
        ("2026-10-01", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
        ("2026-03-07", False),
        ("2026-03-08", False),
        ("2026-03-09", True),
    ],
)
def test_a_day_around_a_holiday_is_worked_or_not(day: str, working: bool) -> None:
    assert CHINA.is_working_day(date.fromisoformat(day)) is working


def test_a_missing_year_has_plain_weekdays_and_is_not_announced() -> None:
    assert CHINA.is_working_day(date(2027, 1, 1))
    assert not CHINA.is_working_day(date(2027, 1, 2))
    assert not CHINA.is_announced(date(2027, 1, 1))
    assert CHINA.is_announced(date(2026, 12, 31))


def test_an_unannounced_year_takes_the_statutory_days_that_are_known() -> None:
    calendar = service(STATUTORY_2027)
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert not calendar.is_announced(date(2027, 1, 1))


def test_an_announced_year_takes_its_holidays_and_its_make_up_days() -> None:
    calendar = service(AS_IF_ANNOUNCED_2027)
    assert calendar.is_announced(date(2027, 1, 1))
    assert calendar.is_working_day(date(2027, 1, 9))


@pytest.mark.parametrize(
    ("holidays_", "make_up_days", "source", "said"),
    [
        (days(), days(), "a notice", "no holidays"),
        (days("2026-10-01"), days(), " ", "no source"),
        (days("2025-12-31"), days(), "a notice", "does not belong"),
        (days("2026-10-01"), days("2027-01-09"), "a notice", "does not belong"),
        (days("2026-10-01"), days("2026-10-09"), "a notice", "no Saturday or Sunday"),
        (days("2026-10-01..2026-10-04"), days("2026-10-04"), "a notice", "at once"),
    ],
)
def test_a_year_that_cannot_be_true_is_refused(
    holidays_: frozenset[date], make_up_days: frozenset[date], source: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        YearDays(2026, holidays_, make_up_days, True, source)


def test_a_year_that_is_not_announced_may_be_empty() -> None:
    assert not YearDays(2027, frozenset(), frozenset(), False, "").announced


@pytest.mark.parametrize(
    ("zone", "opens", "closes", "years", "said"),
    [
        ("Asia/Nowhere", time(8), time(18), ANNOUNCED, "no time zone"),
        ("../etc/passwd", time(8), time(18), ANNOUNCED, "no time zone"),
        ("", time(8), time(18), ANNOUNCED, "no time zone"),
        ("Asia/Shanghai", time(18), time(8), ANNOUNCED, "not after"),
        ("Asia/Shanghai", time(8), time(8), ANNOUNCED, "not after"),
        ("Asia/Shanghai", time(8, tzinfo=UTC), time(18, tzinfo=UTC), ANNOUNCED, "no time zone of their own"),
        ("Asia/Shanghai", time(8), time(18), {2025: ANNOUNCED[2026]}, "under the year"),
    ],
)
def test_a_calendar_that_cannot_be_true_is_refused(
    zone: str, opens: time, closes: time, years: Mapping[int, YearDays], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        ServiceCalendar(zone, opens, closes, years)


def test_moments_come_back_in_utc() -> None:
    assert CHINA.opening(date(2026, 3, 3)) == datetime(2026, 3, 3, 0, tzinfo=UTC)
    assert CHINA.closing(date(2026, 3, 3)) == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert CHINA.opening(date(2026, 3, 3)).tzinfo is UTC
    assert CHINA.add_open_seconds(local("2026-03-03 12:00").astimezone(), 60).tzinfo is UTC


def test_the_local_date_changes_at_local_midnight() -> None:
    assert CHINA.local_date(datetime(2026, 3, 3, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 3)
    assert CHINA.local_date(datetime(2026, 3, 3, 16, tzinfo=UTC)) == date(2026, 3, 4)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    aware = local("2026-03-03 12:00")
    naive = aware.replace(tzinfo=None)
    for attempt in (
        lambda: CHINA.local_date(naive),
        lambda: CHINA.add_open_seconds(naive, 1),
        lambda: CHINA.open_seconds_between(naive, aware),
        lambda: CHINA.open_seconds_between(aware, naive),
    ):
        with pytest.raises(ValueError, match="no time zone"):
            attempt()


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-03-03 07:00", "2026-03-03 08:00", 0),
        ("2026-03-03 07:59:59", "2026-03-03 08:00:01", 1),
        ("2026-03-03 08:00", "2026-03-03 18:00", 36_000),
        ("2026-03-03 17:59:59", "2026-03-03 18:00:01", 1),
        ("2026-03-03 18:00", "2026-03-04 08:00", 0),
        ("2026-03-03 17:00", "2026-03-04 09:00", 7_200),
        ("2026-03-03 00:00", "2026-03-10 00:00", 7 * 36_000),
        ("2026-02-14 18:00", "2026-02-24 08:00", 9 * 36_000),  # service runs through the Spring Festival
        ("2026-03-03 12:00", "2026-03-03 12:00", 0),
        ("2026-03-03 12:00", "2026-03-02 12:00", 0),
    ],
)
def test_service_time_between_two_moments_is_counted(start: str, end: str, seconds: float) -> None:
    assert CHINA.open_seconds_between(local(start), local(end)) == seconds


def test_service_time_of_working_days_leaves_out_the_other_days() -> None:
    start, end = local("2026-02-13 17:00"), local("2026-02-24 09:00")
    assert CHINA.open_seconds_between(start, end, only_working_days=True) == 3_600 + 36_000 + 3_600
    assert CHINA.add_open_seconds(start, 3_600 + 36_000 + 3_600, only_working_days=True) == end


@pytest.mark.parametrize(
    ("start", "seconds", "end"),
    [
        ("2026-03-03 12:00", 0, "2026-03-03 12:00"),
        ("2026-03-03 20:00", 0, "2026-03-03 20:00"),
        ("2026-03-03 17:59:59", 1, "2026-03-03 18:00"),
        ("2026-03-03 17:59:59", 2, "2026-03-04 08:00:01"),
        ("2026-03-03 18:00", 1, "2026-03-04 08:00:01"),
        ("2026-03-03 08:00", 36_000, "2026-03-03 18:00"),
        ("2026-03-03 07:00", 36_001, "2026-03-04 08:00:01"),
        ("2026-03-03 17:59:59.5", 0.75, "2026-03-04 08:00:00.25"),
    ],
)
def test_service_time_is_added_to_its_earliest_end(start: str, seconds: float, end: str) -> None:
    assert CHINA.add_open_seconds(local(start), seconds) == local(end)


def test_negative_time_cannot_be_added() -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        CHINA.add_open_seconds(local("2026-03-03 12:00"), -1)


@pytest.mark.parametrize(
    ("zone", "opens", "closes", "day", "opening", "closing"),
    [
        # An ordinary service day keeps its local hours on both sides of the change, and on its day.
        ("Europe/Berlin", "08:00", "18:00", "2026-03-28", "2026-03-28 07:00", "2026-03-28 17:00"),
        ("Europe/Berlin", "08:00", "18:00", "2026-03-29", "2026-03-29 06:00", "2026-03-29 16:00"),
        ("Europe/Berlin", "08:00", "18:00", "2026-10-25", "2026-10-25 07:00", "2026-10-25 17:00"),
        ("America/New_York", "08:00", "18:00", "2026-03-07", "2026-03-07 13:00", "2026-03-07 23:00"),
        ("America/New_York", "08:00", "18:00", "2026-03-08", "2026-03-08 12:00", "2026-03-08 22:00"),
        # Hours that contain the change are an hour shorter, or longer.
        ("Europe/Berlin", "01:00", "05:00", "2026-03-29", "2026-03-29 00:00", "2026-03-29 03:00"),
        ("Europe/Berlin", "01:00", "05:00", "2026-10-25", "2026-10-24 23:00", "2026-10-25 04:00"),
        # 02:30 does not exist: the instant of the change takes its place.
        ("Europe/Berlin", "02:30", "06:00", "2026-03-29", "2026-03-29 01:00", "2026-03-29 04:00"),
        ("Europe/Berlin", "00:30", "02:30", "2026-03-29", "2026-03-28 23:30", "2026-03-29 01:00"),
        ("America/New_York", "02:30", "06:00", "2026-03-08", "2026-03-08 07:00", "2026-03-08 10:00"),
        ("Europe/Berlin", "02:15", "02:45", "2026-03-29", "2026-03-29 01:00", "2026-03-29 01:00"),
        # 02:30 comes twice: the first counts.
        ("Europe/Berlin", "02:30", "06:00", "2026-10-25", "2026-10-25 00:30", "2026-10-25 05:00"),
        ("Europe/Berlin", "00:30", "02:30", "2026-10-25", "2026-10-24 22:30", "2026-10-25 00:30"),
        ("America/New_York", "01:30", "06:00", "2026-11-01", "2026-11-01 05:30", "2026-11-01 11:00"),
        # Midnight itself does not exist.
        ("Africa/Cairo", "00:00", "06:00", "2026-04-24", "2026-04-23 22:00", "2026-04-24 03:00"),
        # Half an hour's change.
        ("Australia/Lord_Howe", "01:00", "05:00", "2026-10-04", "2026-10-03 14:30", "2026-10-03 18:00"),
    ],
)
def test_a_day_opens_and_closes_by_the_local_clock_across_changes_of_it(
    zone: str, opens: str, closes: str, day: str, opening: str, closing: str
) -> None:
    calendar = hours(zone, opens, closes)
    assert calendar.opening(date.fromisoformat(day)) == local(opening, "UTC")
    assert calendar.closing(date.fromisoformat(day)) == local(closing, "UTC")


def test_service_time_that_contains_a_change_of_the_clocks_is_what_really_passes() -> None:
    calendar = hours("Europe/Berlin", "01:00", "05:00")
    assert calendar.open_seconds_between(local("2026-03-28 12:00"), local("2026-03-29 20:00")) == 3 * 3_600
    assert calendar.open_seconds_between(local("2026-10-24 20:00"), local("2026-10-25 20:00")) == 5 * 3_600


def test_the_second_of_two_equal_local_times_is_an_hour_later() -> None:
    calendar = hours("Europe/Berlin", "01:00", "05:00")
    first, second = (local("2026-10-25 02:30", "Europe/Berlin", fold) for fold in (0, 1))
    assert calendar.open_seconds_between(first, second) == 3_600
