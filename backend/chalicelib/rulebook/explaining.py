"""Fills the limits into the words of a standard, so that no sentence can say another figure than the one enforced."""

from __future__ import annotations

import re
from dataclasses import replace

from chalicelib.domain.limits import Limit, Unit
from chalicelib.domain.standards import ClockRule, Rulebook, Standard, Text
from chalicelib.rulebook.read_words import check_placeholders
from chalicelib.rulebook.table import Table
from chalicelib.rulebook.words import CLOCK_NAMES, clock_name, limit_in_words

_TYPED = re.compile(
    r"(\d+) ?(?:(分钟|minutes?)|(个?小时|hours?)|(个?工作日|working days?)|(天|days?)|(个月|months?))"
)
_TYPED_UNITS = (Unit.MINUTES, Unit.HOURS, Unit.WORKING_DAYS, Unit.DAYS, Unit.MONTHS)


def written_out(standard: Standard, rulebook: Rulebook, counting: dict[str, Text], table: Table) -> Standard:
    """The standard with its limits in its explanation and with the words for how they are counted.

    A placeholder for a clock that the standard does not carry, and a figure in `stands` that is not the limit, are noted
    in `table`.
    """
    rules = rulebook.clock_rules(standard.id)
    _check_stands(standard, rulebook, table)
    limits: dict[str, Text] = {}
    for rule in rules:
        limits.setdefault(rule.clock, limit_in_words(rule.limit, rulebook.calendar))
    problems_before = len(table.problems.found)
    for language, words in (("zh", standard.explanation.zh), ("en", standard.explanation.en)):
        check_placeholders(table, f"explanation.{language}", words, limits)
    if len(table.problems.found) > problems_before:
        return standard
    explanation = Text(
        _filled(standard.explanation.zh, {clock: words.zh for clock, words in limits.items()}),
        standard.explanation.en.format_map({clock: words.en for clock, words in limits.items()}),
    )
    return replace(standard, explanation=explanation, counted=_counted(rules, counting))


def _check_stands(standard: Standard, rulebook: Rulebook, table: Table) -> None:
    """`stands` repeats what the plans say. Where it names figures, the strictest in a limit's unit has to be the limit."""
    own = {rule.limit for rule in standard.clocks}
    if standard.stands is None or not own:
        return
    for language, words in (("zh", standard.stands.zh), ("en", standard.stands.en)):
        typed = _typed_limits(words)
        strictest = {
            Limit(unit, min(one.amount for one in typed if one.unit is unit)) for unit in _units(typed)
        }
        strictest = {one for one in strictest if one.unit in _units(own)} or strictest
        for one in sorted(strictest - own, key=lambda one: one.amount):
            now = "、".join(limit_in_words(rule.limit, rulebook.calendar).zh for rule in standard.clocks)
            table.wrong(
                f"stands.{language}",
                f"这里写着“{limit_in_words(one, rulebook.calendar).in_language(language)}”，可是下面 clocks 里的时限是 {now}。"
                "几份方案里最短的才算数，两处要一样：请改这句话，或者把时限改回去。",
            )


def _typed_limits(words: str) -> set[Limit]:
    """The limits that stand in a sentence as figures, such as "2 个工作日"; nought is no limit."""
    return {
        Limit(unit, int(amount))
        for amount, *units in _TYPED.findall(words)
        for unit, word in zip(_TYPED_UNITS, units, strict=True)
        if word and int(amount)
    }


def _units(limits: set[Limit]) -> set[Unit]:
    return {one.unit for one in limits}


def _filled(words: str, limits: dict[str, str]) -> str:
    """Chinese sets a space beside a figure and none between two characters: "我们 10 分钟内", "我们半个服务日内"."""
    for clock, limit in limits.items():
        if not limit[0].isdigit():
            words = words.replace(f" {{{clock}}}", f"{{{clock}}}")
    return words.format_map(limits)


def _counted(rules: tuple[ClockRule, ...], counting: dict[str, Text]) -> Text:
    if not rules:
        return counting["no_clock"]
    units: dict[str, list[str]] = {}
    starts = [(rule.clock, rule.starts) for rule in rules]
    for rule in sorted(rules, key=lambda one: list(CLOCK_NAMES).index(one.clock)):
        clocks = units.setdefault(rule.limit.unit.value, [])
        if rule.clock not in clocks:
            clocks.append(rule.clock)
    sentences = [_sentence(unit, clocks, counting, alone=len(units) == 1) for unit, clocks in units.items()]
    if len(set(starts)) < len(starts):
        sentences.append(counting["earliest"])
    if any(rule.agreed for rule in rules):
        sentences.append(counting["agreed"])
    if any(rule.starts == "visit_agreed" for rule in rules):
        sentences.append(counting["visit_agreed"])
    return Text("".join(one.zh for one in sentences), " ".join(one.en for one in sentences))


def _sentence(unit: str, clocks: list[str], counting: dict[str, Text], *, alone: bool) -> Text:
    words = counting[unit]
    if alone:
        return words
    names = [clock_name(clock) for clock in clocks]
    zh = "、".join(name.zh for name in names)
    en = " and ".join(name.en for name in names)
    return Text(f"{zh}：{words.zh}", f"{en[0].upper()}{en[1:]}: {words.en[0].lower()}{words.en[1:]}")
