"""Checks every address in the built site: pages exist, anchors exist, ids are unique, nothing points to another host.

Telephone links and addresses under /api/ are left to the API's own tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from .built_pages import BuiltPage, address_of, taken_apart
from .places import LANGUAGES, Places, SiteError

_LEADS_OUTSIDE_THE_CHECK = ("tel:", "mailto:", "data:", "sms:")
_MADE_BY_SCRIPT = ("__drawer", "__search", "__toc")


def check_links(places: Places, pages: Mapping[Path, BuiltPage]) -> None:
    """Raises SiteError that lists every address leading nowhere, page by page."""
    check = _Check(places.site, pages)
    problems: list[str] = []
    for path, page in pages.items():
        problems += check.problems(path, page)
    for language in LANGUAGES:
        frame = places.compiled / f"frame.{language}.html"
        problems += check.problems(places.site / frame.name, taken_apart([frame])[frame])
    if problems:
        raise SiteError("网站里有打不开的链接：\n" + "\n".join(problems))


class _Check:
    """Judges the addresses of a site. One that begins with / leads from every page to the same place and is judged once."""

    def __init__(self, site: Path, pages: Mapping[Path, BuiltPage]) -> None:
        self._site = site
        self._pages = pages
        self._wrong_from_anywhere = cache(lambda address: self._wrong("/", address))
        self._file = cache(self._find)

    def problems(self, path: Path, page: BuiltPage) -> list[str]:
        """A sentence about each id that is there twice and each address that leads nowhere."""
        where = path.relative_to(self._site).as_posix()
        here = address_of(self._site, path)
        found = [f"{where}: id=“{one}”出现了 {count} 次" for one, count in page.ids.items() if count > 1]
        for address in page.addresses:
            if address.startswith("#"):
                anchor = unquote(address[1:])
                wrong = "没有这个位置" if anchor and not _has(page, anchor) else ""
            elif address.startswith("/") and not address.startswith("//"):
                wrong = self._wrong_from_anywhere(address)
            else:
                wrong = self._wrong(here, address, page)
            if wrong:
                found.append(f"{where}: {address} {wrong}")
        return found

    def _wrong(self, here: str, address: str, page: BuiltPage | None = None) -> str:
        """What is wrong with an address in a page that stands at `here`, "" when nothing is."""
        if address.startswith(_LEADS_OUTSIDE_THE_CHECK):
            return ""
        parts = urlsplit(address)
        if parts.netloc or parts.scheme:
            return "" if page and address in page.outside else "指向别的网站"
        target = urlsplit(urljoin(here, address))
        if target.path.startswith("/api/"):
            return ""
        file = self._file(unquote(target.path))
        if file is None:
            return "没有这个页面"
        anchor = unquote(target.fragment)
        if anchor and not _has(self._pages.get(file), anchor):
            return "没有这个位置"
        return ""

    def _find(self, path: str) -> Path | None:
        file = self._site / path.lstrip("/")
        if path.endswith("/") or path == "":
            file = file / "index.html"
        return file if file.is_file() else None


def _has(page: BuiltPage | None, anchor: str) -> bool:
    return anchor in _MADE_BY_SCRIPT or (page is not None and anchor in page.ids)
