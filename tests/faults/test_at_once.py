"""Many at once: equal posts, sweeps beside sweeps, sweeps against people, writers against writers (G1, G5, G6, G7, G14).

The full figures (20 rounds of 1,000 due cases, 5,000 cases after six hours, 2,000 races) run with SHOUNUO_FULL=1 in a quarter
of an hour; every day's run takes fewer of the same.
"""

import itertools
import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from chalicelib.actions.ask_extension import ask_extension
from chalicelib.actions.file_case import file_case
from chalicelib.actions.note import note
from chalicelib.actions.request import ChangedMeanwhile, Request
from chalicelib.domain.change import Change
from chalicelib.domain.filing import file
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.enforce_deadlines import Counts, enforce_deadlines
from chalicelib.storage import cases, census
from chalicelib.storage.table import Record
from tests.cases import CONTACT, HOUR, MINUTE, TUESDAY_TEN, by, file_one, report, request
from tests.faults.loading import items_of, load
from tests.faults.together import together
from tests.faults.verbs import ANSWER, BY_NAME

pytestmark = pytest.mark.usefixtures("table")

FULL = os.environ.get("SHOUNUO_FULL") == "1"
LEVELS = ("reminder", "supervisor", "manager", "general_manager")
MINUTES = (5, 10, 20, 40)  # when the levels of C1 come


def filed(book: Rulebook, count: int, categories: Sequence[str] = ("C1",), day: int = 24) -> list[Change]:
    """Cases filed on Tuesday at ten, as the rules make them."""
    return [
        file(report(book, categories[n % len(categories)]), f"2611{day}-{n:06d}", by(), book)
        for n in range(count)
    ]


def fault_free(book: Rulebook, now: datetime) -> bool:
    """Whether the nightly check finds nothing; it says what it finds."""
    violations = check_everything(census, book, now).violations
    assert violations == [], violations[:5]
    return True


def escalations() -> Counter[str]:
    """How often each level fired, and each level's messages, over the whole table."""
    out: Counter[str] = Counter()
    for record in Record.scan(page_size=250):
        if record.sk.startswith("EV#") and '"kind":"escalated"' in record.event:
            out[record.event.split('"level":"')[1].split('"')[0]] += 1
        if record.pk.startswith("OUT#") and record.sk.rpartition("/")[2] in LEVELS:
            out[f"message of {record.sk.rpartition('/')[2]}"] += 1
    return out


def test_fifty_equal_posts_at_once_give_one_case_in_each_of_twenty_rounds(rulebook: Rulebook) -> None:
    def post(key: str) -> str:
        return file_case(request(rulebook, key=key), report(rulebook, "C1"), CONTACT).case.number

    def posts(count: int) -> list[list[str]]:
        with ThreadPoolExecutor(count) as pool:
            return [list(pool.map(post, [f"round {n}"] * count)) for n in range(20)]

    answers = together([lambda count=count: posts(count) for count in (13, 13, 12, 12)])
    for n in range(20):
        numbers = [number for process in answers for number in process[n]]
        assert len(numbers) == 50 and len(set(numbers)) == 1
    assert sum(1 for _ in Record.scan(Record.sk == "HEAD")) == 20
    assert fault_free(rulebook, TUESDAY_TEN + MINUTE)


@pytest.mark.parametrize("sweeps", [2, 4])
def test_several_sweeps_at_once_over_many_due_cases_fire_each_level_once(
    rulebook: Rulebook, sweeps: int
) -> None:
    """Four rounds a load, one for each level: 20 rounds of 1,000 with SHOUNUO_FULL=1, four of 250 otherwise."""
    due = 1000 if FULL else 250
    raced = 0
    began = time.monotonic()
    loads = 5 if FULL else 1
    for number in range(loads):
        load(items_of(filed(rulebook, due, day=10 + number)))
        for minutes in MINUTES:
            now = TUESDAY_TEN + minutes * MINUTE

            def sweep(now: datetime = now) -> Counts:
                return enforce_deadlines(cases, rulebook, now, seconds=600)

            counts = together([sweep] * sweeps)
            assert sum(one.escalated for one in counts) == due
            assert sum(one.failed for one in counts) == 0 and not any(one.unfinished for one in counts)
            raced += sum(one.lost_races for one in counts)
    expected = dict.fromkeys(LEVELS, due * loads)
    assert escalations() == expected | {f"message of {level}": n for level, n in expected.items()}
    assert fault_free(rulebook, TUESDAY_TEN + HOUR)
    assert raced > 0, "the sweeps never met, so this showed nothing"
    print(
        f"{sweeps} sweeps, {4 * loads} rounds of {due}: {raced} races lost, {time.monotonic() - began:.0f} s"
    )


@pytest.mark.parametrize("away", [timedelta(hours=6), timedelta(days=30)], ids=["six hours", "thirty days"])
def test_after_a_long_silence_every_level_exists_in_order_and_says_how_late_it_is(
    rulebook: Rulebook, away: timedelta
) -> None:
    """Cases of every promise, 5,000 with SHOUNUO_FULL=1: one sweep makes what a sweep a minute would have made."""
    categories = ("C1", "C2", "C3", "C5", "C7", "B1", "B2", "B3", "B4", "D1", "D4")
    changes = filed(rulebook, 5000 if FULL else 400, categories)
    load(items_of(changes))
    began, runs = time.monotonic(), 0
    now = TUESDAY_TEN + away
    while enforce_deadlines(cases, rulebook, now).unfinished or runs == 0:
        runs += 1
    took = time.monotonic() - began
    assert took < 600
    fired, looked_at = 0, changes[: 50 * len(categories)]
    for change in looked_at:
        number = change.after.number
        found = cases.load(number)
        assert found is not None
        escalated = [event for event in found.events if event.kind == "escalated"]
        planned = [str(event.data["planned"]) for event in escalated]
        assert planned == sorted(planned)
        for clock in found.case.clocks:
            levels = [str(e.data["level"]) for e in escalated if e.data["clock"] == clock.kind]
            assert levels == list(LEVELS[: len(levels)])
            assert clock.next_at is None or clock.next_at > now
        for event in escalated:
            due = datetime.fromisoformat(str(event.data["due"]))
            assert event.data["late_by"] == max(0, int((now - due).total_seconds()))
        fired += len(escalated)
    assert fired > len(looked_at) / 2
    assert fault_free(rulebook, now)
    print(f"away for {away}: {len(changes)} cases caught up in {took:.1f} s")


