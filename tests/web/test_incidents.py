"""Incidents from the desk to everybody: published in one request, on every page at once, told to those who filed, over."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from infra.aws.resources.edge import NOW_SECONDS
from tests.web.client import Visitor

Filed = Callable[..., dict[str, Any]]
Staff = Callable[..., Visitor]
DESK = "/api/staff/incidents"
JSON = "/api/v1/staff/incidents"


def publish(desk: Visitor, **values: Any) -> dict[str, Any]:
    """Publishes one by the JSON API: water is off in the east building, unless told otherwise."""
    said = {"kind": "water", "buildings": ["east"], **values}
    reply = desk.post_json(JSON, said, Idempotency_Key=str(uuid.uuid4()))
    assert reply.status == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


def templates_of(number: str) -> list[str]:
    """The messages owed to the resident of a case."""
    from chalicelib import wiring

    until = wiring.now() + timedelta(minutes=1)
    pending = [one.message for shard in range(4) for one in wiring.outbox.pending(shard, until)]
    mine = [one for one in pending if one.to == f"resident:{number}" and one.template.startswith("incident")]
    return [one.template for one in sorted(mine, key=lambda one: one.at)]


@pytest.fixture(autouse=True)
def fresh(table: str) -> None:
    from chalicelib.web import now

    now.forget()


def test_three_taps_publish_it_and_everybody_sees_it_in_the_same_second(
    staff: Staff, browser: Visitor, program: Visitor, filed: Filed
) -> None:
    number = filed("C1")["number"]
    desk = staff("desk", html=True)
    listed = desk.get(DESK).text
    assert f"{DESK}?kind=water" in listed
    form = desk.get(f"{DESK}?kind=water").text
    assert "不用再报修" in form, "the words are ready"
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    sent = desk.post_form(DESK, {**hidden, "at_east": "1", "hours": "2h", "zh": "", "en": ""})
    assert sent.status == 303, sent.text
    again = desk.post_form(DESK, {**hidden, "at_east": "1", "hours": "2h", "zh": "", "en": ""})
    assert again.headers["location"] == sent.headers["location"], "sent twice it counts once"
    here = desk.get(sent.headers["location"])
    assert "已发布" in here.text and number in here.text

    now = program.get("/api/v1/now")
    (one,) = now.json()["items"]
    assert (
        one["title"] == {"zh": "望江苑 东楼停水", "en": "No water: River View, East Building"}
        or one["title"]["zh"] == "望江苑 东楼停水"
    )
    assert "不用再报修" in one["news"]["zh"] and one["expects"] is not None
    assert now.headers["cache-control"] == f"public, max-age={NOW_SECONDS}", "as long as the edge may keep it"
    assert len(now.text.encode()) < 1000
    unchanged = program.get("/api/v1/now", If_None_Match=now.headers["etag"])
    assert (unchanged.status, unchanged.text) == (304, "")

    for path in ("/api/now", "/api/staff/session", "/api/my/session"):
        assert "望江苑 东楼停水" in browser.get(path).text, path
    assert "关好水龙头" in browser.get("/api/now").text
    assert templates_of(number) == ["incident"]


def test_those_who_filed_are_told_each_change_and_asked_at_the_end(
    staff: Staff, browser: Visitor, filed: Filed
) -> None:
    before = filed("C1")
    desk = staff("desk")
    incident = publish(desk)
    after = filed("C1")
    other = filed("C1", building="river-view/west")
    assert templates_of(after["number"]) == ["incident"], "whoever files later is part of it too"
    receipt = browser.get(f"/api/track/{after['link']}/receipt")
    assert "望江苑 东楼停水" in receipt.text
    told = desk.post_json(f"{JSON}/{incident['id']}/working", {"zh": "水泵坏了，正在换。"})
    assert told.status == 200 and told.json()["state"] == "working"
    assert sorted(told.json()["cases"]) == sorted([before["number"], after["number"]])
    ended = desk.post_json(f"{JSON}/{incident['id']}/over", {})
    assert ended.json()["state"] == "over"
    for one in (before, after):
        assert templates_of(one["number"]) == ["incident", "incident", "incident_over"]
    assert templates_of(other["number"]) == []
    page = browser.get(f"/api/track/{before['link']}")
    assert "停水：已经结束" in page.text and "确认办好了" in page.text
    link = f"/api/track/{before['link']}/confirm"
    form = re.search(r'action="[^"]*/confirm".*?</form>', page.text, re.DOTALL)
    assert form
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.group()))
    assert browser.post_form(link, hidden).status == 303
    assert desk.post_json(f"{JSON}/{incident['id']}/over", {}).status == 409
    assert browser.get("/api/v1/now").json()["items"] == []
    archive = browser.get("/api/incidents?community=river-view")
    assert "望江苑 东楼停水" in archive.text
    kept = browser.get(f"/api/incidents/{incident['id']}")
    assert "水泵坏了，正在换。" in kept.text and "已经来水" in kept.text


def test_hazards_come_first_and_a_community_sees_all(staff: Staff, browser: Visitor) -> None:
    publish(staff("desk"))
    publish(staff("desk", "osmanthus-lane"), kind="falling", buildings=["2"])
    items = browser.get("/api/v1/now").json()["items"]
    assert [one["kind"] for one in items] == ["falling", "water"]
    page = browser.get("/api/now", Accept_Language="en").text
    assert page.index("Danger of falling objects") < page.index("No water")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "flood"}, "kind"),
        ({"buildings": ["9"]}, "buildings"),
        ({"expects": "soon"}, "expects"),
        ({"zh": "长" * 301}, "zh"),
        ({"state": "over"}, "state"),
        ({"community": "osmanthus-lane"}, "community"),
    ],
)
def test_what_is_wrong_is_named_by_its_field_and_nothing_is_published(
    staff: Staff, browser: Visitor, changes: dict[str, Any], field: str
) -> None:
    said = {"kind": "water", "buildings": ["east"], **changes}
    reply = staff("desk").post_json(JSON, said, Idempotency_Key=str(uuid.uuid4()))
    assert reply.status == 422
    assert field in {one["field"] for one in reply.json()["errors"]}
    assert browser.get("/api/v1/now").json()["items"] == []


def test_a_form_without_a_place_comes_back_with_what_was_written(staff: Staff, browser: Visitor) -> None:
    desk = staff("manager", html=True)
    sent = desk.post_form(DESK, {"kind": "power", "zh": "变压器坏了。", "hours": "4h"})
    assert sent.status == 422
    assert "请勾选是哪几栋楼" in sent.text and "变压器坏了。" in sent.text
    assert re.search(r'value="4h" selected', sent.text)
    whole = desk.post_form(DESK, {"kind": "power", "zh": "变压器坏了。", "at_whole": "1"})
    assert whole.status == 303
    (one,) = browser.get("/api/v1/now").json()["items"]
    assert one["buildings"] == [] and one["title"]["zh"] == "望江苑停电"


def test_what_moved_on_is_not_overwritten_and_another_communitys_is_not_there(staff: Staff) -> None:
    desk = staff("desk")
    incident = publish(desk)
    address = f"{JSON}/{incident['id']}"
    assert desk.post_json(f"{address}/working", {"seen": 1, "zh": "甲"}).status == 200
    assert desk.post_json(f"{address}/update", {"seen": 1, "zh": "乙"}).status == 409
    foreign = staff("desk", "osmanthus-lane")
    assert foreign.post_json(f"{address}/over", {}).status == 404
    assert foreign.get(address).status == 404


def test_what_staff_write_is_shown_as_letters(staff: Staff, browser: Visitor) -> None:
    incident = publish(staff("desk"), zh="<script>alert(1)</script> {{ 7*7 }} {number}")
    for path in ("/api/now", f"/api/incidents/{incident['id']}"):
        text = browser.get(path).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} {number}" in text
        assert "<script>alert" not in text


def test_the_lists_of_what_is_over_are_pages(staff: Staff, browser: Visitor) -> None:
    desk = staff("desk")
    for number in range(22):
        publish(desk, zh=f"第 {number} 次")
    first = browser.get("/api/v1/incidents?community=river-view").json()
    second = browser.get(f"/api/v1/incidents?community=river-view&cursor={first['next_cursor']}").json()
    ids = [one["id"] for one in (*first["items"], *second["items"])]
    assert len(ids) == len(set(ids)) == 22 and second["next_cursor"] is None
    assert browser.get("/api/v1/incidents?community=nowhere").status == 400
    assert browser.get("/api/v1/incidents?cursor=xyz").status == 400
    assert browser.get("/api/incidents/260101-00000000").status == 404
