"""Reads all notices of both languages and checks them as a whole: every mistake is found in one run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.standards import Rulebook
from generator.places import LANGUAGES, Language, Places

from .body import Bodies
from .fields import SHARED, Fields, Ground, read_fields
from .front_matter import FrontMatter, Unreadable, front_matter
from .mistakes import Mistakes
from .notice import Event, Notice
from .pictures import Picture, Pictures, Unfit

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
# Pages of the list have these names.
RESERVED = ("page", "archive", "category", "community", "pictures", "index")
SUMMARY = 80


@dataclass(frozen=True)
class Written:
    """One file, taken apart."""

    file: str
    slug: str
    matter: FrontMatter


def read_notices(places: Places, book: Rulebook) -> list[Notice]:
    """All notices, published or not. Raises SiteError with every mistake."""
    mistakes = Mistakes()
    found = {language: _files(places, language, mistakes) for language in LANGUAGES}
    reader = _Reader(places, Ground(book), mistakes, found)
    notices = [
        notice
        for language in LANGUAGES
        for written in found[language].values()
        if (notice := reader.notice(written, language)) is not None
    ]
    mistakes.raise_if_any()
    return notices


def lonely(notices: list[Notice]) -> list[str]:
    """A reminder for each notice that the other language does not have."""
    other = {"zh": "英文", "en": "中文"}
    folder = {"zh": "en", "en": "zh"}
    return [
        f"{one.file} 还没有{other[one.language]}的一份，页面上会注明。要补的话，同名放到 docs/{folder[one.language]}/notices/。"
        for one in notices
        if not one.twin
    ]


def _files(places: Places, language: str, mistakes: Mistakes) -> dict[str, Written]:
    found: dict[str, Written] = {}
    for path in sorted((places.docs / language / "notices").glob("*.md")):
        file = f"docs/{language}/notices/{path.name}"
        if not _SLUG.fullmatch(path.stem) or path.stem in RESERVED:
            mistakes.add(
                file,
                1,
                "文件名会成为网址，只能用英文小写字母、数字和短横，例如 2026-11-24-water.md，也不能叫 "
                + "、".join(RESERVED)
                + "。",
            )
            continue
        try:
            found[path.stem] = Written(file, path.stem, front_matter(path.read_bytes().decode("utf-8")))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            mistakes.add(file, line, "不是 UTF-8 编码。请用编辑器的“另存为”选 UTF-8 编码再存一次。")
        except Unreadable as error:
            mistakes.add(file, error.line, error.sentence)
    return found


class _Reader:
    def __init__(
        self,
        places: Places,
        ground: Ground,
        mistakes: Mistakes,
        found: Mapping[Language, Mapping[str, Written]],
    ) -> None:
        self._ground = ground
        self._mistakes = mistakes
        self._found = found
        self._bodies = {language: Bodies(language) for language in LANGUAGES}
        self._zh: dict[str, Fields | None] = {}
        self._seen: list[Picture] = []
        folders: dict[str, tuple[Path, ...]] = {
            language: tuple(places.docs / one / "notices" for one in (language, *LANGUAGES))
            for language in LANGUAGES
        }
        self._pictures = {
            language: Pictures(folders[language], places.notice_pictures) for language in LANGUAGES
        }

    def notice(self, written: Written, language: Language) -> Notice | None:
        """One notice, None where it has mistakes."""
        matter, twin = written.matter, None if language == "zh" else self._found["zh"].get(written.slug)
        fields, wrong = read_fields(self._completed(matter.values, twin), self._ground)
        if twin is None:
            self._zh[written.slug] = fields
        elif self._zh.get(written.slug) is None:  # the Chinese file is told of what both would say
            wrong = [one for one in wrong if one[0] in matter.lines]
        elif fields is not None:
            wrong = list(self._differing(fields, matter, self._zh[written.slug]))
        for name, sentence in wrong:
            self._mistakes.add(written.file, matter.lines.get(name, 1), sentence)
        self._seen = []
        body, first_words, links = self._body(written, language)
        picture = self._head_picture(fields, written, language) if fields else None
        if fields is None or wrong:
            return None
        return Notice(
            slug=written.slug,
            file=written.file,
            language=language,
            title=fields.title,
            category=fields.category,
            communities=fields.communities,
            buildings=self._buildings(fields),
            pinned=fields.pinned,
            published=fields.published.at,
            until=_until(fields, self._ground.zone),
            event=_event(fields),
            summary=fields.summary or _shortened(first_words),
            picture=picture,
            phone=fields.phone,
            body=body,
            twin=written.slug in self._found["en" if language == "zh" else "zh"],
            pictures=tuple(dict.fromkeys(self._seen)),
            links=links,
        )

    def _completed(self, values: Mapping[str, Any], twin: Written | None) -> dict[str, Any]:
        shared = (
            {name: twin.matter.values[name] for name in SHARED if name in twin.matter.values} if twin else {}
        )
        return {**shared, **values}

    def _differing(
        self, fields: Fields, matter: FrontMatter, chinese: Fields | None
    ) -> list[tuple[str, str]]:
        return [
            (
                name,
                f"{name} 和中文那一份不一样。请改成一样的，或者在英文这份里删掉这一行，系统会用中文那一份的。",
            )
            for name in SHARED
            if name in matter.values and getattr(fields, name) != getattr(chinese, name)
        ]

    def _body(self, written: Written, language: Language) -> tuple[str, str, tuple[tuple[str, int], ...]]:
        matter = written.matter
        if not matter.body.strip():
            self._mistakes.add(written.file, matter.body_line - 1, "没有正文。请在下面写上要告诉业主的话。")
        return self._bodies[language].html(
            matter.body,
            matter.body_line,
            lambda name, alt: self._picture(name, alt, language),
            lambda line, sentence: self._mistakes.add(written.file, line, sentence),
        )

    def _picture(self, name: str, alt: str, language: Language) -> Picture:
        found = self._pictures[language].picture(name, alt)
        self._seen.append(found)
        return found

    def _head_picture(self, fields: Fields, written: Written, language: Language) -> Picture | None:
        if not fields.picture:
            return None
        try:
            return self._picture(fields.picture, fields.picture_alt, language)
        except Unfit as error:
            self._mistakes.add(written.file, written.matter.lines.get("picture", 1), str(error))
            return None

    def _buildings(self, fields: Fields) -> tuple[str, ...]:
        if not fields.buildings:
            return ()
        known = self._ground.book.communities[fields.communities[0]].buildings
        return tuple(
            id
            for id, one in known.items()
            if any(written in (id, one.name.zh, one.name.en) for written in fields.buildings)
        )


def _event(fields: Fields) -> Event | None:
    if fields.starts is None:
        return None
    ends = fields.ends.last() if fields.ends else fields.starts.last() if fields.starts.whole_day else None
    return Event(fields.starts.at, ends, fields.starts.whole_day, fields.place)


def _until(fields: Fields, zone: ZoneInfo) -> datetime | None:
    """The last moment: as written, otherwise the end of the event that it invites to (of its day where no end is written)."""
    if fields.valid_until:
        return fields.valid_until.last()
    event = _event(fields)
    if event is None or event.ends:
        return event.ends if event else None
    day = event.starts.astimezone(zone).replace(hour=0, minute=0)
    return (day + timedelta(days=1)).astimezone(UTC)


def _shortened(words: str) -> str:
    return words if len(words) <= SUMMARY else words[: SUMMARY - 1].rstrip() + "…"