def test_a_sweep_that_missed_six_hours_makes_what_a_sweep_a_minute_makes(rulebook: Rulebook) -> None:
    categories = ("C1", "C2", "B1", "B2", "B3", "D1")

    def levels(prefix: str) -> list[list[tuple[object, ...]]]:
        out = []
        for n in range(len(categories)):
            found = cases.load(f"{prefix}-{n:06d}")
            assert found is not None
            out.append(
                sorted(
                    (e.data["clock"], e.data["level"], e.data["version"], e.data["planned"], e.data["to"])
                    for e in found.events
                    if e.kind == "escalated"
                )
            )
        return out

    load(items_of(filed(rulebook, len(categories), categories, day=24)))
    enforce_deadlines(cases, rulebook, TUESDAY_TEN + 6 * HOUR)
    load(items_of(filed(rulebook, len(categories), categories, day=25)))
    for minute in range(1, 361):
        enforce_deadlines(cases, rulebook, TUESDAY_TEN + minute * MINUTE)
    assert levels("261124") == levels("261125")
    assert sum(map(len, levels("261124"))) > len(categories)


RACES = {
    "resolve": lambda r, n: BY_NAME["resolve"].act(r, n, ""),
    "withdraw": lambda r, n: BY_NAME["withdraw"].act(r, n, ""),
    "pause": lambda r, n: BY_NAME["pause"].act(r, n, ""),
    "assign": lambda r, n: BY_NAME["assign"].act(r, n, ""),
    "decide_extension": lambda r, n: BY_NAME["decide_extension"].act(r, n, ""),
}


@pytest.mark.parametrize("name", RACES)
def test_a_sweep_and_a_person_at_the_same_case_never_contradict_each_other(
    rulebook: Rulebook, name: str
) -> None:
    """400 cases for each of five verbs (2,000 races) with SHOUNUO_FULL=1, 100 otherwise. Nothing fires after the end, during a
    pause, or for a deadline that was replaced: the check knows these rules."""
    # All in one shard: the sweep reads fifty heads at once, and people come in between in any order.
    count = 400 if FULL else 100
    found_numbers = (f"261124-{n:06d}" for n in itertools.count())
    numbers = list(itertools.islice((n for n in found_numbers if cases.shard_of(n) == 0), count))
    # At half of the first limit, when the reminder fires; an emergency is not paused before somebody was there.
    category, minute = ("C2", 8) if name == "pause" else ("C1", 5)
    load(items_of(file(report(rulebook, category), number, by(), rulebook) for number in numbers))
    if name == "decide_extension":
        asks: Request = BY_NAME["ask_extension"].request(rulebook, 1)
        for number in numbers:
            ask_extension(asks, number, "arrive", TUESDAY_TEN + HOUR, ANSWER)

    def people(mine: list[str]) -> int:
        refused = 0
        for number in random.Random(0).sample(mine, len(mine)):
            asker = BY_NAME[name].request(rulebook, minute, key=number)
            try:
                RACES[name](asker, number)
            except (Refused, ChangedMeanwhile):
                refused += 1
        return refused

    def sweep() -> int:
        return enforce_deadlines(cases, rulebook, TUESDAY_TEN + minute * MINUTE).lost_races

    *refused, lost = together([lambda: people(numbers[::2]), lambda: people(numbers[1::2]), sweep])
    assert sum(refused) == 0
    assert lost > 0, "the sweep never met anybody, so this showed nothing"
    for minutes in (20, 40):
        enforce_deadlines(cases, rulebook, TUESDAY_TEN + minutes * MINUTE)
    kind = BY_NAME[name].kind
    for number in numbers:
        found = cases.load(number)
        assert found is not None and sum(event.kind == kind for event in found.events) == 1
    assert fault_free(rulebook, TUESDAY_TEN + 2 * HOUR)
    print(f"{name}: {count} races, {lost} lost by the sweep")


def test_ten_writers_with_twenty_edits_each_lose_none(rulebook: Rulebook) -> None:
    """Each edit is in the history, or its writer was told that the case had changed (409)."""
    number = file_one(rulebook, "C5").number

    def write(who: int) -> list[str]:
        kept = []
        for n in range(20):
            words = f"{who}/{n}"
            verb = BY_NAME["note"]
            asker = verb.request(rulebook, 1, key=words)
            try:
                note(asker, number, words)
                kept.append(words)
            except ChangedMeanwhile:
                pass
        return kept

    kept = [
        words for process in together([lambda who=who: write(who) for who in range(10)]) for words in process
    ]
    found = cases.load(number)
    assert found is not None
    assert Counter(e.words for e in found.events if e.kind == "noted") == Counter(kept)
    assert len(kept) > 20
    assert fault_free(rulebook, TUESDAY_TEN + MINUTE)
    print(f"{len(kept)} of 200 edits kept, {200 - len(kept)} answered with 409")
