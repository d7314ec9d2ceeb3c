"""Everybody of the staff at their own screen, from the front door to the end of their errand: what they can do, and what they
cannot see."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.front_door import come_in
from tests.journeys.portal import Portal
from tests.journeys.test_duty import look, section
from tests.journeys.test_journeys import act, number_on, send
from tests.pictures import photo

Visit = Callable[..., Page]
COMMUNITY = "river-view"


def phone_of(last: int) -> str:
    """A telephone of the people in the file of the community."""
    return f"000-0000-0{last}"


def filed(visit: Visit, category: str = "C2", building: str = "east") -> str:
    """A resident's case; gives its number."""
    page = visit(PHONE)
    page.goto("/file/repair/")
    page.locator(f"input[name=category][value={category}]").check(force=True)
    page.locator("select[name=building]").select_option(f"{COMMUNITY}/{building}")
    page.locator("input[name=home]").fill("2604")
    page.locator("textarea[name=what]").fill("厨房的灯不亮")
    page.locator("input[name=phone]").fill("000-0000-0903")
    send(page)
    return number_on(page)


def pages_of(page: Page) -> list[str]:
    """The pages that are offered at the top."""
    return page.locator(".staff-nav a").all_inner_texts()


def refuses(page: Page, *addresses: str) -> None:
    """These pages are not open to whoever is signed in, and each leads back to what is."""
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403, address
        expect(page.get_by_role("link", name="您在这里能做什么")).to_be_visible()


