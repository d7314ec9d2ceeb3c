"""The whole build of the site, as one function of a checkout and a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from chalicelib.domain.standards import Rulebook

from .built_pages import BuiltPage, pages_of
from .editor import write_editor
from .frames import write_frames
from .headers import write_headers
from .links import check_links
from .notices.notice import Notice
from .notices.publishing import keep_frames, publish_these
from .notices.reading import lonely, read_notices
from .places import Places
from .promise_pages import check_anchors
from .search_index import write_search_index
from .site_build import build_both, in_the_making, keep_what_is_used
from .sitemap import write_sitemap
from .stage import stage


def build(root: Path, now: datetime) -> list[str]:
    """Stage, build both languages, put the notices of `now` in, check; then the new site takes the old one's place.

    Returns what staff should know though it keeps nothing from being published: notices without a twin.
    Raises SiteError or RulebookError, and leaves the last good site standing then.
    """
    book = stage(root)
    check_anchors(Places(root), book)
    notices = read_notices(Places(root), book)
    with in_the_making(Places(root)) as made:
        build_both(made)
        write_frames(made)
        keep_what_is_used(made)
        keep_frames(made)
        _, pages = renew(made, book, notices, now)
        write_headers(made, pages)
        check_links(made, pages)
        write_editor(made, book)
    return lonely(notices)


def renew(
    places: Places,
    book: Rulebook,
    notices: Sequence[Notice],
    now: datetime,
    take_apart: Callable[[Path], Mapping[Path, BuiltPage]] = pages_of,
) -> tuple[datetime | None, Mapping[Path, BuiltPage]]:
    """Put the notices of `now` into the site: their pages, the places on others, the search, the map of the site.

    Returns the next moment at which something appears or ends, and the pages as they are now. Raises SiteError.
    """
    moment = publish_these(notices, places, book, now)
    pages = take_apart(places.site)
    write_search_index(places, book, pages)
    write_sitemap(places, pages)
    return moment, pages
