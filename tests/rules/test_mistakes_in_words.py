"""A mistake in a message or in the words of a form is named with its file, its key and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.mistakes import STAFF, Mistake

MISTAKES = {
    "unknown placeholder": Mistake(
        STAFF,
        "新工单 {number}",
        "新工单 {nummer}",
        "messages[assigned].subject.zh",
        "系统不认识 {nummer}",
    ),
    "telephone in a group chat": Mistake(
        STAFF,
        "新工单 {number}",
        "电话 {phone}",
        "messages[assigned].subject.zh",
        "绝不能出现电话、房号",
    ),
    "home in a group chat": Mistake(
        STAFF, "新工单 {number}", "房号 {home}", "messages[assigned].subject.zh", "绝不能出现电话、房号"
    ),
    "placeholder that reaches further": Mistake(
        STAFF, "新工单 {number}", "新工单 {number.real}", "messages[assigned].subject.zh", "系统不认识"
    ),
    "languages that say different things": Mistake(
        STAFF, "新工单 {number}", "新工单", "messages[assigned].subject", "花括号的词不一样"
    ),
    "missing message": Mistake(
        STAFF, 'id = "urged"', 'id = "urge"', "messages[urged]", "缺少“urged”这条消息"
    ),
    "missing question": Mistake(
        "forms/repair.toml", 'id = "phone"', 'id = "fone"', "fields[phone]", "缺少“phone”"
    ),
    "missing words for a mistake": Mistake(
        "forms/repair.toml",
        "errors.invalid.zh",
        "errors.invald.zh",
        "fields[phone].errors.invald",
        "是不是想写“invalid”",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_words_is_named(copy: Path, mistake: Mistake) -> None:
    mistake.check(copy)
