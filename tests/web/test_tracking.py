"""What a resident does with the link: every verb, what is refused and why, and what stays hidden from them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from tests.web.client import Visitor
from tests.web.conftest import in_three_months

Filed = Callable[..., dict[str, Any]]
Staff = Callable[..., Visitor]


def do(who: Visitor, address: str, **said: Any) -> dict[str, Any]:
    reply = who.post_json(address, said)
    assert reply.status == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


def test_a_resident_can_do_everything_that_is_theirs(program: Visitor, filed: Filed, staff: Staff) -> None:
    case = filed("C2")
    mine, theirs = f"/api/v1/track/{case['link']}", f"/api/v1/staff/cases/{case['number']}"
    assert do(program, f"{mine}/urge")["events"][-1]["kind"] == "urged"
    assert do(program, f"{mine}/write", words="下午五点以后在家")["events"][-1]["words"] == "下午五点以后在家"
    assert program.post_json(f"{mine}/confirm", {}).status == 409
    do(staff("technician"), f"{theirs}/resolve", words="换了灯泡")
    reopened = do(program, f"{mine}/reopen", words="又不亮了")
    assert (reopened["state"], reopened["reopened"]) == ("assigned", 1)
    do(staff("technician"), f"{theirs}/resolve", words="换了整流器")
    assert do(program, f"{mine}/confirm")["state"] == "confirmed"
    assert do(program, f"{mine}/rate", speed=4, manner=5, quality=5)["rating"] == [4, 5, 5]
    again = program.post_json(f"{mine}/rate", {"speed": 1, "manner": 1, "quality": 1})
    assert again.status == 409 and again.json()["detail"] == "您已经评过分了，谢谢。"
    other = filed("B1")
    assert do(program, f"/api/v1/track/{other['link']}/withdraw", words="误会")["state"] == "withdrawn"


def test_what_no_clock_follows_says_when_somebody_is_reminded_and_a_late_promise_is_not_talked_away(
    program: Visitor, browser: Visitor, filed: Filed, staff: Staff
) -> None:
    from chalicelib import wiring
    from chalicelib.jobs.enforce_deadlines import enforce_deadlines

    answered, late = filed("B4"), filed("C1")
    do(staff("desk"), f"/api/v1/staff/cases/{answered['number']}/reply", words="我们去看看")
    enforce_deadlines(wiring.cases, wiring.rulebook(), wiring.now() + timedelta(hours=2))
    page = browser.get(f"/api/track/{answered['link']}").text
    assert "现在没有时限在走，事情还没办完" in page and "系统就提醒经办人" in page
    assert "系统就提醒经办人" not in browser.get(f"/api/track/{late['link']}").text
    for case in (answered, late):
        assert program.get(f"/api/v1/track/{case['link']}").json()["follow_up_at"] is not None
    do(staff("desk"), f"/api/v1/staff/cases/{answered['number']}/resolve", words="处理好了")
    assert "系统就提醒经办人" not in browser.get(f"/api/track/{answered['link']}").text


@pytest.mark.parametrize("score", [0, 6, -1, 2.5, "5", None, True, 10**9])
def test_scores_run_from_one_to_five(program: Visitor, filed: Filed, staff: Staff, score: Any) -> None:
    case = filed("C2")
    do(staff("technician"), f"/api/v1/staff/cases/{case['number']}/resolve", words="好")
    reply = program.post_json(
        f"/api/v1/track/{case['link']}/rate", {"speed": score, "manner": 5, "quality": 5}
    )
    assert reply.status == 422 and reply.json()["errors"][0]["field"] == "speed"


def test_what_staff_say_among_themselves_stays_there(
    program: Visitor, browser: Visitor, filed: Filed, staff: Staff
) -> None:
    case = filed("C3")
    theirs = f"/api/v1/staff/cases/{case['number']}"
    technician, manager, desk = staff("technician"), staff("manager"), staff("desk")
    do(technician, f"{theirs}/note", words="SECRET-NOTE")
    do(
        technician,
        f"{theirs}/ask_extension",
        clock="resolve",
        until=in_three_months().isoformat(),
        words="SECRET-ASKED",
    )
    do(manager, f"{theirs}/decide_extension", approved=False, words="SECRET-REFUSED")
    do(desk, f"{theirs}/assign", person="wang-technician-2", words="SECRET-ASSIGNED")
    do(technician, f"{theirs}/pass_upward", words="SECRET-UPWARD")
    other = filed("C3")
    do(desk, f"/api/v1/staff/cases/{other['number']}/join", other=case["number"])
    told = program.get(f"/api/v1/track/{case['link']}")
    page = browser.get(f"/api/track/{case['link']}")
    for text in (told.text, page.text):
        assert "SECRET" not in text and other["number"] not in text
    assert "contact" not in told.json() and "phone" not in told.json()
    assert "扳大手" in page.text  # who has it now


def test_an_extension_that_was_granted_shows_who_asked_for_it_and_why(
    program: Visitor, browser: Visitor, filed: Filed, staff: Staff
) -> None:
    """E1: who, why, until when; the resident sees it."""
    case = filed("C5")
    theirs, until = f"/api/v1/staff/cases/{case['number']}", in_three_months().isoformat()
    do(staff("technician"), f"{theirs}/ask_extension", clock="resolve", until=until, words="读卡器要调货")
    waiting = program.get(f"/api/v1/track/{case['link']}")
    assert "调货" not in waiting.text and "extension_asked" not in waiting.text, "nothing is granted yet"
    do(staff("manager"), f"{theirs}/decide_extension", approved=True, words="同意，先装门铃")
    told = program.get(f"/api/v1/track/{case['link']}").json()["events"]
    asked, granted = (one for one in told if one["kind"] in ("extension_asked", "extended"))
    assert (asked["role"], asked["words"]) == ("technician", "读卡器要调货")
    assert (granted["role"], granted["words"]) == ("manager", "同意，先装门铃")
    page = browser.get(f"/api/track/{case['link']}").text
    assert "读卡器要调货" in page and "申请把" in page and "同意，先装门铃" in page


def test_a_refused_verb_comes_back_on_its_page_with_what_was_typed(browser: Visitor, filed: Filed) -> None:
    case = filed("C2")
    page = f"/api/track/{case['link']}"
    assert browser.post_form(f"{page}/urge", {}).status == 303
    again = browser.post_form(f"{page}/urge", {})
    assert again.status == 429 and "已经催过" in again.text and int(again.headers["retry-after"]) > 3000
    empty = browser.post_form(f"{page}/write", {"words": "  "})
    assert empty.status == 422 and "这一项要填" in empty.text
    long = browser.post_form(f"{page}/write", {"words": "很长" * 1001})
    assert long.status == 422 and "很长" * 1001 in long.text
    soon = browser.post_form(f"{page}/confirm", {})
    assert soon.status == 409 and "现在是" in soon.text


def test_a_case_that_ended_long_ago_is_filed_anew_and_not_reopened(
    program: Visitor, filed: Filed, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib import wiring

    case = filed("C2")
    do(staff("technician"), f"/api/v1/staff/cases/{case['number']}/resolve", words="好")
    do(program, f"/api/v1/track/{case['link']}/confirm")
    monkeypatch.setattr(wiring, "now", lambda: datetime.now(UTC) + timedelta(days=31))
    reply = program.post_json(f"/api/v1/track/{case['link']}/reopen", {"words": "又坏了"})
    assert reply.status == 409 and "30 天" in reply.json()["detail"]


def test_the_page_speaks_the_language_the_case_was_filed_in(browser: Visitor, filed: Filed) -> None:
    english = browser.get(f"/api/track/{filed('C2', language='en')['link']}").text
    assert "What happened so far" in english and 'lang="en"' in english
    chinese = f"/api/track/{filed('C2')['link']}"
    assert "办理经过" in browser.get(chinese, Accept_Language="en").text
    assert "What happened so far" in browser.get(f"{chinese}?lang=en").text


def test_a_link_that_is_pasted_with_words_around_it_is_found(browser: Visitor, filed: Filed) -> None:
    case = filed("C2")
    for pasted in (case["track"], f"【守诺】您的进度：{case['track']} 。", case["link"].upper()):
        found = browser.post_form("/api/track", {"link": pasted, "language": "zh"})
        assert found.status == 303 and found.headers["location"] == f"/api/track/{case['link']}"
    assert browser.post_form("/api/track", {"link": case["number"]}).status == 404


def test_a_link_whose_key_was_taken_away_leads_to_signing_in_by_telephone(
    browser: Visitor, filed: Filed
) -> None:
    link = filed("C2")["link"]
    for language, home in (("zh", "/my/"), ("en", "/en/my/")):
        shown = browser.get(f"/api/track/{link[:-1]}{'b' if link[-1] == 'a' else 'a'}?lang={language}")
        assert shown.status == 404 and f'href="{home}"' in shown.text.partition("<main")[2]


def test_every_reason_to_refuse_has_its_sentence_in_both_languages() -> None:
    from chalicelib.domain.refusals import Reason
    from chalicelib.web.refused import SENTENCES

    assert set(SENTENCES) == set(get_args(Reason))
    for text in SENTENCES.values():
        assert text.zh.endswith("。") and text.en.endswith(".")
        assert set(re.findall(r"{\w+}", text.zh)) == set(re.findall(r"{\w+}", text.en))


def test_every_kind_of_event_has_its_title() -> None:
    import inspect

    from chalicelib.domain import case
    from chalicelib.web.story import TITLES

    kinds = set(
        re.findall(
            r'"(\w+)"', " ".join(re.findall(r"case \(?\s*(\"[^:]*?\")\s*\)?:", inspect.getsource(case.apply)))
        )
    )
    assert kinds | {"filed"} == set(TITLES)


def test_the_qr_code_has_no_style_of_its_own(browser: Visitor, filed: Filed) -> None:
    page = browser.get(filed("C2")["receipt"]).text
    assert page.count("<svg") >= 1 and " style=" not in page and "<style" not in page
