"""Every promise without a clock stands in the rulebook with its figures, its owner and how it is honestly kept."""

from __future__ import annotations

import re

import pytest

from chalicelib.domain.commitments import Commitment
from chalicelib.domain.standards import Rulebook
from chalicelib.web.words import ROLE

# The witness: how often, as the promises say it, written down by hand and never read from the rulebook.
OFTEN = {
    "A1": "08:00–18:00", "E4": "至少 50%，重大投诉 100%", "E5": "90%", "F6": "5 月和 11 月", "G3": "每个星期天",
    "H1": "最多 4 小时", "H3": "白天 3 次，夜里 4 次", "H4": "每天 2 次", "H6": "最多 8 小时", "H7": "15 天", "H9": "每周",
    "I1": "每年", "I2": "每天", "I3": "95%", "I4": "每年", "I5": "每天至少 2 次", "I6": "最多 8 小时", "I7": "每天",
    "I8": "每年", "I9": "每月", "I10": "每 2 个月查；每年至少清 1 次", "I14": "每周", "I18": "每月",
    "J1": "每天 2 次", "J2": "每天 2 次", "J3": "每天扫，每周拖", "J4": "每天", "J5": "每周 2 次", "J6": "每周", "J7": "每月",
    "J8": "每天", "J9": "每半个月", "J10": "每月", "J11": "每周", "J12": "1 小时", "J13": "每半年", "J15": "07:00–20:00",
    "J16": "每周三", "K2": "每周捞；每半年清淤换水", "L1": "每月一次", "L3": "每月各 2 次；交流会每 2 个月",
}  # fmt: skip
TWO_PLANS = {"H7", "I3", "I9", "I10"}


def of(book: Rulebook) -> dict[str, Commitment]:
    return {one.id: one for family in book.families.values() for one in family.commitments}


@pytest.mark.parametrize("id", OFTEN)
def test_how_often_is_said_as_promised(rulebook: Rulebook, id: str) -> None:
    assert OFTEN[id] in of(rulebook)[id].often.zh


def test_each_is_written_in_both_languages_with_an_owner_that_exists(rulebook: Rulebook) -> None:
    for one in of(rulebook).values():
        for text in (one.title, one.explanation, one.often, one.source):
            assert text.zh and text.en and not re.search(r"[\u4e00-\u9fff]", text.en), one.id
        assert one.owner in rulebook.departments or one.owner in ROLE, one.id


def test_where_clauses_differ_it_says_which_one_stands(rulebook: Rulebook) -> None:
    assert {one.id for one in of(rulebook).values() if one.stands} == TWO_PLANS


# What recurs and the portal does itself: call-backs are drawn, watched and counted.
DONE_HERE = {"E4", "E5"}


def test_nothing_recurring_but_call_backs_is_said_to_be_kept_by_the_portal(rulebook: Rulebook) -> None:
    """A figure that is not measured is not published as one: duties and targets are logged by those who do them."""
    for one in of(rulebook).values():
        if {"duty", "target"} & set(one.kinds):
            assert one.keeping == ("portal" if one.id in DONE_HERE else "logged"), one.id


def test_every_price_belongs_to_a_promise_of_its_section(rulebook: Rulebook) -> None:
    assert {one.promise for one in rulebook.services} == {"G1", "G2", "G3", "G4", "G5"}
