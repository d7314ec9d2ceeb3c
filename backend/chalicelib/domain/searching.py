"""Finding a case by a few typed characters: its number, its home, words of what was written; and cases that look alike."""

import re
import unicodedata
from dataclasses import dataclass

from .keeping import Row

_PARTS = re.compile(r"[\s,，、;；]+")
_DIGITS = re.compile(r"\d+")
_NUMBERS_ONLY = re.compile(r"[\d\-/#.栋幢号楼单元层室户]+")
_SIGNS = re.compile(r"[\s,，、;；。.!！?？:：（）()“”\"'—…\-]+")
# Two cases with this much in common are shown to whoever is about to file or to work on one of them.
ALIKE = 2.0


class Needle:
    """What was typed, ready to be looked for. Full-width signs, case and blanks make no difference."""

    def __init__(self, typed: str) -> None:
        folded = _folded(typed)
        self.parts = tuple(part for part in _PARTS.split(folded) if part)

    def fits(self, *texts: str | None) -> bool:
        """Whether every part that was typed stands in one of the texts; "3-201" finds "3 单元 201"."""
        haystack = [_folded(text) for text in texts if text]
        return bool(self.parts) and all(any(_within(part, text) for text in haystack) for part in self.parts)


def _within(part: str, text: str) -> bool:
    if part in text.replace(" ", ""):
        return True
    if not _NUMBERS_ONLY.fullmatch(part):
        return False
    wanted, there = _DIGITS.findall(part), _DIGITS.findall(text)
    return len(wanted) > 1 and any(
        there[at : at + len(wanted)] == wanted for at in range(len(there) - len(wanted) + 1)
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@dataclass(frozen=True, slots=True)
class Matter:
    """What is being reported or worked on, as far as it is known: `of_home` says that its category is about one home."""

    building: str
    category: str | None = None
    of_home: bool = False
    home_id: str | None = None
    home: str | None = None
    words: str = ""


def alike(matter: Matter, rows: list[Row], most: int = 3) -> list[Row]:
    """The open cases that may be about the same thing, the likeliest first.

    The same home counts most; before a category is chosen it is all there is. The same category in the same building counts for
    shared parts (two neighbours report one lift); for what is in a home, another home is another thing unless the words agree.
    """
    scored = [(likeness(matter, row), row) for row in rows if row.case.building == matter.building]
    found = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [row for _, row in found[:most]]


def likeness(matter: Matter, row: Row) -> float:
    """How much a case has in common with the matter; from ALIKE upwards it is worth showing."""
    score = 0.0
    homes_known = bool(matter.home_id or matter.home) and bool(row.home_id or row.home)
    same_home = homes_known and _same_home(matter, row)
    if same_home:
        score += 2.0
    if matter.category is not None and matter.category == row.case.category:
        score += 2.0
        if matter.of_home and homes_known and not same_home:
            score -= 1.5
    elif matter.category is not None:
        score -= 0.5
    return score + 2 * _overlap(matter.words, row.excerpt or "")


def _same_home(matter: Matter, row: Row) -> bool:
    if matter.home_id and row.home_id:
        return matter.home_id == row.home_id
    here, there = _DIGITS.findall(_folded(matter.home or "")), _DIGITS.findall(_folded(row.home or ""))
    return bool(here) and bool(there) and here == there


def _overlap(one: str, other: str) -> float:
    """The share of the shorter text's pairs of neighbouring signs that stand in the other one too (0 to 1)."""
    pairs = [_pairs(text) for text in (one, other)]
    shorter, longer = sorted(pairs, key=len)
    return len(shorter & longer) / len(shorter) if shorter else 0.0


def _pairs(text: str) -> frozenset[str]:
    plain = _SIGNS.sub("", _folded(text))
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))
