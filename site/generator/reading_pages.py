"""Reads a built page as a reader sees it: its title and its sections, each with heading, place and text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

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


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = ReadPage(sections=[Section("")])
        self.section = self.page.sections[0]
        self._before_row: Section | None = None
        self._open: list[tuple[str, str]] = []  # tag, and what it does to the text in it
        self._article = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        classes = (values.get("class") or "").split()
        if tag == "meta" and values.get("name") == "search":
            self.page.searched = values.get("content") != "none"
        if tag == "time" and self._is("meta") and not self._is("nothing") and not self.page.published:
            self.page.published = (values.get("datetime") or "")[:10]
        if tag == "title":
            self._open.append((tag, "name"))
            return
        if tag in _EMPTY:
            self._write(" ")
            return
        does = ""
        if tag == "article" and "md-content__inner" in classes:
            self._article = True
            does = "article"
        elif (
            values.get("data-search") == "none"
            or tag in _PASSED_OVER
            or "hidden" in values
            or _UNREAD.intersection(classes)
        ):
            does = "nothing"
        elif self._article and values.get("id") and tag in ("h2", "h3"):
            self._begin(values["id"] or "")
            does = "title"
        elif self._article and values.get("id") and tag == "tr":
            self._before_row = self.section
            self._begin(values["id"] or "")
            does = "row"
        elif tag == "h1" or (tag == "th" and self._is("row")) or "promise__id" in classes:
            does = "title"
        elif self._is("title") and any(name.endswith(("__more", "__plan")) for name in classes):
            does = "text"
        elif any(name.endswith("__meta") for name in classes):
            does = "meta"
        if any(name.endswith("__over") for name in classes) and not self._is("nothing"):
            self.page.over = True
        self._open.append((tag, does))
        if tag in _APART:
            self._write(" ")

    def handle_endtag(self, tag: str) -> None:
        if not any(one == tag for one, _ in self._open):
            return
        while True:
            ended, does = self._open.pop()
            if does == "row" and self._before_row is not None:
                self.section = self._before_row
            if does == "article":
                self._article = False
            if ended == tag:
                break
        if tag in _APART:
            self._write(" ")

    def handle_data(self, data: str) -> None:
        if self._article:
            self._write(data)
        elif self._is("name"):
            self.page.name += data

    def _is(self, what: str) -> bool:
        return any(does == what for _, does in self._open)

    def _begin(self, anchor: str) -> None:
        self.section = Section(anchor)
        self.page.sections.append(self.section)

    def _write(self, data: str) -> None:
        told = [does for _, does in self._open if does in ("nothing", "title", "text")]
        if "nothing" in told or not self._article:
            return
        if told and told[-1] == "title":
            self.section.title += data
        elif self._is("meta"):
            return
        else:
            self.section.text += data


def read_page(html: str) -> ReadPage:
    """The page of a built file; sections without text of their own are left out."""
    reader = _Reader()
    reader.feed(html)
    page = reader.page
    for one in page.sections:
        one.title, one.text = _tidy(one.title), _tidy(one.text)
    page.title = page.sections[0].title
    page.name = _tidy(page.name).rpartition(" - ")[0] or page.title
    page.sections = [one for one in page.sections if one.title and (one.text or not one.anchor)]
    return page


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
