"""The desk's lists: who stands in which, in the order of what is due, page by page, and what a page and a count cost."""

from datetime import timedelta

import pytest

from chalicelib.actions.ask_extension import ask_extension
from chalicelib.actions.assign import assign
from chalicelib.actions.pause import pause
from chalicelib.actions.reply import reply
from chalicelib.actions.resolve import resolve
from chalicelib.domain import figures as figures_of
from chalicelib.domain.events import Role
from chalicelib.domain.keeping import Row
from chalicelib.domain.queues import part_key, person_key
from chalicelib.domain.resting import Wait
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.count_figures import count_figures
from chalicelib.storage import cases, figures, queues
from chalicelib.storage.table import HeadRecord
from tests.bench.measuring import heard
from tests.cases import COMMUNITY, OTHER_COMMUNITY, TUESDAY_TEN, building_of, file_one, request

pytestmark = pytest.mark.usefixtures("table")


def numbers(rows: list[Row]) -> list[str]:
    return [row.case.number for row in rows]


def test_a_case_stands_in_the_lists_of_its_person_building_and_department_until_it_ends(
    rulebook: Rulebook,
) -> None:
    case = file_one(rulebook, "C2")
    lists = {
        "of_person": person_key(COMMUNITY, case.in_charge),
        "of_building": part_key(COMMUNITY, case.building),
        "of_department": part_key(COMMUNITY, case.department),
        "unverified": COMMUNITY,
    }
    for name, key in lists.items():
        rows, cursor = queues.page(name, [key])
        assert numbers(rows) == [case.number] and cursor is None, name
        assert rows[0].home == "3 单元 201"
    other = next(
        p for p in rulebook.communities[COMMUNITY].people.values() if f"staff:{p.id}" != case.in_charge
    )
    assign(request(rulebook, role=Role.MANAGER), case.number, other.id)
    assert queues.page("of_person", [lists["of_person"]]) == ([], None)
    assert queues.count("of_person", [person_key(COMMUNITY, f"staff:{other.id}")]) == 1
    resolve(request(rulebook, role=Role.MANAGER), case.number, "好了")
    assert [queues.count(name, [key]) for name, key in lists.items()] == [0, 0, 0, 0]
    assert queues.count("queue", [COMMUNITY]) == 0


def test_the_marks_of_a_case_put_it_into_their_lists_and_take_it_out(rulebook: Rulebook) -> None:
    urgent, plain = file_one(rulebook, "C1"), file_one(rulebook, "C5")
    assert numbers(queues.page("grave", [COMMUNITY])[0]) == [urgent.number]
    technician = request(rulebook, role=Role.TECHNICIAN)
    reply(technician, plain.number, "收到")
    pause(technician, plain.number, Wait.PART)
    ask_extension(technician, urgent.number, "arrive", TUESDAY_TEN + timedelta(days=9), "路堵")
    assert sorted(numbers(queues.page("waiting", [COMMUNITY])[0])) == sorted([urgent.number, plain.number])
    assert queues.page("unassigned", [COMMUNITY]) == ([], None)
    assert queues.count("grave", [OTHER_COMMUNITY]) == 0


def test_the_lists_of_several_buildings_come_as_one_in_the_order_of_what_is_due_page_by_page(
    rulebook: Rulebook,
) -> None:
    buildings = list(rulebook.communities[COMMUNITY].buildings)[:3]
    for n in range(9):
        file_one(rulebook, "C8", TUESDAY_TEN + timedelta(hours=n), building=buildings[n % 3])
    keys = [part_key(COMMUNITY, building) for building in buildings[:2]]
    seen: list[Row] = []
    cursor = None
    while True:
        rows, cursor = queues.page("of_building", keys, cursor, limit=2)
        seen += rows
        if cursor is None:
            break
    assert len(seen) == len(set(numbers(seen))) == 6
    assert [row.case.due for row in seen] == sorted(row.case.due for row in seen if row.case.due)
    assert queues.count("of_building", keys) == 6


def test_what_is_overdue_is_what_was_due_before_now_and_not_what_is_due_now(rulebook: Rulebook) -> None:
    due = file_one(rulebook, "C1").due
    assert due is not None
    assert queues.page("queue", [COMMUNITY], until=due) == ([], None)
    late = due + timedelta(milliseconds=1)
    assert len(queues.page("queue", [COMMUNITY], until=late)[0]) == queues.count("queue", [COMMUNITY], late)


def test_a_search_looks_at_a_bounded_part_and_says_where_to_go_on(rulebook: Rulebook) -> None:
    for n in range(12):
        file_one(rulebook, "C8", TUESDAY_TEN + timedelta(minutes=n))
    everything, _ = queues.page("queue", [COMMUNITY], limit=12)
    wanted = {everything[1].case.number, everything[10].case.number}

    def fits(row: Row) -> bool:
        return row.case.number in wanted

    found, cursor = queues.search(COMMUNITY, fits, most=6)
    assert numbers(found) == [everything[1].case.number] and cursor is not None
    found, cursor = queues.search(COMMUNITY, fits, cursor, most=6)
    assert numbers(found) == [everything[10].case.number] and cursor is None
    # A page that is full before the end says where to go on.
    found, cursor = queues.search(COMMUNITY, lambda row: True, limit=5, most=400)
    assert len(found) == 5 and cursor is not None
    assert queues.search(COMMUNITY, lambda row: False, most=12) == ([], None)


def test_one_case_that_nobody_can_read_is_left_out_of_every_list_and_stops_none(
    rulebook: Rulebook, caplog: pytest.LogCaptureFixture
) -> None:
    # All three are due with the month, so they stand in the order of their numbers.
    broken, *others = sorted(file_one(rulebook, "C8").number for _ in range(3))
    record = HeadRecord.get(f"CASE#{broken}", "HEAD")
    record.case = '["a form of tomorrow"]'
    record.save()
    shown, after = queues.page("queue", [COMMUNITY], limit=2)
    assert numbers(shown) == others[:1] and after is not None, "the page ends where it would"
    assert numbers(queues.page("queue", [COMMUNITY], after)[0]) == others[1:]
    key = part_key(COMMUNITY, building_of(rulebook))
    assert numbers(queues.page("of_building", [key])[0]) == others
    assert numbers(queues.search(COMMUNITY, lambda row: True)[0]) == others
    month = figures_of.month_of(broken)
    counts = count_figures(figures, cases, rulebook, TUESDAY_TEN + timedelta(hours=1))
    assert (month, counts.cases) == ("2026-11", 2)
    assert f"{broken} cannot be read" in caplog.text


def test_a_page_of_a_list_is_one_query_and_one_batch_and_a_count_is_one_query(rulebook: Rulebook) -> None:
    for n in range(4):
        file_one(rulebook, "C8", TUESDAY_TEN + timedelta(minutes=n))
    key = part_key(COMMUNITY, building_of(rulebook))
    with heard() as asked:
        queues.page("of_building", [key], limit=2)
    assert asked == ["Query", "BatchGetItem"]
    with heard() as asked:
        queues.page("queue", [COMMUNITY], limit=2)
    assert asked == ["Query"]
    with heard() as asked:
        queues.count("of_building", [key])
    assert asked == ["Query"]
