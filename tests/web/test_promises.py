"""Each promise, filed through the interface: its due moments against a table worked out by hand, in China's time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cases import unannounced
from tests.web.client import Visitor
from tests.web.conftest import case_of, in_three_months, post_case

Filed = Callable[..., dict[str, Any]]
CHINA = ZoneInfo("Asia/Shanghai")

# What a case of each category owes, filed on Tuesday 24 November 2026 at 10:27 and on Friday 27 November at 19:30.
# B0 and C0 are no categories: B0 is the reply of B1 to B4, C0 the arrival of C2 and C3 (C1's own is stricter).
TUESDAY = datetime(2026, 11, 24, 10, 27, tzinfo=CHINA)
FRIDAY = datetime(2026, 11, 27, 19, 30, tzinfo=CHINA)
OWED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "B1": ({"reply": "24 18:00", "resolve": "24 15:27"}, {"reply": "28 18:00", "resolve": "28 13:00"}),
    "B2": ({"reply": "24 18:00", "resolve": "26 18:00"}, {"reply": "28 18:00", "resolve": "29 18:00"}),
    "B3": ({"reply": "24 18:00", "arrive": "24 10:42"}, {"reply": "28 18:00", "arrive": "27 19:45"}),
    "B4": ({"reply": "24 18:00"}, {"reply": "28 03:30"}),
    "C1": ({"arrive": "24 10:37"}, {"arrive": "27 19:40"}),
    "C2": ({"arrive": "24 10:42", "resolve": "24 15:27"}, {"arrive": "27 19:45", "resolve": "28 13:00"}),
    "C3": ({"arrive": "24 10:42", "resolve": "12-03 18:00"}, {"arrive": "27 19:45", "resolve": "12-08 18:00"}),
    "C4": ({"arrive": "24 10:37"}, {"arrive": "27 19:40"}),
    "C5": ({"resolve": "27 18:00"}, {"resolve": "12-02 18:00"}),
    "C6": ({"resolve": "26 18:00"}, {"resolve": "12-01 18:00"}),
    "C7": ({"resolve": "26 18:00"}, {"resolve": "29 18:00"}),
    "C8": ({"resolve": "12-24 18:00"}, {"resolve": "12-27 18:00"}),
    "C9": ({}, {}),
    "D1": ({"reply": "24 10:57"}, {"reply": "27 20:00"}),
    "D2": ({"reply": "24 10:57"}, {"reply": "27 20:00"}),
    "D3": ({"reply": "24 10:57"}, {"reply": "27 20:00"}),
    "D4": ({"reply": "26 18:00"}, {"reply": "12-01 18:00"}),
    **{id: ({"reply": "24 10:57"}, {"reply": "27 20:00"}) for id in ("G1", "G2", "G4")},
}  # fmt: skip


def dues(clocks: list[dict[str, Any]]) -> dict[str, str]:
    told = {}
    for clock in clocks:
        due = datetime.fromisoformat(clock["due"]).astimezone(CHINA)
        told[clock["clock"]] = f"{due:%d %H:%M}" if due.month == 11 else f"{due:%m-%d %H:%M}"
    return told


@pytest.mark.parametrize("category", OWED)
@pytest.mark.parametrize("at", [TUESDAY, FRIDAY])
def test_the_due_moments_of_a_case_are_those_that_were_promised(
    program: Visitor, monkeypatch: pytest.MonkeyPatch, category: str, at: datetime
) -> None:
    from chalicelib import wiring

    monkeypatch.setattr(wiring, "now", lambda: at)
    expected = OWED[category][0 if at is TUESDAY else 1]
    shown = program.get(f"/api/v1/preview?category={category}&community=river-view").json()
    assert dues(shown["clocks"]) == expected
    reply = post_case(program, case_of(category))
    assert reply.status == 201
    assert dues(reply.json()["case"]["clocks"]) == expected
    told = program.get(f"/api/v1/track/{reply.json()['link']}").json()
    assert dues(told["clocks"]) == expected
    assert told["opened"] == at.astimezone(ZoneInfo("UTC")).isoformat(timespec="milliseconds").replace(
        "+00:00", "Z"
    )


def test_every_category_that_a_resident_can_choose_is_in_the_table(program: Visitor) -> None:
    items = program.get("/api/v1/standards").json()["items"]
    assert {item["id"] for item in items if item["choosable"]} == set(OWED)


def test_a_visit_agreed_on_the_form_is_promised_within_half_an_hour(
    program: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib import wiring

    monkeypatch.setattr(wiring, "now", lambda: TUESDAY)
    both = {"reply": "24 10:57", "arrive": "24 10:57"}
    shown = program.get("/api/v1/preview?category=D2&community=river-view&visit_agreed=yes").json()
    assert dues(shown["clocks"]) == both
    case = case_of("D2", visit_agreed=True)
    assert post_case(program, case).status == 422  # somebody comes: the home is needed
    filed = post_case(program, {**case, "home": "2604"})
    assert dues(filed.json()["case"]["clocks"]) == both
    elsewhere = post_case(program, case_of("D1", visit_agreed=True, home="2604"))
    assert dues(elsewhere.json()["case"]["clocks"]) == {"reply": "24 10:57"}


def test_a_deadline_in_a_year_that_is_not_announced_is_promised_for_the_time_being(
    browser: Visitor, program: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib import wiring

    book = unannounced(wiring.rulebook())
    monkeypatch.setattr(wiring, "rulebook", lambda: book)
    monkeypatch.setattr(wiring, "now", lambda: datetime(2026, 12, 28, 10, 0, tzinfo=CHINA))
    filed = post_case(program, case_of("C3"))
    assert filed.status == 201
    resolve = next(c for c in filed.json()["case"]["clocks"] if c["clock"] == "resolve")
    assert resolve["provisional"] and resolve["due"] == "2027-01-07T10:00:00.000Z"
    assert "假期安排公布后会重算" in browser.get(filed.json()["receipt"]).text


def test_the_page_tells_what_is_left_what_was_missed_and_what_was_moved(
    browser: Visitor,
    program: Visitor,
    filed: Filed,
    staff: Callable[..., Visitor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from chalicelib import wiring

    case = filed("C2")
    opened = datetime.fromisoformat(case["case"]["opened"])
    page = f"/api/track/{case['link']}"
    monkeypatch.setattr(wiring, "now", lambda: opened + timedelta(minutes=3))
    assert "还剩 12 分钟" in browser.get(page).text
    monkeypatch.setattr(wiring, "now", lambda: opened + timedelta(minutes=20, seconds=30))
    assert "已超时 5 分钟" in browser.get(page).text
    address = f"/api/v1/staff/cases/{case['number']}"
    assert staff("technician").post_json(f"{address}/arrive", {}).status == 200
    told = program.get(f"/api/v1/track/{case['link']}").json()
    arrive = next(c for c in told["clocks"] if c["clock"] == "arrive")
    assert (arrive["status"], arrive["missed"], arrive["late_by_seconds"]) == ("missed", True, 330)
    until = in_three_months()
    asked = {"clock": "resolve", "until": until.isoformat(), "words": "等配件到货"}
    assert staff("technician").post_json(f"{address}/ask_extension", asked).status == 200
    assert "等配件到货" not in browser.get(page).text
    decision = {"approved": True, "words": "厂家缺货，要三个月"}
    assert staff("manager").post_json(f"{address}/decide_extension", decision).status == 200
    text = browser.get(page).text
    assert "原来承诺" in text and "厂家缺货，要三个月" in text and f"{until.month}月{until.day}日" in text
    holder = told["in_charge"]
    assert holder["name"] in text and holder["phone"] in text
