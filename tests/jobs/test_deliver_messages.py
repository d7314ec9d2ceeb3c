"""Delivering the outbox over a real table: never lost, never doubled where the channel can tell, nothing held up by one."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from chalicelib.domain.case import Case
from chalicelib.domain.change import Message
from chalicelib.domain.delivering import Letter, Undelivered
from chalicelib.domain.keeping import Contact
from chalicelib.domain.moments import read
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.deliver_messages import LEASE, MOST_TRIES, PAUSES, Counts, deliver_messages
from chalicelib.notify import Office
from chalicelib.notify.channels import Channels
from chalicelib.storage import cases, outbox
from tests.cases import COMMUNITY, CONTACT, HOUR, MINUTE, NUMBER, TUESDAY_TEN, case, file_one
from tests.notify.facts import PLACES, message

pytestmark = pytest.mark.usefixtures("table")

SECOND = timedelta(seconds=1)


class Died(BaseException):
    """The process ends here."""


@dataclass
class Post:
    """A channel that shows each id once, as a provider that can tell does, and counts what it was handed."""

    shown: dict[str, Letter] = field(default_factory=dict)
    handed: Counter[str] = field(default_factory=Counter)
    fails: Undelivered | Exception | None = None
    fails_for: str | None = None
    dies: bool = False
    tells_repeats: bool = True
    joined_bytes: int = 0
    most_posts: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, letter: Letter) -> None:
        with self.lock:
            if self.fails is not None and self.fails_for in (None, letter.id):
                raise self.fails
            self.handed[letter.id] += 1
            self.shown.setdefault(letter.id, letter)
        if self.dies:
            raise Died


def office(book: Rulebook, post: Post, robot: Post | None = None) -> Office:
    """A post office that hands everything to `post`, what is for groups to `robot`; every case but a real one is C1's."""
    ordinary = case(book)

    def look(numbers: Iterable[str]) -> Mapping[str, tuple[Case, Contact]]:
        found = dict(cases.heads([n for n in numbers if n != NUMBER]))
        return {**found, NUMBER: (ordinary, CONTACT)}

    return Office(book, Channels(sms=post, email=post, robot=lambda name: robot), look, PLACES)


def owe(
    count: int = 1, to: str = f"resident:{NUMBER}", template: str = "replied", **facts: object
) -> list[Message]:
    """Messages that are owed now."""
    messages = [message(template, to, id=f"m{n}", **facts) for n in range(count)]
    for one in messages:
        assert outbox.owe(one)
    return messages


def run(
    book: Rulebook, post: Post, now: datetime = TUESDAY_TEN, robot: Post | None = None, **options: float
) -> Counts:
    """One run of the job."""
    return deliver_messages(outbox, office(book, post, robot), now, **options)  # type: ignore[arg-type]


def left(now: datetime = TUESDAY_TEN + timedelta(days=30)) -> list[str]:
    """Ids of everything that still lies in the outbox."""
    return sorted(o.message.id for s in range(outbox.SHARDS) for o in outbox.pending(s, now, limit=500))


def next_moment() -> datetime:
    """When the first of what lies in the outbox is to be tried."""
    lying = (o.sk for s in range(outbox.SHARDS) for o in outbox.pending(s, TUESDAY_TEN + timedelta(days=30)))
    return read(min(lying).partition("#")[0])


def test_filing_a_case_tells_the_resident_and_who_is_in_charge(rulebook: Rulebook) -> None:
    number = file_one(rulebook, "C1").number
    post = Post()
    counts = run(rulebook, post)
    assert (counts.read, counts.sent, counts.set_aside) == (2, 2, 0)
    texts = {letter.template: letter for letter in post.shown.values()}
    assert texts["filed"].to == CONTACT.phone
    assert number in texts["filed"].text
    assert texts["assigned"].to == rulebook.people["gui-technician-1"].phone
    assert left() == []
    assert {m.template for m, _ in outbox.sent(number)} == {"filed", "assigned"}


