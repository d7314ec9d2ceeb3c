"""What is personal goes on its stated day and not before; who asks to be forgotten leaves no trace but the matter (G34, G35)."""

import logging
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.domain import residents, working
from chalicelib.domain.case import Case
from chalicelib.domain.chain import faults
from chalicelib.domain.change import Change
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.households import Member, Need, Relation, new_home
from chalicelib.domain.importing import Import, Sort
from chalicelib.domain.keeping import Contact, PhotosUnavailable
from chalicelib.domain.photos import Photo, add_photo
from chalicelib.domain.retention import years_after
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.clock import ClockRefused
from chalicelib.jobs.forget_what_is_over import Counts, forget_what_is_over
from chalicelib.schedules import runs
from chalicelib.schedules.heartbeat import PhotosRefused
from chalicelib.storage import (
    cases,
    census,
    forgetting,
    home_items,
    households,
    imports,
    post_items,
    posts,
    readings,
    vault,
)
from chalicelib.storage.table import ForgetRecord, Record
from chalicelib.storage.transaction import Transaction
from tests import posts as posting
from tests.cases import COMMUNITY, HOUR, MINUTE, TUESDAY_TEN, by, filed

pytestmark = pytest.mark.usefixtures("table")

DAY = timedelta(days=1)
PHONE = "000-0000-7741"
MARKS = ("记号甲", "00000007741", PHONE, "9 单元 9901", "9901", "标记的话")
HOME = new_home(COMMUNITY, "1", "9", "9901")
PURPOSES = (
    post_items.WORDS,
    post_items.CONTACTS,
    post_items.PHONE,
    "phone of a case",
    home_items.PHONE,
    home_items.NEEDS,
    imports.SEALED,
)


class Shelf:
    """A photo store in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers = True

    def put(self, key: str) -> None:
        file = self.folder / key
        file.parent.mkdir(parents=True)
        file.write_text("标记的话 as a picture")

    def remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            if not self.answers:
                raise PhotosUnavailable("the photo store did not answer (AccessDenied)")
            (self.folder / key).unlink(missing_ok=True)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty photo store."""
    return Shelf(tmp_path)


def forget(shelf: Shelf, now: datetime) -> Counts:
    """One run of the job."""
    return forget_what_is_over(forgetting, shelf.remove, now)


def resident(**changes: object) -> Member:
    """Somebody who lives at HOME."""
    values: dict[str, object] = {
        "id": "m7741",
        "community": COMMUNITY,
        "home": HOME.id,
        "name": "记号甲",
        "phone": PHONE,
        "relation": Relation.OWNER,
        "language": "zh",
        "channel": "sms",
        "consent_at": TUESDAY_TEN - DAY,
        "needs": (Need("hearing", "标记的话", date(2027, 6, 1)),),
        "since": TUESDAY_TEN - DAY,
    }
    return Member(**{**values, **changes})  # type: ignore[arg-type]


def case_of(book: Rulebook, n: int, shelf: Shelf | None = None, ended: datetime | None = None) -> Case:
    """The `n`-th case of the resident, with a photo and words of both sides; ended when it is said."""
    number = f"261124-{n:06d}"
    contact = Contact("记号甲", PHONE, "9 单元 9901", "标记的话：漏水", HOME.id)
    done = [filed(book, "C2", TUESDAY_TEN + n * MINUTE, number)]
    if shelf is not None:
        photo = Photo(f"kept/{number}/{n:032x}.jpg", 9, f"{n:032x}")
        shelf.put(photo.key)
        done.append(add_photo(done[-1].after, by(at=TUESDAY_TEN + 4 * HOUR), photo, None))
    done.append(working.note(done[-1].after, by(Role.DESK, TUESDAY_TEN + 4 * HOUR), "标记的话：敲过门"))
    if ended is not None:
        worker = by(Role.TECHNICIAN, ended)
        done.append(working.resolve(done[-1].after, worker, book, "标记的话：换好了"))
        done.append(residents.confirm(done[-1].after, by(at=ended)))
    # In one transaction: what a case went through is not what is tested here.
    events = tuple(event for one in done for event in one.events)
    messages = tuple(message for one in done for message in one.messages)
    lapses = tuple(lapse for one in done for lapse in one.lapses)
    cases.save([Change(None, done[-1].after, events, messages, lapses)], {number: contact})
    return done[-1].after


