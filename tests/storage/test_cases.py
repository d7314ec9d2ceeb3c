"""The store: a change is saved whole or not at all, and every question has its one query."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain import working
from chalicelib.domain.case import fold
from chalicelib.domain.case_json import PLAIN, from_json, to_json
from chalicelib.domain.events import Role
from chalicelib.domain.keeping import Answered, NumberTaken, RequestKey, Stale
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Rulebook
from chalicelib.storage import cases, queues
from chalicelib.storage.table import Record
from tests.bench.filing import size_of
from tests.cases import (
    COMMUNITY,
    CONTACT,
    HOUR,
    MINUTE,
    NUMBER,
    OTHER_COMMUNITY,
    TUESDAY_TEN,
    by,
    file_one,
    filed,
)

pytestmark = pytest.mark.usefixtures("table")


def everything() -> list[str]:
    """The keys of all items, sorted."""
    return sorted(f"{r.pk} {r.sk}" for r in Record.scan())


def test_a_filed_case_comes_back_as_it_was_saved(rulebook: Rulebook) -> None:
    change = filed(rulebook)
    cases.save([change], {NUMBER: CONTACT})
    file = cases.load(NUMBER)
    assert file is not None
    assert (file.case, file.contact, file.events) == (change.after, CONTACT, change.events)
    assert fold(file.events) == file.case


@pytest.mark.parametrize("category", ["C1", "C3", "B2"])
def test_the_head_of_a_case_fits_a_kilobyte_for_which_each_change_pays(
    rulebook: Rulebook, category: str
) -> None:
    contact = replace(CONTACT, excerpt="厨房水管爆了，水流到客厅，关不上总阀门。")
    item = cases.head_record(filed(rulebook, category).after, contact).serialize()
    assert size_of(item) < 1000


def test_a_head_in_the_form_of_the_first_release_says_the_same(rulebook: Rulebook) -> None:
    case = filed(rulebook, "C3").after
    said = to_json(case)
    values = dict(zip(PLAIN, said.pop("is"), strict=True))  # type: ignore[call-overload]
    for clock in said["clocks"]:  # type: ignore[attr-defined]
        clock["started"] = written(case.opened)
    assert from_json({**said, **values}) == case


def test_there_is_no_case_that_was_never_filed() -> None:
    assert cases.load("261124-999999") is None


def test_filing_writes_the_case_its_event_its_due_items_and_its_messages_and_nothing_else(
    rulebook: Rulebook,
) -> None:
    cases.save([filed(rulebook, "C2")], {NUMBER: CONTACT}, RequestKey("anyone", "k", "b", TUESDAY_TEN))
    kinds = ["CASE", "CASE", "DUE", "DUE", "KEY", "MONTH", "OUT", "OUT", "PHONE"]
    assert [key.split("#")[0] for key in everything()] == kinds


def test_a_number_is_given_once(rulebook: Rulebook) -> None:
    cases.save([filed(rulebook)], {NUMBER: CONTACT})
    before = everything()
    with pytest.raises(NumberTaken):
        cases.save([filed(rulebook, at=TUESDAY_TEN + HOUR)], {NUMBER: CONTACT})
    assert everything() == before


def test_a_change_to_a_case_that_moved_on_writes_nothing(rulebook: Rulebook) -> None:
    first = filed(rulebook)
    cases.save([first], {NUMBER: CONTACT})
    cases.save([working.note(first.after, by(Role.DESK), "甲")], {NUMBER: CONTACT})
    before = everything()
    with pytest.raises(Stale):
        cases.save([working.arrive(first.after, by(Role.TECHNICIAN))], {NUMBER: CONTACT})
    assert everything() == before


def test_a_key_counts_once_until_it_is_a_day_old(rulebook: Rulebook) -> None:
    def key(at: object) -> RequestKey:
        return RequestKey("anyone", "k", "body", at)  # type: ignore[arg-type]

    cases.save([filed(rulebook)], {NUMBER: CONTACT}, key(TUESDAY_TEN))
    other = "261124-000002"
    with pytest.raises(Answered) as answered:
        cases.save([filed(rulebook, number=other)], {other: CONTACT}, key(TUESDAY_TEN + 23 * HOUR))
    assert (answered.value.number, answered.value.version) == (NUMBER, 1)
    late = TUESDAY_TEN + timedelta(hours=24, seconds=1)
    cases.save([filed(rulebook, number=other)], {other: CONTACT}, key(late))
    assert cases.load(other) is not None


def test_the_same_key_of_somebody_else_is_another_key(rulebook: Rulebook) -> None:
    cases.save([filed(rulebook)], {NUMBER: CONTACT}, RequestKey("one", "k", "b", TUESDAY_TEN))
    other = "261124-000002"
    cases.save([filed(rulebook, number=other)], {other: CONTACT}, RequestKey("two", "k", "b", TUESDAY_TEN))
    assert cases.load(other) is not None


def test_what_is_due_comes_oldest_first_in_pages_that_leave_nothing_out(rulebook: Rulebook) -> None:
    for n in range(12):
        number = f"261124-{n:06d}"
        cases.save([filed(rulebook, at=TUESDAY_TEN + n * MINUTE, number=number)], {number: CONTACT})
    until = TUESDAY_TEN + 5 * MINUTE + 10 * MINUTE  # the reminder of the eleventh case falls exactly here
    found = []
    for shard in range(cases.SHARDS):
        after = None
        while page := cases.due(shard, until, after, limit=2):
            assert [i.moment for i in page] == sorted(i.moment for i in page)
            found += [i.number for i in page]
            after = page[-1].position
    assert sorted(found) == [f"261124-{n:06d}" for n in range(11)]


def test_meeting_a_clock_takes_its_due_item_away(rulebook: Rulebook) -> None:
    first = filed(rulebook)
    cases.save([first], {NUMBER: CONTACT})
    cases.save([working.arrive(first.after, by(Role.TECHNICIAN))], {NUMBER: CONTACT})
    assert not [key for key in everything() if key.startswith("DUE")]


def test_the_queue_shows_one_communitys_open_cases_soonest_due_first_page_by_page(rulebook: Rulebook) -> None:
    wanted = [file_one(rulebook, c).number for c in ("C5", "C1", "B1", "C9", "C2")]
    file_one(
        rulebook,
        "C1",
        community=OTHER_COMMUNITY,
        building=next(iter(rulebook.communities[OTHER_COMMUNITY].buildings)),
    )
    rows, cursor = [], None
    while True:
        page, cursor = queues.page("queue", [COMMUNITY], cursor, limit=2)
        rows += page
        if cursor is None:
            break
    assert sorted(r.case.number for r in rows) == sorted(wanted)
    assert [r.case.category for r in rows] == ["C1", "C2", "B1", "C5", "C9"]


def test_an_ended_case_leaves_the_queue(rulebook: Rulebook) -> None:
    first = filed(rulebook)
    cases.save([first], {NUMBER: CONTACT})
    cases.save([working.resolve(first.after, by(Role.TECHNICIAN), rulebook, "好了")], {NUMBER: CONTACT})
    assert queues.page("queue", [COMMUNITY]) == ([], None)


def test_many_heads_are_read_at_once_and_missing_ones_are_left_out(rulebook: Rulebook) -> None:
    numbers = [file_one(rulebook).number for _ in range(5)]
    assert sorted(cases.heads([*numbers, "261124-999999"])) == sorted(numbers)
