"""The pages of notices as HTML in the site's own frame."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape
from zoneinfo import ZoneInfo

from chalicelib.domain.standards import Rulebook, Text
from chalicelib.web.rendering import in_frame
from generator.places import PREFIX, Language
from generator.templates import render

from . import spoken
from .lists import ArchiveYear, ListPage, filter_path
from .notice import Notice

# Where a page's own head goes.
_HEAD = re.compile(r'<meta name="description" content="[^"]*">')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAME = {"zh": "守诺", "en": "Shounuo"}
# Between these stands what is a page's own; the rest is the frame, alike on all of them.
BEGIN, END = "<!--notice:begin-->", "<!--notice:end-->"


@dataclass(frozen=True)
class Pages:
    """Renders in one language. `frame` is the empty page, `site` the address of the site with a slash at the end."""

    book: Rulebook
    language: Language
    frame: str
    site: str

    @cached_property
    def zone(self) -> ZoneInfo:
        """In which zone moments are said."""
        return ZoneInfo(self.book.zone)

    @property
    def zh(self) -> bool:
        """Whether this is the Chinese site."""
        return self.language == "zh"

    def t(self, text: Text) -> str:
        """Words in this language."""
        return text.in_language(self.language)

    def tag(self, language: str) -> str:
        """The language's name in HTML."""
        return language

    def address(self, notice: Notice) -> str:
        """Where a notice stands: in this language, or in the only one that it has."""
        return f"{PREFIX[notice.language]}notices/{notice.slug}/"

    def day(self, moment: datetime) -> str:
        """A date."""
        return spoken.day(moment, self.zone, self.language)

    def moment(self, moment: datetime) -> str:
        """A date with its time, and the year."""
        return spoken.moment_of(moment, self.zone, self.language)

    def month(self, number: int) -> str:
        """The name of a month."""
        return f"{number}月" if self.zh else _MONTHS[number - 1]

    def event(self, notice: Notice) -> str:
        """When its event takes place."""
        assert notice.event is not None
        return spoken.event_words(notice.event, self.zone, self.language)

    def whose(self, notice: Notice) -> str:
        """For which communities and buildings it is meant."""
        if not notice.communities:
            return "所有小区" if self.zh else "All communities"
        communities = [self.book.communities[one] for one in notice.communities]
        names = ("、" if self.zh else ", ").join(self.t(one.name) for one in communities)
        if not notice.buildings:
            return names
        buildings = [self.t(communities[0].buildings[one].name) for one in notice.buildings]
        return names + (" " if self.zh else ", ") + ("、" if self.zh else ", ").join(buildings)

    def notice(self, notice: Notice, now: datetime) -> str:
        """The page of one notice."""
        content = render(
            "notice.html",
            self.book,
            self.language,
            p=self,
            notice=notice,
            over=not notice.current_at(now),
        ).replace(BODY, notice.body)
        path = f"notices/{notice.slug}/"
        return self._whole(path, notice.title, content, notice.summary, notice, twin=notice.twin)

    def list(self, page: ListPage) -> str:
        """A page of a list."""
        title = self._title(page)
        content = render(
            "notice_list.html",
            self.book,
            self.language,
            p=self,
            list=page,
            title=title,
            filter_path=filter_path,
        )
        number = (
            (f"（第 {page.number} 页）" if self.zh else f", page {page.number}") if page.number > 1 else ""
        )
        return self._whole(f"notices/{page.path}", title + number, content, self._line())

    def archive(self, year: ArchiveYear) -> str:
        """The archive's page of a year."""
        title = f"{year.year} 年的通知" if self.zh else f"Past notices of {year.year}"
        content = render("notice_archive.html", self.book, self.language, p=self, year=year, title=title)
        return self._whole(f"notices/{year.path}", title, content, self._line())

    def news(self, rows: Sequence[Notice], path: str = "") -> str:
        """The newest notices, for other pages; "" when there are none."""
        if not rows:
            return ""
        return render("notice_news.html", self.book, self.language, p=self, rows=rows, path=path)

    def top(self, rows: Sequence[Notice]) -> str:
        """The hazards, for the top of every page; "" when there are none."""
        return render("notice_top.html", self.book, self.language, p=self, rows=rows) if rows else ""

    def _title(self, page: ListPage) -> str:
        if page.month:
            year, month = page.month.split("-")
            return (
                f"{year} 年 {int(month)} 月的通知"
                if self.zh
                else f"Notices of {_MONTHS[int(month) - 1]} {year}"
            )
        category = self.t(self.book.notices[page.category].name) if page.category else ""
        community = self.t(self.book.communities[page.community].name) if page.community else ""
        if self.zh:
            return f"{community}{'：' if community and category else ''}{category or '通知'}"
        return ": ".join(one for one in (community, category or "Notices") if one)

    def _line(self) -> str:
        return (
            "物业公司发给业主的通知：小区新闻、天气、安全、活动和法规。"
            if self.zh
            else "What the property company tells residents: news, weather, safety, events and the law."
        )

    def _whole(
        self,
        path: str,
        title: str,
        content: str,
        summary: str,
        notice: Notice | None = None,
        *,
        twin: bool = True,
    ) -> str:
        other = "en" if self.zh else "zh"
        name = "English" if self.zh else "中文"
        there = f"{PREFIX[other]}{path if twin else 'notices/'}"
        head = self._head(path, title, summary, notice, twin=twin)
        frame = _HEAD.sub(lambda _: head, self.frame, count=1)
        return in_frame(frame, title, f"{BEGIN}{content}{END}", (there, other, name))

    def _head(self, path: str, title: str, summary: str, notice: Notice | None, *, twin: bool) -> str:
        picture = notice.picture if notice else None
        facts = {
            "og:type": "article" if notice else "website",
            "og:site_name": _NAME[self.language],
            "og:locale": "zh_CN" if self.zh else "en_GB",
            "og:title": title,
            "og:description": summary,
            "og:url": f"{self.site}{PREFIX[self.language][1:]}{path}",
            "og:image": f"{self.site}{f'notices/pictures/{picture.name}' if picture else 'images/share.png'}",
            "og:image:width": str(picture.width if picture else 1200),
            "og:image:height": str(picture.height if picture else 630),
            "og:image:alt": picture.alt if picture else _NAME[self.language],
        }
        if notice:
            facts["article:published_time"] = notice.published.isoformat()
        lines = [f'<meta name="description" content="{escape(summary)}">']
        lines += [f'<meta property="{one}" content="{escape(text)}">' for one, text in facts.items()]
        lines.append('<meta name="twitter:card" content="summary_large_image">')
        lines.append(f'<link rel="canonical" href="{facts["og:url"]}">')
        for language in ("zh", "en") if twin else ():
            there = f"{self.site}{PREFIX[language][1:]}{path}"
            lines.append(f'<link rel="alternate" hreflang="{language}" href="{there}">')
        if notice is None:
            lines.append('<meta name="search" content="none">')
        feeds = f"{PREFIX[self.language]}notices/feed"
        lines.append(f'<link rel="alternate" type="application/rss+xml" title="RSS" href="{feeds}.xml">')
        lines.append(
            f'<link rel="alternate" type="application/feed+json" title="JSON Feed" href="{feeds}.json">'
        )
        return "".join(lines)


# Put in after the template's lines were drawn together, which must not touch the text of a notice (its <pre> has line breaks).
BODY = "<!--notice:body-->"
