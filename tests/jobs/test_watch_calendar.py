"""A year whose holidays are not announced: promises are made all the same, marked, watched and counted again (G18)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.calendar import YearDays
from chalicelib.domain.change import Message
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.watch_calendar import watch_calendar
from chalicelib.storage import cases, outbox
from chalicelib.storage.table import HeadRecord
from tests.cases import file_one, local, unannounced

pytestmark = pytest.mark.usefixtures("table")

LATE_DECEMBER = local("2026-12-28 10:00")


@pytest.fixture
def rulebook(rulebook: Rulebook) -> Rulebook:
    """The rulebook before anybody announced 2027."""
    return unannounced(rulebook)


def announced(book: Rulebook) -> Rulebook:
    """The same rulebook after 2027 was announced, with three days off at New Year and a make-up Sunday after them."""
    days = YearDays(
        2027,
        frozenset(date(2027, 1, d) for d in (1, 2, 3)),
        frozenset({date(2027, 1, 10)}),
        True,
        "State Council (test)",
    )
    calendars = {zone: replace(c, years={**c.years, 2027: days}) for zone, c in book.calendars.items()}
    return replace(book, calendars=calendars, version="announced")


def test_a_promise_that_reaches_into_an_unannounced_year_is_made_and_marked(rulebook: Rulebook) -> None:
    clock = file_one(rulebook, "C3", LATE_DECEMBER).clock("resolve")
    assert clock is not None
    assert clock.provisional
    assert [(year, number.split("-")[0]) for year, number, _ in cases.provisional()] == [(2027, "261228")]


def test_a_promise_that_stays_in_the_announced_year_is_final(rulebook: Rulebook) -> None:
    clock = file_one(rulebook, "C5", LATE_DECEMBER).clock("resolve")
    assert clock is not None
    assert (clock.provisional, clock.due) == (False, local("2026-12-31 18:00"))
    assert cases.provisional() == []


def test_the_engineers_hear_once_a_day_which_year_is_missing(rulebook: Rulebook) -> None:
    file_one(rulebook, "C3", LATE_DECEMBER)
    told: list[Message] = []

    def owe(message: Message) -> bool:
        told.append(message)
        return outbox.owe(message)

    counts = watch_calendar(cases, owe, rulebook, LATE_DECEMBER)
    assert (counts.waiting, counts.years) == (1, (2027,))
    assert [m.id for m in told] == ["calendar/2027/2026-12-28"]
    watch_calendar(cases, owe, rulebook, LATE_DECEMBER)
    assert len({m.id for m in told}) == 1


def test_when_the_year_is_announced_the_promise_is_counted_again_and_final(rulebook: Rulebook) -> None:
    number = file_one(rulebook, "C3", LATE_DECEMBER).number
    counts = watch_calendar(cases, outbox.owe, announced(rulebook), LATE_DECEMBER + timedelta(days=1))
    assert counts.recomputed == 1
    file = cases.load(number)
    assert file is not None
    clock = file.case.clock("resolve")
    assert clock is not None
    # 29, 30, 31 December, 4, 5, 6, 7 January
    assert (clock.provisional, clock.due) == (False, local("2027-01-07 18:00"))
    assert cases.provisional() == []
    assert file.events[-1].kind == "recomputed"


def test_recomputing_again_changes_nothing(rulebook: Rulebook) -> None:
    number = file_one(rulebook, "C3", LATE_DECEMBER).number
    book = announced(rulebook)
    watch_calendar(cases, outbox.owe, book, LATE_DECEMBER)
    before = cases.load(number)
    assert watch_calendar(cases, outbox.owe, book, LATE_DECEMBER).recomputed == 0
    assert cases.load(number) == before


def test_a_case_that_nobody_can_read_keeps_no_other_promise_waiting(rulebook: Rulebook) -> None:
    numbers = [file_one(rulebook, "C3", LATE_DECEMBER).number for _ in range(3)]
    broken = HeadRecord.get(f"CASE#{numbers[0]}", "HEAD")
    broken.case = "{"
    broken.save()
    counts = watch_calendar(cases, outbox.owe, announced(rulebook), LATE_DECEMBER)
    assert (counts.recomputed, counts.failed) == (2, 1)
    assert [number for _, number, _ in cases.provisional()] == numbers[:1]
