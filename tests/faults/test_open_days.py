"""Open days under rivals and crashes: a slot has one home, and its reminder is owed with it or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import partial
from time import sleep

import pytest

from chalicelib.actions.attend_open_day import attend
from chalicelib.domain.open_days import OpenDay, Visitor, book_slot
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Rulebook, Text
from chalicelib.jobs.check_everything import check_everything
from chalicelib.storage import census, open_days, outbox
from tests.faults.crashing import Moment, calls_of, dies_at
from tests.faults.together import together

pytestmark = pytest.mark.usefixtures("table")

ZONE = "Asia/Shanghai"
DAY = OpenDay(
    "spring", "river-view", date(2026, 3, 14), Text("前台", "Reception"), 20, (time(14), time(14, 20))
)
AT = datetime(2026, 3, 10, 1, tzinfo=UTC)


def take(home: str, slot: str = "14:00") -> str:
    """A home asks for a slot: what it got, or why not."""
    visitor = Visitor(home, "m")
    try:
        attend(open_days, DAY, lambda book: book_slot(book, DAY, ZONE, slot, visitor, AT, f"t-{home}"))
    except Refused as refused:
        return refused.reason
    return slot


def reminders() -> list[str]:
    """The reminders that are owed."""
    until = datetime(2026, 4, 1, tzinfo=UTC)
    return sorted(one.message.id for shard in range(outbox.SHARDS) for one in outbox.pending(shard, until))


def test_of_six_homes_at_once_one_has_the_slot_and_its_reminder(rulebook: Rulebook) -> None:
    answers = together([partial(take, f"home-{n}") for n in range(6)])
    assert sorted(answers) == ["14:00"] + ["slot_taken"] * 5
    (booking,) = open_days.load(DAY.id).bookings
    assert reminders() == [f"open-day/spring/{booking.token}"]
    assert check_everything(census, rulebook, AT).violations == []


@pytest.mark.parametrize("moment", list(Moment))
def test_killed_at_any_call_a_booking_is_whole_or_not_there(rulebook: Rulebook, moment: Moment) -> None:
    calls = calls_of(lambda: take("counted", "14:20"))
    before = len(reminders())
    for number in range(1, calls + 1):
        dies_at(number, moment, lambda number=number: take("mine"))
        sleep(0.05)  # what was sent and not answered may still be on its way
        bookings = [one for one in open_days.load(DAY.id).bookings if one.visitor.home == "mine"]
        assert len(reminders()) - before == len(bookings)
    assert take("mine") == "14:00"
    assert len(reminders()) - before == 1
    assert check_everything(census, rulebook, AT).violations == []
