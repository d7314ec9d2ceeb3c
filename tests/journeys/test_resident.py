"""A resident signs in with the telephone that the company has for the home, on a phone, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.front_door import code_for, codes_shown
from tests.journeys.portal import Portal
from tests.journeys.test_journeys import act, enter, number_on, send

Visit = Callable[..., Page]

WORDS = {
    "zh": {
        "header": "我的家",
        "file": "报修",
        "what": "书房的灯不亮，换了灯泡也不行",
        "received": "已收到",
        "confirm": "确认办好了",
        "rate": "去评价",
        "history": "历史",
        "messages": "消息",
        "done": "办好了",
        "home": "← 我的家",
        "leave": "退出",
        "again": "请先登录",
    },
    "en": {
        "header": "My home",
        "file": "Report a repair",
        "what": "The light in the study does not come on",
        "received": "We have it",
        "confirm": "Confirm it is done",
        "rate": "Rate",
        "history": "History",
        "messages": "Messages",
        "done": "is done",
        "home": "← My home",
        "leave": "Sign out",
        "again": "Please sign in first",
    },
}


def sign_in(visit: Visit, page: Page, phone: str, language: str) -> None:
    """From the header to one's own page with the code that came."""
    outbox = visit(DESK)
    before = len(codes_shown(outbox))
    page.goto("/" if language == "zh" else "/en/")
    page.locator(".header-link--home").click()
    page.get_by_role("link", name="登录我的家" if language == "zh" else "Sign in to my home").click()
    page.locator("input[name=phone]").fill(phone)
    page.locator("main button[type=submit]").first.click()
    code = code_for(outbox, before)
    # As a Chinese keyboard types it.
    typed = code.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if language == "zh" else code
    page.locator("input[name=code]").fill(f" {typed[:3]} {typed[3:]} ")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/api/my?*")


def no_wider_than_the_phone(page: Page) -> None:
    """Nothing has to be pushed sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_resident_signs_in_files_agrees_a_time_confirms_rates_and_leaves(
    visit: Visit, portal: Portal, language: str
) -> None:
    say = WORDS[language]
    room, phone = {"zh": ("0604", "000-0000-0961"), "en": ("0605", "000-0000-0962")}[language]
    portal._command("tests.journeys.move_in", "osmanthus-lane", "1", "2", room, "江晴", phone)
    page = visit(PHONE, language="zh-CN" if language == "zh" else "en-GB")
    sign_in(visit, page, phone, language)
    expect(page.locator("h1")).to_contain_text("江晴")
    no_wider_than_the_phone(page)

    page.get_by_role("link", name=say["file"]).last.click()
    expect(page.locator("main")).to_contain_text(f"000****{phone[-4:]}")
    assert page.locator("input[name=phone], input[name=home], input[name=name]").count() == 0
    page.locator("input[name=category][value=C3]").check(force=True)
    expect(page.locator("select[name=building]")).to_be_hidden()
    page.locator("textarea[name=what]").fill(say["what"])
    page.locator("input[name=updates]").check(force=True)
    expect(page.locator("#preview")).to_be_visible()
    no_wider_than_the_phone(page)
    page.locator("button.button--send").click()
    page.wait_for_url("**/api/my/cases/**")
    expect(page.locator(".notice")).to_contain_text(say["received"])
    number = number_on(page)
    no_wider_than_the_phone(page)

    staff = visit(DESK)
    enter(staff, portal, "technician")
    staff.goto(f"/api/staff/cases/{number}")
    agreed = datetime.now() + timedelta(days=2)  # noqa: DTZ005  what a person types into the form
    act(staff, "appoint", moment=f"{agreed:%Y-%m-%d}T14:35")
    page.get_by_role("link", name=say["home"]).click()
    expect(page.locator("main")).to_contain_text("14:35")
    act(staff, "resolve", words="换了灯座，已经亮了。")
    page.reload()
    page.get_by_role("button", name=say["confirm"]).click()
    page.wait_for_url("**done=confirm*")
    page.get_by_role("link", name=say["home"]).click()
    page.get_by_role("link", name=say["rate"], exact=True).click()
    act(page, "rate", speed="5", manner="5", quality="4")
    assert "5 / 5" in page.locator("main").inner_text()

    page.get_by_role("link", name=say["home"]).click()
    page.get_by_role("link", name=say["history"], exact=True).click()
    expect(page.locator(".my-cases")).to_contain_text(number)
    portal.tick(datetime.now(UTC))
    page.get_by_role("link", name=say["messages"], exact=True).click()
    expect(page.locator(".my-messages")).to_contain_text(say["done"])
    no_wider_than_the_phone(page)

    for elsewhere in ("/api/my/cases/261101-000001", "/api/staff/queue", f"/api/staff/cases/{number}"):
        answer = page.goto(elsewhere)
        assert answer is not None
        assert answer.status == (404 if "/my/" in elsewhere else 401)
    page.goto(f"/api/my?lang={language}")
    page.get_by_role("button", name=say["leave"]).click()
    page.goto(f"/api/my/cases/{number}?lang={language}")
    expect(page.locator("h1")).to_have_text(say["again"])


def test_a_resident_without_scripts_files_as_well(visit: Visit, portal: Portal) -> None:
    phone = "000-0000-0963"
    portal._command("tests.journeys.move_in", "osmanthus-lane", "1", "2", "502", "桂香", phone)
    page = visit(PHONE, scripts=False)
    sign_in(visit, page, phone, "zh")
    page.goto("/api/my/file/repair")
    page.locator("input[name=category][value=C5]").check(force=True)
    page.locator("input[name=place]").fill("大堂")
    page.locator("textarea[name=what]").fill("大堂的灯一闪一闪")
    page.locator("button.button--send").click()
    page.wait_for_url("**/api/my/cases/**")
    assert "已收到" in page.locator("main").inner_text()


def test_after_moving_out_the_page_is_gone_with_the_next_tap(visit: Visit, portal: Portal) -> None:
    phone = "000-0000-0964"
    lives = ("osmanthus-lane", "1", "2", "503", "桂枝", phone)
    portal._command("tests.journeys.move_in", *lives)
    page = visit(PHONE)
    sign_in(visit, page, phone, "zh")
    portal._command("tests.journeys.move_in", *lives, "out")
    page.get_by_role("link", name="历史", exact=True).click()
    expect(page.locator("h1")).to_have_text("请先登录")


def test_somebody_in_a_hurry_files_in_one_step_without_signing_in(visit: Visit) -> None:
    page = visit(PHONE)
    page.goto("/file/repair/")
    expect(page.locator(".form__sign-in")).to_contain_text("急事不用登录")
    page.locator("input[name=category][value=C1]").check(force=True)
    page.locator("select[name=building]").select_option(index=1)
    page.locator("input[name=home]").fill("3 单元 201")
    page.locator("textarea[name=what]").fill("厨房水管爆了")
    page.locator("input[name=phone]").fill("000-0000-0965")
    send(page)
    assert "已收到" in page.locator("main").inner_text()
