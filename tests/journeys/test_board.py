"""A post on the info board from its first words to its end: a resident's phone, the desk, and a neighbour."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.portal import Portal
from tests.journeys.test_duty import look, section
from tests.journeys.test_journeys import act, enter
from tests.journeys.test_resident import no_wider_than_the_phone, sign_in

Visit = Callable[..., Page]
AUTHOR, NEIGHBOUR = "000-0000-0971", "000-0000-0972"


def today() -> datetime:
    return datetime.now(ZoneInfo("Asia/Shanghai"))


def photo() -> dict[str, object]:
    """A picture as a telephone's camera makes it."""
    made = io.BytesIO()
    Image.new("RGB", (800, 600), (120, 90, 60)).save(made, "JPEG")
    return {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def press(page: Page, name: str) -> None:
    """Presses a button that leads to another page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def test_a_post_from_its_first_words_to_its_end(visit: Visit, portal: Portal) -> None:
    for room, name, phone in (("0701", "江晴", AUTHOR), ("0702", "海安", NEIGHBOUR)):
        portal._command("tests.journeys.move_in", "osmanthus-lane", "1", "2", room, name, phone)
    author = visit(PHONE)
    sign_in(visit, author, AUTHOR, "zh")
    author.get_by_role("link", name="信息栏", exact=True).last.click()
    expect(author.locator("main")).to_contain_text("您还没有发布过信息")
    author.get_by_role("link", name="发布一条").click()
    expect(author.locator("#contact")).to_have_value(AUTHOR)

    # Mistakes are told at their fields, photographs that were chosen stay.
    author.locator("input[value=second-hand]").check(force=True)
    author.locator("#price").fill("三十五")
    author.set_input_files("#photos", [photo()])  # type: ignore[list-item]
    author.locator("button.button--send").click()
    expect(author.locator(".error-summary")).to_contain_text("请写一个标题")
    expect(author.locator("#price-error")).to_contain_text("只填数字")
    no_wider_than_the_phone(author)
    author.locator("#title").fill("转让台灯")
    author.locator("#text").fill("九成新，暖光。\n可以来看。")
    author.locator("#price").fill("35.5")
    author.locator("button.button--send").click()
    author.wait_for_url("**/api/my/posts/P*")
    expect(author.locator(".notice")).to_contain_text("已提交，等待审核")
    expect(author.locator(".photos__list img")).to_have_count(1)
    address = author.url.split("?")[0]
    public = address.replace("/my/posts/", "/board/")

    # The desk asks for a change; its reason and its words reach the author.
    desk = visit(DESK)
    enter(desk, portal, "desk")
    section(desk, "信息栏审核")
    look(desk, "board-desk-list")
    desk.get_by_role("link", name="转让台灯").click()
    act(desk, "ask_change", reason="says-too-little", words="请写明高度")
    expect(desk.locator(".timeline")).to_contain_text("请修改：写得太简单")
    neighbour = visit(PHONE)
    assert neighbour.goto(public).status == 404  # type: ignore[union-attr]
    author.reload()
    expect(author.locator("main")).to_contain_text("请写明高度")
    author.get_by_role("link", name="修改").click()
    author.locator("#text").fill("九成新，暖光，高 40 厘米。")
    author.locator("button.button--send").click()
    author.wait_for_url("**done=edited")
    desk.reload()
    press(desk, "通过，公开")

    # Anybody reads it, a neighbour reads how to reach the author, and reports it by one tap.
    neighbour.goto("/board/")
    neighbour.get_by_role("link", name="看“桂花里”的信息").click()
    neighbour.get_by_role("link", name="转让台灯").click()
    expect(neighbour.locator("main")).to_contain_text("35.50 元")
    expect(neighbour.locator("main")).not_to_contain_text(AUTHOR)
    look(neighbour, "board-public")
    sign_in(visit, neighbour, NEIGHBOUR, "zh")
    neighbour.goto(public)
    expect(neighbour.locator(f"a[href='tel:{AUTHOR.replace('-', '')}']")).to_be_visible()
    press(neighbour, "举报这条信息")
    expect(neighbour.locator(".notice")).to_contain_text("已经告诉值班台")
    no_wider_than_the_phone(neighbour)
    desk.reload()
    expect(desk.locator(".notice--bad")).to_contain_text("有 1 位住户举报")
    press(desk, "没问题，保留")

    # What is public stands until the change is approved.
    author.goto(f"{address}/edit")
    author.locator("#price").fill("30")
    author.locator("button.button--send").click()
    author.wait_for_url("**done=edited")
    expect(author.locator(".notice--major")).to_contain_text("公开的还是原来的内容")
    look(author, "board-mine-changed")
    neighbour.goto(public)
    expect(neighbour.locator("main")).to_contain_text("35.50 元")
    desk.reload()
    look(desk, "board-desk-change")
    press(desk, "通过，公开")
    neighbour.reload()
    expect(neighbour.locator("main")).to_contain_text("30 元")

    # Renewed to tomorrow, it ends when tomorrow is over.
    author.goto(address)
    tomorrow = today() + timedelta(days=1)
    author.locator("#do-renew summary").click()
    author.locator("#renew-until").fill(f"{tomorrow:%Y-%m-%d}")
    press(author, "续期")
    expect(author.locator(".post-state")).to_contain_text(f"{tomorrow.month}月{tomorrow.day}日")
    end = (tomorrow + timedelta(days=1)).replace(hour=0, minute=1)
    portal._command("tests.journeys.run_at", "expire_posts", f"{end:%Y-%m-%dT%H:%M}")
    assert neighbour.goto(public).status == 404  # type: ignore[union-attr]
    author.goto(address)
    expect(author.locator(".state")).to_have_text("已到期")
    look(author, "board-mine-ended")
    assert "Everything is as it must be" in portal.fsck()


def test_the_board_can_be_read_and_searched_without_scripts(visit: Visit) -> None:
    page = visit(PHONE, scripts=False, dark=True)
    page.goto("/board/")
    page.get_by_role("link", name="看“望江苑”的信息").click()
    assert page.locator(".post-line").count() >= 5
    page.locator("#words").fill("自行车")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".post-line")).to_have_count(1)
    page.get_by_role("link", name="出租", exact=True).click()
    expect(page.locator(".board-empty")).to_contain_text("没有找到")
    page.get_by_role("link", name="从头看").click()
    expect(page.locator(".post-line")).to_have_count(1)
    page.get_by_role("link", name="两居室").click()
    expect(page.locator("main")).to_contain_text("登录后可见")
