"""A database that throttles, conflicts, fails, is silent, answers in crumbs or tells another time (G8, G9, G10, G11)."""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.actions.file_case import file_case
from chalicelib.actions.reply import reply
from chalicelib.actions.request import Done
from chalicelib.domain.events import Role
from chalicelib.domain.keeping import Unavailable
from chalicelib.domain.moments import to_milliseconds
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.clock import ClockRefused
from chalicelib.jobs.deliver_messages import LEASE, deliver_messages
from chalicelib.jobs.enforce_deadlines import enforce_deadlines
from chalicelib.notify import Office
from chalicelib.notify.channels import Channels
from chalicelib.storage import cases, census, outbox, queues
from chalicelib.storage.patience import budget
from tests.cases import CONTACT, HOUR, MINUTE, TUESDAY_TEN, file_one, report, request
from tests.faults.proxy import Proxy
from tests.faults.test_crash_points import Post, events_of, numbers, settle
from tests.faults.verbs import ANSWER, VERBS, Verb, ready_for
from tests.notify.facts import PLACES

MOST_SECONDS = 10.0


def answered(act: Callable[[], Done], times: list[float]) -> Done:
    """What a resident sees who asks again, with the same key, until there is an answer; each answer's seconds go to `times`."""
    while True:
        began = time.monotonic()
        try:
            with budget():
                return act()
        except Unavailable:
            pass
        finally:
            times.append(time.monotonic() - began)


def every_minute(job: Callable[[datetime], object], now: datetime) -> int:
    """Runs a scheduled function as the schedule does, minute after minute, until a run ends well; how many gave up before."""
    for gave_up in range(30):
        try:
            job(now + gave_up * MINUTE)
        except Unavailable:
            continue
        return gave_up
    raise AssertionError("no run of the schedule ended well in half an hour")


@pytest.mark.parametrize(
    "faults",
    [
        {"throttled": 0.15, "throttled_new": 0.15},
        {"failing": 0.1},
        {"conflicting": 0.2},
        {"drop_rate": 0.2},
        {"throttled": 0.1, "failing": 0.1, "conflicting": 0.1, "drop_rate": 0.1, "delay": 0.02},
    ],
    ids=["throttled", "failing", "conflicting", "losing replies", "everything"],
)
def test_an_unfriendly_database_loses_nothing_and_doubles_nothing(
    rulebook: Rulebook, proxy: Proxy, faults: dict[str, float], tmp_path: Path
) -> None:
    ready = {verb.name: ready_for(verb, rulebook) for verb in VERBS}
    other = file_one(rulebook, "C5").number
    before = len(numbers())
    proxy.set(seed=1, **faults)
    times: list[float] = []

    def file(n: int) -> str:
        def post() -> Done:
            return file_case(request(rulebook, key=f"file {n}"), report(rulebook, "C1"), CONTACT)

        return answered(post, times).case.number

    def use_twice(verb: Verb) -> None:
        for _ in range(2):
            asker = verb.request(rulebook, 58, key=verb.name)
            answered(lambda asker=asker: verb.act(asker, ready[verb.name], other), times)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(file, range(40)))
        assert made == list(pool.map(file, range(40)))
    with ThreadPoolExecutor(
        8
    ) as pool:  # each on a case of its own: none need wait until another was tried again
        list(pool.map(use_twice, VERBS))
    gave_up = every_minute(lambda now: enforce_deadlines(cases, rulebook, now), TUESDAY_TEN + HOUR)
    post = Post(tmp_path / "handed")
    office = Office(rulebook, Channels(sms=post, email=post, robot=lambda _: post), cases.heads, PLACES)
    gave_up += (ended := every_minute(lambda now: deliver_messages(outbox, office, now), TUESDAY_TEN + HOUR))
    met = Counter(proxy.calls)
    proxy.set()
    deliver_messages(outbox, office, TUESDAY_TEN + HOUR + LEASE + (ended + 1) * MINUTE)
    assert met["TransactWriteItems"] > 100
    assert len(set(made)) == 40 and len(numbers()) == before + 40
    for verb in VERBS:
        assert events_of(ready[verb.name])[verb.kind] == 1
    assert max(times) < MOST_SECONDS
    # A delivery that gave up between handing over and marking may hand over once more, under the same id (G12).
    assert set(post.handed().values()) <= set(range(1, ended + 2))
    told = {message.id for number in numbers() for message, _ in outbox.sent(number)}
    assert told and told == {id.split("@")[0] for id in post.handed()}
    settle(rulebook, TUESDAY_TEN + 2 * HOUR)
    print(
        f"{len(times)} answers, the slowest after {max(times):.1f} s; {gave_up} scheduled runs gave up and were run again"
    )


