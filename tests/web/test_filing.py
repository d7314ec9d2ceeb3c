"""Filing through the pages: without scripts, with them, and what comes back when something has to be changed."""

import re
from typing import Any

import pytest

from tests.web.client import Visitor

FORM = {
    "category": "C2",
    "building": "river-view/east",
    "home": "２６０４",
    "place": "",
    "what": "客厅的灯不亮了",
    "name": "李女士",
    "phone": "０００－００００－１２３４",
    "updates": "yes",
    "website": "",
    "language": "zh",
    "idempotency_key": "",
}


def test_a_form_posted_without_scripts_leads_to_a_receipt_and_from_there_to_the_case(
    browser: Visitor,
) -> None:
    posted = browser.post_form("/api/file/repair", FORM)
    assert posted.status == 303, posted.text
    receipt = browser.get(posted.headers["location"])
    assert receipt.status == 200
    number = re.search(r"\d{6}-\d{6}", posted.headers["location"])
    assert number and number.group() in receipt.text
    assert "<svg" in receipt.text and "style=" not in receipt.text
    track = browser.get(posted.headers["location"].removesuffix("/receipt"))
    assert track.status == 200
    assert "客厅的灯不亮了" in track.text
    assert "0000-1234" not in track.text and "00000001234" not in track.text and "李女士" not in track.text


def test_a_form_that_needs_changes_comes_back_as_it_was_sent(browser: Visitor) -> None:
    reply = browser.post_form(
        "/api/file/repair",
        {**FORM, "home": "", "phone": "12345", "what": '灯"<b>坏</b>', "idempotency_key": "k-1"},
    )
    assert reply.status == 422
    text = reply.text
    assert text.count("请写房号，我们好找到您家。") == 2  # in the summary and by the field
    assert 'href="#home"' in text and "这个号码好像不对" in text
    assert "灯&#34;&lt;b&gt;坏&lt;/b&gt;" in text and 'value="12345"' in text and 'value="k-1"' in text
    assert 'value="C2" checked' in text and 'value="river-view/east" selected' in text
    assert 'href="/en/file/repair/"' in text  # the other language is the other form, not this answer
    assert reply.headers["content-language"] == "zh-CN"


def test_each_form_files_its_own_kind_and_only_what_it_asks_for(program: Visitor) -> None:
    for kind, category in (("repair", "C5"), ("complaint", "B4"), ("enquiry", "D1")):
        fields = {**FORM, "category": category, "home": "2604" if kind != "repair" else "", "place": "地库"}
        if kind == "enquiry":
            del fields["place"]
        reply = program.post_form(f"/api/file/{kind}", fields)
        assert reply.status == 201, reply.text
        assert reply.json()["case"]["kind"] == kind
        wrong = program.post_form(f"/api/file/{kind}", {**fields, "category": "Z1"})
        assert wrong.status == 422
    complaint = program.post_form("/api/file/complaint", {**FORM, "category": "C2"})
    assert [error["field"] for error in complaint.json()["errors"]] == ["category"]
    extra = program.post_form("/api/file/repair", {**FORM, "state": "resolved"})
    assert [error["field"] for error in extra.json()["errors"]] == ["state"]


def test_a_hidden_question_that_was_sent_is_not_kept(program: Visitor, staff: Any) -> None:
    shared = {**FORM, "category": "C5", "home": "2604", "place": "三楼走廊"}
    number = program.post_form("/api/file/repair", shared).json()["number"]
    contact = staff().get(f"/api/v1/staff/cases/{number}").json()["contact"]
    assert contact == {"name": "李女士", "phone": "00000001234", "home": "三楼走廊"}


def test_a_robot_that_fills_the_trap_is_told_so(browser: Visitor) -> None:
    reply = browser.post_form("/api/file/repair", {**FORM, "website": "http://spam.example"})
    assert reply.status == 422 and "要留空" in reply.text and "spam.example" not in reply.text


def test_without_the_tick_no_message_is_promised_and_none_is_owed(browser: Visitor, table: str) -> None:
    from chalicelib import wiring

    posted = browser.post_form("/api/file/repair", {**FORM, "updates": ""})
    assert "您没有勾选短信" in browser.get(posted.headers["location"]).text
    owed = [one for n in range(wiring.outbox.SHARDS) for one in wiring.outbox.pending(n, wiring.now())]
    assert not [one for one in owed if one.message.to.startswith("resident:")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("０１０－８７６５４３２１", "01087654321"),
        ("(0571) 8765 4321", "057187654321"),
        ("+86 10 87654321", "01087654321"),
        ("400-123-4567", "4001234567"),
        ("８６１３８００１３８０００", "13800138000"),
        ("000-0000-0201", "00000000201"),
        ("13٨٠٠١٣٨٠٠٠", "13800138000"),
        ("१३८०० १३८०००", "13800138000"),
    ],
)
def test_a_telephone_is_understood_however_it_is_typed(typed: str, kept: str) -> None:
    from chalicelib.domain.telephones import telephone

    assert telephone(typed) == kept


def test_every_telephone_of_the_rulebook_would_be_accepted(rulebook: Any) -> None:
    from chalicelib.domain.telephones import telephone

    for community in rulebook.communities.values():
        for number in (community.day_phone, *(person.phone for person in community.people.values())):
            assert telephone(number).isdigit()


def test_the_page_and_the_check_come_from_one_definition(rulebook: Any) -> None:
    """What the form asks is what the model reads, with the same limits and the same choices."""
    from chalicelib.web.form_view import filing_form
    from chalicelib.web.forms import MODELS
    from chalicelib.web.said import names_of

    for kind, model in MODELS.items():
        form = filing_form(rulebook, kind, "zh")
        assert {field.name for field in form.fields} == set(names_of(model)) - {"language"}
        category = form.field("category")
        assert category is not None
        assert {one.value for one in category.options} == {one.id for one in rulebook.categories(kind)}
