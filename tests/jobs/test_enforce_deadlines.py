"""The scheduled check over a real table: everything that is due, once, bounded, and never with a wrong clock."""

from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.resolve import resolve
from chalicelib.domain.events import Role
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.clock import ClockRefused
from chalicelib.jobs.deliver_messages import deliver_messages
from chalicelib.jobs.due import PAGE
from chalicelib.jobs.enforce_deadlines import enforce_deadlines
from chalicelib.notify.channels import Channels
from chalicelib.storage import cases, outbox
from chalicelib.storage.post_items import PostRecord
from chalicelib.storage.table import HeadRecord, Record
from tests import posts as posting
from tests.cases import HOUR, MINUTE, TUESDAY_TEN, file_one, request
from tests.notify.test_office import Taken

pytestmark = pytest.mark.usefixtures("table")


def fired(number: str) -> list[str]:
    """The levels that a case's history holds."""
    file = cases.load(number)
    assert file is not None
    return [str(e.data["level"]) for e in file.events if e.kind == "escalated"]


def test_nothing_happens_before_the_first_moment(rulebook: Rulebook) -> None:
    file_one(rulebook)
    counts = enforce_deadlines(cases, rulebook, TUESDAY_TEN + 5 * MINUTE - timedelta(milliseconds=1))
    assert (counts.read, counts.escalated) == (0, 0)


def test_a_case_left_alone_is_reminded_and_escalated_up_to_the_general_manager(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    steps = []
    for minutes in (5, 10, 20, 40):
        enforce_deadlines(cases, rulebook, TUESDAY_TEN + minutes * MINUTE)
        steps.append(fired(number))
    assert [len(s) for s in steps] == [1, 2, 3, 4]
    assert steps[-1] == ["reminder", "supervisor", "manager", "general_manager"]


def test_a_run_twice_sends_once(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    at = TUESDAY_TEN + 10 * MINUTE
    enforce_deadlines(cases, rulebook, at)
    again = enforce_deadlines(cases, rulebook, at)
    assert (again.read, again.escalated) == (0, 0)
    assert fired(number) == ["reminder", "supervisor"]
    owed = [
        o.message.id
        for s in range(outbox.SHARDS)
        for o in outbox.pending(s, at)
        if "/arrive/" in o.message.id
    ]
    assert sorted(owed) == [f"{number}/arrive/1/reminder", f"{number}/arrive/1/supervisor"]


def test_a_clock_set_back_repeats_nothing(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    enforce_deadlines(cases, rulebook, TUESDAY_TEN + 10 * MINUTE)
    enforce_deadlines(cases, rulebook, TUESDAY_TEN - 2 * HOUR)
    enforce_deadlines(cases, rulebook, TUESDAY_TEN + 11 * MINUTE)
    assert fired(number) == ["reminder", "supervisor"]


def test_a_dry_run_counts_and_changes_nothing(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    counts = enforce_deadlines(cases, rulebook, TUESDAY_TEN + HOUR, dry_run=True)
    assert counts.escalated == 4
    assert fired(number) == []


@pytest.mark.parametrize("skew", [121.0, -121.0])
def test_a_wrong_clock_enforces_nothing(rulebook: Rulebook, skew: float) -> None:
    number = file_one(rulebook).number
    with pytest.raises(ClockRefused):
        enforce_deadlines(cases, rulebook, TUESDAY_TEN + HOUR, skew_seconds=lambda: skew)
    assert fired(number) == []


def test_two_minutes_of_difference_are_borne(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    enforce_deadlines(cases, rulebook, TUESDAY_TEN + HOUR, skew_seconds=lambda: 120.0)
    assert len(fired(number)) == 4


def test_a_case_that_cannot_be_read_does_not_keep_the_others_waiting(rulebook: Rulebook) -> None:
    broken, sound = file_one(rulebook).number, file_one(rulebook).number
    Record(f"CASE#{broken}", "HEAD").delete()
    counts = enforce_deadlines(cases, rulebook, TUESDAY_TEN + HOUR)
    assert counts.failed == 1
    assert len(fired(sound)) == 4


def test_with_one_head_and_one_post_that_nobody_can_read_every_other_case_escalates_and_message_leaves(
    rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, *sound = [file_one(rulebook).number for _ in range(4)]
    unreadable, post = posting.public_one().id, posting.public_one().id
    head = HeadRecord.get(f"CASE#{broken}", "HEAD")
    head.case = '{"number": "记号甲"'
    head.save()
    kept = PostRecord.get(f"POST#{unreadable}", "HEAD")
    kept.phone = "CXh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA"  # sealed by a key that is gone
    kept.save()
    at = TUESDAY_TEN + HOUR
    counts = enforce_deadlines(cases, rulebook, at)
    assert (counts.failed, counts.cases) == (1, 3)
    assert all(len(fired(number)) == 4 for number in sound)

    sent = Taken()
    monkeypatch.setattr(wiring, "channels", lambda: Channels(sms=sent, email=sent, robot=lambda name: None))
    run = deliver_messages(outbox, wiring.post_office(at), at)
    assert run.set_aside > 0 and run.sent + run.set_aside + run.not_wanted == run.read
    assert {letter.case_number for letter in sent.letters} >= {*sound, post}
    assert "记号甲" not in caplog.text


def test_a_run_whose_time_is_up_stops_and_the_next_one_goes_on(rulebook: Rulebook) -> None:
    numbers = [file_one(rulebook).number for _ in range(PAGE // 5)]
    at = TUESDAY_TEN + HOUR
    counts = enforce_deadlines(cases, rulebook, at, seconds=0)
    assert counts.unfinished
    while enforce_deadlines(cases, rulebook, at, seconds=0).read:
        pass
    enforce_deadlines(cases, rulebook, at)
    assert all(len(fired(n)) == 4 for n in numbers)


def test_a_resolved_case_is_closed_after_a_week(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    resolve(request(rulebook, TUESDAY_TEN + MINUTE, Role.TECHNICIAN, "gui-technician-1"), number, "修好了")
    counts = enforce_deadlines(cases, rulebook, TUESDAY_TEN + timedelta(days=7, minutes=1))
    assert (counts.closed, counts.escalated) == (1, 0)
    file = cases.load(number)
    assert file is not None
    assert file.case.state == "closed"
    assert file.case.timers() == {}
