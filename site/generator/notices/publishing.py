"""Puts the notices of a moment into the built site: their pages, feeds and agenda, and the places on other pages."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from chalicelib.domain.standards import Rulebook
from generator.frames import empty_page
from generator.places import LANGUAGES, PREFIX, Language, Places, SiteError, site_url

from .agenda import agenda, one_event
from .feeds import json_feed, newest, rss
from .lists import ListPage, archive_lists, current_lists, filter_path
from .mistakes import Mistakes
from .notice import Notice, in_order, next_moment
from .pages import Pages
from .reading import RESERVED, read_notices
from .sharing import share_picture
from .slots import fill, filled

# How many stand on the home page and on a community's page, and on top of every page.
NEWS = 4
ON_TOP = 3
# The lists, which are checked with the rest of the site's links.
_LISTS = re.compile(rf"/(?:en/)?notices/(?:$|(?:{'|'.join(RESERVED)})/)")


def keep_frames(places: Places) -> None:
    """Take the empty pages that the site tool made for notices out of the site. Raises SiteError."""
    places.notice_frames.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        built = places.site / PREFIX[language].strip("/") / "notices" / "index.html"
        if not built.is_file():
            raise SiteError(f"没有找到 {built}：请先建好网站。")
        frame = empty_page(built.read_text("utf-8"), language, "notices")
        (places.notice_frames / f"{language}.html").write_text(frame, "utf-8")
        built.unlink()


def publish(places: Places, book: Rulebook, now: datetime) -> datetime | None:
    """Write everything about notices as it is at `now`. Returns the next moment at which something appears or ends.

    Runs on a site that is being made and on one that is being served. Raises SiteError with every mistake in the notices.
    """
    return publish_these(read_notices(places, book), places, book, now)


def publish_these(
    notices: Sequence[Notice], places: Places, book: Rulebook, now: datetime
) -> datetime | None:
    """The same with all notices of both languages, published or not, as they were read. Raises SiteError."""
    shown = {language: _shown(notices, language) for language in LANGUAGES}
    frames = {
        language: (places.notice_frames / f"{language}.html").read_text("utf-8") for language in LANGUAGES
    }
    site = site_url()
    pages: dict[Language, Pages] = {}
    for language in LANGUAGES:
        bare = Pages(book, language, frames[language], site)
        frame = filled(frames[language], _maker(bare, shown[language], book, now))
        pages[language] = Pages(book, language, frame, site)
    _check_links_within(places, notices)
    for language in LANGUAGES:
        made = _files(pages[language], notices, shown[language], book, now)
        _replace(places.site / PREFIX[language].strip("/") / "notices", made)
    _fill_slots(places, pages, shown, book, now)
    _write_tops(notices, places, pages, shown, book, now)
    image = places.site / "images" / "share.png"
    if not image.is_file():
        image.write_bytes(share_picture())
    moment = next_moment(notices, now)
    places.notice_state.write_text(json.dumps({"next": moment.isoformat() if moment else None}) + "\n")
    return moment


def _shown(notices: Sequence[Notice], language: Language) -> list[Notice]:
    """What the lists of a language have: its own, and those that stand in the other language only."""
    own = {one.slug for one in notices if one.language == language}
    return [one for one in notices if one.language == language or one.slug not in own]


def _files(
    pages: Pages, notices: Sequence[Notice], shown: Sequence[Notice], book: Rulebook, now: datetime
) -> dict[str, bytes | Path]:
    language = pages.language
    own = [one for one in notices if one.language == language]
    out: dict[str, bytes | Path] = {}
    for one in own:
        if one.published_at(now):
            out[f"{one.slug}/index.html"] = pages.notice(one, now).encode()
            if one.event:
                out[f"{one.slug}/event.ics"] = one_event(one, book, language, pages.site)
            for picture in one.pictures:
                out[f"pictures/{picture.name}"] = picture.kept
    for page in current_lists(shown, book, now):
        out[f"{page.path}index.html"] = pages.list(page).encode()
    for past in archive_lists(shown, pages.zone, now):
        html = pages.list(past) if isinstance(past, ListPage) else pages.archive(past)
        out[f"{past.path}index.html"] = html.encode()
    latest = newest(notices, language, now)
    out["feed.xml"] = rss(latest, book, language, pages.site)
    out["feed.json"] = json_feed(latest, book, language, pages.site)
    out["events.ics"] = agenda(own, book, language, now, pages.site)
    return out


def _replace(folder: Path, files: Mapping[str, bytes | Path]) -> None:
    """Write the files beside `folder` and put them in its place, so that nobody is served half of them."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".notices-", dir=folder.parent) as beside:
        fresh = Path(beside) / "new"
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copyfile(content, path)
            else:
                path.write_bytes(content)
        if folder.exists():
            folder.rename(Path(beside) / "before")
        fresh.rename(folder)


