"""G29: filing, posting and searching are refused at the exact count, over four processes, and honest users notice nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.allowances import DAY, HOUR, LIMITS, MINUTE, Exhausted, Limit, used
from chalicelib.storage import allowances
from infra.local.server import Origin
from tests.faults.together import together
from tests.web.client import PROGRAM, Reply, Visitor
from tests.web.conftest import case_of, post_case, posted_at_last
from tests.web.homes import PHONE, membership, moves_in, signed_in

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def let_through(what: str, who: str) -> int:
    """How many are let through of forty at once, eight at a time."""

    def take(_: int) -> int:
        passed = 0
        for _ in range(5):
            with suppress(Exhausted):
                allowances.take(what, who, NOW)
                passed += 1
        return passed

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(take, range(8)))


@pytest.fixture(autouse=True)
def limits_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUNUO_ALLOWANCE_FACTOR", "1")


@pytest.mark.parametrize(("what", "most"), [("filing of a telephone", 10), ("posting", 5), ("searching", 60)])
def test_four_processes_together_let_through_exactly_what_is_allowed(
    table: str, what: str, most: int, figure: Callable[[str], None]
) -> None:
    passed = together([lambda: let_through(what, "somebody")] * 4)
    figure(f"G29: {what}: 160 at once in 4 processes, {sum(passed)} of {most} let through")
    assert sum(passed) == most


def test_fifty_equal_filings_at_once_take_one_use_and_none_of_them_is_refused(
    origin: Origin, table: str, figure: Callable[[str], None]
) -> None:
    with ThreadPoolExecutor(50) as pool:
        for round in range(10):
            key, values = str(uuid.uuid4()), case_of("C2", what=f"第 {round} 次")

            def post(n: int, k: str = key, v: dict[str, Any] = values) -> Reply:
                return posted_at_last(Visitor(origin, dict(PROGRAM)), v, k)

            replies = list(pool.map(post, range(50)))
            assert {reply.status for reply in replies} == {201}
            assert len({reply.json()["number"] for reply in replies}) == 1
    assert post_case(Visitor(origin, dict(PROGRAM)), case_of("C2")).status == 429
    figure("G1, G29: 10 filings of 50 equal posts at once took exactly the 10 uses of an hour")


def test_the_eleventh_case_of_an_hour_is_refused_in_words_and_a_repetition_takes_nothing(
    origin: Origin, table: str
) -> None:
    visitor = Visitor(origin, dict(PROGRAM))
    key = str(uuid.uuid4())
    for _ in range(3):
        assert post_case(visitor, case_of("C2"), key).status == 201
    for _ in range(9):
        assert post_case(visitor, case_of("C2")).status == 201
    refused = post_case(visitor, case_of("C2"))
    assert refused.status == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert "分钟再试" in refused.text or "秒再试" in refused.text
    assert "值班电话" in refused.text
    assert post_case(visitor, case_of("C2"), key).status == 201, "it was filed: it is told again"
    assert post_case(visitor, case_of("C2", phone="000-0000-4321")).status == 201, "a neighbour's telephone"


def test_a_refused_form_comes_back_with_what_was_written(browser: Visitor, table: str) -> None:
    fields = {
        "category": "C2",
        "building": "river-view/east",
        "home": "2604",
        "what": "书房的灯不亮",
        "phone": "000-0000-1234",
    }
    for n in range(10):
        assert browser.post_form("/api/file/repair", {**fields, "what": f"{n}"}).status == 303
    refused = browser.post_form("/api/file/repair", fields)
    assert refused.status == 429
    assert "书房的灯不亮" in refused.text
    assert "再试" in refused.text


def test_many_telephones_from_one_address_are_refused_as_well(
    origin: Origin, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "filing of an address", (Limit(3, HOUR),))
    visitor = Visitor(origin, dict(PROGRAM))
    phones = [f"000-0000-3{n:03d}" for n in range(4)]
    assert [post_case(visitor, case_of("C2", phone=phone)).status for phone in phones] == [201, 201, 201, 429]
    elsewhere = Visitor(origin, dict(PROGRAM), address="192.0.2.7")
    assert post_case(elsewhere, case_of("C2", phone=phones[3])).status == 201
    forged = {**case_of("C2"), "phone": phones[3]}
    reply = visitor.post_json(
        "/api/v1/cases", forged, Idempotency_Key=str(uuid.uuid4()), X_Forwarded_For="192.0.2.9"
    )
    assert reply.status == 429, "an address in a header is not believed"


def test_all_addresses_of_one_network_are_one(origin: Origin, table: str) -> None:
    """Of IPv6 each home has so many that a limit for each of them would be none."""

    def files(n: int, address: str) -> int:
        visitor = Visitor(origin, dict(PROGRAM), address=address)
        return post_case(visitor, case_of("C2", phone=f"000-0001-{n:04d}")).status

    answers = [files(n, f"2001:db8:1:2::{n + 1:x}") for n in range(31)]
    assert answers == [201] * 30 + [429]
    assert files(31, "2001:db8:1:3::1") == 201


def test_filings_by_strangers_use_up_nothing_of_what_a_resident_may_file(
    origin: Origin, program: Visitor, table: str
) -> None:
    moves_in(membership())
    strangers = [post_case(program, case_of("C2", phone=PHONE, what=f"{n}")).status for n in range(11)]
    assert strangers == [201] * 10 + [429]
    me = signed_in(origin)
    mine = [
        me.post_json("/api/v1/my/cases", {"category": "C2", "what": f"{n}"}, Idempotency_Key=f"k{n}")
        for n in range(11)
    ]
    assert [reply.status for reply in mine] == [201] * 10 + [429]
    assert "您一小时内提交得太多了" in mine[-1].text


def test_a_search_too_many_is_refused(staff: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "searching", (Limit(3, MINUTE),))
    desk, other = staff("desk"), staff("manager")
    asked: list[Any] = [desk.post_json("/api/v1/staff/search", {"typed": "水"}) for _ in range(4)]
    assert [reply.status for reply in asked] == [200, 200, 200, 429]
    assert other.post_json("/api/v1/staff/search", {"typed": "水"}).status == 200


def test_an_honest_user_who_comes_now_and_then_is_never_refused() -> None:
    uses: tuple[tuple[int, int], ...] = ()
    for n in range(200):
        uses = used("filing of a telephone", uses, NOW + n * timedelta(minutes=6))
    assert len(uses) <= 10


def test_the_wait_is_exact_to_the_second() -> None:
    uses: tuple[tuple[int, int], ...] = ()
    for n in range(10):
        uses = used("filing of a telephone", uses, NOW + n * MINUTE)
    with pytest.raises(Exhausted) as refused:
        used("filing of a telephone", uses, NOW + 10 * MINUTE)
    assert refused.value.retry_after == 50 * 60
    with pytest.raises(Exhausted):
        used("filing of a telephone", uses, NOW + HOUR - timedelta(milliseconds=1))
    used("filing of a telephone", uses, NOW + HOUR)


def test_a_count_by_hours_errs_on_the_side_of_the_limit() -> None:
    limits = (Limit(100, DAY, HOUR),)
    uses: tuple[tuple[int, int], ...] = ()
    for n in range(100):
        uses = used("any", uses, NOW + MINUTE + n * timedelta(minutes=2), limits)
    assert len(uses) <= 5
    with pytest.raises(Exhausted):
        used("any", uses, NOW + MINUTE + DAY, limits)
    used("any", uses, NOW + DAY + HOUR, limits)
