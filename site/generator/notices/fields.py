"""What stands in the head of a notice, checked: each mistake is a sentence with the way out."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.standards import NoticeCategory, Rulebook
from chalicelib.domain.telephones import NoTelephone, telephone

from .moments import Written, moment

ALL = ("all", "全部", "所有", "所有小区", "全部小区")
_YES = ("true", "yes", "是", "on", "1")
_NO = ("false", "no", "否", "off", "0")
# Said once, in the Chinese file, and then true of the English one too.
SHARED = (
    "category",
    "communities",
    "buildings",
    "pinned",
    "published",
    "valid_until",
    "starts",
    "ends",
    "picture",
    "phone",
)


@dataclass(frozen=True)
class Ground:
    """What values are checked against."""

    book: Rulebook

    @property
    def zone(self) -> ZoneInfo:
        """In which zone moments are written."""
        return ZoneInfo(self.book.zone)


class _Wrong(ValueError):
    """A value cannot stay as it is; its text is the sentence about it."""


Read = Callable[[Any, Ground], Any]


def _one_line(longest: int) -> Read:
    def check(given: Any, ground: Ground) -> str:
        if not isinstance(given, str):
            raise _Wrong("要写成一行文字。")
        words = " ".join(given.split())
        if len(words) > longest:
            raise _Wrong(f"太长了，最多 {longest} 个字，现在有 {len(words)} 个。请写短一些，细节放到正文里。")
        return words

    return check


def _moment(given: Any, ground: Ground) -> Written:
    if not isinstance(given, str):
        raise _Wrong("要写一个时间，例如 2026-11-24 10:00。")
    try:
        return moment(given, ground.zone)
    except ValueError as error:
        raise _Wrong(str(error)) from None


def _yes_or_no(given: Any, ground: Ground) -> bool:
    said = str(given).lower()
    if said not in (*_YES, *_NO):
        raise _Wrong(f"“{given}”看不懂。请写 true（置顶）或 false（不置顶）。")
    return said in _YES


def _several(given: Any, ground: Ground) -> tuple[str, ...]:
    if isinstance(given, str):
        for sign in ("，", "、", ";", "；"):
            given = given.replace(sign, ",")
        return tuple(one.strip() for one in given.strip("[]").split(",") if one.strip())
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise _Wrong("要写成一行文字。")
    return tuple(given)


def _category(given: Any, ground: Ground) -> NoticeCategory:
    known = ground.book.notices
    for category in known.values():
        if given in (category.id, category.name.zh, category.name.en):
            return category
    raise _Wrong(f"没有“{given}”这个类别。可以写的有：{_listed(known)}。{_nearest(str(given), known)}")


def _communities(given: Any, ground: Ground) -> tuple[str, ...]:
    known, written = ground.book.communities, _several(given, ground)
    if any(one in ALL for one in written):
        return ()
    found = []
    for one in written:
        names = [id for id, held in known.items() if one in (id, held.name.zh, held.name.en)]
        if not names:
            raise _Wrong(f"没有“{one}”这个小区。可以写的有：{_listed(known)}；所有小区就写 all。")
        found += names
    return () if set(found) == set(known) else tuple(dict.fromkeys(found))


def _telephone(given: Any, ground: Ground) -> str:
    written = str(given).strip()
    try:
        telephone(written)
    except NoTelephone:
        raise _Wrong(
            f"“{written}”不是电话号码。请看看是不是有字母（O 和 0、l 和 1）或少了几位；座机要写区号，例如 010-12345678。"
        ) from None
    return written


def _listed(known: Mapping[str, Any]) -> str:
    return "、".join(f"{id}（{one.name.zh}）" for id, one in known.items())


def _nearest(given: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(given, list(known), n=1)
    return f"是不是想写“{near[0]}”？" if near else ""


def _or_none(read: Read) -> Read:
    return lambda given, ground: None if given is None else read(given, ground)


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The head of a notice."""

    title: str
    category: NoticeCategory
    published: Written
    communities: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()
    pinned: bool = False
    valid_until: Written | None = None
    starts: Written | None = None
    ends: Written | None = None
    place: str = ""
    summary: str = ""
    picture: str = ""
    picture_alt: str = ""
    phone: str = ""


