"""Whatever staff get wrong in the rulebook is told: all of it at once, with file, key and the way out, whatever it is."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from chalicelib.rulebook import RulebookError, load
from tests.rules.mistakes import OSMANTHUS, REPAIRS, RIVER, STAFF, Y2026, Y2027, Mistake, problems_of
from tests.rules.test_mistakes_in_days import MISTAKES as days
from tests.rules.test_mistakes_in_places import MISTAKES as places
from tests.rules.test_mistakes_in_promises import MISTAKES as promises
from tests.rules.test_mistakes_in_words import MISTAKES as words


def test_all_mistakes_are_told_at_once(copy: Path) -> None:
    made = [
        promises["limit of nothing"],
        days["hours reversed"],
        places["bad telephone"],
        words["unknown placeholder"],
        days["day in a wrong year"],
    ]
    for mistake in made:
        mistake.make(copy)
    assert {problem.file for problem in problems_of(copy)} == {mistake.file for mistake in made}


def test_a_limit_shorter_than_any_plan_may_be_told_beside_the_plans_figures(copy: Path) -> None:
    for old, new in (
        ('按更快的《方案六》。"\nstands.en = "Plan 2', '公司定为 2 个工作日。"\nstands.en = "Plan 2'),
        (
            "plan 6 has 3 working days: the faster one",
            "plan 6 has 3 working days, ours is 2 working days: the faster one",
        ),
        ('amount = 3\nunit = "working_days"', 'amount = 2\nunit = "working_days"'),
    ):
        Mistake(REPAIRS, old, new).make(copy)
    assert load(copy).standards["C5"].clocks[0].limit.amount == 2


def test_mistakes_in_another_folder_are_told_of_that_folder(copy: Path) -> None:
    promises["limit of nothing"].make(copy)
    with pytest.raises(RulebookError, match=re.escape(f"服务手册（{copy}）里有 1 处要改")):
        load(copy)


def test_a_file_that_cannot_be_read_does_not_blame_those_that_point_to_it(copy: Path) -> None:
    for name in ("departments.toml", "ladders.toml", "standards/complaints.toml"):
        (copy / name).write_text("这里 坏了", encoding="utf-8")
    assert {problem.file for problem in problems_of(copy)} == {
        "departments.toml",
        "ladders.toml",
        "standards/complaints.toml",
    }


def test_a_file_that_is_not_toml_is_named_with_its_line(copy: Path) -> None:
    Mistake(REPAIRS, 'unit = "half_days"', "unit = half_days").make(copy)
    (problem,) = problems_of(copy)
    line = (copy / REPAIRS).read_text(encoding="utf-8").split("unit = half_days")[0].count("\n") + 1
    assert problem.file == REPAIRS
    assert problem.key.startswith(f"第 {line} 行")
    assert "双引号" in problem.sentence


def test_a_time_without_quotes_is_named_with_its_line(copy: Path) -> None:
    Mistake("service.toml", '"18:00"', "18:00").make(copy)
    (problem,) = problems_of(copy)
    assert problem.file == "service.toml" and problem.key.startswith("第 ")


def test_a_key_written_twice_is_named_with_its_line(copy: Path) -> None:
    Mistake("service.toml", 'opens = "08:00"', 'opens = "08:00"\nopens = "09:00"').make(copy)
    (problem,) = problems_of(copy)
    assert "写了两次" in problem.sentence


def test_a_file_in_another_encoding_is_named_with_its_line(copy: Path) -> None:
    path = copy / RIVER
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    (problem,) = (one for one in problems_of(copy) if one.file == RIVER)
    assert problem.key == "第 1 行"
    assert "UTF-8" in problem.sentence


@pytest.mark.parametrize(
    "name", ["service.toml", "counting.toml", "forms/enquiry.toml", "calendar/2025.toml"]
)
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert name in {problem.file for problem in problems_of(copy)}


def test_a_year_without_any_holiday_is_refused(copy: Path) -> None:
    path = copy / Y2027
    path.write_text(path.read_text(encoding="utf-8").split("# 元旦")[0], encoding="utf-8")
    (problem,) = problems_of(copy)
    assert (problem.file, problem.key) == (Y2027, "holidays")
    assert "一个假期也没有" in problem.sentence


def test_a_file_that_nobody_reads_is_named(copy: Path) -> None:
    shutil.copy(copy / "service.toml", copy / "sevrice.toml")
    (problem,) = problems_of(copy)
    assert problem.file == "sevrice.toml" and "不认识这个文件" in problem.sentence


def test_a_folder_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "nowhere")
    assert "没有这个文件夹" in problem.sentence


def test_the_error_lists_file_key_and_sentence_for_the_terminal(copy: Path) -> None:
    days["hours reversed"].make(copy)
    with pytest.raises(RulebookError) as raised:
        load(copy)
    assert "有 1 处要改" in str(raised.value)
    assert "service.toml，closes：服务结束（06:00）没有比开始（08:00）晚。" in str(raised.value)


@pytest.mark.parametrize(
    "number", ["13800138000", "010-12345678", "0571-87654321", "400-123-4567", "138 0013 8000"]
)
def test_a_real_telephone_is_accepted(copy: Path, number: str) -> None:
    Mistake(OSMANTHUS, '"000-0000-0101"', f'"{number}"').make(copy)
    assert load(copy).communities["osmanthus-lane"].day_phone == number


# A strange value in the place of every value of a file: the check names what is wrong, and never breaks itself.
STRANGE = ["0", "-1", "nan", "true", '""', '"{"', '"\\u0000"', "[[]]", "[{}]", "{}", "2026-01-01"]
ONE_OF_EACH_KIND = [
    REPAIRS,
    OSMANTHUS,
    Y2026,
    STAFF,
    "forms/repair.toml",
    "service.toml",
    "company.toml",
    "departments.toml",
    "ladders.toml",
    "counting.toml",
]


@pytest.mark.parametrize("name", ONE_OF_EACH_KIND)
def test_no_strange_value_breaks_the_check(copy: Path, name: str) -> None:
    path = copy / name
    original = path.read_text(encoding="utf-8")
    refused = 0
    for strange in STRANGE:
        broken = re.sub(
            r"^([a-z_.]+) = .*$", lambda found, value=strange: f"{found[1]} = {value}", original, flags=re.M
        )
        assert tomllib.loads(broken) != tomllib.loads(original)
        path.write_text(broken, encoding="utf-8")
        try:
            load(copy)
        except RulebookError as error:
            assert name in {problem.file for problem in error.problems}
            refused += 1
    assert refused >= len(STRANGE) - 1  # a brace alone is a harmless word where nothing is filled in


@pytest.mark.parametrize("strange", ['"中文{"', '"{}"', '"{0}"', '"{a.b}"'])
def test_no_strange_brace_in_one_sentence_breaks_the_check(copy: Path, strange: str) -> None:
    path = copy / REPAIRS
    original = path.read_text(encoding="utf-8")
    for language in ("zh", "en"):
        broken = re.sub(
            rf"explanation\.{language} = .*", f"explanation.{language} = {strange}", original, count=1
        )
        path.write_text(broken, encoding="utf-8")
        assert f"standards[C0].explanation.{language}" in {problem.key for problem in problems_of(copy)}
