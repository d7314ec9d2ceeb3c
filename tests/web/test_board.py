"""The info board at the edge: who may post, read, report and decide, and what a mistake is told."""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.actions.edit_post import edit_post
from chalicelib.jobs.expire_posts import expire_posts
from chalicelib.storage import posts
from chalicelib.web import now
from infra.local.server import Origin
from tests.faults.crashing import calls_of
from tests.people import owed
from tests.posts import LAMP, file_one, request
from tests.web.client import Visitor
from tests.web.homes import NEIGHBOUR, PHONE, membership, moves_in, signed_in

HERE = "river-view"
CONTACT = "微信 qing-2604"


def day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(hours=8, days=days)).date().isoformat()


def post_of(**changes: Any) -> dict[str, Any]:
    """A sound post."""
    said = {
        "category": "second-hand",
        "title": "转让台灯",
        "text": "九成新，暖光。",
        "price": "35.5",
        "contact": CONTACT,
    }
    return {**said, **changes}


@pytest.fixture
def author(origin: Origin, table: str) -> Visitor:
    moves_in(membership())
    return signed_in(origin)


@pytest.fixture
def desk(staff: Callable[..., Visitor]) -> Visitor:
    return staff("desk", HERE)


def filed(author: Visitor, **changes: Any) -> str:
    """Posts by the JSON API and gives the id."""
    reply = author.post_json("/api/v1/my/posts", post_of(**changes), Idempotency_Key=str(uuid.uuid4()))
    assert reply.status == 201, reply.text
    id: str = reply.json()["id"]
    return id


def step(desk: Visitor, id: str, verb: str, status: int = 200, **said: Any) -> Any:
    reply = desk.post_json(f"/api/v1/staff/board/{id}/{verb}", said)
    assert reply.status == status, reply.text
    return reply.json()


def published(author: Visitor, desk: Visitor, **changes: Any) -> str:
    id = filed(author, **changes)
    step(desk, id, "approve")
    return id


def told() -> list[str]:
    return [message.template for message in owed() if message.to.startswith("poster:")]


def test_a_post_is_public_once_the_desk_approved_it_and_its_contact_is_for_neighbours_only(
    author: Visitor, desk: Visitor, origin: Origin, browser: Visitor
) -> None:
    id = filed(author)
    assert browser.get(f"/api/board/{id}").status == 404
    assert browser.get("/api/v1/board?community=river-view").json()["items"] == []
    step(desk, id, "approve", seen=1)
    listed = browser.get("/api/board?community=river-view").text
    assert "转让台灯" in listed and "35.50 元" in listed and CONTACT not in listed
    public = browser.get(f"/api/board/{id}").text
    assert "九成新" in public and CONTACT not in public and "登录后可见" in public and "2604" not in public
    moves_in(membership("1101", phone=NEIGHBOUR, name="海安"))
    neighbour = signed_in(origin, NEIGHBOUR, html=True)
    assert CONTACT in neighbour.get(f"/api/board/{id}").text
    moves_in(membership("302", "osmanthus-lane", "1", phone="000-0000-0503"))
    elsewhere = signed_in(origin, "000-0000-0503", html=True)
    assert CONTACT not in elsewhere.get(f"/api/board/{id}").text
    assert browser.get(f"/api/v1/board/{id}").json()["contact"] is None
    assert told() == ["post_approved"]


def test_the_desk_returns_a_post_for_a_reason_and_its_author_changes_it(
    author: Visitor, desk: Visitor
) -> None:
    id = filed(author)
    refused = step(desk, id, "ask_change", 422)
    assert [one["field"] for one in refused["errors"]] == ["reason"]
    step(desk, id, "ask_change", 422, reason="advertising")  # a reason that refuses, and asks for nothing
    step(desk, id, "ask_change", reason="says-too-little", words="请写明尺寸")
    author.headers["Accept"] = "text/html"
    page = author.get(f"/api/my/posts/{id}").text
    assert "写得太简单" in page and "请写明尺寸" in page
    author.headers["Accept"] = "application/json"
    changed = author.post_json(f"/api/v1/my/posts/{id}/edit", post_of(text="高 40 厘米，暖光。", drop=[]))
    assert changed.json()["verdict"] == "waiting"
    step(desk, id, "approve", 409, seen=1)
    step(desk, id, "approve")
    step(desk, id, "approve", 409)
    assert sorted(told()) == ["post_approved", "post_change_asked"]


def test_the_desk_hears_of_what_waits_for_it_and_not_again_before_it_has_looked(
    author: Visitor, desk: Visitor, origin: Origin
) -> None:
    def heard() -> list[str]:
        return sorted(one.template for one in owed() if one.to == "desk:river-view")

    id = filed(author)
    assert heard() == ["post_waiting"]
    author.post_json(f"/api/v1/my/posts/{id}/edit", post_of(title="转让落地灯"))
    assert heard() == ["post_waiting"], "it still waits, and the desk knows of it"
    step(desk, id, "ask_change", reason="says-too-little")
    author.post_json(f"/api/v1/my/posts/{id}/edit", post_of(text="高 40 厘米，暖光。"))
    assert heard() == ["post_waiting"] * 2
    step(desk, id, "approve")
    for home, phone in (("1101", NEIGHBOUR), ("1201", "000-0000-0504")):
        moves_in(membership(home, phone=phone))
        reported = signed_in(origin, phone).post_json(f"/api/v1/board/{id}/report", {})
        assert reported.status == 200, reported.text
    assert heard() == ["post_reported", "post_waiting", "post_waiting"], "one report is as good as two"


