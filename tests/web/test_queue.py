"""The desk's queue: which list holds what for whom, counts, the search, and nobody else's cases in any of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from chalicelib import wiring
from tests.web.client import Visitor

Filed = Callable[..., dict[str, Any]]
Staff = Callable[..., Visitor]


def numbers(desk: Visitor, chosen: str) -> list[str]:
    reply = desk.get(f"/api/v1/staff/queue?list={chosen}")
    assert reply.status == 200, reply.text
    return [item["number"] for item in reply.json()["items"]]


def search(desk: Visitor, typed: str) -> list[str]:
    reply = desk.post_json("/api/v1/staff/search", {"typed": typed})
    assert reply.status == 200, reply.text
    return [item["number"] for item in reply.json()["items"]]


def test_each_list_holds_what_its_name_says_for_whoever_asks(staff: Staff, filed: Filed) -> None:
    burst, bulb = filed("C1")["number"], filed("C2", building="river-view/river", home="2-0902")["number"]
    complaint = filed("B2")["number"]
    technician, manager = staff("technician"), staff("manager")
    assert numbers(technician, "mine") == [burst]  # the east house's technician
    assert set(numbers(technician, "buildings")) == {burst, complaint}
    assert set(numbers(technician, "department")) == {burst, bulb}
    assert set(numbers(manager, "all")) == {burst, bulb, complaint}
    assert set(numbers(manager, "major")) == {burst, complaint}
    assert set(numbers(manager, "unverified")) == {burst, bulb, complaint}
    assert numbers(manager, "overdue") == numbers(manager, "unassigned") == numbers(manager, "waiting") == []
    assert technician.post_json(f"/api/v1/staff/cases/{bulb}/reply", {"words": "收到"}).status == 200
    paused = {"reason": "waiting_for_part"}
    assert technician.post_json(f"/api/v1/staff/cases/{bulb}/pause", paused).status == 200
    assert numbers(manager, "waiting") == [bulb]
    counts = manager.get("/api/v1/staff/queue/counts").json()
    assert counts == {
        "counts": {
            "mine": 0,
            "all": 3,
            "overdue": 0,
            "major": 2,
            "unassigned": 0,
            "waiting": 1,
            "unverified": 3,
        },
        "most": 100,
    }
    stranger = staff("manager", "osmanthus-lane")
    assert numbers(stranger, "all") == numbers(stranger, "major") == search(stranger, burst) == []
    assert set(stranger.get("/api/v1/staff/queue/counts").json()["counts"].values()) == {0}


def test_the_page_begins_with_what_whoever_asks_must_do(staff: Staff, filed: Filed) -> None:
    filed("C1")
    for role, begins in (("technician", "mine"), ("supervisor", "department"), ("desk", "all")):
        page = staff(role, html=True).get("/api/staff/queue")
        chosen = re.search(r'list=(\w+)" aria-current="page"', page.text)
        assert page.status == 200 and chosen and chosen.group(1) == begins, role
    assert "没有等您办的工单" in staff("guard", html=True).get("/api/staff/queue").text
    counted = staff("manager", html=True).get("/api/staff/queue?list=all&counts=yes").text
    assert re.search(r'data-count="all">1<', counted) and re.search(r'data-count="waiting">0<', counted)


def test_a_count_beyond_what_is_counted_is_said_so() -> None:
    from chalicelib.web.queue_view import count_words

    assert [count_words(n) for n in (None, 0, 99, wiring.queues.MOST_COUNTED)] == ["", "0", "99", "99+"]


def test_a_case_is_found_by_its_number_its_home_and_by_words(staff: Staff, filed: Filed) -> None:
    one = filed("C2", building="river-view/river", home="2 单元 0902", what="客厅吊灯一闪一闪，像要掉下来")[
        "number"
    ]
    other = filed("C1")["number"]
    desk = staff("desk")
    for typed in (
        one,
        one.replace("-", ""),
        one[-6:],
        "2-0902",
        "２－０９０２",
        "江楼",
        "吊灯",
        "江楼 吊灯",
        "家里小修",
    ):
        assert search(desk, typed) == [one], typed
    assert search(desk, "2604") == [other]
    assert search(desk, "没有的事") == search(desk, " ") == []
    page = staff("desk", html=True)
    found = page.post_form("/api/staff/search", {"typed": "吊灯"})
    assert found.status == 200 and one in found.text and other not in found.text
    assert 'value="吊灯"' in found.text
    by_number = page.post_form("/api/staff/search", {"typed": f" {one} "})
    assert by_number.status == 303 and by_number.headers["location"] == f"/api/staff/cases/{one}"
    assert page.post_form("/api/staff/search", {"typed": ""}).status == 303
    assert page.post_form("/api/staff/search", {"typed": "长" * 41}).status == 422
    nothing = page.post_form("/api/staff/search", {"typed": "没有的事"})
    assert "没有找到" in nothing.text


def test_a_search_goes_on_where_it_stopped(staff: Staff, filed: Filed, monkeypatch: Any) -> None:
    for n in range(5):
        filed("C2", what=f"第 {n} 盏灯不亮", phone=f"000-0000-{n:04d}")
    looked = wiring.queues.search
    monkeypatch.setattr(wiring.queues, "search", lambda *a: looked(*a, most=2))
    desk = staff("desk")
    found, cursor, steps = [], None, 0
    while steps == 0 or cursor:
        said = {"typed": "盏灯", **({"cursor": cursor} if cursor else {})}
        told = desk.post_json("/api/v1/staff/search", said).json()
        found += [item["number"] for item in told["items"]]
        cursor, steps = told["next_cursor"], steps + 1
    assert len(set(found)) == 5 and steps == 3
    assert "接着往后找" in staff("desk", html=True).post_form("/api/staff/search", {"typed": "盏灯"}).text


def test_an_unknown_list_or_cursor_is_told(staff: Staff) -> None:
    desk = staff("desk")
    assert desk.get("/api/v1/staff/queue?list=everything").status == 400
    assert desk.get("/api/v1/staff/queue?list=mine&cursor=x").status == 400
    assert desk.post_json("/api/v1/staff/search", {"typed": "x", "cursor": "x"}).status == 400
    assert desk.post_json("/api/v1/staff/search", {"typed": "x", "community": "y"}).status == 422
    # A colleague's address with a list that this person does not have shows all of them.
    assert staff("manager").get("/api/v1/staff/queue?list=buildings").status == 200


def test_whoever_looks_at_a_case_is_told_what_others_did_meanwhile(staff: Staff, filed: Filed) -> None:
    number = filed("C2")["number"]
    desk, technician = staff("desk"), staff("technician")
    address = f"/api/v1/staff/cases/{number}/changes"
    assert desk.get(f"{address}?seen=1").json() == {"version": 1, "words": ""}
    technician.post_json(f"/api/v1/staff/cases/{number}/arrive", {})
    told = desk.get(f"{address}?seen=1").json()
    assert told["version"] == 2 and "到场" in told["words"] and "电小稳" in told["words"]
    assert desk.get(f"{address}?seen=x").json()["words"] == ""
    assert staff("desk", "osmanthus-lane").get(f"{address}?seen=1").status == 404


def test_a_ready_answer_is_filled_in_without_scripts_in_the_residents_language(
    staff: Staff, filed: Filed
) -> None:
    number = filed("C1", language="en")["number"]
    page = staff("technician", html=True).get(f"/api/staff/cases/{number}?answer=on-my-way")
    filled = re.search(r'<textarea[^>]*id="reply-words"[^>]*>([^<]*)<', page.text)
    assert filled and filled.group(1).startswith("Hello, this is Stable Current, technician.")
    assert "{" not in filled.group(1)
    assert staff("technician", html=True).get(f"/api/staff/cases/{number}?answer=x").status == 200


def test_what_may_be_the_same_thing_is_shown_and_joined_with_one_press(staff: Staff, filed: Filed) -> None:
    first = filed("C6", what="三号电梯口的窗户关不上", place="3 层电梯口")["number"]
    second = filed("C6", what="电梯口的窗户关不上，进雨", place="3 层电梯")["number"]
    filed("B1")
    supervisor = staff("supervisor", html=True)
    page = supervisor.get(f"/api/staff/cases/{second}").text
    form = re.search(
        rf'<form method="post" action="/api/staff/cases/{second}/join".*?</form>', page, re.DOTALL
    )
    assert form and "把这张并入它" in form.group()
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.group()))
    assert hidden["other"] == first
    assert supervisor.post_form(f"/api/staff/cases/{second}/join", hidden).status == 303
    assert "把它并入这张" not in supervisor.get(f"/api/staff/cases/{first}").text
    told = staff("desk").get(f"/api/v1/staff/cases/{first}").json()
    assert told["absorbed"] == [second]
    # Whoever may not join is not asked.
    third = filed("C6", what="窗户关不上", place="3 层电梯口")["number"]
    assert "/join" not in staff("technician", html=True).get(f"/api/staff/cases/{third}").text
