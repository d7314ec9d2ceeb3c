"""Writes everything that the site tool reads: pages with their tables and forms, styles, scripts, theme.

Files whose content did not change are left alone, and files that nothing asks for any more are removed, so that staging twice
is cheap and a deleted page does not linger.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import rjsmin

from chalicelib.domain.standards import Rulebook
from chalicelib.rulebook import load

from .community_pages import community_pages, contact_files
from .descriptions import with_description
from .marks import fill_marks
from .places import LANGUAGES, Places, SiteError, site_url
from .style_sheet import style_sheet
from .templates import render
from .twins import with_twin_note

# These scripts stand on every page and travel together.
ON_EVERY_PAGE = ("page.js", "phones.js", "now.js")

FRAME_PAGE = """---
title: "frame:title"
frame: true
hide: [navigation, toc]
robots: noindex
---
<div id="frame-content"><!--frame:content--></div>
"""


# The list of notices as the site tool sees it, so that it has its place in the navigation.
NOTICES_PAGE = """---
title: "frame:title"
frame: true
hide: [navigation, toc]
---
<div id="frame-content"><!--frame:content--></div>
"""


def stage(root: Path) -> Rulebook:
    """Load and check the rulebook, then write build/pages and build/theme. Raises SiteError or RulebookError."""
    places = Places(root)
    rulebook = load(places.docs / "rulebook")
    wanted: dict[Path, bytes] = {}
    _collect_pages(places, rulebook, wanted)
    _collect_assets(places, wanted)
    _collect_theme(places, rulebook, wanted)
    for folder in (places.pages, places.theme):
        _remove_leftovers(folder, wanted)
    for path, content in wanted.items():
        _write_if_changed(path, content)
    return rulebook


def _collect_pages(places: Places, rulebook: Rulebook, wanted: dict[Path, bytes]) -> None:
    written = {language: _sources(places.docs / language) for language in LANGUAGES}
    for language in LANGUAGES:
        other = "en" if language == "zh" else "zh"
        pages = written[language] | community_pages(rulebook, language)
        twins = set(written[other]) | set(community_pages(rulebook, other))
        for name, text in pages.items():
            where = f"docs/{language}/{name}"
            filled = fill_marks(text, where, rulebook, language)
            if name not in twins:
                filled = with_twin_note(filled, language, where)
            wanted[places.pages / language / name] = with_description(filled).encode()
        for name, content in contact_files(rulebook, language).items():
            wanted[places.pages / language / name] = content
        wanted[places.pages / language / "frame.md"] = FRAME_PAGE.encode()
        wanted[places.pages / language / "notices" / "index.md"] = NOTICES_PAGE.encode()


def _sources(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        raise SiteError(f"缺少文件夹 {folder.name}：网站的页面应当放在 docs/{folder.name} 里。")
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder).as_posix()
        if name.startswith("notices/"):
            continue  # these do not pass through the site tool: generator.notices
        try:
            found[name] = path.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise SiteError(f"docs/{folder.name}/{name} 不是 UTF-8 编码，请另存为 UTF-8。") from error
    return found


def _collect_assets(places: Places, wanted: dict[Path, bytes]) -> None:
    styles = style_sheet(places).encode()
    name = f"styles/shounuo.{_mark(styles)}.css"
    wanted[places.pages / "zh" / name] = styles
    wanted[places.theme / "partials" / "styles.html"] = f'<link rel="stylesheet" href="/{name}">\n'.encode()
    scripts = {
        path.name: str(rjsmin.jsmin(path.read_text("utf-8"))).encode()
        for path in sorted((places.source / "scripts").iterdir())
    }
    together = b"\n".join(scripts.pop(one) for one in ON_EVERY_PAGE)
    name = f"scripts/shounuo.{_mark(together)}.js"
    wanted[places.pages / "zh" / name] = together
    wanted[places.theme / "partials" / "scripts.html"] = f'<script src="/{name}" defer></script>\n'.encode()
    for one, script in scripts.items():
        wanted[places.pages / "zh" / "scripts" / one] = script
    for path in sorted((places.source / "images").iterdir()):
        wanted[places.pages / "zh" / "images" / path.name] = path.read_bytes()
    address = site_url()
    robots = f"User-agent: *\nDisallow: /api/\nSitemap: {address}sitemap.xml\n"
    wanted[places.pages / "zh" / "robots.txt"] = robots.encode()


def _mark(content: bytes) -> str:
    """Part of a name that changes with the content, so that a browser may keep the file for good."""
    return hashlib.sha256(content).hexdigest()[:10]


def _collect_theme(places: Places, rulebook: Rulebook, wanted: dict[Path, bytes]) -> None:
    theme = places.source / "theme"
    for path in sorted(theme.rglob("*.html")):
        wanted[places.theme / path.relative_to(theme)] = path.read_bytes()
    spoken = ""
    for language in LANGUAGES:
        numbers = render("telephones.html", rulebook, language, short=True)
        spoken += f'{{% if config.extra.language == "{language}" %}}{numbers}{{% endif %}}'
    wanted[places.theme / "partials" / "telephones.html"] = spoken.encode()


def _remove_leftovers(folder: Path, wanted: dict[Path, bytes]) -> None:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and path not in wanted:
            path.unlink()


def _write_if_changed(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