def test_a_post_that_ended_before_anybody_looked_and_is_sent_again_is_told_again(table: str) -> None:
    post = file_one(datetime(2026, 11, 24, 6, tzinfo=UTC), until=date(2026, 11, 25))
    ended = expire_posts(posts, None, datetime(2026, 11, 26, 6, tzinfo=UTC))
    assert ended.expired == 1
    later = request(at=datetime(2026, 11, 26, 7, tzinfo=UTC))
    edit_post(later, post.id, replace(LAMP, until=date(2026, 12, 20)))
    assert [one.template for one in owed()].count("post_waiting") == 2


def test_what_comes_in_in_the_small_hours_is_told_to_the_desk_in_the_morning(table: str) -> None:
    day, night = (file_one(datetime(2026, 11, 24, hour, tzinfo=UTC)) for hour in (6, 18))
    at = {one.case: one.at for one in owed() if one.template == "post_waiting"}
    assert at[day.id] == day.filed
    assert at[night.id] == datetime(2026, 11, 25, 1, tzinfo=UTC), "filed at two, told at nine"


def test_what_is_public_stands_until_the_change_is_approved(
    author: Visitor, desk: Visitor, browser: Visitor
) -> None:
    id = published(author, desk)
    author.post_json(f"/api/v1/my/posts/{id}/edit", post_of(title="转让落地灯", category="wanted"))
    assert "转让台灯" in browser.get(f"/api/board/{id}").text
    step(desk, id, "refuse", reason="wrong-category")
    assert "转让台灯" in browser.get(f"/api/board/{id}").text
    author.post_json(f"/api/v1/my/posts/{id}/edit", post_of(title="转让落地灯", category="wanted"))
    step(desk, id, "approve")
    assert "转让落地灯" in browser.get("/api/board?community=river-view&category=wanted").text
    assert (
        "灯"
        not in browser.get("/api/board?community=river-view&category=second-hand").text.partition("<main")[2]
    )


def test_neighbours_report_once_each_and_the_desk_keeps_or_takes_down(
    author: Visitor, desk: Visitor, origin: Origin, browser: Visitor
) -> None:
    id = published(author, desk)
    assert browser.ask("POST", f"/api/board/{id}/report").status == 401
    moves_in(membership("1101", phone=NEIGHBOUR, name="海安"))
    neighbour = signed_in(origin, NEIGHBOUR)
    for _ in range(2):
        assert neighbour.ask("POST", f"/api/v1/board/{id}/report").status == 200
    [row] = desk.get("/api/v1/staff/board?list=reported").json()["items"]
    assert row["reports"] == 1
    step(desk, id, "keep")
    assert desk.get("/api/v1/staff/board?list=reported").json()["items"] == []
    step(desk, id, "take_down", reason="misleading", words="灯是坏的")
    assert browser.get(f"/api/board/{id}").status == 404
    assert author.post_json(f"/api/v1/my/posts/{id}/renew", {}).status == 409
    assert author.get(f"/api/v1/my/posts/{id}").json()["state"] == "taken_down"


def test_somebody_elses_post_looks_like_none(
    author: Visitor, desk: Visitor, origin: Origin, staff: Any
) -> None:
    id = filed(author)
    moves_in(membership("1101", phone=NEIGHBOUR, name="海安"))
    neighbour = signed_in(origin, NEIGHBOUR)
    other_desk = staff("desk", "osmanthus-lane")
    assert neighbour.get(f"/api/v1/my/posts/{id}").status == 404
    assert neighbour.post_json(f"/api/v1/my/posts/{id}/withdraw", {}).status == 404
    assert neighbour.ask("POST", f"/api/v1/board/{id}/report").status == 404
    assert neighbour.get("/api/v1/my/posts").json()["items"] == []
    assert other_desk.get(f"/api/v1/staff/board/{id}").status == 404
    assert other_desk.post_json(f"/api/v1/staff/board/{id}/approve", {}).status == 404
    assert staff("technician", HERE).get(f"/api/v1/staff/board/{id}").status == 403


MISTAKES: dict[str, tuple[dict[str, str], str]] = {
    "category": ({"category": "cars"}, "没有这一类"),
    "title": ({"title": ""}, "标题"),
    "title too long": ({"title": "灯" * 61}, "太长"),
    "text": ({"text": " "}, "具体情况"),
    "price": ({"price": "1.234"}, "数字"),
    "price in words": ({"price": "一百"}, "数字"),
    "price negative": ({"price": "-5"}, "数字"),
    "price too high": ({"price": "999999999"}, "太大"),
    "until": ({"until": "明天"}, "日期"),
    "until past": ({"until": "2020-01-01"}, "过去"),
    "until no day": ({"until": "2027-02-30"}, "日期"),
    "contact": ({"contact": ""}, "联系方式"),
}


