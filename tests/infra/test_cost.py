"""The arithmetic of `make cost`, worked out by hand for round figures."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.bench.cost import RUNS, Units, looks_of_a_screen, month, requests_a_case

FOLDER = Path(__file__).resolve().parents[2] / "infra" / "aws"
FACTS = tomllib.loads((FOLDER / "month.toml").read_text())
# Ten hours, two of them touched: 2 x 120 and 8 x 30 looks, and 2 x 5 questions for the figures.
SCREEN = {
    "screen_hours": 10,
    "screen_hours_touched": 2,
    "looks_an_hour_touched": 120,
    "looks_an_hour_alone": 30,
    "counted_an_hour": 60,
    "moves_an_hour": 5,
}
PRICES = tomllib.loads((FOLDER / "prices.toml").read_text())


def units(**known: Units) -> dict[str, Units]:
    names = {
        *RUNS,
        "file",
        "message",
        "now",
        "look_again",
        "look_and_count",
        *FACTS["a_case"],
        *FACTS["asked"],
    }
    return {name: known.get(name, Units()) for name in names}


def test_a_million_write_units_cost_what_the_price_list_says_and_grow_with_the_homes() -> None:
    filed = units(file=Units(write=1_000_000 / 1500))
    small = month(3000, filed, FACTS, PRICES)["DynamoDB requests"]
    assert small == pytest.approx(PRICES["dynamodb"]["write_units_million"])
    assert month(6000, filed, FACTS, PRICES)["DynamoDB requests"] == pytest.approx(2 * small)


def test_what_the_clock_reads_does_not_grow_with_the_homes() -> None:
    swept = units(enforce_deadlines=Units(read=8))
    alone = (
        month(3000, swept, FACTS, PRICES)["DynamoDB requests"]
        - month(3000, units(), FACTS, PRICES)["DynamoDB requests"]
    )
    assert alone == pytest.approx(8 * 43_200 * PRICES["dynamodb"]["read_units_million"] / 1e6)


def test_each_message_that_an_act_owes_is_sent_once_and_what_leaves_by_itself_lies_for_its_days() -> None:
    owing = units(file=Units(owed=2), message=Units(write=1_000_000 / 3000))
    quiet = units(file=Units(owed=2))
    assert month(3000, owing, FACTS, PRICES)["DynamoDB requests"] - month(3000, quiet, FACTS, PRICES)[
        "DynamoDB requests"
    ] == pytest.approx(PRICES["dynamodb"]["write_units_million"])
    lying = month(3000, units(file=Units(staying=100, leaving=100 * 30)), FACTS, PRICES)["DynamoDB storage"]
    price = PRICES["dynamodb"]["storage_gb"] + PRICES["dynamodb"]["recovery_gb"]
    assert lying == pytest.approx(1500 * 100 * (12 * FACTS["years_kept"] + 1) / 1e9 * price)


def test_the_gateway_is_paid_for_each_page_each_script_and_each_look_of_an_open_queue_but_not_for_the_clock() -> (
    None
):
    quiet = FACTS | {"a_case": {"level": 3, "close": 1, "reply": 1}, "asked": {"track": 2, "photo": 1}}
    assert requests_a_case(quiet) == 1 + 1 + 2 + 2, (
        "it is filed, answered, looked at twice, and a photo is two requests"
    )
    facts = quiet | {"page_views": 1000, "hours_awake": 10**9} | SCREEN
    paid = month(6000, units(), facts, PRICES)["API Gateway"]
    assert paid == pytest.approx(
        (3000 * 6 + 2 * 1000 + 2 * 490) * PRICES["api_gateway"]["requests_million"] / 1e6
    )


def test_of_those_who_ask_within_ten_seconds_what_goes_on_now_one_reaches_the_api() -> None:
    # A view each ten seconds on average: after one that was heard the next comes ten seconds later than it was kept.
    views = 30 * 16 * 3600 / 10
    facts = FACTS | {
        "a_case": {},
        "asked": {"photo": 0},
        "screen_hours": 0,
        "screen_hours_touched": 0,
        "hours_awake": 16,
        "cases": 0,
    }
    paid = month(3000, units(), facts | {"page_views": views}, PRICES)["API Gateway"]
    assert paid == pytest.approx(views / 2 * PRICES["api_gateway"]["requests_million"] / 1e6)


def test_no_more_is_free_than_was_used() -> None:
    for homes in (3000, 100_000, 1_000_000):
        said = month(homes, units(), FACTS, PRICES)
        assert -said["free"] < sum(value for name, value in said.items() if name != "free")


def test_a_screen_counts_with_every_second_look_while_it_is_touched_and_with_each_where_it_only_stands_open() -> (
    None
):
    assert looks_of_a_screen(SCREEN) == {"look_again": 120, "look_and_count": 120 + 240, "counts": 10}
