"""The privacy pages name who sees what and the figures by which the code forgets, in both languages: neither changes alone."""

import re
import string
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.domain import post, retention
from chalicelib.domain.accounts import STAFF_ROLES
from chalicelib.domain.events import Actor
from chalicelib.domain.rules import sees_contact
from chalicelib.domain.standards import CaseKind, Rulebook
from chalicelib.notify import wording
from chalicelib.storage import open_days, sessions
from chalicelib.web.form_view import filing_form
from chalicelib.web.rendering import render_form
from chalicelib.web.words import ROLE
from tests.cases import case
from tests.doors.matrix import DOORS

DOCS = Path(__file__).resolve().parents[2] / "docs"
FIGURES = (
    (retention.CASE_YEARS, "年", "year"),
    (retention.MOVED_OUT.days, "天", "day"),
    (retention.NEEDS.days, "天", "day"),
    (post.FORGET_AFTER.days, "天", "day"),
    (open_days.KEPT.days, "天", "day"),
    (retention.IMPORT.days, "天", "day"),
    (retention.READING_YEARS, "年", "year"),
    (sessions.KEPT_RESIDENT.days, "天", "day"),
)


@pytest.mark.parametrize(("language", "heading"), [("zh", "## 存多久"), ("en", "## How long we keep it")])
def test_each_class_has_its_figure_in_the_order_of_the_rules(language: str, heading: str) -> None:
    page = (DOCS / language / "privacy.md").read_text("utf-8")
    section = page.partition(heading)[2].partition("\n## ")[0]
    rows = [line.split("|")[2] for line in section.splitlines() if line.startswith("| ")][1:]
    said = [re.findall(r"(\d+)\s*(年|天|year|day)s?", row) for row in rows]
    wanted = [[(str(amount), zh if language == "zh" else en)] for amount, zh, en in FIGURES]
    assert said == wanted


# What a message to staff may carry, as the page calls it. A robot of a group posts what is meant for a department.
CARRIED = {
    "place": ("小区、楼栋", "community, building"),
    "title": ("什么事", "what it is about"),
    "standard": ("什么事", "what it is about"),
    "number": ("工单号", "case number"),
    "link": ("工单号", "case number"),
    **dict.fromkeys(("due", "promise", "clock", "late_by", "count", "reason"), ("时限", "limits")),
    "since": ("多久没有进展", "how long nothing was done"),
    "who": ("谁在办", "who has it"),
}
PERSONAL = ("姓名、电话和房号", "name, telephone or home")
IN_THE_BUILDING = ("维修师傅、保洁员、秩序员", "technicians, cleaners and guards")
UNTRUE = (
    "被投诉的人看不到",
    "当事人不会看到",
    "只有经办的人",
    "只有来办事的人",
    "只写工单号",
    "person concerned does not see",
    "person concerned sees",
    "only those who handle",
    "only those who come",
    "case number only",
)


def seen_by(language: str) -> list[tuple[str, str]]:
    """The rows of the table that says who sees what, in small letters."""
    page = (DOCS / language / "privacy.md").read_text("utf-8")
    section = page.partition({"zh": "## 谁看得到", "en": "## Who sees it"}[language])[2].partition("\n## ")[0]
    rows = [line.lower().split("|")[1:3] for line in section.splitlines() if line.startswith("| ")][1:]
    return [(who.strip(), what.strip()) for who, what in rows]


def roles_in(text: str, language: str) -> set[str]:
    called = {role: ROLE[role].in_language(language).lower() for role in STAFF_ROLES}
    return {role for role, name in called.items() if name in text}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_of_each_role_what_the_rule_shows_it(rulebook: Rulebook, language: str) -> None:
    complaint, repair = (
        replace(case(rulebook), kind=kind, in_charge="staff:one") for kind in ("complaint", "repair")
    )
    rule: dict[tuple[bool, bool, bool], set[str]] = {}
    for role in STAFF_ROLES:
        other, charged = Actor(role, "other"), Actor(role, "one")
        sees = (sees_contact(other, repair), sees_contact(other, complaint), sees_contact(charged, complaint))
        rule.setdefault(sees, set()).add(role)
    everything, unless_theirs, nothing = seen_by(language)[:3]
    assert roles_in(everything[0], language) == rule[True, True, True]
    assert roles_in(unless_theirs[0], language) == rule[True, False, True]
    assert {"zh": "除非这件投诉交给他办", "en": "unless the complaint is given to them"}[
        language
    ] in unless_theirs[1]
    looking = DOORS["GET /staff/cases/{number}"].allowed
    assert roles_in(nothing[0], language) == rule[False, False, False] & looking
    assert looking == (rule[True, True, True] | rule[True, False, True] | roles_in(nothing[0], language))


@pytest.mark.parametrize(("language", "at"), [("zh", 0), ("en", 1)])
def test_the_page_says_what_the_robots_of_group_chats_carry(
    rulebook: Rulebook, language: str, at: int
) -> None:
    who, what = seen_by(language)[3]
    assert {"zh": "工作群", "en": "group chats"}[language] in who
    assert PERSONAL[at] in what.replace("；不写您的", "").replace("never your ", "")
    carried = set()
    for words in rulebook.messages.values():
        if words.audience == "staff" and words.id != "staff_code":
            for text in (words.subject, words.text):
                said = text.in_language(language)
                carried |= {name for _, name, _, _ in string.Formatter().parse(said) if name}
    assert carried <= CARRIED.keys()
    assert [name for name in carried if CARRIED[name][at] not in what] == []
    assert not {"home", "phone", "name", "what", "excerpt"} & wording._VALUES.keys()


@pytest.mark.parametrize(("language", "at"), [("zh", 0), ("en", 1)])
def test_every_form_says_the_same_and_only_that_of_complaints_promises_more(
    rulebook: Rulebook, language: str, at: int
) -> None:
    kinds: tuple[CaseKind, ...] = ("repair", "complaint", "enquiry", "service")
    for kind in kinds:
        form = filing_form(rulebook, kind, language)
        foot = render_form(form).lower().partition('<p class="form__privacy">')[2].partition("</p>")[0]
        assert ("谁打开过都有记录", "who opened it is recorded")[at] in foot
        assert (IN_THE_BUILDING[at] in foot, IN_THE_BUILDING[at] in form.lead.lower()) == (
            (True, True) if kind == "complaint" else (False, False)
        )
    page = (DOCS / language / "file" / "complaint.md").read_text("utf-8").lower()
    assert IN_THE_BUILDING[at] in page
    hidden = {
        ROLE[role].in_language(language).lower() for role in roles_in(seen_by(language)[1][0], language)
    }
    assert [name for name in hidden if name not in IN_THE_BUILDING[at]] == []


def test_nothing_that_residents_read_says_otherwise() -> None:
    templates = DOCS.parent / "backend" / "chalicelib" / "web" / "templates"
    folders = (
        (DOCS / "zh", "*.md"),
        (DOCS / "en", "*.md"),
        (DOCS / "rulebook", "*.toml"),
        (templates, "*.html"),
    )
    for folder, files in folders:
        for path in folder.rglob(files):
            text = path.read_text("utf-8").lower()
            assert [words for words in UNTRUE if words in text] == [], path
