"""Water is off in a building: from the desk to "over", with three residents who had filed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.portal import Portal
from tests.journeys.test_duty import section
from tests.journeys.test_journeys import enter, fill_repair, number_on, send

Visit = Callable[..., Page]
HOUSE = "osmanthus-lane/3"


def file_outage(visit: Visit) -> tuple[str, str]:
    """A resident of building 3 reports that there is no water; gives the number and the tracking address."""
    page = visit(PHONE)
    fill_repair(page, what="家里没有水")
    page.locator("select[name=building]").select_option(HOUSE)
    page.locator("input[name=updates]").check(force=True)
    link = send(page)
    return number_on(page), link


def test_an_outage_is_published_worked_on_and_over_and_three_residents_are_asked(
    visit: Visit, portal: Portal
) -> None:
    filed = [file_outage(visit) for _ in range(3)]
    page = visit(DESK)
    enter(page, portal, "gui-desk")
    section(page, "停水停电通知")
    page.get_by_role("link", name="停水", exact=True).click()
    page.get_by_label("3 号楼").check()
    page.locator("select[name=hours]").select_option("2h")
    with page.expect_navigation():
        page.get_by_role("button", name="马上发布").click()
    expect(page.locator("h1")).to_contain_text("桂花里 3 号楼停水")
    for number, _ in filed:
        expect(page.get_by_role("link", name=number)).to_be_visible()

    # Somebody who was just about to report it, and somebody without scripts.
    neighbour = visit(PHONE)
    neighbour.goto("/file/repair/")
    expect(neighbour.locator("#now")).to_contain_text("桂花里 3 号楼停水")
    neighbour.locator("select[name=building]").select_option(HOUSE)
    expect(neighbour.locator(".now-here")).to_contain_text("不用再报修")
    neighbour.locator("select[name=building]").select_option("osmanthus-lane/2")
    expect(neighbour.locator(".now-here")).to_be_empty()
    plain = visit(PHONE, scripts=False, language="en", dark=True)
    plain.goto("/en/")
    plain.get_by_role("link", name="Outages now").first.click()
    expect(plain.locator("main")).to_contain_text("No water: Osmanthus Lane")

    for verb, words in (("working", "水泵坏了，正在换。"), ("over", "")):
        box = page.locator(f"form[action$='/{verb}']")
        page.locator("details.incident-step", has=box).locator("summary").first.click()
        if words:
            box.locator("[name=zh]").fill(words)
        with page.expect_navigation():
            box.locator("button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("已经结束")

    neighbour.reload()
    neighbour.wait_for_load_state("networkidle")
    expect(neighbour.locator("#now")).not_to_contain_text("3 号楼停水")
    portal.tick(datetime.now(UTC))
    for number, link in filed:
        neighbour.goto("/_local/outbox")
        told = neighbour.locator("main, body").first.inner_text()
        assert told.count(f"（{number}）和桂花里 3 号楼停水是同一件事") == 2, number
        assert f"我们接着办（{number}）" in told
        neighbour.goto(link)
        with neighbour.expect_navigation():
            neighbour.locator("form[action$='/confirm'] button[type=submit]").first.click()
        expect(neighbour.locator("main")).to_contain_text("谢谢您的确认")
    neighbour.goto("/api/incidents?community=osmanthus-lane")
    neighbour.get_by_role("link", name="桂花里 3 号楼停水").first.click()
    expect(neighbour.locator("main")).to_contain_text("水泵坏了，正在换。")
    portal.fsck()  # fails when something is wrong
