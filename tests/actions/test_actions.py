"""Actions: the right person on the right case, each request counted once, nobody's work overwritten."""

import pytest

from chalicelib.actions.arrive import arrive
from chalicelib.actions.assign import assign
from chalicelib.actions.file_case import excerpt_of, file_case, new_number
from chalicelib.actions.join import join
from chalicelib.actions.note import note
from chalicelib.actions.reply import reply
from chalicelib.actions.request import ChangedMeanwhile, KeyReused, NotFound
from chalicelib.actions.resolve import resolve
from chalicelib.actions.urge import urge
from chalicelib.domain.events import Role
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Rulebook
from chalicelib.storage import cases
from tests.cases import CONTACT, OTHER_COMMUNITY, TUESDAY_TEN, file_one, report, request

pytestmark = pytest.mark.usefixtures("table")


def test_the_same_filing_sent_twice_is_one_case_and_one_answer(rulebook: Rulebook) -> None:
    first = file_case(request(rulebook, key="k"), report(rulebook), CONTACT)
    again = file_case(request(rulebook, key="k"), report(rulebook), CONTACT)
    assert (again.case, again.repeated) == (first.case, True)


def test_the_same_key_for_another_filing_is_refused_and_files_nothing(rulebook: Rulebook) -> None:
    file_case(request(rulebook, key="k", body="one"), report(rulebook), CONTACT)
    with pytest.raises(KeyReused):
        file_case(request(rulebook, key="k", body="two"), report(rulebook), CONTACT)


def test_a_repeated_filing_is_answered_as_it_was_filed_even_after_the_case_moved_on(
    rulebook: Rulebook,
) -> None:
    first = file_case(request(rulebook, key="k"), report(rulebook), CONTACT)
    arrive(request(rulebook, role=Role.TECHNICIAN, person="gui-technician-1"), first.case.number)
    assert file_case(request(rulebook, key="k"), report(rulebook), CONTACT).case == first.case


def test_a_repeated_action_is_carried_out_once(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    for _ in range(2):
        done = resolve(
            request(rulebook, role=Role.TECHNICIAN, person="gui-technician-1", key="r"), number, "修好了"
        )
    assert done.repeated
    file = cases.load(number)
    assert file is not None
    assert [e.kind for e in file.events] == ["filed", "resolved"]


def test_staff_of_another_community_find_nothing(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    stranger = request(rulebook, role=Role.MANAGER, person="wang-manager", community=OTHER_COMMUNITY)
    with pytest.raises(NotFound):
        note(stranger, number, "看一眼")
    assert len(cases.load(number).events) == 1  # type: ignore[union-attr]


def test_whoever_had_an_older_version_on_the_screen_is_told_and_overwrites_nothing(
    rulebook: Rulebook,
) -> None:
    number = file_one(rulebook).number
    reply(request(rulebook, role=Role.ASSISTANT, person="gui-assistant-1", seen=1), number, "马上到")
    with pytest.raises(ChangedMeanwhile) as told:
        reply(request(rulebook, role=Role.DESK, person="gui-desk", seen=1), number, "请稍等")
    assert told.value.case.version == 2


def test_a_case_is_not_handed_to_somebody_of_another_community(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    elsewhere = rulebook.communities[OTHER_COMMUNITY].desk
    with pytest.raises(Refused) as refused:
        assign(request(rulebook, role=Role.DESK, person="gui-desk"), number, elsewhere)
    assert refused.value.reason == "no_such_person"


def test_a_case_that_is_handed_over_is_in_new_hands_and_they_are_told(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    done = assign(request(rulebook, role=Role.DESK, person="gui-desk"), number, "gui-assistant-2")
    assert done.case.in_charge == "staff:gui-assistant-2"


def test_joining_changes_both_cases_in_one_go(rulebook: Rulebook) -> None:
    one, other = file_one(rulebook, "C4").number, file_one(rulebook, "C4").number
    desk = request(rulebook, role=Role.DESK, person="gui-desk", key="j")
    join(desk, one, other)
    assert join(desk, one, other).repeated
    kept = cases.load(other)
    assert kept is not None
    assert kept.case.absorbed == (one,)


def test_joining_to_a_case_that_does_not_exist_is_refused(rulebook: Rulebook) -> None:
    number = file_one(rulebook, "C4").number
    with pytest.raises(Refused) as refused:
        join(request(rulebook, role=Role.DESK, person="gui-desk"), number, "261124-999999")
    assert refused.value.reason == "join_no_such_case"


def test_urging_twice_in_an_hour_is_refused_but_the_same_request_repeated_is_not(rulebook: Rulebook) -> None:
    number = file_one(rulebook).number
    urge(request(rulebook, key="u"), number)
    assert urge(request(rulebook, key="u"), number).repeated
    with pytest.raises(Refused):
        urge(request(rulebook, key="v"), number)


def test_a_number_tells_the_local_day_and_can_be_dictated() -> None:
    assert new_number(TUESDAY_TEN, "Asia/Shanghai").startswith("261124-")


def test_an_excerpt_is_one_line_of_forty_characters_at_most() -> None:
    assert excerpt_of("漏水\n  很大") == "漏水 很大"
    assert len(excerpt_of("水" * 41)) == 40