def everything() -> str:
    """The whole table as text, with what is sealed in it opened as well."""
    text = "\n".join(str(record.to_dynamodb_dict()) for record in Record.scan(consistent_read=True))
    opened = []
    for sealed in set(re.findall(r"[A-Za-z0-9_-]{40,}", text)):
        for purpose in PURPOSES:
            try:
                opened.append(vault.unseal(sealed, purpose))
            except vault.Unreadable:
                continue
    return "\n".join((text, *opened))


def marks(shelf: Shelf) -> list[str]:
    """The marks of the resident that are anywhere still."""
    text = everything() + "".join(file.read_text() for file in shelf.folder.rglob("*.jpg"))
    return [mark for mark in (*MARKS, vault.phone_key(PHONE)) if mark in text]


def sound(book: Rulebook, now: datetime) -> bool:
    """Whether the nightly check finds nothing wrong."""
    return check_everything(census, book, now).violations == []


def test_who_asks_to_be_forgotten_leaves_no_trace_but_the_matter(rulebook: Rulebook, shelf: Shelf) -> None:
    households.save_home(HOME)
    households.save_member(resident())
    households.save_member(resident(id="m2", name="记号甲", left_at=TUESDAY_TEN, needs=()))
    neighbour = resident(id="m9", name="邻居", phone="000-0000-1122", needs=())
    households.save_member(neighbour)
    ended = case_of(rulebook, 1, shelf, TUESDAY_TEN + 5 * HOUR)
    still_open = case_of(rulebook, 2, shelf)
    assert set(marks(shelf)) == {*MARKS, vault.phone_key(PHONE)} - {"00000007741"}
    assert sound(rulebook, TUESDAY_TEN + DAY)
    asked = TUESDAY_TEN + DAY

    forgetting.ask(vault.phone_key(PHONE), TUESDAY_TEN - DAY, asked)
    assert households.of_phone(vault.phone_key(PHONE)) == []
    assert [one.name for one in households.members(COMMUNITY, HOME.id)] == ["邻居"]

    assert forget(shelf, asked + HOUR) == Counts(forgotten=1)
    gone = cases.load(ended.number)
    assert gone is not None and gone.case.erased and gone.contact == Contact()
    assert not any(event.words or event.salt for event in gone.events) and faults(gone.events) == []
    kept = cases.load(still_open.number)
    assert kept is not None and kept.case.forget and kept.contact.phone == PHONE
    assert [file.name for file in shelf.folder.rglob("*.jpg")] == [f"{2:032x}.jpg"]
    assert sound(rulebook, asked + HOUR)

    resolved = working.resolve(kept.case, by(Role.TECHNICIAN, asked + 2 * HOUR), rulebook, "好了")
    cases.save([resolved], {kept.case.number: kept.contact})
    over = residents.confirm(resolved.after, by(at=asked + 3 * HOUR))
    cases.save([over], {kept.case.number: kept.contact})
    assert forget(shelf, asked + 3 * HOUR - MINUTE) == Counts()
    assert forget(shelf, asked + 3 * HOUR) == Counts(forgotten=1)
    # The home itself stays in the register: it is the building's, and the neighbour lives there.
    households.change(COMMUNITY, HOME.id, lambda found: replace(found, members=()))
    assert [mark for mark in marks(shelf) if mark != "9901"] == []
    assert not list(shelf.folder.rglob("*.jpg"))
    assert sound(rulebook, asked + DAY)
    assert forget(shelf, asked + 3000 * DAY) == Counts()


def test_whoever_gets_the_telephone_afterwards_loses_nothing(rulebook: Rulebook, shelf: Shelf) -> None:
    households.save_home(HOME)
    households.save_member(resident())
    asked = TUESDAY_TEN + HOUR
    forgetting.ask(vault.phone_key(PHONE), TUESDAY_TEN - DAY, asked)
    households.save_member(resident(id="m8", name="后来的人", since=asked + MINUTE, needs=()))
    later = case_of(rulebook, 120)
    forget(shelf, asked + 3 * HOUR)
    assert [one.name for one in households.members(COMMUNITY, HOME.id)] == ["后来的人"]
    found = cases.load(later.number)
    assert found is not None and not found.case.forget and found.contact.name == "记号甲"


