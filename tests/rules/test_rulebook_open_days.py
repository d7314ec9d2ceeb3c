"""docs/rulebook/open_days.toml: wrong data stops the build with file, key and a Chinese sentence."""

from pathlib import Path

import pytest

from chalicelib.rulebook import load
from tests.rules.mistakes import Mistake

FIRST, SECOND = "open_days[2026-12-osmanthus-lane]", "open_days[2026-12-river-view]"
FILE = "open_days.toml"
MISTAKES = {
    "no id": Mistake(FILE, 'id = "2026-12-river-view"\n', "", "open_days[第 2 条].id", "缺少“id”"),
    "an id twice": Mistake(
        FILE, 'id = "2026-12-river-view"', 'id = "2026-12-osmanthus-lane"', f"{FIRST}.id", "写了两次"
    ),
    "an id in Chinese": Mistake(
        FILE, 'id = "2026-12-river-view"', 'id = "望江苑"', "open_days[望江苑].id", "小写"
    ),
    "an unknown community": Mistake(
        FILE,
        'community = "river-view"',
        'community = "riverview"',
        f"{SECOND}.community",
        "没有“riverview”这个小区",
    ),
    "two on one day": Mistake(
        FILE,
        'community = "river-view"\ndate = 2026-12-19',
        'community = "osmanthus-lane"\ndate = 2026-12-12',
        f"{SECOND}.date",
        "已经有一次开放日",
    ),
    "a day that there is not": Mistake(
        FILE, "date = 2026-12-19", "date = 2026-02-30", "第 26 行第 8 个字", "有没有那一天"
    ),
    "a day in quotes": Mistake(
        FILE, "date = 2026-12-19", 'date = "2026-12-19"', f"{SECOND}.date", "不加引号"
    ),
    "no place in English": Mistake(
        FILE,
        'place.en = "Meeting room on the ground floor of River House"\n',
        "",
        f"{SECOND}.place.en",
        "缺少英文",
    ),
    "Chinese in English": Mistake(
        FILE,
        'place.en = "Meeting room on the ground floor of River House"',
        'place.en = "会客室"',
        f"{SECOND}.place.en",
        "中文字",
    ),
    "too short a time": Mistake(FILE, "minutes = 20", "minutes = 4", f"{FIRST}.minutes", "太小"),
    "too long a time": Mistake(FILE, "minutes = 20", "minutes = 241", f"{FIRST}.minutes", "太大"),
    "minutes in quotes": Mistake(FILE, "minutes = 20", 'minutes = "20"', f"{FIRST}.minutes", "不加引号"),
    "no time at all": Mistake(
        FILE,
        'slots = ["14:00", "14:20", "14:40", "15:00", "15:20", "15:40"]',
        "slots = []",
        f"{FIRST}.slots",
        "要写 1 到 40 个时段",
    ),
    "a time that is none": Mistake(FILE, '"14:20"', '"24:20"', f"{FIRST}.slots", "“24:20”不是时间"),
    "a Chinese colon": Mistake(FILE, '"14:20"', '"14：20"', f"{FIRST}.slots", "英文冒号"),
    "a time twice": Mistake(FILE, '"14:20"', '"14:20", "14:20"', f"{FIRST}.slots", "写了两次"),
    "two times at once": Mistake(FILE, '"14:20"', '"14:19"', f"{FIRST}.slots", "叠在一起"),
    "times out of order": Mistake(FILE, '"14:20", "14:40"', '"14:40", "14:20"', f"{FIRST}.slots", "按先后写"),
    "longer than the gap": Mistake(
        FILE, "minutes = 20", "minutes = 21", f"{FIRST}.slots", "每个时段 21 分钟"
    ),
    "a misspelt key": Mistake(FILE, 'place.zh = "桂花里', 'plase.zh = "桂花里', f"{FIRST}.plase", "place"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_an_open_day_is_named(copy: Path, mistake: Mistake) -> None:
    mistake.check(copy)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            '"15:40"]',
            '"15:40", "16:00"]',
        ),  # as close as they may be: the next begins when the one before ends
        ("minutes = 20", "minutes = 5"),
    ],
    ids=["side by side", "the shortest"],
)
def test_what_is_just_allowed_is_read(copy: Path, old: str, new: str) -> None:
    Mistake(FILE, old, new).make(copy)
    load(copy)


def test_days_are_read_in_their_order_whatever_the_order_in_the_file(copy: Path) -> None:
    Mistake(FILE, "date = 2026-12-12", "date = 2026-12-26").make(copy)
    assert [one.community for one in load(copy).open_days] == ["river-view", "osmanthus-lane"]
