"""Days and times of notices in words. They stand on pages that are not made anew each day: no "today" in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .notice import Event

_WEEKDAYS = "一二三四五六日"


def day(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """ "2026年11月24日" / "24 Nov 2026"."""
    local = moment.astimezone(zone)
    if language == "zh":
        return f"{local.year}年{local.month}月{local.day}日"
    return f"{local.day} {local:%b} {local.year}"


def moment_of(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """ "2026年11月24日（周二）10:00" / "Tue 24 Nov 2026, 10:00"; the midnight that ends a day is 24:00 of that day."""
    local = moment.astimezone(zone)
    time = f"{local:%H:%M}"
    if time == "00:00":
        local, time = local - timedelta(days=1), "24:00"
    if language == "zh":
        return f"{local.year}年{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）{time}"
    return f"{local:%a} {local.day} {local:%b} {local.year}, {time}"


def event_words(event: Event, zone: ZoneInfo, language: str) -> str:
    """When an event takes place: "12月5日（周六）9:30–11:00"."""
    starts = event.starts.astimezone(zone)
    first = _weekday_and_day(starts, language)
    if event.whole_days:
        last = (event.ends or event.starts + timedelta(days=1)).astimezone(zone) - timedelta(days=1)
        return first if last.date() == starts.date() else f"{first} – {_weekday_and_day(last, language)}"
    gap = "" if language == "zh" else ", "
    from_then = f"{first}{gap}{starts.hour}:{starts:%M}"
    if event.ends is None:
        return from_then
    ends = event.ends.astimezone(zone)
    until = f"{ends.hour}:{ends:%M}"
    if ends.date() != starts.date():
        return f"{from_then} – {_weekday_and_day(ends, language)}{gap}{until}"
    return f"{from_then}–{until}"


def _weekday_and_day(local: datetime, language: str) -> str:
    if language == "zh":
        return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）"
    return f"{local:%a} {local.day} {local:%b}"
