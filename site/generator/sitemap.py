"""Tells search engines which pages there are, from those that were built: notices too, and no empty frames."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as xml

from .places import LANGUAGES, PREFIX, Places, site_url

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_NOINDEX = re.compile(r'<meta name="robots" content="[^"]*noindex')
xml.register_namespace("", _SITEMAP)
xml.register_namespace("xhtml", _XHTML)


def write_sitemap(places: Places) -> None:
    """Write sitemap.xml for both languages, each page with its twin, in place of those that the site tool wrote."""
    pages = {language: _pages(places.site, language) for language in LANGUAGES}
    root = xml.Element(f"{{{_SITEMAP}}}urlset")
    for language in LANGUAGES:
        for path in pages[language]:
            entry = xml.SubElement(root, f"{{{_SITEMAP}}}url")
            xml.SubElement(entry, f"{{{_SITEMAP}}}loc").text = _address(language, path)
            twins = [one for one in LANGUAGES if path in pages[one]]
            for one in twins if len(twins) > 1 else ():
                link = {"rel": "alternate", "hreflang": one, "href": _address(one, path)}
                xml.SubElement(entry, f"{{{_XHTML}}}link", link)
    for prefix in PREFIX.values():
        for name in ("sitemap.xml", "sitemap.xml.gz"):
            (places.site / prefix.strip("/") / name).unlink(missing_ok=True)
    xml.ElementTree(root).write(places.site / "sitemap.xml", "utf-8", xml_declaration=True)


def _pages(site: Path, language: str) -> dict[str, None]:
    """The paths of the pages of a language that may be listed, in order, below the language's root."""
    top = site / PREFIX[language].strip("/")
    found: dict[str, None] = {}
    for file in sorted(top.rglob("index.html")):
        path = file.relative_to(top).as_posix().removesuffix("index.html")
        if language == "zh" and path.startswith("en/"):
            continue
        if not _NOINDEX.search(file.read_text("utf-8")):
            found[path] = None
    return found


def _address(language: str, path: str) -> str:
    return f"{site_url().rstrip('/')}{PREFIX[language]}{path}"
