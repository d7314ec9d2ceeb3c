"""Moments as staff write them: `2026-11-24 10:00`, quoted or not, with slashes, 年月日 or an editor's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_FOLDED = str.maketrans("０１２３４５６７８９：／－．　", "0123456789:/-. ")
_DATE = r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
_TIME = r"(?:[T\s]+|(?<=日))(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?"
_ZONE = r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_MOMENT = re.compile(rf"{_DATE}(?:{_TIME}{_ZONE})?")


@dataclass(frozen=True)
class Written:
    """A moment in UTC; `whole_day` where only a date was written (then it is the day's beginning)."""

    at: datetime
    whole_day: bool

    def last(self) -> datetime:
        """The end of what was written: of the day where only a date stands."""
        return self.at + timedelta(days=1) if self.whole_day else self.at


def moment(text: str, zone: ZoneInfo) -> Written:
    """The moment that is meant; without a zone of its own it is that of `zone`. Raises ValueError with the way out."""
    found = _MOMENT.fullmatch(text.translate(_FOLDED).strip().strip("\"'“”").strip())
    if found is None:
        raise ValueError(f"“{text}”不是能看懂的时间。请写成 2026-11-24 10:00，或者只写日期 2026-11-24。")
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    hour, minute = int(found["hour"] or 0), int(found["minute"] or 0)
    try:
        said = datetime(year, month, day, hour, minute, tzinfo=zone)
        if found["zone"]:
            offset = found["zone"].replace("Z", "+00:00")
            said = datetime.fromisoformat(f"{said:%Y-%m-%dT%H:%M:%S}{offset}")
    except ValueError:
        raise ValueError(
            f"“{text}”这个时间不存在。请对照日历改成真有的日期，钟点从 0:00 到 23:59。"
        ) from None
    if not 2000 <= year <= 2100:
        raise ValueError(f"“{text}”的年份不对。请看看是不是多打或少打了数字。")
    return Written(said.astimezone(UTC), found["hour"] is None)
