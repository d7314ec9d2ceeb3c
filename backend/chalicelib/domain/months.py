"""Months as keys write them, "2026-11", by the calendar of a community."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def month_at(moment: datetime, zone: str) -> str:
    """The month in which a moment lies."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m}"


def months_until(now: datetime, zone: str, count: int) -> Iterator[str]:
    """The newest months, the present one first."""
    present = month_at(now, zone)
    for back in range(count):
        yield moved(present, -back)


def is_over(month: str, now: datetime, zone: str) -> bool:
    """Whether a month is over."""
    return month < month_at(now, zone)


def moved(month: str, by: int) -> str:
    """The month that comes so many months after, or before where `by` is negative."""
    year, number = map(int, month.split("-"))
    years, months = divmod(year * 12 + number - 1 + by, 12)
    return f"{years:04}-{months + 1:02}"


def last_day(month: str) -> date:
    """The last day of a month."""
    return date.fromisoformat(f"{moved(month, 1)}-01") - timedelta(days=1)
