"""What holds for every calendar, start, limit and pause; SHOUNUO_EXAMPLES raises the number that is tried."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chalicelib.domain.calendar import ServiceCalendar, YearDays
from chalicelib.domain.limits import Limit, Pause, Unit, due_moment, share_moment
from tests.domain import slow_reference

EXAMPLES = int(os.environ.get("SHOUNUO_EXAMPLES", "200"))
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The reference walks through weeks of minutes, so it sees fewer examples of what takes longest.
fewer = settings(many, max_examples=max(1, EXAMPLES // 2))

ZONES = [
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "Europe/Berlin",
    "America/New_York",
    "Africa/Cairo",  # the clocks change at midnight
    "America/Havana",  # so do these
    "Australia/Lord_Howe",  # by half an hour
]
WEEKS = [date(2026, 9, 1) + timedelta(days=n) for n in range(300)]
HALF_HOURS_OF_A_DAY = 47
BY_SERVICE_TIME = [Unit.HALF_DAYS, Unit.SAME_DAY, Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS]


@st.composite
def calendars(draw: st.DrawFn) -> ServiceCalendar:
    """Any zone; service hours of three hours or more; some holidays and some make-up days in one year or both."""
    opens = draw(st.integers(0, HALF_HOURS_OF_A_DAY - 6))
    closes = draw(st.integers(opens + 6, HALF_HOURS_OF_A_DAY))
    years = {}
    for year in draw(st.sets(st.sampled_from([2026, 2027]))):
        its_days = [day for day in WEEKS if day.year == year]
        off = draw(st.frozensets(st.sampled_from(its_days), min_size=1, max_size=40))
        weekends = [day for day in its_days if day.weekday() >= 5 and day not in off]
        made_up = draw(st.frozensets(st.sampled_from(weekends), max_size=8))
        years[year] = YearDays(year, off, made_up, draw(st.booleans()), "drawn")
    return ServiceCalendar(draw(st.sampled_from(ZONES)), _at(opens), _at(closes), years)


def _at(half_hours: int) -> time:
    return time(half_hours // 2, half_hours % 2 * 30)


def _moments() -> st.SearchStrategy[datetime]:
    """Any moment of eight months, and more often one in the days around a change of the clocks or of the year."""
    start = datetime(2026, 9, 15, tzinfo=UTC)
    changes = [
        datetime(2026, 10, 3, 15, 30, tzinfo=UTC),  # Lord Howe
        datetime(2026, 10, 25, 1, tzinfo=UTC),  # Berlin
        datetime(2026, 10, 29, 21, tzinfo=UTC),  # Cairo
        datetime(2026, 11, 1, 6, tzinfo=UTC),  # New York; Havana an hour before
        datetime(2026, 12, 31, 16, tzinfo=UTC),  # the new year in Shanghai
        datetime(2027, 3, 14, 7, tzinfo=UTC),  # New York and Havana
        datetime(2027, 3, 28, 1, tzinfo=UTC),  # Berlin
        datetime(2027, 4, 29, 22, tzinfo=UTC),  # Cairo
    ]
    anywhere = st.timedeltas(timedelta(0), timedelta(days=228)).map(lambda since: start + since)
    near = st.timedeltas(timedelta(days=-3), timedelta(days=1))
    return anywhere | st.builds(lambda change, before: change + before, st.sampled_from(changes), near)


moments = _moments()
whole_minutes = moments.map(lambda moment: moment.replace(second=0, microsecond=0))
seconds = st.integers(0, 40 * 86_400) | st.integers(0, 10**9).map(lambda n: n / 1000)


@st.composite
def limits(
    draw: st.DrawFn, units: list[Unit] | None = None, most_days: int = 9, most_months: int = 3
) -> Limit:
    unit = draw(st.sampled_from(units or list(Unit)))
    most = {Unit.MINUTES: 3_000, Unit.HOURS: 72, Unit.SAME_DAY: 1, Unit.MONTHS: most_months}.get(
        unit, most_days
    )
    return Limit(unit, draw(st.integers(1, most)))


@st.composite
def pauses_after(draw: st.DrawFn, start: datetime, most: int = 4) -> list[Pause]:
    """Pauses on whole minutes, in any order, that may overlap, touch, be empty, or begin before `start`."""
    minutes = st.integers(-600, 12_000)
    spans = draw(st.lists(st.tuples(minutes, st.integers(0, 4_000)), max_size=most))
    return [_pause(start, begin, begin + length) for begin, length in spans]


def _pause(start: datetime, begin: int, end: int) -> Pause:
    return Pause(start + timedelta(minutes=begin), start + timedelta(minutes=end), "waiting")


@many
@given(calendars(), moments, seconds, st.booleans())
def test_counting_between_gives_back_what_was_added(
    calendar: ServiceCalendar, start: datetime, added: float, only_working_days: bool
) -> None:
    end = calendar.add_open_seconds(start, added, only_working_days=only_working_days)
    assert calendar.open_seconds_between(start, end, only_working_days=only_working_days) == added


@many
@given(calendars(), moments, moments)
def test_adding_what_was_counted_gives_the_earliest_moment_with_that_count(
    calendar: ServiceCalendar, a: datetime, b: datetime
) -> None:
    start, end = min(a, b), max(a, b)
    counted = calendar.open_seconds_between(start, end)
    earliest = calendar.add_open_seconds(start, counted)
    assert earliest <= end
    assert calendar.open_seconds_between(earliest, end) == 0
    today = calendar.local_date(end)
    if start < end and calendar.opening(today) < end <= calendar.closing(today):
        assert earliest == end


@many
@given(calendars(), moments, moments, moments)
def test_service_time_adds_up(calendar: ServiceCalendar, a: datetime, b: datetime, c: datetime) -> None:
    first, middle, last = sorted((a, b, c))
    parts = calendar.open_seconds_between(first, middle) + calendar.open_seconds_between(middle, last)
    assert abs(calendar.open_seconds_between(first, last) - parts) < 1e-6


@many
@given(calendars(), st.sampled_from(WEEKS))
def test_days_open_and_close_in_order_and_on_their_date(calendar: ServiceCalendar, day: date) -> None:
    assert calendar.opening(day) < calendar.closing(day) <= calendar.opening(day + timedelta(days=1))
    assert calendar.local_date(calendar.opening(day)) == day
    assert calendar.local_date(calendar.closing(day)) == day


@many
@given(calendars(), limits(), moments, moments)
def test_a_later_start_is_never_due_earlier(
    calendar: ServiceCalendar, limit: Limit, a: datetime, b: datetime
) -> None:
    earlier, later = due_moment(limit, min(a, b), calendar), due_moment(limit, max(a, b), calendar)
    assert min(a, b) < earlier.moment <= later.moment


@many
@given(calendars(), limits(), moments, st.integers(1, 2), st.data())
def test_a_larger_amount_is_never_due_earlier(
    calendar: ServiceCalendar, limit: Limit, start: datetime, more: int, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(start))
    larger = Limit(limit.unit, limit.amount + more)
    first, second = due_moment(limit, start, calendar, pauses), due_moment(larger, start, calendar, pauses)
    assert first.moment <= second.moment
    if limit.unit is not Unit.SAME_DAY:
        assert first.moment < second.moment


@many
@given(calendars(), limits(BY_SERVICE_TIME), moments)
def test_the_service_time_up_to_the_due_moment_leads_back_to_it(
    calendar: ServiceCalendar, limit: Limit, start: datetime
) -> None:
    due = due_moment(limit, start, calendar).moment
    assert calendar.add_open_seconds(start, calendar.open_seconds_between(start, due)) == due


@many
@given(calendars(), limits(), moments, st.data())
def test_one_more_pause_never_makes_a_promise_due_earlier(
    calendar: ServiceCalendar, limit: Limit, start: datetime, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(start, most=5))
    dues = [due_moment(limit, start, calendar, pauses[:n]).moment for n in range(len(pauses) + 1)]
    assert dues == sorted(dues)


@many
@given(
    calendars(), limits(), moments, st.lists(st.integers(-600, 12_000), min_size=4, max_size=4, unique=True)
)
def test_two_pauses_that_overlap_or_touch_count_once(
    calendar: ServiceCalendar, limit: Limit, start: datetime, minutes: list[int]
) -> None:
    a, b, c, d = sorted(minutes)
    once = due_moment(limit, start, calendar, [_pause(start, a, d)])
    for first, second in (((a, c), (b, d)), ((a, b), (b, d)), ((a, d), (b, c)), ((a, d), (a, d))):
        pauses = [_pause(start, *second), _pause(start, *first)]
        assert due_moment(limit, start, calendar, pauses) == once


@many
@given(calendars(), st.integers(1, 9), moments, st.integers(0, 12), st.floats(0, 1), st.floats(0, 1))
def test_a_pause_outside_service_time_does_not_move_a_clock_of_half_days(
    calendar: ServiceCalendar, amount: int, start: datetime, later: int, a: float, b: float
) -> None:
    day = calendar.local_date(start) + timedelta(days=later)
    closed = calendar.closing(day)
    night = calendar.opening(day + timedelta(days=1)) - closed
    pause = Pause(closed + night * min(a, b), closed + night * max(a, b), "waiting")
    limit = Limit(Unit.HALF_DAYS, amount)
    assert due_moment(limit, start, calendar, [pause]) == due_moment(limit, start, calendar)


@many
@given(calendars(), limits(), moments, st.data())
def test_only_working_days_are_provisional_and_only_in_a_year_not_announced(
    calendar: ServiceCalendar, limit: Limit, start: datetime, data: st.DataObject
) -> None:
    due = due_moment(limit, start, calendar, data.draw(pauses_after(start)))
    if limit.unit is not Unit.WORKING_DAYS:
        assert not due.provisional
        return
    day, unknown = calendar.local_date(start), False
    while day < calendar.local_date(due.moment):
        day += timedelta(days=1)
        unknown = unknown or not calendar.is_announced(day)
    assert due.provisional is unknown


@many
@given(calendars(), limits(), moments, moments, st.floats(0, 1), st.floats(0, 1))
def test_shares_of_the_time_lie_in_order_between_start_and_due(
    calendar: ServiceCalendar, limit: Limit, a: datetime, b: datetime, x: float, y: float
) -> None:
    start, due = min(a, b), max(a, b)
    small, large = (share_moment(limit, start, due, share, calendar) for share in sorted((x, y)))
    assert start <= small <= large <= due


@fewer
@given(calendars(), whole_minutes, st.integers(0, 6_000))
def test_adding_service_time_agrees_with_walking_minute_by_minute(
    calendar: ServiceCalendar, start: datetime, minutes: int
) -> None:
    assume(minutes > 0)
    end = calendar.add_open_seconds(start, minutes * 60)
    assert end == slow_reference.after_open_minutes(calendar, start, minutes)


@fewer
@given(calendars(), whole_minutes, st.integers(0, 14 * 1440))
def test_counting_service_time_agrees_with_walking_minute_by_minute(
    calendar: ServiceCalendar, start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)
    counted = calendar.open_seconds_between(start, end)
    assert counted == 60 * slow_reference.open_minutes_between(calendar, start, end)


@many
@given(calendars(), limits(most_days=5, most_months=1), whole_minutes, st.data())
def test_every_limit_agrees_with_walking_minute_by_minute(
    calendar: ServiceCalendar, limit: Limit, start: datetime, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(start, most=3))
    due = due_moment(limit, start, calendar, pauses).moment
    assert due == slow_reference.due(limit, start, calendar, pauses)
