"""How homes are written: units and rooms tidied, the id made of them, and the terms by which a home or a name is found.

People write one home in many ways: `2单元502室`, `2-502`, `２－０５０２`. All of them become one.
"""

import re
from collections.abc import Mapping

_FOLDED = str.maketrans(
    "０１２３４５６７８９－—–‐﹣＿（）　，、／"
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
    "0123456789-----_() ,,/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
)
_BETWEEN = re.compile(r"(?:号楼|栋|幢|座|号院|building|单元|门栋|entrance|unit)", re.IGNORECASE)
_AFTER = re.compile(r"(?:室|户|号房|房|room)", re.IGNORECASE)
_PART = re.compile(r"[0-9a-z\u4e00-\u9fff]{1,10}")
SHORTEST_NUMBER = 4  # of a telephone number's end, so that a few guesses find nobody


class Unsound(ValueError):
    """A unit or a room that cannot be one."""


def tidy_unit(text: str) -> str:
    """A unit as it is kept: `2` for `2单元`, "" where there is none. Raises Unsound."""
    return _tidy(
        re.sub(r"(?:单元|门|unit|entrance)", "", _folded(text), flags=re.IGNORECASE), may_be_empty=True
    )


def tidy_room(text: str) -> str:
    """A room as it is kept: `502` for `502室`, with the zeros that were written. Raises Unsound."""
    return _tidy(_AFTER.sub("", _folded(text)), may_be_empty=False)


def home_id(building: str, unit: str, room: str) -> str:
    """The id of a home: building, unit (0 for none) and room, safe in keys and addresses. `0502` and `502` are one room."""
    return f"{building}-{_safe(unit) or '0'}-{_safe(room)}"


def said_home(unit: str, room: str) -> str:
    """The home within its building as residents write it."""
    return f"{unit}-{room}" if unit else room


def terms_of_home(building: str, unit: str, room: str) -> frozenset[str]:
    """What a home is found by: the beginnings of its whole address, of unit and room, and of the room alone."""
    rooms = {room, room.lstrip("0") or room}
    parts = {said_home(unit, one) for one in rooms}
    whole = {f"{building}-{part}" for part in parts}
    if unit:
        whole |= {f"{building}-{one}" for one in rooms}
    return frozenset(term.lower() for term in rooms | parts | whole)


def terms_of_name(name: str) -> frozenset[str]:
    """What a name is found by: each of its words, and a Chinese name also without its family name.

    None begins with "=": so begin the terms of telephones' ends.
    """
    words = [word.lstrip("=") for word in _folded(name).lower().replace("#", "").split()]
    found = {"".join(words), *words}
    for word in words:
        if re.fullmatch(r"[\u4e00-\u9fff]{3,}", word):
            found.add(word[1:])
    return frozenset(term for term in found if term)


def typed_terms(typed: str, buildings: Mapping[str, str]) -> list[str]:
    """The beginnings of terms that somebody may mean who typed this, the likeliest first.

    `buildings` maps what a building is called (as people say it, and its id) to its id.
    """
    text = re.sub(r"\s+", " ", _folded(typed)).strip().lower()
    if not text:
        return []
    plain = text.replace(" ", "")
    found = []
    for called in sorted(buildings, key=len, reverse=True):
        name = _folded(called).lower().replace(" ", "")
        if len(name) > 1 and plain.startswith(name):
            rest = _dashed(plain.removeprefix(name))
            found.append(f"{buildings[called].lower()}-{rest}")
    found += [_dashed(text), plain]
    terms = (term.replace("#", "").lstrip("=") for term in found)
    return list(dict.fromkeys(term for term in terms if term.strip("-")))


def _dashed(text: str) -> str:
    """`1号楼 2单元502室` as `1-2-502`."""
    text = _AFTER.sub("", _BETWEEN.sub("-", text))
    return re.sub(r"-+", "-", re.sub(r"[\s,/_]+", "-", text.strip())).strip("-")


def _folded(text: str) -> str:
    return text.translate(_FOLDED)


def _tidy(text: str, *, may_be_empty: bool) -> str:
    text = re.sub(r"[\s\-_/]", "", text).lower()
    if not text and may_be_empty:
        return ""
    if not _PART.fullmatch(text):
        raise Unsound(text)
    return text.upper()


def _safe(part: str) -> str:
    """Letters and digits as they are, every other sign by its number; leading zeros do not count."""
    part = part.lower().lstrip("0") or part[:1]
    return "".join(sign if sign.isascii() and sign.isalnum() else f"_{ord(sign):x}" for sign in part)
