"""G38: sessions are random, stored hashed, and refused on the very next request after what they rest on was taken away."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from chalicelib.domain.accounts import Account, changed
from chalicelib.domain.events import Role
from infra.local.server import Origin
from tests.people import account_of, sent_codes, staffed
from tests.web.client import BROWSER, PROGRAM, Visitor
from tests.web.homes import PHONE, membership, moves_in, moves_out, signed_in


def resident_enters(visitor: Visitor, phone: str = PHONE) -> str:
    """Signs in as a browser does; gives where it leads."""
    sent = visitor.post_form("/api/my/code", {"phone": phone, "language": "zh"})
    assert sent.status == 303, sent.text
    code = sent_codes("resident", phone)[-1]
    entered = visitor.post_form("/api/my/session", {"code": f" {code[:3]} {code[3:]}", "language": "zh"})
    assert entered.status == 303, entered.text
    return entered.headers["location"]


def staff_enters(visitor: Visitor, phone: str) -> str:
    """Signs in with the code by SMS; gives where it leads."""
    sent = visitor.post_form("/api/staff/code", {"phone": phone, "language": "zh"})
    assert sent.status == 303, sent.text
    entered = visitor.post_form(
        "/api/staff/session", {"code": sent_codes("staff", phone)[-1], "language": "zh"}
    )
    assert entered.status == 303, entered.text
    return entered.headers["location"]


def secret_on(page: str) -> str:
    """The secret that the page shows for setting up an app."""
    found = re.search(r'<code class="secret"[^>]*>([A-Z2-7 ]+)</code>', page)
    assert found
    return found.group(1).replace(" ", "")


def test_a_resident_signs_in_sees_the_home_and_leaves(browser: Visitor) -> None:
    moves_in(membership())
    assert browser.get("/api/my").status == 401
    assert resident_enters(browser) == "/api/my?lang=zh"
    assert browser.get("/api/my").status == 200
    left = browser.post_form("/api/my/session/end", {"language": "zh"})
    assert (left.status, left.headers["location"]) == (303, "/")
    assert browser.get("/api/my").status == 401


def test_tokens_are_128_random_bits_hashed_at_rest_and_in_no_address(
    browser: Visitor, figure: Callable[[str], None]
) -> None:
    from chalicelib import wiring
    from chalicelib.storage.table import Record

    moves_in(membership())
    where = resident_enters(browser)
    token = browser.cookies["rid"]
    now = datetime.now(UTC)
    tokens = {wiring.sessions.begin_resident("key", "zh", now) for _ in range(200)}
    bits = 8 * len(base64.urlsafe_b64decode(token + "=="))
    figure(f"G38: tokens of {bits} bits, {len(tokens)} of 200 different")
    assert bits >= 128
    assert len(tokens) == 200
    assert token not in where
    everything = str([record.to_simple_dict() for record in Record.scan()])
    assert not any(one in everything for one in {token, *tokens})


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Visitor) -> None:
    moves_in(membership())
    browser.post_form("/api/my/code", {"phone": PHONE})
    reply = browser.post_form("/api/my/session", {"code": sent_codes("resident", PHONE)[-1]})
    for line in reply.headers["set-cookie"].split("\n"):
        assert "HttpOnly" in line and "SameSite=Lax" in line and "Path=/" in line


def test_moving_out_is_noticed_at_the_next_request(origin: Origin, table: str) -> None:
    here = membership()
    moves_in(here)
    phone, laptop = signed_in(origin), signed_in(origin)
    assert phone.get("/api/v1/my").status == laptop.get("/api/v1/my").status == 200
    moves_out(here, datetime.now(UTC))
    assert phone.get("/api/v1/my").status == laptop.get("/api/v1/my").status == 401


def test_leaving_ends_this_session_and_no_other(origin: Origin, table: str) -> None:
    moves_in(membership())
    phone, laptop = signed_in(origin), signed_in(origin)
    token = phone.cookies["rid"]
    assert phone.post_json("/api/v1/my/session/end", {}).status == 200
    assert Visitor(origin, dict(PROGRAM), {"rid": token}).get("/api/v1/my").status == 401
    assert laptop.get("/api/v1/my").status == 200


@pytest.mark.parametrize("what", ["role", "inactive", "phone", "buildings", "totp"])
def test_a_change_of_an_account_ends_its_sessions_at_once(staff: Callable[..., Visitor], what: str) -> None:
    from chalicelib import wiring
    from chalicelib.domain.accounts import without_totp

    visitor, other = staff("technician"), staff("desk")
    assert visitor.get("/api/v1/staff/queue").status == 200
    before = account_of("technician")
    after = {
        "role": replace(before, role=Role.GUARD),
        "inactive": replace(before, active=False),
        "phone": replace(before, phone="000-0000-0777"),
        "buildings": replace(before, buildings=()),
        "totp": without_totp(before),
    }[what]
    wiring.accounts.save(after if what == "totp" else changed(before, after))
    assert visitor.get("/api/v1/staff/queue").status == 401
    assert other.get("/api/v1/staff/queue").status == 200


def test_a_session_ends_by_itself(table: str) -> None:
    from chalicelib import wiring

    moves_in(membership())
    account = next(iter(staffed().values()))
    now = datetime.now(UTC)
    token = wiring.sessions.begin(account.role, account.id, account.community, now)
    mine = wiring.sessions.begin_resident(wiring.vault.phone_key(PHONE), "zh", now)
    assert wiring.sessions.find(token, now + wiring.sessions.KEPT - timedelta(seconds=2))
    assert wiring.sessions.find(token, now + wiring.sessions.KEPT) is None
    assert wiring.sessions.find_resident(mine, now + wiring.sessions.KEPT_RESIDENT) is None
    assert wiring.sessions.find(mine, now) is None, "a resident's token is no member of staff's"
    assert wiring.sessions.find_resident(token, now) is None, "and the other way round"


@pytest.mark.parametrize("token", ["", "x", "a" * 21, "a" * 23, "a" * 22, "é" * 22, "a" * 5000, "../../etc"])
def test_a_token_that_was_never_given_out_opens_nothing(origin: Origin, table: str, token: str) -> None:
    visitor = Visitor(origin, dict(PROGRAM), {"rid": token, "sid": token})
    assert visitor.get("/api/v1/my").status == 401
    assert visitor.get("/api/v1/staff/queue").status == 401


def test_a_technician_comes_in_with_the_code_alone(browser: Visitor) -> None:
    assert staff_enters(browser, account_of("technician").phone) == "/api/staff/queue?lang=zh"
    assert browser.get("/api/staff/queue").status == 200


def test_a_manager_sets_up_an_app_and_is_in_only_then(browser: Visitor, origin: Origin) -> None:
    manager = account_of("manager")
    assert staff_enters(browser, manager.phone) == "/api/staff/proof?lang=zh"
    assert browser.get("/api/staff/queue").status == 401, "halfway opens nothing"
    page = browser.get("/api/staff/proof")
    secret_box = 'class="secret"'
    assert 'class="qr"' in page.text and secret_box in page.text
    secret = secret_on(page.text)
    wrong = browser.post_form("/api/staff/proof", {"code": "000000", "language": "zh"})
    assert wrong.status == 422 and "动态码不对" in wrong.text
    code = pyotp.TOTP(secret).now()
    entered = browser.post_form("/api/staff/proof", {"code": code, "language": "zh"})
    assert (entered.status, entered.headers["location"]) == (303, "/api/staff/queue?lang=zh")
    assert browser.get("/api/staff/queue").status == 200
    again = Visitor(origin, dict(BROWSER))
    assert staff_enters(again, manager.phone) == "/api/staff/proof?lang=zh"
    page = again.get("/api/staff/proof")
    assert secret_box not in page.text, "the secret is shown once"
    assert again.post_form("/api/staff/proof", {"code": code}).status == 422, "a step counts once"
    following = pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30))
    assert again.post_form("/api/staff/proof", {"code": following}).status == 303


@pytest.mark.parametrize("set_up", [True, False])
def test_one_code_of_an_app_lets_in_one_of_two_sessions_that_give_it_at_once(
    table: str, monkeypatch: pytest.MonkeyPatch, set_up: bool
) -> None:
    """Also where the app is only being set up: then the other session showed a secret of its own."""
    from chalicelib import wiring
    from chalicelib.domain import totp
    from chalicelib.storage import accounts, entering, sessions, vault
    from chalicelib.storage.transaction import Transaction

    now = wiring.now()
    secret = totp.new_secret()
    manager = account_of("manager")
    if set_up:
        manager = accounts.save(replace(manager, totp=vault.seal(secret, accounts.TOTP)))

    def halfway() -> str:
        transaction = Transaction()
        shown = None if set_up else vault.seal(secret, accounts.TOTP)
        token = sessions.put_staff(transaction, manager, now, sessions.HALFWAY, shown)
        transaction.commit()
        return token

    one, other = halfway(), halfway()
    code = pyotp.TOTP(secret).at(now)
    real, first = accounts.of_phone, []

    def meanwhile(key: str) -> list[Account]:
        monkeypatch.setattr(accounts, "of_phone", real)
        first.append(entering.prove(one, code, now))
        return real(key)

    monkeypatch.setattr(accounts, "of_phone", meanwhile)
    assert entering.prove(other, code, now) is None
    assert first[0] is not None


def test_the_secret_of_an_app_is_sealed_at_rest(browser: Visitor) -> None:
    from chalicelib.storage.table import Record

    staff_enters(browser, account_of("manager").phone)
    secret = secret_on(browser.get("/api/staff/proof").text)
    browser.post_form("/api/staff/proof", {"code": pyotp.TOTP(secret).now()})
    everything = str([record.to_simple_dict() for record in Record.scan()])
    assert secret not in everything
    assert account_of("manager").phone not in everything


def test_the_general_manager_goes_from_one_community_to_the_other_with_one_app(browser: Visitor) -> None:
    staffed("osmanthus-lane")
    boss = account_of("general_manager")
    staff_enters(browser, boss.phone)
    secret = secret_on(browser.get("/api/staff/proof").text)
    entered = browser.post_form("/api/staff/proof", {"code": pyotp.TOTP(secret).now(), "language": "zh"})
    assert entered.headers["location"] == "/api/staff/communities?lang=zh"
    assert "桂花里" in browser.get("/api/staff/communities").text
    old = browser.cookies["sid"]
    moved = browser.post_form("/api/staff/communities", {"community": "osmanthus-lane"})
    assert moved.status == 303
    assert browser.cookies["sid"] != old
    assert "桂花里" in browser.get("/api/staff/queue").text
    assert browser.post_form("/api/staff/communities", {"community": "elsewhere"}).status == 404


def test_a_resident_and_a_member_of_staff_can_be_one_browser(browser: Visitor) -> None:
    desk = account_of("desk")
    moves_in(membership(phone=desk.phone))
    resident_enters(browser, desk.phone)
    staff_enters(browser, desk.phone)
    assert browser.get("/api/my").status == browser.get("/api/staff/queue").status == 200


def test_with_https_both_cookies_are_bound_to_the_host(
    browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUNUO_ORIGIN", "https://portal.example")
    moves_in(membership())
    sent = browser.post_form("/api/my/code", {"phone": PHONE})
    entered = browser.post_form("/api/my/session", {"code": sent_codes("resident", PHONE)[-1]})
    assert sent.headers["set-cookie"].startswith("__Host-rcode=")
    assert "__Host-rid=" in entered.headers["set-cookie"]
    assert all("; Secure" in line for line in entered.headers["set-cookie"].split("\n"))
