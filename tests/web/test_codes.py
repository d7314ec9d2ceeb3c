"""G27, G28: what a one-time code can be used for, how often it can be had, and what nobody learns from asking for one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain import codes as rules
from chalicelib.domain.allowances import HOUR, LIMITS, MINUTE, Exhausted
from tests.people import COMMUNITY, account_of, owed, sent_codes, staffed
from tests.web.client import Visitor
from tests.web.homes import PHONE as RESIDENT_PHONE
from tests.web.homes import membership, moves_in

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
UNKNOWN = "000-0000-7777"


@pytest.fixture(autouse=True)
def limits_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUNUO_ALLOWANCE_FACTOR", "1")


@pytest.fixture
def key(table: str) -> str:
    """A telephone that a home has, as its keyed hash."""
    from chalicelib import wiring

    moves_in(membership())
    return wiring.vault.phone_key(RESIDENT_PHONE)


def issue(key: str, at: datetime = NOW, door: str = "resident", address: str = "a") -> None:
    from chalicelib import wiring
    from chalicelib.web.limits import Use

    uses = (Use("code of a telephone", f"{door}#{key}"), Use("codes of an address", f"{door}#{address}"))
    wiring.codes.issue(door, key, "zh", at, uses)


def test_of_500_guesses_at_once_five_are_compared(key: str, figure: Callable[[str], None]) -> None:
    from chalicelib import wiring
    from chalicelib.storage import codes

    issue(key)
    compared = []
    real = codes.hmac.compare_digest

    class Counting:
        @staticmethod
        def compare_digest(a: str, b: str) -> bool:
            compared.append(1)
            return real(a, b)

    gate = threading.Barrier(50)
    results: list[object] = []

    def guess(first: int) -> None:
        gate.wait()
        for number in range(first, first + 10):
            try:
                results.append(wiring.codes.tried("resident", key, f"{number:06d}", NOW))
            except Exception as error:  # noqa: BLE001  whatever it is, it compared nothing
                results.append(error)

    original, codes.hmac = codes.hmac, Counting  # type: ignore[assignment]
    try:
        threads = [threading.Thread(target=guess, args=(n * 10,)) for n in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        codes.hmac = original
    refused = sum(one is None for one in results)
    figure(f"G27: 500 guesses at once, {len(compared)} compared, {refused} refused")
    assert len(results) == 500
    assert len(compared) <= 5
    # The right one is refused as well: five tries are five tries.
    assert wiring.codes.tried("resident", key, sent_codes("resident", RESIDENT_PHONE, NOW)[0], NOW) is None


def test_a_used_a_replaced_and_an_old_code_open_nothing(key: str) -> None:
    from chalicelib import wiring

    def enter(code: str, at: datetime) -> str | None:
        return wiring.entering.enter_resident(key, code, "zh", at)

    issue(key)
    first = sent_codes("resident", RESIDENT_PHONE, NOW)[0]
    assert enter(first, NOW)
    assert enter(first, NOW) is None, "used"
    later = NOW + MINUTE
    issue(key, later)
    second = sent_codes("resident", RESIDENT_PHONE, later)[-1]
    issue(key, later + MINUTE)
    third = next(c for c in sent_codes("resident", RESIDENT_PHONE, later + MINUTE))
    assert second == third or enter(second, later + MINUTE) is None, "replaced"
    assert enter(third, later + MINUTE + rules.KEPT) is None, "five minutes old"
    issue(key, later + 2 * MINUTE)
    fourth = sent_codes("resident", RESIDENT_PHONE, later + 2 * MINUTE)[0]
    assert enter(fourth, later + 2 * MINUTE + timedelta(minutes=10)) is None, "ten minutes old"
    assert enter(fourth, later + 2 * MINUTE + rules.KEPT - timedelta(seconds=1))


def test_the_same_right_code_twenty_times_at_once_lets_in_once(key: str) -> None:
    from chalicelib import wiring

    issue(key)
    code = sent_codes("resident", RESIDENT_PHONE, NOW)[0]
    tokens: list[str | None] = []
    gate = threading.Barrier(20)

    def enter() -> None:
        gate.wait()
        tokens.append(wiring.entering.enter_resident(key, code, "zh", NOW))

    threads = [threading.Thread(target=enter) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(token is not None for token in tokens) == 1


def test_the_chance_of_a_guess_per_telephone_and_day_is_small_enough(
    key: str, figure: Callable[[str], None]
) -> None:
    got = 0
    for minute in range(0, 24 * 60, 7):
        try:
            issue(key, NOW + timedelta(minutes=minute), address=f"a{minute}")
        except Exhausted:
            continue
        got += 1
    chance = got * rules.TRIES / 10**rules.DIGITS
    figure(f"G27: {got} codes a day, chance {chance:.1e}")
    assert got == 10
    assert chance <= 1e-4


def test_no_code_lies_in_the_table_in_a_form_that_can_be_read(key: str, dynamodb: object) -> None:
    from chalicelib.storage.table import Record

    issue(key)
    code = sent_codes("resident", RESIDENT_PHONE, NOW)[0]
    everything = str([record.to_simple_dict() for record in Record.scan()])
    assert code not in everything
    assert RESIDENT_PHONE not in everything and RESIDENT_PHONE.replace("-", "") not in everything


def test_a_number_that_nobody_has_gets_the_same_answer_in_the_same_time(
    browser: Visitor, key: str, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str], None]
) -> None:
    monkeypatch.setenv("SHOUNUO_ALLOWANCE_FACTOR", "1000")
    times: dict[str, list[float]] = {RESIDENT_PHONE: [], UNKNOWN: []}
    answers: dict[str, set[tuple[int, str, bytes]]] = {RESIDENT_PHONE: set(), UNKNOWN: set()}
    for _ in range(25):
        for phone in times:
            began = time.perf_counter()
            reply = browser.post_json("/api/v1/my/code", {"phone": phone}, Accept="application/json")
            times[phone].append(time.perf_counter() - began)
            wrong = browser.post_json(
                "/api/v1/my/session", {"phone": phone, "code": "000000"}, Accept="application/json"
            )
            answers[phone].add((reply.status, reply.headers["content-type"], reply.content))
            body = wrong.json()
            del body["request_id"]
            answers[phone].add((wrong.status, wrong.headers["content-type"], str(body).encode()))
    assert answers[RESIDENT_PHONE] == answers[UNKNOWN]
    # The quickest of each: what the machine does besides only adds.
    apart = 1000 * abs(min(times[RESIDENT_PHONE]) - min(times[UNKNOWN]))
    figure(f"G27: known and unknown telephone {apart:.1f} ms apart (the quickest of 25)")
    assert apart < 20
    assert sent_codes("resident", UNKNOWN) == []


def test_the_pages_say_the_same_about_a_number_that_nobody_has(browser: Visitor, key: str) -> None:
    pages = []
    for phone in (RESIDENT_PHONE, UNKNOWN):
        sent = browser.post_form("/api/my/code", {"phone": phone, "language": "zh"})
        assert (sent.status, sent.headers["location"]) == (303, "/api/my/session?lang=zh")
        assert phone[-4:] not in sent.headers["location"]
        page = browser.get(sent.headers["location"])
        digits = phone.replace("-", "")
        pages.append(page.text.replace(digits, "").replace(f"000****{phone[-4:]}", ""))
    assert pages[0] == pages[1]


def test_an_attacker_with_a_thousand_telephones_and_fifty_addresses_stays_within_the_caps(
    table: str, figure: Callable[[str], None]
) -> None:
    """A day of asking, on a clock of the test: per telephone 1 a minute, 5 an hour, 10 a day; per address 20 an hour."""
    from chalicelib.domain.allowances import used

    everybody: tuple[tuple[int, int], ...] = ()
    phones: dict[int, tuple[tuple[int, int], ...]] = {}
    addresses: dict[int, tuple[tuple[int, int], ...]] = {}
    asked = let_through = sent = 0
    for minute in range(24 * 60):
        for at in range(50):
            now = NOW + timedelta(minutes=minute, seconds=at)
            phone, address = (minute * 50 + at) % 1000, at
            asked += 1
            try:
                of_phone = used("code of a telephone", phones.get(phone, ()), now)
                of_address = used("codes of an address", addresses.get(address, ()), now)
            except Exhausted:
                continue
            phones[phone], addresses[address] = of_phone, of_address
            let_through += 1
            with suppress(Exhausted):
                everybody = used("codes of everybody", everybody, now)
                sent += 1
    figure(
        f"G28: {asked} asked in a day, {let_through} within the limits of telephone and address, {sent} sent"
    )
    assert let_through <= min(1000 * 10, 50 * 20 * 24)
    assert sent <= LIMITS["codes of everybody"][0].most < let_through
    assert all(len(uses) <= 10 for uses in phones.values())


def test_what_is_sent_in_a_day_ends_at_the_cap_and_the_engineers_are_told_once(
    key: str, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str], None]
) -> None:
    from chalicelib.domain.allowances import DAY, Limit

    monkeypatch.setitem(LIMITS, "codes of everybody", (Limit(3, DAY, HOUR),))
    sent = refused = 0
    for n in range(10):
        at = NOW + timedelta(hours=n)
        try:
            issue(key, at, address=f"a{n}")
        except Exhausted as error:
            refused += 1
            assert error.what == "codes of everybody"
            continue
        sent += bool(sent_codes("resident", RESIDENT_PHONE, at))
    figure(f"G28: cap of 3: {sent} sent, {refused} refused")
    assert sent == 3
    assert len([m for m in owed() if m.template == "codes_exhausted"]) == 1


def test_numbers_that_nobody_has_use_up_nothing_of_what_is_sent_in_a_day(table: str) -> None:
    from chalicelib import wiring

    for n in range(5):
        key = wiring.vault.phone_key(f"000-0000-6{n:03d}")
        issue(key, address=f"a{n}")
        assert sent_codes("resident", f"000-0000-6{n:03d}", NOW) == []
    wiring.allowances.check("codes of everybody", "resident", NOW)
    assert not [m for m in owed() if m.template == "codes_exhausted"]


def test_whoever_locks_a_resident_out_locks_no_staff_out_and_not_for_long(key: str) -> None:
    """Somebody burns the codes of a telephone that a resident and a member of staff share."""
    from chalicelib import wiring

    staffed()
    desk = account_of("desk")
    staff_key = wiring.vault.phone_key(desk.phone)
    for minute in range(5):
        issue(staff_key, NOW + minute * MINUTE)
    with pytest.raises(Exhausted) as burnt:
        issue(staff_key, NOW + 5 * MINUTE)
    wait = timedelta(seconds=burnt.value.retry_after)
    assert wait <= HOUR
    issue(staff_key, NOW + 5 * MINUTE, door="staff")
    code = sent_codes("staff", desk.phone, NOW + 5 * MINUTE)[0]
    assert wiring.entering.enter_staff(staff_key, code, NOW + 5 * MINUTE)
    with pytest.raises(Exhausted):
        issue(staff_key, NOW + 5 * MINUTE + wait - timedelta(seconds=1))
    issue(staff_key, NOW + 5 * MINUTE + wait)
    assert desk.community == COMMUNITY


def test_a_second_code_within_the_minute_is_refused_with_the_wait_in_words(
    browser: Visitor, key: str
) -> None:
    assert browser.post_form("/api/my/code", {"phone": RESIDENT_PHONE}).status == 303
    again = browser.post_form("/api/my/code", {"phone": RESIDENT_PHONE})
    assert again.status == 429
    assert 1 <= int(again.headers["retry-after"]) <= 60
    assert "秒再试" in again.text
    assert f'value="{RESIDENT_PHONE}"' in again.text


@pytest.mark.parametrize("typed", ["１２３４５６", " 123 456 ", "123-456", "１２３　４５６", "123456"])
def test_codes_with_full_width_digits_or_spaces_are_understood(typed: str) -> None:
    assert rules.typed(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "十二三四五六", "²²²²²²"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert rules.typed(typed) is None


def test_a_code_counts_once_whoever_delivers_it_and_not_in_a_dry_run(key: str) -> None:
    from chalicelib import wiring
    from chalicelib.jobs.deliver_messages import deliver_messages
    from chalicelib.storage import codes
    from chalicelib.storage.table import CountRecord

    def used() -> str:
        found = list(CountRecord.query(f"COUNT#{codes.EVERYBODY}#resident"))
        return str(found[0].uses) if found else ""

    issue(key)
    deliver_messages(wiring.outbox, wiring.post_office(NOW, dry_run=True), NOW, dry_run=True)
    assert used() == ""
    one, other = codes._load("resident", key), codes._load("resident", key)
    assert one is not None and other is not None
    assert codes._count("resident", one, NOW)
    first = used()
    assert codes._count("resident", other, NOW)
    assert used() == first != ""
