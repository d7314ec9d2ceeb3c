"""One portal and one browser for all journeys; every page is watched for what must never happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.journeys.portal import Portal

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 900}


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that runs, with the demonstration in it; it ends with the last journey."""
    running = Portal(tmp_path_factory.mktemp("portal") / "var")
    running.start()
    yield running
    assert running.stop() == 0


class Watch:
    """Collects what must never happen: scripts that fail, what the policy refused, requests to other hosts."""

    def __init__(self, origin: str) -> None:
        self.host = urlsplit(origin).netloc
        # The photo store of one machine answers by its number.
        self.hosts = {self.host, self.host.replace("localhost", "127.0.0.1")}
        self.seen: list[str] = []

    def on(self, page: Page) -> None:
        """Watches a page."""
        page.on("pageerror", lambda error: self.seen.append(f"script error: {error}"))
        page.on(
            "console",
            lambda m: self.seen.append(f"console: {m.text}") if "Content Security" in m.text else None,
        )
        page.on("request", self._request)

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.netloc not in self.hosts:
            self.seen.append(f"request to another host: {address.netloc}")


@pytest.fixture
def visit(browser: Browser, portal: Portal) -> Iterator[Callable[..., Page]]:
    """Opens a page: `visit()` gives a phone's, Chinese, with scripts; any of it can be chosen."""
    watch = Watch(portal.origin)
    contexts: list[BrowserContext] = []

    def open_page(
        size: dict[str, int] = PHONE, language: str = "zh-CN", scripts: bool = True, dark: bool = False
    ) -> Page:
        context = browser.new_context(
            base_url=portal.origin,
            viewport={"width": size["width"], "height": size["height"]},
            locale=language,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch.on(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.seen == []


@contextmanager
def no_network(page: Page) -> Iterator[None]:
    """The telephone has no signal."""
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)
