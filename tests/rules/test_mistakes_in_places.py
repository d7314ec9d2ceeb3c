"""A mistake about a community, its buildings or the people in it is named with its file, its key and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.mistakes import OSMANTHUS, RIVER, Mistake

MISTAKES = {
    "building without an assistant": Mistake(
        OSMANTHUS, 'assistant = "gui-assistant-1"\n', "", "buildings[1].assistant", "没有礼宾助理"
    ),
    "unknown person": Mistake(
        OSMANTHUS,
        'assistant = "gui-assistant-1"',
        'assistant = "gui-nobody"',
        "buildings[1].assistant",
        "没有“gui-nobody”这个人",
    ),
    "person in the wrong place": Mistake(
        OSMANTHUS, 'manager = "gui-manager"', 'manager = "gui-desk"', "manager", "这里要的是 manager"
    ),
    "department without a supervisor": Mistake(
        OSMANTHUS, 'cleaning = "gui-cleaning"\n', "", "supervisors.cleaning", "没有主管"
    ),
    "supervisor of an unknown department": Mistake(
        OSMANTHUS, 'order = "gui-order"', 'police = "gui-order"', "supervisors.police", "没有“police”这个部门"
    ),
    "one id for two people": Mistake(
        RIVER, 'id = "wang-guard-1"', 'id = "gui-guard-1"', "people[gui-guard-1].id", "已经有了"
    ),
    "community in another's file": Mistake(
        RIVER, 'id = "river-view"', 'id = "riverview"', "id", "文件名却是"
    ),
    "bad telephone": Mistake(OSMANTHUS, '"000-0000-0101"', '"0571-8888"', "day_phone", "不像电话号码"),
    "telephone in words": Mistake(OSMANTHUS, '"000-0000-0101"', '"请打前台"', "day_phone", "不像电话号码"),
    "full-width telephone": Mistake(
        OSMANTHUS, '"000-0000-0101"', '"０１０-１２３４５６７８"', "day_phone", "不像电话号码"
    ),
    "bad e-mail": Mistake(
        OSMANTHUS, "gui-desk@shounuo.example", "gui-desk", "people[gui-desk].email", "不像邮箱"
    ),
    "unknown role": Mistake(
        OSMANTHUS, 'role = "guard"', 'role = "general_manager"', "people[gui-guard-1].role", "不能写"
    ),
    "no engineer": Mistake("company.toml", 'role = "engineer"', 'role = "editor"', "people", "系统工程师"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_about_a_place_is_named(copy: Path, mistake: Mistake) -> None:
    mistake.check(copy)
