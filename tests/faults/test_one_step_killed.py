"""What changes something else than a case, killed at any call of the database: done again, it stands there once and whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chalicelib import wiring
from chalicelib.actions.admit_published import admit_published, published
from chalicelib.actions.arrange import Arranged, arrange
from chalicelib.actions.judge import judge
from chalicelib.actions.publish_incident import publish_incident
from chalicelib.domain import accountability
from chalicelib.domain.change import By
from chalicelib.domain.duty import Standing
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.lapse import Cause
from chalicelib.domain.rostering import note_away, on_staff
from chalicelib.domain.standards import Community, Rulebook, Text
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.enforce_deadlines import enforce_deadlines
from chalicelib.storage import cases, census, duty, incidents, lapses
from tests.cases import COMMUNITY, HOUR, TUESDAY_TEN, by, file_one
from tests.faults.crashing import calls_of, dies_at
from tests.faults.test_crash_points import points

pytestmark = pytest.mark.usefixtures("table")

LATER = TUESDAY_TEN + HOUR
NEWS = Text("正在查原因。", "We are looking for the cause.")


@dataclass(frozen=True)
class Step:
    """`ready` makes something to act on and gives its name, `act` acts, `times` says how often it was done to that one."""

    ready: Callable[[int], str]
    act: Callable[[str], object]
    times: Callable[[str], int]


def steps(book: Rulebook) -> dict[str, Step]:
    """The four, over this rulebook."""
    community = book.communities[COMMUNITY]
    supervisor = By(Actor(Role.SUPERVISOR, community.supervisors["engineering"]), LATER, "00")
    people = [id for id in on_staff(community) if id != community.desk]

    def missed(_: int) -> str:
        number = file_one(book, "C1").number
        enforce_deadlines(cases, book, LATER)
        return f"{number}-arrive-1"

    def note_cause(id: str) -> object:
        return judge(
            lapses, book, supervisor, COMMUNITY, id, None,
            lambda lapse, here: accountability.note_cause(lapse, supervisor, here, Cause.DRAGGED, "拖了一小时"),
        )  # fmt: skip

    def causes(id: str) -> int:
        file = lapses.load(id)
        assert file is not None
        return Counter(event.kind for event in file.events)["cause_noted"]

    def leave(person: str) -> object:
        def decide(standing: Standing, here: Community, at: By) -> Arranged:
            away, replaced = note_away(standing, here, at, person, LATER, None, None)
            return Arranged((away,), replaced)

        return arrange(duty, book, by(Role.MANAGER, LATER, community.manager), COMMUNITY, decide)

    def announce(id: str) -> object:
        return publish_incident(incidents, book, by(Role.DESK), id, COMMUNITY, "water", ("1",), NEWS, None)

    def announced(id: str) -> int:
        return sum(one.id == id for one in incidents.now())

    return {
        "judge": Step(missed, note_cause, causes),
        "arrange": Step(
            lambda n: people[n % len(people)],
            leave,
            lambda person: sum(one.person == person for one in duty.standing(COMMUNITY).away),
        ),
        "publish_incident": Step(lambda n: f"261124-{n:08x}", announce, announced),
    }


@pytest.mark.parametrize("name", ["judge", "arrange", "publish_incident"])
def test_a_step_killed_anywhere_is_taken_once(rulebook: Rulebook, name: str) -> None:
    step = steps(rulebook)[name]
    first = step.ready(0)
    calls = calls_of(lambda: step.act(first))
    assert calls >= 1 and step.times(first) == 1
    for n, (call, moment) in enumerate(points(calls), 1):
        thing = step.ready(n)
        assert dies_at(call, moment, lambda thing=thing: step.act(thing))
        assert step.times(thing) <= 1
        step.act(thing)
        assert step.times(thing) == 1
    assert check_everything(census, rulebook, LATER).violations == []


def test_admitting_those_of_a_file_killed_anywhere_leaves_each_account_once(rulebook: Rulebook) -> None:
    community = rulebook.communities[COMMUNITY]
    wanted = {one.id for one in published(community)}
    for call, moment in points(7):
        dies_at(call, moment, lambda: admit_published(wiring.accounts, community))
    admit_published(wiring.accounts, community)
    assert Counter(one.id for one in wiring.accounts.everyone(COMMUNITY)) == dict.fromkeys(wanted, 1)
    assert admit_published(wiring.accounts, community) == []
