"""Call-backs at the edge: the supervisor's list, the call noted on the case, what the resident reads, what everybody may know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.events import Role
from chalicelib.domain.standards import Rulebook
from infra.local.server import Origin
from tests.calls import draw, month_before, settled
from tests.web.client import BROWSER, PROGRAM, Visitor

HERE = "river-view"
LIST = "/api/v1/staff/call-backs"


@pytest.fixture
def supervisor(staff: Callable[..., Visitor]) -> Visitor:
    return staff("supervisor", HERE)


def items(visitor: Visitor, which: str = "to_call") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.get(f"{LIST}?list={which}").json()["items"]
    return found


def say(visitor: Visitor, number: str, **said: Any) -> Any:
    return visitor.post_json(f"/api/v1/staff/cases/{number}/call_back", said)


def test_what_was_drawn_waits_in_the_list_until_the_resident_was_asked(
    rulebook: Rulebook, supervisor: Visitor
) -> None:
    assert supervisor.get(LIST).json() == {"months": [], "draw": None, "items": [], "next_cursor": None}
    numbers = [settled(rulebook, HERE, nth=nth) for nth in range(4)]
    draw()
    first, second = items(supervisor)
    assert {first["number"], second["number"]} < set(numbers)
    assert (first["calls"], first["answer"]) == (0, None)
    assert say(supervisor, first["number"], answer="no_answer").status == 200
    assert [one["calls"] for one in items(supervisor)] == [1, 0]
    assert items(supervisor, "called") == []
    assert say(supervisor, second["number"], answer="satisfied", words="很快").status == 200
    assert [one["number"] for one in items(supervisor)] == [first["number"]]
    assert [one["answer"] for one in items(supervisor, "called")] == ["satisfied"]


def test_the_list_says_what_it_came_to_and_once_it_is_over_how_it_was_drawn(
    rulebook: Rulebook, supervisor: Visitor
) -> None:
    from chalicelib import wiring

    numbers = [settled(rulebook, HERE, nth=nth) for nth in range(3)]
    draw()
    told = supervisor.get(LIST).json()
    assert set(told["draw"]["orders"]["complaint"]) < set(numbers) and told["draw"]["seed"] is None
    assert told["draw"]["month"] == month_before()
    assert told["months"][0]["settled"] == 3 and told["months"][0]["wanted"] == 2
    calls = wiring.call_draws.calls(HERE, month_before())
    assert calls is not None
    wiring.call_draws.save(calls, replace(calls, stage="over", version=2))
    over = supervisor.get(LIST).json()["draw"]
    assert sorted(over["orders"]["complaint"]) == sorted(numbers) and len(over["seed"]) == 64


def test_a_long_list_goes_on_page_by_page_and_names_each_once(
    rulebook: Rulebook, supervisor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.web import call_backs

    monkeypatch.setattr(call_backs, "PAGE", 2)
    monkeypatch.setattr(call_backs, "READ_AT_ONCE", 3)
    for nth in range(10):
        settled(rulebook, HERE, nth=nth)
    draw()
    seen, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        reply = supervisor.get(f"{LIST}?cursor={cursor}").json()
        assert len(reply["items"]) <= 2
        seen += [one["number"] for one in reply["items"]]
        cursor, pages = reply["next_cursor"], pages + 1
    assert len(seen) == len(set(seen)) == 5


def test_whoever_settled_it_is_offered_no_call_and_another_one_is(
    rulebook: Rulebook, staff: Callable[..., Visitor]
) -> None:
    people = rulebook.communities[HERE].people.values()
    supervisor = next(one.id for one in people if one.role == "supervisor")
    number = settled(rulebook, HERE, by=(Role.SUPERVISOR, supervisor))
    draw()
    where = f"/api/v1/staff/cases/{number}"
    assert "call_back" not in staff("supervisor", HERE).get(where).json()["verbs"]
    assert "call_back" in staff("manager", HERE).get(where).json()["verbs"]


def test_the_list_says_how_often_somebody_was_called(
    rulebook: Rulebook, staff: Callable[..., Visitor]
) -> None:
    number = settled(rulebook, HERE)
    draw()
    manager, supervisor = staff("manager", HERE), staff("supervisor", HERE, html=True)
    assert say(manager, number, answer="no_answer").status == 200
    assert "打过 1 次" in supervisor.get("/api/staff/call-backs?lang=zh").text
    assert "Called once; " in supervisor.get("/api/staff/call-backs?lang=en").text


def test_whoever_was_erased_meanwhile_is_not_to_be_called_any_more(
    rulebook: Rulebook, supervisor: Visitor
) -> None:
    from chalicelib import wiring
    from chalicelib.domain.keeping import Contact
    from chalicelib.storage.cases import head_record

    number = settled(rulebook, HERE)
    draw()
    assert [one["number"] for one in items(supervisor)] == [number]
    case = replace(wiring.cases.heads([number])[number][0], erased=True)
    head_record(case, Contact()).save()
    assert items(supervisor) == [] and items(supervisor, "called") == []
    assert "call_back" not in supervisor.get(f"/api/v1/staff/cases/{number}").json()["verbs"]


@pytest.mark.parametrize("asked", ["month=2001-01", "month=x", "list=nothing", "cursor=abc", "cursor=LTE"])
def test_what_there_is_not_is_refused_with_words(supervisor: Visitor, asked: str) -> None:
    draw()
    assert supervisor.get(f"{LIST}?{asked}").status == 400


def test_a_call_that_cannot_be_noted_says_why_beside_its_field_and_keeps_what_was_written(
    rulebook: Rulebook, staff: Callable[..., Visitor]
) -> None:
    number = settled(rulebook, HERE)
    page = staff("supervisor", HERE, html=True)
    where = f"/api/staff/cases/{number}/call_back"
    early = page.post_form(where, {"answer": "satisfied", "language": "zh"})
    assert early.status == 409 and "不能再“记下回访”" in early.text
    draw()
    empty = page.post_form(where, {"words": "慢了两天", "language": "zh"})
    assert empty.status == 422 and "慢了两天" in empty.text
    bare = page.post_form(where, {"answer": "dissatisfied", "language": "zh"})
    assert bare.status == 409 and "哪里不满意" in bare.text
    assert page.post_form(where, {"answer": "no_answer", "language": "zh"}).status == 303
    again = page.post_form(where, {"answer": "no_answer", "language": "zh"})
    assert again.status == 409 and "以后再打" in again.text


def test_the_resident_reads_that_they_were_drawn_and_what_was_noted(
    rulebook: Rulebook, supervisor: Visitor, origin: Origin
) -> None:
    from chalicelib import wiring
    from chalicelib.domain.links import link_of

    number = settled(rulebook, HERE)
    draw()
    assert say(supervisor, number, answer="dissatisfied", words="师傅没有收拾").status == 200
    track = f"/api/track/{link_of(number, wiring.link_key())}"
    page = Visitor(origin, dict(BROWSER)).get(track).text
    assert "抽中回访" in page and "回访：不满意" in page and "师傅没有收拾" in page
    told = Visitor(origin, dict(PROGRAM)).get(track.replace("/api/", "/api/v1/")).json()
    assert told["call_back"]["answer"] == "dissatisfied" and not told["call_back"]["pending"]


def test_the_page_names_no_resident_and_the_case_has_the_telephone(
    rulebook: Rulebook, staff: Callable[..., Visitor]
) -> None:
    number = settled(rulebook, HERE)
    draw()
    page = staff("supervisor", HERE, html=True)
    listed = page.get("/api/staff/call-backs").text
    assert number in listed and "000-0000-0999" not in listed and "演示业主" not in listed
    case = page.get(f"/api/staff/cases/{number}").text
    assert "000-0000-0999" in case and 'id="do-call_back"' in case
    desk = staff("desk", HERE, html=True).get(f"/api/staff/cases/{number}").text
    assert 'id="do-call_back"' not in desk


def test_everybody_reads_the_shares_of_a_month_and_of_fewer_than_five_not_who_was_satisfied(
    rulebook: Rulebook, supervisor: Visitor, browser: Visitor, program: Visitor
) -> None:
    from chalicelib import wiring
    from chalicelib.jobs.count_figures import count_figures

    numbers = [settled(rulebook, HERE, nth=nth) for nth in range(12)]
    draw()
    waiting = [one["number"] for one in items(supervisor)]
    assert len(waiting) == 6 and set(waiting) < set(numbers)

    def public(numbers: Sequence[str]) -> dict[str, Any]:
        for number in numbers:
            assert say(supervisor, number, answer="satisfied").status == 200
        draw()
        count_figures(wiring.figures, wiring.cases, wiring.rulebook(), datetime.now(UTC))
        months = program.get(f"/api/v1/figures?community={HERE}").json()["months"]
        found = next(one for one in months if one["month"] == month_before())
        called: dict[str, Any] = found["call_backs"]
        return called

    few = public(waiting[:4])
    assert (few["asked"], few["satisfied"], few["satisfied_percent"], few["asked_percent"]) == (
        4,
        None,
        None,
        33.3,
    )
    enough = public(waiting[4:5])
    assert (enough["asked"], enough["satisfied"], enough["satisfied_percent"]) == (5, 5, 100.0)
    page = browser.get(f"/api/figures?community={HERE}&month={month_before()}").text
    assert "电话回访" in page and "41.6%" in page and "100%" in page
    staff_page = supervisor.get("/api/v1/staff/figures").json()
    assert any(one["call_backs"] for one in staff_page["months"])
