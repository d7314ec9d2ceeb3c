"""Telling the cases of an incident: each once, bounded, going on where a run ended, and whole whatever dies."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.domain import incidents as rules
from chalicelib.domain import residents
from chalicelib.domain.change import Change
from chalicelib.domain.events import Role
from chalicelib.domain.incidents import Incident, IncidentState
from chalicelib.domain.keeping import Stale
from chalicelib.domain.standards import Rulebook, Text
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.spread_incidents import INDEX_LATE, Spread, spread_incidents
from chalicelib.storage import cases, census, incidents, outbox, queues
from chalicelib.storage.table import HeadRecord, Record
from tests.cases import COMMUNITY, MINUTE, TUESDAY_TEN, by, file_one
from tests.faults.crashing import Moment, calls_of, dies_at

pytestmark = pytest.mark.usefixtures("table")

ID = "261124-0a1b2c3d"
NEWS = Text("正在查原因。", "We are looking for the cause.")
LATER = TUESDAY_TEN + MINUTE
SETTLED = LATER + INDEX_LATE


def published(book: Rulebook) -> Incident:
    """Water is off in building 1."""
    change = rules.announce(ID, by(Role.DESK), book, COMMUNITY, "water", ("1",), NEWS, None)
    incidents.save(change)
    return change.after


def go_on(book: Rulebook, incident: Incident, state: IncidentState) -> Incident:
    """News of it."""
    change = rules.proceed(incident, by(Role.DESK, LATER), book, state, NEWS, None)
    incidents.save(change)
    return change.after


def spread(book: Rulebook, most: int = 200) -> Spread:
    return spread_incidents(incidents, cases, queues, book, SETTLED, most=most)


def told() -> Counter[str]:
    """How many messages about incidents are owed, by case."""
    owed = [one for shard in range(outbox.SHARDS) for one in outbox.pending(shard, SETTLED)]
    return Counter(one.message.case for one in owed if one.message.template.startswith("incident"))


def test_the_right_cases_are_told_each_change_once_and_the_check_finds_all_in_order(
    rulebook: Rulebook,
) -> None:
    mine = {file_one(rulebook, "C1").number for _ in range(3)}
    file_one(rulebook, "C1", building="2")
    file_one(rulebook, "C2")
    incident = published(rulebook)
    assert [one.id for one in incidents.now()] == [ID]
    assert spread(rulebook) == Spread(1, 3, left=False)
    assert spread(rulebook) == Spread(0, 0, left=False)
    file = incidents.load(ID)
    assert file is not None and set(file.cases) == mine
    working = go_on(rulebook, incident, IncidentState.WORKING)
    assert spread(rulebook).cases == 3
    go_on(rulebook, working, IncidentState.OVER)
    assert spread(rulebook).cases == 3
    assert told() == dict.fromkeys(mine, 3)
    assert incidents.now() == []
    assert [one.id for one in incidents.of_community(COMMUNITY)[0]] == [ID]
    report = check_everything(census, rulebook, LATER)
    assert report.violations == []


def test_a_run_does_so_much_and_the_next_one_goes_on(rulebook: Rulebook) -> None:
    for _ in range(5):
        file_one(rulebook, "C1")
    published(rulebook)
    assert spread(rulebook, most=2) == Spread(0, 2, left=True)
    assert spread(rulebook, most=2) == Spread(0, 2, left=True)
    assert spread(rulebook, most=2) == Spread(1, 1, left=False)
    assert set(told().values()) == {1}


def test_a_case_that_the_index_shows_a_minute_late_is_told_all_the_same(
    rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = {file_one(rulebook, "C1").number for _ in range(2)}
    published(rulebook)
    with monkeypatch.context() as late:
        late.setattr(queues, "page", lambda *_, **__: ([], None))
        for at in (TUESDAY_TEN, TUESDAY_TEN + INDEX_LATE - MINUTE):
            assert spread_incidents(incidents, cases, queues, rulebook, at) == Spread(0, 0, left=True)
    assert spread_incidents(incidents, cases, queues, rulebook, TUESDAY_TEN + INDEX_LATE) == Spread(
        1, 2, left=False
    )
    assert told() == dict.fromkeys(mine, 1)


def test_a_case_that_nobody_can_read_or_that_others_hold_keeps_nobody_else_and_is_told_later(
    rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = [file_one(rulebook, "C1").number for _ in range(3)]
    incident = published(rulebook)
    spread(rulebook)
    go_on(rulebook, incident, IncidentState.WORKING)
    broken, whole = HeadRecord.get(f"CASE#{mine[0]}", "HEAD"), HeadRecord.get(f"CASE#{mine[0]}", "HEAD")
    broken.case = "{"
    broken.save()
    save = cases.save

    def held(changes: Sequence[Change], *rest: object) -> None:
        if changes[0].after.number == mine[1]:
            raise Stale(mine[1])
        save(changes, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as busy:
        busy.setattr(cases, "save", held)
        assert spread(rulebook) == Spread(0, 1, left=True)
    whole.save()
    assert spread(rulebook) == Spread(1, 2, left=False)
    assert told() == dict.fromkeys(mine, 2)


def test_killed_at_any_call_nobody_is_forgotten_and_nobody_told_twice(rulebook: Rulebook) -> None:
    for call in range(1, 40):
        numbers = [file_one(rulebook, "C1", building="3").number for _ in range(2)]
        id = f"261124-{call:08x}"
        change = rules.announce(id, by(Role.DESK), rulebook, COMMUNITY, "power", ("3",), NEWS, None)
        incidents.save(change)
        reached = dies_at(call, list(Moment)[call % 3], lambda: spread(rulebook))
        time.sleep(0.05)
        spread(rulebook)
        seen = told()
        assert [seen[number] for number in numbers] == [1, 1], call
        assert incidents.to_spread() == []
        over = rules.proceed(change.after, by(Role.DESK, LATER), rulebook, IncidentState.OVER, NEWS, None)
        incidents.save(over)
        spread(rulebook)
        for number in numbers:  # they are done, so that the next round has its own
            case, contact = cases.heads([number])[number]
            cases.save([residents.confirm(case, by(at=LATER))], {number: contact})
        if not reached:
            break
    else:
        raise AssertionError("it never came to its end")
    assert check_everything(census, rulebook, LATER + MINUTE).violations == []


def test_publishing_killed_at_any_call_is_whole_or_not_there(rulebook: Rulebook) -> None:
    change = rules.announce(ID, by(Role.DESK), rulebook, COMMUNITY, "water", ("1",), NEWS, None)
    assert calls_of(lambda: incidents.save(change)) == 1
    for number, moment in enumerate(Moment):
        other = rules.announce(
            f"261124-{number:08x}", by(Role.DESK), rulebook, COMMUNITY, "water", ("1",), NEWS, None
        )
        dies_at(1, moment, lambda other=other: incidents.save(other))
        time.sleep(0.05)
        there = incidents.head(other.after.id) is not None
        assert there == (other.after.id in {one.id for one in incidents.now()})
        assert there == (other.after.id in {id for id, _ in incidents.to_spread()})


def test_what_is_lost_or_altered_about_an_incident_is_found(rulebook: Rulebook) -> None:
    number = file_one(rulebook, "C1").number
    incident = published(rulebook)
    spread(rulebook)
    Record(*next(place for place in incidents.rows_of(incident) if place[0] == incidents.NOW)).delete()
    Record(f"INCIDENT#{ID}", f"CASE#{number}").delete()
    altered = replace(incident, buildings=())
    incidents.IncidentRecord(
        f"INCIDENT#{ID}", "HEAD", version=1, incident=json.dumps(rules.to_json(altered))
    ).save()
    rules_found = {one.rule for one in check_everything(census, rulebook, LATER).violations}
    assert {"incident_row_missing", "incident_head", "moment_missing"} <= rules_found
    assert check_everything(census, rulebook, LATER, repair=True).repaired, "the case's own place comes back"
