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


def keep(month: str, figures: Any, community: str = HERE) -> None:
    """A month that was counted."""
    from chalicelib import wiring

    wiring.figures.save(community, month, figures, datetime.now(UTC))


def main_of(page: str) -> str:
    """What stands in a page between its frame, where no incident stands either."""
    return page.partition("<main")[2].partition("</main>")[0]


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
    from chalicelib.domain.months import months_until
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


def test_everybody_reads_the_very_figures_of_the_staff_and_nothing_of_a_case(
    filed: Callable[..., Any], somebody: Callable[..., Visitor], browser: Visitor, program: Visitor
) -> None:
    address = f"/api/figures?community={HERE}"
    assert "还没有可以统计的工单" in browser.get(address).text
    assert program.get(f"/api/v1/figures?community={HERE}").json()["months"] == []
    filings = [filed("C2", home="标记2604", name="标记李女士", phone="000-0000-4321") for _ in range(6)]
    filed("D1", building="osmanthus-lane/1")
    count(after=timedelta(days=20))
    committee = somebody("owners_committee")
    theirs = committee.get("/api/v1/staff/figures").json()["months"]
    [told] = program.get(f"/api/v1/figures?community={HERE}").json()["months"]
    assert told.pop("is_over") is False
    assert (told.pop("satisfied"), theirs[0].pop("satisfied")) == (None, 0)
    assert [told] == theirs and (told["filed"], told["promises"][0]["kept_percent"]) == (6, 0.0)
    reader = Visitor(committee.origin, dict(BROWSER), committee.cookies)
    public, staff = main_of(browser.get(address).text), main_of(reader.get("/api/staff/figures").text)
    tables = [page.partition("<tbody>")[2].partition("</tbody>")[0] for page in (public, staff)]
    assert tables[0] == tables[1] and "0%" in tables[0]
    assert "这个月还没过完" in public and "这个月还没过完" in staff
    marks = ["标记", "2604", "4321", "厨房", *(one["number"] for one in filings)]
    pages = [public, browser.get(f"{address}&lang=en").text, program.get(f"/api/v1{address[4:]}").text]
    assert not any(mark in page for page in pages for mark in marks)


def test_a_few_are_told_as_counts_and_what_a_few_thought_is_not_told(
    browser: Visitor, program: Visitor, table: str
) -> None:
    from chalicelib.domain.figures import FEWEST, Figures, Score

    few, enough = Score(FEWEST - 2, 1, 3), Score(FEWEST - 1, 1)
    arrive, resolve = ("C2", "arrive"), ("C2", "resolve")
    keep("2026-01", Figures(5, 0, {arrive: few}, FEWEST - 1, FEWEST - 1))
    keep("2026-02", Figures(5, 0, {arrive: few, resolve: enough}, FEWEST, FEWEST - 1))
    small, larger = (browser.get(f"/api/figures?community={HERE}&month=2026-0{n}").text for n in (1, 2))
    assert ">3 / 4<" in small and "%" not in main_of(small).partition("<h2>")[0]
    assert "4 张有评价，满 5 张才公布" in small
    assert ">3 / 4<" in larger and ">80%<" in larger and "5 张有评价，4 张满意" in larger
    said = program.get(f"/api/v1/figures?community={HERE}").json()
    assert said["fewest"] == FEWEST
    shares = [
        ([one["kept_percent"] for one in month["promises"]], month["satisfied"], month["satisfied_percent"])
        for month in said["months"]
    ]
    assert shares == [([None, 80.0], 4, 80.0), ([None], None, None)]
    asked = program.get(f"/api/v1/figures?community={HERE}&month=2026-01").json()["months"]
    assert asked == said["months"][1:]


def test_everybody_begins_with_the_newest_month_that_is_over_and_may_see_how_the_present_one_stands(
    browser: Visitor, table: str
) -> None:
    from chalicelib.domain.figures import Figures
    from chalicelib.domain.months import months_until

    now, last = months_until(datetime.now(UTC), "Asia/Shanghai", 2)
    keep(now, Figures(filed=71))
    assert ">71<" in browser.get(f"/api/figures?community={HERE}").text
    keep(last, Figures(filed=72))
    first = browser.get(f"/api/figures?community={HERE}").text
    assert ">72<" in first and "还没过完" not in first and "（未完）" in first
    present = browser.get(f"/api/figures?community={HERE}&month={now}").text
    assert ">71<" in present and "还没过完" in present
    assert f"month={now}&amp;lang=en" in present
    # Each community has its own, and a stranger who names none sees the first.
    other = browser.get("/api/figures").text
    assert "还没有可以统计的工单" in other and f"community={HERE}" in other


@pytest.mark.parametrize("asked", ["community=nowhere", f"community={HERE}&month=2019-01", "month=abc"])
def test_figures_that_there_are_not_are_said_in_words_not_to_be_there(
    browser: Visitor, program: Visitor, asked: str
) -> None:
    page, told = browser.get(f"/api/figures?{asked}"), program.get(f"/api/v1/figures?{asked}&lang=en")
    assert (page.status, told.status) == (404, 404)
    said = main_of(page.text)
    assert "没有这个" in said and 'href="/api/figures?lang=zh"' in said and "There " in told.json()["detail"]


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