_READ: Mapping[str, Read] = {
    "title": _one_line(100),
    "category": _category,
    "published": _moment,
    "communities": _communities,
    "buildings": _several,
    "pinned": _yes_or_no,
    "valid_until": _or_none(_moment),
    "starts": _or_none(_moment),
    "ends": _or_none(_moment),
    "place": _one_line(100),
    "summary": _one_line(160),
    "picture": _one_line(200),
    "picture_alt": _one_line(160),
    "phone": _telephone,
}
NAMES = tuple(_READ)
NEEDED = tuple(field.name for field in dataclasses.fields(Fields) if field.default is dataclasses.MISSING)

_MISSING = {
    "title": "缺少标题。请加一行 title: 周六上午 3 号楼停水。",
    "category": "缺少类别。请加一行 category，例如 category: weather；类别在 docs/rulebook/notices.toml 里。",
    "published": "缺少发布时间。请加一行 published: 2026-11-24 10:00，到那一刻自动发布。",
}


def read_fields(values: Mapping[str, Any], ground: Ground) -> tuple[Fields | None, list[tuple[str, str]]]:
    """The head, or None and what is wrong: (name of the value, sentence)."""
    found: dict[str, Any] = {}
    mistakes: list[tuple[str, str]] = []
    for name, read in _READ.items():
        try:
            if name in values:
                found[name] = read(values[name], ground)
            elif name in NEEDED:
                mistakes.append((name, _MISSING[name]))
        except _Wrong as wrong:
            sentence = str(wrong)
            mistakes.append((name, sentence if sentence[0] in "“没缺" else f"{name} {sentence}"))
    mistakes += [(name, _not_known(name)) for name in values if name not in NAMES]
    if mistakes:
        return None, mistakes
    fields = Fields(**found)
    together = _together(fields, ground)
    return (None, together) if together else (fields, [])


def _not_known(name: str) -> str:
    near = difflib.get_close_matches(name, NAMES, n=1)
    way = f"是不是想写“{near[0]}”？" if near else f"可以写的有：{'、'.join(NAMES)}。"
    return f"系统不认识“{name}”。{way}"


def _together(fields: Fields, ground: Ground) -> list[tuple[str, str]]:
    wrong: list[tuple[str, str]] = []
    if fields.valid_until and fields.valid_until.last() <= fields.published.at:
        wrong.append(
            ("valid_until", "到期比发布还早，这条通知永远看不到。请把 valid_until 改到 published 之后。")
        )
    if fields.ends and not fields.starts:
        wrong.append(("ends", "写了结束，没有写开始。请加一行 starts。"))
    if fields.place and not fields.starts:
        wrong.append(("place", "写了地点，没有写时间。请加一行 starts，例如 starts: 2026-12-05 09:30。"))
    if fields.starts and fields.ends and fields.ends.last() <= fields.starts.at:
        wrong.append(("ends", "结束比开始还早。请对调 starts 和 ends，或者看看日期。"))
    if fields.picture and not fields.picture_alt:
        wrong.append(
            (
                "picture",
                "这张图还没有文字说明，看不见图的人不知道是什么。请加一行 picture_alt: 图上是什么。",
            )
        )
    if fields.buildings:
        wrong += _of_buildings(fields, ground)
    return wrong


def _of_buildings(fields: Fields, ground: Ground) -> list[tuple[str, str]]:
    if len(fields.communities) != 1:
        return [("buildings", "写楼栋的时候，communities 要正好写一个小区，否则不知道是哪里的楼。")]
    known = ground.book.communities[fields.communities[0]].buildings
    wrong = []
    for one in fields.buildings:
        if not any(one in (id, held.name.zh, held.name.en) for id, held in known.items()):
            wrong.append(("buildings", f"这个小区没有“{one}”这栋楼。可以写的有：{_listed(known)}。"))
    return wrong
