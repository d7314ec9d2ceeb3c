"""The rules of an open day: a slot once, a home once, questions without a name, and a reminder on the day before."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.domain.open_days import (
    MOST_OF_A_HOME,
    OpenDay,
    OpenDayBook,
    Visitor,
    answer,
    ask,
    book_slot,
    cancel_slot,
    decline,
)
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

ZONE = "Asia/Shanghai"
DAY = OpenDay(
    "spring", "river-view", date(2026, 3, 14), Text("前台", "Reception"), 20, (time(14), time(14, 20))
)
BEFORE = datetime(2026, 3, 10, 1, tzinfo=UTC)
ME, NEIGHBOUR = Visitor("east-0-2604", "m1"), Visitor("east-0-2605", "m2")


def booked(slot: str = "14:00", visitor: Visitor = ME, at: datetime = BEFORE) -> OpenDayBook:
    return book_slot(OpenDayBook(DAY.id), DAY, ZONE, slot, visitor, at, "t1").book


def refused(call: object) -> str:
    with pytest.raises(Refused) as raised:
        call()  # type: ignore[operator]
    return raised.value.reason


def test_a_slot_is_given_once_and_a_home_has_one() -> None:
    book = booked()
    assert refused(lambda: book_slot(book, DAY, ZONE, "14:00", NEIGHBOUR, BEFORE, "t2")) == "slot_taken"
    assert refused(lambda: book_slot(book, DAY, ZONE, "14:20", ME, BEFORE, "t2")) == "one_slot"
    assert refused(lambda: book_slot(book, DAY, ZONE, "15:00", NEIGHBOUR, BEFORE, "t2")) == "no_such_slot"
    again = book_slot(book, DAY, ZONE, "14:00", ME, BEFORE, "t2")
    assert again.book == book and again.messages == ()


def test_a_slot_can_be_had_until_it_begins_and_not_from_then_on() -> None:
    begins = datetime(2026, 3, 14, 6, tzinfo=UTC)
    assert booked(at=begins - timedelta(milliseconds=1)).of_slot("14:00") is not None
    assert refused(lambda: booked(at=begins)) == "slot_over"
    assert refused(lambda: cancel_slot(booked(), DAY, ZONE, ME.home, begins)) == "slot_over"


def test_the_reminder_is_owed_on_the_day_before_at_the_hour_of_the_slot() -> None:
    day_before = datetime(2026, 3, 13, 6, tzinfo=UTC)
    (message,) = book_slot(OpenDayBook(DAY.id), DAY, ZONE, "14:00", ME, BEFORE, "t1").messages
    assert (message.at, message.to, message.id) == (day_before, "visitor:spring/t1", "open-day/spring/t1")
    assert "2604" not in str(message)
    late = book_slot(OpenDayBook(DAY.id), DAY, ZONE, "14:00", ME, day_before, "t1")
    assert late.messages == ()


def test_what_is_cancelled_is_free_for_others() -> None:
    free = cancel_slot(booked(), DAY, ZONE, ME.home, BEFORE).book
    assert free.bookings == ()
    assert refused(lambda: cancel_slot(free, DAY, ZONE, ME.home, BEFORE)) == "not_booked"
    assert book_slot(free, DAY, ZONE, "14:00", NEIGHBOUR, BEFORE, "t2").book.of_slot("14:00") is not None


def test_a_home_asks_three_questions_until_the_day_is_over() -> None:
    book = OpenDayBook(DAY.id)
    for number in range(MOST_OF_A_HOME):
        book = ask(book, DAY, ZONE, f"第 {number} 问", ME, BEFORE, f"q{number}").book
    assert ask(book, DAY, ZONE, "第 0 问", ME, BEFORE, "q9").book == book
    assert refused(lambda: ask(book, DAY, ZONE, "再问", ME, BEFORE, "q9")) == "asked_enough"
    midnight = datetime(2026, 3, 14, 16, tzinfo=UTC)
    assert ask(book, DAY, ZONE, "邻居问", NEIGHBOUR, midnight - timedelta(seconds=1), "q9").book != book
    assert refused(lambda: ask(book, DAY, ZONE, "邻居问", NEIGHBOUR, midnight, "q9")) == "day_over"


def test_a_question_is_answered_or_declined_and_the_later_word_stands() -> None:
    book = ask(OpenDayBook(DAY.id), DAY, ZONE, "停车费为什么涨？", ME, BEFORE, "q1").book
    book = decline(book, "q1", "和公共事务无关").book
    assert (book.questions[0].state, book.questions[0].answer) == ("declined", "和公共事务无关")
    book = answer(book, "q1", "没有涨").book
    assert (book.questions[0].state, book.questions[0].answer) == ("answered", "没有涨")
    assert refused(lambda: answer(book, "q2", "没有涨")) == "no_such_question"
