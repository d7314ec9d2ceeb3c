"""The answers that staff fill in with one tap: every one can be filled in, and a mistake in one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.domain.rules import RULES
from chalicelib.domain.standards import Rulebook
from tests.rules.mistakes import Mistake

FILE = "answers.toml"


def test_every_answer_belongs_to_a_verb_and_every_kind_of_case_has_some(rulebook: Rulebook) -> None:
    for answer in rulebook.answers.values():
        assert answer.verb in RULES
        for words in (answer.text.zh, answer.text.en):
            assert words.format(me="我", title="事", number="1", due="今天")
    for kind in ("repair", "complaint", "enquiry", "service"):
        for verb in ("reply", "resolve"):
            offered = [
                a for a in rulebook.answers.values() if a.verb == verb and kind in (a.kinds or (kind,))
            ]
            assert offered, (kind, verb)


@pytest.mark.parametrize(
    "mistake",
    [
        Mistake(FILE, "最晚 {due}。", "最晚 {phone}。", "answers[on-my-way].text.zh", "系统不认识 {phone}"),
        Mistake(FILE, "最晚 {due}。", "最晚 {due。", "answers[on-my-way].text.zh", "花括号没有成对"),
        Mistake(
            FILE,
            'kinds = ["repair"]',
            'kinds = ["reparation"]',
            "answers[on-my-way].kinds",
            "没有“reparation”",
        ),
        Mistake(FILE, 'verb = "reply"', 'verb = "replay"', "answers[on-my-way].verb", "是不是想写“reply”"),
        Mistake(FILE, 'id = "turn-off-the-valve"', 'id = "on-my-way"', "answers[on-my-way].id", "写了两次"),
        Mistake(FILE, 'title.en = "On my way"\n', "", "answers[on-my-way].title.en", "缺少英文"),
    ],
    ids=lambda mistake: f"{mistake.key} {mistake.says}",
)
def test_a_mistake_in_an_answer_is_named(copy: Path, mistake: Mistake) -> None:
    mistake.check(copy)
