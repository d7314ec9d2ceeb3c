"""docs/rulebook/call_backs.toml: wrong data stops the build with file, key and a Chinese sentence."""

from pathlib import Path

import pytest

from chalicelib.rulebook import load
from tests.rules.mistakes import Mistake, problems_of

FILE = "call_backs.toml"
PROMISES = "commitments/evaluation.toml"
MISTAKES = {
    "no share": Mistake(FILE, "share = 50\n", "", "share", "缺少“share”"),
    "a share in quotes": Mistake(FILE, "share = 50", 'share = "50"', "share", "不加引号"),
    "more than all": Mistake(FILE, "share = 50", "share = 101", "share", "太大"),
    "nobody": Mistake(FILE, "share = 50", "share = 0", "share", "太小"),
    "no goal": Mistake(FILE, "satisfied = 90\n", "", "satisfied", "缺少“satisfied”"),
    "an unknown department": Mistake(
        FILE, '"customer_service"', '"service"', "department", "没有“service”这个部门"
    ),
    "another figure than the promise": Mistake(FILE, "share = 50", "share = 60", "share", "承诺 E4"),
    "another figure than the goal": Mistake(FILE, "satisfied = 90", "satisfied = 80", "satisfied", "承诺 E5"),
    "what there is not": Mistake(FILE, "share = 50", "share = 50\nhurry = true", "hurry", "hurry"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_by_file_and_key(copy: Path, mistake: Mistake) -> None:
    mistake.check(copy)


def test_words_of_a_promise_that_say_another_figure_stop_the_build(copy: Path) -> None:
    Mistake(PROMISES, "Monthly; at least 50%", "Monthly; at least 60%").make(copy)
    assert [(one.file, one.key) for one in problems_of(copy)] == [(FILE, "share")]


def test_the_figures_are_those_that_are_published(copy: Path) -> None:
    rules = load(copy).call_backs
    assert (rules.department, rules.share, rules.satisfied) == ("customer_service", 50, 90)
