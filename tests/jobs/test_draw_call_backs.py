"""The draw of a month's call-backs: once, whoever runs it and how often, watched to its end, and whole whatever dies (E4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest

from chalicelib.actions.call_back import call_back
from chalicelib.actions.confirm import confirm
from chalicelib.actions.resolve import resolve
from chalicelib.domain.call_back import Answer, CallBackRules
from chalicelib.domain.calling_back import CALL_AGAIN_AFTER
from chalicelib.domain.calls import Calls
from chalicelib.domain.change import Message
from chalicelib.domain.events import Role
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.draw_call_backs import Counts, draw_call_backs
from chalicelib.storage import call_draws, cases, census, figures, outbox
from chalicelib.storage.call_draws import CallDrawRecord
from chalicelib.storage.table import HeadRecord
from tests.cases import COMMUNITY, CONTACT, HOUR, OTHER_COMMUNITY, file_one, local, report, request
from tests.faults.crashing import Moment, calls_of, dies_at

pytestmark = pytest.mark.usefixtures("table")

FILED = local("2026-11-10 10:00")
DRAWN = local("2026-12-01 08:30")
UNTIL = local("2026-12-31 18:00")
DAY = timedelta(days=1)


def settled(book: Rulebook, category: str = "B4", at: datetime = FILED, **changes: object) -> str:
    """The number of a case that its resident confirmed an hour after it was filed."""
    number = file_one(book, category, at, **changes).number
    resolve(request(book, at + HOUR, Role.DESK, "gui-desk"), number, "办好了")
    confirm(request(book, at + HOUR), number)
    return number


def run(book: Rulebook, at: datetime = DRAWN, *, dry_run: bool = False) -> Counts:
    return draw_call_backs(call_draws, figures, cases, book, at, dry_run=dry_run)


def made(month: str = "2026-11", community: str = COMMUNITY) -> Calls:
    found = call_draws.calls(community, month)
    assert found is not None
    return found


def order(kind: str = "complaint", month: str = "2026-11", community: str = COMMUNITY) -> tuple[str, ...]:
    """The numbers of a month's draw in their order."""
    found = call_draws.draw(community, month)
    assert found is not None
    return found.orders[kind]


def drawn_for(month: str, numbers: Iterator[str] | list[str]) -> list[str]:
    """Which of these cases were drawn for a month."""
    known = cases.heads(numbers)
    calls = {number: case.call_back for number, (case, _) in known.items()}
    return sorted(number for number, one in calls.items() if one is not None and one.month == month)


def say(book: Rulebook, number: str, answer: Answer, at: datetime = DRAWN) -> None:
    call_back(request(book, at, Role.SUPERVISOR, "gui-service"), number, answer, "记下了")


def told(until: datetime) -> list[Message]:
    """What is owed about calls, the oldest first."""
    owed = [one.message for shard in range(outbox.SHARDS) for one in outbox.pending(shard, until)]
    return sorted((one for one in owed if one.template.startswith("calls_")), key=lambda one: one.at)


def test_half_of_what_ended_in_the_month_is_drawn_and_nothing_else(rulebook: Rulebook) -> None:
    complaints = [settled(rulebook) for _ in range(5)]
    enquiries = [settled(rulebook, "D1") for _ in range(2)]
    others = [settled(rulebook, "C2"), file_one(rulebook, "B4", FILED).number]
    others += [
        settled(rulebook, at=local("2026-12-01 00:10")),
        settled(rulebook, at=local("2026-10-20 10:00")),
    ]
    assert run(rulebook) == Counts(months=2, drawn=4, pending=4)
    assert len(drawn_for("2026-11", complaints)) == 3
    assert len(drawn_for("2026-11", enquiries)) == 1
    assert drawn_for("2026-11", others) == []
    assert (made().until, made().stage, made().everything.settled) == (UNTIL, "told", 7)
    assert check_everything(census, rulebook, DRAWN).violations == []


def test_each_community_has_its_own_draw(rulebook: Rulebook) -> None:
    here = settled(rulebook)
    there = file_one(rulebook, "B4", FILED, community=OTHER_COMMUNITY).number
    asked = request(rulebook, FILED + HOUR, Role.DESK, "river-desk", community=OTHER_COMMUNITY)
    resolve(asked, there, "办好了")
    confirm(request(rulebook, FILED + HOUR), there)
    run(rulebook)
    assert order() == (here,)
    assert order(community=OTHER_COMMUNITY) == (there,)


