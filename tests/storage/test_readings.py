"""Who read what: noted once, found from both ends, forgotten on its day; and told quickly."""

import time
from datetime import timedelta

import pytest

from chalicelib.domain.events import Actor, Role
from chalicelib.domain.keeping import Unavailable
from chalicelib.domain.moments import written
from chalicelib.storage import readings
from chalicelib.storage.readings import ReadingRecord
from chalicelib.storage.table import ForgetRecord, Record
from chalicelib.storage.transaction import Lost, Transaction
from tests.cases import COMMUNITY, TUESDAY_TEN
from tests.cases import MINUTE as MINUTES

pytestmark = pytest.mark.usefixtures("table")

DESK = Actor(Role.DESK, "desk1")
DAY = timedelta(days=1)


def read_by(person: str = "desk1") -> list[tuple[str, str]]:
    """What an account read in the days around the test's."""
    found = readings.all_of_reader(COMMUNITY, person, TUESDAY_TEN - 40 * DAY, TUESDAY_TEN + 800 * DAY)
    return [(one.what, one.id) for one in found]


def test_a_reading_is_found_by_its_account_and_by_what_was_read() -> None:
    readings.note(DESK, COMMUNITY, "case", "261124-000001", TUESDAY_TEN)
    readings.note_all(DESK, COMMUNITY, "home", ["g3-2-502", "g3-2-503"], TUESDAY_TEN + MINUTES)
    assert read_by() == [("case", "261124-000001"), ("home", "g3-2-502"), ("home", "g3-2-503")]
    (seen,) = readings.of_object(COMMUNITY, "home", "g3-2-503")
    assert (seen.by, seen.role, seen.at) == ("desk1", "desk", TUESDAY_TEN + MINUTES)
    assert readings.of_object("elsewhere", "home", "g3-2-503") == []
    assert read_by("desk2") == []


def test_ten_homes_are_noted_with_one_look_at_what_was_noted_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    real = readings._lately
    monkeypatch.setattr(readings, "_lately", lambda *said: (looks.append(1), real(*said))[1])
    readings.note_all(DESK, COMMUNITY, "home", [f"g3-2-{number}" for number in range(10)], TUESDAY_TEN)
    assert (len(looks), len(read_by())) == (1, 10)


def test_the_same_is_noted_again_after_five_minutes_and_not_before() -> None:
    for minutes, times in ((0, 1), (4.99, 1), (5, 2), (9, 2), (10, 3)):
        readings.note(DESK, COMMUNITY, "case", "261124-000001", TUESDAY_TEN + minutes * MINUTES)
        assert len(read_by()) == times
    readings.note(Actor(Role.MANAGER, "boss"), COMMUNITY, "case", "261124-000001", TUESDAY_TEN)
    seen = readings.of_object(COMMUNITY, "case", "261124-000001")
    assert sorted(one.role for one in seen) == ["desk", "desk", "desk", "manager"]


def test_a_search_is_noted_with_what_it_showed_and_never_with_what_was_typed() -> None:
    readings.note_search(DESK, COMMUNITY, "王小明 3-502", ["261124-000001"], TUESDAY_TEN)
    readings.note_search(DESK, COMMUNITY, "王小明 3-502", ["261124-000001"], TUESDAY_TEN + MINUTES)
    (found,) = readings.all_of_reader(COMMUNITY, "desk1", TUESDAY_TEN, TUESDAY_TEN + DAY)
    assert (found.what, found.found) == ("search", ("261124-000001",))
    assert not any("王" in str(one.to_dynamodb_dict()) for one in Record.scan())


def test_what_cannot_be_noted_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(self: Transaction) -> None:
        raise Lost(frozenset({"last"}))

    monkeypatch.setattr(Transaction, "commit", lost)
    with pytest.raises(Unavailable):
        readings.note(DESK, COMMUNITY, "case", "261124-000001", TUESDAY_TEN)


def test_one_reading_is_one_transaction_and_a_repeated_one_none(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    commit = Transaction.commit
    monkeypatch.setattr(Transaction, "commit", lambda self: (made.append(len(self)), commit(self))[1])
    readings.note_all(
        DESK, COMMUNITY, "home", [f"g3-2-{n}" for n in range(readings.MOST_AT_ONCE)], TUESDAY_TEN
    )
    readings.note(DESK, COMMUNITY, "home", "g3-2-0", TUESDAY_TEN + MINUTES)
    assert made == [3 * readings.MOST_AT_ONCE + 1]


def test_a_day_of_readings_is_forgotten_whole_and_alone() -> None:
    for n in range(70):
        readings.note(DESK, COMMUNITY, "case", f"261124-{n:06d}", TUESDAY_TEN)
    readings.note(DESK, COMMUNITY, "case", "261125-000001", TUESDAY_TEN + DAY)
    places = sorted(record.sk for record in ForgetRecord.scan() if record.pk.startswith("FORGET#"))
    assert places == [
        f"2028-11-25T00:00:00.000Z#reading#{COMMUNITY}/desk1/2026-11-24",
        f"2028-11-26T00:00:00.000Z#reading#{COMMUNITY}/desk1/2026-11-25",
    ]
    readings.forget_day(f"{COMMUNITY}/desk1/2026-11-24")
    readings.forget_day(f"{COMMUNITY}/desk1/2026-11-24")
    assert read_by() == [("case", "261125-000001")]
    left = {record.pk for record in Record.scan() if record.pk.startswith("READ")}
    assert left == {f"READ#{COMMUNITY}/desk1/2026-11", f"READOF#{COMMUNITY}/case/261125-000001"}


def test_readings_are_told_at_a_pace_that_answers_for_a_hundred_thousand_within_a_minute() -> None:
    most = 4_000  # tests/bench has the hundred thousand
    with Record.batch_write() as batch:
        for n in range(most):
            at = TUESDAY_TEN + n * 10 * MINUTES  # four weeks: two months' partitions
            pk = readings._pk(COMMUNITY, "desk1", at.date())
            batch.save(ReadingRecord(pk, f"{written(at)}#case#261124-{n:06d}", role="desk"))
    began = time.monotonic()
    told = [one.id for one in readings.all_of_reader(COMMUNITY, "desk1", TUESDAY_TEN, TUESDAY_TEN + 60 * DAY)]
    took = time.monotonic() - began
    assert told == [f"261124-{n:06d}" for n in range(most)]
    assert took < 60 * most / 100_000
