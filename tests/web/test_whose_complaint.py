"""Who complained: no page, list, search or answer of the API tells those who work in the building, unless it is theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import wiring
from tests.web.client import Reply, Visitor

Filed = Callable[..., dict[str, Any]]
Staff = Callable[..., Visitor]
LEFT = {"home": "9-9977", "name": "标记李女士", "phone": "000-0000-4321"}
MARKS = ("9977", "标记", "4321")
WHO_COMPLAINED = {"name": "标记李女士", "phone": "00000004321", "home": "9-9977；大堂"}
NOBODY = {"name": None, "phone": None, "home": "大堂"}
IN_THE_BUILDING = ("technician", "cleaner", "guard")


def told_of(reply: Reply) -> list[str]:
    assert reply.status in (200, 409), reply.text
    # The keys of forms and the numbers of cases are random: now and then one has the digits of a mark in it.
    said = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{6}-\d{6}", "", reply.text)
    return [mark for mark in MARKS if mark in said]


def found(visitor: Visitor, typed: str) -> list[str]:
    return [
        one["number"] for one in visitor.post_json("/api/v1/staff/search", {"typed": typed}).json()["items"]
    ]


def id_of(role: str) -> str:
    people = wiring.rulebook().communities["river-view"].people.values()
    return next(one.id for one in people if one.role == role)


def noted(person: str) -> list[tuple[str, tuple[str, ...]]]:
    """What is noted that a member of staff read today."""
    now, day = datetime.now(UTC), timedelta(days=1)
    found, _ = wiring.readings.of_reader("river-view", person, now - day, now + day)
    return [(one.what, one.found) for one in found]


@pytest.mark.parametrize("role", IN_THE_BUILDING)
def test_what_happened_and_where_is_shown_and_not_who_complained(
    staff: Staff, filed: Filed, role: str
) -> None:
    number = filed("B4", what="保安在大堂抽烟", place="大堂", **LEFT)["number"]
    repair = filed("C2", home="8-8866")["number"]
    program, page = staff(role), staff(role, html=True)
    case = f"/api/staff/cases/{number}"
    answers = [
        page.get(case),
        page.get("/api/staff/queue?list=all"),
        page.post_form("/api/staff/search", {"typed": "抽烟"}),
        program.get("/api/v1/staff/queue"),
        program.post_json("/api/v1/staff/search", {"typed": number}),
        program.post_json("/api/v1/staff/search", {"typed": "抽烟"}),
        program.get(f"/api/v1/staff/cases/{number}"),
        program.post_json(f"/api/v1/staff/cases/{number}/note", {"words": "看过了"}),
        program.post_json(
            "/api/v1/staff/file/about",
            {"building": "river-view/east", "category": "B4", "what": "保安在大堂抽烟"},
        ),
    ]
    for reply in answers:
        assert told_of(reply) == [], reply.text
        assert "大堂" in reply.text and ("抽烟" in reply.text or "看过了" in reply.text)
    shown = answers[0].text
    assert 'href="tel:00000004321' not in shown and "要联系投诉人，请找下面的经办人" in shown
    assert program.get(f"/api/v1/staff/cases/{number}").json()["contact"] == NOBODY
    # What is no complaint is shown as it was.
    assert "8-8866" in page.get(f"/api/staff/cases/{repair}").text
    assert found(program, "8-8866") == [repair]


@pytest.mark.parametrize("role", ["desk", "assistant", "supervisor", "manager", "general_manager"])
def test_those_who_take_complaints_and_answer_for_them_see_all_of_it(
    staff: Staff, filed: Filed, role: str
) -> None:
    number = filed("B4", place="大堂", **LEFT)["number"]
    program, page = staff(role), staff(role, html=True).get(f"/api/staff/cases/{number}").text
    assert program.get(f"/api/v1/staff/cases/{number}").json()["contact"] == WHO_COMPLAINED
    assert found(program, "9977") == [number]
    assert 'href="tel:00000004321"' in page and "9-9977" in page and "这是投诉" not in page


def test_a_complaint_is_not_found_by_the_home_it_comes_from_nor_is_a_search_noted_that_showed_none(
    staff: Staff, filed: Filed
) -> None:
    number = filed("B3", what="楼上半夜装修", **LEFT)["number"]
    guard, page = staff("guard"), staff("guard", html=True)
    assert found(guard, "9977") == found(guard, "9-9977 装修") == found(guard, "4321") == []
    nothing = page.post_form("/api/staff/search", {"typed": "9-9977"}).text
    assert number not in nothing and "投诉按房号找不到" in nothing
    # Nor does it turn up where a case is filed for that home and something else.
    about = {"building": "river-view/east", "home": "9-9977", "what": "水管漏水"}
    assert guard.post_json("/api/v1/staff/file/about", about).json()["near"] == []
    offered = staff("desk").post_json("/api/v1/staff/file/about", about).json()["near"]
    assert [one["number"] for one in offered] == [number]
    assert noted(id_of("guard")) == []
    assert found(guard, "装修") == [number]
    assert noted(id_of("guard")) == [("search", (number,))]


def test_whoever_is_given_the_complaint_sees_whose_it_is_until_it_is_handed_on(
    staff: Staff, filed: Filed
) -> None:
    number = filed("B4", place="大堂", **LEFT)["number"]
    desk, guard = staff("desk"), staff("guard")
    case = f"/api/v1/staff/cases/{number}"
    assert guard.get(case).json()["contact"] == NOBODY
    assert desk.post_json(f"{case}/assign", {"person": id_of("guard")}).status == 200
    assert guard.get(case).json()["contact"] == WHO_COMPLAINED
    assert found(guard, "9977") == [number]
    assert "9-9977" in staff("guard", html=True).get("/api/staff/queue?list=mine").text
    assert staff("cleaner").get(case).json()["contact"] == NOBODY
    told = guard.post_json(f"{case}/pass_upward", {"words": "请主管看看"})
    assert told.status == 200 and told.json()["contact"] == NOBODY
    assert found(guard, "9977") == []
