"""The lines between the two `---` of a notice: YAML as people and editors such as Decap CMS write it, with the line of each key.

Every value is taken as text; what it means is decided by :mod:`.fields`. YAML's own guessing (a title `2026-11-24` as a
date, `on` as true) and its traps (`: ` or `{{` in a title) are thereby out of the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

# Words on one line: taken as they stand, whatever signs are in them.
_PLAIN = re.compile(r"^(title|summary|place|picture_alt|phone):[ \t]+(?![\"'|>])(\S.*?)[ \t]*$")

_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # where PyYAML was built with libyaml


@dataclass(frozen=True)
class FrontMatter:
    """The values by name (text, or several texts), the line of each, and the text below with its first line."""

    values: Mapping[str, str | list[str]]
    lines: Mapping[str, int]
    body: str
    body_line: int


class Unreadable(Exception):
    """The head of a notice cannot be read: in which line, and what to do."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


def front_matter(text: str) -> FrontMatter:
    """Takes a notice apart. Raises Unreadable."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != "---":
        raise Unreadable(
            1, "第一行要是三个短横 ---，下面写 title、category、published，再用一行 --- 隔开正文。"
        )
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == "---"), None)
    if end is None:
        raise Unreadable(1, "开头的 --- 没有配对。请在最后一项下面、正文上面，单独写一行三个短横 ---。")
    values, at = _read(lines[1:end])
    return FrontMatter(values, at, "\n".join(lines[end + 1 :]), end + 2)


def _read(head: list[str]) -> tuple[dict[str, str | list[str]], dict[str, int]]:
    try:
        node = _composed("\n".join(_quoted(head)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(
            (mark.line if mark else 0) + 2,
            "这一行看不懂。每行写一项“名称: 值”，冒号是英文的，后面空一格；文字拿不准时用英文双引号括起来。",
        ) from None
    except yaml.YAMLError:
        raise Unreadable(2, "里面有看不见的控制字符。请把这几行重新打一遍，不要直接粘贴。") from None
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        raise Unreadable(2, "每行要写一项“名称: 值”，例如 title: 周六停水。")
    values: dict[str, str | list[str]] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 2
        if name in values:
            raise Unreadable(line, f"“{name}”写了两次。请只留一行。")
        lines[name] = line
        if (given := _text_of(value, line, name)) is not None:
            values[name] = given
    return values, lines


def _composed(text: str) -> yaml.Node | None:
    """YAML's nodes with their lines; the fast loader does not say where a mistake is as exactly as the other."""
    try:
        return yaml.compose(text, Loader=_FAST)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _quoted(head: list[str]) -> list[str]:
    out = []
    for at, line in enumerate(head):
        found = _PLAIN.match(line)
        continued = at + 1 < len(head) and head[at + 1].startswith((" ", "\t"))
        out.append(
            f"{found[1]}: {json.dumps(found[2], ensure_ascii=False)}" if found and not continued else line
        )
    return out


def _text_of(node: yaml.Node, line: int, name: str) -> str | list[str] | None:
    if isinstance(node, yaml.ScalarNode):
        written = str(node.value).strip()
        empty = not written or (node.style is None and written in ("~", "null"))
        return None if empty else written
    if isinstance(node, yaml.SequenceNode) and all(isinstance(one, yaml.ScalarNode) for one in node.value):
        return [str(one.value).strip() for one in node.value if str(one.value).strip()]
    raise Unreadable(line, f"“{name}”要写成一行文字，不要用花括号或再分一层。文字请用英文双引号括起来。")
