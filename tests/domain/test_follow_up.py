"""What is open and what no clock follows is not put aside: whoever is in charge hears of it, then those above (B0)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.actions.request import MOST_EVENTS
from chalicelib.domain import residents, resting, working
from chalicelib.domain.case import Case, fold
from chalicelib.domain.case_json import from_json, to_json
from chalicelib.domain.change import By, Change
from chalicelib.domain.escalation import enforce
from chalicelib.domain.events import Role
from chalicelib.domain.filing import file
from chalicelib.domain.follow_up import MOST_FOLLOWED
from chalicelib.domain.owing import owed_by
from chalicelib.domain.standards import FOLLOW_UP, Rulebook
from chalicelib.domain.watch import Watch
from tests.cases import HOUR, MINUTE, NUMBER, TUESDAY_TEN, local, report
from tests.cases import by as plainly

ANSWERED = local("2026-11-24 15:00")
ASKED_AT = [local(f"2026-{day} 15:00") for day in ("11-27", "11-28", "11-29", "12-01")]
MOMENT = timedelta(milliseconds=1)


def by(book: Rulebook, role: Role = Role.RESIDENT, at: datetime = TUESDAY_TEN, id: str = "") -> By:
    """Somebody acting under the rulebook, as actions and jobs make them."""
    return replace(plainly(role, at, id), book=book)


def filed(book: Rulebook, category: str) -> Change:
    return file(report(book, category), NUMBER, by(book), book)


def answered(book: Rulebook) -> Case:
    """A complaint whose only clock ended with the answer, on a Tuesday at three, and that is not settled."""
    done = working.reply(filed(book, "B4").after, by(book, Role.DESK, ANSWERED), "我们去看看")
    assert [clock.running for clock in done.after.clocks] == [False]
    return done.after


def check(subject: Case, book: Rulebook, at: datetime) -> Change | None:
    return enforce(subject, by(book, Role.SYSTEM, at, "enforce_deadlines"), book)


def told(change: Change | None) -> list[str]:
    """The levels that heard, in order."""
    return [str(e.data["level"]) for e in change.events if e.kind == "unattended"] if change else []


def test_while_a_clock_follows_a_case_nothing_else_does_and_from_its_end_on_something_does(
    rulebook: Rulebook,
) -> None:
    assert filed(rulebook, "B4").after.watch is None
    watch = answered(rulebook).watch
    assert watch == Watch(ANSWERED, ASKED_AT[0], "reminder")


def test_after_three_service_days_of_silence_whoever_is_in_charge_is_reminded_and_not_a_moment_earlier(
    rulebook: Rulebook,
) -> None:
    case = answered(rulebook)
    assert check(case, rulebook, ASKED_AT[0] - MOMENT) is None
    change = check(case, rulebook, ASKED_AT[0])
    assert told(change) == ["reminder"] and change is not None
    [message] = change.messages
    assert (message.template, message.to) == ("unattended", "staff:osmanthus-lane/gui-assistant-1")
    assert check(change.after, rulebook, ASKED_AT[0]) is None, "once"


def test_it_goes_up_a_level_each_time_and_then_the_last_one_hears_of_it_again(rulebook: Rulebook) -> None:
    case, heard = answered(rulebook), []
    for at in ASKED_AT:
        change = check(case, rulebook, at)
        assert change is not None
        heard += told(change)
        case = change.after
    assert heard == [level.name for level in rulebook.ladders[FOLLOW_UP].levels]
    again = local("2026-12-08 15:00")
    assert case.watch == Watch(ANSWERED, again, "general_manager"), (
        "as long after, and since when is remembered"
    )
    change = check(case, rulebook, again)
    assert told(change) == ["general_manager"] and change is not None
    assert change.messages[0].facts["since"] == "2026-11-24T07:00:00.000Z"


def test_after_a_long_silence_each_level_comes_once_in_order(rulebook: Rulebook) -> None:
    change = check(answered(rulebook), rulebook, local("2026-12-24 03:00"))
    assert told(change) == ["reminder", "supervisor", "manager", "general_manager"] and change is not None
    assert change.after.watch is not None and change.after.watch.at > local("2026-12-24 03:00")
    assert [e.data["planned"] for e in change.events] == [f"{at:%Y-%m-%dT%H:%M}:00.000Z" for at in ASKED_AT]


@pytest.mark.parametrize("who", [Role.RESIDENT, Role.SYSTEM])
def test_what_a_resident_adds_and_what_a_job_does_put_nothing_off_and_what_staff_do_begins_it_afresh(
    rulebook: Rulebook, who: Role
) -> None:
    case = answered(rulebook)
    later = by(rulebook, who, ANSWERED + HOUR)
    added = residents.write(case, replace(later, actor=plainly().actor), rulebook, "还是很吵").after
    assert added.watch == case.watch
    noted = working.note(added, by(rulebook, Role.DESK, ANSWERED + 2 * HOUR), "打过电话").after
    assert noted.watch == Watch(ANSWERED + 2 * HOUR, ASKED_AT[0] + 2 * HOUR, "reminder")


def test_a_paused_case_is_followed_and_going_on_gives_it_back_to_its_clock(rulebook: Rulebook) -> None:
    technician = by(rulebook, Role.TECHNICIAN, ANSWERED)
    come = working.arrive(filed(rulebook, "C2").after, by(rulebook, Role.TECHNICIAN, TUESDAY_TEN + MINUTE))
    paused = resting.pause(come.after, technician, resting.Wait.PART, "等配件").after
    assert paused.watch is not None and paused.timers() == {"watch": ASKED_AT[0]}
    waited, heard = paused, []
    for at in (*ASKED_AT[:2], ASKED_AT[1] + timedelta(days=4)):
        change = check(waited, rulebook, at)
        assert change is not None
        heard += told(change)
        assert change.messages[0].facts["wait"] == "waiting_for_part"
        waited = change.after
    assert heard == ["reminder", "supervisor", "supervisor"], "it waits for something outside: no further up"
    going = resting.resume(paused, by(rulebook, Role.TECHNICIAN, ANSWERED + HOUR), rulebook).after
    assert going.watch is None and "watch" not in going.timers()


def test_a_clock_at_the_end_of_its_ladder_is_not_the_end(rulebook: Rulebook) -> None:
    change = check(filed(rulebook, "C1").after, rulebook, TUESDAY_TEN + HOUR)
    assert change is not None and change.after.due is not None, "nobody came, and the last one was told"
    assert change.after.watch is not None and change.after.watch.since == TUESDAY_TEN + HOUR


@pytest.mark.parametrize("ends", [working.resolve, residents.withdraw])
def test_what_has_ended_is_not_followed(rulebook: Rulebook, ends: object) -> None:
    case = answered(rulebook)
    if ends is working.resolve:
        done = working.resolve(case, by(rulebook, Role.DESK, ANSWERED + HOUR), rulebook, "处理好了")
    else:
        done = residents.withdraw(case, by(rulebook, at=ANSWERED + HOUR), "不用了")
    assert done.after.watch is None and "watch" not in done.after.timers()


def test_the_watch_is_what_the_events_say_and_each_message_is_owed_by_one(rulebook: Rulebook) -> None:
    changes = [filed(rulebook, "B4")]
    changes.append(working.reply(changes[-1].after, by(rulebook, Role.DESK, ANSWERED), "我们去看看"))
    last = check(changes[-1].after, rulebook, ASKED_AT[1])
    assert last is not None
    events = [event for change in (*changes, last) for event in change.events]
    assert fold(events) == last.after == from_json(to_json(last.after))
    owed = owed_by(events, rulebook)
    assert {message.id for message in last.messages} <= owed.sure.keys()
    assert all(message.id in owed.sure for change in changes for message in change.messages)


def test_what_lies_still_for_years_leaves_room_in_its_history_for_what_ends_it(rulebook: Rulebook) -> None:
    case, at = answered(rulebook), ANSWERED
    while case.watch is not None:
        at = case.watch.at
        change = check(case, rulebook, at)
        assert change is not None
        case = change.after
    assert (case.version, case.timers()) == (MOST_FOLLOWED + 1, {}) and MOST_FOLLOWED + 50 < MOST_EVENTS
    again = working.note(case, by(rulebook, Role.DESK, at + HOUR), "还在等").after
    assert again.watch is not None, "what staff do begins it once more"
    assert told(check(again, rulebook, again.watch.at)) == ["reminder"]


def test_a_level_that_the_rulebook_lost_gives_way_to_the_first(rulebook: Rulebook) -> None:
    case = answered(rulebook)
    first = rulebook.ladders[FOLLOW_UP]
    shorter = replace(
        rulebook, ladders={**rulebook.ladders, FOLLOW_UP: replace(first, levels=first.levels[1:])}
    )
    assert told(check(case, shorter, ASKED_AT[0])) == ["supervisor"]
