"""The scripts of the site in a real browser, with a network that is told what to do."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from generator.places import Places

PREVIEW = {
    "clocks": [
        {
            "clock": "arrive",
            "clock_words": {"zh": "到场", "en": "On site"},
            "due": "2026-11-24T02:27:00Z",
            "due_words": {"zh": "今天 10:27", "en": "today 10:27"},
            "standard": "C0",
            "provisional": True,
        }
    ],
    "words": {"zh": "今天 10:27 前到场", "en": "On site by today 10:27"},
}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
RECEIPT = "/track/"  # any page that exists: where the browser goes is what matters here


@pytest.fixture
def page(browser: Browser, origin: str) -> Iterator[Page]:
    """A phone on which nothing may be blocked or break."""
    context = browser.new_context(base_url=origin, viewport={"width": 390, "height": 844})
    opened = context.new_page()
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.on(
        "console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None
    )
    opened.route("**/api/v1/preview?*", lambda route: route.fulfill(json=PREVIEW))
    yield opened
    context.close()
    assert broken == []


def going_on(zone: str) -> dict[str, object]:
    """Something that goes on until half past midnight UTC, in a community of this zone."""
    title = {"zh": "桂花里停水", "en": "No water: Osmanthus Lane"}
    told = {"id": "261126-0000abcd", "kind": "water", "hazard": False, "community": "osmanthus-lane"}
    rest = {"buildings": [], "state": "working", "title": title, "news": title}
    return {**told, **rest, "expects": "2030-01-01T00:30:00Z", "zone": zone}


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Shanghai", "预计 1/1 08:30 恢复"),
        ("America/New_York", "预计 12/31 19:30 恢复"),
        ("Mars/Olympus", "恢复"),  # a browser that does not know it goes by its own clock
    ],
)
def test_what_goes_on_is_said_by_the_clock_of_its_community(page: Page, zone: str, said: str) -> None:
    page.route("**/api/v1/now", lambda route: route.fulfill(json={"items": [going_on(zone)]}))
    page.goto("/")
    expect(page.locator("#now")).to_contain_text(said)


def fill(page: Page) -> None:
    """A repair that lacks nothing."""
    page.goto("/file/repair/")
    page.locator("input[value=C2]").check()
    page.select_option("#building", index=1)
    page.fill("#home", "1-1803")
    page.fill("#what", "水龙头滴水")
    page.fill("#name", "李女士")
    page.fill("#phone", "13800138000")


def test_every_page_fits_a_phone_and_breaks_no_policy(page: Page, built: Places) -> None:
    for path in sorted(built.site.rglob("index.html")):
        page.goto("/" + path.relative_to(built.site).as_posix().removesuffix("index.html"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_what_is_promised_is_shown_before_sending(page: Page) -> None:
    fill(page)
    preview = page.locator("#preview")
    expect(preview).to_contain_text("到场")
    expect(preview).to_contain_text("今天 10:27")
    expect(preview).to_contain_text("还没有公布放假安排")


def test_only_the_questions_of_the_category_are_asked(page: Page) -> None:
    page.goto("/file/repair/")
    page.locator("input[value=C2]").check()
    expect(page.locator("#home")).to_be_visible()
    expect(page.locator("#place")).to_be_hidden()
    page.locator("input[value=C5]").check()
    expect(page.locator("#home")).to_be_hidden()
    expect(page.locator("#place")).to_be_visible()


def test_a_draft_survives_a_reload_without_name_and_telephone(page: Page) -> None:
    fill(page)
    page.wait_for_timeout(600)
    kept = page.evaluate("JSON.stringify({...localStorage})")
    assert "水龙头滴水" in kept
    assert "13800138000" not in kept
    assert "李女士" not in kept
    page.reload()
    expect(page.locator("#what")).to_have_value("水龙头滴水")
    expect(page.locator("#phone")).to_have_value("")


def test_a_lost_answer_is_sent_again_with_the_same_key(page: Page) -> None:
    keys: list[str] = []

    def answer(route: Route) -> None:
        keys.append(parse_qs(route.request.post_data or "")["idempotency_key"][0])
        if len(keys) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(status=201, json={"number": "1", "link": "x", "receipt": RECEIPT})

    page.route("**/api/file/repair", answer)
    fill(page)
    page.click("button[type=submit]:visible")
    expect(page.locator("#sending")).to_contain_text("正在重试")
    page.wait_for_url(f"**{RECEIPT}")
    assert len(keys) == 2
    assert keys[0] == keys[1] != ""
    assert page.evaluate("localStorage.getItem('shounuo.draft.repair')") is None


def test_two_taps_send_once(page: Page) -> None:
    sent: list[Route] = []
    page.route("**/api/file/repair", lambda route: sent.append(route))
    fill(page)
    page.locator(".button--send").evaluate("button => { button.click(); button.click(); }")
    page.wait_for_timeout(300)
    assert len(sent) == 1
    sent[0].fulfill(status=201, json={"number": "1", "link": "x", "receipt": RECEIPT})
    page.wait_for_url(f"**{RECEIPT}")


def test_photographs_are_shrunk_and_sent_after_the_case_is_filed(page: Page, built: Places) -> None:
    form = (built.site / "file" / "repair" / "index.html").read_text("utf-8")
    if "data-photos" not in form:  # a site built where nothing takes photographs
        form = form.replace('data-kind="repair"', 'data-kind="repair" data-photos="3"').replace(
            "</form>\n", '</form><script src="/scripts/photos.js" defer></script>', 1
        )
        form = form.replace(
            '<section class="preview"', '<div id="photos-here"></div><section class="preview"', 1
        )
    page.route("**/file/repair/", lambda route: route.fulfill(body=form, content_type="text/html"))
    order: list[str] = []

    def answer(route: Route) -> None:
        path = route.request.url.split("/", 3)[3]
        order.append(path)
        if path == "api/file/repair":
            route.fulfill(status=201, json={"number": "1", "link": "x", "receipt": RECEIPT})
        elif path.endswith("/photos"):
            assert json.loads(route.request.post_data or "")["type"] == "image/jpeg"
            route.fulfill(
                status=201,
                json={"url": "/store", "fields": {"key": "k"}, "done": "/api/v1/track/x/photos/1/done"},
            )
        else:
            route.fulfill(status=200, json={})

    for path in ("**/api/file/repair", "**/api/v1/track/x/**", "**/store"):
        page.route(path, answer)
    fill(page)
    picture = {"name": "a.png", "mimeType": "image/png", "buffer": base64.b64decode(PIXEL)}
    page.set_input_files("#photos", [picture] * 4)  # type: ignore[list-item]
    expect(page.locator("#photos-error")).to_contain_text("最多 3 张")
    page.get_by_role("button", name="去掉第 1 张照片").click()
    page.get_by_role("button", name="去掉第 1 张照片").click()
    page.click(".button--send")
    page.wait_for_url(f"**{RECEIPT}")
    assert order == ["api/file/repair", "api/v1/track/x/photos", "store", "api/v1/track/x/photos/1/done"]


def test_mistakes_are_named_beside_the_field_and_above_the_form(page: Page) -> None:
    problem = {
        "title": "有几处要改一下",
        "status": 422,
        "errors": [
            {"field": "phone", "message": "这个号码好像不对。"},
            {"field": "", "message": "请再看一遍。"},
        ],
    }
    page.route(
        "**/api/file/repair",
        lambda route: route.fulfill(
            status=422, body=json.dumps(problem), content_type="application/problem+json"
        ),
    )
    fill(page)
    page.click(".button--send")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("请再看一遍。")
    expect(page.locator("#phone-error")).to_have_text("这个号码好像不对。")
    expect(page.locator("#phone")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#what")).to_have_value("水龙头滴水")
    summary.get_by_role("link", name="这个号码好像不对。").click()
    expect(page.locator("#phone")).to_be_focused()