def test_what_was_posted_leaves_the_board_at_once_and_its_words_with_the_next_run(shelf: Shelf) -> None:
    key = vault.phone_key(posting.PHONE)
    public = posting.public_one(contact="微信 dengdeng-88").id
    waiting = posting.file_one().id
    asked = TUESDAY_TEN + 2 * HOUR
    forgetting.ask(key, TUESDAY_TEN - DAY, asked)
    assert posts.board(posting.HERE.community)[0] == []
    assert posting.stands(public).ended is not None and posting.stands(waiting).ended is not None
    assert forget(shelf, asked) == Counts(forgotten=1)
    assert posting.stands(public).erased and posting.stands(waiting).erased
    assert posts.of_phone(key) == ([], None)
    assert key not in everything() and "dengdeng" not in everything()
    assert check_everything(census, wiring.rulebook(), asked + HOUR).violations == []


def test_each_class_goes_on_its_stated_day_and_nothing_before(rulebook: Rulebook, shelf: Shelf) -> None:
    ended = TUESDAY_TEN + 5 * HOUR
    case = case_of(rulebook, 1, shelf, ended)
    households.save_home(HOME)
    households.save_member(resident(needs=(), left_at=TUESDAY_TEN))
    households.save_member(resident(id="m2", name="有需要的人", phone="000-0000-1122"))
    households.save_member(
        resident(id="m3", name="没说到哪天", phone=None, needs=(Need("pet", "有狗", None),))
    )
    readings.note(Actor(Role.DESK, "desk1"), COMMUNITY, "case", case.number, TUESDAY_TEN)
    imports.keep(Import("i1", COMMUNITY, Sort.HOMES, "boss", TUESDAY_TEN, 1, 1), ['["标记的话"]'])
    assert sound(rulebook, ended)

    def held() -> dict[str, bool]:
        file = cases.load(case.number)
        house = households.household(COMMUNITY, HOME.id)
        assert file is not None and house is not None
        people = {one.id: one for one in house.members}
        return {
            "case": file.contact.name is not None,
            "moved out": "m7741" in people,
            "need": bool(people["m2"].needs),
            "need without a day": bool(people["m3"].needs),
            "reading": bool(readings.of_object(COMMUNITY, "case", case.number)),
            "import": imports.read("i1") is not None,
        }

    stated = {
        "import": TUESDAY_TEN + DAY,
        "moved out": TUESDAY_TEN + 180 * DAY,
        "need": datetime(2027, 6, 2, tzinfo=UTC),
        "need without a day": datetime(2027, 11, 24, tzinfo=UTC),
        "reading": datetime(2028, 11, 25, tzinfo=UTC),
        "case": years_after(ended, 3),
    }
    left = dict.fromkeys(stated, True)
    assert held() == left
    for what, moment in stated.items():
        assert forget(shelf, moment - timedelta(milliseconds=1)) == Counts(), what
        assert held() == left
        assert forget(shelf, moment) == Counts(forgotten=1), what
        left[what] = False
        assert held() == left
        assert forget(shelf, moment) == Counts()
    assert not list(ForgetRecord.query("FORGET#0")) and not list(shelf.folder.rglob("*.jpg"))
    assert sound(rulebook, years_after(ended, 3))


