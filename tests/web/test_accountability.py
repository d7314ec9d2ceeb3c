"""A missed limit: the supervisor notes the cause, the manager decides; the person concerned reads both, and nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.web.client import BROWSER, Visitor

Staff = Callable[..., Visitor]
Filed = Callable[..., dict[str, Any]]
NOTE = {"cause": "not_reported", "words": "忙不过来，也没有上报"}


@pytest.fixture
def record(filed: Filed) -> str:
    """The record of an urgent repair that the electrician did not come to within ten minutes."""
    from chalicelib import wiring
    from chalicelib.jobs.enforce_deadlines import enforce_deadlines

    number = filed("C1")["number"]
    enforce_deadlines(wiring.cases, wiring.rulebook(), wiring.now() + timedelta(hours=1))
    return f"{number}-arrive-1"


@pytest.fixture
def engineering(origin: Any, table: str) -> Visitor:
    """The supervisor of engineering, with a browser."""
    from chalicelib import wiring
    from chalicelib.actions.admit_published import admit_published
    from chalicelib.domain.events import Role

    admit_published(wiring.accounts, wiring.rulebook().communities["river-view"])
    token = wiring.sessions.begin(Role.SUPERVISOR, "wang-engineering", "river-view", wiring.now())
    return Visitor(origin, dict(BROWSER), {"sid": token})


def hidden_of(html: str, verb: str) -> dict[str, str]:
    form = re.search(rf'action="[^"]*/{verb}".*?</form>', html, re.DOTALL)
    assert form, f"no form for {verb}"
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.group()))


def test_cause_then_decision_by_mouse_and_the_person_concerned_reads_it(
    staff: Staff, record: str, engineering: Visitor
) -> None:
    address = f"/api/staff/accountability/{record}"
    listed = engineering.get("/api/staff/accountability")
    assert listed.status == 200 and address in listed.text and "电小稳" in listed.text
    page = engineering.get(address)
    assert "到期前没有上报" in page.text and "/decide" not in page.text and "/explain" not in page.text
    noted = engineering.post_form(f"{address}/note_cause", {**NOTE, **hidden_of(page.text, "note_cause")})
    assert noted.status == 303, noted.text
    assert address not in engineering.get("/api/staff/accountability").text
    person = staff("technician", html=True)
    assert "关于我的" in person.get("/api/staff/accountability").text
    mine = person.get(address)
    assert "忙不过来" in mine.text and "/note_cause" not in mine.text
    said = person.post_form(f"{address}/explain", {"words": "在东楼抢修", **hidden_of(mine.text, "explain")})
    assert said.status == 303
    manager = staff("manager", html=True)
    assert address in manager.get("/api/staff/accountability").text
    page = manager.get(address)
    assert "在东楼抢修" in page.text
    fields = {"consequence": "spoken_warning", "words": "下不为例", **hidden_of(page.text, "decide")}
    assert manager.post_form(f"{address}/decide", fields).status == 303
    assert manager.post_form(f"{address}/decide", fields).status == 303  # sent twice, counted once
    closed = person.get(f"/api/v1/staff/accountability/{record}", Accept="application/json").json()
    assert closed["consequence"] == "spoken_warning" and closed["verbs"] == []
    assert [event["kind"] for event in closed["events"]] == ["missed", "cause_noted", "explained", "decided"]


def test_nobody_else_learns_that_there_is_a_record(
    staff: Staff, record: str, program: Visitor, browser: Visitor
) -> None:
    address = f"/api/v1/staff/accountability/{record}"
    strangers = [
        staff("desk"),
        staff("assistant"),
        staff("guard"),
        staff("supervisor"),
        staff("manager", "osmanthus-lane"),
        staff("technician", "osmanthus-lane"),
    ]
    for one in strangers:
        missing = one.get(address.replace("-arrive-1", "-arrive-9"))
        for reply in (one.get(address), one.post_json(f"{address}/note_cause", NOTE)):
            assert reply.status == 404
            assert {**reply.json(), "request_id": ""} == {**missing.json(), "request_id": ""}
        assert record not in one.get("/api/v1/staff/accountability").text
    assert program.get(address).status == 401
    case = staff("desk").get(f"/api/v1/staff/cases/{record[:13]}")
    assert "lapse" not in case.text and "accountab" not in case.text


def test_what_the_rules_refuse_is_said_in_a_sentence_and_what_was_typed_stays(
    staff: Staff, record: str, engineering: Visitor
) -> None:
    address = f"/api/staff/accountability/{record}"
    page = engineering.get(address)
    empty = engineering.post_form(f"{address}/note_cause", hidden_of(page.text, "note_cause"))
    assert empty.status == 422 and "note_cause-cause-error" in empty.text
    manager = staff("manager")
    early = manager.post_json(
        f"/api/v1/staff/accountability/{record}/decide", {"consequence": "none", "words": "x"}
    )
    assert early.status == 409
    none = {"cause": "none", "words": "停电", **hidden_of(page.text, "note_cause")}
    assert engineering.post_form(f"{address}/note_cause", none).status == 303
    stale = engineering.post_form(f"{address}/note_cause", {**none, "words": "又写一遍"})
    assert stale.status == 409 and "又写一遍" in stale.text and "没有保存" in stale.text
    harsh = manager.post_json(
        f"/api/v1/staff/accountability/{record}/decide", {"consequence": "dismissal", "words": "x"}
    )
    assert harsh.status == 409 and "no-fault" in harsh.text
    for broken in ("261124-000001-arrive-", "x", f"{record}1234567", "261124-000001-close-1"):
        assert manager.get(f"/api/v1/staff/accountability/{broken}").status == 404
    assert manager.get("/api/v1/staff/accountability?list=all").status == 400
    assert manager.get("/api/v1/staff/accountability?cursor=eA").status == 400
