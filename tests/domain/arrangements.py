"""Service calendars for tests: the State Council's arrangements of 2024 to 2026, copied by hand from its notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.calendar import ServiceCalendar, YearDays


def days(*spans: str) -> frozenset[date]:
    """The days of spans such as "2026-10-01..2026-10-07" or "2026-01-01"."""
    found = set()
    for span in spans:
        first, _, last = span.partition("..")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    return frozenset(found)


ANNOUNCED = {
    2024: YearDays(
        year=2024,
        holidays=days(
            "2024-01-01",
            "2024-02-10..2024-02-17",
            "2024-04-04..2024-04-06",
            "2024-05-01..2024-05-05",
            "2024-06-10",
            "2024-09-15..2024-09-17",
            "2024-10-01..2024-10-07",
        ),
        make_up_days=days(
            "2024-02-04",
            "2024-02-18",
            "2024-04-07",
            "2024-04-28",
            "2024-05-11",
            "2024-09-14",
            "2024-09-29",
            "2024-10-12",
        ),
        announced=True,
        source="国务院办公厅关于2024年部分节假日安排的通知",
    ),
    2025: YearDays(
        year=2025,
        holidays=days(
            "2025-01-01",
            "2025-01-28..2025-02-04",
            "2025-04-04..2025-04-06",
            "2025-05-01..2025-05-05",
            "2025-05-31..2025-06-02",
            "2025-10-01..2025-10-08",
        ),
        make_up_days=days("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
        announced=True,
        source="国务院办公厅关于2025年部分节假日安排的通知",
    ),
    2026: YearDays(
        year=2026,
        holidays=days(
            "2026-01-01..2026-01-03",
            "2026-02-15..2026-02-23",
            "2026-04-04..2026-04-06",
            "2026-05-01..2026-05-05",
            "2026-06-19..2026-06-21",
            "2026-09-25..2026-09-27",
            "2026-10-01..2026-10-07",
        ),
        make_up_days=days("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
        announced=True,
        source="国务院办公厅关于2026年部分节假日安排的通知",
    ),
}

STATUTORY_2027 = YearDays(
    year=2027,
    holidays=days("2027-01-01", "2027-02-05..2027-02-08"),
    make_up_days=frozenset(),
    announced=False,
    source="",
)

# Not the real one, which nobody knows yet: an arrangement such as the State Council's, to see a promise become final.
AS_IF_ANNOUNCED_2027 = YearDays(
    year=2027,
    holidays=days("2027-01-01..2027-01-03", "2027-02-05..2027-02-11"),
    make_up_days=days("2027-01-09"),
    announced=True,
    source="invented for this test",
)


def service(
    *more: YearDays, zone: str = "Asia/Shanghai", opens: str = "08:00", closes: str = "18:00"
) -> ServiceCalendar:
    """A calendar of the announced years and `more`."""
    years = {**ANNOUNCED, **{year.year: year for year in more}}
    return ServiceCalendar(zone, time.fromisoformat(opens), time.fromisoformat(closes), years)


def local(text: str, zone: str = "Asia/Shanghai", fold: int = 0) -> datetime:
    """A moment written in local time, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
