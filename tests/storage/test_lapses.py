"""The record of a missed limit begins with its case's change, moves through the lists, and the nightly check knows it."""

from datetime import timedelta

import pytest

from chalicelib.domain import accountability
from chalicelib.domain.change import By
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.keeping import Stale
from chalicelib.domain.lapse import Cause, Consequence
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.enforce_deadlines import enforce_deadlines
from chalicelib.storage import cases, census, lapses
from chalicelib.storage.table import Record
from tests.cases import COMMUNITY, HOUR, TUESDAY_TEN, file_one

SUPERVISOR = Actor(Role.SUPERVISOR, "gui-engineering")
MANAGER = Actor(Role.MANAGER, "gui-manager")
LATER = TUESDAY_TEN + HOUR


def violations(book: Rulebook) -> list[str]:
    return sorted({one.rule for one in check_everything(census, book, LATER).violations})


def test_a_record_is_listed_where_it_is_owed_and_keeps_its_whole_history(
    table: str, rulebook: Rulebook
) -> None:
    number = file_one(rulebook, "C1").number
    file_one(rulebook, "B1")
    enforce_deadlines(cases, rulebook, LATER)
    [lapse], more = lapses.of_community(COMMUNITY, "cause")
    assert more is None and lapse.case == number
    assert lapses.of_community(COMMUNITY, "cause", "engineering")[0] == [lapse]
    assert lapses.of_community(COMMUNITY, "cause", "order")[0] == []
    assert lapses.of_person(COMMUNITY, lapse.person)[0] == [lapse]
    community = rulebook.communities[COMMUNITY]
    noted = accountability.note_cause(
        lapse, By(SUPERVISOR, LATER, "00"), community, Cause.DRAGGED, "拖了一小时"
    )
    lapses.save(noted)
    with pytest.raises(Stale):
        lapses.save(noted)
    lapses.save(
        accountability.decide(
            noted.after, By(MANAGER, LATER, "01"), community, Consequence.WRITTEN_WARNING, "书面警告"
        )
    )
    file = lapses.load(lapse.id)
    assert file is not None and [event.kind for event in file.events] == ["missed", "cause_noted", "decided"]
    assert file.events[1].words == "拖了一小时"
    assert lapses.of_community(COMMUNITY, "cause")[0] == lapses.of_community(COMMUNITY, "decision")[0] == []
    assert lapses.of_community(COMMUNITY, "closed")[0] == [file.lapse]
    assert lapses.of_person(COMMUNITY, lapse.person)[0] == [file.lapse]
    assert violations(rulebook) == []


def test_lists_are_pages(table: str, rulebook: Rulebook) -> None:
    for minute in range(5):
        file_one(rulebook, "C1", TUESDAY_TEN + timedelta(minutes=minute))
    enforce_deadlines(cases, rulebook, LATER)
    found, after = [], None
    while True:
        page, after = lapses.of_community(COMMUNITY, "cause", after=after, limit=2)
        found += page
        if after is None:
            break
    assert [one.due for one in found] == sorted(one.due for one in found) and len(found) == 5


@pytest.mark.parametrize(
    ("pk", "sk", "rule"),
    [
        ("LAPSE#{id}", "HEAD", "lapse_head"),
        ("LAPSE#{id}", "EV#000001", "lapse_head"),
        ("LAPSES#osmanthus-lane", "cause#{due}#{id}", "lapse_row_missing"),
        ("LAPSES#osmanthus-lane~{person}", "{due}#{id}", "lapse_row_missing"),
    ],
)
def test_what_vanishes_of_a_record_is_named(
    table: str, rulebook: Rulebook, pk: str, sk: str, rule: str
) -> None:
    file_one(rulebook, "C1")
    enforce_deadlines(cases, rulebook, LATER)
    [lapse], _ = lapses.of_community(COMMUNITY, "cause")
    place = next(iter(lapses.rows_of(lapse)))
    due = place[1].split("#")[1]
    facts = {"id": lapse.id, "due": due, "person": lapse.person}
    Record(pk.format(**facts), sk.format(**facts)).delete()
    assert rule in violations(rulebook)


def test_a_record_that_is_lost_altogether_is_named(table: str, rulebook: Rulebook) -> None:
    file_one(rulebook, "C1")
    enforce_deadlines(cases, rulebook, LATER)
    [lapse], _ = lapses.of_community(COMMUNITY, "cause")
    for record in Record.query(f"LAPSE#{lapse.id}"):
        record.delete()
    assert "lapse_missing" in violations(rulebook)
