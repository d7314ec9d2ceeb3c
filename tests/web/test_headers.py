"""Every answer carries the headers that protect its reader, errors included; methods behave as HTTP says."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.client import BROWSER, Visitor
from tests.web.conftest import case_of

Filed = Callable[..., dict[str, Any]]


def check(headers: dict[str, str], cache: str = "no-store") -> None:
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "base-uri 'none'" in policy and "object-src 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == cache
    assert int(headers["strict-transport-security"].split("=")[1].split(";")[0]) >= 31536000
    assert headers["x-request-id"]
    assert "access-control-allow-origin" not in headers
    assert not any(line.startswith("server") for line in headers)


def test_options_names_the_methods_and_allows_no_other_origin(program: Visitor) -> None:
    reply = program.ask(
        "OPTIONS",
        "/api/v1/cases",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert reply.status == 204 and reply.headers["allow"] == "OPTIONS, POST"
    assert not any(name.startswith("access-control") for name in reply.headers)


def test_a_failure_of_ours_says_nothing_but_where_to_find_it(
    program: Visitor, browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G39: any forced exception gives a general sentence and the request's number, as JSON and as a page."""
    from chalicelib import wiring

    def broken() -> None:
        raise RuntimeError("SECRET-MARKER 13800138000")

    monkeypatch.setattr(wiring, "rulebook", broken)
    for reply in (
        program.get("/api/v1/standards"),
        program.post_json("/api/v1/cases", case_of("C2"), Idempotency_Key="k"),
        browser.post_form("/api/file/repair", {"category": "C2"}),
    ):
        assert reply.status == 500
        check(reply.headers)
        assert (
            "SECRET" not in reply.text and "Traceback" not in reply.text and "RuntimeError" not in reply.text
        )
        assert reply.headers["x-request-id"] in reply.text


def test_a_post_from_another_site_is_refused(staff: Any, browser: Visitor, filed: Filed) -> None:
    case = filed("C2")
    desk = staff("manager")
    address = f"/api/v1/staff/cases/{case['number']}/note"
    for origin in (
        "https://evil.example",
        "null",
        "http://localhost:8000.evil.example",
        "http://evil.example:8000",
    ):
        assert desk.post_json(address, {"words": "x"}, Origin=origin).status == 403
        assert browser.post_form(f"/api/track/{case['link']}/urge", {}, Origin=origin).status == 403
    assert desk.post_json(address, {"words": "x"}, Sec_Fetch_Site="cross-site").status == 403
    assert desk.post_json(address, {"words": "x"}, Origin="http://localhost:8000").status == 200
    desk.host = "127.0.0.1:8000"
    assert desk.post_json(address, {"words": "x"}, Origin="http://127.0.0.1:8000").status == 200
    desk.host = "evil.example"
    assert desk.post_json(address, {"words": "x"}, Origin="http://evil.example").status == 403


def test_with_https_the_cookie_is_bound_to_the_host(
    browser: Visitor, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUNUO_ORIGIN", "https://portal.example")
    code = staff().cookies["sid"]
    cookie = browser.post_form("/api/staff/session", {"code": code}).headers["set-cookie"]
    assert cookie.startswith("__Host-sid=") and "; Secure" in cookie and "; Path=/;" in cookie
    browser.cookies["sid"] = "x"
    assert browser.get("/api/staff/queue").status == 200
    assert browser.post_form("/api/staff/session/end", {}, Origin="http://localhost:8000").status == 403


def test_pages_and_json_do_not_mix(browser: Visitor, program: Visitor) -> None:
    assert browser.get("/api/v1/standards/Z9").headers["content-type"] == "application/problem+json"
    assert program.get("/api/staff/queue").headers["content-type"] == "application/problem+json"
    assert browser.get("/api/staff/queue", **BROWSER).headers["content-type"].startswith("text/html")
