"""A resident reads what a service costs and asks for it, on a phone, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.portal import Portal
from tests.journeys.test_journeys import act, enter, number_on, send

WORDS = "擦四扇玻璃，周三下午家里有人。"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_service_is_asked_for_from_the_price_list_and_answered_by_the_desk(
    visit: Callable[..., Page], portal: Portal, scripts: bool
) -> None:
    page = visit(PHONE, scripts=scripts)
    page.goto("/living/services/")
    windows = page.locator("table.prices tr", has_text="擦玻璃")
    expect(windows).to_contain_text("元")
    expect(windows.get_by_role("link")).to_have_attribute("href", "#G2")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page.get_by_role("link", name="我要一项服务").click()
    page.wait_for_url("**/file/service/")
    page.locator("input[name=category][value=G2]").check(force=True)
    page.locator("select[name=building]").select_option("osmanthus-lane/1")
    page.locator("textarea[name=what]").fill(WORDS)
    page.locator("input[name=phone]").fill("000-0000-0907")
    page.locator("button[type=submit].button--send").click()
    # Cleaning at home needs the home; everything else that was written is still there.
    expect(page.locator("#field-home .field-error")).to_contain_text("房号")
    assert page.locator("textarea[name=what]").input_value() == WORDS
    page.locator("input[name=home]").fill("2-0904")
    if scripts:
        expect(page.locator("#preview")).to_contain_text("答复")
    link = send(page)

    number = number_on(page)
    expect(page.locator("main")).to_contain_text("答复")
    expect(page.locator("main")).to_contain_text("G2")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto(link)
    expect(page.locator(".clock").first).to_contain_text("答复")

    desk = visit(DESK)
    enter(desk, portal, "desk")
    desk.goto(f"/api/staff/cases/{number}")
    expect(desk.locator("main")).to_contain_text(WORDS)
    act(desk, "reply", words="每扇 15 元，周三下午两点来，您看行吗？")
    page.reload()
    expect(page.locator("main")).to_contain_text("每扇 15 元")
    expect(page.locator(".clock", has_text=re.compile("答复")).first).not_to_contain_text("还剩")
