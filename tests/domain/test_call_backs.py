"""Call-backs: whom a month's draw asks, that nobody can choose or foresee it, and what each call counts for (E4, E5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain import call_draw
from chalicelib.domain import calls as calls_of
from chalicelib.domain.call_back import MOST_CALLS, Answer, CallBack, CallBackRules
from chalicelib.domain.call_draw import (
    Draw,
    draw,
    in_order,
    is_as_drawn,
    may_still_settle,
    seed_of,
    settled_in,
)
from chalicelib.domain.calling_back import CALL_AGAIN_AFTER, call_back, draw_for_call
from chalicelib.domain.calls import Called, Calls, Known, begun
from chalicelib.domain.case import Case, State, fold
from chalicelib.domain.case_json import from_json, to_json
from chalicelib.domain.change import Change
from chalicelib.domain.events import Event, Role
from chalicelib.domain.keeping import CaseFile
from chalicelib.domain.owing import owed_by
from chalicelib.domain.refusals import Refused
from chalicelib.domain.residents import REOPEN_WITHIN, confirm, reopen
from chalicelib.domain.standards import Rulebook
from chalicelib.domain.working import assign, resolve
from tests.cases import COMMUNITY, CONTACT, by, filed, local

ZONE = "Asia/Shanghai"
ENDED = local("2026-11-24 15:00")
DRAWN = local("2026-12-01 08:30")
UNTIL = local("2026-12-31 18:00")
MOMENT = timedelta(milliseconds=1)


def ended(book: Rulebook, category: str = "B4", number: str = "261124-000001", at: datetime = ENDED) -> Case:
    """A case that its resident confirmed."""
    done = resolve(filed(book, category, number=number).after, by(Role.DESK, at, "gui-desk"), book, "办好了")
    return confirm(done.after, by(at=at)).after


def drawn(case: Case) -> Change:
    return draw_for_call(case, by(Role.SYSTEM, DRAWN, "draw_call_backs"), "2026-11", UNTIL)


def file_of(case: Case, events: Sequence[Event] = ()) -> CaseFile:
    return CaseFile(case, CONTACT, tuple(events))


def called(
    case: Case, book: Rulebook, answer: Answer, at: datetime = DRAWN, words: str | None = None
) -> Change:
    return call_back(file_of(case), by(Role.SUPERVISOR, at, "gui-service"), book, answer, words)


def numbered(kind: str, count: int) -> list[str]:
    return [f"2611{kind}-{nth:06}" for nth in range(count)]


def population(book: Rulebook, complaints: int, major: int, enquiries: int) -> list[Case]:
    """That many cases that ended in November."""
    made = {category: ended(book, category) for category in ("B4", "B2", "D1")}
    numbers = {
        "B4": numbered("01", complaints),
        "B2": numbered("02", major),
        "D1": numbered("03", enquiries),
    }
    return [
        replace(made[category], number=number, head=f"{number}-head")
        for category, all_of_them in numbers.items()
        for number in all_of_them
    ]


def drawn_among(cases: Iterable[Case]) -> Draw:
    return draw(COMMUNITY, "2026-11", cases, DRAWN)


def look_at(
    made: Draw,
    known: Known,
    at: datetime = DRAWN,
    page: int = 100,
    share: int = 50,
    before: Calls | None = None,
) -> tuple[Calls, list[str]]:
    calls = before or begun(made, CallBackRules("customer_service", share, 90), UNTIL)
    return calls_of.look_at(calls, made, known, ZONE, at, page)


def of(cases: Sequence[Case], unreachable: Iterable[str] = ()) -> Known:
    """Cases by number, those without a telephone as such."""
    known = {case.number: case for case in cases}
    without = set(unreachable)

    def find(numbers: Sequence[str]) -> Mapping[str, tuple[Case, bool]]:
        return {number: (known[number], number not in without) for number in numbers if number in known}

    return find


def with_answer(case: Case, answer: Answer | None) -> Case:
    made = CallBack("2026-11", UNTIL)
    return replace(case, call_back=made.with_call(answer, DRAWN) if answer else made)


def test_a_case_counts_in_the_month_in_which_it_ended_by_its_communitys_calendar(rulebook: Rulebook) -> None:
    last = local("2026-11-30 23:59:59")
    assert settled_in(ended(rulebook, at=last), "2026-11", ZONE)
    assert not settled_in(ended(rulebook, at=last + timedelta(seconds=1)), "2026-11", ZONE)
    assert settled_in(ended(rulebook, at=last + timedelta(seconds=1)), "2026-12", ZONE)


def test_only_complaints_and_enquiries_that_were_settled_count(rulebook: Rulebook) -> None:
    settled = ended(rulebook)
    assert settled_in(replace(settled, state=State.CLOSED), "2026-11", ZONE)
    for other in (State.WITHDRAWN, State.JOINED, State.PROPOSED, State.RESOLVED, State.ASSIGNED):
        assert not settled_in(replace(settled, state=other), "2026-11", ZONE)
    assert not settled_in(ended(rulebook, "C2"), "2026-11", ZONE)
    assert settled_in(ended(rulebook, "D1"), "2026-11", ZONE)


def test_a_case_may_still_settle_until_it_cannot_be_opened_again(rulebook: Rulebook) -> None:
    settled = ended(rulebook)
    assert may_still_settle(filed(rulebook, "B4").after, DRAWN)
    assert may_still_settle(settled, ENDED + REOPEN_WITHIN)
    assert not may_still_settle(settled, ENDED + REOPEN_WITHIN + MOMENT)
    assert not may_still_settle(replace(settled, state=State.WITHDRAWN), ENDED)
    assert not may_still_settle(filed(rulebook, "C2").after, DRAWN)


@given(some.integers(0, 30), some.integers(0, 5), some.integers(0, 30), some.integers(1, 100))
def test_at_least_the_share_of_each_kind_and_every_major_complaint_is_drawn_and_no_more_than_that_takes(
    rulebook: Rulebook, complaints: int, major: int, enquiries: int, share: int
) -> None:
    cases = population(rulebook, complaints, major, enquiries)
    after, to_draw = look_at(drawn_among(cases), of(cases), page=7, share=share)
    majors = {case.number for case in cases if case.severity == "major"}
    assert len(majors) == major and majors <= set(to_draw)
    for kind in call_draw.CALLED_BACK:
        settled = [case for case in cases if case.kind == kind]
        asked = [case for case in settled if case.number in to_draw]
        assert len(asked) * 100 >= len(settled) * share
        assert (len(asked) - 1) * 100 < len(settled) * share or len(asked) == major
        assert after.called[kind] == Called(
            settled=len(settled),
            wanted=len(asked),
            major=major if kind == "complaint" else 0,
            pending=len(asked),
            looked_at=after.called[kind].looked_at,
        )


def test_who_has_the_histories_draws_the_same_and_one_event_more_changes_the_draw(rulebook: Rulebook) -> None:
    cases = population(rulebook, 40, 3, 20)
    made = drawn_among(cases)
    assert drawn_among(reversed(cases)).orders == made.orders
    assert made.seed == seed_of("2026-11", {case.number: case.head for case in cases})
    assert made.orders["enquiry"] == in_order(numbered("03", 20), made.seed)
    assert made.orders["complaint"][3:] == in_order(numbered("01", 40), made.seed)
    noted = [replace(case, head="another") if case is cases[0] else case for case in cases]
    assert drawn_among(noted).orders["enquiry"] != made.orders["enquiry"]
    assert draw(COMMUNITY, "2026-10", cases, DRAWN).orders != made.orders


def test_whoever_moves_a_number_in_the_order_is_found_out(rulebook: Rulebook) -> None:
    made = drawn_among(population(rulebook, 6, 2, 0))
    assert is_as_drawn(made)
    order = [*made.orders["complaint"]]
    order[3], order[4] = order[4], order[3]
    assert not is_as_drawn(replace(made, orders={**made.orders, "complaint": tuple(order)}))
    assert not is_as_drawn(replace(made, major={**made.major, "complaint": 3}))


def test_every_case_is_drawn_about_as_often_as_every_other(rulebook: Rulebook) -> None:
    numbers, often = numbered("01", 20), dict.fromkeys(numbered("01", 20), 0)
    for month in range(2000):
        for number in in_order(numbers, seed_of(str(month), {}))[:10]:
            often[number] += 1
    # Half of 2,000, give or take five standard deviations.
    assert all(888 < count < 1112 for count in often.values()), often


def test_who_has_no_telephone_is_not_drawn_and_the_next_one_is_instead(rulebook: Rulebook) -> None:
    cases = population(rulebook, 0, 0, 10)
    made = drawn_among(cases)
    first, *others = made.orders["enquiry"]
    after, to_draw = look_at(made, of(cases, unreachable=[first]), DRAWN)
    assert to_draw == others[:5] and after.called["enquiry"].looked_at == 6
    all_of_them = made.orders["enquiry"]
    after, to_draw = look_at(made, of(cases, unreachable=all_of_them[:8]), DRAWN)
    assert to_draw == list(all_of_them[8:]) and after.called["enquiry"].pending == 2


@pytest.mark.parametrize("answer", [Answer.DECLINED, Answer.WRONG_NUMBER])
def test_for_who_could_not_be_asked_the_next_in_the_order_is_drawn(
    rulebook: Rulebook, answer: Answer
) -> None:
    cases = population(rulebook, 0, 0, 10)
    made = drawn_among(cases)
    order = made.orders["enquiry"]
    answers: dict[str, Answer | None] = {**dict.fromkeys(order[:5]), order[0]: answer}
    told = [with_answer(one, answers[one.number]) if one.number in answers else one for one in cases]
    after, to_draw = look_at(made, of(told), DRAWN)
    assert to_draw == [order[5]]
    assert (after.called["enquiry"].unreached, after.called["enquiry"].pending) == (1, 5)


def test_asked_counts_with_what_was_said_and_who_does_not_answer_waits_for_three_calls(
    rulebook: Rulebook,
) -> None:
    cases = population(rulebook, 2, 2, 0)
    made = drawn_among(cases)
    order = made.orders["complaint"]
    answers = {order[0]: Answer.SATISFIED, order[1]: Answer.DISSATISFIED}
    told = [with_answer(one, answers[one.number]) if one.number in answers else one for one in cases]
    after, to_draw = look_at(made, of(told), DRAWN)
    assert to_draw == []
    assert after.everything == Called(4, 2, asked=2, satisfied=1, major=2, major_asked=2, looked_at=2)
    waiting = CallBack("2026-11", UNTIL)
    for nth in range(MOST_CALLS):
        assert waiting.pending and waiting.calls == nth
        waiting = waiting.with_call(Answer.NO_ANSWER, DRAWN)
    assert not waiting.pending and not waiting.asked


def test_who_was_asked_after_the_time_was_up_was_not_asked_in_time(rulebook: Rulebook) -> None:
    [case] = population(rulebook, 0, 0, 1)
    made = drawn_among([case])
    before, _ = look_at(made, of([case]))
    for at, asked in ((UNTIL, 1), (UNTIL + MOMENT, 0)):
        told = replace(case, call_back=CallBack("2026-11", UNTIL).with_call(Answer.SATISFIED, at))
        called = look_at(made, of([told]), at, before=before)[0].everything
        assert (called.asked, called.satisfied, called.pending) == (asked, asked, 1 - asked)


def test_once_the_time_is_up_nobody_is_drawn_and_only_who_was_drawn_counts_as_left(
    rulebook: Rulebook,
) -> None:
    cases = population(rulebook, 0, 0, 10)
    made = drawn_among(cases)
    before, to_draw = look_at(made, of(cases))
    first, second, *others = to_draw
    told = [with_answer(one, None) if one.number in others else one for one in cases]
    told = [with_answer(one, Answer.WRONG_NUMBER) if one.number in (first, second) else one for one in told]
    after, further = look_at(made, of(told), UNTIL - MOMENT, before=before)
    assert len(further) == 2 and after.everything.pending == 5
    after, further = look_at(made, of(told), UNTIL, before=before)
    assert further == [] and (after.everything.pending, after.everything.unreached) == (3, 2)


def test_what_was_said_stays_counted_whatever_else_ends_anew(rulebook: Rulebook) -> None:
    cases = population(rulebook, 0, 0, 4)
    made = drawn_among(cases)
    first, second, third, _ = made.orders["enquiry"]
    opened = replace(next(one for one in cases if one.number == first), state=State.ASSIGNED)
    answers = {second: Answer.SATISFIED, third: Answer.DISSATISFIED}
    told = [with_answer(one, answers[one.number]) if one.number in answers else one for one in cases]
    told = [opened if one.number == first else one for one in told]
    before, to_draw = look_at(made, of(told))
    assert to_draw == [] and (before.everything.asked, before.everything.satisfied) == (2, 1)
    again = replace(opened, state=State.CONFIRMED, ended_at=DRAWN)
    after, to_draw = look_at(made, of([again if one.number == first else one for one in told]), before=before)
    assert to_draw == [] and after.everything == before.everything


def test_who_declined_once_is_not_asked_about_it_again(rulebook: Rulebook) -> None:
    case = called(drawn(ended(rulebook)).after, rulebook, Answer.DECLINED, words="不方便").after
    again = reopen(case, by(at=DRAWN), rulebook, "没办好").after
    assert again.call_back is not None and again.call_back.answer is Answer.DECLINED
    settled = replace(again, state=State.CONFIRMED, ended_at=DRAWN)
    made = draw(COMMUNITY, "2026-12", [settled], UNTIL)
    calls = begun(made, CallBackRules("customer_service", 50, 90), UNTIL + timedelta(days=30))
    assert calls_of.look_at(calls, made, of([settled]), ZONE, UNTIL)[1] == []


def test_what_was_drawn_for_an_earlier_month_and_settled_anew_is_drawn_anew(rulebook: Rulebook) -> None:
    cases = [
        replace(case, call_back=CallBack("2026-10", UNTIL).with_call(Answer.SATISFIED, ENDED))
        for case in population(rulebook, 0, 0, 2)
    ]
    _, to_draw = look_at(drawn_among(cases), of(cases), DRAWN)
    assert len(to_draw) == 1


def test_what_is_open_again_is_not_drawn(rulebook: Rulebook) -> None:
    cases = population(rulebook, 0, 0, 2)
    made = drawn_among(cases)
    first, second = made.orders["enquiry"]
    opened = [replace(one, state=State.ASSIGNED) if one.number == first else one for one in cases]
    assert look_at(made, of(opened), DRAWN)[1] == [second]


def test_a_draw_and_its_calls_survive_being_kept(rulebook: Rulebook) -> None:
    cases = population(rulebook, 5, 1, 4)
    made = drawn_among(cases)
    assert call_draw.from_json(COMMUNITY, "2026-11", call_draw.to_json(made)) == made
    rules = CallBackRules("customer_service", 50, 90)
    for calls in (
        begun(made, rules, UNTIL, ("2026-10",)),
        replace(look_at(made, of(cases))[0], stage="told"),
    ):
        assert calls_of.from_json(COMMUNITY, "2026-11", calls_of.to_json(calls)) == calls


def test_a_case_says_that_it_was_drawn_and_what_each_call_came_to(rulebook: Rulebook) -> None:
    change = drawn(ended(rulebook))
    assert change.after.call_back == CallBack("2026-11", UNTIL)
    for answer in Answer:
        after = called(change.after, rulebook, answer, words="慢了一天").after
        assert after.call_back == CallBack("2026-11", UNTIL, 1, answer, DRAWN)
        assert from_json(to_json(after)) == after
    assert from_json(to_json(change.after)) == change.after


def test_only_who_was_drawn_is_called_and_once_they_said_something_nobody_calls_again(
    rulebook: Rulebook,
) -> None:
    case = ended(rulebook)
    with pytest.raises(Refused, match="not_now"):
        called(case, rulebook, Answer.SATISFIED)
    asked = called(drawn(case).after, rulebook, Answer.SATISFIED).after
    with pytest.raises(Refused, match="not_now"):
        called(asked, rulebook, Answer.DISSATISFIED, DRAWN + CALL_AGAIN_AFTER, "又不满意")


def test_who_does_not_answer_is_called_again_after_two_hours_and_not_a_moment_earlier(
    rulebook: Rulebook,
) -> None:
    case = called(drawn(ended(rulebook)).after, rulebook, Answer.NO_ANSWER).after
    with pytest.raises(Refused, match="called_lately"):
        called(case, rulebook, Answer.SATISFIED, DRAWN + CALL_AGAIN_AFTER - MOMENT)
    again = called(case, rulebook, Answer.NO_ANSWER, DRAWN + CALL_AGAIN_AFTER).after
    last = called(again, rulebook, Answer.NO_ANSWER, DRAWN + 2 * CALL_AGAIN_AFTER).after
    with pytest.raises(Refused, match="not_now"):
        called(last, rulebook, Answer.SATISFIED, DRAWN + timedelta(days=1))


def test_nobody_asks_about_what_they_had_in_charge_and_only_supervisors_and_the_manager_ask(
    rulebook: Rulebook,
) -> None:
    first = filed(rulebook, "B4")
    asker = by(Role.SUPERVISOR, DRAWN, "gui-service")
    handed = assign(first.after, by(Role.DESK, ENDED, "gui-desk"), rulebook, "gui-service", None)
    mine = resolve(first.after, by(Role.SUPERVISOR, ENDED, "gui-service"), rulebook, "办好了")
    case = drawn(ended(rulebook)).after
    for other in (handed, mine):
        with pytest.raises(Refused, match="own_case"):
            call_back(file_of(case, (*first.events, *other.events)), asker, rulebook, Answer.SATISFIED)
    assert call_back(file_of(case, first.events), asker, rulebook, Answer.SATISFIED)
    assert call_back(file_of(case), by(Role.MANAGER, DRAWN, "gui-manager"), rulebook, Answer.SATISFIED)
    for role in Role:
        if role not in (Role.SUPERVISOR, Role.MANAGER):
            with pytest.raises(Refused, match="not_yours"):
                call_back(file_of(case), by(role, DRAWN, "somebody"), rulebook, Answer.SATISFIED)


@pytest.mark.parametrize("answer", [Answer.DISSATISFIED, Answer.DECLINED, Answer.WRONG_NUMBER])
def test_what_is_not_well_needs_words(rulebook: Rulebook, answer: Answer) -> None:
    with pytest.raises(Refused, match="say_with_what"):
        called(drawn(ended(rulebook)).after, rulebook, answer)


def test_dissatisfaction_is_told_once_to_who_was_in_charge_and_to_the_manager_and_to_nobody_who_knows(
    rulebook: Rulebook,
) -> None:
    case = drawn(ended(rulebook)).after
    manager = f"staff:{COMMUNITY}/{rulebook.communities[COMMUNITY].manager}"
    change = called(case, rulebook, Answer.DISSATISFIED, words="师傅没有收拾")
    assert [one.template for one in change.messages] == ["dissatisfied"] * 2
    assert change.messages[1].to == manager
    assert called(case, rulebook, Answer.SATISFIED).messages == ()
    escalated = replace(case, in_charge=f"staff:{rulebook.communities[COMMUNITY].manager}")
    once = called(escalated, rulebook, Answer.DISSATISFIED, words="师傅没有收拾")
    assert [one.to for one in once.messages] == [manager]
    asker = by(Role.MANAGER, DRAWN, rulebook.communities[COMMUNITY].manager)
    said = call_back(file_of(case), asker, rulebook, Answer.DISSATISFIED, "师傅没有收拾")
    assert manager not in [one.to for one in said.messages]


def test_the_history_says_which_messages_a_call_owes(rulebook: Rulebook) -> None:
    first = filed(rulebook, "B4")
    done = resolve(first.after, by(Role.DESK, ENDED, "gui-desk"), rulebook, "办好了")
    over = confirm(done.after, by(at=ENDED))
    chosen = drawn(over.after)
    said = called(chosen.after, rulebook, Answer.DISSATISFIED, words="师傅没有收拾")
    changes = (first, done, over, chosen, said)
    events = [event for change in changes for event in change.events]
    owed = {message.id for change in changes for message in change.messages}
    assert set(owed_by(events, rulebook).sure) == owed
    assert fold(events) == said.after


def test_opened_again_a_call_still_to_come_is_dropped_and_what_was_said_stays(rulebook: Rulebook) -> None:
    chosen = drawn(ended(rulebook)).after
    again = reopen(chosen, by(at=DRAWN), rulebook, "没办好").after
    assert again.call_back is None
    asked = called(chosen, rulebook, Answer.DISSATISFIED, words="没办好").after
    assert reopen(asked, by(at=DRAWN), rulebook, "没办好").after.call_back == asked.call_back
