"""The register at the desk: homes found, people added, corrected, moved out; a look leaves an event; no address tells who."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.server import Origin
from tests.web.client import Visitor
from tests.web.homes import PHONE, membership, moves_in, signed_in

HOMES = "/api/v1/staff/homes"
PAGES = "/api/staff/homes"
Staff = Callable[..., Visitor]


@pytest.fixture
def home(staff: Staff) -> str:
    """The token of a home with one resident."""
    moves_in(membership())
    found = staff("desk").post_json(f"{HOMES}/find", {"typed": "江晴"}).json()["items"]
    token: str = found[0]["home"]
    return token


def change(visitor: Visitor, home: str, verb: str, **values: Any) -> dict[str, Any]:
    """The home after a change."""
    reply = visitor.post_json(f"{HOMES}/{home}/{verb}", values)
    assert reply.status == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


def test_somebody_is_added_corrected_and_moves_out_at_once(staff: Staff, home: str, origin: Origin) -> None:
    desk, resident = staff("desk"), signed_in(origin)
    person = {
        "name": "江远",
        "phone": "０００－0000－0777",
        "relation": "family",
        "spoken": "en",
        "channel": "call",
    }
    said = change(desk, home, "add", **person)
    assert [one["name"] for one in said["members"]] == ["江晴", "江远"]
    assert said["members"][1]["phone"] == "00000000777"
    assert len(change(desk, home, "add", **person)["members"]) == 2, "sent twice it counts once"
    first = said["members"][0]["member"]
    assert resident.get("/api/v1/my").status == 200
    corrected = {**person, "name": "江晴晴", "phone": PHONE, "relation": "owner"}
    assert change(desk, home, "correct", member=first, **corrected)["members"][0]["name"] == "江晴晴"
    unsaid = {name: text for name, text in corrected.items() if name != "phone"}
    refused = desk.post_json(f"{HOMES}/{home}/correct", {"member": first, **unsaid})
    assert refused.status == 422 and [one["field"] for one in refused.json()["errors"]] == ["phone"]
    assert change(desk, home, "correct", member=first, **unsaid, phone="")["members"][0]["name"] == "江晴晴"
    change(desk, home, "correct", member=first, **corrected)
    assert resident.get("/api/v1/my").status == 200, "the same telephone is no change"
    assert len(change(desk, home, "leave", member=first)["members"]) == 1
    assert resident.get("/api/v1/my").status == 401
    gone = desk.post_json(f"{HOMES}/{home}/correct", {"member": first, **corrected})
    assert gone.status == 409


def test_what_is_minded_has_a_reason_a_last_day_and_consent_where_the_law_wants_it(
    staff: Staff, home: str
) -> None:
    desk = staff("desk")
    person = {"name": "江远", "relation": "family", "spoken": "zh", "channel": "sms"}
    member = change(desk, home, "add", **person)["members"][1]["member"]
    wheelchair = {"member": member, "kind": "wheelchair", "reason": "出入走坡道"}
    refused = desk.post_json(f"{HOMES}/{home}/need", wheelchair)
    assert (refused.status, refused.json()["type"]) == (409, "urn:shounuo:problem:need-without-consent")
    assert (
        desk.post_json(f"{HOMES}/{home}/need", {**wheelchair, "consent": True, "until": "2099-01-01"}).status
        == 409
    )
    assert (
        desk.post_json(f"{HOMES}/{home}/need", {**wheelchair, "consent": True, "until": "年底"}).status == 422
    )
    assert desk.post_json(f"{HOMES}/{home}/need", {"member": member, "kind": "pet"}).status == 422
    said = change(desk, home, "need", **wheelchair, consent=True)["members"][1]
    assert said["consent_at"] is not None
    until = datetime.fromisoformat(said["needs"][0]["until"]).date()
    assert timedelta(days=363) < until - datetime.now(UTC).date() < timedelta(days=367)
    assert change(desk, home, "drop", member=member, kind="wheelchair")["members"][1]["needs"] == []


def test_every_look_leaves_an_event_and_no_address_tells_who(staff: Staff, home: str) -> None:
    from chalicelib import wiring

    token = home
    assert not re.search("2604|east|501", token)
    manager = staff("manager")
    assert manager.get(f"{HOMES}/{token}").status == 200
    readers = [one.by for one in wiring.readings.of_object("river-view", "home", "east-0-2604")]
    assert set(readers) == {"wang-manager", "wang-desk"}
    month = datetime.now(UTC)
    mine, _ = wiring.readings.of_reader("river-view", "wang-desk", month - timedelta(1), month + timedelta(1))
    assert [(one.what, one.id) for one in mine] == [("home", "east-0-2604")]
    assert staff("manager", "osmanthus-lane").get(f"{HOMES}/{token}").status == 404
    assert manager.get(f"{HOMES}/{'A' * 60}").status == 404
    assert staff("technician").get(f"{HOMES}/{token}").status == 403


def test_the_pages_do_it_without_scripts_and_keep_what_was_typed(staff: Staff) -> None:
    desk = staff("desk", html=True)
    wrong = desk.post_form(
        PAGES, {"step": "new", "building": "east", "unit": "", "room": "五楼左边第二间靠窗那户人家"}
    )
    assert wrong.status == 422
    assert "五楼左边" in wrong.text
    new = desk.post_form(PAGES, {"step": "new", "building": "east", "unit": "", "room": "1802室"})
    assert new.status == 303
    page = desk.get(new.headers["location"])
    assert "东楼 1802" in page.text
    person = {
        "name": "<i>何",
        "phone": "123",
        "relation": "owner",
        "spoken": "zh",
        "channel": "sms",
        "language": "zh",
    }
    refused = desk.post_form(f"{new.headers['location']}/add", person)
    assert refused.status == 422
    assert "&lt;i&gt;何" in refused.text
    done = desk.post_form(f"{new.headers['location']}/add", {**person, "phone": "  "})
    assert done.status == 303
    assert "&lt;i&gt;何" in desk.get(done.headers["location"]).text
    found = desk.post_form(PAGES, {"step": "find", "typed": "1802", "language": "en"})
    assert "1 found" in found.text
    assert "Register of homes" in found.text
