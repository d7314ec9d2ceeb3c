"""A clock climbs its ladder: each level once for each deadline, in order, however late the check comes."""

from datetime import timedelta

import pytest

from chalicelib.domain import residents, resting, working
from chalicelib.domain.case import Case
from chalicelib.domain.change import Change
from chalicelib.domain.escalation import enforce
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.moments import read
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Rulebook
from tests.cases import MINUTE, TUESDAY_TEN, by, case, local


def check(subject: Case, book: Rulebook, at: object) -> Change | None:
    """What the scheduled check does at a moment."""
    return enforce(subject, by(Role.SYSTEM, at, "enforce_deadlines"), book)  # type: ignore[arg-type]


def levels(change: Change | None) -> list[str]:
    """The levels that a change fired, in order."""
    return [str(e.data["level"]) for e in change.events if e.kind == "escalated"] if change else []


def test_an_urgent_repair_is_reminded_at_half_time_and_not_a_second_earlier(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C1")
    assert check(subject, rulebook, TUESDAY_TEN + 5 * MINUTE - timedelta(milliseconds=1)) is None
    assert levels(check(subject, rulebook, TUESDAY_TEN + 5 * MINUTE)) == ["reminder"]


def test_the_supervisor_hears_exactly_at_the_deadline(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C1")
    change = check(subject, rulebook, TUESDAY_TEN + 10 * MINUTE)
    assert levels(change) == ["reminder", "supervisor"]
    assert change is not None
    assert change.messages[-1].to == "staff:osmanthus-lane/gui-engineering"


def test_a_level_never_fires_twice_for_one_deadline(rulebook: Rulebook) -> None:
    at = TUESDAY_TEN + 10 * MINUTE
    change = check(case(rulebook, "C1"), rulebook, at)
    assert change is not None
    assert check(change.after, rulebook, at) is None


@pytest.mark.parametrize("silence", [timedelta(hours=6), timedelta(days=30)])
def test_after_a_long_silence_every_level_exists_in_order_with_its_lateness(
    rulebook: Rulebook, silence: timedelta
) -> None:
    change = check(case(rulebook, "C1"), rulebook, TUESDAY_TEN + silence)
    assert levels(change) == ["reminder", "supervisor", "manager", "general_manager"]
    assert change is not None
    late = [e.data["late_by"] for e in change.events]
    assert late == [int((silence - 10 * MINUTE).total_seconds())] * 4
    planned = [read(str(e.data["planned"])) for e in change.events]
    assert planned == [TUESDAY_TEN + n * MINUTE for n in (5, 10, 20, 40)]
    assert [m.id for m in change.messages] == [
        f"{change.after.number}/arrive/1/{level}"
        for level in ("reminder", "supervisor", "manager", "general_manager")
    ]


def test_after_the_last_level_nothing_is_due_any_more(rulebook: Rulebook) -> None:
    change = check(case(rulebook, "C1"), rulebook, TUESDAY_TEN + timedelta(days=1))
    assert change is not None
    assert change.after.timers() == {}


def test_a_clock_that_was_met_is_left_alone(rulebook: Rulebook) -> None:
    there = working.arrive(case(rulebook, "C1"), by(Role.TECHNICIAN, TUESDAY_TEN + 4 * MINUTE)).after
    assert check(there, rulebook, TUESDAY_TEN + timedelta(days=3)) is None


def test_a_long_clock_is_reminded_after_three_quarters_of_its_service_time(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C2", local("2026-11-24 10:00"))  # done in half a day: 15:00
    clock = subject.clock("resolve")
    assert clock is not None
    assert clock.due == local("2026-11-24 15:00")
    assert clock.next_at == local("2026-11-24 13:45")


def test_a_major_complaint_reaches_the_manager_with_the_filing_itself(rulebook: Rulebook) -> None:
    from tests.cases import filed

    told = [m for m in filed(rulebook, "B2").messages if m.template == "told_at_once"]
    assert [m.to for m in told] == ["staff:osmanthus-lane/gui-manager"]


def test_an_extension_begins_a_new_deadline_whose_levels_fire_afresh(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C5")
    late = check(subject, rulebook, local("2026-11-27 18:00"))
    assert levels(late) == ["reminder", "supervisor"]
    assert late is not None
    staff, manager = (
        by(Role.TECHNICIAN, local("2026-11-27 18:05"), "gui-lin"),
        by(Role.MANAGER, local("2026-11-27 18:10"), "gui-manager"),
    )
    asked = resting.ask_extension(late.after, staff, rulebook, "resolve", local("2026-12-01 18:00"), "等玻璃")
    extended = resting.decide_extension(asked.after, manager, rulebook, True, "同意").after
    clock = extended.clock("resolve")
    assert clock is not None
    assert (clock.version, clock.fired, clock.due) == (2, (), local("2026-12-01 18:00"))
    assert clock.original == local("2026-11-27 18:00")
    assert clock.missed(local("2026-11-27 18:00:01"))
    assert levels(check(extended, rulebook, local("2026-12-01 18:00"))) == ["reminder", "supervisor"]


def test_a_paused_clock_does_not_climb_and_its_pause_does_not_count(rulebook: Rulebook) -> None:
    subject = working.arrive(case(rulebook, "C2"), by(Role.TECHNICIAN)).after
    held = resting.pause(
        subject, by(Role.TECHNICIAN, local("2026-11-24 11:00")), resting.Wait.RESIDENT, "等业主在家"
    ).after
    assert held.timers() == {}
    assert check(held, rulebook, local("2026-12-24 11:00")) is None
    going = resting.resume(held, by(Role.TECHNICIAN, local("2026-11-25 09:00")), rulebook).after
    clock = going.clock("resolve")
    assert clock is not None
    assert clock.due == local("2026-11-25 13:00")  # one of five hours was used up before the pause


def test_a_pause_before_the_deadline_does_not_unsay_what_fired(rulebook: Rulebook) -> None:
    subject = working.arrive(case(rulebook, "C5"), by(Role.TECHNICIAN)).after
    reminded = check(subject, rulebook, local("2026-11-27 17:00"))
    assert reminded is not None and levels(reminded) == ["reminder"]
    due = local("2026-11-27 18:00")
    held = resting.pause(reminded.after, by(Role.TECHNICIAN, due), resting.Wait.PART, None).after
    going = resting.resume(held, by(Role.TECHNICIAN, local("2026-11-27 20:00")), rulebook).after
    clock = going.clock("resolve")
    assert clock is not None
    assert (clock.version, clock.fired, clock.next_level) == (1, ("reminder",), "supervisor")


def test_a_resolved_case_closes_by_itself_after_seven_days_and_not_before(rulebook: Rulebook) -> None:
    done = working.resolve(case(rulebook, "C1"), by(Role.TECHNICIAN), rulebook, "换了水管").after
    week = TUESDAY_TEN + timedelta(days=7)
    assert check(done, rulebook, week - timedelta(milliseconds=1)) is None
    closed = check(done, rulebook, week)
    assert closed is not None
    assert closed.after.state == "closed"


def test_an_ended_case_is_never_escalated(rulebook: Rulebook) -> None:
    gone = residents.withdraw(case(rulebook, "C1"), by()).after
    with pytest.raises(Refused):
        check(gone, rulebook, TUESDAY_TEN + timedelta(days=1))


def test_a_case_that_only_the_desk_holds_escalates_like_any_other(rulebook: Rulebook) -> None:
    from dataclasses import replace

    subject = replace(case(rulebook, "C1"), in_charge="staff:gui-desk", fallback=True)
    change = check(subject, rulebook, TUESDAY_TEN + timedelta(hours=2))
    assert levels(change) == ["reminder", "supervisor", "manager", "general_manager"]


def test_nobody_but_the_system_enforces(rulebook: Rulebook) -> None:
    from chalicelib.domain.change import By

    with pytest.raises(Refused):
        enforce(case(rulebook), By(Actor(Role.MANAGER, "gui-manager"), TUESDAY_TEN, "00"), rulebook)
