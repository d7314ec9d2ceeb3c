"""A message is told as sent, then taken out, by two single writes: what lies between them, and what an old look still shows."""

from json import loads
from typing import Any

import pytest

from chalicelib.domain.keeping import Owed
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.deliver_messages import LEASE
from chalicelib.notify.hurrying import HURRIED
from chalicelib.schedules.heartbeat import run_of
from chalicelib.storage import census, outbox
from tests.cases import COMMUNITY, HOUR, MINUTE, NUMBER, TUESDAY_TEN, file_one
from tests.jobs.test_deliver_messages import Died, Post, left, owe, run
from tests.notify.facts import message

pytestmark = pytest.mark.usefixtures("table")

LATER = TUESDAY_TEN + LEASE + MINUTE


def lying() -> list[Owed]:
    """What is to be sent now, as a run sees it."""
    return [one for shard in range(outbox.SHARDS) for one in outbox.pending(shard, TUESDAY_TEN)]


def dies_between(rulebook: Rulebook, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that tells a message as sent and dies before it is out of the outbox."""

    def die(*_: object) -> bool:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "delete_alone", die)
        with pytest.raises(Died):
            run(rulebook, post)


def test_what_is_told_as_sent_is_not_sent_again_after_its_deliverer_died(
    rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, post = file_one(rulebook, "C1").number, Post()
    dies_between(rulebook, post, monkeypatch)
    [told] = [one.id for one, _ in outbox.sent(number)]
    assert told in left()
    assert check_everything(census, rulebook, TUESDAY_TEN).violations == [], "the next delivery mends it"
    counts = run(rulebook, post, LATER)
    assert (counts.sent, counts.lost_races) == (1, 1)
    assert set(post.handed.values()) == {1}
    assert left() == []
    assert len(outbox.sent(number)) == 2


def test_staff_send_again_what_lies_in_both_places_once_and_not_twice(
    rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe()
    post = Post()
    dies_between(rulebook, post, monkeypatch)
    [told] = outbox.sent_of(NUMBER)
    assert outbox.send_again(told, TUESDAY_TEN + MINUTE, "li.wei")
    assert left() == ["m0"]
    assert not outbox.send_again(told, TUESDAY_TEN + MINUTE, "li.wei")
    assert run(rulebook, post, LATER).sent == 1
    assert post.handed == {"m0": 2}
    [told] = outbox.sent_of(NUMBER)
    assert len(told.again) == 1
    assert left() == []


def test_what_was_begun_before_is_not_taken_for_another_message_sent_under_its_id(rulebook: Rulebook) -> None:
    owe()
    run(rulebook, Post())
    outbox.owed_record(message("replied", f"resident:{NUMBER}", id="m0", new="words")).save()
    with pytest.raises(Died):
        run(rulebook, Post(dies=True))
    post = Post()
    assert run(rulebook, post, LATER).sent == 1
    assert post.handed == {"m0": 1}


def test_a_deliverer_that_comes_too_late_tells_nothing_as_sent_that_waits_or_was_set_aside() -> None:
    owe(2)
    first, second = lying()
    for owed in (first, second):
        late = outbox.claim(owed, TUESDAY_TEN + LEASE)
        assert late is not None
        [again] = [
            one
            for shard in range(outbox.SHARDS)
            for one in outbox.pending(shard, TUESDAY_TEN + LEASE)
            if (one.message, one.until) == (owed.message, late.until)
        ]
        taken = outbox.claim(again, LATER + LEASE)
        assert taken is not None
        if owed is first:
            assert outbox.postpone(taken, LATER + HOUR, "HTTP 500")
        else:
            assert outbox.set_aside(taken, LATER, "HTTP 500")
        assert not outbox.mark_sent(late, LATER)
    assert outbox.sent(NUMBER) == []
    assert left() == [first.message.id]
    assert [one.message.id for one in outbox.stuck(COMMUNITY)] == [second.message.id]


def test_a_message_with_a_code_leaves_by_one_write_and_nothing_is_looked_up_for_a_first_try(
    calls: list[tuple[str, dict[str, Any]]],
) -> None:
    for id, to in (("code", "code:resident/abc"), ("m0", f"resident:{NUMBER}")):
        outbox.owed_record(message("replied", to, id=id)).save()
    for owed in sorted(lying(), key=lambda one: one.message.id):
        taken = outbox.claim(owed, TUESDAY_TEN + LEASE)
        assert taken is not None
        assert outbox.mark_sent(taken, TUESDAY_TEN)
    owing, of_code, of_other = (
        ["PutItem"] * 2,
        ["PutItem", "DeleteItem"],
        ["PutItem", "PutItem", "DeleteItem"],
    )
    assert [name for name, _ in calls if name != "Query"] == owing + of_code + of_other
    assert left() == []
    assert [one.id for one, _ in outbox.sent(NUMBER)] == ["m0"]


@pytest.mark.parametrize("how", ["taken", "sent", "postponed", "set aside"])
def test_what_an_old_look_still_shows_is_a_lost_race_and_comes_back_by_nothing(how: str) -> None:
    owe()
    [seen] = lying()
    taken = outbox.claim(seen, TUESDAY_TEN + LEASE)
    assert taken is not None
    match how:
        case "sent":
            assert outbox.mark_sent(taken, TUESDAY_TEN)
        case "postponed":
            assert outbox.postpone(taken, TUESDAY_TEN + HOUR, "HTTP 500")
        case "set aside":
            assert outbox.set_aside(taken, TUESDAY_TEN, "HTTP 500")
    before = left()
    assert outbox.claim(seen, LATER + LEASE) is None
    assert left() == before == (["m0"] if how in ("taken", "postponed") else [])


def test_a_run_of_the_minute_reads_eventually_and_one_that_somebody_waits_for_does_not(
    calls: list[tuple[str, dict[str, Any]]], rulebook: Rulebook
) -> None:
    def read() -> set[bool]:
        return {asked.get("ConsistentRead", False) for name, asked in calls if name == "Query"}

    assert run_of(loads(HURRIED)).hurried and not run_of({"detail": {}}).hurried
    run(rulebook, Post())
    assert read() == {False}
    calls.clear()
    run(rulebook, Post(), hurried=run_of(loads(HURRIED)).hurried)
    assert read() == {True}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What is asked of the database: each operation with what it says."""
    from botocore.client import BaseClient

    real = BaseClient._make_api_call  # type: ignore[attr-defined]
    made: list[tuple[str, dict[str, Any]]] = []

    def heard(client: Any, operation: str, asked: dict[str, Any]) -> Any:
        made.append((operation, asked))
        return real(client, operation, asked)

    monkeypatch.setattr(BaseClient, "_make_api_call", heard)
    return made
