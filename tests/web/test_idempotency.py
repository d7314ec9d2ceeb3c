"""A request that comes again counts once (Stripe's contract): keys, repetitions, crowds."""

import re
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.server import Origin
from tests.web.client import BROWSER, PROGRAM, Reply, Visitor
from tests.web.conftest import case_of, post_case, posted_at_last
from tests.web.homes import membership, moves_in, signed_in
from tests.web.test_filing import FORM


def cases_stored() -> int:
    from chalicelib.storage.table import HeadRecord

    return len(list(HeadRecord.scan()))


def at_once(count: int, ask: Any) -> list[Reply]:
    """Asks so many times at once."""
    replies: list[Reply] = []
    barrier = threading.Barrier(count)

    def one(n: int) -> None:
        barrier.wait()
        replies.append(ask(n))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def test_fifty_equal_posts_at_once_make_one_case_each_round(origin: Origin, table: str) -> None:
    for round in range(1, 21):
        key = str(uuid.uuid4())
        values = case_of("C2", what=f"第 {round} 轮")
        replies = at_once(50, lambda n, v=values, k=key: posted_at_last(Visitor(origin, dict(PROGRAM)), v, k))
        assert {reply.status for reply in replies} == {201}
        assert len({reply.json()["number"] for reply in replies}) == 1
        assert len({_settled(reply) for reply in replies}) == 1
        assert cases_stored() == round


def test_a_double_tap_without_scripts_files_one_case(origin: Origin, table: str) -> None:
    replies = at_once(5, lambda n: Visitor(origin, dict(BROWSER)).post_form("/api/file/repair", FORM))
    assert {reply.status for reply in replies} == {303}
    assert len({reply.headers["location"] for reply in replies}) == 1
    assert cases_stored() == 1


def test_a_second_tap_after_the_full_hour_files_nothing_twice(
    browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib import wiring

    filed = []
    for said in ("10:59:59", "11:00:01", "12:00:30"):
        moment = datetime.fromisoformat(f"2026-11-27T{said}+08:00")
        monkeypatch.setattr(wiring, "now", lambda moment=moment: moment)
        filed.append(browser.post_form("/api/file/repair", FORM).headers["location"])
    assert filed[0] == filed[1] != filed[2], "an hour later it is meant"


def test_the_key_of_the_form_counts_in_both_places(program: Visitor) -> None:
    fields = {**FORM, "idempotency_key": "k-7"}
    first = program.post_form("/api/file/repair", fields)
    second = program.post_form("/api/file/repair", FORM, Idempotency_Key="k-7")
    assert (first.status, second.status) == (201, 201)
    assert first.json() == second.json()
    assert set(first.json()) >= {"receipt", "link", "number", "track"}


def test_another_body_under_the_same_key_is_refused_and_writes_nothing(program: Visitor) -> None:
    assert post_case(program, case_of("C2"), "k").status == 201
    for change in (
        {"what": "别的事"},
        {"category": "C1"},
        {"building": "river-view/west"},
        {"updates": False},
    ):
        reply = post_case(program, case_of("C2", **change), "k")
        assert reply.status == 422 and reply.json()["type"].endswith("key-reused")
    assert cases_stored() == 1


def test_a_form_whose_key_was_used_comes_back_with_what_was_written(browser: Visitor, origin: Origin) -> None:
    moves_in(membership())
    mine = {"category": "C2", "home_of": "river-view/east-0-2604", "what": "灯不亮"}
    visitor = signed_in(origin, html=True)
    for who, address, fields in (
        (browser, "/api/file/repair", FORM),
        (visitor, "/api/my/file/repair", mine),
    ):
        key = {"idempotency_key": "k-8"}
        assert who.post_form(address, fields | key).status == 303
        other = fields | key | {"what": "窗户关不上了"}
        refused = who.post_form(address, other)
        assert refused.status == 422 and "窗户关不上了" in refused.text and "<form" in refused.text
        assert 'value="k-8"' not in refused.text, "what is sent next is something new"
        assert who.post_form(address, other | {"idempotency_key": "k-9"}).status == 303


def test_another_residents_key_is_another_key(program: Visitor) -> None:
    first = post_case(program, case_of("C2"), "k")
    second = post_case(program, case_of("C2", phone="000-0000-9999"), "k")
    assert (first.status, second.status) == (201, 201)
    assert first.json()["number"] != second.json()["number"]


def test_the_same_words_written_another_way_are_the_same_body(program: Visitor) -> None:
    first = post_case(program, case_of("C2", phone="138 0013 8000"), "k")
    second = post_case(program, case_of("C2", phone="＋86－１３８００１３８０００", name=""), "k")
    assert first.json()["number"] == second.json()["number"]


@pytest.mark.parametrize("key", ["", "x" * 256, "has space", "钥匙", "tab\t"])
def test_an_unsound_key_is_refused(program: Visitor, key: str) -> None:
    assert program.post_json("/api/v1/cases", case_of("C2"), Idempotency_Key=key).status == 400
    assert program.post_json("/api/v1/cases", case_of("C2")).status == 400
    assert cases_stored() == 0


def test_a_key_of_255_signs_is_sound(program: Visitor) -> None:
    assert post_case(program, case_of("C2"), "x" * 255).status == 201


def test_a_repetition_after_23_hours_gives_the_same_reply_whatever_happened_since(
    program: Visitor, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib import wiring

    first = post_case(program, case_of("C2"), "k")
    address = f"/api/v1/staff/cases/{first.json()['number']}/resolve"
    assert staff("technician").post_json(address, {"words": "好了"}).status == 200
    monkeypatch.setattr(wiring, "now", lambda: datetime.now(UTC) + timedelta(hours=23))
    again = post_case(program, case_of("C2"), "k")
    assert again.status == 201 and again.json() == first.json()
    assert cases_stored() == 1


def test_a_refused_filing_does_not_spend_its_key(program: Visitor) -> None:
    assert post_case(program, case_of("C2", phone="1"), "k").status == 422
    assert post_case(program, case_of("C2"), "k").status == 201


def test_an_urge_pressed_twice_is_one_urge(browser: Visitor, program: Visitor, filed: Any) -> None:
    case = filed("C2")
    page = browser.get(f"/api/track/{case['link']}")
    form = re.search(r'action="[^"]*/urge".*?</form>', page.text, re.DOTALL)
    assert form
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.group()))
    for _ in range(2):
        assert browser.post_form(f"/api/track/{case['link']}/urge", hidden).status == 303
    told = program.get(f"/api/v1/track/{case['link']}").json()
    assert [event["kind"] for event in told["events"]] == ["filed", "urged"]
    later = program.post_json(f"/api/v1/track/{case['link']}/urge", {})
    assert later.status == 429 and 3500 < int(later.headers["retry-after"]) <= 3601


def _settled(reply: Reply) -> str:
    return reply.text
