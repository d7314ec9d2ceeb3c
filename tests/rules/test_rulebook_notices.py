"""The categories of notices: complete for what was promised (F2, F5, G3, E8), and a mistake in one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.domain.standards import Rulebook
from tests.rules.mistakes import Mistake

FILE = "notices.toml"


def test_every_promised_subject_has_its_category_and_only_hazards_stand_on_top(rulebook: Rulebook) -> None:
    promised = {"community", "law", "company", "weather", "health", "safety", "event", "service", "hazard"}
    assert promised <= set(rulebook.notices)
    assert [one.id for one in rulebook.notices.values() if one.on_top] == ["hazard"]


@pytest.mark.parametrize(
    "mistake",
    [
        Mistake(
            FILE, 'icon = "weather"', 'icon = "wether"', "categories[weather].icon", "是不是想写“weather”"
        ),
        Mistake(FILE, 'id = "health"', 'id = "weather"', "categories[weather].id", "写了两次"),
        Mistake(
            FILE, 'name.en = "Safety"', 'name.en = "安全"', "categories[safety].name.en", "英文里还有中文字"
        ),
        Mistake(
            FILE,
            "on_top = true",
            'on_top = "yes"',
            "categories[hazard].on_top",
            "要写 true（是）或 false（否）",
        ),
        Mistake(FILE, "on_top = true", "ontop = true", "categories[hazard].ontop", "系统不认识“ontop”"),
    ],
    ids=lambda mistake: f"{mistake.key} {mistake.says}",
)
def test_a_mistake_in_a_category_is_named(copy: Path, mistake: Mistake) -> None:
    mistake.check(copy)
