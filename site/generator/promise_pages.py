"""Where each promise stands on the site: one page and one anchor for every id, in both languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from chalicelib.domain.standards import Rulebook, Text

from .places import LANGUAGES, Places, SiteError

_PAGE_OF_KIND = {
    "repair": "promises/repairs",
    "complaint": "promises/complaints",
    "enquiry": "promises/enquiries",
    "service": "living/services",
    "breach": "promises/safety",
    "emergency": "promises/safety",
}


@dataclass(frozen=True)
class Placed:
    """A promise and the page that publishes it, without a slash at either end."""

    id: str
    title: Text
    page: str


def placed_promises(rulebook: Rulebook) -> tuple[Placed, ...]:
    """Every promise, by section and number."""
    found = [Placed(one.id, one.title, _PAGE_OF_KIND[one.kind]) for one in rulebook.standards.values()]
    for family in rulebook.families.values():
        found += [Placed(one.id, one.title, family.page) for one in family.commitments]
    return tuple(sorted(found, key=lambda one: (one.id[0], int(one.id[1:]))))


def by_section(rulebook: Rulebook) -> dict[str, list[Placed]]:
    """The promises by the letter of their section."""
    return {
        letter: list(rows) for letter, rows in groupby(placed_promises(rulebook), key=lambda one: one.id[0])
    }


def check_anchors(places: Places, rulebook: Rulebook) -> None:
    """Raises SiteError that names every promise without its anchor on its staged page, or with more than one on the site."""
    problems: list[str] = []
    for language in LANGUAGES:
        folder = places.pages / language
        pages = {one.relative_to(folder).as_posix(): one.read_text("utf-8") for one in folder.rglob("*.md")}
        problems += _problems(pages, rulebook, language)
    if problems:
        raise SiteError("有的承诺没有公布，或者公布了两处：\n" + "\n".join(problems))


def _problems(pages: Mapping[str, str], rulebook: Rulebook, language: str) -> list[str]:
    problems = []
    anchors = {name: Counter(re.findall(r'id="([A-Z]\d{1,2})"', text)) for name, text in pages.items()}
    for one in placed_promises(rulebook):
        where = sorted(name for name, found in anchors.items() if found[one.id])
        count = sum(found[one.id] for found in anchors.values())
        if where != [f"{one.page}.md"] or count != 1:
            shown = "、".join(where) or "哪一页都没有"
            problems.append(f"{one.id} 应当在 docs/{language}/{one.page}.md 上正好出现一次，现在：{shown}。")
    return problems
