"""Killed at any call of the database, or with any reply lost: nothing is lost, nothing is doubled (G3, G4, G12).

Every call of filing, of each verb, of the sweep, the calendar watch and the delivery is found by counting; at each of them a
process is killed before sending, with the request on the wire, and after the reply. Then whoever asked asks again with the same
key, two sweeps pass, and the check finds no fault.
"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.actions.file_case import file_case
from chalicelib.actions.request import Done
from chalicelib.domain.delivering import Letter
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.deliver_messages import LEASE, deliver_messages
from chalicelib.jobs.enforce_deadlines import enforce_deadlines
from chalicelib.jobs.watch_calendar import watch_calendar
from chalicelib.notify import Office
from chalicelib.notify.channels import Channels
from chalicelib.storage import cases, census, outbox
from chalicelib.storage.table import Record
from tests.cases import CONTACT, HOUR, MINUTE, TUESDAY_TEN, file_one, report, request, unannounced
from tests.faults.crashing import Moment, calls_of, dies_at
from tests.faults.proxy import WRITES, Proxy
from tests.faults.verbs import VERBS, Verb, ready_for
from tests.jobs.test_watch_calendar import LATE_DECEMBER, announced
from tests.notify.facts import PLACES

pytestmark = pytest.mark.usefixtures("table")

NOW = TUESDAY_TEN + 59 * MINUTE
CATEGORIES = ("B2", "C1", "C3", "D2")


def settle(book: Rulebook, now: datetime = TUESDAY_TEN + 2 * HOUR) -> None:
    """Two sweeps, and everything is as it must be."""
    time.sleep(0.05)  # what a dead process had put on the wire arrives
    for _ in range(2):
        assert enforce_deadlines(cases, book, now).failed == 0
    assert check_everything(census, book, now).violations == []


def numbers() -> list[str]:
    """All cases of the table."""
    heads = Record.scan((Record.sk == "HEAD") & Record.pk.startswith("CASE#"))
    return [record.pk.removeprefix("CASE#") for record in heads]


def events_of(number: str) -> Counter[str]:
    """How often each kind of event stands in a case's history."""
    file = cases.load(number)
    assert file is not None
    return Counter(event.kind for event in file.events)


def points(calls: int) -> Iterator[tuple[int, Moment]]:
    """Every point at which a process that makes so many calls may be killed."""
    for call in range(1, calls + 1):
        for moment in Moment:
            yield call, moment


@pytest.mark.parametrize("category", CATEGORIES)
def test_filing_killed_anywhere_files_once(rulebook: Rulebook, category: str) -> None:
    def post(key: str) -> Done:
        return file_case(request(rulebook, key=key), report(rulebook, category), CONTACT)

    calls = calls_of(lambda: post("counted"))
    assert calls == 1
    made = 1
    for call, moment in points(calls):
        key = f"{call} {moment}"
        assert dies_at(call, moment, lambda key=key: post(key))
        first, second = post(key), post(key)
        assert first.case.number == second.case.number
        made += 1
    settle(rulebook)
    assert len(numbers()) == made
    print(f"filing {category}: {3 * calls} points")


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb_killed_anywhere_counts_once(rulebook: Rulebook, verb: Verb) -> None:
    def act(number: str, other: str, key: str) -> Done:
        return verb.act(verb.request(rulebook, 59, key), number, other)

    other = file_one(rulebook, "C5").number
    first = ready_for(verb, rulebook)
    calls = calls_of(lambda: act(first, other, "counted"))
    assert calls >= 2
    joined = 1
    for call, moment in points(calls):
        key = f"{call} {moment}"
        number = ready_for(verb, rulebook)
        assert dies_at(call, moment, lambda number=number, key=key: act(number, other, key))
        done = act(number, other, key)
        assert done.case.number == number
        assert events_of(number)[verb.kind] == 1
        joined += 1
    if verb.name == "join":
        assert events_of(other)["absorbed"] == joined
    settle(rulebook)
    print(f"{verb.name}: {3 * calls} points")


