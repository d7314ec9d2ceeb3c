"""Before a change of the rulebook is published, staff read what it means to residents, and what last month would have been."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.domain.calendar import ServiceCalendar
from chalicelib.domain.clock import Clock
from chalicelib.domain.limits import Limit, Unit
from chalicelib.domain.standards import Rulebook
from chalicelib.domain.what_if import WhatIf, what_if, would_miss
from chalicelib.rulebook import load
from chalicelib.rulebook.effects import effects
from infra.local.effect import last_month, written
from tests.cases import COMMUNITY, TUESDAY_TEN, case

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rulebook"
Edited = Callable[..., Rulebook]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """The rulebook after places in one file were changed, each given as what stood there and what stands there now."""

    def edit(file: str, *words: str) -> Rulebook:
        shutil.copytree(DOCS, tmp_path / "rulebook")
        path = tmp_path / "rulebook" / file
        text = path.read_text("utf-8")
        for old, new in zip(words[::2], words[1::2], strict=True):
            assert text.count(old) >= 1
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")
        return load(tmp_path / "rulebook")

    return edit


def test_nothing_changes_where_only_a_comment_does(rulebook: Rulebook, edited: Edited) -> None:
    assert effects(rulebook, edited("company.toml", "# ", "# 改了说明。")) == []


def test_a_limit_that_changes_is_said_as_residents_read_it(rulebook: Rulebook, edited: Edited) -> None:
    before = rulebook.standards["C3"].clocks[0]
    assert before.limit == Limit(Unit.WORKING_DAYS, 7)
    after = edited("standards/repairs.toml", "amount = 7\n", "amount = 1\n")
    (one,) = effects(rulebook, after)
    assert "C3" in one.said.zh and "办好时限从 7 个工作日改成 1 个工作日" in one.said.zh
    assert "from 7 working days to 1 working day" in one.said.en
    assert (one.standard, one.clock, one.limit) == ("C3", "resolve", Limit(Unit.WORKING_DAYS, 1))


def test_a_telephone_that_changes_is_named_with_its_new_number(rulebook: Rulebook, edited: Edited) -> None:
    after = edited(f"communities/{COMMUNITY}.toml", 'day_phone = "', 'day_phone = "000-0000-0999" # "')
    assert [one.said.zh for one in effects(rulebook, after)] == [
        f"{rulebook.communities[COMMUNITY].name.zh}的服务时间电话改成 000-0000-0999。"
    ]


def test_words_that_change_are_shown(rulebook: Rulebook, edited: Edited) -> None:
    after = edited("standards/repairs.toml", "水管爆了、家里突然没电", "水管爆了、家里忽然没电")
    (one,) = effects(rulebook, after)
    assert one.said.zh.startswith("C1") and "文字改了" in one.said.zh


def a_clock(started: datetime, met: datetime | None) -> Clock:
    return Clock(
        kind="arrive",
        standard="C1",
        limit=Limit(Unit.MINUTES, 10),
        ladder="short",
        agreed=False,
        started=started,
        promised=started + timedelta(minutes=10),
        provisional=False,
        counted=started,
        met=met,
    )


@pytest.mark.parametrize(("seconds", "late"), [(299, False), (300, False), (301, True)])
def test_exactly_at_the_new_limit_the_promise_would_have_been_kept(
    rulebook: Rulebook, seconds: int, late: bool
) -> None:
    clock = a_clock(TUESDAY_TEN, TUESDAY_TEN + timedelta(seconds=seconds))
    assert would_miss(clock, Limit(Unit.MINUTES, 5), rulebook.calendar) is late


def test_a_clock_that_was_never_met_cannot_be_asked(rulebook: Rulebook) -> None:
    with pytest.raises(ValueError, match="was met"):
        would_miss(a_clock(TUESDAY_TEN, None), Limit(Unit.MINUTES, 5), rulebook.calendar)


def test_only_cases_filed_in_the_span_count(rulebook: Rulebook) -> None:
    calendars: dict[str, ServiceCalendar] = {COMMUNITY: rulebook.calendar}
    one = case(rulebook, "C1")
    cases = []
    for days, minutes in ((-1, 7), (0, 7), (1, 3), (2, 12), (30, 7)):
        opened = TUESDAY_TEN + timedelta(days=days)
        clock = a_clock(opened, opened + timedelta(minutes=minutes))
        cases.append(replace(one, opened=opened, clocks=(clock,)))
    span = (TUESDAY_TEN, TUESDAY_TEN + timedelta(days=30))
    told = what_if(cases, "C1", "arrive", Limit(Unit.MINUTES, 5), calendars, *span)
    assert told == WhatIf(asked=3, missed=1, would_miss=2)


def test_last_month_is_counted_in_the_companys_own_zone() -> None:
    since, until = last_month(datetime(2026, 2, 28, 16, 30, tzinfo=UTC), "Asia/Shanghai")
    assert (since.isoformat(), until.isoformat()) == (
        "2026-02-01T00:00:00+08:00",
        "2026-03-01T00:00:00+08:00",
    )


def test_what_is_printed_says_how_last_month_would_have_been(rulebook: Rulebook, edited: Edited) -> None:
    after = edited(
        "standards/repairs.toml",
        'clock = "arrive"\namount = 10\nunit = "minutes"',
        'clock = "arrive"\namount = 5\nunit = "minutes"',
        "《方案六》说急修 10 分钟到场：按更快的《方案六》",
        "《方案六》说急修 10 分钟到场，公司定为 5 分钟",
        "plan 6 has 10 minutes for urgent repairs: the faster one, plan 6, stands",
        "plan 6 has 10 minutes for urgent repairs, ours is 5 minutes",
    )
    opened = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
    clock = a_clock(opened, opened + timedelta(minutes=7))
    one = replace(case(rulebook, "C1"), opened=opened, clocks=(clock,))
    said = written(effects(rulebook, after), after, [one], datetime(2026, 11, 26, tzinfo=UTC))
    assert "10 分钟改成 5 分钟。上个月 1 件里，按原来的时限晚了 0 件；按新的会晚 1 件。" in said
    assert "没有变化" in written([], after, [], datetime(2026, 11, 26, tzinfo=UTC))