def test_run_again_at_once_or_later_it_draws_nobody_else(rulebook: Rulebook) -> None:
    complaints = [settled(rulebook) for _ in range(6)]
    run(rulebook)
    first, drawn = call_draws.draw(COMMUNITY, "2026-11"), drawn_for("2026-11", complaints)
    for at in (DRAWN, DRAWN + DAY, DRAWN + 20 * DAY):
        assert run(rulebook, at).drawn == 0
    assert call_draws.draw(COMMUNITY, "2026-11") == first
    assert drawn_for("2026-11", complaints) == drawn


def test_what_was_filed_long_ago_counts_in_the_month_in_which_it_ended(rulebook: Rulebook) -> None:
    number = file_one(rulebook, "B4", local("2026-03-02 10:00")).number
    run(rulebook, local("2026-11-01 08:30"))
    assert made("2026-10").unsettled == ("2026-03",) and order(month="2026-10") == ()
    resolve(request(rulebook, FILED, Role.DESK, "gui-desk"), number, "办好了")
    confirm(request(rulebook, FILED), number)
    run(rulebook)
    assert drawn_for("2026-11", [number]) == [number]


def test_who_cannot_be_reached_is_followed_by_the_next_in_the_order(rulebook: Rulebook) -> None:
    complaints = [settled(rulebook) for _ in range(4)]
    run(rulebook)
    first, second, third, _ = order()
    assert drawn_for("2026-11", complaints) == sorted((first, second))
    say(rulebook, first, Answer.WRONG_NUMBER)
    say(rulebook, second, Answer.SATISFIED)
    assert run(rulebook, DRAWN + DAY) == Counts(drawn=1, pending=1)
    assert drawn_for("2026-11", complaints) == sorted((first, second, third))
    say(rulebook, third, Answer.NO_ANSWER, DRAWN + DAY)
    assert run(rulebook, DRAWN + 2 * DAY).drawn == 0
    for nth in (1, 2):
        say(rulebook, third, Answer.NO_ANSWER, DRAWN + DAY + nth * CALL_AGAIN_AFTER)
    assert run(rulebook, DRAWN + 2 * DAY).drawn == 1
    called = made().everything
    assert (called.asked, called.satisfied, called.unreached, called.pending) == (1, 1, 2, 1)


def test_who_left_no_telephone_is_not_drawn(rulebook: Rulebook) -> None:
    from chalicelib.actions.file_case import file_case

    silent = file_case(request(rulebook, FILED), report(rulebook, "D1"), replace(CONTACT, phone=None)).case
    resolve(request(rulebook, FILED + HOUR, Role.DESK, "gui-desk"), silent.number, "办好了")
    confirm(request(rulebook, FILED + HOUR), silent.number)
    run(rulebook)
    assert drawn_for("2026-11", [silent.number]) == []
    assert (made().everything.settled, made().everything.pending) == (1, 0)


def test_the_supervisor_hears_of_the_draw_and_of_what_is_left_and_the_manager_of_what_was_missed(
    rulebook: Rulebook,
) -> None:
    for _ in range(2):
        settled(rulebook)
    community = rulebook.communities[COMMUNITY]
    supervisor = f"staff:{COMMUNITY}/{community.supervisors['customer_service']}"
    expected = [("calls_drawn", supervisor, DRAWN)]
    run(rulebook)
    run(rulebook, UNTIL - 7 * DAY - timedelta(seconds=1))
    assert [(one.template, one.to, one.at) for one in told(UNTIL)] == expected
    expected.append(("calls_left", supervisor, UNTIL - 7 * DAY))
    run(rulebook, UNTIL - 7 * DAY)
    run(rulebook, UNTIL - DAY)
    assert [(one.template, one.to, one.at) for one in told(UNTIL)] == expected
    expected.append(("calls_missed", f"staff:{COMMUNITY}/{community.manager}", UNTIL))
    run(rulebook, UNTIL)
    run(rulebook, UNTIL + DAY)
    assert [(one.template, one.to, one.at) for one in told(UNTIL)] == expected
    assert [one.facts["count"] for one in told(UNTIL)] == [1, 1, 1]


def test_where_everybody_was_asked_nobody_hears_more_and_later_calls_change_no_figure(
    rulebook: Rulebook,
) -> None:
    number = settled(rulebook)
    run(rulebook)
    say(rulebook, number, Answer.SATISFIED)
    for at in (DRAWN + DAY, UNTIL - DAY, UNTIL):
        run(rulebook, at)
    assert [one.template for one in told(UNTIL)] == ["calls_drawn"]
    assert (made().stage, made().everything.satisfied) == ("over", 1)
    over = made()
    run(rulebook, UNTIL + DAY)
    assert made() == over