def narrow(page: Page) -> None:
    """Nothing has to be pushed sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_clerk_files_for_a_caller_by_keyboard_in_less_than_a_minute(visit: Visit, portal: Portal) -> None:
    portal._command("tests.journeys.move_in", COMMUNITY, "east", "", "1203", "江岸", "000-0000-0931")
    page = visit(DESK)
    come_in(page, visit(DESK), phone_of(212), by_keyboard=True)
    page.wait_for_url("**/api/staff/queue**")
    look(page, "desk-queue")
    section(page, "电话登记")
    began, keys = time.monotonic(), 0

    def press(*names: str) -> None:
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    def write(text: str) -> None:
        nonlocal keys
        page.keyboard.type(text)
        keys += len(text)

    expect(page.locator("#typed")).to_be_focused()
    write("1203")
    expect(page.locator("#homes")).to_contain_text("1203")
    press("Enter")
    expect(page.locator("#chosen")).to_be_visible()
    for _ in range(12):
        if page.evaluate("document.activeElement.closest('#field-category') !== null"):
            break
        press("Tab")
    write("C1")
    expect(page.locator("#categories [aria-selected=true]")).to_contain_text("漏水")
    press("Enter")
    for _ in range(6):
        if page.evaluate("document.activeElement.id") == "what":
            break
        press("Tab")
    write("厨房水管爆了")
    expect(page.locator("#promise")).to_contain_text("到场", timeout=15_000)
    look(page, "desk-caller")
    with page.expect_navigation():
        press("Control+Enter")
    expect(page.locator(".notice--good")).to_contain_text("请告诉来电的人")
    took = time.monotonic() - began
    print(f"filed for a caller with {keys} keys in {took:.1f} s")
    assert keys <= 30
    assert took < 60
    look(page, "desk-filed")
    assert page.locator("#do-decide_extension, #do-propose").count() == 0


def test_a_technician_on_a_thin_line_is_there_with_one_tap_and_resolves_with_a_photo(
    visit: Visit, portal: Portal, tmp_path: Path
) -> None:
    number = filed(visit)
    page = visit(PHONE)
    come_in(page, visit(DESK), phone_of(220))
    line = page.context.new_cdp_session(page)
    one_bar = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 15_000}
    line.send("Network.emulateNetworkConditions", one_bar)
    look(page, "technician-queue")
    narrow(page)
    page.locator(f"a[href*='{number}']").click()
    with page.expect_navigation():
        page.locator("#do-arrive button[type=submit]").click()
    expect(page.locator(".state").first).to_contain_text("已到场")
    picture = tmp_path / "after.jpg"
    picture.write_bytes(photo(800, 600))
    box = page.locator("#do-resolve")
    box.locator("textarea").fill("换了灯座，已经亮了。")
    box.locator("input[type=file]").set_input_files(picture)
    look(page, "technician-case")
    narrow(page)
    box.locator("button[type=submit]").click()
    expect(page.locator(".state").first).to_contain_text("已办好", timeout=30_000)
    expect(page.locator(".photos img, .photo img, main img").first).to_be_visible()
    assert page.locator("#do-decide_extension, #do-join").count() == 0
    assert "审" not in " ".join(pages_of(page))
    assert page.goto("/api/staff/cases/261101-000001").status == 404  # type: ignore[union-attr]


def test_a_queue_that_stands_open_looks_again_and_its_figures_follow_its_rows(
    visit: Visit,
) -> None:
    page = visit(DESK)
    come_in(page, visit(DESK), phone_of(217))
    page.goto("/api/staff/queue?list=all")
    figure = page.locator("[data-count=all]")
    expect(figure).not_to_be_empty()
    before = int(figure.inner_text())
    number = filed(visit)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url.rpartition("/")[2]))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(f"tr[data-number='{number}']")).to_be_visible()
    expect(figure).to_have_text(str(before + 1))
    assert [one for one in asked if one != "now"] == ["queue?list=all", "counts"]
    page.locator("h1").hover()
    page.mouse.down()
    later = filed(visit)
    with page.expect_response(lambda one: "list=all" in one.url):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(figure).to_have_text(str(before + 1))
    expect(page.locator(f"tr[data-number='{later}']")).to_have_count(0)
    page.mouse.up()
    expect(page.locator(f"tr[data-number='{later}']")).to_be_visible()
    expect(figure).to_have_text(str(before + 2))


def test_a_queue_is_looked_at_again_often_while_somebody_is_at_it_and_seldom_where_it_only_stands_open(
    visit: Visit,
) -> None:
    page = visit(DESK)
    come_in(page, visit(DESK), phone_of(217))
    page.clock.install()
    page.goto("/api/staff/queue?list=all")
    expect(page.locator("#fresh")).to_contain_text("有人用时每 30 秒更新，没人动时每 2 分钟")
    page.evaluate(
        "asked = counted = 0; ask = fetch; fetch = (what) => {"
        "  asked += String(what).includes('queue?'); counted += String(what).includes('counts=yes');"
        "  return ask(what)}"
    )

    def looks(minutes: float) -> int:
        before = page.evaluate("asked")
        page.clock.run_for(int(minutes * 60_000))
        return int(page.evaluate("asked")) - int(before)

    assert looks(5) in (9, 10), "half a minute apart for five minutes after the page came"
    assert page.evaluate("counted") in (2, 3), "the lists are counted every two minutes"
    assert looks(20) in (10, 11), "then two minutes"
    while not looks(5 / 60):
        pass
    assert looks(1) == 0
    before = page.evaluate("asked")
    page.mouse.move(5, 5)
    assert page.evaluate("asked") == before + 1, "who comes back sees at once how it stands"
    page.mouse.move(9, 9)
    assert page.evaluate("asked") == before + 1
    assert looks(5) in (9, 10)


def test_assistant_cleaner_and_guard_work_on_a_phone_in_the_dark(visit: Visit, portal: Portal) -> None:
    number = filed(visit)
    outbox = visit(DESK)
    assistant = visit(PHONE)
    come_in(assistant, outbox, phone_of(217))
    expect(assistant.locator(".list-tabs [aria-current]")).to_contain_text("我的")
    narrow(assistant)
    assistant.goto(f"/api/staff/cases/{number}")
    act(assistant, "reply", words="师傅在路上，十分钟到。")
    expect(assistant.locator(".timeline")).to_contain_text("师傅在路上")
    assert assistant.locator("#do-decide_extension, #do-join, #do-propose").count() == 0
    look(assistant, "assistant-case")

    cleaner = visit(PHONE, dark=True)
    come_in(cleaner, outbox, phone_of(223))
    narrow(cleaner)
    look(cleaner, "cleaner-queue")
    section(cleaner, "责任记录")
    expect(cleaner.locator("main")).not_to_contain_text("望小修")
    assert cleaner.locator("#do-note_cause, #do-decide").count() == 0

    guard = visit(PHONE, dark=True)
    come_in(guard, outbox, phone_of(222))
    section(guard, "突发事件")
    guard.locator("input[name=plan][value=fire]").check(force=True)
    guard.locator("select[name=building]").select_option("east")
    guard.locator("input[name=place]").fill("12 层电井")
    guard.locator("textarea[name=what]").fill("电井冒烟")
    narrow(guard)
    look(guard, "guard-emergency")
    with guard.expect_navigation():
        guard.get_by_role("button", name="登记，开始计时").click()
    with guard.expect_navigation():
        guard.locator(".plan__form button").first.click()
    expect(guard.locator(".plan__left")).to_have_text("还有 6 步")
    narrow(guard)
    look(guard, "guard-plan")


def test_supervisor_manager_and_general_manager_prove_it_twice_and_each_decides_what_is_theirs(
    visit: Visit, portal: Portal
) -> None:
    number = filed(visit, "C1")
    portal.tick(datetime.now(UTC) + timedelta(minutes=12))
    outbox = visit(DESK)
    supervisor = visit(DESK)
    come_in(supervisor, outbox, phone_of(215))
    section(supervisor, "责任记录")
    supervisor.locator(f"a[href*='{number}']").click()
    assert supervisor.locator("#do-decide").count() == 0
    act(supervisor, "note_cause", cause="dragged", words="等配件等了半小时")
    supervisor.goto(f"/api/staff/cases/{number}")
    later = datetime.now() + timedelta(days=3)  # noqa: DTZ005  what a person types into the form
    asked = {"clock": "resolve", "until": f"{later:%Y-%m-%dT%H:%M}", "words": "阀门要从厂家调"}
    if (
        supervisor.locator(
            "#do-ask_extension [name=clock][value=resolve], #do-ask_extension option[value=resolve]"
        ).count()
        == 0
    ):
        asked["clock"] = "arrive"
    act(supervisor, "ask_extension", **asked)
    assert supervisor.locator("#do-decide_extension").count() == 0

    manager = visit(DESK)
    come_in(manager, outbox, phone_of(211))
    manager.goto(f"/api/staff/cases/{number}")
    act(manager, "decide_extension", approved="yes", words="同意，先关阀门")
    expect(manager.locator("main")).to_contain_text("原来承诺")
    manager.goto("/api/staff/accountability")
    manager.locator(f"a[href*='{number}']").click()
    act(manager, "decide", consequence="spoken_warning", words="下次先打电话给我")
    expect(manager.locator(".timeline")).to_contain_text("决定：口头警告")

    portal._command("tests.journeys.take_up", COMMUNITY, "general_manager", "000-0000-0941", "望长远")
    general = visit(DESK)
    come_in(general, outbox, "000-0000-0941")
    expect(general.locator(".staff-bar")).to_contain_text("总经理 望长远")
    general.goto(f"/api/staff/cases/{number}")
    assert general.locator("#do-decide_extension, #do-pass_upward").count() == 0
    general.goto("/api/staff/figures")
    look(general, "general-figures")


def test_who_only_looks_sees_what_is_theirs_and_changes_nothing(visit: Visit, portal: Portal) -> None:
    number = filed(visit)
    outbox = visit(DESK)
    for role, phone, name in (
        ("monitor", "000-0000-0942", "望细看"),
        ("editor", "000-0000-0943", "望落笔"),
        ("owners_committee", "000-0000-0944", "望公道"),
    ):
        portal._command("tests.journeys.take_up", COMMUNITY, role, phone, name)
    monitor = visit(DESK)
    come_in(monitor, outbox, "000-0000-0942")
    monitor.goto(f"/api/staff/cases/{number}")
    expect(monitor.locator("main")).to_contain_text(number)
    assert monitor.locator("main form:not([action$='/session/end'])").count() == 0
    assert monitor.get_by_role("heading", name="联系业主").count() == 0
    look(monitor, "monitor-case")
    refuses(monitor, "/api/staff/file", "/api/staff/report/emergency")

    editor = visit(DESK)
    come_in(editor, outbox, "000-0000-0943")
    expect(editor.locator(".lead")).to_contain_text("您负责网站上的文字")
    assert {"待办工单", "电话登记", "责任记录"}.isdisjoint(pages_of(editor))
    look(editor, "editor-start")
    refuses(editor, "/api/staff/queue", f"/api/staff/cases/{number}", "/api/staff/accountability")
    look(editor, "editor-refused")

    committee = visit(DESK)
    come_in(committee, outbox, "000-0000-0944")
    expect(committee.locator("h1")).to_have_text("承诺兑现")
    expect(committee.locator(".figures")).to_contain_text("收到的工单")
    assert number not in committee.locator("main").inner_text()
    look(committee, "committee-figures")
    refuses(committee, "/api/staff/queue", f"/api/staff/cases/{number}", "/api/staff/stuck")
