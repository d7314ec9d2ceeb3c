"""Killed at any call of the database, a new key of the vault is brought on by the next run, and everything still opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.domain.standards import Rulebook
from chalicelib.storage import resealing
from chalicelib.storage.table import Record
from tests.conftest import empty_table
from tests.faults.crashing import Moment, calls_of, dies_at
from tests.infra.test_rotating import expect_everything, furnish
from tests.rings import Started, forget_keys


@pytest.fixture
def portal_here(table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """A portal with its first keys."""
    with monkeypatch.context() as patch:
        yield Started(patch)
    forget_keys()


def test_each_pass_killed_anywhere_is_finished_by_the_next_run(
    portal_here: Started, database: Any, rulebook: Rulebook
) -> None:
    number, token = furnish(rulebook)
    points = wanted = 0

    def killed_anywhere(run: Callable[[], resealing.Tally]) -> None:
        nonlocal points, wanted
        before = contents()
        calls = calls_of(run)
        wanted += calls
        finished = places()
        # Before the next call is sent is as good as after the last one's reply: two moments of each call in turn.
        for call in range(1, calls + 1):
            restore(database, before)
            moment = (Moment.UNANSWERED, Moment.ANSWERED)[call % 2]
            points += dies_at(call, moment, run)
            if call % 4 == 0:
                expect_everything(rulebook, number, token, halfway=True)
            run()
            assert places() == finished
            again = run()
            assert (again.done, again.left, again.unreadable) == (0, 0, [])
        expect_everything(rulebook, number, token)

    portal_here.step("vault", "begin")
    killed_anywhere(resealing.lay_pointers)
    portal_here.step("vault", "go-on")
    killed_anywhere(resealing.reseal)
    portal_here.step("vault", "take-away")
    killed_anywhere(resealing.sweep_pointers)
    assert points == wanted, "killed at each call"
    print(f"a new key: {points} points")


def contents() -> list[dict[str, Any]]:
    """Every item as it lies there."""
    table: Any = Record._get_connection()
    return list(table.scan(consistent_read=True)["Items"])


def places() -> set[tuple[str, str]]:
    """Where items lie."""
    return {(item["pk"]["S"], item["sk"]["S"]) for item in contents()}


def restore(database: Any, items: list[dict[str, Any]]) -> None:
    """The table with these items and no others."""
    name = empty_table(database)
    for start in range(0, len(items), 25):
        batch = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        database.batch_write_item(RequestItems={name: batch})