def test_every_mistake_is_told_beside_its_field_and_what_was_written_is_kept(author: Visitor) -> None:
    author.headers["Accept"] = "text/html"
    # A day is reckoned while the test runs: a run that began before midnight would send a day nearer than it means.
    too_far = {"until far": ({"until": day(62)}, "60 天")}
    for name, (changes, sentence) in {**MISTAKES, **too_far}.items():
        field = name.partition(" ")[0]
        fields = {**post_of(price="1"), **changes, "language": "zh"}
        reply = author.post_form("/api/my/posts/new", fields)
        assert reply.status == 422, name
        error = re.search(rf'id="{field}-error">([^<]*)', reply.text)
        assert error and sentence in error[1], (name, error)
        assert name.startswith("contact") or CONTACT in reply.text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1200", "1,200 元"),
        ("１，２００．５", "1,200.50 元"),
        ("￥35.50元", "35.50 元"),
        ("0", "免费"),
        ("", "面议"),
    ],
)
def test_a_price_is_exact_as_people_type_it(author: Visitor, desk: Visitor, typed: str, shown: str) -> None:
    id = published(author, desk, price=typed)
    author.headers["Accept"] = "text/html"
    assert f"{shown}</strong>" in author.get(f"/api/board/{id}").text


def test_sent_twice_it_is_one_post(author: Visitor) -> None:
    first, second = (
        author.post_json("/api/v1/my/posts", post_of(), Idempotency_Key="the-same") for _ in range(2)
    )
    assert first.json()["id"] == second.json()["id"]
    other = author.post_json("/api/v1/my/posts", post_of(title="别的"), Idempotency_Key="the-same")
    assert other.status == 422 and other.json()["type"].endswith("key-reused")
    assert len(author.get("/api/v1/my/posts").json()["items"]) == 1


def test_five_posts_an_hour_and_no_more(author: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUNUO_ALLOWANCE_FACTOR", "1")
    for _ in range(5):
        filed(author)
    reply = author.post_json("/api/v1/my/posts", post_of(), Idempotency_Key="one-too-many")
    assert reply.status == 429 and int(reply.headers["retry-after"]) > 3500
    author.headers["Accept"] = "text/html"
    page = author.post_form("/api/my/posts/new", {**post_of(), "language": "zh"})
    assert page.status == 429 and "转让台灯" in page.text and page.headers["retry-after"]


def test_words_find_posts_and_pages_go_on(
    author: Visitor, desk: Visitor, browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [published(author, desk, title=f"台灯 {n}" if n % 2 else f"书架 {n}") for n in range(22)]
    found = browser.get("/api/v1/board?community=river-view&words=%E5%8F%B0%E7%81%AF").json()
    assert [row["id"] for row in found["items"]] == [id for n, id in enumerate(ids) if n % 2][::-1]
    first = browser.get("/api/v1/board?community=river-view").json()
    rest = browser.get(f"/api/v1/board?community=river-view&cursor={first['next_cursor']}").json()
    assert [row["id"] for row in (*first["items"], *rest["items"])] == ids[::-1] and rest[
        "next_cursor"
    ] is None
    # What goes on now stands on every page and is read anew every few seconds, whichever page it is: here once and for all.
    monkeypatch.setattr(now, "FRESH_SECONDS", math.inf)
    for asked in ("", "&words=x", "&category=wanted"):
        browser.get(f"/api/board?community=river-view{asked}")
        assert calls_of(lambda asked=asked: browser.get(f"/api/board?community=river-view{asked}")) == 1  # type: ignore[misc]
    assert browser.get("/api/v1/board?cursor=bm9wZQ").status == 400
    assert browser.get("/api/v1/board?community=nowhere").status == 404


def test_the_form_for_a_change_has_what_was_said_and_a_renewal_keeps_it_public(
    author: Visitor, desk: Visitor, browser: Visitor
) -> None:
    id = published(author, desk, until=day(5))
    author.headers["Accept"] = "text/html"
    form = author.get(f"/api/my/posts/{id}/edit").text
    assert "转让台灯" in form and 'value="35.50"' in form and CONTACT in form
    seen = re.search(r'name="seen" value="(\d+)"', author.get(f"/api/my/posts/{id}").text)
    assert seen
    reply = author.post_form(
        f"/api/my/posts/{id}/renew", {"until": day(59), "seen": seen[1], "language": "zh"}
    )
    assert reply.status == 303
    assert browser.get(f"/api/v1/board/{id}").json()["until"] == day(59)
    stale = author.post_form(
        f"/api/my/posts/{id}/renew", {"until": day(40), "seen": seen[1], "language": "zh"}
    )
    assert stale.status == 409
    far = author.post_form(f"/api/my/posts/{id}/renew", {"until": day(200), "language": "zh"})
    assert far.status == 422 and "60 天" in far.text
    assert author.post_form(f"/api/my/posts/{id}/withdraw", {"language": "zh"}).status == 303
    assert browser.get(f"/api/board/{id}").status == 404
    assert PHONE not in str(owed())
