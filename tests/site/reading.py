"""Reads built pages the way a browser or a screen reader takes them apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path


@dataclass
class Element:
    """One start tag: its name, its attributes, and the tags it lies in."""

    tag: str
    attributes: dict[str, str | None]
    inside: tuple[str, ...]


@dataclass
class Page(HTMLParser):
    """A page's elements in order."""

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), tuple(self._open)))
        if tag not in {"meta", "link", "input", "br", "img", "hr", "source"}:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def ids(self) -> list[str]:
        """Every id, as often as it stands there."""
        return [one.attributes["id"] or "" for one in self.elements if "id" in one.attributes]

    def named(self, tag: str) -> list[Element]:
        """The elements of one tag."""
        return [one for one in self.elements if one.tag == tag]


def page_of(html: str | Path) -> Page:
    """The page of a file or of its text."""
    page = Page()
    page.feed(html.read_text("utf-8") if isinstance(html, Path) else html)
    return page
