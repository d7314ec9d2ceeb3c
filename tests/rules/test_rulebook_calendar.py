"""The calendar in the rulebook agrees with the State Council's arrangements and says when it has to be renewed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from chalicelib.domain.standards import Rulebook
from chalicelib.rulebook import load
from chalicelib.rulebook.coverage import years_to_enter
from tests.cases import unannounced

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rulebook"
FIRST_YEAR = 2024


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load(DOCS)


def make_up_days_of(year: int) -> list[date]:
    """The make-up days that the `holidays` package knows; a year that is not announced has none."""
    return sorted(day for day in holidays.China(years=year).weekend_workdays if day.year == year)


def last_announced_year() -> int:
    year = FIRST_YEAR
    while make_up_days_of(year + 1):
        year += 1
    return year


@pytest.mark.parametrize("year", range(FIRST_YEAR, last_announced_year() + 1))
def test_every_day_of_an_announced_year_is_as_the_state_council_says(book: Rulebook, year: int) -> None:
    assert year in book.calendar.years, (
        f"请照 docs/rulebook/calendar/{year - 1}.toml 写一份 {year}.toml，内容照国务院的通知"
    )
    known = holidays.China(years=year)
    wanted_make_up = ", ".join(day.isoformat() for day in make_up_days_of(year))
    assert book.calendar.years[year].announced, (
        f"{year} 年的放假安排已经公布。请照国务院办公厅的通知改 docs/rulebook/calendar/{year}.toml：\n"
        f"announced = true\nmake_up_days = [{wanted_make_up}]\n"
        "并改好每个假期的 first 和 last，写上 source；再写一份下一年的，announced = false"
    )
    day = date(year, 1, 1)
    while day.year == year:
        make_up = day in known.weekend_workdays
        working = make_up or (day.weekday() < 5 and day not in known)
        assert book.calendar.is_working_day(day) == working, day
        day += timedelta(days=1)


def test_the_year_after_the_last_announced_one_is_ready_with_its_statutory_days(book: Rulebook) -> None:
    year = last_announced_year() + 1
    days = book.calendar.years.get(year)
    assert days is not None, f"请写 docs/rulebook/calendar/{year}.toml，先写法定放假日，announced = false"
    assert days.holidays and days.source
    if not days.announced:  # staff may know of it before the package does
        assert not days.make_up_days
        assert all(day in holidays.China(years=year) for day in days.holidays)


def test_the_eve_of_the_spring_festival_of_2026_as_published(book: Rulebook) -> None:
    assert book.calendar.is_working_day(date(2026, 2, 14))  # a Saturday, made up
    assert not book.calendar.is_working_day(date(2026, 2, 16))
    assert not book.calendar.is_working_day(date(2026, 2, 23))
    assert book.calendar.is_working_day(date(2026, 2, 24))
    assert book.calendar.is_working_day(date(2026, 2, 28))  # a Saturday, made up


def test_nothing_is_to_be_entered_while_this_year_is_known_and_the_next_not_yet_due(book: Rulebook) -> None:
    assert years_to_enter(unannounced(book).calendar.years, date(2026, 10, 31)) == ()


def test_from_november_staff_are_told_to_look_for_the_next_arrangement(book: Rulebook) -> None:
    (sentence,) = years_to_enter(unannounced(book).calendar.years, date(2026, 11, 1))
    assert "calendar/2027.toml" in sentence and "announced 改成 true" in sentence


def test_a_year_that_begins_unannounced_and_the_missing_one_after_it_are_both_named(book: Rulebook) -> None:
    this_year, next_year = years_to_enter(unannounced(book).calendar.years, date(2027, 1, 1))
    assert "calendar/2027.toml" in this_year
    assert "还没有 calendar/2028.toml" in next_year
