"""docs/rulebook/board.toml: wrong data stops the build with file, key and a Chinese sentence."""

import shutil
from pathlib import Path

import pytest

from chalicelib.rulebook import RulebookError, load
from tests.conftest import ROOT

MISTAKES = {
    "a category twice": ('id = "to-let"', 'id = "for-sale"', "categories[for-sale].id", "写了两次"),
    "no English": ('name.en = "To let"', "", "categories[to-let].name.en", "缺少英文"),
    "Chinese in English": ('name.en = "To let"', 'name.en = "出租"', "categories[to-let].name.en", "中文字"),
    "usual above most": (
        "usual_days = 30\nmost_days = 90",
        "usual_days = 91\nmost_days = 90",
        "categories[to-let].usual_days",
        "91 比最长的 90 天还长",
    ),
    "no life at all": (
        "usual_days = 30\nmost_days = 90",
        "usual_days = 0\nmost_days = 90",
        "categories[to-let].usual_days",
        "太小",
    ),
    "a price without a unit": (
        'unit.zh = "元/月"\nunit.en = "yuan a month"\n',
        "",
        "categories[to-let].unit",
        "缺少",
    ),
    "a unit without a price": (
        'price = true\nunit.zh = "元/月"',
        'price = false\nunit.zh = "元/月"',
        "categories[to-let].unit",
        "不问价格",
    ),
    "price in quotes": ("price = true\nunit", 'price = "yes"\nunit', "categories[to-let].price", "true"),
    "an unknown verb": (
        'verbs = ["ask_change"]',
        'verbs = ["ask"]',
        "reasons[says-too-little].verbs",
        "没有“ask”这一步",
    ),
    "a reason for nothing": (
        'verbs = ["ask_change"]',
        "verbs = []",
        "reasons[says-too-little].verbs",
        "要写明",
    ),
    "a misspelt key": ("needs_words = true", "need_words = true", "reasons[other].need_words", "needs_words"),
    "a question twice": ('id = "text"\nlabel', 'id = "title"\nlabel', "fields[title].id", "写了两次"),
    "a sentence missing": (
        'errors.past.zh = "这个日期已经过去了，请选今天或以后。"\n',
        "",
        "fields[until].errors.past.zh",
        "缺少中文",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_key_and_what_to_do(tmp_path: Path, name: str) -> None:
    before, after, key, sentence = MISTAKES[name]
    folder = tmp_path / "rulebook"
    shutil.copytree(ROOT / "docs" / "rulebook", folder)
    file = folder / "board.toml"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(RulebookError) as error:
        load(folder)
    found = [str(one) for one in error.value.problems if one.key == key]
    assert found and "board.toml" in found[0] and sentence in found[0], str(error.value)


def test_a_board_that_is_missing_stops_the_build(tmp_path: Path) -> None:
    folder = tmp_path / "rulebook"
    shutil.copytree(ROOT / "docs" / "rulebook", folder)
    (folder / "board.toml").unlink()
    with pytest.raises(RulebookError) as error:
        load(folder)
    assert "board.toml" in str(error.value) and "缺少这个文件" in str(error.value)
