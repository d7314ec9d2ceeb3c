"""What is held about a resident is theirs to see, to take along and to delete; who of staff read it is noted and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.server import Origin
from tests.web.client import Reply, Visitor
from tests.web.homes import NEIGHBOUR, PHONE, membership, moves_in, moves_out, signed_in
from tests.web.test_my_home import filed, work

HOME = membership()
DELETION = "/api/my/data/deletion"


@pytest.fixture
def register(table: str) -> None:
    """One home with one resident, and the neighbour's."""
    moves_in(HOME, membership("2605", phone=NEIGHBOUR, name="邻居"))


@pytest.fixture
def me(origin: Origin, register: None) -> Visitor:
    """The resident as a program."""
    return signed_in(origin)


@pytest.fixture
def page(origin: Origin, register: None) -> Visitor:
    """The resident's browser."""
    return signed_in(origin, html=True)


def staff(origin: Origin, role: str = "desk", html: bool = False) -> Visitor:
    """Somebody of the community's staff."""
    from chalicelib import wiring
    from chalicelib.actions.admit_published import admit_published
    from tests.web.client import BROWSER, PROGRAM

    admit_published(wiring.accounts, wiring.rulebook().communities["river-view"])
    one = next(a for a in wiring.accounts.everyone("river-view") if a.role.value == role)
    token = wiring.sessions.begin(one.role, one.id, one.community, datetime.now(UTC))
    visitor = Visitor(origin, dict(BROWSER if html else PROGRAM), {"sid": token})
    visitor.person = one.id  # type: ignore[attr-defined]
    return visitor


def read_by(person: str) -> list[tuple[str, str]]:
    """What an account read today."""
    from chalicelib import wiring

    now = datetime.now(UTC)
    found = wiring.readings.all_of_reader(
        "river-view", person, now - timedelta(days=1), now + timedelta(days=1)
    )
    return [(one.what, one.id if one.what != "search" else ",".join(one.found)) for one in found]


def test_every_reading_of_somebodys_data_is_noted_once_and_told_to_them(
    origin: Origin, me: Visitor, page: Visitor
) -> None:
    number, other = filed(me), filed(me, "D4", what="车位怎么办")
    assert "还没有工作人员看过" in page.get("/api/my/data").text
    desk = staff(origin)
    for _ in range(2):
        assert desk.get(f"/api/v1/staff/cases/{number}").status == 200
        assert desk.post_json("/api/v1/staff/search", {"typed": "车位"}).json()["items"]
        assert desk.post_json("/api/v1/staff/file/homes", {"typed": "2604"}).json()["items"]
    assert desk.post_json("/api/v1/staff/search", {"typed": "没有这样的事"}).json()["items"] == []
    assert desk.get(f"/api/v1/staff/cases/{number}/changes?seen=1").status == 200
    person = desk.person  # type: ignore[attr-defined]
    assert read_by(person) == [("case", number), ("search", other), ("home", "east-0-2604")]
    html = page.get("/api/my/data").text
    assert f"看了工单 {number}" in html and "查了您家的登记" in html and person not in html
    held = me.get("/api/v1/my/data").json()
    assert [one["role"] for one in held["homes"][0]["read_by_staff"]] == ["desk"]
    assert {one["number"]: len(one["read_by_staff"]) for one in held["cases"]} == {number: 1, other: 0}
    neighbour = signed_in(origin, NEIGHBOUR).get("/api/v1/my/data")
    assert neighbour.json()["cases"] == [] and "江晴" not in neighbour.text
    assert neighbour.json()["homes"][0]["read_by_staff"] == []


