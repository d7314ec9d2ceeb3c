"""Checks every address in the built site: pages exist, anchors exist, ids are unique, nothing points to another host.

Telephone links and addresses under /api/ are left to the API's own tests.
"""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from .parts import parts_of, remembered
from .places import LANGUAGES, Places, SiteError, site_url

_LEADS_OUTSIDE_THE_CHECK = ("tel:", "mailto:", "data:", "sms:")
_MADE_BY_SCRIPT = ("__drawer", "__search", "__toc")


class Addresses(HTMLParser):
    """The ids of a page and the addresses in it."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.addresses: list[str] = []
        self.outside: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids and addresses. What is said about the page itself (canonical, alternate) names this site in full; a link that
        tells nobody where it comes from (as in notices) may lead to another site."""
        about_the_page = tag == "link" and dict(attrs).get("rel") in ("canonical", "alternate")
        if tag == "a" and dict(attrs).get("rel") == "noopener noreferrer":
            self.outside.add(dict(attrs).get("href") or "")
        for name, value in attrs:
            if about_the_page and name == "href" and value and value.startswith(site_url()):
                value = "/" + value.removeprefix(site_url())
            if name == "id" and value:
                self.ids[value] += 1
            elif name in ("href", "src", "action", "srcset", "poster") and value is not None:
                self.addresses.append(value)


def check_links(places: Places) -> None:
    """Raises SiteError that lists every address leading nowhere, page by page."""
    pages = {path: _read(path) for path in sorted(places.site.rglob("*.html"))}
    problems: list[str] = []
    for path, found in pages.items():
        problems += _problems_of(places.site, path, found, pages)
    for language in LANGUAGES:
        frame = places.compiled / f"frame.{language}.html"
        problems += _problems_of(places.site, places.site / f"frame.{language}.html", _read(frame), pages)
    if problems:
        raise SiteError("网站里有打不开的链接：\n" + "\n".join(problems))


def _read(path: Path) -> Addresses:
    whole = Addresses()
    for piece, shared in parts_of(path.read_text("utf-8")):
        found = _read_once(piece) if shared else _read_piece(piece)
        whole.ids += found.ids
        whole.addresses += found.addresses
        whole.outside |= found.outside
    return whole


def _read_piece(html: str) -> Addresses:
    found = Addresses()
    found.feed(html)
    return found


_read_once = remembered(_read_piece)


def _problems_of(site: Path, path: Path, found: Addresses, pages: dict[Path, Addresses]) -> list[str]:
    where = path.relative_to(site).as_posix()
    problems = [f"{where}: id=“{one}”出现了 {count} 次" for one, count in found.ids.items() if count > 1]
    here = "/" + where.removesuffix("index.html")
    for address in found.addresses:
        if address.startswith(_LEADS_OUTSIDE_THE_CHECK):
            continue
        if urlsplit(address).netloc or urlsplit(address).scheme:
            if address not in found.outside:
                problems.append(f"{where}: {address} 指向别的网站")
            continue
        target = urlsplit(urljoin(here, address))
        if target.path.startswith("/api/"):
            continue
        file = _file_for(site, unquote(target.path))
        anchor = unquote(target.fragment)
        if target.path == here:
            known: Addresses | None = found
        elif file is None:
            problems.append(f"{where}: {address} 没有这个页面")
            continue
        else:
            known = pages.get(file)
        if anchor and anchor not in _MADE_BY_SCRIPT and (known is None or anchor not in known.ids):
            problems.append(f"{where}: {address} 没有这个位置")
    return problems


def _file_for(site: Path, path: str) -> Path | None:
    file = site / path.lstrip("/")
    if path.endswith("/") or path == "":
        file = file / "index.html"
    return file if file.is_file() else None
