"""Tells search engines which pages there are, from those that were built: notices too, and no empty frames."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as xml

from .built_pages import BuiltPage, address_of, language_of
from .places import LANGUAGES, PREFIX, Places, site_url

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
xml.register_namespace("", _SITEMAP)
xml.register_namespace("xhtml", _XHTML)


def write_sitemap(places: Places, pages: Mapping[Path, BuiltPage]) -> None:
    """Write sitemap.xml for both languages, each page with its twin, in place of those that the site tool wrote."""
    listed = {language: _listed(places.site, pages, language) for language in LANGUAGES}
    root = xml.Element(f"{{{_SITEMAP}}}urlset")
    for language in LANGUAGES:
        for path in listed[language]:
            entry = xml.SubElement(root, f"{{{_SITEMAP}}}url")
            xml.SubElement(entry, f"{{{_SITEMAP}}}loc").text = _address(language, path)
            twins = [one for one in LANGUAGES if path in listed[one]]
            for one in twins if len(twins) > 1 else ():
                link = {"rel": "alternate", "hreflang": one, "href": _address(one, path)}
                xml.SubElement(entry, f"{{{_XHTML}}}link", link)
    for prefix in PREFIX.values():
        for name in ("sitemap.xml", "sitemap.xml.gz"):
            (places.site / prefix.strip("/") / name).unlink(missing_ok=True)
    xml.ElementTree(root).write(places.site / "sitemap.xml", "utf-8", xml_declaration=True)


def _listed(site: Path, pages: Mapping[Path, BuiltPage], language: str) -> dict[str, None]:
    """The paths of the pages of a language that may be listed, in order, below the language's root."""
    addresses = (address_of(site, file) for file, page in pages.items() if page.indexed)
    return {
        one.removeprefix(PREFIX[language]): None
        for one in addresses
        if one.endswith("/") and language_of(one) == language
    }


def _address(language: str, path: str) -> str:
    return f"{site_url().rstrip('/')}{PREFIX[language]}{path}"
