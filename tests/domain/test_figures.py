"""A month's figures: a promise is kept until its first due moment and missed after it, a share never says more than is true."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.case import Case
from chalicelib.domain.figures import (
    Figures,
    Score,
    from_json,
    month_of,
    months_until,
    percent,
    to_json,
    with_cases,
)
from chalicelib.domain.standards import Rulebook
from tests.cases import case, local

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
