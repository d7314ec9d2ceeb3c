"""Staff: entering and leaving, the queue, working a case with a mouse or a program, and what happens when two do it at once."""

import re
import threading
from collections.abc import Callable
from typing import Any

from chalicelib.domain.moments import written
from tests.web.client import BROWSER, Visitor
from tests.web.conftest import in_three_months

Filed = Callable[..., dict[str, Any]]
Staff = Callable[..., Visitor]


def hidden_of(html: str, verb: str) -> dict[str, str]:
    """The hidden fields of a verb's form on a page."""
    form = re.search(rf'action="[^"]*/{verb}".*?</form>', html, re.DOTALL)
    assert form, f"no form for {verb}"
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.group()))


def test_an_entry_code_opens_the_queue_once_and_leaving_closes_it_at_once(
    staff: Staff, filed: Filed, browser: Visitor
) -> None:
    code = staff().cookies["sid"]
    filed("C2")
    entered = browser.post_form("/api/staff/session", {"code": f" {code} ", "language": "zh"})
    assert entered.status == 303
    assert "HttpOnly" in entered.headers["set-cookie"] and "SameSite=Lax" in entered.headers["set-cookie"]
    assert browser.cookies["sid"] != code
    queue = browser.get("/api/staff/queue")
    assert queue.status == 200 and "厨房水管漏水" in queue.text
    assert browser.post_form("/api/staff/session", {"code": code}).status == 401
    token = browser.cookies["sid"]
    assert browser.post_form("/api/staff/session/end", {}).status == 303
    browser.cookies["sid"] = token
    assert browser.get("/api/staff/queue").status == 401


def test_a_person_can_work_a_case_with_a_mouse(staff: Staff, filed: Filed, browser: Visitor) -> None:
    case = filed("B1")
    desk = staff("assistant", html=True)
    page = desk.get(f"/api/staff/cases/{case['number']}")
    assert page.status == 200 and 'href="tel:00000001234"' in page.text
    answered = desk.post_form(
        f"/api/staff/cases/{case['number']}/reply",
        {"words": "您好，马上安排。", **hidden_of(page.text, "reply")},
    )
    assert answered.status == 303
    page = desk.get(answered.headers["location"])
    assert "已保存" in page.text and "您好，马上安排。" in page.text
    done = desk.post_form(
        f"/api/staff/cases/{case['number']}/resolve",
        {"words": "道过歉了", **hidden_of(page.text, "resolve")},
    )
    assert done.status == 303
    link = f"/api/track/{case['link']}"
    seen = browser.get(link)
    assert "道过歉了" in seen.text
    confirmed = browser.post_form(f"{link}/confirm", hidden_of(seen.text, "confirm"))
    assert confirmed.status == 303
    assert "谢谢您的确认" in browser.get(confirmed.headers["location"]).text


def test_a_page_that_is_out_of_date_changes_nothing_and_says_what_happened(
    staff: Staff, filed: Filed
) -> None:
    case = filed("C2")
    desk = staff("technician", html=True)
    page = desk.get(f"/api/staff/cases/{case['number']}")
    stale = hidden_of(page.text, "resolve")
    assert staff("desk").post_json(f"/api/v1/staff/cases/{case['number']}/note", {"words": "x"}).status == 200
    reply = desk.post_form(f"/api/staff/cases/{case['number']}/resolve", {"words": "换好了", **stale})
    assert reply.status == 409
    assert "内部备注" in reply.text and "换好了" in reply.text  # what happened, and what was typed
    told = desk.get(f"/api/v1/staff/cases/{case['number']}", Accept="application/json").json()
    assert told["state"] == "assigned" and told["version"] == 2


def test_a_verb_sent_twice_counts_once(staff: Staff, filed: Filed) -> None:
    case = filed("C2")
    desk = staff("technician")
    address = f"/api/v1/staff/cases/{case['number']}/reply"
    first = desk.post_json(address, {"words": "好"}, Idempotency_Key="k-1")
    second = desk.post_json(address, {"words": "好"}, Idempotency_Key="k-1")
    assert (first.status, second.status) == (200, 200)
    assert second.json()["version"] == first.json()["version"] == 2
    other = desk.post_json(address, {"words": "不好"}, Idempotency_Key="k-1")
    assert other.status == 422


