"""Which lists of notices there are: current ones by category and community, past ones by month, each in pages of equal length.

Every combination of the two filters has its own page, so that filtering needs no script. No page grows with the number of
notices: lists are paged, and the archive shows the twelve months of one year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.standards import Rulebook

from .notice import Notice, in_order

PAGE = 20


@dataclass(frozen=True)
class ListPage:
    """One page of a list: its address below `notices/`, what it is filtered by, and its place among the list's pages."""

    path: str
    rows: Sequence[Notice]
    number: int
    pages: int
    category: str = ""
    community: str = ""
    month: str = ""

    def neighbour(self, step: int) -> str | None:
        """The path of the page before (-1) or after (1); None at the ends."""
        number = self.number + step
        return page_path(self.base, number) if 1 <= number <= self.pages else None

    @property
    def base(self) -> str:
        """The path of the list's first page."""
        return self.path.rpartition("page/")[0] if self.number > 1 else self.path


@dataclass(frozen=True)
class ArchiveYear:
    """The archive's page of a year: how many past notices each month has, and the years beside it."""

    path: str
    year: int
    months: Mapping[int, int]
    earlier: int | None
    later: int | None


def page_path(base: str, number: int) -> str:
    """The path of a list's page; the first is the list itself."""
    return base if number == 1 else f"{base}page/{number}/"


def filter_path(category: str, community: str) -> str:
    """The path of the current notices of a category and a community, "" for all."""
    return (f"community/{community}/" if community else "") + (f"category/{category}/" if category else "")


def current_lists(notices: Sequence[Notice], book: Rulebook, now: datetime) -> Iterator[ListPage]:
    """The lists of what is to be read now, for all filters."""
    current = in_order(one for one in notices if one.current_at(now))
    for community in ("", *book.communities):
        here = [one for one in current if not community or one.concerns(community)]
        by_category: dict[str, list[Notice]] = defaultdict(list)
        for one in here:
            by_category[one.category.id].append(one)
        for category in ("", *book.notices):
            rows = by_category[category] if category else here
            path = filter_path(category, community)
            yield from _paged(path, rows, category=category, community=community)


def archive_lists(
    notices: Sequence[Notice], zone: ZoneInfo, now: datetime
) -> Iterator[ListPage | ArchiveYear]:
    """The archive: past notices by the month of their publication, and a page for each year."""
    past = [one for one in notices if one.published_at(now) and not one.current_at(now)]
    months: dict[str, list[Notice]] = defaultdict(list)
    for one in sorted(past, key=lambda one: (one.published, one.slug), reverse=True):
        months[f"{one.published.astimezone(zone):%Y-%m}"].append(one)
    years = sorted({int(month[:4]) for month in months}) or [now.astimezone(zone).year]
    for at, year in enumerate(years):
        counts = {month: len(months.get(f"{year}-{month:02}", ())) for month in range(1, 13)}
        earlier = years[at - 1] if at else None
        later = years[at + 1] if at + 1 < len(years) else None
        yield ArchiveYear(f"archive/{year}/", year, counts, earlier, later)
        if later is None:
            yield ArchiveYear("archive/", year, counts, earlier, later)
    for month, rows in months.items():
        yield from _paged(f"archive/{month}/", rows, month=month)


def _paged(
    base: str, rows: Sequence[Notice], *, category: str = "", community: str = "", month: str = ""
) -> Iterator[ListPage]:
    pages = max(1, -(-len(rows) // PAGE))
    for number in range(1, pages + 1):
        part = rows[(number - 1) * PAGE : number * PAGE]
        yield ListPage(page_path(base, number), part, number, pages, category, community, month)
