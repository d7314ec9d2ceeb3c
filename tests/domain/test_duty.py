"""Who is there: whatever people note about being away, a matter reaches somebody, and the same somebody every time."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain import working
from chalicelib.domain.change import By
from chalicelib.domain.duty import Away, Standing, Turn, absence, chain, on_turn, present, stand_in
from chalicelib.domain.escalation import enforce
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.filing import file
from chalicelib.domain.standards import Rulebook
from tests.cases import COMMUNITY, MINUTE, NUMBER, TUESDAY_TEN, building_of, case, local, report

# A busy machine draws slowly; what is drawn is small.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PEOPLE = [f"p{n}" for n in range(7)]
HOURS = st.integers(-5, 5)


@st.composite
def absences(draw: st.DrawFn) -> Standing:
    """Any absences at all: several of one person, substitutes who are away, circles, oneself, persons nobody knows."""
    found = []
    for person, since, length, substitute in draw(
        st.lists(
            st.tuples(
                st.sampled_from(PEOPLE),
                HOURS,
                st.none() | st.integers(1, 8),
                st.none() | st.sampled_from([*PEOPLE, "a stranger"]),
            ),
            max_size=12,
        )
    ):
        begins = TUESDAY_TEN + timedelta(hours=since)
        ends = None if length is None else begins + timedelta(hours=length)
        found.append(Away(person, begins, ends, substitute, "somebody"))
    return Standing(tuple(found))


@PATIENT
@given(absences(), st.sampled_from(PEOPLE), HOURS)
def test_a_chain_of_substitutes_names_each_once_and_every_link_but_the_last_is_away(
    standing: Standing, person: str, hour: int
) -> None:
    at = TUESDAY_TEN + timedelta(hours=hour)
    links = chain(standing, person, at)
    assert links[0] == person and len(set(links)) == len(links)
    for one, following in pairwise(links):
        away = absence(standing, one, at)
        assert away is not None and away.substitute == following
    last = absence(standing, links[-1], at)
    assert last is None or last.substitute is None or last.substitute in links


@PATIENT
@given(absences(), st.sampled_from(PEOPLE), HOURS)
def test_whoever_stands_in_is_there_and_needs_nobody_to_stand_in(
    standing: Standing, person: str, hour: int
) -> None:
    at = TUESDAY_TEN + timedelta(hours=hour)
    found = stand_in(standing, person, at)
    if found is not None:
        assert absence(standing, found, at) is None
        assert stand_in(standing, found, at) == found
    if absence(standing, person, at) is None:
        assert found == person


@PATIENT
@given(absences(), st.sampled_from(PEOPLE), HOURS)
def test_nothing_is_ever_with_nobody(rulebook: Rulebook, standing: Standing, person: str, hour: int) -> None:
    community = rulebook.communities[COMMUNITY]
    some = next(iter(community.people.values()))
    desk, manager, general_manager = PEOPLE[:3]
    people = {id: replace(some, id=id) for id in PEOPLE}
    small = replace(
        community, people=people, desk=desk, manager=manager, general_manager=general_manager, supervisors={}
    )
    at = TUESDAY_TEN + timedelta(hours=hour)
    found = present(standing, small, person, at)
    assert found in people
    someone = any(stand_in(standing, one, at) in people for one in (person, desk, manager, general_manager))
    if someone:
        assert absence(standing, found, at) is None
    else:
        assert found == desk


@PATIENT
@given(absences(), HOURS)
def test_a_case_is_filed_and_escalates_whoever_is_away(
    rulebook: Rulebook, standing: Standing, hour: int
) -> None:
    """Every one of the real people may be away in any way: the case has somebody of the community, and so has each level."""
    community = rulebook.communities[COMMUNITY]
    real = dict(zip(PEOPLE, ("gui-technician-1", "gui-technician-2", "gui-desk", "gui-manager",
                             "gui-engineering", "gm-nuo", "gui-assistant-1"), strict=True))  # fmt: skip
    away = tuple(
        replace(one, person=real[one.person], substitute=real.get(one.substitute or "", one.substitute))
        for one in standing.away
    )
    at = TUESDAY_TEN + timedelta(hours=hour)
    filed = file(report(rulebook, "C1"), NUMBER, _by(Role.RESIDENT, at, Standing(away)), rulebook)
    assert filed.after.in_charge.removeprefix("staff:") in community.people
    late = enforce(
        filed.after, _by(Role.SYSTEM, at + timedelta(hours=2), Standing(away), "enforce_deadlines"), rulebook
    )
    assert late is not None
    for message in late.messages:
        assert message.to.rpartition("/")[2] in community.people


def _by(role: Role, at: datetime, standing: Standing, id: str = "") -> By:
    return By(Actor(role, id), at, "00" * 8, standing)


def _away(person: str, substitute: str | None) -> Away:
    return Away(person, TUESDAY_TEN - timedelta(days=1), None, substitute, "gui-manager")


def test_a_case_goes_to_the_second_technician_when_the_first_is_away_and_to_the_stand_in_when_both_are(
    rulebook: Rulebook,
) -> None:
    def filed(*away: Away) -> tuple[str, object]:
        change = file(
            report(rulebook, "C1"), NUMBER, _by(Role.RESIDENT, TUESDAY_TEN, Standing(away)), rulebook
        )
        return change.after.in_charge, change.events[0].data.get("instead_of")

    one, two = _away("gui-technician-1", "gui-guard-1"), _away("gui-technician-2", None)
    assert filed() == ("staff:gui-technician-1", None)
    assert filed(one) == ("staff:gui-technician-2", None)
    assert filed(one, two) == ("staff:gui-guard-1", "gui-technician-1")
    assert filed(_away("gui-technician-1", None), two)[0] == "staff:gui-desk"


def test_the_rota_decides_who_of_a_building_is_first_also_over_midnight(rulebook: Rulebook) -> None:
    community = rulebook.communities[COMMUNITY]
    night = Turn(
        "n",
        f"building/{building_of(rulebook)}",
        "gui-technician-2",
        frozenset({1}),
        time(20),
        time(8),
        "gui-engineering",
    )
    standing = Standing(turns=(night,))
    hours = {
        "2026-11-24 19:59": "gui-technician-1",
        "2026-11-24 20:00": "gui-technician-2",
        "2026-11-25 07:59": "gui-technician-2",
        "2026-11-25 08:00": "gui-technician-1",
        "2026-11-25 21:00": "gui-technician-1",
    }
    for at, person in hours.items():
        change = file(report(rulebook, "C1"), NUMBER, _by(Role.RESIDENT, local(at), standing), rulebook)
        assert change.after.in_charge == f"staff:{person}", at
    tired = Standing((_away("gui-technician-2", None),), (night,))
    assert list(on_turn(tired, community, night.place, local("2026-11-24 23:00"))) == []


def test_a_level_reaches_whoever_stands_in_otherwise_the_next_one_up(rulebook: Rulebook) -> None:
    at = TUESDAY_TEN + 10 * MINUTE

    def told(*away: Away) -> str:
        change = enforce(
            case(rulebook, "C1"), _by(Role.SYSTEM, at, Standing(away), "enforce_deadlines"), rulebook
        )
        assert change is not None
        return change.messages[-1].to.rpartition("/")[2]

    assert told() == "gui-engineering"
    assert told(_away("gui-engineering", "gui-service")) == "gui-service"
    assert told(_away("gui-engineering", None)) == "gui-manager"
    assert told(_away("gui-engineering", "gui-manager"), _away("gui-manager", "gui-engineering")) == "gm-nuo"


def test_passing_upward_never_hands_the_case_back_to_whoever_stands_in_for_the_supervisor(
    rulebook: Rulebook,
) -> None:
    away = Standing((_away("gui-engineering", "gui-technician-1"),))
    change = working.pass_upward(
        case(rulebook, "C1"), _by(Role.TECHNICIAN, TUESDAY_TEN, away, "gui-technician-1"), rulebook, "修不了"
    )
    assert change.after.in_charge == "staff:gui-manager"


def test_a_case_handed_to_somebody_away_goes_to_whoever_stands_in_and_the_history_says_so(
    rulebook: Rulebook,
) -> None:
    away = Standing((_away("gui-assistant-1", "gui-assistant-2"),))
    change = working.assign(
        case(rulebook, "C1"), _by(Role.DESK, TUESDAY_TEN, away, "gui-desk"), rulebook, "gui-assistant-1"
    )
    assert change.after.in_charge == "staff:gui-assistant-2"
    assert change.events[0].data["instead_of"] == "gui-assistant-1"
