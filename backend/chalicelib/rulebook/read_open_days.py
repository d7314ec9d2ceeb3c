"""Reads the general manager's open days (A4)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from itertools import pairwise

from chalicelib.domain.open_days import OpenDay
from chalicelib.rulebook.table import Table

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MOST_SLOTS = 40


def read_open_days(table: Table, communities: Collection[str] | None) -> tuple[OpenDay, ...]:
    """The days, the earliest first; `communities` is None when they could not be read and cannot be checked against."""
    days: list[OpenDay] = []
    for row in table.rows("open_days"):
        day = _open_day(row, communities)
        if any(one.id == day.id for one in days):
            row.wrong("id", f"“{day.id}”写了两次。请换一个编号。")
        if any((one.community, one.date) == (day.community, day.date) for one in days):
            row.wrong("date", "这个小区这一天已经有一次开放日了。请把时段写在一起。")
        days.append(day)
    table.finish()
    return tuple(sorted(days, key=lambda one: (one.date, one.id)))


def _open_day(row: Table, communities: Collection[str] | None) -> OpenDay:
    community = row.identifier("community")
    if community and communities is not None and community not in communities:
        row.wrong("community", f"没有“{community}”这个小区。可以写的有：{'、'.join(communities)}。")
    minutes = row.whole("minutes", least=5, most=240)
    day = OpenDay(
        id=row.identifier("id"),
        community=community,
        date=row.date("date") or datetime.date(2000, 1, 1),
        place=row.text("place"),
        minutes=minutes,
        slots=_slots(row, minutes),
    )
    row.finish()
    return day


def _slots(row: Table, minutes: int) -> tuple[datetime.time, ...]:
    said = row.names("slots")
    if not said or len(said) > _MOST_SLOTS:
        row.wrong("slots", f'要写 1 到 {_MOST_SLOTS} 个时段，例如 slots = ["14:00", "14:20"]。')
    for one in said:
        if not _TIME.fullmatch(one):
            row.wrong("slots", f"“{one}”不是时间。请写成两位数字加英文冒号，例如 14:00。")
            return ()
    slots = tuple(datetime.time.fromisoformat(one) for one in said)
    starts = [one.hour * 60 + one.minute for one in slots]
    if any(later - earlier < minutes for earlier, later in pairwise(starts)):
        row.wrong("slots", f"有两个时段叠在一起，或者没有按先后写：每个时段 {minutes} 分钟。")
    return slots
