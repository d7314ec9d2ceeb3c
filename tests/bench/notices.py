"""How the build grows with the number of notices, beside what the site tool needs for as many pages of its own.

Processor seconds are compared and not the clock's: a build reads and writes files for half a minute, and others run beside it.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.rulebook import load
from generator.notices.publishing import publish
from generator.places import Places
from tests.bench.checkouts import checkout, text
from tests.bench.measuring import Row

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
FEW, MANY = 50, 1_000
STOCK = """site_name: stock
docs_dir: pages
site_dir: site
theme: {name: material, language: zh, font: false}
plugins: [search: {lang: [zh, en]}]
markdown_extensions: [abbr, admonition, attr_list, md_in_html, tables, toc]
"""


def notices() -> Iterator[Row]:
    """Rows: against the stock build, growth, and the weight of pages."""
    with tempfile.TemporaryDirectory() as folder:
        first = seconds(lambda: stock_build(Path(folder) / "first"))
        many, many_step, heavy = built(Path(folder) / "many", MANY)
        few, few_step, light = built(Path(folder) / "few", FEW)
        second = seconds(lambda: stock_build(Path(folder) / "second"))
    stock = (first + second) / 2
    yield Row(
        f"build with {MANY:,} notices",
        f"{many:.1f} s of processor, {stock:.1f} s the stock build of {MANY:,} pages: {many / stock:.2f}",
        "at most a third",
        many <= stock / 3,
    )
    yield Row(
        "how it grows",
        f"{few:.1f} s with {FEW}, {many:.1f} s with {MANY:,}: {many / few:.1f} times "
        f"(the step that publishes notices {many_step / few_step:.1f} times)",
        "at most 21 times",
        max(many / few, many_step / few_step) <= 21,
    )
    yield Row(
        "heaviest page",
        f"{light:,} B with {FEW}, {heavy:,} B with {MANY:,}: {heavy / light:.3f}",
        "at most 1.05 times",
        heavy <= 1.05 * light,
    )


def built(root: Path, count: int) -> tuple[float, float, int]:
    """Processor seconds of a whole build, of its step for notices done again, and the bytes of the heaviest page."""
    checkout(root, count)
    whole = seconds(lambda: own_build(root))
    places = Places(root)
    book = load(places.docs / "rulebook")
    step = seconds(lambda: publish(places, book, NOW))
    return whole, step, max(path.stat().st_size for path in places.site.rglob("*.html"))


def own_build(root: Path) -> None:
    """The whole build as `make site` runs it: both languages, notices, lists, feeds, search, headers, every link checked."""
    environment = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONPATH": os.pathsep.join((str(root / "site"), str(root / "backend"))),
    }
    command = [sys.executable, "-m", "generator", "build", NOW.isoformat()]
    subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)


def stock_build(root: Path) -> None:
    """The site tool with its own theme and search, and nothing of ours."""
    pages = root / "pages"
    pages.mkdir(parents=True)
    (root / "mkdocs.yml").write_text(STOCK, "utf-8")
    (pages / "index.md").write_text("# 首页\n", "utf-8")
    for number in range(MANY):
        (pages / f"n-{number:04}.md").write_text(f"# 第 {number} 号通知\n\n" + text(number), "utf-8")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=root, env=environment, check=True)


def seconds(act: Callable[[], object]) -> float:
    """Processor seconds of this process and of those that it waited for."""
    before = os.times()
    act()
    after = os.times()
    return sum(after[:4]) - sum(before[:4])
