"""Lighthouse's scores of the pages that residents open most, on a telephone, with few notices and with many.

The whole portal of this machine answers, its demonstration in it. Lighthouse draws its conclusions from how long the page kept
this machine busy: what else runs beside it takes points from the performance, and never adds any.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from infra.local.browser import find_chromium
from infra.local.places import NODE_MODULES
from infra.local.tools import find_npm
from tests.bench.checkouts import checkout
from tests.bench.measuring import Row
from tests.journeys.portal import Portal

SIZES = (50, 1_000)
PAGES = {
    "home": "/",
    "standards": "/promises/repairs/",
    "form": "/file/repair/",
    "notice": "/notices/n-0000/",
    "board": "/board/",
    "what stands on the board": "/api/board?lang=zh",
}
# What residents write for their neighbours is kept out of search engines on purpose.
NOT_FOR_SEARCH_ENGINES = "what stands on the board"
AREAS = ("performance", "accessibility", "best-practices", "seo")
# How quick Lighthouse found this machine just then: where it differs from page to page, something else ran beside it.
MACHINE = "machine"
ROUNDS = 5
TRIES = 3


def lighthouse() -> Iterator[Row]:
    """A row for each kind of page."""
    found = {count: portal_with(count) for count in SIZES}
    for name in PAGES:
        areas = [area for area in AREAS if area in found[SIZES[0]][name]]
        figures = "; ".join(
            f"{count:,} notices: "
            + ", ".join(f"{area} {found[count][name][area]:.0f}" for area in areas)
            + f" (the machine {found[count][name][MACHINE]:,.0f})"
            for count in SIZES
        )
        scores = [found[count][name] for count in SIZES]
        reached = all(one["performance"] >= 99 for one in scores)
        reached &= all(one[area] == 100 for one in scores for area in areas[1:])
        yield Row(
            f"Lighthouse on a telephone, {name}",
            f"{figures}; medians of {ROUNDS}",
            "performance 99, the others 100",
            reached,
        )


def portal_with(count: int) -> dict[str, dict[str, float]]:
    """The medians of each page's scores where there are so many notices."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "checkout"
        checkout(root, count)
        portal = Portal(Path(folder) / "var", root=root)
        portal.start()
        try:
            return {name: scores_of(portal.origin + path, areas_of(name)) for name, path in PAGES.items()}
        finally:
            portal.stop()


def areas_of(name: str) -> tuple[str, ...]:
    """In what a page is judged."""
    return AREAS[:-1] if name == NOT_FOR_SEARCH_ENGINES else AREAS


def scores_of(address: str, areas: tuple[str, ...]) -> dict[str, float]:
    """The medians of some runs, 0 to 100, and of the machine's speed."""
    runs = [run(address, areas) for _ in range(ROUNDS)]
    return {one: median(found[one] for found in runs) for one in (*areas, MACHINE)}


def run(address: str, areas: tuple[str, ...]) -> dict[str, float]:
    """The scores of one run, and how quick the machine was. Raises AssertionError with Lighthouse's own words."""
    npm, chromium = find_npm(), find_chromium()
    assert npm is not None and chromium is not None
    command = [str(npm.with_name("node")), str(NODE_MODULES / "lighthouse" / "cli" / "index.js"), address]
    command += ["--quiet", "--output=json", f"--only-categories={','.join(areas)}"]
    command += ["--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage"]
    environment = {**os.environ, "CHROME_PATH": str(chromium)}
    for _ in range(TRIES):  # on a busy machine it may miss the beginning of its own recording, and says so
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    scores = {area: 100 * told["categories"][area]["score"] for area in areas}
    return {**scores, MACHINE: told["environment"]["benchmarkIndex"]}
