"""The whole build of the site, as one function of a checkout and a moment."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from chalicelib.domain.standards import Rulebook

from .editor import write_editor
from .frames import write_frames
from .headers import write_headers
from .links import check_links
from .notices.publishing import keep_frames, publish
from .places import Places
from .promise_pages import check_anchors
from .search_index import write_search_index
from .site_build import build_both, in_the_making, keep_what_is_used
from .sitemap import write_sitemap
from .stage import stage


def build(root: Path, now: datetime) -> Rulebook:
    """Stage, build both languages, put the notices of `now` in, check; then the new site takes the old one's place.

    Raises SiteError or RulebookError, and leaves the last good site standing then.
    """
    book = stage(root)
    check_anchors(Places(root), book)
    with in_the_making(Places(root)) as made:
        build_both(made)
        write_frames(made)
        keep_what_is_used(made)
        keep_frames(made)
        publish(made, book, now)
        write_search_index(made, book)
        write_sitemap(made)
        write_headers(made)
        check_links(made)
        write_editor(made, book)
    return book
