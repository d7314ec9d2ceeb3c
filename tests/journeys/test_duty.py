"""A supervisor and a property manager at a desk, in Chinese: who is there, missed limits, breaches and emergencies."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.portal import Portal
from tests.journeys.test_journeys import act, enter, fill_repair, number_on, send

Visit = Callable[..., Page]


def look(page: Page, name: str) -> None:
    """Keeps a picture of the page for those who want to look at it."""
    if folder := os.environ.get("SHOUNUO_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def section(page: Page, name: str) -> None:
    """Chooses one of the pages at the top."""
    with page.expect_navigation():
        page.locator(".staff-nav").get_by_role("link", name=name).click()


def missed_repair(visit: Visit, portal: Portal) -> str:
    """A burst pipe to which nobody came in time; gives its number."""
    resident = visit(PHONE)
    fill_repair(resident)
    send(resident)
    number = number_on(resident)
    portal.tick(datetime.now(UTC) + timedelta(minutes=12))
    return number


def test_a_supervisor_arranges_who_is_there_and_notes_why_a_limit_was_missed(
    visit: Visit, portal: Portal
) -> None:
    number = missed_repair(visit, portal)
    page = visit(DESK)
    enter(page, portal, "gui-engineering")
    section(page, "在岗和排班")
    expect(page.locator(".duty__mine")).to_contain_text("您现在在岗")
    page.locator("#away-person").select_option("gui-technician-1")
    page.locator("#away-substitute").select_option("gui-technician-2")
    with page.expect_navigation():
        page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".duty__row")).to_contain_text("灯小亮")
    expect(page.locator(".duty__row")).to_contain_text("代班：管小通")
    page.get_by_text("排一个班").click()
    page.locator("#turn-place").select_option("building/1")
    page.locator("#turn-person").select_option("gui-technician-2")
    for day in range(7):
        page.locator(f"#turn-day{day}").check()
    page.locator("#turn-starts").fill("20:00")
    page.locator("#turn-ends").fill("08:00")
    with page.expect_navigation():
        page.get_by_role("button", name="排上").click()
    expect(page.locator(".rota__row")).to_contain_text("每天 20:00–次日 08:00")
    look(page, "supervisor-duty")
    section(page, "责任记录")
    look(page, "supervisor-list")
    page.locator(f"a[href*='{number}']").click()
    expect(page.locator("main")).to_contain_text("到期前没有上报")
    look(page, "supervisor-record")
    act(page, "note_cause", cause="dragged", words="等配件等了半小时，没有先去关阀门")
    expect(page.locator(".notice--good")).to_contain_text("已保存")
    expect(page.locator(".timeline")).to_contain_text("原因：拖延")
    section(page, "在岗和排班")
    with page.expect_navigation():
        page.get_by_role("button", name="回来了 灯小亮").click()
    with page.expect_navigation():
        page.get_by_role("button", name="删掉").click()
    expect(page.locator("main")).to_contain_text("现在人都在")


def test_a_manager_decides_and_works_an_emergency_through_its_steps(visit: Visit, portal: Portal) -> None:
    number = missed_repair(visit, portal)
    supervisor = visit(DESK)
    enter(supervisor, portal, "gui-engineering")
    supervisor.goto(f"/api/staff/accountability/{number}-arrive-1")
    act(supervisor, "note_cause", cause="not_reported", words="没有人手，也没有上报")
    page = visit(DESK)
    enter(page, portal, "manager")
    section(page, "责任记录")
    page.locator(f"a[href*='{number}']").click()
    look(page, "manager-record")
    act(page, "decide", consequence="spoken_warning", words="下次人手不够，先打电话给我")
    expect(page.locator(".timeline")).to_contain_text("决定：口头警告")
    assert page.locator(".action-list").count() == 1  # a decision can be corrected
    section(page, "突发事件")
    look(page, "manager-emergency")
    with page.expect_navigation():
        page.get_by_role("button", name="登记，开始计时").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("input[name=plan][value=fire]").check(force=True)
    page.locator("select[name=building]").select_option("1")
    page.locator("input[name=place]").fill("2 单元 12 层电井")
    page.locator("textarea[name=what]").fill("电井冒烟，有焦味")
    with page.expect_navigation():
        page.get_by_role("button", name="登记，开始计时").click()
    expect(page.locator(".plan__left")).to_have_text("还有 7 步")
    look(page, "manager-plan")
    while page.locator(".plan__form").count():
        with page.expect_navigation():
            page.locator(".plan__form button").first.click()
    expect(page.locator(".plan__left")).to_contain_text("可以办结")
    look(page, "manager-plan-done")
    act(page, "resolve", words="明火已灭，电井已断电，等消防调查")
    expect(page.locator(".state").first).to_contain_text("已办好")
    section_of_breach(page)


def section_of_breach(page: Page) -> None:
    """A breach of the rules is filed in the same way."""
    page.goto("/api/staff/report/breach")
    page.locator("input[name=plan][value=building]").check(force=True)
    page.locator("select[name=building]").select_option("2")
    page.locator("input[name=place]").fill("1 单元楼顶")
    page.locator("textarea[name=what]").fill("楼顶在搭棚子")
    with page.expect_navigation():
        page.get_by_role("button", name="登记，开始计时").click()
    expect(page.locator(".plan__left")).to_have_text("还有 4 步")
    look(page, "manager-breach")