def test_every_staff_verb_works_through_the_api(staff: Staff, filed: Filed) -> None:
    technician, manager, desk = staff("technician"), staff("manager"), staff("desk")
    number = filed("C3")["number"]

    def do(who: Visitor, verb: str, case: str = number, **said: Any) -> dict[str, Any]:
        reply = who.post_json(f"/api/v1/staff/cases/{case}/{verb}", said)
        assert reply.status == 200, (verb, reply.text)
        told: dict[str, Any] = reply.json()
        return told

    do(technician, "arrive")
    due = next(
        c["due"] for c in do(technician, "note", words="要买配件")["clocks"] if c["clock"] == "resolve"
    )
    do(technician, "appoint", moment=due)
    assert do(technician, "pause", reason="waiting_for_part", words="等配件")["paused"] == "waiting_for_part"
    assert do(technician, "resume")["paused"] is None
    other = filed("C3", what="同一处")["number"]
    assert do(desk, "join", case=other, other=number)["state"] == "joined"
    later = in_three_months()
    do(technician, "ask_extension", clock="resolve", until=later.isoformat(), words="配件缺货")
    clocks = do(manager, "decide_extension", approved=True, words="同意")["clocks"]
    resolve = next(c for c in clocks if c["clock"] == "resolve")
    assert resolve["due"] == written(later) and resolve["original"] == due
    assert do(desk, "assign", person="wang-technician-2")["in_charge"]["name"] == "砖小平"
    assert do(technician, "pass_upward", words="修不了")["in_charge"]["name"] == "扳大手"
    assert do(manager, "propose", words="要整体更换")["state"] == "proposed"
    enquiry = filed("D2")["number"]
    assert "arrive" in {c["clock"] for c in do(staff("assistant"), "agree_visit", case=enquiry)["clocks"]}


def test_only_the_manager_decides_on_an_extension(staff: Staff, filed: Filed) -> None:
    number, until = filed("C5")["number"], in_three_months()
    asked = {"clock": "resolve", "until": f"{until:%Y-%m-%dT%H:%M}", "words": "雨季"}
    technician = staff("technician")
    assert technician.post_json(f"/api/v1/staff/cases/{number}/ask_extension", asked).status == 200
    for role in ("technician", "supervisor", "desk", "general_manager"):
        reply = staff(role).post_json(
            f"/api/v1/staff/cases/{number}/decide_extension", {"approved": True, "words": "好"}
        )
        assert reply.status == 403, role
    told = technician.get(f"/api/v1/staff/cases/{number}").json()
    assert told["asked"]["until"] == written(until)  # without a zone: the community's time


def test_whoever_the_manager_named_before_going_away_finds_the_button_and_the_resident_reads_of_it(
    staff: Staff, filed: Filed
) -> None:
    from chalicelib import wiring

    made = filed("C5")
    number, link = made["number"], made["link"]
    asked = {"clock": "resolve", "until": f"{in_three_months():%Y-%m-%dT%H:%M}", "words": "雨季"}
    assert staff("technician").post_json(f"/api/v1/staff/cases/{number}/ask_extension", asked).status == 200
    deputy, colleague = staff("supervisor"), staff("desk")
    where = f"/api/v1/staff/cases/{number}"
    assert "decide_extension" not in deputy.get(where).json()["verbs"]
    people = wiring.rulebook().communities["river-view"].people.values()
    manager, supervisor = (
        next(one.id for one in people if one.role == role) for role in ("manager", "supervisor")
    )
    away = {"person": manager, "substitute": supervisor}
    assert staff("manager").post_json("/api/v1/staff/duty/away", away).status == 200
    assert "decide_extension" in deputy.get(where).json()["verbs"]
    assert "decide_extension" not in colleague.get(where).json()["verbs"]
    said = {"approved": True, "words": "同意，等天晴"}
    assert colleague.post_json(f"{where}/decide_extension", said).status == 403
    assert deputy.post_json(f"{where}/decide_extension", said).status == 200
    assert "代物业经理" in Visitor(deputy.origin, dict(BROWSER)).get(f"/api/track/{link}").text


def test_staff_of_another_community_find_nothing(staff: Staff, filed: Filed) -> None:
    number = filed("C2")["number"]
    stranger = staff("manager", "osmanthus-lane")
    absent = stranger.get("/api/v1/staff/cases/250101-000000")
    for reply in (
        stranger.get(f"/api/v1/staff/cases/{number}"),
        stranger.get(f"/api/staff/cases/{number}"),
        stranger.post_json(f"/api/v1/staff/cases/{number}/note", {"words": "x"}),
        stranger.post_form(f"/api/staff/cases/{number}/note", {"words": "x"}),
    ):
        assert reply.status == 404
        assert _without_id(reply.json()) == _without_id(absent.json())
    assert stranger.get("/api/v1/staff/queue").json()["items"] == []
    mine = staff("desk", "osmanthus-lane")
    own = filed("C2", building="osmanthus-lane/" + _building("osmanthus-lane"))["number"]
    joined = mine.post_json(f"/api/v1/staff/cases/{own}/join", {"other": number})
    assert joined.status == 409 and joined.json()["type"].endswith("join-no-such-case")


def test_without_a_session_or_with_an_old_one_nobody_enters(
    browser: Visitor, staff: Staff, filed: Filed
) -> None:
    number = filed("C2")["number"]
    for address in ("/api/staff/queue", f"/api/staff/cases/{number}"):
        refused = browser.get(address)
        assert refused.status == 401 and 'href="/staff/"' in refused.text
    browser.cookies["sid"] = "x" * 22
    assert browser.get("/api/staff/queue").status == 401
    assert browser.post_form(f"/api/staff/cases/{number}/note", {"words": "x"}).status == 401


