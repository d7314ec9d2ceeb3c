"""Whose a complaint is: known to those who take complaints and answer for them, and to whoever has this one; else the matter."""

from dataclasses import replace

import pytest

from chalicelib.domain.events import Actor, Role
from chalicelib.domain.keeping import Contact, Row, home_and_place, place_beside_home
from chalicelib.domain.rules import HANDLERS, contact_shown, row_shown, sees_contact
from chalicelib.domain.standards import Rulebook
from tests.cases import case

IN_THE_BUILDING = {Role.TECHNICIAN, Role.CLEANER, Role.GUARD}
WHOLE = Contact("李女士", "000-0000-0999", "2-502；大堂门口", "有人在大堂抽烟", "1-2-0502")
NONE = Contact(excerpt=WHOLE.excerpt)
KINDS = {
    "complaint": "B4",
    "repair": "C2",
    "enquiry": "D1",
    "service": "G2",
    "breach": "E6",
    "emergency": "E7",
}


@pytest.mark.parametrize("role", list(Role))
def test_those_who_work_in_the_building_do_not_know_who_complained_and_know_of_all_else(
    rulebook: Rulebook, role: Role
) -> None:
    filed = case(rulebook)
    for kind in KINDS:
        one = replace(filed, kind=kind, place="home", in_charge="staff:gui-assistant")
        known = role is Role.SYSTEM or role in (
            HANDLERS - IN_THE_BUILDING if kind == "complaint" else HANDLERS
        )
        actor = Actor(role, "somebody")
        assert sees_contact(actor, one) is known, (kind, role)
        if known:
            assert contact_shown(actor, one, WHOLE) == WHOLE
        elif role in HANDLERS:
            assert contact_shown(actor, one, WHOLE) == replace(NONE, home="大堂门口")
        else:
            assert contact_shown(actor, one, WHOLE) == NONE


@pytest.mark.parametrize("role", sorted(IN_THE_BUILDING))
def test_who_has_the_complaint_knows_whose_it_is_and_only_while_they_have_it(
    rulebook: Rulebook, role: Role
) -> None:
    complaint = replace(case(rulebook, "B3"), in_charge="staff:gui-guard-1")
    assert sees_contact(Actor(role, "gui-guard-1"), complaint)
    for other in ("gui-guard", "gui-guard-11", "", "staff:gui-guard-1"):
        assert not sees_contact(Actor(role, other), complaint), other
    for handed_on in ("staff:gui-assistant", "department:gui-guard-1", "department:order"):
        assert not sees_contact(Actor(role, "gui-guard-1"), replace(complaint, in_charge=handed_on)), (
            handed_on
        )


def test_the_place_of_the_matter_stays_and_the_home_does_not(rulebook: Rulebook) -> None:
    guard = Actor(Role.GUARD, "somebody")
    at_home, shared = (
        replace(case(rulebook, "B4"), place=place, in_charge="staff:gui-assistant")
        for place in ("home", "shared")
    )
    for home, place in (
        ("2-502", None),
        ("2-502", "大堂"),
        ("2-502；厨房", "大堂；电梯旁"),
        (None, "大堂"),
        (None, None),
    ):
        said = home_and_place(home, place)
        row = Row(at_home if home else shared, said, "有人抽烟", "1-2-0502")
        shown = row_shown(guard, row)
        assert (shown.home, shown.home_id, shown.excerpt) == (place, None, "有人抽烟"), (home, place)
        assert row_shown(Actor(Role.DESK), row) == row
        assert row_shown(Actor(Role.MONITOR), row) == replace(row, home=None, home_id=None)
    assert place_beside_home("2-502") is None
