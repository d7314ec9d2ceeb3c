"""Takes text apart into the terms under which it is found. `site/scripts/search.js` does the same to what is typed.

Chinese is taken in pairs of signs: that needs no dictionary, finds new words, and "物业电话" is found where 物业 and 电话 stand
apart. A word or number in Latin signs counts as one sign, so that "3号楼" is 3号 and 号楼; by itself it is a term too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

_SIGN = "\u3400-\u9fff"
_PARTS = re.compile(rf"[a-z0-9{_SIGN}\s]+")
_TOKENS = re.compile(rf"[a-z0-9]+|[{_SIGN}]")
_NUMERALS = re.compile("[零〇一二两三四五六七八九十百]+")
_DIGITS = {
    sign: value for value, signs in enumerate(["零〇", "一", "二两", *"三四五六七八九"]) for sign in signs
}


@cache
def variants() -> dict[str, str]:
    """Traditional sign -> simplified sign, where one sign stands for one (from OpenCC's tables, Apache License 2.0)."""
    listed = (Path(__file__).parent / "traditional.txt").read_text("utf-8").split()
    return {pair[0]: pair[1] for pair in listed}


@cache
def _simplified() -> dict[int, str]:
    return str.maketrans(variants())


def normal(text: str) -> str:
    """Full-width signs and capitals made ordinary, traditional signs simplified, Chinese numbers written in digits."""
    folded = unicodedata.normalize("NFKC", text).lower()
    simplified = folded.translate(_simplified())
    return _NUMERALS.sub(lambda found: _number(found[0]), simplified)


def _number(numerals: str) -> str:
    """十二 -> 12, 一百零五 -> 105, 二零二六 -> 2026."""
    if not set(numerals) & set("十百"):
        return "".join(str(_DIGITS[sign]) for sign in numerals)
    total = digit = 0
    for sign in numerals:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[sign]
    return str(total + digit)


def terms(text: str) -> Iterator[str]:
    """The terms of a text, as often as they occur, in order."""
    for part in _PARTS.findall(normal(text)):
        tokens = _TOKENS.findall(part)
        for one in tokens:
            if one.isascii():
                yield stem(one)
        if len(tokens) == 1 and not tokens[0].isascii():
            yield tokens[0]
        for first, second in pairwise(tokens):
            if not (first.isascii() and second.isascii()):
                yield first + second


def stem(word: str) -> str:
    """An English word without its commonest endings: repairs, repaired and repairing are one term."""
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("ing") and len(word) > 5:
        word = word[:-3]
    elif word.endswith("ed") and len(word) > 4:
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word
