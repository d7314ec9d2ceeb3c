"""Says which years' holiday arrangements staff still have to enter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chalicelib.domain.calendar import YearDays

_USUALLY_ANNOUNCED_FROM = (
    11  # the State Council has published the next year's arrangement in October or November
)


def years_to_enter(years: Mapping[int, YearDays], today: date) -> tuple[str, ...]:
    """What is to be entered by `today`, one Chinese sentence for each year; () when nothing is."""
    sentences = []
    for year in (today.year, today.year + 1):
        days = years.get(year)
        if days is None:
            sentences.append(
                f"还没有 calendar/{year}.toml。请照前一年的文件写一份，先写法定放假日，announced = false。"
            )
        elif not days.announced and (year == today.year or today.month >= _USUALLY_ANNOUNCED_FROM):
            sentences.append(
                f"国务院可能已经公布 {year} 年的放假安排。请到中国政府网查“国务院办公厅关于 {year} 年部分节假日安排的通知”，"
                f"照它改 calendar/{year}.toml：写上 source 和 make_up_days，改好每个假期的 first 和 last，announced 改成 true。"
            )
    return tuple(sentences)
