"""What people do with the portal, from end to end, in a real browser against the whole thing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, no_network
from tests.journeys.portal import Portal

Visit = Callable[..., Page]
NUMBER = re.compile(r"\d{6}-\d{6}")


def fill_repair(page: Page, category: str = "C1", what: str = "厨房水管爆了，水流到客厅") -> None:
    """Fills the repair form as a resident does."""
    page.goto("/file/repair/")
    page.locator(f"input[name=category][value={category}]").check(force=True)
    page.locator("select[name=building]").select_option(index=1)
    if page.locator("input[name=home]").is_visible():
        page.locator("input[name=home]").fill("3 单元 201")
    if category[1] in "4567" and page.locator("input[name=place]").is_visible():
        page.locator("input[name=place]").fill("南门")
    page.locator("textarea[name=what]").fill(what)
    page.locator("input[name=phone]").fill("000-0000-0901")


def send(page: Page) -> str:
    """Sends the form, waits for the receipt and gives the tracking address."""
    page.locator("button[type=submit].button--send").click()
    page.wait_for_url("**/receipt")
    return page.url.removesuffix("/receipt")


def enter(page: Page, portal: Portal, role: str) -> None:
    """A member of staff enters with a code."""
    page.goto("/staff/")
    page.locator("input[name=code]").fill(portal.entry_code(role))
    page.get_by_role("button", name="进入").click()
    page.wait_for_url("**/api/staff/**")


def number_on(page: Page) -> str:
    """The case number that a page shows."""
    found = NUMBER.search(page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    return found.group(0)


def act(page: Page, verb: str, **values: str) -> None:
    """Uses one verb on a case's page."""
    box = page.locator(f"#do-{verb}")
    if box.evaluate("e => e.tagName === 'DETAILS' && !e.open"):
        box.locator("summary").click()
    for name, value in values.items():
        field = box.locator(f"[name={name}]").first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "radio":
            box.locator(f"[name={name}][value='{value}']").check(force=True)
        else:
            field.fill(value)
    with page.expect_navigation():
        box.locator("button[type=submit]").click()


def test_a_resident_files_a_burst_pipe_without_scripts_and_reads_the_promise(visit: Visit) -> None:
    page = visit(PHONE, scripts=False)
    fill_repair(page)
    send(page)
    said = page.locator("main").inner_text()
    assert NUMBER.search(said)
    assert "到场" in said
    assert page.locator("svg").count() > 0


def test_a_resident_sees_the_promise_before_sending_and_again_after(visit: Visit) -> None:
    page = visit(PHONE)
    fill_repair(page)
    expect(page.locator("#preview")).to_contain_text("到场")
    before = re.search(r"\d{1,2}:\d{2}", page.locator("#preview").inner_text())
    link = send(page)
    assert before
    page.goto(link)
    expect(page.locator(".clock").first).to_contain_text("到场")
    expect(page.locator(".clock__left").first).to_contain_text("还剩")


def test_a_form_with_mistakes_comes_back_with_the_values_kept(visit: Visit) -> None:
    for scripts in (False, True):
        page = visit(PHONE, scripts=scripts)
        fill_repair(page, what="水管爆了")
        page.locator("input[name=phone]").fill("12ab")
        page.locator("button[type=submit].button--send").click()
        expect(page.locator(".error-summary")).to_be_visible()
        expect(page.locator("#field-phone .field-error")).to_be_visible()
        assert page.locator("textarea[name=what]").input_value() == "水管爆了"
        assert page.locator("input[name=phone]").input_value() == "12ab"


def test_a_draft_outlives_a_reload_but_never_holds_the_telephone_number(visit: Visit) -> None:
    page = visit(PHONE)
    fill_repair(page, what="水龙头一直滴水")
    page.wait_for_timeout(800)
    page.reload()
    expect(page.locator("textarea[name=what]")).to_have_value("水龙头一直滴水")
    assert page.locator("input[name=phone]").input_value() == ""
    assert "0901" not in page.evaluate("JSON.stringify(localStorage)")


def test_what_is_sent_without_a_signal_is_kept_and_sent_once_when_it_returns(
    visit: Visit, portal: Portal
) -> None:
    page = visit(PHONE)
    fill_repair(page, what="没有信号时提交的报修")
    expect(page.locator(".preview")).to_be_visible()
    with no_network(page):
        page.locator("button[type=submit].button--send").click(delay=300)  # a finger rests a moment
        expect(page.locator("#sending")).to_contain_text(re.compile("保存|重试|网络|信号"))
    page.wait_for_url("**/receipt", timeout=60_000)
    number = number_on(page)
    desk = visit(DESK)
    enter(desk, portal, "desk")
    assert desk.get_by_text(number).count() <= 1


