"""Whoever edits a page is told in a sentence what is wrong with it, and where."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.domain.standards import Rulebook
from generator.built_pages import pages_of, taken_apart
from generator.headers import headers_for
from generator.links import check_links
from generator.marks import fill_marks
from generator.places import Places, SiteError
from generator.promise_pages import check_anchors, placed_promises
from generator.stage import stage
from generator.twins import with_twin_note


def test_an_unknown_mark_is_named_with_its_page(rulebook: Rulebook) -> None:
    with pytest.raises(
        SiteError, match=re.escape("docs/zh/index.md 里的标记“<!-- shounuo: tables -->”不认识")
    ):
        fill_marks("# 首页\n\n<!-- shounuo: tables -->\n", "docs/zh/index.md", rulebook, "zh")


@pytest.mark.parametrize(
    "mark", ["promises", "promises garden", "form", "form moving", "example", "example years"]
)
def test_a_mark_without_a_known_kind_is_refused(rulebook: Rulebook, mark: str) -> None:
    with pytest.raises(SiteError, match="要写明是"):
        fill_marks(f"<!-- shounuo: {mark} -->", "docs/zh/index.md", rulebook, "zh")


@pytest.mark.parametrize(
    "text",
    [
        "看 <!-- shounuo: tiles -->",
        "<!--shounuo: tiles-->",
        "<!-- shounuo:tiles -->",
        "  <!-- shounuo: tiles -->",
    ],
)
def test_a_mark_that_would_be_overlooked_stops_the_build(rulebook: Rulebook, text: str) -> None:
    with pytest.raises(SiteError, match="第 3 行附近"):
        fill_marks(f"# 首页\n\n{text}\n", "docs/zh/index.md", rulebook, "zh")


def test_a_filled_mark_has_no_blank_line_that_would_end_its_block(rulebook: Rulebook) -> None:
    for mark in ("promises repair", "form complaint", "ladders", "urgent", "communities", "calendar"):
        filled = fill_marks(f"<!-- shounuo: {mark} -->", "docs/zh/index.md", rulebook, "zh")
        assert "\n\n" not in filled
        assert "shounuo:" not in filled


def test_a_page_in_one_language_only_says_so() -> None:
    page = with_twin_note("---\nhide: [toc]\n---\n# 通知\n\n今天停水。\n", "zh", "docs/zh/notice.md")
    assert page.startswith("---\nhide: [toc]\nno_twin: true\n---\n")
    assert "This page is in Chinese only." in page


def test_a_lonely_page_without_a_heading_is_named() -> None:
    with pytest.raises(SiteError, match=re.escape("docs/en/notice.md 没有一级标题")):
        with_twin_note("No heading here.\n", "en", "docs/en/notice.md")


def test_a_page_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    _a_checkout(tmp_path)
    (tmp_path / "docs" / "zh" / "notice.md").write_bytes("# 通知".encode("utf-16"))
    with pytest.raises(SiteError, match=re.escape("docs/zh/notice.md 不是 UTF-8 编码")):
        stage(tmp_path)


def test_staging_takes_away_what_nobody_asks_for_any_more(tmp_path: Path) -> None:
    _a_checkout(tmp_path)
    notice = tmp_path / "docs" / "zh" / "notice.md"
    notice.write_text("# 通知\n", "utf-8")
    stage(tmp_path)
    staged = tmp_path / "build" / "pages" / "zh" / "notice.md"
    assert "no_twin: true" in staged.read_text("utf-8")
    notice.unlink()
    stage(tmp_path)
    assert not staged.exists()


def test_staging_twice_writes_nothing_the_second_time(tmp_path: Path) -> None:
    _a_checkout(tmp_path)
    stage(tmp_path)
    written = {one: one.stat().st_mtime_ns for one in (tmp_path / "build").rglob("*") if one.is_file()}
    stage(tmp_path)
    assert written == {
        one: one.stat().st_mtime_ns for one in (tmp_path / "build").rglob("*") if one.is_file()
    }


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ('<a href="/nowhere/">x</a>', "index.html: /nowhere/ 没有这个页面"),
        ('<a href="#C99">x</a>', "index.html: #C99 没有这个位置"),
        ('<a href="/other/#C99">x</a>', "index.html: /other/#C99 没有这个位置"),
        ('<img src="https://example.com/a.png">', "index.html: https://example.com/a.png 指向别的网站"),
        ('<script src="//example.com/a.js"></script>', "index.html: //example.com/a.js 指向别的网站"),
        ('<p id="C1"></p><p id="C1"></p>', "index.html: id=“C1”出现了 2 次"),
    ],
)
def test_a_dead_address_is_named_with_its_page(tmp_path: Path, html: str, sentence: str) -> None:
    places = _a_site(tmp_path, html)
    with pytest.raises(SiteError, match=re.escape(sentence)):
        check_links(places, pages_of(places.site))


def test_good_addresses_are_left_in_peace(tmp_path: Path) -> None:
    places = _a_site(
        tmp_path,
        '<a href="other/#here">x</a><a href="tel:119">119</a><form action="/api/file/repair"></form><a href="/">x</a>',
    )
    check_links(places, pages_of(places.site))


@pytest.mark.parametrize(
    "html",
    [
        "<p style='color:red'>x</p>",
        "<style>p{}</style>",
        "<button onclick='x()'>x</button>",
        "<a href='javascript:x()'>x</a>",
    ],
)
def test_what_the_policy_would_block_stops_the_build(tmp_path: Path, html: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(html, "utf-8")
    with pytest.raises(SiteError, match=re.escape("page.html 里有内联样式或脚本")):
        headers_for(taken_apart([page]))


def _a_checkout(root: Path) -> None:
    """The sources of the site in another place, with the repository's rulebook and theme."""
    repository = Path(__file__).resolve().parents[2]
    (root / "docs").mkdir()
    (root / "docs" / "rulebook").symlink_to(repository / "docs" / "rulebook")
    (root / "site").symlink_to(repository / "site")
    for language in ("zh", "en"):
        (root / "docs" / language).mkdir()
        (root / "docs" / language / "index.md").write_text("# Shounuo\n", "utf-8")


