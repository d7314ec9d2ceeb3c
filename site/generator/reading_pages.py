"""Reads a built page as a reader sees it: its title and its sections, each with heading, place and text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

# A part of a page that shall not be found says data-search="none"; a whole page has it in a <meta name="search">.
_PASSED_OVER = {"script", "style", "form", "nav", "template", "noscript", "svg", "button", "thead", "label"}
_UNREAD = {"visually-hidden", "no-twin", "badge", "actions"}
_EMPTY = {"meta", "link", "input", "br", "img", "hr", "source", "wbr", "col", "path"}
_APART = {"p", "li", "td", "th", "dt", "dd", "div", "h1", "h2", "h3", "h4", "tr", "summary", "figcaption"}


@dataclass
class Section:
    """A part of a page that can be found by itself: the page's beginning, what follows a heading, a row of a table."""

    anchor: str
    title: str = ""
    text: str = ""


@dataclass
class ReadPage:
    """One page: `title` is its first heading, `name` what the browser calls it, `published` the day of a notice, `over`
    whether it says that it has ended.

    `searched` is false where the page asks not to be found.
    """

    title: str = ""
    name: str = ""
    sections: list[Section] = field(default_factory=list)
    searched: bool = True
    published: str = ""
    over: bool = False


class _Reader:
    """Walks through the article of a page in the order in which it is read."""

    def __init__(self) -> None:
        self.page = ReadPage(sections=[Section("")])
        self._section = self.page.sections[0]
        self._row = False
        self._meta = False

    def read(self, element: etree._Element, title: bool) -> None:
        """Read an element with all that is in it; `title` says whether the text around it is a title."""
        tag = element.tag
        if tag in _EMPTY:
            self._write(" ", title)
            return
        if tag in _PASSED_OVER or element.get("data-search") == "none" or "hidden" in element.attrib:
            return
        classes = element.get("class", "").split()
        if classes and not _UNREAD.isdisjoint(classes):
            return
        before = self._section, self._row, self._meta
        title = self._begin(element, tag, classes, title)
        if tag in _APART:
            self._write(" ", title)
        self._write(element.text, title)
        for child in element:
            self.read(child, title)
            if child.tag in _APART:
                self._write(" ", title)
            self._write(child.tail, title)
        if self._row and not before[1]:
            self._section = before[0]
        _, self._row, self._meta = before

    def _begin(self, element: etree._Element, tag: str, classes: list[str], title: bool) -> bool:
        """Whether the text of an element, inside one whose text is a title or none, is; where a section begins, it begins."""
        if tag == "time" and self._meta and not self.page.published:
            self.page.published = element.get("datetime", "")[:10]
        if any(name.endswith("__over") for name in classes):
            self.page.over = True
        anchor = element.get("id")
        if anchor and tag in ("h2", "h3"):
            self._open(anchor)
            return True
        if anchor and tag == "tr":
            self._open(anchor)
            self._row = True
        elif tag == "h1" or (tag == "th" and self._row) or "promise__id" in classes:
            return True
        elif title and any(name.endswith(("__more", "__plan")) for name in classes):
            return False
        elif any(name.endswith("__meta") for name in classes):
            self._meta = True
        return title

    def _open(self, anchor: str) -> None:
        self._section = Section(anchor)
        self.page.sections.append(self._section)

    def _write(self, text: str | None, title: bool) -> None:
        if not text:
            return
        if title:
            self._section.title += text
        elif not self._meta:
            self._section.text += text


def read_page(page: etree._Element) -> ReadPage:
    """A page as it is read; sections without text of their own are left out."""
    reader = _Reader()
    for article in page.iter("article"):
        if "md-content__inner" in article.get("class", "").split():
            reader.read(article, title=False)
            break
    read = reader.page
    for one in read.sections:
        one.title, one.text = _tidy(one.title), _tidy(one.text)
    read.title = read.sections[0].title
    read.name = _tidy(page.findtext("head/title", "")).rpartition(" - ")[0] or read.title
    read.sections = [one for one in read.sections if one.title and (one.text or not one.anchor)]
    read.searched = all(
        meta.get("name") != "search" or meta.get("content") != "none" for meta in page.iterfind("head/meta")
    )
    return read


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
