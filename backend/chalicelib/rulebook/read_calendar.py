"""Reads the service hours and the State Council's holiday arrangements, one file a year."""

from __future__ import annotations

import datetime

from chalicelib.domain.calendar import YearDays
from chalicelib.rulebook.read_places import zone_name
from chalicelib.rulebook.table import Table

_SATURDAY = 5
_LONGEST_HOLIDAY = 15
# The days that are off by law; an arrangement joins weekends to them, so that an announced year always has more.
_STATUTORY_DAYS = 13


def read_service(table: Table) -> tuple[str, datetime.time, datetime.time]:
    """Zone, opening and closing time (A1)."""
    zone = zone_name(table, "zone", table.words("zone"))
    opens = table.time("opens")
    closes = table.time("closes")
    if opens and closes and opens >= closes:
        table.wrong(
            "closes", f"服务结束（{closes:%H:%M}）没有比开始（{opens:%H:%M}）晚。请看看是不是写反了。"
        )
    table.finish()
    return zone, opens or datetime.time(0), closes or datetime.time(1)


def read_year(table: Table) -> YearDays:
    """One year's holidays and make-up working days."""
    problems_before = len(table.problems.found)
    year = table.whole("year", least=2000, most=2100)
    stem = table.file.rpartition("/")[2].removesuffix(".toml")
    if str(year) != stem:
        table.wrong("year", f"写的是 {year}，文件名却是“{stem}.toml”。请改成一样的。")
    announced = table.flag("announced")
    source = table.words("source")
    make_up_days = table.dates("make_up_days")
    holidays = _holidays(table, year)
    for day in make_up_days:
        _check_make_up_day(table, day, year, holidays)
    if make_up_days and not announced:
        table.wrong("announced", "已经有调休了，安排应当公布了。请改成 true，或者先把 make_up_days 写成 []。")
    if announced and 0 < len(holidays) <= _STATUTORY_DAYS:
        table.wrong(
            "announced",
            f"写着已经公布，却只有法定的 {len(holidays)} 天假，没有连休。请照国务院的通知补全；还没公布就写 false。",
        )
    table.finish()
    if len(table.problems.found) > problems_before:
        return YearDays(year, frozenset(), frozenset(), announced=False, source="")
    return YearDays(
        year=year,
        holidays=frozenset(holidays),
        make_up_days=frozenset(make_up_days),
        announced=announced,
        source=source,
    )


def _holidays(table: Table, year: int) -> set[datetime.date]:
    holidays: set[datetime.date] = set()
    rows = table.rows("holidays", named_by="name")
    for row in rows:
        row.words("name")
        first, last = row.date("first"), row.date("last")
        row.finish()
        if first is None or last is None:
            continue
        for name, day in (("first", first), ("last", last)):
            if day.year != year:
                row.wrong(name, f"{day} 不在 {year} 年。别的年份的日子请写到那一年的文件里。")
        length = (last - first).days + 1
        if length < 1:
            row.wrong("last", f"最后一天（{last}）比第一天（{first}）早。请看看是不是写反了。")
        elif length > _LONGEST_HOLIDAY:
            row.wrong("last", f"这个假期有 {length} 天，太长了。请看看月份是不是写错了。")
        else:
            days = {first + datetime.timedelta(days=at) for at in range(length)}
            if days & holidays:
                row.wrong("first", f"{min(days & holidays)} 已经算在别的假期里了。请看看日期。")
            holidays |= days
    if not rows:
        table.wrong(
            "holidays", "这一年一个假期也没有，肯定漏了。请照国务院的通知补上；还没公布就先写法定放假日。"
        )
    return holidays


def _check_make_up_day(table: Table, day: datetime.date, year: int, holidays: set[datetime.date]) -> None:
    if day.year != year:
        table.wrong("make_up_days", f"{day} 不在 {year} 年。别的年份的日子请写到那一年的文件里。")
    elif day in holidays:
        table.wrong("make_up_days", f"{day} 又是放假又是调休上班。请对照通知，只留一个。")
    elif day.weekday() < _SATURDAY:
        table.wrong("make_up_days", f"{day} 本来就是周一到周五，不用写。调休上班的只会是周六、周日。")
