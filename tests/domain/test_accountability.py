"""A missed limit has its record, once; nobody judges themselves; only whom it concerns and those above them know of it (E3)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain import accountability, resting, working
from chalicelib.domain.chain import faults
from chalicelib.domain.change import By, Change
from chalicelib.domain.duty import Away, Standing
from chalicelib.domain.escalation import enforce
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.invariants import lapses_of
from chalicelib.domain.lapse import Cause, Consequence, Lapse, from_json, to_json
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Rulebook
from tests.cases import COMMUNITY, HOUR, MINUTE, NUMBER, TUESDAY_TEN, by, case, filed

SUPERVISOR = Actor(Role.SUPERVISOR, "gui-engineering")
OTHER_SUPERVISOR = Actor(Role.SUPERVISOR, "gui-order")
MANAGER = Actor(Role.MANAGER, "gui-manager")
GENERAL_MANAGER = Actor(Role.GENERAL_MANAGER, "gm-nuo")
TECHNICIAN = Actor(Role.TECHNICIAN, "gui-technician-1")
COLLEAGUE = Actor(Role.TECHNICIAN, "gui-technician-2")
EVERYBODY = (SUPERVISOR, OTHER_SUPERVISOR, MANAGER, GENERAL_MANAGER, TECHNICIAN, COLLEAGUE)


def missed(book: Rulebook, **changes: object) -> Lapse:
    """The record of an urgent repair that nobody came to."""
    change = enforce(case(book, "C1"), by(Role.SYSTEM, TUESDAY_TEN + HOUR, "enforce_deadlines"), book)
    assert change is not None
    [lapse] = change.lapses
    return replace(lapse.after, **changes)  # type: ignore[arg-type]


def acting(actor: Actor, hours: int = 2) -> By:
    return By(actor, TUESDAY_TEN + hours * HOUR, "00" * 8)


def refusal(call: object) -> str:
    with pytest.raises(Refused) as refused:
        call()  # type: ignore[operator]
    return refused.value.reason


def test_a_limit_that_somebody_above_hears_of_has_one_record_however_high_it_climbs(
    rulebook: Rulebook,
) -> None:
    change = enforce(
        case(rulebook, "C1"), by(Role.SYSTEM, TUESDAY_TEN + 10 * MINUTE, "enforce_deadlines"), rulebook
    )
    assert change is not None
    [lapse] = change.lapses
    assert lapse.after.person == TECHNICIAN.id and lapse.after.department == "engineering"
    assert lapse.after.id == f"{NUMBER}-arrive-1" and lapse.after.stage == "cause"
    assert faults(lapse.events) == []
    higher = enforce(change.after, by(Role.SYSTEM, TUESDAY_TEN + HOUR, "enforce_deadlines"), rulebook)
    assert higher is not None and higher.lapses == ()
    done = working.resolve(higher.after, by(Role.TECHNICIAN, TUESDAY_TEN + 2 * HOUR), rulebook, "修好了")
    assert done.lapses == ()
    history = (*filed(rulebook, "C1").events, *change.events, *higher.events, *done.events)
    assert lapses_of(history) == {lapse.after.id}


def test_a_limit_that_was_met_late_has_a_record_though_nothing_looked_before(rulebook: Rulebook) -> None:
    on_time = working.arrive(case(rulebook, "C1"), by(Role.TECHNICIAN, TUESDAY_TEN + 10 * MINUTE))
    late = working.arrive(
        case(rulebook, "C1"), by(Role.TECHNICIAN, TUESDAY_TEN + 10 * MINUTE + timedelta(milliseconds=1))
    )
    assert on_time.lapses == () and len(late.lapses) == 1


def test_what_the_manager_extended_is_no_fault_until_the_new_moment_has_passed(rulebook: Rulebook) -> None:
    subject = case(rulebook, "C2")
    clock = subject.clock("resolve")
    assert clock is not None
    later = clock.due + 2 * HOUR
    asked = resting.ask_extension(
        subject, by(Role.TECHNICIAN, TUESDAY_TEN), rulebook, "resolve", later, "缺件"
    )
    granted = resting.decide_extension(asked.after, by(Role.MANAGER, TUESDAY_TEN), rulebook, True, "同意")
    arrived = working.arrive(granted.after, by(Role.TECHNICIAN, TUESDAY_TEN))
    within = working.resolve(arrived.after, by(Role.TECHNICIAN, later), rulebook, "好了")
    after = working.resolve(arrived.after, by(Role.TECHNICIAN, later + MINUTE), rulebook, "好了")
    assert within.lapses == ()
    [lapse] = after.lapses
    assert lapse.after.id == f"{NUMBER}-resolve-2" and lapse.after.due == later


def test_whoever_stood_in_at_the_deadline_is_accountable_and_the_record_says_for_whom(
    rulebook: Rulebook,
) -> None:
    away = Away(TECHNICIAN.id, TUESDAY_TEN, None, COLLEAGUE.id, SUPERVISOR.id)
    acts = By(Actor(Role.SYSTEM, "x"), TUESDAY_TEN + HOUR, "00", Standing((away,)))
    change = enforce(case(rulebook, "C1"), acts, rulebook)
    assert change is not None
    assert (change.lapses[0].after.person, change.lapses[0].after.instead_of) == (COLLEAGUE.id, TECHNICIAN.id)


@pytest.mark.parametrize(
    ("person", "seen_by"),
    [
        ("gui-technician-1", {SUPERVISOR, MANAGER, GENERAL_MANAGER, TECHNICIAN}),
        ("gui-engineering", {SUPERVISOR, MANAGER, GENERAL_MANAGER}),
        ("gui-order", {OTHER_SUPERVISOR, MANAGER, GENERAL_MANAGER}),
        ("gui-manager", {MANAGER, GENERAL_MANAGER}),
        ("gm-nuo", {GENERAL_MANAGER}),
    ],
)
def test_it_is_seen_by_whom_it_concerns_and_those_above_and_judged_by_none_but_them(
    rulebook: Rulebook, person: str, seen_by: set[Actor]
) -> None:
    community = rulebook.communities[COMMUNITY]
    lapse = missed(rulebook, person=person)
    assert {one for one in EVERYBODY if accountability.may_see(lapse, one, community)} == seen_by
    for actor in EVERYBODY:
        verbs = accountability.verbs_open_to(replace(lapse, cause=Cause.DRAGGED), actor, community)
        assert ("note_cause" in verbs) == (actor in seen_by and actor.id != person)
        decides = actor in (MANAGER, GENERAL_MANAGER) and actor in seen_by and actor.id != person
        assert ("decide" in verbs) == decides
        if actor.id == person:
            assert verbs == ("explain",)
        if actor not in seen_by:
            assert verbs == ()


def test_a_supervisor_whose_role_was_taken_away_judges_no_more(rulebook: Rulebook) -> None:
    community = rulebook.communities[COMMUNITY]
    former = Actor(Role.TECHNICIAN, SUPERVISOR.id)
    assert not accountability.may_see(missed(rulebook), former, community)


def test_the_supervisor_notes_the_cause_and_the_manager_decides_each_with_a_note(rulebook: Rulebook) -> None:
    community = rulebook.communities[COMMUNITY]
    lapse = missed(rulebook)
    early = refusal(
        lambda: accountability.decide(
            lapse, acting(MANAGER), community, Consequence.SPOKEN_WARNING, "下不为例"
        )
    )
    assert early == "cause_first"
    said = accountability.explain(lapse, acting(TECHNICIAN), "在修另一家的爆管").after
    noted = accountability.note_cause(said, acting(SUPERVISOR), community, Cause.NOT_REPORTED, "没有上报")
    assert noted.after.stage == "decision"
    beyond = refusal(
        lambda: accountability.decide(
            noted.after, acting(SUPERVISOR), community, Consequence.SPOKEN_WARNING, ""
        )
    )
    assert beyond == "not_your_judgement"
    decided = accountability.decide(
        noted.after, acting(MANAGER), community, Consequence.SPOKEN_WARNING, "下不为例"
    )
    assert decided.after.stage == "closed"
    assert (
        refusal(lambda: accountability.explain(decided.after, acting(TECHNICIAN), "可是")) == "record_closed"
    )
    assert from_json(to_json(decided.after)) == decided.after


def test_without_a_fault_nothing_can_follow(rulebook: Rulebook) -> None:
    community = rulebook.communities[COMMUNITY]
    noted = accountability.note_cause(
        missed(rulebook), acting(SUPERVISOR), community, Cause.NONE, "停电，进不了门"
    ).after
    for consequence in set(Consequence) - {Consequence.NONE}:
        reason = refusal(
            lambda one=consequence: accountability.decide(noted, acting(MANAGER), community, one, "")
        )
        assert reason == "no_fault"
    assert (
        accountability.decide(noted, acting(MANAGER), community, Consequence.NONE, "同意").after.stage
        == "closed"
    )


def test_only_who_had_the_case_passed_it_upward_in_time(rulebook: Rulebook) -> None:
    """E2: that it came to them from below is not theirs, nor is what was done after the limit, or before it was opened again."""
    start = case(rulebook, "C1")
    upward = working.pass_upward(start, acting(TECHNICIAN, 0), rulebook, "要停水")
    late = working.pass_upward(start, acting(TECHNICIAN), rulebook, "要停水")

    def in_time(change: Change, lapse: Lapse) -> bool:
        return accountability.passed_up_in_time(lapse, change.events)

    lapse = missed(rulebook)
    assert lapse.person == TECHNICIAN.id
    assert in_time(upward, lapse) and not in_time(late, lapse)
    assert not in_time(upward, replace(lapse, person=SUPERVISOR.id))
    assert in_time(upward, replace(lapse, person=COLLEAGUE.id, instead_of=TECHNICIAN.id))
    reopened = replace(upward.events[-1], seq=upward.events[-1].seq + 1, kind="reopened")
    assert not in_time(replace(upward, events=(*upward.events, reopened)), lapse)
