"""A month's figures: a promise is kept until its first due moment and missed after it, a share never says more than is true."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain import residents, resting, working
from chalicelib.domain.case import Case, before_reopening
from chalicelib.domain.events import Role
from chalicelib.domain.figures import (
    Figures,
    Score,
    from_json,
    month_of,
    percent,
    to_json,
    with_cases,
)
from chalicelib.domain.months import months_until
from chalicelib.domain.standards import Rulebook
from tests.cases import by, case, filed, local

MOMENT = timedelta(milliseconds=1)


def arrival(filed: Case, **changes: object) -> Case:
    """The case with its promise to arrive as it is after `changes`."""
    clocks = tuple(
        replace(one, **changes) if one.kind == "arrive" else one  # type: ignore[arg-type]
        for one in filed.clocks
    )
    return replace(filed, clocks=clocks)


def test_a_promise_is_kept_at_its_due_moment_and_missed_right_after_it_whatever_was_extended(
    rulebook: Rulebook,
) -> None:
    filed = case(rulebook, "C1")
    clock = filed.clock("arrive")
    assert clock is not None
    due, later = clock.promised, clock.promised + timedelta(days=3)

    def score(one: Case, now: object = due) -> Score:
        return with_cases(Figures(), [one], now).promises["C1", "arrive"]  # type: ignore[arg-type]

    assert score(arrival(filed, met=due, extended=later)) == Score(kept=1)
    assert score(arrival(filed, met=due + MOMENT, extended=later)) == Score(missed=1)
    assert score(filed, due) == Score(running=1)
    assert score(filed, due + MOMENT) == Score(missed=1)
    assert score(arrival(filed, stopped=due)) == Score()


def test_only_rated_cases_count_for_satisfaction_and_one_low_mark_is_no_satisfaction(
    rulebook: Rulebook,
) -> None:
    filed = case(rulebook, "C1")
    rated = [replace(filed, rating=marks) for marks in ((5, 5, 4), (4, 4, 4), (5, 5, 3))]
    made = with_cases(Figures(), [filed, *rated], filed.opened)
    assert (made.filed, made.open, made.rated, made.satisfied) == (4, 4, 3, 2)
    assert from_json(to_json(made)) == made


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(0, 0, None), (999, 1000, 99.9), (9999, 10000, 99.9), (3, 3, 100.0), (2, 3, 66.6)],
)
def test_a_share_is_rounded_down(part: int, whole: int, share: float | None) -> None:
    assert percent(part, whole) == share


def test_months_are_those_of_the_community() -> None:
    assert list(months_until(local("2027-01-01 00:30"), "Asia/Shanghai", 3)) == [
        "2027-01",
        "2026-12",
        "2026-11",
    ]
    assert month_of("261124-000001") == "2026-11"


def test_what_was_missed_and_rated_badly_counts_also_where_the_case_was_opened_again(
    rulebook: Rulebook,
) -> None:
    first = filed(rulebook, "C2")
    late = by(Role.TECHNICIAN, first.after.opened + timedelta(days=3))
    changes = [first, working.resolve(first.after, late, rulebook, "换好了")]
    changes.append(residents.rate(changes[-1].after, by(at=late.at), (1, 1, 1)))
    changes.append(residents.reopen(changes[-1].after, by(at=late.at), rulebook, "还是不亮"))
    soon = by(Role.TECHNICIAN, late.at + timedelta(minutes=5))
    changes.append(working.resolve(changes[-1].after, soon, rulebook, "换了镇流器"))
    now, again = changes[-1].after, before_reopening(event for one in changes for event in one.events)
    made = with_cases(Figures(), [now], soon.at, again)
    for kind, standard in (("arrive", "C0"), ("resolve", "C2")):
        assert made.promises[standard, kind] == Score(kept=1, missed=1)
    assert (made.filed, made.open, made.rated, made.satisfied) == (1, 0, 1, 0)


def test_a_clock_that_a_reopening_leaves_counts_once(rulebook: Rulebook) -> None:
    first = filed(rulebook, "D2")
    visit = resting.agree_visit(first.after, by(Role.ASSISTANT, first.after.opened), rulebook)
    there = working.arrive(visit.after, by(Role.ASSISTANT, first.after.opened))
    done = working.resolve(there.after, by(Role.ASSISTANT, first.after.opened), rulebook, "说好了")
    opened = residents.reopen(done.after, by(at=first.after.opened), rulebook, "价钱不对")
    events = [event for one in (first, visit, there, done, opened) for event in one.events]
    made = with_cases(Figures(), [opened.after], opened.after.opened, before_reopening(events))
    assert made.promises["D2", "arrive"] == Score(kept=1)
