"""The categories of notices: complete for what was promised (F2, F5, G3, E8), and a mistake in one is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chalicelib.domain.standards import Rulebook
from chalicelib.rulebook import RulebookError, load

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rulebook"


def test_every_promised_subject_has_its_category_and_only_hazards_stand_on_top(rulebook: Rulebook) -> None:
    promised = {"community", "law", "company", "weather", "health", "safety", "event", "service", "hazard"}
    assert promised <= set(rulebook.notices)
    assert [one.id for one in rulebook.notices.values() if one.on_top] == ["hazard"]


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('icon = "weather"', 'icon = "wether"', "categories[weather].icon", "是不是想写“weather”"),
        ('id = "health"', 'id = "weather"', "categories[weather].id", "写了两次"),
        ('name.en = "Safety"', 'name.en = "安全"', "categories[safety].name.en", "英文里还有中文字"),
        ("on_top = true", 'on_top = "yes"', "categories[hazard].on_top", "要写 true（是）或 false（否）"),
        ("on_top = true", "ontop = true", "categories[hazard].ontop", "系统不认识“ontop”"),
    ],
)
def test_a_mistake_in_a_category_is_named(tmp_path: Path, old: str, new: str, key: str, says: str) -> None:
    copy = tmp_path / "rulebook"
    shutil.copytree(DOCS, copy)
    path = copy / "notices.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulebookError) as raised:
        load(copy)
    found = [p for p in raised.value.problems if p.key == key]
    assert found and says in found[0].sentence