def test_the_sweep_killed_anywhere_fires_each_level_once(rulebook: Rulebook) -> None:
    now = TUESDAY_TEN + 12 * MINUTE

    def prepare() -> list[str]:
        return [file_one(rulebook, category).number for category in ("C1", "C3", "D1", "B2")]

    def sweep() -> None:
        enforce_deadlines(cases, rulebook, now)

    prepare()
    calls = calls_of(sweep)
    assert calls >= cases.SHARDS + 2
    reached = 0
    # Where the cases lie differs from time to time, so the last points may not be reached; enough more are tried.
    for call, moment in points(calls + 3):
        waiting = prepare()
        reached += dies_at(call, moment, sweep)
        sweep()
        sweep()
        assert [events_of(number)["escalated"] for number in waiting] == [2, 1, 0, 0]
    settle(rulebook)
    assert reached >= 3 * calls - 9
    print(f"sweep: {reached} points")


def test_the_calendar_watch_killed_anywhere_recomputes_once(rulebook: Rulebook) -> None:
    rulebook = unannounced(rulebook)
    book = announced(rulebook)

    def watch() -> None:
        watch_calendar(cases, outbox.owe, book, LATE_DECEMBER + HOUR)

    file_one(rulebook, "C3", LATE_DECEMBER)
    calls = calls_of(watch)
    for call, moment in points(calls):
        number = file_one(rulebook, "C3", LATE_DECEMBER).number
        assert dies_at(call, moment, watch)
        watch()
        assert events_of(number)["recomputed"] == 1
    settle(rulebook, LATE_DECEMBER + 2 * HOUR)
    print(f"calendar watch: {3 * calls} points")


class Post:
    """A provider of messages that outlives whoever calls it: what it was handed stands in a file."""

    tells_repeats = True
    joined_bytes = 0
    most_posts = None

    def __init__(self, file: Path) -> None:
        self.file = file

    def send(self, letter: Letter) -> None:
        with self.file.open("a") as kept:
            kept.write(f"{letter.id}\n")

    def handed(self) -> Counter[str]:
        return Counter(self.file.read_text().split()) if self.file.exists() else Counter()


def test_the_delivery_killed_anywhere_loses_no_message_and_repeats_none_under_another_id(
    rulebook: Rulebook, tmp_path: Path
) -> None:
    post = Post(tmp_path / "handed")
    office = Office(rulebook, Channels(sms=post, email=post, robot=lambda _: post), cases.heads, PLACES)
    owed: set[str] = set()

    def prepare() -> None:
        number = file_one(rulebook, "B2").number
        owed.update(f"{number}/1/{n}" for n in (1, 2, 3))

    def deliver(now: datetime = NOW) -> None:
        deliver_messages(outbox, office, now)

    prepare()
    calls = calls_of(deliver)
    reached = 0
    for call, moment in points(calls):
        prepare()
        reached += dies_at(call, moment, deliver)
        deliver()
        for minutes in (3, 6):
            deliver(NOW + LEASE + minutes * MINUTE)
    settle(rulebook)
    assert [outbox.pending(shard, NOW + timedelta(days=9)) for shard in range(outbox.SHARDS)] == [[]] * 4
    shown = {id.split("@")[0] for id in post.handed()}
    told = {message.id for number in numbers() for message, _ in outbox.sent(number)}
    assert told == owed
    assert shown <= owed and len(shown) >= len(owed) * 2 / 3  # a resident without a telephone gets no letter
    repeats = sum(post.handed().values()) - len(post.handed())
    assert repeats <= reached, "at most one letter more for each crash, under the same id"
    print(f"delivery: {reached} points, {repeats} letters handed over twice under the same id")


