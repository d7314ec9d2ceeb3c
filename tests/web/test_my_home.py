"""A resident's own pages: everything of the home, and of nobody else's; filing without being asked what is known."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.server import Origin
from tests.web.client import Reply, Visitor
from tests.web.homes import NEIGHBOUR, PHONE, membership, moves_in, moves_out, signed_in, since

HOME = membership()


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


@pytest.fixture
def neighbour(origin: Origin, register: None) -> Visitor:
    """The neighbour as a program."""
    return signed_in(origin, NEIGHBOUR)


def file(visitor: Visitor, category: str = "C2", **changes: Any) -> Reply:
    """Files as somebody who has signed in."""
    values = {"category": category, "what": "书房的灯不亮", "updates": True} | changes
    return visitor.post_json("/api/v1/my/cases", values, Idempotency_Key=str(uuid.uuid4()))


def filed(visitor: Visitor, category: str = "C2", **changes: Any) -> str:
    """The number of a case just filed."""
    reply = file(visitor, category, **changes)
    assert reply.status == 201, reply.text
    number: str = reply.json()["number"]
    return number


def file_in_store(n: int) -> str:
    """The number of a case of the home that was filed without the edge."""
    from chalicelib import wiring
    from chalicelib.actions.file_case import file_case
    from chalicelib.domain.filing import Report
    from chalicelib.domain.keeping import Contact

    report = Report("river-view", "east", "D4", "home", f"第 {n} 问", verified=True)
    contact = Contact("江晴", PHONE, "2604", f"第 {n} 问", "east-0-2604")
    return file_case(wiring.request_of_resident(datetime.now(UTC)), report, contact).case.number


def stored(number: str) -> Any:
    """The case in the store."""
    from chalicelib import wiring

    found = wiring.cases.load(number)
    assert found is not None
    return found


def work(number: str, *verbs: str) -> None:
    """Staff do these to a case."""
    from chalicelib import wiring
    from chalicelib.actions import arrive, pause, reply, resolve
    from chalicelib.domain.events import Actor, Role
    from chalicelib.domain.resting import Wait

    for verb in verbs:
        request = wiring.request_of_staff(
            Actor(Role.TECHNICIAN, "wang-technician"), "river-view", datetime.now(UTC)
        )
        match verb:
            case "reply":
                reply.reply(request, number, "下午来")
            case "pause":
                pause.pause(request, number, Wait.RESIDENT, None)
            case "arrive":
                arrive.arrive(request, number)
            case "resolve":
                resolve.resolve(request, number, "换好了")


def test_what_a_resident_files_is_verified_and_lies_with_the_home(me: Visitor) -> None:
    file_ = stored(filed(me))
    assert file_.case.verified and file_.case.building == "east"
    assert (file_.contact.name, file_.contact.home, file_.contact.home_id) == ("江晴", "2604", "east-0-2604")
    assert re.sub(r"\D", "", file_.contact.phone or "") == re.sub(r"\D", "", PHONE)


def test_what_a_stranger_files_stays_unverified_and_lies_with_no_home(
    program: Visitor, filed: Callable[..., dict[str, Any]], me: Visitor
) -> None:
    number = filed("C2", phone=PHONE, home="2604")["number"]
    assert not stored(number).case.verified and stored(number).contact.home_id is None
    assert me.get("/api/v1/my").json()["open"] == []
    assert me.get(f"/api/v1/my/cases/{number}").status == 404


def test_nobody_makes_a_case_verified_by_saying_so(program: Visitor, me: Visitor) -> None:
    for extra in ({"verified": True}, {"home_id": "east-0-2604"}, {"name": "别人"}, {"phone": "000-0000-0999"},
                  {"home": "9999"}, {"community": "osmanthus-lane"}):  # fmt: skip
        assert file(me, **extra).status == 422, extra
    said = {"category": "C2", "building": "river-view/east", "home": "2604", "what": "灯", "phone": PHONE}
    for extra in ({"verified": True}, {"home_id": "east-0-2604"}, {"home_of": "river-view/east-0-2604"}):
        reply = program.post_json("/api/v1/cases", said | extra, Idempotency_Key=str(uuid.uuid4()))
        assert reply.status == 422, extra


def test_my_home_shows_what_is_open_with_its_clocks_and_then_what_was(me: Visitor, page: Visitor) -> None:
    first, second = filed(me, "C2"), filed(me, "D4", what="车位怎么办")
    work(first, "reply", "arrive", "resolve")
    said = me.get("/api/v1/my").json()
    assert {row["number"] for row in said["open"]} == {first, second}
    assert said["asked"] == [{"number": first, "ask": "confirm"}]
    html = page.get("/api/my").text
    assert "您好，江晴" in html and "书房的灯不亮" in html and "data-due" in html
    reply = page.post_form(f"/api/my/cases/{first}/confirm", {"idempotency_key": "k1", "language": "zh"})
    assert reply.status == 303
    after = me.get("/api/v1/my").json()
    assert [row["number"] for row in after["open"]] == [second]
    assert [row["number"] for row in after["recent"]] == [first]
    assert after["asked"] == [{"number": first, "ask": "rate"}]


def test_what_is_waited_for_is_asked_and_ends_with_the_answer(me: Visitor) -> None:
    number = filed(me, "C2")
    work(number, "reply", "pause")
    assert me.get("/api/v1/my").json()["asked"] == [{"number": number, "ask": "answer"}]
    assert me.post_json(f"/api/v1/my/cases/{number}/write", {"words": "下午在家"}).status == 200
    assert me.get("/api/v1/my").json()["asked"] == []


def test_a_page_of_ones_own_shows_no_secret_link_and_its_buttons_stay_behind_the_door(
    me: Visitor, page: Visitor
) -> None:
    html = page.get(f"/api/my/cases/{filed(me)}").text
    assert "/api/track/" not in html and "data-share" not in html
    assert re.search(r'action="/api/my/cases/\d{6}-\d{6}/urge"', html)


def test_the_history_comes_in_pages_without_a_gap(me: Visitor, page: Visitor) -> None:
    numbers = [file_in_store(n) for n in range(13)]  # more than anybody may file in an hour
    found, cursor = [], ""
    while True:
        said = me.get(f"/api/v1/my/history?cursor={cursor}").json()
        assert len(said["items"]) <= 10
        found += [row["number"] for row in said["items"]]
        cursor = said["next_cursor"]
        if cursor is None:
            break
    assert sorted(found) == sorted(numbers)
    html = page.get("/api/my/history").text
    following = re.search(r'href="(/api/my/history\?cursor=[^"]+)"', html)
    assert following and "更早的" in html
    assert page.get(following.group(1)).status == 200


def test_messages_are_those_sent_to_the_resident_in_their_words(me: Visitor, page: Visitor) -> None:
    from chalicelib import wiring

    number = filed(me)
    work(number, "reply")
    assert me.get("/api/v1/my/messages").json()["items"] == []
    now = datetime.now(UTC)
    for shard in range(wiring.outbox.SHARDS):
        for owed in wiring.outbox.pending(shard, now + timedelta(minutes=1)):
            claimed = wiring.outbox.claim(owed, now)
            assert claimed and wiring.outbox.mark_sent(claimed, now)
    items = me.get("/api/v1/my/messages").json()["items"]
    assert len(items) == 2 and all(number in item["subject"] + item["text"] for item in items)
    assert not any("/api/track/" in item["text"] for item in items)
    assert "有答复了" in page.get("/api/my/messages").text


def test_a_neighbour_sees_nothing_and_changes_nothing(me: Visitor, neighbour: Visitor) -> None:
    number = filed(me)
    version = stored(number).case.version
    missing = neighbour.get("/api/v1/my/cases/261124-999999")
    assert missing.status == 404
    for reply in (
        neighbour.get(f"/api/v1/my/cases/{number}"),
        neighbour.post_json(f"/api/v1/my/cases/{number}/urge", {}),
        neighbour.post_json(f"/api/v1/my/cases/{number}/write", {"words": "x"}),
    ):
        told = reply.json()
        assert reply.status == 404
        assert told | {"request_id": ""} == missing.json() | {"request_id": ""}
    assert neighbour.get("/api/v1/my").json()["open"] == []
    assert neighbour.get("/api/v1/my/history").json()["items"] == []
    assert stored(number).case.version == version


def test_moving_out_ends_it_at_once_and_who_comes_after_sees_nothing_from_before(
    me: Visitor, register: None, origin: Origin
) -> None:
    number = filed(me)
    moves_out(HOME, datetime.now(UTC))
    assert me.get("/api/v1/my").status == 401
    assert me.get(f"/api/v1/my/cases/{number}").status == 401
    assert file(me).status == 401
    moves_in(since(membership(phone="000-0000-0599", name="新住户"), datetime.now(UTC)))
    new = signed_in(origin, "000-0000-0599")
    assert new.get("/api/v1/my").json()["open"] == []
    assert new.get("/api/v1/my/history").json()["items"] == []
    assert new.get(f"/api/v1/my/cases/{number}").status == 404


def test_several_homes_are_chosen_by_their_place_and_filed_for_by_name(
    me: Visitor, page: Visitor, register: None
) -> None:
    community = "osmanthus-lane"
    from chalicelib import wiring

    building = next(iter(wiring.rulebook().communities[community].buildings))
    moves_in(membership("502", community, building))
    homes = me.get("/api/v1/my").json()["homes"]
    assert [home["community"] for home in homes] == [community, "river-view"]
    assert file(me).status == 422
    number = filed(me, home_of=f"{community}/{building}-0-502")
    assert stored(number).case.community == community
    assert [row["number"] for row in me.get("/api/v1/my?home=1").json()["open"]] == [number]
    assert me.get("/api/v1/my?home=2").json()["open"] == []
    html = page.get("/api/my?home=2").text
    assert 'aria-current="true"' in html and "/api/my/file/repair?home=2" in html
    assert me.get(f"/api/v1/my/cases/{number}").status == 200


def test_the_form_asks_neither_home_nor_name_nor_telephone_and_keeps_what_was_written(page: Visitor) -> None:
    for kind in ("repair", "complaint", "enquiry"):
        html = page.get(f"/api/my/file/{kind}").text
        names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', html))
        assert names.isdisjoint({"home", "name", "phone"}), kind
        assert ("building" in names) == (kind == "repair")
        assert "000****0501" in html and PHONE not in html
    sent = {"category": "C2", "home_of": "river-view/east-0-2604", "what": "", "language": "zh"}
    again = page.post_form("/api/my/file/repair", sent)
    assert again.status == 422 and "江晴" in again.text and 'value="C2" checked' in again.text
    done = page.post_form("/api/my/file/repair", sent | {"what": "灯不亮"})
    assert done.status == 303
    shown = page.get(done.headers["location"])
    assert shown.status == 200 and "已收到" in shown.text


def test_for_shared_parts_another_building_of_the_own_community_may_be_named(me: Visitor) -> None:
    from chalicelib import wiring

    buildings = list(wiring.rulebook().communities["river-view"].buildings)
    number = filed(me, "C5", place="大堂", building=f"river-view/{buildings[-1]}")
    assert stored(number).case.building == buildings[-1]
    assert stored(number).contact.home == "大堂"
    assert file(me, "C5", place="大堂", building="osmanthus-lane/g1").status == 422
    assert stored(filed(me, "C2", building=f"river-view/{buildings[-1]}")).case.building == "east"


def test_every_id_of_the_rulebook_is_filed_or_refused_with_words(me: Visitor, program: Visitor) -> None:
    from chalicelib import wiring

    for id in wiring.rulebook().standards:
        for who, door in ((me, "/api/v1/my/cases"), (program, "/api/v1/cases")):
            reply = who.post_json(door, {"category": id, "what": "x"}, Idempotency_Key=f"{id}-{door}")
            assert reply.status in (201, 422), (id, door, reply.text)


def test_the_same_filing_twice_makes_one_case(page: Visitor, me: Visitor) -> None:
    sent = {"category": "C2", "home_of": "river-view/east-0-2604", "what": "灯不亮", "language": "zh"}
    for _ in range(3):
        assert page.post_form("/api/my/file/repair", sent | {"idempotency_key": "one"}).status == 303
    assert len(me.get("/api/v1/my").json()["open"]) == 1


def test_my_data_is_shown_taken_along_and_corrected(page: Visitor, me: Visitor) -> None:
    filed(me)
    html = page.get("/api/my/data").text
    assert "江晴" in html and "000****0501" in html and PHONE not in html
    file_ = page.get("/api/my/data/export")
    assert "attachment" in file_.headers["content-disposition"]
    assert file_.json()["homes"][0]["name"] == "江晴" and len(file_.json()["cases"]) == 1
    assert page.post_form("/api/my/data", {"name": "", "spoken": "zh"}).status == 422
    assert page.post_form("/api/my/data", {"name": "x" * 41, "spoken": "zh"}).status == 422
    assert page.post_form("/api/my/data", {"name": "江小晴", "spoken": "fr"}).status == 422
    assert page.post_form("/api/my/data", {"name": "江小晴", "spoken": "en"}).status == 303
    assert "江小晴" in page.get("/api/my").text


BAD_BODIES = (b"", b"null", b"[]", b"{}{}", b'{"a": NaN}', b'{"x": 1}', b"\xff\xfe", b'{"what": "\\u0000"}')


def test_bad_input_gets_a_sentence_and_changes_nothing(me: Visitor, page: Visitor) -> None:
    number = filed(me)
    version = stored(number).case.version
    tried = 0
    for address in (
        "/api/v1/my/cases",
        *(f"/api/v1/my/cases/{number}/{v}" for v in ("write", "rate", "reopen")),
    ):
        for bad in BAD_BODIES:
            reply = me.ask("POST", address, bad, {"Content-Type": "application/json", "Idempotency-Key": "k"})
            assert 400 <= reply.status < 500 and reply.json()["detail"], (address, bad, reply.text)
            tried += 1
    for address in (
        "/api/my?home=0", "/api/my?home=99", "/api/my?home=x", "/api/my?home=-1", "/api/my?home=%EF%BC%91",
        "/api/my?home=1&home=2", "/api/my/history?cursor=x", "/api/my/history?cursor=%00", "/api/my/messages?cursor=AAAA",
        "/api/my/file/unknown", "/api/my/cases/1", "/api/my/cases/%F0%9F%8F%A0", "/api/my/cases/261124-%00",
    ):  # fmt: skip
        reply = page.get(address)
        assert 400 <= reply.status < 500 and "<h1" in reply.text, address
        tried += 1
    for fields in ({}, {"what": "x"}, {"category": "Z9", "what": "x"}, {"category": "C2", "what": "x" * 2001},
                   {"category": "C2", "what": "x", "home_of": "river-view/east-0-2605"},
                   {"category": "C2", "what": "x", "website": "robot"}):  # fmt: skip
        reply = page.post_form("/api/my/file/repair", fields)
        assert reply.status == 422 and "error-summary" in reply.text, fields
        tried += 1
    print(f"{tried} bad inputs: 0 answers of 500, 0 writes")
    assert stored(number).case.version == version
    assert len(me.get("/api/v1/my").json()["open"]) == 1


def test_a_token_that_is_none_is_a_sentence_and_the_way_in(page: Visitor) -> None:
    for token in ("", "x", "A" * 22, "A" * 21, "A" * 500, "../../etc"):
        page.cookies = {"rid": token}
        reply = page.get("/api/my")
        assert reply.status == 401 and "请先登录" in reply.text and '/my/"' in reply.text, token