def test_a_database_that_refuses_everything_is_answered_in_time_and_nothing_is_half_written(
    rulebook: Rulebook, proxy: Proxy
) -> None:
    number = file_one(rulebook, "B1").number
    proxy.set(throttled=1.0)
    began = time.monotonic()
    with budget(), pytest.raises(Unavailable):
        reply(request(rulebook, role=Role.DESK, key="key"), number, ANSWER)
    assert time.monotonic() - began < MOST_SECONDS
    proxy.set()
    assert events_of(number)["replied"] == 0
    settle(rulebook)


def test_while_the_database_is_silent_every_request_is_answered_within_ten_seconds(
    rulebook: Rulebook, proxy: Proxy
) -> None:
    """Twelve requests at once against a database that accepts and never answers: an answer after less than ten seconds each,
    however long the silence; afterwards the same key gives what was asked for, once."""
    ready = [ready_for(verb, rulebook) for verb in VERBS[:6]]
    proxy.set(black_hole=True)

    def file(n: int) -> Done:
        return file_case(request(rulebook, key=f"file {n}"), report(rulebook, "C1"), CONTACT)

    def work(n: int) -> Done:
        return VERBS[n].act(VERBS[n].request(rulebook, 58, key=f"work {n}"), ready[n], "")

    acts = [lambda act=act, n=n: act(n) for n in range(6) for act in (file, work)]

    def asked(act: Callable[[], Done]) -> float:
        began = time.monotonic()
        with budget(), pytest.raises(Unavailable):
            act()
        return time.monotonic() - began

    with ThreadPoolExecutor(len(acts)) as pool:
        took = list(pool.map(asked, acts))
    assert max(took) < MOST_SECONDS
    with pytest.raises(Unavailable):
        enforce_deadlines(cases, rulebook, TUESDAY_TEN + HOUR)
    proxy.set()
    before = len(numbers())
    assert len({file(n).case.number for n in range(6) for _ in range(2)}) == 6
    assert len(numbers()) == before + 6
    for n in range(6):
        work(n)
        assert events_of(ready[n])[VERBS[n].kind] == 1
    settle(rulebook)
    print(f"the slowest of {len(took)} answers came after {max(took):.1f} s")


def test_answers_in_crumbs_say_the_same_as_whole_ones(rulebook: Rulebook, proxy: Proxy) -> None:
    for verb in VERBS:
        number = ready_for(verb, rulebook, random.Random(verb.name).randrange(50))
        verb.act(verb.request(rulebook, 59), number, file_one(rulebook, "C2").number)

    def everything() -> list[object]:
        until = TUESDAY_TEN + HOUR
        community = "osmanthus-lane"
        pages, cursor = [], None
        while True:
            rows, cursor = queues.page("queue", [community], cursor, 7)
            pages.append([row.case.number for row in rows])
            if cursor is None:
                break
        found = numbers()
        return [
            pages,
            [cases.due(shard, until, limit=9) for shard in range(cases.SHARDS)],
            [cases.load(number) for number in found],
            cases.heads(found),
            [outbox.pending(shard, until, limit=20) for shard in range(outbox.SHARDS)],
            cases.provisional(),
            check_everything(census, rulebook, until),
        ]

    whole = everything()
    proxy.set(one_item_pages=True)
    assert everything() == whole
    number = file_one(rulebook, "C1").number
    enforce_deadlines(cases, rulebook, TUESDAY_TEN + HOUR)
    assert events_of(number)["escalated"] == 4
    proxy.set()
    settle(rulebook)


@pytest.mark.parametrize("hours", [-6, -0.05, 0.05, 6])
def test_a_clock_that_differs_from_the_databases_enforces_nothing(
    rulebook: Rulebook, proxy: Proxy, hours: float
) -> None:
    """The machine runs six hours, or three minutes, ahead of the database or behind it."""
    now = to_milliseconds(datetime.now(UTC))
    number = file_one(rulebook, "C1", now - 7 * MINUTE).number

    def sweep() -> None:
        enforce_deadlines(wiring.due_store(), rulebook, now, skew_seconds=wiring.skew_seconds)

    proxy.set(date_shift=-hours * 3600)
    with pytest.raises(ClockRefused) as refused:
        sweep()
    assert abs(refused.value.seconds - hours * 3600) < 60
    assert "TransactWriteItems" not in proxy.calls
    assert events_of(number)["escalated"] == 0
    proxy.set()
    sweep()
    assert events_of(number)["escalated"] == 1


def test_a_clock_set_back_and_forward_again_repeats_nothing(rulebook: Rulebook, proxy: Proxy) -> None:
    number = file_one(rulebook, "C1").number
    for minutes in (10, -110, 0, 10, 12):
        enforce_deadlines(cases, rulebook, TUESDAY_TEN + minutes * MINUTE)
    assert events_of(number)["escalated"] == 2
    settle(rulebook, TUESDAY_TEN + timedelta(minutes=12))
