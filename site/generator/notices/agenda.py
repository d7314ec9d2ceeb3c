"""Events as iCalendar (RFC 5545): one agenda a language that a telephone subscribes to, and one file for each event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry

from chalicelib.domain.standards import Rulebook

from .notice import Notice

# Those that were over longer ago leave the agenda; the archive keeps their pages.
KEPT = timedelta(days=60)
MOST = 200


def agenda(notices: Sequence[Notice], book: Rulebook, language: str, now: datetime, site: str) -> bytes:
    """The agenda of all events that are published and not long over."""
    soon = sorted(
        (
            one
            for one in notices
            if one.event and one.published_at(now) and (one.event.ends or one.event.starts) > now - KEPT
        ),
        key=lambda one: (one.event.starts if one.event else now, one.slug),
    )
    name = "守诺：小区活动" if language == "zh" else "Shounuo: events in your community"
    return _calendar(soon[:MOST], book, language, site, name)


def one_event(notice: Notice, book: Rulebook, language: str, site: str) -> bytes:
    """One event, to be put into a calendar by hand."""
    return _calendar([notice], book, language, site, notice.title)


def _calendar(notices: Sequence[Notice], book: Rulebook, language: str, site: str, name: str) -> bytes:
    made = Calendar()
    made.add("prodid", "-//Shounuo//Notices//" + ("ZH" if language == "zh" else "EN"))
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", book.zone)
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for notice in notices:
        made.add_component(_entry(notice, book, language, site))
    made.add_missing_timezones()
    written: bytes = made.to_ical()
    return written


def _entry(notice: Notice, book: Rulebook, language: str, site: str) -> Entry:
    event = notice.event
    assert event is not None
    zone = ZoneInfo(book.zone)
    entry = Entry()
    # The same in every build and on every host, so that a change moves the entry instead of adding a second.
    entry.add("uid", f"{notice.slug}.{language}@notices.shounuo")
    entry.add("dtstamp", notice.published)
    entry.add("summary", notice.title)
    starts = event.starts.astimezone(zone)
    ends = event.ends.astimezone(zone) if event.ends else None
    entry.add("dtstart", starts.date() if event.whole_days else starts)
    if ends is not None:
        entry.add("dtend", ends.date() if event.whole_days else ends)
    if event.place:
        entry.add("location", event.place)
    entry.add("description", notice.summary)
    entry.add("categories", [notice.category.name.in_language(language)])
    entry.add("url", f"{site}{'' if language == 'zh' else 'en/'}notices/{notice.slug}/")
    return entry
