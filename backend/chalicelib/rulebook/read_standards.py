"""Reads the service standards and the ladders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast, get_args

from chalicelib.domain.limits import Limit, Unit
from chalicelib.domain.standards import (
    FOLLOW_UP,
    CaseKind,
    CasePath,
    ClockName,
    ClockRule,
    ClockStart,
    Ladder,
    LadderName,
    Level,
    LevelName,
    LevelRecipient,
    PlaceKind,
    Plan,
    Severity,
    StaffRole,
    Standard,
    Step,
    Text,
)
from chalicelib.rulebook.table import Table

STAFF_KINDS = ("breach", "emergency")
UNITS = tuple(unit.value for unit in Unit)
LEVEL_NAMES: tuple[str, ...] = get_args(LevelName)
_STANDARD_ID = re.compile(r"[A-Z]\d{1,2}")
_MOST = 1000  # far beyond any promise, and small enough that no date arithmetic can overflow
_NUMBER_WITH_UNIT = re.compile(
    r"\d+ ?(?:分钟|个?小时|个?工作日|天|个?月|minutes?|hours?|days?|working|months?)"
)
# About how long a unit lasts, in minutes: only to see that a ladder's levels come one after another.
_ABOUT_MINUTES = {"minutes": 1, "hours": 60, "half_days": 300, "days": 1440, "working_days": 1440}


def read_standards(table: Table) -> list[Standard]:
    """The standards of one file; `kind` at its head holds for all of them."""
    kind = cast(CaseKind, table.choice("kind", get_args(CaseKind)))
    standards = [_standard(row, kind) for row in table.rows("standards")]
    if not standards:
        table.wrong("standards", "一条标准也没有。每条标准前面要单独写一行 [[standards]]。")
    table.finish()
    return standards


def _standard(row: Table, kind: CaseKind) -> Standard:
    standard_id = row.words("id")
    if standard_id and not _STANDARD_ID.fullmatch(standard_id):
        row.wrong("id", f"“{standard_id}”不是标准编号。请写一个大写字母加数字，例如 C1。")
    standard = Standard(
        id=standard_id,
        kind=kind,
        title=_without_numbers(row, "title"),
        explanation=_without_numbers(row, "explanation"),
        examples=row.text("examples"),
        counted=Text("", ""),
        clocks=tuple(_clock_rule(clock, standard_id) for clock in row.rows("clocks", named_by="clock")),
        department=row.words("department"),
        severity=cast(Severity, row.choice("severity", get_args(Severity))),
        source=row.text("source"),
        stands=row.maybe_text("stands"),
        place=cast(PlaceKind, row.choice("place", get_args(PlaceKind))),
        choosable=row.flag("choosable"),
        applies_with=row.names("applies_with"),
        path=cast(CasePath, row.choice("path", get_args(CasePath), default="case")),
        tell_at_once=_roles(row),
        plans=tuple(_plan(plan) for plan in row.rows("plans")),
    )
    _check_clocks(row, standard)
    _check_plans(row, standard)
    row.finish()
    return standard


def _without_numbers(row: Table, name: str) -> Text:
    text = row.text(name)
    for language, given in (("zh", text.zh), ("en", text.en)):
        typed = _NUMBER_WITH_UNIT.search(given)
        if typed:
            row.wrong(
                f"{name}.{language}",
                f"不要自己写“{typed[0]}”。请写 {{reply}}、{{arrive}} 或 {{resolve}}，系统会填上下面 clocks 里的时限。",
            )
    return text


def _roles(row: Table) -> tuple[StaffRole, ...]:
    roles = row.names("tell_at_once")
    for role in roles:
        if role not in ("supervisor", "manager", "general_manager"):
            row.wrong("tell_at_once", f"不能写“{role}”。可以写的有：supervisor、manager、general_manager。")
    return cast(tuple[StaffRole, ...], roles)


def _clock_rule(row: Table, standard_id: str) -> ClockRule:
    rule = ClockRule(
        clock=cast(ClockName, row.choice("clock", get_args(ClockName))),
        limit=_limit(row, UNITS, least=1),
        ladder=cast(LadderName, row.words("ladder")),
        standard=standard_id,
        agreed=row.flag("agreed", default=False),
        starts=cast(ClockStart, row.choice("starts", get_args(ClockStart), default="filing")),
    )
    if rule.limit.unit is Unit.SAME_DAY and rule.limit.amount != 1:
        row.wrong("amount", "“当天”（same_day）的数量只能写 1。要更久请换成 days。")
    row.finish()
    return rule


def _plan(row: Table) -> Plan:
    plan = Plan(row.identifier("id"), row.text("title"), tuple(map(_step, row.rows("steps"))))
    if not plan.steps:
        row.wrong("steps", '一步也没有。请至少写一步：{ id = "…", title = { zh = "…", en = "…" } }。')
    ids = [step.id for step in plan.steps]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        row.wrong(f"steps[{id}].id", f"“{id}”写了两次。每一步要有自己的编号。")
    row.finish()
    return plan


def _step(row: Table) -> Step:
    step = Step(row.identifier("id"), row.text("title"))
    row.finish()
    return step


def _check_plans(row: Table, standard: Standard) -> None:
    if standard.kind not in STAFF_KINDS:
        if standard.plans:
            row.wrong("plans", "只有 breach 和 emergency 两类才写处理步骤。请删掉 plans。")
        return
    if not standard.plans:
        row.wrong("plans", "没有处理步骤。请至少写一段 [[standards.plans]]。")
    if standard.choosable:
        row.wrong("choosable", "这一类只由员工登记，居民的表单里不出现。请写 choosable = false。")
    ids = [plan.id for plan in standard.plans]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        row.wrong(f"plans[{id}].id", f"“{id}”写了两次。请换一个编号。")


def _check_clocks(row: Table, standard: Standard) -> None:
    seen: set[tuple[str, str]] = set()
    for rule in standard.clocks:
        if rule.clock and (rule.clock, rule.starts) in seen:
            row.wrong(f"clocks[{rule.clock}]", "同一种时限写了两次。请只留一个。")
        seen.add((rule.clock, rule.starts))
    if standard.path == "proposal" and (standard.clocks or standard.applies_with):
        row.wrong("path", "交业主共同决定的事没有时限。请删掉 clocks 和 applies_with，或者删掉 path。")
    if standard.path == "case" and not standard.clocks:
        row.wrong("clocks", "一个时限也没有。请补上一段 [[standards.clocks]]。")


def read_ladders(table: Table) -> list[Ladder]:
    """All ladders with their levels."""
    ladders = [_ladder(row) for row in table.rows("ladders", named_by="name")]
    table.finish()
    return ladders


def _ladder(row: Table) -> Ladder:
    name = cast(LadderName, row.choice("name", get_args(LadderName)))
    title = row.text("title")
    level_rows = row.rows("levels", named_by="name")
    levels = tuple(_level(level) for level in level_rows)
    if "supervisor" not in {level.name for level in levels}:
        row.wrong("levels", "缺少 supervisor（主管）这一级：错过的承诺必须有主管知道。请补上。")
    for earlier, later, later_row in zip(levels, levels[1:], level_rows[1:], strict=False):
        if _moment_order(later) <= _moment_order(earlier) or _rank(later) <= _rank(earlier):
            later_row.wrong(
                "",
                f"“{later.name}”这一级没有排在“{earlier.name}”后面。请按先后顺序写，每一级都比上一级晚、职位更高。",
            )
    if name == FOLLOW_UP:
        _check_follow_up(levels, level_rows)
    row.finish()
    return Ladder(name, title, levels)


def _check_follow_up(levels: Sequence[Level], rows: Sequence[Table]) -> None:
    for level, row in zip(levels, rows, strict=True):
        if level.share is not None:
            row.wrong("share", "跟进没有到期时间，不能写 share。请用 after 写多久没有进展。")
        elif level.after is not None and level.after.amount == 0:
            row.wrong("after.amount", "跟进要过一段时间才提醒，不能写 0。")


def _level(row: Table) -> Level:
    name = cast(LevelName, row.choice("name", LEVEL_NAMES))
    to = cast(LevelRecipient, row.choice("to", get_args(LevelRecipient)))
    share = row.maybe_share("share")
    after: Limit | None = None
    if row.has("after"):
        inner = row.table("after")
        after = _limit(inner, tuple(_ABOUT_MINUTES), least=0)
        inner.finish()
    if share is not None and name in LEVEL_NAMES[1:]:
        row.wrong("share", "到期之前只提醒经办人（reminder）；上级在到期以后才知道，请改写 after。")
    if (share is None) == (after is None):
        row.wrong("", "share（到期前）和 after（到期后）要写一个，也只能写一个。")
    row.finish()
    return Level(name, to, share, after)


def _limit(row: Table, units: tuple[str, ...], *, least: int) -> Limit:
    amount = row.whole("amount", least=least, most=_MOST)
    unit = row.choice("unit", units)
    if not amount and unit in ("days", "working_days"):
        row.wrong("amount", '按天数的不能写 0。要一到期就告诉，请写 amount = 0, unit = "minutes"。')
        return Limit(Unit.MINUTES, 0)
    return Limit(Unit(unit or "minutes"), amount)


def _moment_order(level: Level) -> tuple[int, float]:
    if level.after is not None:
        return (1, level.after.amount * _ABOUT_MINUTES[level.after.unit.value])
    return (0, level.share or 0.0)


def _rank(level: Level) -> int:
    return LEVEL_NAMES.index(level.name) if level.name else -1