def _a_site(root: Path, html: str) -> Places:
    """A built site of two pages; `html` is the body of the first."""
    places = Places(root)
    (places.site / "other").mkdir(parents=True)
    (places.site / "index.html").write_text(html, "utf-8")
    (places.site / "other" / "index.html").write_text('<p id="here">x</p>', "utf-8")
    places.compiled.mkdir(parents=True)
    for language in ("zh", "en"):
        (places.compiled / f"frame.{language}.html").write_text('<a href="/">x</a>', "utf-8")
    return places


def test_a_plain_build_of_the_site_tool_works_too(tmp_path: Path, built: Places) -> None:
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "-q",
        "-f",
        "mkdocs.en.yml",
        "-d",
        str(tmp_path),
    ]
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=built.root, env=plain, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert 'id="C1"' in (tmp_path / "promises" / "repairs" / "index.html").read_text("utf-8")


def test_a_picture_of_the_handbook_that_is_none_stops_the_build_and_names_those_there_are(
    rulebook: Rulebook,
) -> None:
    with pytest.raises(SiteError, match="change-deadline"):
        fill_marks("<!-- shounuo: picture nothing -->", "docs/zh/handbook/x.md", rulebook, "zh")


def test_the_handbooks_pictures_show_the_files_as_they_are(rulebook: Rulebook) -> None:
    drawn = fill_marks("<!-- shounuo: picture change-deadline -->", "x.md", rulebook, "zh")
    amount = rulebook.standards["C6"].clocks[0].limit.amount
    assert f"<code>amount = {amount}</code>" in drawn
    assert drawn.count("screen__line--meant") == 1
    effect = fill_marks("<!-- shounuo: picture effect -->", "x.md", rulebook, "zh")
    assert "C6" in effect and "个工作日改成" in effect


def test_a_promise_that_is_not_published_or_twice_is_named(tmp_path: Path, rulebook: Rulebook) -> None:
    places = Places(tmp_path)
    for language in ("zh", "en"):
        (places.pages / language).mkdir(parents=True)
        for one in placed_promises(rulebook):
            path = places.pages / language / f"{one.page}.md"
            path.parent.mkdir(exist_ok=True)
            with path.open("a", encoding="utf-8") as page:
                page.write("" if one.id == "H3" else f'<tr id="{one.id}">\n')
    (places.pages / "zh" / "other.md").write_text('<tr id="C1">\n', "utf-8")
    with pytest.raises(SiteError) as raised:
        check_anchors(places, rulebook)
    assert "H3 应当在 docs/zh/promises/order.md 上正好出现一次，现在：哪一页都没有。" in str(raised.value)
    assert (
        "C1 应当在 docs/zh/promises/repairs.md 上正好出现一次，现在：other.md、promises/repairs.md。"
        in str(raised.value)
    )


def test_a_limit_in_a_sentence_comes_from_the_rulebook(rulebook: Rulebook) -> None:
    said = fill_marks("打电话：<!-- shounuo: limit C1 arrive -->。", "docs/zh/index.md", rulebook, "zh")
    assert said == "打电话：10 分钟内到场。"
    with pytest.raises(SiteError, match="要写有这种时限的承诺"):
        fill_marks("打电话：<!-- shounuo: limit C1 reply -->。", "docs/zh/index.md", rulebook, "zh")
