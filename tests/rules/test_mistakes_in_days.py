"""A mistake in the hours of service or in a year's holidays is named with its file, its key and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.mistakes import Y2026, Y2027, Mistake

MISTAKES = {
    "hours reversed": Mistake("service.toml", '"18:00"', '"06:00"', "closes", "写反了"),
    "hour that is none": Mistake("service.toml", '"18:00"', '"25:00"', "closes", "不是时间"),
    "unknown zone": Mistake("service.toml", '"Asia/Shanghai"', '"Asia/Beijing"', "zone", "Asia/Shanghai"),
    "year without holidays": Mistake(Y2027, "[[holidays]]", "[[holiday]]", "holiday", "是不是想写“holidays”"),
    "year without a source": Mistake(Y2026, 'source = "', 'sourse = "', "source", "缺少“source”"),
    "day in a wrong year": Mistake(
        Y2026, "first = 2026-01-01", "first = 2025-12-31", "holidays[元旦].first", "不在 2026 年"
    ),
    "make-up day in a wrong year": Mistake(
        Y2026, "[2026-01-04", "[2025-01-04", "make_up_days", "不在 2026 年"
    ),
    "make-up day on a weekday": Mistake(
        Y2026, "[2026-01-04", "[2026-01-05", "make_up_days", "本来就是周一到周五"
    ),
    "day off and worked": Mistake(Y2026, "[2026-01-04", "[2026-01-03", "make_up_days", "又是放假又是调休"),
    "holiday back to front": Mistake(
        Y2026, "last = 2026-01-03", "last = 2025-12-31", "holidays[元旦].last", "写反了"
    ),
    "holiday of months": Mistake(
        Y2026, "last = 2026-01-03", "last = 2026-10-03", "holidays[元旦].last", "太长"
    ),
    "two holidays at once": Mistake(
        Y2026,
        "first = 2026-02-15",
        'first = 2026-02-15\nlast = 2026-02-16\n\n# 重复\n[[holidays]]\nname = "春节二"\nfirst = 2026-02-16',
        "holidays[春节二].first",
        "别的假期",
    ),
    "date in quotes": Mistake(
        Y2026, "first = 2026-01-01", 'first = "2026-01-01"', "holidays[元旦].first", "不加引号"
    ),
    "announced without its days": Mistake(
        Y2027, "\nannounced = false", "\nannounced = true", "announced", "只有法定的 13 天假"
    ),
    "make-up days before the announcement": Mistake(
        Y2027, "make_up_days = []", "make_up_days = [2027-02-20]", "announced", "请改成 true"
    ),
    "year in another's file": Mistake(Y2027, "year = 2027", "year = 2028", "year", "文件名却是"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_day_is_named(copy: Path, mistake: Mistake) -> None:
    mistake.check(copy)
