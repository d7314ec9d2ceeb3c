"""Every promise with a clock (sections B, C and D, E6, E7, G1, G2, G4) stands in the rulebook as given, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.domain.limits import Limit, Unit
from chalicelib.domain.standards import Rulebook
from chalicelib.rulebook import load
from chalicelib.rulebook.words import limit_in_words

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rulebook"

# The witness: written down by hand from the promises, never read from the rulebook.
# id -> clocks that a case of it carries: (clock, amount, unit, id of the promise, can be agreed, start)
PROMISED = {
    "B0": {("reply", 1, "same_day", "B0", False, "filing")},
    "B1": {
        ("resolve", 1, "half_days", "B1", False, "filing"),
        ("reply", 1, "same_day", "B0", False, "filing"),
    },
    "B2": {("resolve", 2, "days", "B2", False, "filing"), ("reply", 1, "same_day", "B0", False, "filing")},
    "B3": {("arrive", 15, "minutes", "B3", False, "filing"), ("reply", 1, "same_day", "B0", False, "filing")},
    "B4": {("reply", 8, "hours", "B4", False, "filing"), ("reply", 1, "same_day", "B0", False, "filing")},
    "C0": {("arrive", 15, "minutes", "C0", False, "filing")},
    "C1": {("arrive", 10, "minutes", "C1", False, "filing")},
    "C2": {
        ("arrive", 15, "minutes", "C0", False, "filing"),
        ("resolve", 1, "half_days", "C2", False, "filing"),
    },
    "C3": {
        ("arrive", 15, "minutes", "C0", False, "filing"),
        ("resolve", 7, "working_days", "C3", True, "filing"),
    },
    "C4": {("arrive", 10, "minutes", "C4", False, "filing")},
    "C5": {("resolve", 3, "working_days", "C5", False, "filing")},
    "C6": {("resolve", 2, "working_days", "C6", False, "filing")},
    "C7": {("resolve", 2, "days", "C7", False, "filing")},
    "C8": {("resolve", 1, "months", "C8", False, "filing")},
    "C9": set(),
    "D1": {("reply", 30, "minutes", "D1", False, "filing")},
    "D2": {
        ("reply", 30, "minutes", "D2", False, "filing"),
        ("arrive", 30, "minutes", "D2", False, "visit_agreed"),
    },
    "D3": {("reply", 30, "minutes", "D3", False, "filing")},
    "D4": {("reply", 2, "working_days", "D4", True, "filing")},
    # No plan gives a limit for a service asked for: the company takes that of D2, and says so on the page.
    **{
        id: {
            ("reply", 30, "minutes", id, False, "filing"),
            ("arrive", 30, "minutes", id, False, "visit_agreed"),
        }
        for id in ("G1", "G2", "G4")
    },
    # No plan gives figures for these two: the company set its own, and says so on the page.
    "E6": {
        ("arrive", 8, "hours", "E6", False, "filing"),
        ("resolve", 3, "working_days", "E6", False, "filing"),
    },
    "E7": {("arrive", 10, "minutes", "E7", False, "filing"), ("resolve", 1, "days", "E7", False, "filing")},
}
KINDS = {"B": "complaint", "C": "repair", "D": "enquiry", "G": "service", "E6": "breach", "E7": "emergency"}


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load(DOCS)


def test_every_promise_is_there_and_nothing_else(book: Rulebook) -> None:
    assert set(book.standards) == set(PROMISED)


@pytest.mark.parametrize("promise", sorted(PROMISED))
def test_a_case_carries_exactly_the_clocks_promised(book: Rulebook, promise: str) -> None:
    carried = {
        (rule.clock, rule.limit.amount, rule.limit.unit.value, rule.standard, rule.agreed, rule.starts)
        for rule in book.clock_rules(promise)
    }
    assert carried == PROMISED[promise]
    assert len(book.clock_rules(promise)) == len(PROMISED[promise])


@pytest.mark.parametrize("promise", sorted(PROMISED))
def test_a_promise_is_written_in_both_languages(book: Rulebook, promise: str) -> None:
    standard = book.standards[promise]
    assert standard.kind == (KINDS.get(promise) or KINDS[promise[0]])
    texts = [standard.title, standard.explanation, standard.examples, standard.counted, standard.source]
    for text in texts:
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert text.en and not re.search(r"[\u4e00-\u9fff]", text.en)
        assert "{" not in text.zh + text.en
    assert standard.source.zh.startswith("《方案")


@pytest.mark.parametrize("promise", [promise for promise, clocks in PROMISED.items() if clocks])
def test_the_explanation_says_the_limit_that_is_enforced(book: Rulebook, promise: str) -> None:
    standard = book.standards[promise]
    own = {(rule.clock, rule.starts): rule for rule in standard.clocks}
    for rule in own.values():
        words = limit_in_words(rule.limit, book.calendar)
        assert words.zh in standard.explanation.zh
        assert words.en in standard.explanation.en


@pytest.mark.parametrize("promise", ["B4", "C1", "C5", "C6", "C7", "C8", "E6", "E7"])
def test_where_plans_differ_the_page_says_which_one_stands(book: Rulebook, promise: str) -> None:
    assert book.standards[promise].stands is not None


def test_a_serious_complaint_reaches_the_manager_at_once(book: Rulebook) -> None:
    serious = book.standards["B2"]
    assert serious.severity == "major"
    assert serious.tell_at_once == ("manager",)
    assert serious.clocks[0].ladder == "major"
    assert [one.id for one in book.standards.values() if one.tell_at_once] == ["B2", "E7"]


def test_breaches_and_emergencies_are_filed_by_staff_only_and_each_has_its_plans(book: Rulebook) -> None:
    assert [plan.id for plan in book.standards["E6"].plans] == ["building", "use"]
    assert [plan.id for plan in book.standards["E7"].plans] == ["fire", "crime", "health", "equipment"]
    for one in book.standards.values():
        assert bool(one.plans) == (one.id in ("E6", "E7"))
        if one.plans:
            assert not one.choosable
        for plan in one.plans:
            assert {"tell", "dissuade", "report"} <= {s.id for s in plan.steps} or one.id == "E7"
            assert {"guard", "committee"} <= {s.id for s in plan.steps} or one.id == "E6"


def test_major_works_become_a_proposal_without_a_clock(book: Rulebook) -> None:
    assert [one.id for one in book.standards.values() if one.path == "proposal"] == ["C9"]


def test_a_resident_chooses_among_the_urgent_first_and_never_a_promise_over_all(book: Rulebook) -> None:
    assert [one.id for one in book.categories("repair")] == [
        "C1",
        "C4",
        "C2",
        "C3",
        "C5",
        "C6",
        "C7",
        "C8",
        "C9",
    ]
    assert [one.id for one in book.categories("complaint")] == ["B3", "B2", "B1", "B4"]
    assert [one.id for one in book.categories("enquiry")] == ["D1", "D2", "D3", "D4"]
    assert [one.id for one in book.categories("service")] == ["G1", "G2", "G4"]


@pytest.mark.parametrize("promise", [promise for promise, clocks in PROMISED.items() if clocks])
def test_minutes_climb_the_short_ladder_and_days_a_longer_one(book: Rulebook, promise: str) -> None:
    for rule in book.clock_rules(promise):
        assert (rule.ladder == "short") == (rule.limit.unit is Unit.MINUTES)


def test_the_ladders_climb_as_decided(book: Rulebook) -> None:
    def steps(ladder: str) -> list[tuple[str, str, float | None, Limit | None]]:
        return [(level.name, level.to, level.share, level.after) for level in book.ladders[ladder].levels]

    at_the_deadline = ("supervisor", "supervisor", None, Limit(Unit.MINUTES, 0))
    assert steps("short") == [
        ("reminder", "in_charge", 0.5, None),
        at_the_deadline,
        ("manager", "manager", None, Limit(Unit.MINUTES, 10)),
        ("general_manager", "general_manager", None, Limit(Unit.MINUTES, 30)),
    ]
    assert steps("long") == [
        ("reminder", "in_charge", 0.75, None),
        at_the_deadline,
        ("manager", "manager", None, Limit(Unit.HALF_DAYS, 1)),
        ("general_manager", "general_manager", None, Limit(Unit.WORKING_DAYS, 1)),
    ]
    assert [step[0] for step in steps("major")] == ["reminder", "supervisor", "manager", "general_manager"]


def test_the_service_is_open_from_eight_to_six(book: Rulebook) -> None:
    assert (book.calendar.opens.isoformat(), book.calendar.closes.isoformat()) == ("08:00:00", "18:00:00")
    assert book.calendar.zone == "Asia/Shanghai"


def test_every_building_has_its_assistant_and_every_department_its_supervisor(book: Rulebook) -> None:
    assert len(book.communities) == 2
    for community in book.communities.values():
        assert len(community.buildings) == 3
        for building in community.buildings.values():
            assert community.people[building.assistant].role == "assistant"
        for department in book.departments:
            assert community.supervisor_of(department).role == "supervisor"
        assert community.people[community.manager].role == "manager"
        assert community.people[community.desk].role == "desk"
        assert community.people[community.general_manager].role == "general_manager"
        assert community.zone in book.calendars
        assert book.calendar_for(community.id).zone == community.zone


def test_no_demonstration_telephone_can_be_dialled(book: Rulebook) -> None:
    numbers = [person.phone for person in book.people.values()]
    for community in book.communities.values():
        numbers += [community.day_phone, community.night_phone, community.complaint_phone]
    assert all(number.startswith("000-") for number in numbers)


@pytest.mark.parametrize(
    ("limit", "zh", "en"),
    [
        (Limit(Unit.MINUTES, 10), "10 分钟", "10 minutes"),
        (Limit(Unit.MINUTES, 1), "1 分钟", "1 minute"),
        (Limit(Unit.HOURS, 8), "8 小时", "8 hours"),
        (Limit(Unit.HALF_DAYS, 1), "半个服务日（5 个服务小时）", "half a service day (5 service hours)"),
        (Limit(Unit.HALF_DAYS, 2), "1 个服务日（10 个服务小时）", "1 service day (10 service hours)"),
        (
            Limit(Unit.HALF_DAYS, 3),
            "1 个半服务日（15 个服务小时）",
            "1 and a half service days (15 service hours)",
        ),
        (Limit(Unit.SAME_DAY, 1), "当天", "the same day"),
        (Limit(Unit.DAYS, 2), "2 天", "2 days"),
        (Limit(Unit.WORKING_DAYS, 1), "1 个工作日", "1 working day"),
        (Limit(Unit.WORKING_DAYS, 3), "3 个工作日", "3 working days"),
        (Limit(Unit.MONTHS, 1), "1 个月", "1 month"),
    ],
)
def test_a_limit_is_said_in_words(book: Rulebook, limit: Limit, zh: str, en: str) -> None:
    words = limit_in_words(limit, book.calendar)
    assert (words.zh, words.en) == (zh, en)


@pytest.mark.parametrize(
    "path", sorted(DOCS.rglob("*.toml")), ids=lambda path: path.relative_to(DOCS).as_posix()
)
def test_every_row_has_a_comment_that_helps(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    for at, line in enumerate(lines):
        starts_a_row = line.startswith("[")
        starts_a_block = bool(line) and not line.startswith("#") and not lines[at - 1]
        if starts_a_row or starts_a_block:
            assert lines[at - 1].startswith("# "), f"line {at + 1} has no comment above it: {line}"
