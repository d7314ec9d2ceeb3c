"""An open day on a phone: a resident books a time, thinks better of it, and asks; the manager answers, and anybody reads it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from chalicelib.domain.events import Role
from chalicelib.domain.open_days import OpenDay
from chalicelib.domain.standards import Text
from infra.local.server import Origin, listening_socket
from tests.web.client import serving
from tests.web.homes import PHONE, membership, moves_in

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch, table: str) -> Iterator[str]:
    """The portal with an open day in ten days, whatever the published ones are."""
    sys.path.insert(0, str(ROOT / "backend"))
    import app

    from chalicelib import wiring

    on = (datetime.now(UTC) + timedelta(days=10)).date()
    day = OpenDay("soon", "river-view", on, Text("会客室", "Meeting room"), 20, (time(14), time(14, 20)))
    book = replace(wiring.rulebook(), open_days=(day,))
    monkeypatch.setattr(wiring, "rulebook", lambda: book)
    moves_in(membership())
    with listening_socket(0) as listening, serving(Origin(app.app), listening) as found:
        yield found


def visit(browser: Browser, address: str, cookie: str = "", token: str = "", language: str = "zh-CN") -> Page:
    context = browser.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, locale=language, java_script_enabled=False
    )
    if cookie:
        context.add_cookies([{"name": cookie, "value": token, "url": address}])
    return context.new_page()


def test_a_slot_is_booked_and_given_back_and_a_question_is_answered_for_all(
    browser: Browser, address: str
) -> None:
    from chalicelib import wiring
    from chalicelib.actions.admit_published import admit_published
    from chalicelib.storage.vault import phone_key

    community = wiring.rulebook().communities["river-view"]
    admit_published(wiring.accounts, community)
    now = datetime.now(UTC)
    resident = visit(browser, address, "rid", wiring.sessions.begin_resident(phone_key(PHONE), "zh", now))
    resident.goto("/api/my")
    resident.get_by_role("link", name="开放日").click()
    resident.get_by_role("button", name="14:20–14:40").click()
    expect(resident.get_by_role("status")).to_contain_text("约好了")
    expect(resident.locator("main")).to_contain_text("您约了 14:20")
    assert resident.evaluate("document.documentElement.scrollWidth") <= 390
    resident.get_by_role("button", name="取消").click()
    expect(resident.get_by_role("status")).to_contain_text("已取消")
    resident.get_by_role("button", name="14:00–14:20").click()
    resident.get_by_label("想问总经理什么").fill("电梯什么时候换？")
    resident.get_by_role("button", name="提交问题").click()
    expect(resident.locator("main")).to_contain_text("等待答复")

    token = wiring.sessions.begin(Role.MANAGER, community.manager, "river-view", now)
    manager = visit(browser, address, "sid", token)
    manager.goto("/api/staff/open-days")
    expect(manager.locator("main")).to_contain_text("东楼 2604")
    manager.get_by_label("答复，或者不公开的原因").fill("明年春天。")
    manager.get_by_role("button", name="公开答复").click()
    expect(manager.get_by_role("status")).to_contain_text("公开了")

    anybody = visit(browser, address, language="en-GB")
    anybody.goto("/api/open-days?lang=en")
    expect(anybody.locator("main")).to_contain_text("电梯什么时候换？")
    expect(anybody.locator("main")).to_contain_text("明年春天。")
    expect(anybody.locator("main")).not_to_contain_text("2604")
    for page in (resident, manager, anybody):
        page.context.close()
