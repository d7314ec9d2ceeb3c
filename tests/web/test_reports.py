"""Breaches and emergencies: filed by staff only, told at once, worked through step by step, closed when each step is ticked."""

import re
from collections.abc import Callable
from typing import Any

from tests.web.client import Visitor

Staff = Callable[..., Visitor]
FIRE = {"plan": "fire", "building": "east", "place": "2 单元 12 层", "what": "厨房冒烟，有焦味"}


def test_an_emergency_goes_to_the_department_is_told_upward_at_once_and_closes_when_every_step_is_ticked(
    staff: Staff,
) -> None:
    guard = staff("guard")
    filed = guard.post_json("/api/v1/staff/report/emergency", FIRE, Idempotency_Key="e-1")
    assert filed.status == 201, filed.text
    case = filed.json()
    assert (case["kind"], case["category"], case["plan"]) == ("emergency", "E7", "fire")
    assert {clock["clock"] for clock in case["clocks"]} == {"arrive", "resolve"}
    assert case["in_charge"]["role"] == "秩序员" or case["in_charge"]["role"] == "Guard"
    from chalicelib import wiring
    from chalicelib.domain.owing import owed_by

    file = wiring.cases.load(case["number"])
    assert file is not None
    assert (
        len(owed_by(file.events, wiring.rulebook()).sure) == 4
    )  # in charge, supervisor, manager, general manager
    again = guard.post_json("/api/v1/staff/report/emergency", FIRE, Idempotency_Key="e-1")
    assert again.json()["number"] == case["number"]
    path = f"/api/v1/staff/cases/{case['number']}"
    early = guard.post_json(f"{path}/resolve", {"words": "灭了"})
    assert (early.status == 409 and "7 步" in early.text) or "7 steps" in early.text
    for step in case["steps"]:
        assert guard.post_json(f"{path}/tick", {"step": step["step"], "words": "好"}).status == 200
    assert guard.post_json(f"{path}/tick", {"step": "call"}).status == 409
    assert guard.post_json(f"{path}/tick", {"step": "dance"}).status == 409
    assert guard.post_json(f"{path}/resolve", {"words": "灭了"}).json()["state"] == "resolved"


def test_the_page_shows_the_plan_and_one_tap_ticks_a_step(staff: Staff) -> None:
    desk = staff("desk", html=True)
    page = desk.get("/api/staff/report/breach")
    assert page.status == 200 and "违规搭建" in page.text and "告知" in page.text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    fields = {"plan": "building", "building": "east", "place": "楼顶", "what": "在搭棚子"}
    posted = desk.post_form("/api/staff/report/breach", {**fields, **hidden})
    assert posted.status == 303, posted.text
    assert (
        desk.post_form("/api/staff/report/breach", {**fields, **hidden}).headers["location"]
        == (posted.headers["location"])
    )
    case = desk.get(posted.headers["location"])
    assert "还有 4 步" in case.text and "答复业主" not in case.text
    form = re.search(r'<form class="plan__form".*?</form>', case.text, re.DOTALL)
    assert form
    values = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.group()))
    ticked = desk.post_form(f"{posted.headers['location']}/tick", {**values, "words": "拍了三张"})
    assert ticked.status == 303
    case = desk.get(ticked.headers["location"])
    assert "还有 3 步" in case.text and "拍了三张" in case.text and "值班台" in case.text


def test_what_is_missing_is_said_by_field_and_what_was_typed_stays(staff: Staff) -> None:
    desk = staff("desk", html=True)
    reply = desk.post_form("/api/staff/report/emergency", {"plan": "flood", "what": "水漫出来了"})
    assert reply.status == 422 and "水漫出来了" in reply.text
    assert 'id="building-error"' in reply.text and "请重新选一次" not in reply.text.split("building-error")[0]
    reply = desk.post_form(
        "/api/staff/report/emergency",
        {"plan": "flood", "building": "nowhere", "place": "x", "what": "水漫出来了"},
    )
    assert reply.status == 422 and reply.text.count("没有这个选项") >= 2
    assert desk.get("/api/staff/report/party").status == 404


def test_residents_can_neither_file_nor_see_one(program: Visitor, browser: Visitor, staff: Staff) -> None:
    values: dict[str, Any] = {
        "building": "river-view/east",
        "what": "着火",
        "phone": "000-0000-1234",
        "category": "E7",
        "place": "x",
    }
    refused = program.post_json("/api/v1/cases", values, Idempotency_Key="r-1")
    assert refused.status == 422 and "category" in refused.text
    for kind in ("repair", "complaint", "enquiry"):
        assert browser.post_form(f"/api/file/{kind}", values).status == 422
    assert browser.post_form("/api/file/emergency", values).status == 404
    assert program.get("/api/v1/preview?category=E7").status == 422
    assert program.post_json("/api/v1/staff/report/emergency", FIRE, Idempotency_Key="r-2").status == 401
    assert staff("general_manager").get("/api/v1/standards/E7").status == 200
