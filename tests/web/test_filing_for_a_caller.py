"""Filing for somebody who telephones: the home is found by a few signs, similar open cases come first, nothing is filed twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from chalicelib import wiring
from tests.web.client import Visitor
from tests.web.homes import membership, moves_in

Filed = Callable[..., dict[str, Any]]
Staff = Callable[..., Visitor]
FORM = "/api/staff/file"


def hidden_of(html: str) -> dict[str, str]:
    """The hidden fields of the form itself."""
    form = re.search(r'<form id="caller".*?</form>', html, re.DOTALL)
    assert form
    return dict(re.findall(r'type="hidden" name="([^"]+)"[^>]* value="([^"]*)"', form.group()))


def values_of(html: str) -> dict[str, str]:
    """What stands in the lines of the form."""
    return dict(re.findall(r'<input class="input[^>]*name="(\w+)"[^>]* value="([^"]*)"', html))


def caller(**changes: str) -> dict[str, str]:
    return {
        "building": "river-view/east",
        "home": "2604",
        "category": "C2",
        "what": "阳台灯不亮",
        "phone": "000-0000-0501",
        "updates": "yes",
        "step": "file",
        **changes,
    }


def case_of(reply: Any) -> dict[str, Any]:
    found = re.search(r"/cases/(\d{6}-\d{6})\?done=filed", reply.headers["location"])
    assert found
    file = wiring.cases.load(found.group(1))
    assert file
    return {"case": file.case, "contact": file.contact, "event": file.events[0]}


def test_a_home_is_found_by_a_few_signs_of_its_address_its_name_or_its_telephone(staff: Staff) -> None:
    moves_in(membership(), membership("0803", building="west", phone="000-0000-0777", name="陆小满"))
    desk = staff("desk")
    for typed in ("2604", "东楼2604", "江晴", "0501", "００００－０５０１"[-4:]):
        items = desk.post_json("/api/v1/staff/file/homes", {"typed": typed}).json()["items"]
        assert [item["label"] for item in items] == ["东楼 2604"], typed
        assert "000" not in str(
            items[0]["people"]
        )  # a number is shown when the home is chosen, not while typing
    assert desk.post_json("/api/v1/staff/file/homes", {"typed": ""}).json() == {"items": []}
    assert staff("desk", "osmanthus-lane").post_json(
        "/api/v1/staff/file/homes", {"typed": "2604"}
    ).json() == {"items": []}


def test_a_case_for_a_home_of_the_register_is_filed_without_scripts_and_counts_as_verified(
    staff: Staff,
) -> None:
    moves_in(membership())
    desk = staff("desk", html=True)
    page = desk.get(FORM)
    assert page.status == 200
    page = desk.post_form(FORM, {**hidden_of(page.text), "typed": "2604", "step": "find"})
    choose = re.search(r'name="step" value="(home:[^"]+)"', page.text)
    assert choose and "江晴（业主）" in page.text
    typed = {"what": "阳台灯不亮", "category": "C2"}
    page = desk.post_form(FORM, {**hidden_of(page.text), **typed, "step": choose.group(1)})
    values = values_of(page.text)
    assert (values["home"], values["phone"], values["name"]) == ("2604", "000-0000-0501", "江晴")
    assert "阳台灯不亮" in page.text and "名册里的 <strong>东楼 2604" in page.text
    sent = {**hidden_of(page.text), **caller(**typed), "name": "江晴"}
    done = desk.post_form(FORM, sent)
    assert done.status == 303, done.text
    filed = case_of(done)
    assert filed["case"].verified and filed["contact"].home_id == membership().home.id
    assert filed["event"].actor.role.value == "desk"
    shown = desk.get(done.headers["location"]).text
    assert "已登记，单号" in shown and "请告诉来电的人" in shown
    again = desk.post_form(FORM, sent)
    assert again.headers["location"] == done.headers["location"]  # a second press files nothing twice


def test_a_caller_who_is_not_in_the_register_is_filed_as_unverified(staff: Staff) -> None:
    desk = staff("desk", html=True)
    page = desk.get(FORM)
    done = desk.post_form(FORM, {**hidden_of(page.text), **caller()})
    filed = case_of(done)
    assert not filed["case"].verified and filed["contact"].home_id is None
    # A home that was chosen and then changed by hand is not that home any more.
    moves_in(membership())
    page = desk.get(FORM)
    sent = {**hidden_of(page.text), **caller(home="2605", category="C3"), "home_id": membership().home.id}
    assert not case_of(desk.post_form(FORM, sent))["case"].verified


def test_an_open_case_of_the_place_is_offered_before_a_second_one_is_filed(
    staff: Staff, filed: Filed
) -> None:
    open_one = filed("C2", what="阳台的灯不亮了")["number"]
    desk = staff("desk", html=True)
    sent = {**hidden_of(desk.get(FORM).text), **caller()}
    offered = desk.post_form(FORM, sent)
    assert offered.status == 409 and open_one in offered.text and "可能是同一件事" in offered.text
    assert "阳台灯不亮" in offered.text  # what was typed is kept
    assert len(staff("desk").get("/api/v1/staff/queue").json()["items"]) == 1
    # It is the same: the call is noted on the open case.
    form = re.search(rf'action="/api/staff/cases/{open_one}/note".*?</form>', offered.text, re.DOTALL)
    assert form
    note = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.group()))
    assert desk.post_form(f"/api/staff/cases/{open_one}/note", note).status == 303
    file = wiring.cases.load(open_one)
    assert file and file.events[-1].kind == "noted" and "又来电话" in (file.events[-1].words or "")
    # It is another thing: what was offered is known now, and the second press files.
    done = desk.post_form(FORM, {**sent, **hidden_of(offered.text)})
    assert done.status == 303 and case_of(done)["case"].number != open_one


def test_while_the_clerk_types_the_open_cases_of_the_place_are_told(staff: Staff, filed: Filed) -> None:
    moves_in(membership())
    number = filed("C2", what="阳台的灯不亮了")["number"]
    filed("C2", what="厨房的灯不亮", home="1101")
    desk = staff("desk")
    chosen = f"{membership().home.id}/m0501"
    told = desk.post_json("/api/v1/staff/file/about", {"chosen": chosen}).json()
    assert told["label"] == "东楼 2604" and told["values"]["phone"] == "000-0000-0501"
    assert [one["number"] for one in told["near"]] == [number]
    by_place = {"building": "river-view/east", "home": "2604", "category": "C2"}
    told = desk.post_json("/api/v1/staff/file/about", by_place).json()
    assert told["values"] == {} and [one["number"] for one in told["near"]] == [number]
    nobody = desk.post_json("/api/v1/staff/file/about", {"chosen": "east-0-9999/x"}).json()
    assert nobody == {"home_id": "", "label": "", "values": {}, "near": []}


def test_mistakes_come_back_with_a_sentence_each_and_everything_typed(staff: Staff) -> None:
    desk = staff("desk", html=True)
    sent = {**hidden_of(desk.get(FORM).text), **caller(phone="12ab", category="", home="26<b>04")}
    refused = desk.post_form(FORM, sent)
    assert refused.status == 422
    assert 'href="#phone"' in refused.text and 'href="#category"' in refused.text
    assert 'value="12ab"' in refused.text and "26&lt;b&gt;04" in refused.text
    elsewhere = desk.post_form(FORM, {**sent, **caller(building="osmanthus-lane/g1")})
    assert elsewhere.status == 422 and 'href="#building"' in elsewhere.text
    strange = desk.post_form(FORM, {**sent, **caller(), "verified": "true"})
    assert strange.status == 422


def test_a_home_that_nobody_offered_is_not_found_however_long_it_is_written(staff: Staff) -> None:
    desk = staff("desk", html=True)
    for chosen in ("x" * 3000, "x/" + "y" * 3000, "a"):
        page = desk.post_form(FORM, {"step": f"home:{chosen}", "what": "阳台灯不亮"})
        assert page.status == 200 and "名册里没有找到这一户" in page.text and "阳台灯不亮" in page.text


def test_only_who_works_on_cases_files_for_a_caller(staff: Staff, browser: Visitor) -> None:
    assert browser.get(FORM).status == 401
    assert browser.post_form(FORM, caller()).status == 401
    assert staff("technician", html=True).get(FORM).status == 200
