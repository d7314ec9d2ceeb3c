"""A page can be read: on the narrowest screen, at twice the size, with the keyboard alone, by a screen reader, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.places import LANGUAGES, PREFIX

KINDS = (
    "",
    "file/repair/",
    "promises/repairs/",
    "promises/counting/",
    "communities/",
    "search/",
    "notices/",
    "track/",
)


@pytest.fixture
def page(browser: Browser, origin: str) -> Iterator[Page]:
    """A telephone."""
    context = browser.new_context(base_url=origin, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_at_320_pixels_and_at_twice_the_type(page: Page, language: str) -> None:
    """WCAG 1.4.10 and 1.4.4."""
    page.set_viewport_size({"width": 320, "height": 640})
    for path in KINDS:
        page.goto(PREFIX[language] + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.set_viewport_size({"width": 780, "height": 844})
    for path in KINDS:
        page.goto(PREFIX[language] + path)
        page.evaluate("document.documentElement.style.fontSize = '250%'")  # the theme's type is 125 %
        assert page.evaluate("document.documentElement.scrollWidth") <= 780, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_the_header_lies_over_something_else(page: Page, language: str) -> None:
    for width in (320, 360, 390, 480, 768, 1024, 1366):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto(PREFIX[language])
        boxes = page.evaluate(
            """() => [...document.querySelectorAll(".md-header__inner > :is(a, details)")]
                .map((one) => one.getBoundingClientRect()).filter((box) => box.width)
                .map((box) => [box.left, box.right, box.width, box.height])"""
        )
        assert page.locator(".md-header").evaluate("(one) => one.offsetHeight") <= 60, width
        for (_, right, *_), (left, *_) in pairwise(boxes):
            assert right <= left + 1, (width, boxes)
        for *_, wide, high in boxes:
            assert min(wide, high) >= 43.9, (width, boxes)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_menu_opens_with_the_keyboard_with_and_without_scripts(
    browser: Browser, origin: str, scripts: bool
) -> None:
    context = browser.new_context(
        base_url=origin, viewport={"width": 390, "height": 844}, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto("/promises/repairs/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    menu = page.get_by_role("navigation", name="菜单")
    expect(menu.get_by_role("link", name="报修时限")).to_be_visible()
    expect(menu.locator("[aria-current=page]")).to_have_text("报修时限")
    if scripts:
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(page.locator(".site-menu summary")).to_be_focused()
        page.keyboard.press("Enter")
        page.mouse.click(200, 800)
        expect(menu).to_be_hidden()
    context.close()


def test_the_skip_link_leads_to_the_text(page: Page) -> None:
    page.goto("/promises/repairs/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_its_way(page: Page, language: str) -> None:
    """One of each landmark, every navigation with a name of its own, one heading of the first level."""
    for path in KINDS:
        page.goto(PREFIX[language] + path)
        for landmark in ("banner", "main", "contentinfo"):
            expect(page.get_by_role(landmark)).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        names = page.locator("nav").evaluate_all(
            """(all) => all.map((one) => one.getAttribute("aria-label")
                || document.getElementById(one.getAttribute("aria-labelledby"))?.textContent)"""
        )
        assert all(names) and len(names) == len(set(names)), (path, names)


def test_paper_shows_the_text_and_not_the_menu(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto("/promises/repairs/")
    expect(page.locator("tr#C1")).to_be_visible()
    for away in (".md-header", ".md-tabs", ".md-footer"):
        expect(page.locator(away)).to_be_hidden()
    ink, paper = page.evaluate(
        """() => [getComputedStyle(document.querySelector("h1")).color,
            getComputedStyle(document.body).backgroundColor]"""
    )
    assert paper == "rgb(255, 255, 255)"
    assert sum(map(int, ink.removeprefix("rgb(").removesuffix(")").split(","))) < 200, (
        "dark ink, whatever the screen has"
    )
