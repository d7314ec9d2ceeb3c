"""Fills the limits into the words of a standard, so that no sentence can say another figure than the one enforced."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.standards import ClockRule, Rulebook, Standard, Text
from chalicelib.rulebook.read_words import check_placeholders
from chalicelib.rulebook.table import Table
from chalicelib.rulebook.words import CLOCK_NAMES, clock_name, limit_in_words


def written_out(standard: Standard, rulebook: Rulebook, counting: dict[str, Text], table: Table) -> Standard:
    """The standard with its limits in its explanation and with the words for how they are counted.

    A placeholder for a clock that the standard does not carry is noted in `table`.
    """
    rules = rulebook.clock_rules(standard.id)
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
