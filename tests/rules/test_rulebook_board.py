"""docs/rulebook/board.toml: wrong data stops the build with file, key and a Chinese sentence."""

from pathlib import Path

import pytest

from tests.rules.mistakes import Mistake, problems_of

FILE = "board.toml"
MISTAKES = {
    "a category twice": Mistake(
        FILE, 'id = "to-let"', 'id = "for-sale"', "categories[for-sale].id", "写了两次"
    ),
    "no English": Mistake(FILE, 'name.en = "To let"', "", "categories[to-let].name.en", "缺少英文"),
    "Chinese in English": Mistake(
        FILE, 'name.en = "To let"', 'name.en = "出租"', "categories[to-let].name.en", "中文字"
    ),
    "usual above most": Mistake(
        FILE,
        "usual_days = 30\nmost_days = 90",
        "usual_days = 91\nmost_days = 90",
        "categories[to-let].usual_days",
        "91 比最长的 90 天还长",
    ),
    "no life at all": Mistake(
        FILE,
        "usual_days = 30\nmost_days = 90",
        "usual_days = 0\nmost_days = 90",
        "categories[to-let].usual_days",
        "太小",
    ),
    "a price without a unit": Mistake(
        FILE, 'unit.zh = "元/月"\nunit.en = "yuan a month"\n', "", "categories[to-let].unit", "缺少"
    ),
    "a unit without a price": Mistake(
        FILE,
        'price = true\nunit.zh = "元/月"',
        'price = false\nunit.zh = "元/月"',
        "categories[to-let].unit",
        "不问价格",
    ),
    "price in quotes": Mistake(
        FILE, "price = true\nunit", 'price = "yes"\nunit', "categories[to-let].price", "true"
    ),
    "an unknown verb": Mistake(
        FILE, 'verbs = ["ask_change"]', 'verbs = ["ask"]', "reasons[says-too-little].verbs", "没有“ask”这一步"
    ),
    "a reason for nothing": Mistake(
        FILE, 'verbs = ["ask_change"]', "verbs = []", "reasons[says-too-little].verbs", "要写明"
    ),
    "a misspelt key": Mistake(
        FILE, "needs_words = true", "need_words = true", "reasons[other].need_words", "needs_words"
    ),
    "a question twice": Mistake(
        FILE, 'id = "text"\nlabel', 'id = "title"\nlabel', "fields[title].id", "写了两次"
    ),
    "a sentence missing": Mistake(
        FILE,
        'errors.past.zh = "这个日期已经过去了，请选今天或以后。"\n',
        "",
        "fields[until].errors.past.zh",
        "缺少中文",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_its_key_and_what_to_do(copy: Path, mistake: Mistake) -> None:
    mistake.check(copy)


def test_a_board_that_is_missing_stops_the_build(copy: Path) -> None:
    (copy / FILE).unlink()
    assert any(one.file == FILE and "缺少这个文件" in one.sentence for one in problems_of(copy))
