"""What opening a page is like on a telephone: the first sight of it in slow 3G, and what a search loads."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from chalice import Chalice

from infra.local.browser import find_chromium
from infra.local.places import SITE
from infra.local.server import Origin, listening_socket, make_server
from tests.bench.measuring import Row

PAGES = {"home": "/", "form": "/file/repair/"}
# What browsers call "slow 3G": 400 kbit/s either way, 400 ms there and back.
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SEEN_WITHIN = 3000


def opening() -> Iterator[Row]:
    """The rows about pages of the built site, as `make run` serves it."""
    with site() as origin:
        for name, path in PAGES.items():
            seen = median(first_sight(origin + path) for _ in range(3))
            yield Row(
                f"first sight of the {name} in slow 3G",
                f"{seen / 1000:.1f} s",
                "within 3 s",
                seen <= SEEN_WITHIN,
            )
    yield searching()


@contextmanager
def site() -> Iterator[str]:
    """The origin of the built site, served as on this machine."""
    listening = listening_socket(0)
    server = make_server(Origin(Chalice(app_name="none")), listening)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.close()
    server.task_dispatcher.shutdown()


def first_sight(address: str) -> float:
    """Milliseconds until something of the page is painted, nothing of it being there before."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", SLOW_3G)
        page.goto(address, wait_until="load")
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        browser.close()
    return float(painted)


def searching(site: Path = SITE) -> Row:
    """What the beginning of the index and its files weigh, as they are sent."""
    folder = site / "find" / "zh"
    start = json.loads((folder / "index.json").read_text("utf-8"))
    sizes = [len(gzip.compress(one.read_bytes(), 9)) for one in (folder / start["build"]).glob("t*.json")]
    begin = len(gzip.compress((folder / "index.json").read_bytes(), 9))
    figures = f"begins with {begin / 1024:.1f} KB, then files of at most {max(sizes) / 1024:.1f} KB, one or two a word"
    return Row("index of the search in Chinese", figures, "nothing before the first search", None)