def test_staff_work_a_case_with_the_mouse_and_the_resident_confirms_and_rates(
    visit: Visit, portal: Portal
) -> None:
    resident = visit(PHONE)
    fill_repair(resident, "C2", "书房的灯不亮")
    link = send(resident)
    number = number_on(resident)

    staff = visit(DESK)
    enter(staff, portal, "technician")
    staff.goto(f"/api/staff/cases/{number}")
    act(staff, "reply", words="马上到，大约十分钟。")
    act(staff, "arrive")
    act(staff, "note", words="灯座烧了，配件在库房。")
    act(staff, "resolve", words="换了灯座，已经亮了。")

    resident.goto(link)
    said = resident.locator("main").inner_text()
    assert "马上到，大约十分钟。" in said
    assert "换了灯座，已经亮了。" in said
    assert "配件在库房" not in said
    act(resident, "confirm")
    act(resident, "rate", speed="5", manner="5", quality="4")
    assert "5 / 5" in resident.locator("main").inner_text()


def test_a_case_left_alone_is_reminded_and_escalated_up_to_the_general_manager(
    visit: Visit, portal: Portal
) -> None:
    page = visit(PHONE)
    fill_repair(page, what="没有人来的漏水")
    link, number = send(page), number_on(page)
    filed = datetime.now(UTC)
    for minutes in (6, 11, 21, 41):
        portal.tick(filed + timedelta(minutes=minutes))
    staff = visit(DESK)
    enter(staff, portal, "manager")
    staff.goto(f"/api/staff/cases/{number}")
    history = staff.locator(".timeline").inner_text()
    for told in ("主管", "物业经理", "总经理"):
        assert told in history
    outbox = visit(DESK)
    outbox.goto("/_local/outbox")
    assert outbox.locator("body").inner_text().count(number) >= 5
    page.goto(link)
    assert "总经理" in page.locator(".timeline").inner_text()


def test_an_extension_is_asked_for_approved_and_seen_with_the_first_promise_beside_it(
    visit: Visit, portal: Portal
) -> None:
    resident = visit(PHONE)
    fill_repair(resident, "C5", "单元门禁读卡没反应")
    link, number = send(resident), number_on(resident)
    technician = visit(DESK)
    enter(technician, portal, "technician")
    technician.goto(f"/api/staff/cases/{number}")
    later = datetime.now() + timedelta(days=20)  # noqa: DTZ005  what a person types into the form
    act(
        technician,
        "ask_extension",
        clock="resolve",
        until=f"{later:%Y-%m-%dT%H:%M}",
        words="读卡器要从厂家调货",
    )
    assert technician.locator("#do-decide_extension").count() == 0
    manager = visit(DESK)
    enter(manager, portal, "manager")
    manager.goto(f"/api/staff/cases/{number}")
    act(manager, "decide_extension", approved="yes", words="同意，先装临时门铃")
    resident.goto(link)
    clock = resident.locator(".clock").filter(has_text="原来承诺")
    expect(clock).to_be_visible()
    assert f"{later.month}月{later.day}日" in clock.inner_text().replace(" ", "")


def test_after_kill_9_of_everything_nothing_is_lost(visit: Visit, portal: Portal) -> None:
    page = visit(PHONE)
    fill_repair(page, what="断电前一刻报的修")
    link, number = send(page), number_on(page)
    portal.kill_everything()
    portal.start()
    page.goto(link)
    assert number_on(page) == number
    assert "断电前一刻报的修" in page.locator("main").inner_text()
    assert "Everything is as it must be." in portal.fsck()


def test_a_resident_files_in_english(visit: Visit) -> None:
    page = visit(PHONE, language="en-GB")
    page.goto("/en/file/repair/")
    page.locator("input[name=category][value=C1]").check(force=True)
    page.locator("select[name=building]").select_option(index=1)
    page.locator("input[name=home]").fill("Unit 3, 201")
    page.locator("textarea[name=what]").fill("Burst pipe in the kitchen")
    page.locator("input[name=phone]").fill("000-0000-0901")
    send(page)
    assert "Burst" not in page.locator("h1").inner_text()
    assert page.locator("html").get_attribute("lang") == "en"