def test_a_second_run_finds_nothing_more(rulebook: Rulebook) -> None:
    owe()
    post = Post()
    run(rulebook, post)
    assert run(rulebook, post) == Counts()
    assert post.handed == {"m0": 1}


def test_a_message_of_tomorrow_waits_until_tomorrow(rulebook: Rulebook) -> None:
    owe()
    post = Post()
    assert run(rulebook, post, TUESDAY_TEN - SECOND).read == 0
    assert run(rulebook, post, TUESDAY_TEN).sent == 1


def test_two_deliverers_at_once_send_each_message_once(rulebook: Rulebook) -> None:
    owe(200)
    post = Post()
    start = threading.Barrier(2)
    counts: list[Counts] = []

    def deliver() -> None:
        start.wait()
        counts.append(run(rulebook, post))

    threads = [threading.Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert post.handed == Counter({f"m{n}": 1 for n in range(200)})
    assert sum(one.sent for one in counts) == 200
    assert left() == []


def test_a_deliverer_that_dies_after_sending_sends_the_same_id_again_and_the_resident_sees_one(
    rulebook: Rulebook,
) -> None:
    owe()
    post = Post(dies=True)
    with pytest.raises(Died):
        run(rulebook, post)
    post.dies = False
    assert run(rulebook, post, TUESDAY_TEN + LEASE - SECOND).read == 0
    assert run(rulebook, post, TUESDAY_TEN + LEASE + MINUTE).sent == 1
    assert post.handed == {"m0": 2}
    assert len(post.shown) == 1
    assert left() == []


def test_a_deliverer_that_wakes_after_its_lease_does_not_take_back_what_another_sent(
    rulebook: Rulebook,
) -> None:
    [one] = owe()
    [owed] = [o for s in range(outbox.SHARDS) for o in outbox.pending(s, TUESDAY_TEN)]
    asleep = outbox.claim(owed, TUESDAY_TEN + LEASE)
    assert asleep is not None
    post = Post()
    run(rulebook, post, TUESDAY_TEN + LEASE + SECOND)
    assert outbox.postpone(asleep, TUESDAY_TEN + HOUR, "late") is None
    assert not outbox.mark_sent(asleep, TUESDAY_TEN + HOUR)
    assert left() == []
    assert [m.id for m, _ in outbox.sent(one.case)] == [one.id]


def test_a_message_taken_by_one_lies_where_it_lay_and_is_nobody_elses_until_its_time_is_over() -> None:
    owe()
    [owed] = [o for s in range(outbox.SHARDS) for o in outbox.pending(s, TUESDAY_TEN)]
    shard = int(owed.pk.rpartition("#")[2])
    taken = outbox.claim(owed, TUESDAY_TEN + LEASE)
    assert taken is not None and (taken.pk, taken.sk, taken.attempts) == (owed.pk, owed.sk, 1)
    assert outbox.claim(owed, TUESDAY_TEN + HOUR) is None
    assert outbox.pending(shard, TUESDAY_TEN + LEASE - SECOND) == []
    assert outbox.pending(shard, TUESDAY_TEN + LEASE) == [taken]


def test_a_page_of_what_is_to_be_sent_is_full_although_others_have_taken_most_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHOUNUO_SHARDS", "1")
    owe(12)
    lying = outbox.pending(0, TUESDAY_TEN)
    for owed in lying[:8]:
        assert outbox.claim(owed, TUESDAY_TEN + LEASE)
    assert outbox.pending(0, TUESDAY_TEN, limit=3) == lying[8:11]
    assert outbox.pending(0, TUESDAY_TEN, after=lying[10].sk, limit=3) == lying[11:]


def test_what_fails_is_tried_again_with_growing_pauses_for_a_day_and_then_shown_to_staff(
    rulebook: Rulebook,
) -> None:
    owe()
    broken, engineers = Post(fails=Undelivered("wecom: errcode 45009"), fails_for="m0"), Post()
    now, tries = TUESDAY_TEN, []
    while not outbox.stuck(COMMUNITY):
        assert run(rulebook, broken, now - SECOND).read == 0
        assert run(rulebook, broken, now).read == 1
        tries.append(now)
        assert len(tries) <= MOST_TRIES
        now = next_moment()
    assert len(tries) == MOST_TRIES
    gaps = [later - earlier for earlier, later in pairwise(tries)]
    assert all(pause <= gap <= pause + MINUTE for pause, gap in zip(PAUSES, gaps, strict=True))
    assert 23 * HOUR < tries[-1] - tries[0] < 25 * HOUR
    [stuck] = outbox.stuck(COMMUNITY)
    assert (stuck.message.id, stuck.error) == ("m0", "wecom: errcode 45009")
    run(rulebook, engineers, now + MINUTE)
    [letter] = engineers.shown.values()
    assert letter.to == rulebook.people["engineer-xian"].email
    for words in (NUMBER, "居民", "wecom: errcode 45009"):
        assert words in letter.text
    assert left() == []


def test_a_channel_that_recovers_loses_nothing(rulebook: Rulebook) -> None:
    owe(5)
    post = Post(fails=Undelivered("HTTP 500"))
    assert run(rulebook, post).postponed == 5
    post.fails = None
    assert run(rulebook, post, TUESDAY_TEN + 2 * MINUTE).sent == 5
    assert post.handed == {f"m{n}": 1 for n in range(5)}


def test_a_final_refusal_is_shown_to_staff_at_once(rulebook: Rulebook) -> None:
    owe()
    counts = run(rulebook, Post(fails=Undelivered("sms: not a mobile number", final=True)))
    assert (counts.set_aside, counts.postponed) == (1, 0)
    assert [o.message.id for o in outbox.stuck(COMMUNITY)] == ["m0"]
    assert left() == ["stuck/m0"]


def test_an_alarm_repeated_every_minute_is_told_once_even_after_it_was_sent(rulebook: Rulebook) -> None:
    post = Post(tells_repeats=False)
    alarm = message("clock_refused", "engineers", id="clock/20261124T02", case="", community="")
    assert outbox.owe(alarm)
    for minute in range(5):
        assert not outbox.owe(alarm)
        run(rulebook, post, TUESDAY_TEN + minute * MINUTE)
    assert post.handed == {alarm.id: 1}
    assert left() == []


def test_a_message_to_engineers_that_is_stuck_makes_no_further_message(rulebook: Rulebook) -> None:
    outbox.owe(message("clock_refused", "engineers", case="", community=""))
    counts = run(rulebook, Post(fails=Undelivered("ses: MessageRejected", final=True)))
    assert counts.set_aside == 1
    assert left() == []
    assert [o.message.id for o in outbox.stuck("")] == ["m1"]


def test_one_message_that_cannot_be_rendered_stops_no_other(rulebook: Rulebook) -> None:
    owe(3)
    bad = [
        message("no_such_words", id="bad1"),
        message("supervisor", id="bad2", due="never"),
        message("assigned", id="bad3", case="999999-999999"),
        message("assigned", "pigeon:coop", id="bad4"),
    ]
    for one in bad:
        outbox.owe(one)
    post = Post()
    counts = run(rulebook, post)
    assert (counts.read, counts.sent, counts.set_aside, counts.postponed) == (7, 3, 4, 0)
    assert sorted(o.message.id for o in outbox.stuck(COMMUNITY)) == ["bad1", "bad2", "bad3", "bad4"]
    assert run(rulebook, post, TUESDAY_TEN + MINUTE).sent == 4  # the engineers hear of each
    assert left() == []


def test_a_mistake_in_a_channel_stops_no_other_message(rulebook: Rulebook) -> None:
    owe(3)
    post = Post(fails=ZeroDivisionError("ours"), fails_for="m1")
    counts = run(rulebook, post)
    assert (counts.sent, counts.postponed) == (2, 1)
    assert left() == ["m1"]


def test_a_message_that_kills_its_deliverer_every_time_is_set_aside_in_the_end(rulebook: Rulebook) -> None:
    owe()
    post = Post(dies=True)
    now = TUESDAY_TEN
    for _ in range(MOST_TRIES):
        with pytest.raises(Died):
            run(rulebook, post, now)
        now += LEASE + MINUTE
    assert run(rulebook, post, now).set_aside == 1
    assert post.handed["m0"] == MOST_TRIES


def test_a_resident_who_wants_no_messages_leaves_none_behind(rulebook: Rulebook) -> None:
    number = file_one(rulebook, "C1", tell_resident=False).number
    outbox.owe(message("resolved_joined", f"resident:{number}"))
    post = Post()
    counts = run(rulebook, post)
    assert (counts.sent, counts.not_wanted) == (1, 1)
    assert [letter.template for letter in post.shown.values()] == ["assigned"]
    assert left() == []


def test_a_robot_gets_at_most_fifteen_posts_in_a_run_and_nothing_is_lost(rulebook: Rulebook) -> None:
    owe(40, to=f"department:{COMMUNITY}/order", template="assigned")
    robot = Post(joined_bytes=300, most_posts=15, tells_repeats=False)  # one message fills a post
    first = run(rulebook, Post(), robot=robot)
    assert (first.posts, first.sent, first.waiting) == (15, 15, 25)
    second = run(rulebook, Post(), TUESDAY_TEN + MINUTE, robot=robot)
    third = run(rulebook, Post(), TUESDAY_TEN + 2 * MINUTE, robot=robot)
    assert (second.sent, third.sent, third.waiting) == (15, 10, 0)
    assert left() == []
    assert set(robot.handed.values()) == {1}


def test_two_hundred_messages_to_one_group_leave_in_few_posts(rulebook: Rulebook) -> None:
    owe(200, to=f"department:{COMMUNITY}/order", template="assigned")
    robot = Post(joined_bytes=2048, most_posts=15, tells_repeats=False)
    runs = [run(rulebook, Post(), TUESDAY_TEN + n * MINUTE, robot=robot) for n in range(4)]
    assert all(one.posts <= 15 for one in runs)
    assert sum(one.sent for one in runs) == 200
    assert left() == []


def test_a_post_that_fails_brings_all_its_messages_back(rulebook: Rulebook) -> None:
    owe(5, to=f"department:{COMMUNITY}/order", template="assigned")
    robot = Post(joined_bytes=20_000, most_posts=15, fails=Undelivered("wecom: errcode 45009"))
    counts = run(rulebook, Post(), robot=robot)
    assert (counts.posts, counts.postponed, counts.sent) == (1, 5, 0)
    assert left() == [f"m{n}" for n in range(5)]


def test_when_time_runs_out_the_rest_stays_for_the_next_run(rulebook: Rulebook) -> None:
    owe(3)
    post = Post()
    counts = run(rulebook, post, seconds=0.0)
    assert (counts.sent, counts.unfinished) == (0, True)
    assert run(rulebook, post).sent == 3


def test_a_dry_run_counts_and_sends_nothing(rulebook: Rulebook) -> None:
    owe(3)
    post = Post()
    counts = run(rulebook, post, dry_run=True)
    assert (counts.read, counts.sent) == (3, 3)
    assert post.handed == {}
    assert left() == ["m0", "m1", "m2"]


def test_the_heartbeat_tells_how_old_the_oldest_message_is(rulebook: Rulebook) -> None:
    owe(2)
    assert run(rulebook, Post(), TUESDAY_TEN + 6 * HOUR).oldest_seconds == 6 * 3600