@pytest.mark.parametrize("days", [3, -3])
def test_with_the_clock_three_days_off_nothing_is_forgotten(
    rulebook: Rulebook, shelf: Shelf, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(rulebook, 1, shelf, TUESDAY_TEN + 5 * HOUR)
    then = years_after(TUESDAY_TEN + 5 * HOUR, 3) + DAY
    with pytest.raises(ClockRefused):
        forget_what_is_over(forgetting, shelf.remove, then, skew_seconds=lambda: days * DAY.total_seconds())
    file = cases.load(case.number)
    assert file is not None and not file.case.erased and list(shelf.folder.rglob("*.jpg"))
    monkeypatch.setattr(wiring, "skew_seconds", lambda: days * DAY.total_seconds())
    with pytest.raises(ClockRefused):
        runs.forget_what_is_over({})


def test_what_cannot_be_done_stays_on_the_list_and_keeps_nothing_else(
    rulebook: Rulebook,
    shelf: Shelf,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    case = case_of(rulebook, 1, shelf, TUESDAY_TEN + 5 * HOUR)
    without_photo = case_of(rulebook, 2, None, TUESDAY_TEN + 5 * HOUR)
    then = years_after(TUESDAY_TEN + 5 * HOUR, 3)
    shelf.answers = False
    assert forget(shelf, then) == Counts(forgotten=1, failed=1, refused=1)
    file, other = cases.load(case.number), cases.load(without_photo.number)
    assert file is not None and file.contact.name == "记号甲"
    assert other is not None and other.case.erased, "a photo store that refuses keeps nobody else's words"
    monkeypatch.setattr(wiring, "remove_photos", shelf.remove)
    monkeypatch.setenv("SHOUNUO_ALLOW_TICK", "1")
    with pytest.raises(PhotosRefused, match="1 times"):
        runs.forget_what_is_over({"detail": {"at": then.isoformat()}})
    [told] = [vars(one)["said"] for one in caplog.records if "said" in vars(one)]
    assert (told["outcome"], told["counts"]["refused"]) == ("done", 1), "its counts are told before it fails"
    assert "(AccessDenied)" in caplog.text
    shelf.answers = True
    transaction = Transaction()
    for shard in range(forgetting.SHARDS):
        transaction.put(ForgetRecord(f"FORGET#{shard}", f"2020-01-01T00:00:00.000Z#riddle#{shard}"))
    transaction.commit()
    assert forget_what_is_over(forgetting, shelf.remove, then, seconds=0) == Counts(unfinished=True)
    assert forget_what_is_over(forgetting, shelf.remove, then, dry_run=True) == Counts(forgotten=5)
    assert forget(shelf, then) == Counts(forgotten=1, failed=4)
    file = cases.load(case.number)
    assert file is not None and file.case.erased
    assert "记号甲" not in caplog.text and case.number not in caplog.text


def test_the_check_names_what_would_be_kept_for_ever_and_puts_it_back(
    rulebook: Rulebook, shelf: Shelf
) -> None:
    households.save_home(HOME)
    households.save_member(resident())
    households.save_member(resident(id="m2", phone=None, needs=(), left_at=TUESDAY_TEN))
    readings.note(Actor(Role.DESK, "desk1"), COMMUNITY, "home", HOME.id, TUESDAY_TEN)
    imports.keep(Import("i1", COMMUNITY, Sort.HOMES, "boss", TUESDAY_TEN, 1, 1), ["[]"])
    case_of(rulebook, 1, None, TUESDAY_TEN + HOUR)
    places = sorted((one.pk, one.sk) for one in Record.scan() if one.pk.startswith("FORGET#"))
    assert [sk.split("#")[1] for _, sk in sorted(places, key=lambda one: one[1])] == [
        "import", "member", "need", "reading", "case",
    ]  # fmt: skip
    for pk, sk in places:
        Record(pk, sk).delete()
    stray = ("FORGET#1", f"2027-01-01T00:00:00.000Z#member#{COMMUNITY}/{HOME.id}/nobody")
    ForgetRecord(*stray).save()
    report = check_everything(census, rulebook, TUESDAY_TEN + DAY)
    named = sorted((one.rule, one.item) for one in report.violations)
    missing = [
        ("moment_missing" if "#case#" in sk else "forgetting_missing", f"{pk} / {sk}") for pk, sk in places
    ]
    assert named == sorted([*missing, ("forgetting_stray", " / ".join(stray))])
    repaired = check_everything(census, rulebook, TUESDAY_TEN + DAY, repair=True)
    assert repaired.violations == [] and len(repaired.repaired) == 6
    assert sorted((one.pk, one.sk) for one in Record.scan() if one.pk.startswith("FORGET#")) == places
