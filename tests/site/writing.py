"""A checkout with notices of a test's own, whose site is already built."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.domain.standards import Rulebook
from generator.notices.publishing import publish
from generator.places import LANGUAGES, Places, SiteError

CHINA = ZoneInfo("Asia/Shanghai")


def china(text: str) -> datetime:
    """A moment in China's time, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


@dataclass(frozen=True)
class Checkout:
    """Write notices, publish them at a moment, read what came out."""

    places: Places
    book: Rulebook

    def write(self, language: str, slug: str, text: str) -> None:
        """One notice's file."""
        folder = self.places.docs / language / "notices"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{slug}.md").write_text(text, "utf-8")

    def publish(self, now: str) -> datetime | None:
        """Put the notices of that moment (China's time) into the site."""
        return publish(self.places, self.book, china(now))

    def mistakes(self) -> list[str]:
        """What staff are told, line by line."""
        try:
            self.publish("2026-11-25T12:00")
        except SiteError as error:
            return [line.strip() for line in str(error).splitlines()[1:]]
        return []

    def read(self, path: str) -> str:
        """A page or file of the site; "" where there is none."""
        file = self.places.site / path
        file = file / "index.html" if path.endswith("/") or path == "" else file
        return file.read_text("utf-8") if file.is_file() else ""


def checkout(folder: Path, built: Places, book: Rulebook) -> Checkout:
    """A checkout in `folder` that stands on the site that was built."""
    places = Places(folder)
    for language, place in zip(LANGUAGES, ("", "en"), strict=True):
        target = places.site / place
        target.mkdir(parents=True, exist_ok=True)
        for name in (
            "index.html",
            "communities/river-view/index.html",
            "communities/osmanthus-lane/index.html",
        ):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(built.site / place / name, target / name)
        (target / "communities" / "index.html").touch()
        (places.docs / language / "notices").mkdir(parents=True)
    (places.site / "images").mkdir()
    shutil.copytree(built.notice_frames, places.notice_frames)
    places.compiled.mkdir(parents=True)
    for language in LANGUAGES:
        shutil.copy(built.compiled / f"frame.{language}.html", places.compiled)
    return Checkout(places, book)


NOTICE = """---
title: {title}
category: {category}
published: {published}
{more}---
{body}
"""


def notice(
    title: str = "周六停水",
    category: str = "works",
    published: str = "2026-11-24 09:00",
    body: str = "周六上午停水三小时。",
    **more: str,
) -> str:
    """The text of a notice's file."""
    lines = "".join(f"{name}: {value}\n" for name, value in more.items())
    return NOTICE.format(title=title, category=category, published=published, more=lines, body=body)
