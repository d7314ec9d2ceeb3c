"""Figures of promises kept: counted from the cases of a month, shown to the owners' committee, without anything personal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.server import Origin
from tests.people import staffed
from tests.web.client import BROWSER, PROGRAM, Visitor
from tests.web.conftest import case_of, post_case

HERE = "river-view"


@pytest.fixture
def somebody(origin: Origin, table: str) -> Callable[..., Visitor]:
    """Somebody with an account in a role that the rulebook gives nobody."""

    def enter(role: str, html: bool = False) -> Visitor:
        from chalicelib import wiring
        from chalicelib.domain.accounts import Account
        from chalicelib.domain.events import Role
        from chalicelib.storage.transaction import Transaction

        staffed(HERE)
        account = Account(HERE, f"rv-{role.replace('_', '-')}", "看守诺", Role(role), "000-0000-0777")
        wanted = Transaction()
        wiring.accounts.write(wanted, account, None)
        wanted.commit()
        token = wiring.sessions.begin(account.role, account.id, HERE, datetime.now(UTC))
        return Visitor(origin, dict(BROWSER if html else PROGRAM), {"sid": token})

    return enter


def count(after: timedelta = timedelta()) -> tuple[int, int]:
    """Runs the job: months and cases counted."""
    from chalicelib import wiring
    from chalicelib.jobs.count_figures import count_figures

    now = datetime.now(UTC) + after
    made = count_figures(wiring.figures, wiring.cases, wiring.rulebook(), now)
    return made.months, made.cases


def test_a_month_counts_its_own_community_twice_the_same_and_later_what_is_true_then(
    filed: Callable[..., Any], staff: Callable[..., Visitor], somebody: Callable[..., Visitor]
) -> None:
    reader = somebody("owners_committee")
    assert reader.get("/api/v1/staff/figures").json() == {"community": HERE, "months": []}
    number = filed("C2")["number"]
    filed("C2")
    filed("C2", building="osmanthus-lane/1")
    technician = staff("technician")
    assert technician.post_json(f"/api/v1/staff/cases/{number}/arrive", {}).status == 200
    assert count() == count() == (2, 3)
    month = reader.get("/api/v1/staff/figures").json()["months"][0]
    arrive = next(one for one in month["promises"] if one["clock"] == "arrive")
    assert (month["filed"], month["open"], month["rated"], month["satisfied_percent"]) == (2, 2, 0, None)
    assert (arrive["kept"], arrive["missed"], arrive["running"], arrive["kept_percent"]) == (1, 0, 1, 100.0)
    count(after=timedelta(days=20))
    month = reader.get("/api/v1/staff/figures").json()["months"][0]
    arrive = next(one for one in month["promises"] if one["clock"] == "arrive")
    assert (arrive["kept"], arrive["missed"], arrive["running"], arrive["kept_percent"]) == (1, 1, 0, 50.0)


def test_a_case_that_is_opened_again_keeps_its_first_rating_in_the_figures(
    filed: Callable[..., Any],
    staff: Callable[..., Visitor],
    program: Visitor,
    somebody: Callable[..., Visitor],
) -> None:
    case = filed("C2")
    technician = staff("technician")
    track = f"/api/v1/track/{case['link']}"
    for rating in ((1, 1, 1), (5, 5, 5)):
        done = technician.post_json(f"/api/v1/staff/cases/{case['number']}/resolve", {"words": "好了"})
        assert done.status == 200
        said = dict(zip(("speed", "manner", "quality"), rating, strict=True))
        assert program.post_json(f"{track}/rate", said).status == 200
        if rating == (1, 1, 1):
            assert program.post_json(f"{track}/reopen", {"words": "没好"}).status == 200
    count()
    month = somebody("owners_committee").get("/api/v1/staff/figures").json()["months"][0]
    assert (month["filed"], month["rated"], month["satisfied"]) == (1, 2, 1)


def test_more_cases_than_a_page_are_counted(filed: Callable[..., Any], table: str) -> None:
    from chalicelib import wiring
    from chalicelib.domain.figures import months_until
    from chalicelib.jobs import count_figures

    for _ in range(3):
        filed("C2")
    month = next(months_until(datetime.now(UTC), "Asia/Shanghai", 1))
    first, after = wiring.figures.filed_in(HERE, month, limit=2)
    rest, end = wiring.figures.filed_in(HERE, month, after, limit=2)
    assert (len({*first, *rest}), len(rest), end) == (3, 1, None)
    assert (
        count_figures.count_figures(
            wiring.figures, wiring.cases, wiring.rulebook(), datetime.now(UTC), dry_run=True
        ).cases
        == 3
    )
    assert wiring.figures.counted(HERE, 1) == []


def test_the_check_misses_a_case_in_its_month_and_puts_it_back(filed: Callable[..., Any], table: str) -> None:
    from chalicelib import wiring
    from chalicelib.domain.figures import month_of
    from chalicelib.jobs.check_everything import check_everything
    from chalicelib.storage.table import MonthCaseRecord

    number = filed("C2")["number"]
    count()
    book, now = wiring.rulebook(), datetime.now(UTC)
    assert check_everything(wiring.census, book, now).violations == []
    MonthCaseRecord(f"MONTH#{HERE}/{month_of(number)}", number).delete()
    assert check_everything(wiring.census, book, now, repair=True).repaired
    assert check_everything(wiring.census, book, now).violations == []


def test_the_page_says_each_share_of_what_and_nothing_personal(
    filed: Callable[..., Any], somebody: Callable[..., Visitor]
) -> None:
    number = filed("C2")["number"]
    page = somebody("owners_committee", html=True)
    assert "还没有可以统计的工单" in page.get("/api/staff/figures").text
    count()
    said = page.get("/api/staff/figures").text
    assert "还没有人评价" in said
    assert "其中 1 张还在办" in said
    assert not any(word in said for word in (number, "2604", "1234", "厨房"))
    assert "1 still open" in page.get("/api/staff/figures?lang=en").text
    assert page.get("/api/staff/figures?month=2019-01").status == 400


@pytest.mark.parametrize(
    ("role", "first", "closed"),
    [
        (
            "owners_committee",
            "/api/staff/figures",
            ("/api/staff/queue", "/api/staff/stuck", "/api/staff/file"),
        ),
        ("editor", "/api/staff/start", ("/api/staff/queue", "/api/staff/accountability", "/api/staff/duty")),
        ("monitor", "/api/staff/queue", ("/api/staff/file",)),
    ],
)
def test_who_works_on_no_cases_begins_where_they_may_look_and_a_closed_page_leads_there(
    somebody: Callable[..., Visitor], role: str, first: str, closed: tuple[str, ...]
) -> None:
    page = somebody(role, html=True)
    code = page.cookies.pop("sid")
    entered = page.post_form("/api/staff/session", {"code": code})
    assert (entered.status, entered.headers["location"]) == (303, f"{first}?lang=zh")
    assert page.get(first).status == 200
    for path in closed:
        refused = page.get(path)
        assert refused.status == 403
        assert "/api/staff/start" in refused.text
    assert "您可以" in page.get("/api/staff/start").text


def test_a_monitor_sees_how_a_case_is_dealt_with_and_not_whose_it_is(
    somebody: Callable[..., Visitor], program: Visitor
) -> None:
    values = case_of("C2", home="标记2604", name="标记李女士", phone="000-0000-4321")
    number = post_case(program, values).json()["number"]
    monitor, desk = somebody("monitor"), somebody("desk")
    assert desk.get(f"/api/v1/staff/cases/{number}").json()["contact"]["phone"] == "00000004321"
    told = monitor.get(f"/api/v1/staff/cases/{number}").json()
    assert told["contact"] == {"name": None, "phone": None, "home": None}
    assert told["clocks"] and told["events"]
    pages = [
        Visitor(monitor.origin, dict(BROWSER), monitor.cookies).get(f"/api/staff/cases/{number}").text,
        monitor.get("/api/v1/staff/queue").text,
    ]
    assert [number in page for page in pages] == [True] * 2
    assert not any(mark in page for page in pages for mark in ("标记", "4321"))
    assert monitor.post_json("/api/v1/staff/search", {"typed": "标记2604"}).status == 403
