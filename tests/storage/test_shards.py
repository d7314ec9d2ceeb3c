"""An installation of few homes fills one partition of what is due, and looks into few; a number of partitions can be changed."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest

from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.enforce_deadlines import enforce_deadlines
from chalicelib.jobs.expire_posts import EVERY_MINUTES, expire_posts
from chalicelib.storage import cases, census, outbox, post_items, posts, shards
from tests.cases import HOUR, MINUTE, TUESDAY_TEN, file_one, local
from tests.posts import public_one, stands

pytestmark = pytest.mark.usefixtures("table")


def few(patched: pytest.MonkeyPatch, number: int) -> None:
    patched.setenv("SHOUNUO_SHARDS", str(number))


def test_a_run_looks_into_what_is_filled_and_every_fifth_minute_into_each_other_partition_in_its_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert shards.looked_into(8, TUESDAY_TEN) == [*range(8)], "all of them where nothing is said"
    few(monkeypatch, 3)
    runs = [shards.looked_into(8, TUESDAY_TEN + n * MINUTE) for n in range(25)]
    assert [run[:3] for run in runs] == [[0, 1, 2]] * 25
    assert [len(run[3:]) for run in runs] == [1, 0, 0, 0, 0] * 5
    assert sorted(other for run in runs for other in run[3:]) == [3, 4, 5, 6, 7]
    few(monkeypatch, 20)
    assert shards.looked_into(4, TUESDAY_TEN) == [*range(4)], "there are no more than there are"


@pytest.mark.parametrize("first", range(EVERY_MINUTES))
def test_a_run_of_every_ten_minutes_looks_into_each_other_partition_in_its_turn_whenever_the_first_one_was(
    monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    few(monkeypatch, 1)
    runs = [
        posts.looked_at(TUESDAY_TEN + (first + EVERY_MINUTES * n) * MINUTE, EVERY_MINUTES) for n in range(6)
    ]
    assert [run[0] for run in runs] == [0] * 6
    others = [other for run in runs for other in run[1:]]
    assert len(others) == 6 and {*others[:3]} == {*others[3:]} == {1, 2, 3}


def test_a_post_lies_where_it_was_put_however_many_are_filled_later_and_is_ended_there(
    monkeypatch: pytest.MonkeyPatch, rulebook: Rulebook
) -> None:
    end = local("2026-12-21 00:00")
    before: list[str] = []
    while len({post_items.shard_of(id) for id in before}) <= 2:  # their ids are random
        before.append(public_one(title=f"灯 {len(before)}").id)
    few(monkeypatch, 1)
    after = [public_one(title=f"桌 {n}").id for n in range(4)]
    assert {post_items.shard_of(id) for id in after} == {0}
    assert check_everything(census, rulebook, TUESDAY_TEN + HOUR).violations == []
    counts = [expire_posts(posts, None, end + n * EVERY_MINUTES * MINUTE) for n in range(4)]
    assert sum(count.expired for count in counts) == len(before) + 4 and counts[3].read == 0
    assert {stands(id).state for id in before + after} == {"expired"}
    assert check_everything(census, rulebook, end + HOUR).violations == []


def test_where_one_partition_is_filled_every_case_is_seen_by_the_first_run_after_it_is_due(
    rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, 1)
    numbers = [file_one(rulebook).number for _ in range(6)]
    assert {cases.shard_of(number) for number in numbers} == {0}
    owed = outbox.pending(0, TUESDAY_TEN + MINUTE)
    assert {one.message.case for one in owed} == set(numbers), "what is owed about them too"
    with patch.object(cases, "due", wraps=cases.due) as asked:
        assert enforce_deadlines(cases, rulebook, TUESDAY_TEN + HOUR).cases == 6
    assert len({call.args[0] for call in asked.call_args_list}) == 2


def test_what_was_filed_while_more_were_filled_is_found_within_minutes_and_once(
    rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = {file_one(rulebook).number for _ in range(12)}
    assert len({cases.shard_of(number) for number in numbers}) > 2
    few(monkeypatch, 1)
    counts = [enforce_deadlines(cases, rulebook, TUESDAY_TEN + HOUR + n * MINUTE) for n in range(7 * 5)]
    assert sum(count.cases for count in counts) == 12
    assert sum(count.escalated for count in counts) == 12 * len(
        [event for event in cases.load(min(numbers)).events if event.kind == "escalated"]  # type: ignore[union-attr]
    )
    found = [
        owed.message.id
        for n in range(3 * 5)
        for shard in outbox.looked_at(TUESDAY_TEN + timedelta(hours=2, minutes=n))
        for owed in outbox.pending(shard, TUESDAY_TEN + timedelta(hours=2), limit=500)
    ]
    lying = [
        owed.message.id
        for n in range(4)
        for owed in outbox.pending(n, TUESDAY_TEN + timedelta(hours=2), limit=500)
    ]
    assert set(found) == set(lying)