def test_a_month_that_is_drawn_late_has_two_weeks_all_the_same(rulebook: Rulebook) -> None:
    settled(rulebook)
    late = local("2026-12-31 19:00")
    run(rulebook, late)
    assert made().until == local("2027-01-14 18:00")
    assert [one.template for one in told(late)] == ["calls_drawn"]
    run(rulebook, local("2027-01-01 08:30"))
    assert made().stage == "told" and made("2026-12").everything.settled == 0
    run(rulebook, local("2027-01-15 08:30"))
    assert made().stage == "over"


def test_a_month_keeps_what_was_promised_when_it_was_drawn(rulebook: Rulebook) -> None:
    settled(rulebook)
    run(rulebook)
    rules = CallBackRules("customer_service", 80, 95)
    run(replace(rulebook, call_backs=rules), DRAWN + DAY)
    assert (made().share, made().goal) == (50, 90)


def test_once_everybody_was_asked_no_case_is_read_any_more(rulebook: Rulebook) -> None:
    number = settled(rulebook)
    run(rulebook)
    say(rulebook, number, Answer.SATISFIED)
    run(rulebook, DRAWN + DAY)
    # The calls of the two months of both communities, and nothing else.
    assert calls_of(lambda: run(rulebook, DRAWN + 2 * DAY)) == 4


def test_one_community_that_fails_keeps_no_other_and_the_run_has_failed(rulebook: Rulebook) -> None:
    number = settled(rulebook)
    first, second = rulebook.communities
    assert (first, second) == (COMMUNITY, OTHER_COMMUNITY)
    communities = {
        second: replace(rulebook.communities[second], zone="Nowhere/Else"),
        first: rulebook.communities[first],
    }
    with pytest.raises(ZoneInfoNotFoundError):
        run(replace(rulebook, communities=communities))
    assert drawn_for("2026-11", [number]) == [number]


def test_a_month_in_which_nothing_ended_is_drawn_and_tells_nobody(rulebook: Rulebook) -> None:
    run(rulebook)
    assert made().everything.settled == 0 and told(UNTIL) == []
    assert run(rulebook, DRAWN + DAY).months == 0


def test_a_dry_run_draws_and_tells_nothing(rulebook: Rulebook) -> None:
    number = settled(rulebook)
    assert run(rulebook, dry_run=True).drawn == 1
    assert call_draws.calls(COMMUNITY, "2026-11") is None
    assert drawn_for("2026-11", [number]) == [] and told(UNTIL) == []


def test_one_case_that_cannot_be_read_keeps_no_other(rulebook: Rulebook) -> None:
    broken, sound = settled(rulebook), settled(rulebook)
    HeadRecord(f"CASE#{broken}", "HEAD").update(actions=[HeadRecord.case.set("{")])
    run(rulebook)
    assert order() == (sound,)
    assert drawn_for("2026-11", [sound]) == [sound]


def test_the_nightly_check_names_a_draw_whose_order_was_altered(rulebook: Rulebook) -> None:
    for _ in range(6):
        settled(rulebook)
    run(rulebook)
    first, *others = order()
    found = CallDrawRecord.get(f"CALLORDER#{COMMUNITY}", "2026-11")
    told = json.loads(found.draw)
    told["orders"]["complaint"] = [*others, first]
    found.update(actions=[CallDrawRecord.draw.set(json.dumps(told))])
    violations = check_everything(census, rulebook, DRAWN).violations
    assert [(one.rule, one.item) for one in violations] == [
        ("draw_altered", f"CALLORDER#{COMMUNITY} / 2026-11")
    ]


# As many calls of the database as a run makes for what the test below files, and two more.
CALLS = 24


@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_killed_at_any_call_the_next_run_comes_to_the_same_draw_and_tells_once(
    rulebook: Rulebook, call: int
) -> None:
    run(rulebook, local("2026-11-01 08:30"))
    complaints = [settled(rulebook) for _ in range(3)]
    killed = dies_at(call, Moment.ANSWERED, lambda: run(rulebook))
    assert killed == (call <= CALLS - 2)
    run(rulebook)
    assert drawn_for("2026-11", complaints) == sorted(order()[:2])
    assert made().everything.pending == 2
    assert [one.template for one in told(UNTIL)] == ["calls_drawn"]
    assert check_everything(census, rulebook, DRAWN).violations == []
