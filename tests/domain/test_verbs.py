"""What people may do to a case, and what they may not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain import residents, resting, working
from chalicelib.domain.case import Case, State, fold
from chalicelib.domain.case_json import from_json, to_json
from chalicelib.domain.change import Change
from chalicelib.domain.duty import Away, Standing
from chalicelib.domain.events import Role
from chalicelib.domain.promise import paused
from chalicelib.domain.refusals import Refused
from chalicelib.domain.rules import open_to
from chalicelib.domain.standards import Rulebook
from tests.cases import HOUR, MINUTE, TUESDAY_TEN, by, case, filed, local

LATER = TUESDAY_TEN + HOUR


def refusal(call: object) -> str:
    """The reason for which a call is refused."""
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]
    return refused.value.reason


def resolved(book: Rulebook, category: str = "C1") -> Case:
    return working.resolve(case(book, category), by(Role.TECHNICIAN, LATER), book, "修好了").after


def test_a_repair_goes_to_the_buildings_technician_and_a_complaint_to_its_assistant(
    rulebook: Rulebook,
) -> None:
    building = rulebook.communities["osmanthus-lane"].buildings[case(rulebook).building]
    assert case(rulebook, "C1").in_charge == f"staff:{building.technicians[0]}"
    assert case(rulebook, "B4").in_charge == f"staff:{building.assistant}"


def test_the_first_answer_keeps_the_reply_promise_and_a_second_changes_nothing_of_it(
    rulebook: Rulebook,
) -> None:
    first = working.reply(case(rulebook, "B1"), by(Role.ASSISTANT, LATER), "已收到").after
    second = working.reply(first, by(Role.ASSISTANT, LATER + HOUR), "正在处理").after
    clock = second.clock("reply")
    assert clock is not None
    assert clock.met == LATER


def test_an_answer_after_the_arrival_leaves_the_case_arrived(rulebook: Rulebook) -> None:
    there = working.arrive(case(rulebook, "B3"), by(Role.ASSISTANT, LATER)).after
    assert working.reply(there, by(Role.ASSISTANT, LATER), "已到场").after.state == State.ARRIVED


def test_a_promise_is_kept_exactly_at_its_due_moment_and_broken_a_millisecond_later(
    rulebook: Rulebook,
) -> None:
    due = TUESDAY_TEN + 10 * MINUTE
    on_time = working.arrive(case(rulebook, "C1"), by(Role.TECHNICIAN, due)).after.clock("arrive")
    late = working.arrive(
        case(rulebook, "C1"), by(Role.TECHNICIAN, due + timedelta(milliseconds=1))
    ).after.clock("arrive")
    assert on_time is not None
    assert late is not None
    assert (on_time.missed(LATER), late.missed(LATER)) == (False, True)


def test_resolving_meets_every_clock_that_still_ran(rulebook: Rulebook) -> None:
    assert all(c.met == LATER for c in resolved(rulebook, "C2").clocks)


def test_the_clocks_rest_only_once_the_resident_has_an_answer(rulebook: Rulebook) -> None:
    subject = case(rulebook, "B1")
    assert (
        refusal(lambda: resting.pause(subject, by(Role.ASSISTANT), resting.Wait.RESIDENT, None))
        == "answer_first"
    )
    answered = working.reply(subject, by(Role.ASSISTANT), "请问方便的时间？").after
    assert resting.pause(answered, by(Role.ASSISTANT), resting.Wait.RESIDENT, None).after.paused


def test_what_the_resident_writes_ends_the_waiting_for_the_resident(rulebook: Rulebook) -> None:
    answered = working.reply(case(rulebook, "B1"), by(Role.ASSISTANT), "请问方便的时间？").after
    held = resting.pause(answered, by(Role.ASSISTANT), resting.Wait.RESIDENT, None).after
    change = residents.write(held, by(at=LATER), rulebook, "今晚八点后")
    assert [e.kind for e in change.events] == ["wrote", "resumed"]
    assert change.after.paused is None


def test_waiting_for_a_part_does_not_end_with_what_the_resident_writes(rulebook: Rulebook) -> None:
    answered = working.reply(case(rulebook, "B1"), by(Role.ASSISTANT), "要等配件").after
    held = resting.pause(answered, by(Role.ASSISTANT), resting.Wait.PART, None).after
    assert residents.write(held, by(at=LATER), rulebook, "好的").after.paused


def test_in_an_emergency_the_clocks_rest_only_once_somebody_was_there(rulebook: Rulebook) -> None:
    flood = case(rulebook, "C1")
    assert (
        refusal(lambda: resting.pause(flood, by(Role.TECHNICIAN), resting.Wait.RESIDENT, None))
        == "arrive_first"
    )
    assert refusal(lambda: working.propose(flood, by(Role.MANAGER), "要动用维修资金")) == "arrive_first"
    bulb = case(rulebook, "C2")  # who is at work until the evening is not waited for at the door
    assert resting.pause(bulb, by(Role.TECHNICIAN), resting.Wait.RESIDENT, None).after.paused


def test_a_promise_that_is_broken_is_not_paused_and_a_pause_heals_none(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C5")
    clock = subject.clock("resolve")
    assert clock is not None
    last, late = by(Role.TECHNICIAN, clock.due), by(Role.TECHNICIAN, clock.due + timedelta(milliseconds=1))
    held = resting.pause(subject, last, resting.Wait.PART, None).after.clock("resolve")
    assert held is not None and not held.missed(clock.due + HOUR)
    assert refusal(lambda: resting.pause(subject, late, resting.Wait.PART, None)) == "pause_too_late"
    begun_late = paused(clock, late.at, "waiting_for_part")  # as it was allowed until 0.2.0
    assert begun_late.missed(clock.due + HOUR)


def test_an_agreed_appointment_may_come_before_the_limit_but_not_after_it(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C3")  # in general seven working days: 2026-12-03 18:00
    limit = local("2026-12-03 18:00")
    clock = resting.appoint(subject, by(Role.TECHNICIAN), rulebook, limit - HOUR).after.clock("resolve")
    assert clock is not None
    assert (clock.due, clock.version) == (limit - HOUR, 2)
    too_late = limit + timedelta(milliseconds=1)
    assert (
        refusal(lambda: resting.appoint(subject, by(Role.TECHNICIAN), rulebook, too_late))
        == "moment_over_limit"
    )
    assert (
        refusal(lambda: resting.appoint(subject, by(Role.TECHNICIAN), rulebook, TUESDAY_TEN)) == "moment_past"
    )


def test_a_promise_without_appointments_takes_none(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C5")
    assert (
        refusal(lambda: resting.appoint(subject, by(Role.TECHNICIAN), rulebook, LATER))
        == "clock_has_no_appointment"
    )


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGER}))
def test_nobody_but_the_manager_decides_on_an_extension(rulebook: Rulebook, role: Role) -> None:
    asked = resting.ask_extension(
        case(rulebook, "C5"),
        by(Role.TECHNICIAN, id="gui-a"),
        rulebook,
        "resolve",
        local("2026-12-04 18:00"),
        "等料",
    ).after
    assert refusal(lambda: resting.decide_extension(asked, by(role), rulebook, True, "同意")) == "not_yours"


def test_whoever_the_manager_named_for_the_time_away_decides_and_not_on_what_they_asked_for(
    rulebook: Rulebook,
) -> None:
    community = rulebook.communities["osmanthus-lane"]
    until = local("2026-12-04 18:00")

    def asked_by(id: str) -> Case:
        asker = by(Role.TECHNICIAN, id=id)
        return resting.ask_extension(case(rulebook, "C5"), asker, rulebook, "resolve", until, "等料").after

    def decide(asked: Case, id: str, *away: Away) -> Change:
        deputy = replace(by(Role.SUPERVISOR, id=id), standing=Standing(away))
        return resting.decide_extension(asked, deputy, rulebook, True, "同意")

    gone = Away(community.manager, TUESDAY_TEN - HOUR, None, "gui-engineering", community.manager)
    done = decide(asked_by("gui-a"), "gui-engineering", gone)
    assert done.events[-1].data["instead_of"] == community.manager
    clock = done.after.clock("resolve")
    assert clock is not None and clock.due == until
    assert refusal(lambda: decide(asked_by("gui-a"), "gui-engineering")) == "not_yours", (
        "the manager is there"
    )
    assert refusal(lambda: decide(asked_by("gui-engineering"), "gui-engineering", gone)) == "not_yours"
    usurped = replace(gone, noted_by="gui-engineering")
    assert refusal(lambda: decide(asked_by("gui-a"), "gui-engineering", usurped)) == "not_yours"
    told = resting.ask_extension(
        case(rulebook, "C5"),
        replace(by(Role.TECHNICIAN, id="gui-a"), standing=Standing((gone,))),
        rulebook,
        "resolve",
        until,
        "等料",
    )
    assert told.messages[-1].to == "staff:osmanthus-lane/gui-engineering", "whoever decides hears of it"
    further = Away("gui-engineering", TUESDAY_TEN - HOUR, None, "gui-desk", "gui-engineering")
    assert refusal(lambda: decide(asked_by("gui-a"), "gui-desk", gone, further)) == "not_yours", (
        "a substitute's substitute was named by somebody else"
    )


def test_a_refused_extension_leaves_the_deadline_where_it_was(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C5")
    asked = resting.ask_extension(
        subject, by(Role.TECHNICIAN, id="gui-a"), rulebook, "resolve", local("2026-12-04 18:00"), "等料"
    ).after
    refused = resting.decide_extension(asked, by(Role.MANAGER), rulebook, False, "请先借料").after
    assert refused.clock("resolve") == subject.clock("resolve")
    assert refused.asked is None


def test_an_extension_must_lie_after_the_present_deadline(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C5")
    due = subject.clock("resolve").due  # type: ignore[union-attr]
    assert (
        refusal(lambda: resting.ask_extension(subject, by(Role.TECHNICIAN), rulebook, "resolve", due, "x"))
        == "moment_not_later"
    )


def test_urging_again_within_the_hour_is_refused_and_after_it_is_not(rulebook: Rulebook) -> None:
    urged = residents.urge(case(rulebook, "C5"), by()).after
    assert refusal(lambda: residents.urge(urged, by(at=LATER - MINUTE))) == "urged_lately"
    assert residents.urge(urged, by(at=LATER)).messages[0].template == "urged"


def test_a_reopened_case_has_fresh_clocks_and_a_counter(rulebook: Rulebook) -> None:
    subject = resolved(rulebook)
    again = residents.reopen(subject, by(at=LATER + HOUR), rulebook, "又漏了").after
    clock = again.clock("arrive")
    assert clock is not None
    assert (again.reopened, clock.started, clock.met) == (1, LATER + HOUR, None)


def test_a_case_can_be_reopened_for_thirty_days_and_not_longer(rulebook: Rulebook) -> None:
    ended = residents.confirm(resolved(rulebook), by(at=LATER)).after
    last = LATER + timedelta(days=30)
    assert residents.reopen(ended, by(at=last), rulebook, "又漏了").after.reopened == 1
    assert (
        refusal(lambda: residents.reopen(ended, by(at=last + MINUTE), rulebook, "又漏了"))
        == "reopen_too_late"
    )


def test_a_joined_case_stops_and_is_told_again_when_the_other_is_resolved(rulebook: Rulebook) -> None:
    one, other = case(rulebook, "C4", number="261124-000001"), case(rulebook, "C4", number="261124-000002")
    leaving, staying = working.join(one, other, by(Role.DESK))
    assert (leaving.after.state, leaving.after.joined_to) == (State.JOINED, other.number)
    assert leaving.after.timers() == {}
    done = working.resolve(staying.after, by(Role.TECHNICIAN, LATER), rulebook, "好了")
    assert f"resident:{one.number}" in [m.to for m in done.messages]


def test_a_case_cannot_be_joined_to_itself_or_across_communities(rulebook: Rulebook) -> None:
    from dataclasses import replace

    one = case(rulebook, "C4")
    other = replace(case(rulebook, "C4", number="261124-000002"), community="river-view")
    assert refusal(lambda: working.join(one, one, by(Role.DESK))) == "join_itself"
    assert refusal(lambda: working.join(one, other, by(Role.DESK))) == "join_other_community"


def test_nothing_that_a_resident_was_promised_comes_later_by_joining(rulebook: Rulebook) -> None:
    def joined(category: str, other: str, at: datetime = LATER) -> str | None:
        """Why a case filed at ten cannot be joined to one filed at `at`; None where it can."""
        late = case(rulebook, other, number="261124-000002", at=at)
        try:
            working.join(case(rulebook, category), late, by(Role.DESK, LATER))
        except Refused as refused:
            return refused.reason
        return None

    assert joined("C4", "C8", TUESDAY_TEN) == "join_later", "ten minutes for a month"
    assert joined("C4", "C4") == "join_later", "the later one of two: it is the other way round"
    assert joined("C4", "C4", TUESDAY_TEN) is None
    there = working.arrive(case(rulebook, "C4", number="261124-000002"), by(Role.TECHNICIAN)).after
    late = case(rulebook, "C4", at=LATER)
    assert working.join(late, there, by(Role.DESK, LATER))[0].after.state == State.JOINED, (
        "somebody is there already"
    )


def test_only_a_repair_becomes_a_proposal(rulebook: Rulebook) -> None:
    assert refusal(lambda: working.propose(case(rulebook, "B2"), by(Role.MANAGER), "x")) == "not_now"
    assert "propose" not in open_to(case(rulebook, "B2"), by(Role.MANAGER).actor)
    assert "propose" in open_to(case(rulebook, "C8"), by(Role.MANAGER).actor)


def test_passing_upward_climbs_from_technician_to_supervisor_to_manager_to_the_top_and_no_further(
    rulebook: Rulebook,
) -> None:
    subject, seen = case(rulebook, "C5"), []
    for _ in range(3):
        subject = working.pass_upward(subject, by(Role.TECHNICIAN), rulebook, "处理不了").after
        seen.append(
            rulebook.communities[subject.community].people[subject.in_charge.removeprefix("staff:")].role
        )
    assert seen == ["supervisor", "manager", "general_manager"]
    assert refusal(lambda: working.pass_upward(subject, by(Role.MANAGER), rulebook, "x")) == "nobody_above"


def test_a_major_renewal_has_no_clock_and_becomes_a_proposal(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C9")
    assert subject.clocks == ()
    assert working.propose(subject, by(Role.MANAGER), "已列入业主大会议题").after.state == State.PROPOSED


def test_the_visit_of_a_fee_enquiry_starts_its_clock_when_the_resident_agrees(rulebook: Rulebook) -> None:
    subject = case(rulebook, "D2")
    assert subject.clock("arrive") is None
    agreed = resting.agree_visit(subject, by(Role.ASSISTANT, LATER), rulebook).after
    clock = agreed.clock("arrive")
    assert clock is not None
    assert clock.due == LATER + 30 * MINUTE
    assert (
        refusal(lambda: resting.agree_visit(agreed, by(Role.ASSISTANT, LATER), rulebook))
        == "visit_not_offered"
    )


def test_a_rating_is_given_once(rulebook: Rulebook) -> None:
    rated = residents.rate(resolved(rulebook), by(at=LATER), (5, 4, 5)).after
    assert rated.rating == (5, 4, 5)
    assert refusal(lambda: residents.rate(rated, by(at=LATER), (1, 1, 1))) == "already_rated"


def test_a_case_is_what_its_events_say_after_a_long_life(rulebook: Rulebook) -> None:
    changes: list[Change] = [filed(rulebook, "C3")]

    def then(change: Change) -> None:
        changes.append(change)

    staff, manager = by(Role.TECHNICIAN, LATER, "gui-a"), by(Role.MANAGER, LATER, "gui-manager")
    then(working.reply(changes[-1].after, staff, "收到"))
    then(working.arrive(changes[-1].after, staff))
    then(resting.pause(changes[-1].after, staff, resting.Wait.PART, "等配件"))
    then(resting.resume(changes[-1].after, by(Role.TECHNICIAN, LATER + HOUR), rulebook))
    then(
        resting.ask_extension(
            changes[-1].after, staff, rulebook, "resolve", local("2026-12-20 18:00"), "缺货"
        )
    )
    then(resting.decide_extension(changes[-1].after, manager, rulebook, True, "同意"))
    then(residents.urge(changes[-1].after, by(at=LATER)))
    then(working.resolve(changes[-1].after, staff, rulebook, "好了"))
    then(residents.rate(changes[-1].after, by(at=LATER), (5, 5, 5), "谢谢"))
    then(residents.reopen(changes[-1].after, by(at=LATER), rulebook, "又坏了"))
    events = [e for change in changes for e in change.events]
    assert fold(events) == changes[-1].after
    assert from_json(to_json(changes[-1].after)) == changes[-1].after
