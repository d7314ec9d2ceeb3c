"""An incident: who publishes it, how it goes on, which cases are part of it, and what their residents are told."""

from datetime import timedelta

import pytest

from chalicelib.domain import residents
from chalicelib.domain.asking import asks_of
from chalicelib.domain.case import State, fold
from chalicelib.domain.case_json import from_json, to_json
from chalicelib.domain.chain import faults
from chalicelib.domain.events import Role
from chalicelib.domain.incidents import (
    Incident,
    IncidentState,
    announce,
    apply,
    belongs,
    may_publish,
    proceed,
    tell,
)
from chalicelib.domain.incidents import from_json as incident_from_json
from chalicelib.domain.incidents import to_json as incident_to_json
from chalicelib.domain.owing import owed_by
from chalicelib.domain.refusals import Refused
from chalicelib.domain.rules import open_to
from chalicelib.domain.standards import Rulebook, Text
from tests.cases import COMMUNITY, HOUR, MINUTE, RESIDENT, TUESDAY_TEN, by, case, filed, local

ID = "261124-0a1b2c3d"
NEWS = Text("正在查原因。", "We are looking for the cause.")


def outage(book: Rulebook, kind: str = "water", buildings: tuple[str, ...] = ("1",)) -> Incident:
    """One that the desk announced at ten."""
    return announce(ID, by(Role.DESK), book, COMMUNITY, kind, buildings, NEWS, TUESDAY_TEN + HOUR).after


def test_it_goes_from_announced_over_being_worked_on_to_over_and_its_events_are_a_chain(
    rulebook: Rulebook,
) -> None:
    begun = announce(ID, by(Role.DESK), rulebook, COMMUNITY, "water", ("1",), NEWS, None)
    working = proceed(begun.after, by(Role.MANAGER), rulebook, IncidentState.WORKING, NEWS, None)
    # News of what is being worked on do not take it back to "announced".
    news = proceed(working.after, by(Role.DESK), rulebook, IncidentState.ANNOUNCED, NEWS, None)
    over = proceed(news.after, by(Role.DESK), rulebook, IncidentState.OVER, NEWS, TUESDAY_TEN)
    assert [one.after.state for one in (begun, working, news, over)] == [
        IncidentState.ANNOUNCED,
        IncidentState.WORKING,
        IncidentState.WORKING,
        IncidentState.OVER,
    ]
    assert over.after.expects is None
    events = [one.event for one in (begun, working, news, over)]
    assert faults(events) == []
    made = None
    for event in events:
        made = apply(made, event)
    assert made == over.after == incident_from_json(incident_to_json(over.after))
    with pytest.raises(Refused, match="incident_over"):
        proceed(over.after, by(Role.DESK), rulebook, IncidentState.WORKING, NEWS, None)


@pytest.mark.parametrize(
    ("role", "at", "may"),
    [
        (Role.DESK, "2026-11-24 10:00", True),
        (Role.SUPERVISOR, "2026-11-24 10:00", True),
        (Role.MANAGER, "2026-11-24 03:00", True),
        (Role.TECHNICIAN, "2026-11-24 10:00", False),
        (Role.ASSISTANT, "2026-11-24 03:00", False),
        (Role.GUARD, "2026-11-24 07:59:59", True),
        (Role.GUARD, "2026-11-24 08:00", False),
        (Role.GUARD, "2026-11-24 17:59:59", False),
        (Role.GUARD, "2026-11-24 18:00", True),
    ],
)
def test_the_desk_and_those_above_publish_and_guards_at_night(
    rulebook: Rulebook, role: Role, at: str, may: bool
) -> None:
    moment = local(at)
    assert may_publish(by(role).actor, moment, rulebook.calendar_for(COMMUNITY)) is may
    if not may:
        with pytest.raises(Refused, match="incident_not_yours"):
            announce(ID, by(role, moment), rulebook, COMMUNITY, "water", (), NEWS, None)


def test_an_end_that_has_passed_is_refused(rulebook: Rulebook) -> None:
    with pytest.raises(Refused, match="incident_end_past"):
        announce(ID, by(Role.DESK), rulebook, COMMUNITY, "water", (), NEWS, TUESDAY_TEN)


def test_open_cases_of_the_building_and_the_kind_are_part_of_it(rulebook: Rulebook) -> None:
    kinds = rulebook.incidents
    leak, bulb = case(rulebook, "C1"), case(rulebook, "C2")
    assert belongs(leak, outage(rulebook), kinds["water"])
    assert belongs(leak, outage(rulebook, buildings=()), kinds["water"])
    assert not belongs(leak, outage(rulebook, buildings=("2",)), kinds["water"])
    assert not belongs(bulb, outage(rulebook), kinds["water"])
    assert not belongs(leak, outage(rulebook, "road"), kinds["road"])
    withdrawn = residents.withdraw(leak, by(), None).after
    assert not belongs(withdrawn, outage(rulebook), kinds["water"])


def test_each_change_is_told_once_and_after_its_end_the_resident_says_whether_it_works(
    rulebook: Rulebook,
) -> None:
    begun = filed(rulebook, "C1")
    teller = by(Role.SYSTEM, TUESDAY_TEN + MINUTE, "incidents")
    incident = outage(rulebook)
    first = tell(begun.after, incident, teller)
    assert first is not None
    assert [(one.template, one.to) for one in first.messages] == [
        ("incident", f"resident:{begun.after.number}")
    ]
    assert first.after.incident == ID and first.after.told == 1
    assert tell(first.after, incident, teller) is None, "nobody hears the same twice"
    assert "confirm" not in open_to(first.after, RESIDENT)

    ended = proceed(incident, by(Role.DESK), rulebook, IncidentState.OVER, NEWS, None).after
    last = tell(first.after, ended, teller)
    assert last is not None
    assert [one.template for one in last.messages] == ["incident_over"]
    assert last.after.is_open and last.after.clocks == begun.after.clocks, (
        "the promise goes on until somebody says so"
    )
    assert from_json(to_json(last.after)) == last.after
    assert "confirm" in open_to(last.after, RESIDENT)
    assert asks_of(last.after, TUESDAY_TEN)[0] == "confirm"

    works = residents.confirm(last.after, by(at=TUESDAY_TEN + 5 * MINUTE))
    assert works.after.state is State.CONFIRMED
    assert all(clock.met == TUESDAY_TEN + 5 * MINUTE for clock in works.after.clocks)
    history = [*begun.events, *first.events, *last.events, *works.events]
    assert fold(history) == works.after
    owed = owed_by(history, rulebook)
    sent = [one.id for change in (begun, first, last, works) for one in change.messages]
    assert set(sent) == set(owed.sure)


def test_a_case_that_has_ended_or_wants_no_news_is_left_in_peace(rulebook: Rulebook) -> None:
    teller = by(Role.SYSTEM, TUESDAY_TEN + timedelta(minutes=1), "incidents")
    ended = residents.withdraw(case(rulebook, "C1"), by(), None).after
    assert tell(ended, outage(rulebook), teller) is None
