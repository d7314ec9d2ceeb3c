"""Killed at any call of the database, forgetting is finished by the next run: nothing is left between two steps (G34)."""

from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.domain.events import Actor, Role
from chalicelib.domain.importing import Import, Sort
from chalicelib.domain.standards import Rulebook
from chalicelib.storage import forgetting, households, imports, readings, vault
from chalicelib.storage.table import Record
from tests.cases import COMMUNITY, HOUR, TUESDAY_TEN
from tests.faults.crashing import Moment, calls_of, dies_at
from tests.faults.test_crash_points import points
from tests.jobs.test_forget_what_is_over import HOME, PHONE, Shelf, case_of, forget, marks, resident, sound

pytestmark = pytest.mark.usefixtures("table")

ASKED = TUESDAY_TEN + 10 * HOUR
OVER = ASKED + timedelta(days=1100)


def prepare(book: Rulebook, folder: Path, n: int) -> Shelf:
    """A resident of a home with an ended case and its photo, somebody who moved out, a list, and somebody who read."""
    shelf = Shelf(folder / str(n))
    households.save_home(HOME)
    households.save_member(resident(id="a"))
    households.save_member(resident(id=f"b{n}", phone=None, needs=(), left_at=TUESDAY_TEN))
    case = case_of(book, n, shelf, TUESDAY_TEN + 5 * HOUR)
    readings.note(Actor(Role.DESK, f"desk{n}"), COMMUNITY, "case", case.number, TUESDAY_TEN)
    imports.keep(Import(f"i{n}", COMMUNITY, Sort.HOMES, "boss", TUESDAY_TEN, 1, 2), ["[]", "[]"])
    return shelf


def test_the_job_killed_anywhere_is_finished_by_the_next_run(rulebook: Rulebook, tmp_path: Path) -> None:
    shelf = prepare(rulebook, tmp_path, 1)
    calls = calls_of(lambda: forget(shelf, OVER))
    reached = 0
    # In which shards the things lie differs from time to time, so the last points may not be reached.
    # Before the next call is sent is as good as after the last one's reply: two moments of each call in turn.
    for n, call in enumerate(range(1, calls + 1), 2):
        moment = (Moment.UNANSWERED, Moment.ANSWERED)[n % 2]
        shelf = prepare(rulebook, tmp_path, n)
        reached += dies_at(call, moment, lambda shelf=shelf: forget(shelf, OVER))
        assert forget(shelf, OVER).failed == 0
        assert not list(shelf.folder.rglob("*.jpg"))
    assert reached >= calls - 5
    _only_the_resident_is_left()
    assert sound(rulebook, OVER)
    print(f"forgetting: {reached} points")


def test_asking_killed_anywhere_is_finished_by_asking_again_or_by_the_job(
    rulebook: Rulebook, tmp_path: Path
) -> None:
    key = vault.phone_key(PHONE)
    shelf = prepare(rulebook, tmp_path, 1)
    calls = calls_of(lambda: forgetting.ask(key, TUESDAY_TEN, ASKED))
    for n, (call, moment) in enumerate(points(calls), 2):
        shelf = prepare(rulebook, tmp_path, n)
        assert dies_at(call, moment, lambda: forgetting.ask(key, TUESDAY_TEN, ASKED))
        if n % 2:
            forgetting.ask(key, TUESDAY_TEN, ASKED)
            assert households.of_phone(key) == []
        forget(shelf, ASKED + HOUR)
        if households.of_phone(key):  # killed before anything was written: nobody was told that it is done
            forgetting.ask(key, TUESDAY_TEN, ASKED)
            forget(shelf, ASKED + HOUR)
        assert not list(shelf.folder.rglob("*.jpg"))
    forget(shelf, OVER)
    assert [mark for mark in marks(shelf) if mark != "9901"] == []
    assert sound(rulebook, OVER)
    print(f"asking: {3 * calls} points")


def _only_the_resident_is_left() -> None:
    kinds = {record.pk.partition("#")[0] for record in Record.scan(consistent_read=True)}
    assert kinds.isdisjoint({"READ", "READOF", "IMPORT", "IMPORTS"})
    found = households.household(COMMUNITY, HOME.id)
    assert found is not None and [member.id for member in found.members] == ["a"]
    assert all(not member.needs for member in found.members)
