"""Makes the page frames: an empty page of the built site into which the API puts receipts, tracking and staff pages.

So a page made at run time has the site's own head, header and footer, and works without scripts.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from chalicelib.web.rendering import CONTENT_MARK, LANGUAGE_LINK_MARK, TITLE_MARK

from .places import LANGUAGES, PREFIX, Places, SiteError

_ADDRESS = re.compile(r'(?P<before>\s(?:href|src)=")(?P<address>[^"]*)(?P<after>")')
_HEADING = re.compile(r"<h1[^>]*>.*?</h1>\s*", re.DOTALL)


def write_frames(places: Places) -> None:
    """Write compiled/frame.{zh,en}.html from the built frame pages, which then leave the site. Raises SiteError."""
    for language in LANGUAGES:
        folder = places.site / PREFIX[language].strip("/") / "frame"
        built = folder / "index.html"
        if not built.is_file():
            raise SiteError(f"没有找到 {built}：请先建好网站。")
        frame = empty_page(built.read_text("utf-8"), language, "frame")
        places.compiled.mkdir(parents=True, exist_ok=True)
        (places.compiled / f"frame.{language}.html").write_text(frame, "utf-8")
        built.unlink()
        folder.rmdir()


def empty_page(built: str, language: str, name: str) -> str:
    """The page `name` as the site tool built it, made ready to be filled: absolute addresses, one mark of each sort.

    Raises SiteError.
    """
    frame = made_absolute(built, f"{PREFIX[language]}{name}/")
    frame = _HEADING.sub("", frame).replace("frame:title", TITLE_MARK)
    for mark in (TITLE_MARK, CONTENT_MARK, LANGUAGE_LINK_MARK):
        if frame.count(mark) != 1:
            raise SiteError(f"页面外框 {language} 里应当正好有一处 {mark}，现在有 {frame.count(mark)} 处。")
    return frame


def made_absolute(html: str, page: str) -> str:
    """The page with every address made absolute, as seen from `page`, so that it can be served from anywhere."""

    def absolute(address: str) -> str:
        return address if address.startswith(("#", "tel:", "mailto:", "data:")) else urljoin(page, address)

    return _ADDRESS.sub(lambda m: m["before"] + absolute(m["address"]) + m["after"], html)
