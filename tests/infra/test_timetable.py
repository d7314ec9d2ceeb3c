"""The expressions of EventBridge, read by the local timekeeper."""

from datetime import UTC, datetime, timedelta

import pytest

from infra.local.console import LocalProblem
from infra.local.timetable import parse

NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)  # a Tuesday


def test_a_rate_runs_at_once_and_then_at_its_distance() -> None:
    every_five = parse("rate(5 minutes)")
    assert every_five.next_after(None, NOON) == NOON
    assert every_five.next_after(NOON, NOON + timedelta(seconds=2)) == NOON + timedelta(minutes=5)


def test_a_rate_does_not_make_up_for_what_a_sleeping_machine_missed() -> None:
    after_the_night = NOON + timedelta(hours=9)
    assert parse("rate(1 minute)").next_after(NOON, after_the_night) == after_the_night


@pytest.mark.parametrize(
    ("expression", "coming"),
    [
        ("cron(0 22 * * ? *)", datetime(2026, 11, 24, 22, 0, tzinfo=UTC)),
        ("cron(0/15 * * * ? *)", datetime(2026, 11, 24, 12, 15, tzinfo=UTC)),
        ("cron(30 8 1 * ? *)", datetime(2026, 12, 1, 8, 30, tzinfo=UTC)),
        ("cron(0 9 ? * MON-FRI *)", datetime(2026, 11, 25, 9, 0, tzinfo=UTC)),
        ("cron(0 9 ? * SUN *)", datetime(2026, 11, 29, 9, 0, tzinfo=UTC)),
        ("cron(0 0 1 1,7 ? *)", datetime(2027, 1, 1, 0, 0, tzinfo=UTC)),
        ("cron(0 0 29 2 ? *)", datetime(2028, 2, 29, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_cron_comes_at_the_next_minute_that_matches(expression: str, coming: datetime) -> None:
    assert parse(expression).next_after(None, NOON) == coming


def test_a_cron_does_not_run_twice_in_its_minute() -> None:
    nightly = parse("cron(0 22 * * ? *)")
    ran = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    assert nightly.next_after(ran, ran) == ran + timedelta(days=1)


@pytest.mark.parametrize(
    "expression",
    ["rate(0 minutes)", "rate(5 weeks)", "cron(0 22 * * ?)", "cron(60 * * * ? *)", "cron(0 0 L * ? *)"],
)
def test_an_expression_that_cannot_be_read_is_named(expression: str) -> None:
    with pytest.raises(LocalProblem) as problem:
        parse(expression)
    assert expression in str(problem.value)
