"""The parts that pages are made of, cut out of the real templates and shown side by side in the handbook.

A part is taken from a page that is filled with invented data, by its class. It is for looking at: its forms send nothing, and its
ids are its own, so that a page can show many of them.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from chalicelib.domain.standards import Rulebook

from .places import Language, SiteError
from .samples import SamplePages
from .templates import compact

# What the handbook calls it -> the invented page, the class of the part, and where there are several, what is in it.
SPECIMENS = {
    "clocks": ("track", "clocks"),
    "clocks_kept": ("track-done", "clocks"),
    "timeline": ("track", "timeline"),
    "actions": ("track", "action-list"),
    "facts": ("track", "facts"),
    "telephones": ("track", "phones"),
    "share": ("receipt", "share"),
    "told_good": ("track-done", "notice--good"),
    "told_major": ("staff_queue", "notice--major"),
    "error_summary": ("refused_form", "error-summary"),
    "field": ("refused_form", "field", 'id="what"'),
    "field_wrong": ("refused_form", "field--wrong", 'id="phone"'),
    "choices": ("refused_form", "choice"),
    "call_instead": ("refused_form", "call-instead"),
    "queue": ("staff_queue", "queue"),
    "list_tabs": ("staff_queue", "list-tabs"),
    "staff_bar": ("staff_queue", "staff-bar"),
}
_EMPTY = {"input", "br", "img", "hr", "wbr", "path", "source"}
_TIES = (
    "id",
    "for",
    "aria-describedby",
    "aria-labelledby",
    "aria-controls",
    "headers",
    "list",
    "aria-activedescendant",
)
_ATTRIBUTE = re.compile(rf'\s(?P<name>{"|".join(_TIES)})="(?P<ids>[^"]*)"')


def specimen(rulebook: Rulebook, language: Language, name: str) -> str:
    """One part as HTML. Raises SiteError when the pages have no such part any more."""
    page, wanted, *within = SPECIMENS[name]
    parts = cut_out(_pages(rulebook, language)[page], wanted)
    found = next((one for one in parts if all(what in one for what in within)), "")
    if not found:
        raise SiteError(
            f"手册要展示的“{name}”在页面里找不到了（类名 {wanted}），请改 site/generator/specimens.py。"
        )
    return f'<div class="specimen">\n{inert(compact(found), name)}\n</div>'


def cut_out(html: str, wanted: str) -> list[str]:
    """The elements with this class, each whole, in order; one inside another is not taken apart."""
    finder = _Finder(wanted)
    finder.feed(html)
    return finder.found


def inert(html: str, name: str) -> str:
    """The part with ids of its own, without forms that could be sent and without scripts."""
    html = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    html = re.sub(r"<form\b[^>]*?(\sclass=\"[^\"]*\")?[^>]*>", lambda m: f"<div{m[1] or ''}>", html).replace(
        "</form>", "</div>"
    )
    html = re.sub(r'(<a\b[^>]*?\shref=")[^"]*(")', r"\1#components\2", html)
    html = re.sub(r"<(section|nav)\b", '<div role="group"', html)
    html = re.sub(r"</(section|nav)>", "</div>", html)
    html = re.sub(r'<input\b[^>]*type="hidden"[^>]*>', "", html)
    html = re.sub(r"<(?:input|select|textarea)\b[^>]*>", lambda m: _named(m[0], name), html)
    return _ATTRIBUTE.sub(
        lambda m: f' {m["name"]}="{" ".join(f"{name}-{one}" for one in m["ids"].split())}"', html
    )


def _named(control: str, name: str) -> str:
    """A control that belongs to no form needs no name, but radio buttons are one choice by theirs."""
    new = rf' name="{name}-\1"' if 'type="radio"' in control else ""
    return re.sub(r'\sname="([^"]*)"', new, control)


def _pages(rulebook: Rulebook, language: Language) -> dict[str, str]:
    key = (rulebook.version, language)
    if key not in _FILLED:
        _FILLED[key] = SamplePages(rulebook, language).pages()
    return _FILLED[key]


_FILLED: dict[tuple[str, str], dict[str, str]] = {}


class _Finder(HTMLParser):
    def __init__(self, wanted: str) -> None:
        super().__init__(convert_charrefs=False)
        self.wanted = wanted
        self.found: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._depth:
            if self.wanted not in (dict(attrs).get("class") or "").split():
                return
            self.found.append("")
        self.found[-1] += self.get_starttag_text() or ""
        if tag not in _EMPTY:
            self._depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._depth:
            self.found[-1] += self.get_starttag_text() or ""

    def handle_endtag(self, tag: str) -> None:
        if self._depth:
            self.found[-1] += f"</{tag}>"
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.found[-1] += data

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def tokens(language: Language) -> str:
    """The colours by their names, each drawn in the light or dark value that the reader's device asks for."""
    sheet = (Path(__file__).parents[1] / "styles" / "1-tokens.css").read_text("utf-8")
    light = sheet[: sheet.index("@media")]
    rows = re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", light)
    dark = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", sheet[sheet.index("@media") :]))
    shown = "".join(
        f'<li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><path d="M0 0h10v10H0z" fill="var(--{name})"/></svg>'
        f"<code>--{name}</code> <span>{value} · {dark.get(name, value)}</span></li>"
        for name, value in rows
    )
    lead = "浅色 · 深色" if language == "zh" else "light · dark"
    return f'<p class="hint">{lead}</p>\n<ul class="swatches">{shown}</ul>'
