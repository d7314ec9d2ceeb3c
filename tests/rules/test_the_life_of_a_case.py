"""The table in the decision page is the table that the rules use."""

from pathlib import Path

from chalicelib.domain.case import FINISHED, OPEN, State
from chalicelib.domain.rules import HANDLERS, RULES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "decisions" / "the-life-of-a-case.md"
BEGIN, END = "<!-- verbs:begin -->", "<!-- verbs:end -->"


def named(states: frozenset[State]) -> str:
    """A set of states in few words."""
    if states == frozenset(State):
        return "any"
    parts = []
    for name, group in (("open", OPEN), ("finished", FINISHED)):
        if group <= states:
            parts.append(name)
            states = states - group
    return ", ".join([*parts, *sorted(s.value for s in states)])


def table() -> str:
    """The rules as a Markdown table."""
    lines = ["| verb | 中文 | who | in state |", "|---|---|---|---|"]
    for verb, rule in RULES.items():
        if rule.roles == HANDLERS:
            who = "staff"
        elif rule.roles < HANDLERS and len(HANDLERS - rule.roles) == 1:
            who = f"staff but {next(iter(HANDLERS - rule.roles)).value}"
        else:
            who = ", ".join(sorted(r.value for r in rule.roles))
        lines.append(f"| {verb} | {rule.zh} | {who} | {named(rule.states)} |")
    return "\n".join(lines)


def test_the_published_table_is_the_one_in_force() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0].strip() == table()
