"""What a page weighs when it is opened for the first time, as it is sent: compressed, with all that it asks for at once."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from chalicelib.domain.standards import Rulebook
from generator.places import LANGUAGES, PREFIX, Places
from generator.samples import SamplePages
from tests.site.reading import page_of
from tests.site.writing import checkout, notice

MOST = 80 * 1024
AS_LITTLE_AS = {"": 32, "promises/repairs/": 32, "file/repair/": 40, "search/": 34, "notices/": 32}  # KB
ALREADY_SMALL = {".png", ".jpg", ".jpeg", ".webp", ".woff2"}


def weight(html: str, address: str, site: Path) -> dict[str, int]:
    """The bytes of a page and of each file that it asks for, by address."""
    parts = {address: len(gzip.compress(html.encode(), 9))}
    for one in page_of(html).elements:
        wanted = {
            "link": one.attributes.get("href")
            if one.attributes.get("rel") in ("stylesheet", "icon")
            else None,
            "script": one.attributes.get("src"),
            "img": one.attributes.get("src"),
        }.get(one.tag)
        if not wanted or wanted.startswith("data:"):
            continue
        target = urljoin(address, wanted)
        assert not urlsplit(target).netloc, f"{address} asks another host for {target}"
        body = (site / target.lstrip("/")).read_bytes()
        parts[target] = len(body if Path(target).suffix in ALREADY_SMALL else gzip.compress(body, 9))
    return parts


def first_load(site: Path, address: str) -> int:
    """The bytes of one page of the site, opened for the first time."""
    file = site / address.lstrip("/") / "index.html"
    return sum(weight(file.read_text("utf-8"), address, site).values())


def test_no_page_of_the_site_weighs_more_than_80_kb(built: Places) -> None:
    for path in sorted(built.site.rglob("*.html")):
        address = "/" + path.relative_to(built.site).as_posix().removesuffix("index.html")
        parts = weight(path.read_text("utf-8"), address, built.site)
        assert sum(parts.values()) <= MOST, parts


def test_the_pages_that_residents_open_most_weigh_less_than_half_of_that(built: Places) -> None:
    for language in LANGUAGES:
        for path, most in AS_LITTLE_AS.items():
            found = first_load(built.site, PREFIX[language] + path)
            assert found <= most * 1024, (path, found)


def test_no_page_made_at_run_time_weighs_more_than_80_kb(built: Places, rulebook: Rulebook) -> None:
    for language in LANGUAGES:
        frame = (built.compiled / f"frame.{language}.html").read_text("utf-8")
        for name, content in SamplePages(rulebook, language).pages().items():
            parts = weight(frame + content, f"/api/{name}", built.site)
            assert sum(parts.values()) <= MOST, parts


def test_a_thousand_notices_weigh_on_no_page(built: Places, rulebook: Rulebook, tmp_path: Path) -> None:
    weights: dict[int, dict[str, int]] = {}
    for number in (50, 1000):
        site = checkout(tmp_path / str(number), built, rulebook)
        for n in range(number):
            published = f"2026-11-{24 - n % 24:02} {n % 12 + 8:02}:00"
            site.write("zh", f"notice-{n}", notice(f"第 {n} 条：{n % 40} 号楼停水检修", published=published))
        site.publish("2026-11-25T12:00")
        pages = ("/", "/notices/", "/notices/notice-7/", "/communities/osmanthus-lane/")
        found = {}
        for page in pages:
            html = site.read(page.lstrip("/"))
            assert html, page
            found[page] = len(gzip.compress(html.encode(), 9))
        weights[number] = found
    for page, small in weights[50].items():
        assert weights[1000][page] <= 1.05 * small, (page, small, weights[1000][page])
