"""Takes the pages of the built site apart, each of them once: for the links, the headers, the search and the map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from .places import PREFIX, Language, site_url
from .reading_pages import ReadPage, read_page

_NO_HASH_NEEDED = ("application/json", "application/ld+json")
_ADDRESSES = ("href", "src", "action", "srcset", "poster")
_RUN = ("href", "src", "action")
_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


@dataclass
class BuiltPage:
    """What stands in a page.

    ids        every id, with how often it stands there
    addresses  every address in order; what the page says about itself (canonical, alternate) names this site in full and is
               here as a path
    outside    those of links that tell nobody where they come from (as in notices): they may lead to another site
    scripts    the text of every script that is run and stands in the page itself
    forbidden  what no page may have: style elements, style attributes, event handlers
    indexed    whether search engines may list it
    read       the page as a reader sees it
    """

    ids: Counter[str] = field(default_factory=Counter)
    addresses: list[str] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)
    scripts: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    indexed: bool = True
    read: ReadPage = field(default_factory=ReadPage)


def pages_of(site: Path) -> dict[Path, BuiltPage]:
    """Every page below a folder, in the order of their paths."""
    return taken_apart(sorted(site.rglob("*.html")))


def taken_apart(files: Iterable[Path]) -> dict[Path, BuiltPage]:
    """The pages of these files."""
    here = site_url()
    return {file: built_page(file.read_bytes(), here) for file in files}


def address_of(site: Path, file: Path) -> str:
    """Where a page is found: "/notices/" for notices/index.html."""
    return "/" + file.relative_to(site).as_posix().removesuffix("index.html")


def language_of(address: str) -> Language:
    """Of which site an address is."""
    return "en" if address.startswith(PREFIX["en"]) else "zh"


def built_page(html: bytes, here: str = "") -> BuiltPage:
    """A page from its HTML as it is sent; `here` is the address of this site with a slash at the end."""
    page = BuiltPage()
    tree = etree.HTML(html, _PARSER)
    if tree is None:
        return page
    for element in tree.iter():
        tag = element.tag
        for name, value in element.items():
            if name == "id" and value:
                page.ids[value] += 1
            elif name in _ADDRESSES:
                page.addresses.append(_address(element, value, here))
                if name in _RUN and value.strip().lower().startswith("javascript:"):
                    page.forbidden.append(f"<{tag} {name}=javascript:…>")
            elif name == "style" or name.startswith("on"):
                page.forbidden.append(f"<{tag} {name}=…>")
        if tag == "a" and element.get("rel") == "noopener noreferrer":
            page.outside.add(element.get("href", ""))
        elif tag == "style":
            page.forbidden.append("<style>")
        elif tag == "script" and "src" not in element.attrib and element.get("type") not in _NO_HASH_NEEDED:
            page.scripts.append(element.text or "")
        elif tag == "meta" and element.get("name") == "robots" and "noindex" in element.get("content", ""):
            page.indexed = False
    page.read = read_page(tree)
    return page


def _address(element: etree._Element, value: str, here: str) -> str:
    about_the_page = element.tag == "link" and element.get("rel") in ("canonical", "alternate")
    if here and about_the_page and value.startswith(here):
        return "/" + value.removeprefix(here)
    return value