def test_the_queue_comes_in_pages_soonest_due_first(staff: Staff, filed: Filed) -> None:
    for n in range(30):
        filed("C2" if n % 2 else "C1", phone=f"000-0000-{n:04d}")
    desk = staff()
    first = desk.get("/api/v1/staff/queue").json()
    assert len(first["items"]) == 25 and first["next_cursor"]
    second = desk.get(f"/api/v1/staff/queue?cursor={first['next_cursor']}").json()
    assert len(second["items"]) == 5 and second["next_cursor"] is None
    dues = [item["due"] for item in first["items"] + second["items"]]
    assert dues == sorted(dues)
    page = staff(html=True).get("/api/staff/queue")
    assert "下一页" in page.text
    for wrong in ("x", "OSMyNjA", "a" * 201, "%00"):
        assert desk.get(f"/api/v1/staff/queue?cursor={wrong}").status == 400


def test_of_twenty_edits_at_once_each_is_in_the_history_or_was_refused(staff: Staff, filed: Filed) -> None:
    number = filed("C2")["number"]
    desks = [staff("technician") for _ in range(20)]
    replies: list[int] = []

    def edit(n: int) -> None:
        reply = desks[n].post_json(f"/api/v1/staff/cases/{number}/note", {"words": f"第 {n} 条"})
        replies.append(reply.status)

    threads = [threading.Thread(target=edit, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(replies) <= {200, 409, 503}
    events = staff().get(f"/api/v1/staff/cases/{number}").json()["events"]
    kept = [event for event in events if event["kind"] == "noted"]
    assert len(kept) == replies.count(200)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


def test_a_page_in_the_browser_asks_for_the_language(staff: Staff) -> None:
    desk = staff(html=True)
    assert "Open cases" in desk.get("/api/staff/queue?lang=en").text
    assert "待办工单" in desk.get("/api/staff/queue", **BROWSER).text


def _without_id(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name != "request_id"}


def _building(community: str) -> str:
    from chalicelib import wiring

    return next(iter(wiring.rulebook().communities[community].buildings))


def test_staff_see_which_messages_could_not_be_sent(staff: Staff, filed: Filed) -> None:
    from chalicelib import wiring

    number = filed("C2")["number"]
    for shard in range(wiring.outbox.SHARDS):
        for owed in wiring.outbox.pending(shard, wiring.now()):
            claimed = wiring.outbox.claim(owed, wiring.now())
            assert claimed and wiring.outbox.set_aside(claimed, wiring.now(), "号码是空号")
    page = staff(html=True).get("/api/staff/stuck")
    assert page.status == 200 and number in page.text and "号码是空号" in page.text and "住户" in page.text
    told = staff().get("/api/v1/staff/stuck").json()
    assert {item["to"] for item in told["items"]} == {"resident", "staff"} and told["next_cursor"] is None
    assert staff("manager", "osmanthus-lane").get("/api/v1/staff/stuck").json()["items"] == []


def test_a_database_that_does_not_answer_is_told_with_when_to_try_again(
    staff: Staff, filed: Filed, browser: Visitor, monkeypatch: Any
) -> None:
    from chalicelib import wiring
    from chalicelib.domain.keeping import Unavailable

    case = filed("C2")
    desk = staff()

    def silent(*_: Any) -> None:
        raise Unavailable("no answer")

    monkeypatch.setattr(wiring.cases, "load", silent)
    for reply in (
        browser.get(f"/api/track/{case['link']}"),
        browser.post_form(f"/api/track/{case['link']}/urge", {}),
        desk.post_json(f"/api/v1/staff/cases/{case['number']}/note", {"words": "x"}),
    ):
        assert reply.status == 503 and int(reply.headers["retry-after"]) > 0


def test_whoever_opens_what_is_not_there_is_led_back_to_their_own_pages(
    staff: Staff, browser: Visitor
) -> None:
    desk = staff("desk", html=True)
    for address, status in (("/api/staff/cases/261101-000001", 404), ("/api/staff/queue?list=none", 400)):
        page = desk.get(address)
        assert page.status == status
        assert '<a href="/api/staff/start">您在这里能做什么</a>' in page.text
        assert "短信" not in page.text
    stranger = browser.get("/api/staff/queue")
    assert stranger.status == 401
    assert '<a href="/staff/">员工入口</a>' in stranger.text
    assert 'href="/track/"' in browser.get("/api/track/nothing").text


def test_a_telephone_stands_as_people_read_it_aloud(staff: Staff, filed: Filed) -> None:
    page = staff("desk", html=True).get(f"/api/staff/cases/{filed('C2')['number']}")
    assert '<a class="tel" href="tel:00000001234">000 0000 1234</a>' in page.text
