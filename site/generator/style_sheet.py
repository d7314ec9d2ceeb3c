"""Makes the one style sheet of the site: what the theme has for the names that we use, then our own, both without comments.

The theme's sheet styles far more than this site shows; a rule stays when every class in it is a word of our sources, and a
custom property when something asks for it. Both languages run from left to right.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import rcssmin
import tinycss2

from .places import Places, SiteError

# Classes that Markdown makes and that stand in no source of ours.
_BY_MARKDOWN = {"admonition", "admonition-title"}
_SOURCES = (
    ("site", ("theme", "scripts", "generator")),
    ("docs", ("zh", "en")),
    ("backend", ("chalicelib/web",)),
)
_READ = {".html", ".js", ".md", ".py"}
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_PROPERTY = re.compile(r"var\(\s*(--[\w-]+)")
_CLASS = re.compile(r"\.((?:[\w-]|\\.)+)")
_OTHER_SCHEME = re.compile(r"\[data-md-color-(?:scheme=(?:slate|\"slate\")|(?:primary|accent)=(?!\"?custom))")
_OURS_INSTEAD = re.compile(
    r"\[dir=rtl\]|\.md-(?:nav|search|sidebar|source|top|select|version|overlay|toggle|dialog|banner|tags?|feedback|annotation)\b|\[data-md-"
)


def style_sheet(places: Places) -> str:
    """The sheet as text. Raises SiteError where the theme has no style sheet."""
    theme = _theme_sheet()
    ours = "\n".join(path.read_text("utf-8") for path in sorted((places.source / "styles").glob("*.css")))
    used = _words(places)
    kept = _kept(_rules(theme), used)
    asked = ""
    while asked != kept:  # what is taken away may have been the last to ask for something else
        asked = kept
        kept = _without(_rules(kept), set(_PROPERTY.findall(kept + ours)))
    return str(rcssmin.cssmin(kept + ours))


def _rules(sheet: str) -> list[Any]:
    return list(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True))


def _without(rules: Iterable[Any], asked: set[str]) -> str:
    """The rules without the custom properties that nothing asks for: most are drawings of icons."""
    out: list[str] = []
    for rule in rules:
        if rule.type == "qualified-rule" and any(
            one.type == "ident" and one.value.startswith("--") for one in rule.content
        ):
            kept = [
                one.serialize()
                for one in tinycss2.parse_blocks_contents(rule.content, True, True)
                if not (one.type == "declaration" and one.name.startswith("--") and one.name not in asked)
            ]
            if kept:
                out.append(f"{tinycss2.serialize(rule.prelude)}{{{';'.join(kept)}}}")
        else:
            out.append(rule.serialize())
    return "\n".join(out)


def _theme_sheet() -> str:
    found = importlib.util.find_spec("material")
    folder = Path(found.origin or "").parent if found else Path()
    sheets = sorted(folder.glob("templates/assets/stylesheets/main.*.min.css"))
    if len(sheets) != 1:
        raise SiteError("没有找到 mkdocs-material 的样式文件，请重新运行 make setup。")
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", sheets[0].read_text("utf-8"))


def _words(places: Places) -> set[str]:
    words = set(_BY_MARKDOWN)
    for top, folders in _SOURCES:
        for folder in folders:
            for path in (places.root / top / folder).rglob("*"):
                if path.suffix in _READ and path.is_file():
                    words.update(_WORD.findall(path.read_text("utf-8")))
    return words


def _kept(rules: Iterable[Any], used: set[str]) -> str:
    """The rules whose selectors can match something of ours."""
    out: list[str] = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [one for one in _selectors(tinycss2.serialize(rule.prelude)) if _can_match(one, used)]
            if selectors:
                out.append(f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = (
                _kept(tinycss2.parse_blocks_contents(rule.content or [], True, True), used)
                if rule.content
                else ""
            )
            if inner:
                out.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}")
        elif rule.type == "at-rule" and "keyframes" not in rule.lower_at_keyword:
            out.append(rule.serialize())
    return "\n".join(out)


def _selectors(prelude: str) -> list[str]:
    """The selectors of a list; commas inside brackets do not part them."""
    parts, depth, begin = [], 0, 0
    for at, sign in enumerate(prelude):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append(prelude[begin:at].strip())
            begin = at + 1
    return [*parts, prelude[begin:].strip()]


def _can_match(selector: str, used: set[str]) -> bool:
    if _OTHER_SCHEME.search(selector) or _OURS_INSTEAD.search(selector):
        return False
    bare = re.sub(
        r":not\([^()]*(?:\([^()]*\))?[^()]*\)", "", selector
    )  # what must not be there need not be known
    return all(name in used for name in _CLASS.findall(bare))
