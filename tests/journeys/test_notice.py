"""A notice from the file that somebody adds to what residents read, and its end: without a person, at its moment."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import feedparser
import pytest
from playwright.sync_api import Browser, Page, expect

from chalicelib.domain.standards import Rulebook
from generator.notices.publishing import publish
from generator.places import Places
from infra.local.notices import NoticeKeeper
from tests.site.writing import Checkout, china, notice

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(tmp_path: Path, rulebook: Rulebook) -> Checkout:
    """A copy of the built site, with no notices of its own."""
    built, places = Places(ROOT), Places(tmp_path)
    shutil.copytree(built.site, places.site)
    shutil.copytree(built.notice_frames, places.notice_frames)
    places.compiled.mkdir(parents=True)
    for frame in built.compiled.glob("frame.*.html"):
        shutil.copy(frame, places.compiled)
    for language in ("zh", "en"):
        (places.docs / language / "notices").mkdir(parents=True)
    return Checkout(places, rulebook)


@pytest.fixture
def address(site: Checkout) -> Iterator[str]:
    """Where the copy answers."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(site.places.site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_notice_is_added_read_subscribed_to_and_gone_at_its_moment(
    site: Checkout, address: str, browser: Browser
) -> None:
    now = china("2026-11-24T08:00")
    clock = {"now": now}

    def put() -> bool:
        publish(site.places, site.book, clock["now"])
        return True

    folders = tuple(site.places.docs / language / "notices" for language in ("zh", "en"))
    put()
    keeper = NoticeKeeper(put, site.places.notice_state, folders)
    page: Page = browser.new_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(f"{address}/notices/")
    expect(page.locator("main")).to_contain_text("现在没有这类通知")

    text = notice(
        "周六停水", published="2026-11-24 09:00", valid_until="2026-11-28 13:00", communities="桂花里"
    )
    site.write("zh", "water", text)
    site.write("en", "water", "---\ntitle: No water on Saturday\n---\nFor three hours.\n")
    assert keeper.look(now)
    page.reload()
    expect(page.locator("main")).not_to_contain_text("周六停水")

    clock["now"] = china("2026-11-24T09:00")
    assert keeper.look(clock["now"])
    page.goto(address)
    page.get_by_role("link", name="周六停水").click()
    expect(page.locator("h1")).to_have_text("周六停水")
    page.get_by_role("link", name="English").first.click()
    expect(page.locator("h1")).to_have_text("No water on Saturday")
    page.goto(f"{address}/notices/")
    page.get_by_role("link", name="望江苑").first.click()
    expect(page.locator("main")).to_contain_text("现在没有这类通知")
    page.get_by_role("navigation", name="按小区看").get_by_role("link", name="桂花里").click()
    page.get_by_role("navigation", name="按类别看").get_by_role("link", name="施工和检修").click()
    expect(page.locator(".notice-row")).to_have_count(1)
    assert [one.title for one in feedparser.parse(site.read("notices/feed.xml")).entries] == ["周六停水"]

    clock["now"] = china("2026-11-28T13:00")
    assert not keeper.look(clock["now"] - timedelta(seconds=1))
    assert keeper.look(clock["now"])
    page.reload()
    expect(page.locator("main")).to_contain_text("现在没有这类通知")
    page.get_by_role("link", name="以前的通知").first.click()
    page.get_by_role("link", name="11月").click()
    page.get_by_role("link", name="周六停水").click()
    expect(page.locator(".bulletin__over")).to_contain_text("已经到期")
    assert feedparser.parse(site.read("notices/feed.xml")).entries == []
    page.close()