def test_a_delivery_killed_while_it_marks_hands_nothing_over_again(
    rulebook: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told as sent and not yet out of the outbox: that is no fault, and the next delivery only takes it out."""
    monkeypatch.setenv("SHOUNUO_SHARDS", "1")
    post = Post(tmp_path / "handed")
    office = Office(rulebook, Channels(sms=post, email=post, robot=lambda _: post), cases.heads, PLACES)
    file_one(rulebook, "B2")
    in_both = 0
    for call, moment in points(calls_of(lambda: deliver_messages(outbox, office, NOW))):
        number = file_one(rulebook, "B2").number
        assert dies_at(call, moment, lambda: deliver_messages(outbox, office, NOW))
        time.sleep(0.02)  # what it had put on the wire arrives
        waiting = {one.message.id for one in outbox.pending(0, NOW + HOUR)}
        told = waiting & {message.id for message, _ in outbox.sent(number)}
        in_both += len(told)
        assert check_everything(census, rulebook, NOW).violations == []
        before = post.handed()
        deliver_messages(outbox, office, NOW + LEASE + 3 * MINUTE)
        more = post.handed() - before
        assert not told & {id.split("@")[0] for id in more}
        assert outbox.pending(0, NOW + HOUR) == []
        assert len(outbox.sent(number)) == 3
    assert in_both >= 6, "three messages, each killed at least twice between its two writes"
    print(f"marking: {in_both} times in both places")


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb_whose_reply_was_lost_counts_once(rulebook: Rulebook, verb: Verb, proxy: Proxy) -> None:
    other, number = file_one(rulebook, "C5").number, ready_for(verb, rulebook)
    proxy.set(drop_replies=[0])
    done = verb.act(verb.request(rulebook, 59, "key"), number, other)
    writes = [call for call in proxy.calls if call in WRITES]
    assert writes == ["TransactWriteItems"] * 2, "the same transaction went out again under its token"
    again = verb.act(verb.request(rulebook, 59, "key"), number, other)
    assert done.case.number == number == again.case.number
    assert events_of(number)[verb.kind] == 1
    assert events_of(other)["absorbed"] == (verb.name == "join")
    proxy.set()
    settle(rulebook)


@pytest.mark.parametrize("dropped", [[0], [0, 1], [0, 1, 2]], ids=["once", "twice", "three times"])
def test_a_filing_whose_reply_was_lost_gives_one_case(
    rulebook: Rulebook, proxy: Proxy, dropped: list[int]
) -> None:
    proxy.set(drop_replies=dropped)
    done = file_case(request(rulebook, key="key"), report(rulebook), CONTACT)
    again = file_case(request(rulebook, key="key"), report(rulebook), CONTACT)
    assert numbers() == [done.case.number] == [again.case.number]
    proxy.set()
    settle(rulebook)


def test_a_sweep_all_of_whose_replies_are_lost_fires_each_level_once(
    rulebook: Rulebook, proxy: Proxy
) -> None:
    waiting = [file_one(rulebook, "C1").number for _ in range(20)]
    proxy.set(drop_replies=list(range(0, 100, 2)))
    enforce_deadlines(cases, rulebook, TUESDAY_TEN + 12 * MINUTE)
    assert [events_of(number)["escalated"] for number in waiting] == [2] * 20
    assert Counter(proxy.calls)["TransactWriteItems"] == 40
    proxy.set()
    settle(rulebook)


def test_a_delivery_all_of_whose_replies_are_lost_sends_each_message_once(
    rulebook: Rulebook, proxy: Proxy, tmp_path: Path
) -> None:
    post = Post(tmp_path / "handed")
    office = Office(rulebook, Channels(sms=post, email=post, robot=lambda _: post), cases.heads, PLACES)
    for _ in range(10):
        file_one(rulebook, "C1")
    proxy.set(drop_replies=list(range(0, 200, 2)))
    counts = deliver_messages(outbox, office, NOW)
    assert counts.lost_races == 0 and counts.sent + counts.not_wanted == 20
    assert set(post.handed().values()) == {1}
    proxy.set()
    settle(rulebook)


# Verbs of other things than cases, and where they are killed.
KILLED_ELSEWHERE = {
    **dict.fromkeys(("send_list", "go_on_with_list", "accept_list"), "actions/test_lists.py"),
    **dict.fromkeys(
        (
            "file_post", "approve_post", "refuse_post", "ask_post_change", "edit_post", "renew_post",
            "report_post", "keep_post", "take_down_post", "withdraw_post", "add_post_photo", "post_request",
        ),
        "faults/test_board_crash_points.py",
    ),
    **dict.fromkeys(("judge", "arrange", "admit_published", "publish_incident"), "faults/test_one_step_killed.py"),
    "attend_open_day": "faults/test_open_days.py",
}  # fmt: skip


def test_the_enumeration_is_whole() -> None:
    """Every file of actions/ with a verb in it is among the verbs that are killed, here or where it says."""
    tests = Path(__file__).resolve().parents[1]
    folder = tests.parent / "backend" / "chalicelib" / "actions"
    verbs = {file.stem for file in folder.glob("*.py")} - {"__init__", "request", "file_case"}
    here = {verb.name for verb in VERBS} - {"refuse_extension", "add_work_photo", "hear_of_dissatisfaction"}
    assert verbs == here | KILLED_ELSEWHERE.keys()
    for file in set(KILLED_ELSEWHERE.values()):
        assert "dies_at(" in (tests / file).read_text("utf-8"), file