def _fill_slots(
    places: Places,
    pages: Mapping[Language, Pages],
    shown: Mapping[Language, Sequence[Notice]],
    book: Rulebook,
    now: datetime,
) -> None:
    makers = {language: _maker(pages[language], shown[language], book, now) for language in LANGUAGES}
    for path in sorted(places.site.rglob("*.html")):
        parts = path.relative_to(places.site).parts
        language: Language = "en" if parts[0] == "en" else "zh"
        if "notices" not in parts[:2]:
            fill(path, makers[language])
    for language in LANGUAGES:
        fill(places.compiled / f"frame.{language}.html", makers[language])


def _write_tops(
    notices: Sequence[Notice],
    places: Places,
    pages: Mapping[Language, Pages],
    shown: Mapping[Language, Sequence[Notice]],
    book: Rulebook,
    now: datetime,
) -> None:
    """What will be on top of the pages that the API makes, for it is not built anew when a hazard appears or ends.

    compiled/tops.{language}.json   each moment at which that changes, with what is there from then on; absent where none does
    """
    hazards = [one for one in notices if one.category.on_top]
    moments: list[datetime] = []
    moment = next_moment(hazards, now)
    while moment is not None:
        moments.append(moment)
        moment = next_moment(hazards, moment)
    for language in LANGUAGES:
        before = _maker(pages[language], shown[language], book, now)("top")
        tops: list[tuple[str, str]] = []
        for moment in moments:
            top = _maker(pages[language], shown[language], book, moment)("top")
            if top != before:
                tops.append((moment.isoformat(), top))
                before = top
        file = places.compiled / f"tops.{language}.json"
        if not tops:
            file.unlink(missing_ok=True)
            continue
        unfinished = file.with_name(f"{file.name}.unfinished")
        unfinished.write_text(json.dumps(tops, ensure_ascii=False) + "\n", "utf-8")
        unfinished.replace(file)


def _maker(pages: Pages, shown: Sequence[Notice], book: Rulebook, now: datetime) -> Callable[[str], str]:
    current = in_order(one for one in shown if one.current_at(now))

    def made(name: str) -> str:
        if name == "top":
            return pages.top([one for one in current if one.category.on_top][:ON_TOP])
        rest = [one for one in current if not one.category.on_top]
        if name == "home":
            return pages.news(rest[:NEWS])
        community = name.removeprefix("community ")
        if community not in book.communities:
            raise SiteError(f"页面里的通知位置“{name}”不认识。")
        here = [one for one in rest if one.concerns(community)]
        return pages.news(here[:NEWS], filter_path("", community))

    return made


def _check_links_within(places: Places, notices: Sequence[Notice]) -> None:
    """Each link of a notice to a page of the site leads somewhere. Raises SiteError with every one that does not."""
    mistakes = Mistakes()
    known = {f"{PREFIX[one.language]}notices/{one.slug}/" for one in notices}
    for one in notices:
        for address, line in one.links:
            path = address.partition("?")[0]
            file = places.site / path.lstrip("/") / ("index.html" if path.endswith("/") else "")
            if path in known or path.startswith("/api/") or _LISTS.match(path) or file.is_file():
                continue
            mistakes.add(
                one.file,
                line,
                f"链接“{address}”打不开，没有这个页面。请对照网站上的地址改正；别的通知写它的文件名，例如 2026-11-24-water.md。",
            )
    mistakes.raise_if_any()