def test_no_reading_without_its_event(origin: Origin, me: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib import wiring
    from chalicelib.domain.keeping import Unavailable

    number, desk = filed(me), staff(origin)

    def fails(*_: object) -> None:
        raise Unavailable("the database did not answer")

    monkeypatch.setattr(wiring.readings, "note", fails)
    monkeypatch.setattr(wiring.readings, "note_all", fails)
    monkeypatch.setattr(wiring.readings, "note_search", fails)
    for reply in (
        desk.get(f"/api/v1/staff/cases/{number}"),
        desk.post_json("/api/v1/staff/search", {"typed": "书房"}),
        desk.post_json("/api/v1/staff/file/homes", {"typed": "2604"}),
    ):
        assert reply.status == 503 and "江晴" not in reply.text and PHONE not in reply.text


def test_the_manager_asks_what_somebody_read(origin: Origin, me: Visitor) -> None:
    number, desk = filed(me), staff(origin)
    desk.get(f"/api/v1/staff/cases/{number}")
    desk.post_json("/api/v1/staff/search", {"typed": "书房"})
    person = desk.person  # type: ignore[attr-defined]
    assert desk.get(f"/api/v1/staff/readings?who={person}").status == 403
    manager = staff(origin, "manager")
    items = manager.get(f"/api/v1/staff/readings?who={person}").json()["items"]
    assert [(one["what"], one["id"], one["found"]) for one in items] == [
        ("case", number, []),
        ("search", None, [number]),
    ]
    assert (
        manager.get(f"/api/v1/staff/readings?who={person}&to=2026-01-31&from=2026-01-01").json()["items"]
        == []
    )
    for wrong in (
        "who=nobody",
        f"who={person}&from=heute",
        f"who={person}&from=2027-02-01&to=2027-01-01",
        "",
    ):
        assert manager.get(f"/api/v1/staff/readings?{wrong}").status == 422, wrong
    assert manager.get(f"/api/v1/staff/readings?who={person}&cursor=xx").status == 400
    browser = staff(origin, "manager", html=True)
    assert number in browser.get(f"/api/staff/readings?who={person}").text
    assert browser.get("/api/staff/readings?who=nobody").status == 422
    assert "谁看过资料" in browser.get("/api/staff/readings").text


def test_the_command_tells_whose_data_was_read(origin: Origin, me: Visitor) -> None:
    from infra.local.readings import told

    number, desk = filed(me), staff(origin)
    desk.get(f"/api/v1/staff/cases/{number}")
    desk.post_json("/api/v1/staff/search", {"typed": "书房"})
    today = datetime.now(UTC).date()
    first, line = told("river-view", desk.person, today - timedelta(days=1), today + timedelta(days=1))  # type: ignore[attr-defined]
    assert first.startswith("2 readings of 1 things") and line.split()[:3] == ["case", number, "2"]


def test_deleting_asks_first_says_what_goes_and_ends_every_session_at_once(
    origin: Origin, me: Visitor, page: Visitor
) -> None:
    number = filed(me)
    html = page.get("/api/my/data").text
    assert f'href="{DELETION}"' in html
    html = page.get(DELETION).text
    assert number in html and "马上删除" in html and "留下什么" in html
    refused = page.post_form(DELETION, {"language": "zh"})
    assert refused.status == 422 and "我看明白了" in refused.text
    assert me.get("/api/v1/my").status == 200
    done = page.post_form(DELETION, {"language": "zh", "understood": "yes"})
    assert done.status == 200 and "已经删除" in done.text and "/api/track/" in done.text
    assert _cleared(done)
    for visitor in (me, page):
        assert visitor.get("/api/v1/my/data").status == 401
    assert signed_in(origin).get("/api/v1/my").status == 401
    assert signed_in(origin, NEIGHBOUR).get("/api/v1/my").status == 200
    moves_in(membership(since=datetime.now(UTC) + timedelta(minutes=1)))
    assert signed_in(origin).get("/api/v1/my").status == 401, "a session from before is not given back"


def test_deleting_as_a_program_and_forgetting_by_the_job(origin: Origin, me: Visitor) -> None:
    from chalicelib import wiring
    from chalicelib.jobs.forget_what_is_over import forget_what_is_over

    ended, still_open = filed(me), filed(me, "D4", what="车位怎么办")
    work(ended, "reply", "arrive", "resolve")
    assert me.post_json(f"/api/v1/my/cases/{ended}/confirm", {}).status == 200
    assert me.get("/api/v1/my/data/deletion").json()["when_ended"] == [still_open]
    for said in ({}, {"understood": False}, {"understood": "yes"}):
        assert me.post_json("/api/v1/my/data/deletion", said).status == 422
    done = me.post_json("/api/v1/my/data/deletion", {"understood": True})
    assert done.status == 202 and done.json()["when_ended"] == [still_open] and _cleared(done)
    now = datetime.now(UTC) + timedelta(minutes=1)
    assert forget_what_is_over(wiring.forgetting, wiring.remove_photos, now).forgotten == 1
    gone, kept = wiring.cases.load(ended), wiring.cases.load(still_open)
    assert gone is not None and gone.case.erased and gone.contact.phone is None
    assert kept is not None and kept.case.forget and kept.contact.phone
    desk = staff(origin)
    said = desk.get(f"/api/v1/staff/cases/{ended}")
    assert said.status == 200 and said.json()["contact"] == {"name": None, "phone": None, "home": None}
    assert staff(origin, html=True).get(f"/api/staff/cases/{ended}").status == 200
    assert read_by(desk.person) == [], "what was forgotten is nobody's data any more"  # type: ignore[attr-defined]


def test_whoever_has_a_number_now_exports_is_linked_to_and_erases_nothing_that_its_former_owner_filed(
    origin: Origin, me: Visitor
) -> None:
    from chalicelib import wiring
    from chalicelib.actions.file_post import file_post
    from chalicelib.domain.post import Poster
    from chalicelib.jobs.forget_what_is_over import forget_what_is_over
    from tests.posts import HERE, LAMP, request

    ended, still_open = filed(me), filed(me, "D4", what="车位怎么办")
    post = file_post(request(), HERE, LAMP, Poster(PHONE, None)).post.id
    work(ended, "reply", "arrive", "resolve")
    assert me.post_json(f"/api/v1/my/cases/{ended}/confirm", {}).status == 200
    moves_out(HOME, datetime.now(UTC))
    moved = datetime.now(UTC)
    stranger = membership("0901", name="新机主", since=moved)
    moves_in(replace(stranger, member=replace(stranger.member, id="m-new")))
    program, page = signed_in(origin), signed_in(origin, html=True)
    own = filed(program, "D4", what="我自己的事")
    desk = staff(origin)
    for number in (ended, still_open):
        assert desk.get(f"/api/v1/staff/cases/{number}").status == 200

    held = program.get("/api/v1/my/data")
    assert [one["number"] for one in held.json()["cases"]] == [own] and held.json()["posts"] == []
    assert "江晴" not in held.text and "车位怎么办" not in held.text
    shown = page.get("/api/my/data").text
    assert ended not in shown and still_open not in shown
    assert program.get("/api/v1/my/data/deletion").json()["when_ended"] == [own]
    done = page.post_form(DELETION, {"language": "zh", "understood": "yes"})
    assert done.status == 200 and own in done.text and still_open not in done.text

    now = datetime.now(UTC) + timedelta(minutes=1)
    assert forget_what_is_over(wiring.forgetting, wiring.remove_photos, now).forgotten == 1
    for number in (ended, still_open):
        file = wiring.cases.load(number)
        assert (
            file is not None and not file.case.erased and not file.case.forget and file.contact.name == "江晴"
        )
    file, theirs = wiring.posts.load(post), wiring.cases.load(own)
    assert file is not None and not file.post.erased and file.post.ended is None
    assert theirs is not None and theirs.case.forget


def _cleared(reply: Reply) -> bool:
    return "rid=; Path=/; Max-Age=0" in reply.headers["set-cookie"]
