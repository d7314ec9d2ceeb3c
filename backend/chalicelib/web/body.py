"""Reading what was sent, strictly: whatever is not plainly right is a 4xx with a sentence, before anything is decided."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote_to_bytes

from chalicelib.domain.standards import Text

from .exchange import Exchange
from .problems import Problem, bad_request, too_large, unsupported_type

MOST_BYTES = 64 * 1024
MOST_DEPTH = 20
MOST_FIELDS = 100
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

# A gateway replaces bytes that are no UTF-8 by U+FFFD before it hands a text body on, so the sign itself tells of broken bytes.
_BROKEN = "\ufffd"
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def read_json(exchange: Exchange) -> dict[str, Any]:
    """The JSON object of the body. Raises Problem: 413, 415, or 400 for whatever is no plain JSON object."""
    text = _text(exchange, JSON)
    if _depth(text) > MOST_DEPTH:
        raise _malformed(f"最多嵌套 {MOST_DEPTH} 层。", f"At most {MOST_DEPTH} levels may be nested.")
    try:
        value = json.loads(
            text, object_pairs_hook=_without_repeats, parse_constant=_no_constant, parse_int=_whole
        )
    except (ValueError, RecursionError):
        raise _malformed("正文不是正确的 JSON。", "The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise _malformed("正文必须是一个 JSON 对象。", "The body must be a JSON object.")
    value = {name: _line_breaks(one) if isinstance(one, str) else one for name, one in value.items()}
    _sound(value)
    return value


def read_form(exchange: Exchange) -> dict[str, str]:
    """The fields of a posted form, a field once. Raises Problem: 413, 415, or 400 for what no browser sends."""
    text = _text(exchange, FORM)
    fields: dict[str, str] = {}
    for part in text.split("&") if text else []:
        if len(fields) >= MOST_FIELDS:
            raise _malformed("字段太多。", "There are too many fields.")
        name, _, value = (_decoded(one) for one in part.partition("="))
        if name in fields:
            raise _malformed("同一个字段出现了两次。", "A field stands twice.")
        fields[name] = _line_breaks(value)
    _sound(fields)
    return fields


def is_json(exchange: Exchange) -> bool:
    """Whether the body calls itself JSON."""
    return exchange.media_type == JSON


def query_value(exchange: Exchange, name: str, longest: int = 200) -> str | None:
    """One value of the query string, None without it. Raises Problem when it stands twice, is too long or unsound."""
    values = exchange.query.get(name, [])
    if not values:
        return None
    if len(values) > 1 or len(values[0]) > longest or not is_sound(values[0]):
        raise bad_request(
            "query",
            Text(f"地址里的 {name} 不对。", f"The {name} in the address is not right."),
        )
    return values[0]


def is_sound(text: str) -> bool:
    """Whether a text can be stored, shown and logged: no control characters but tab and line break, no lone surrogates."""
    return not any(
        (character < " " and character not in "\n\t")
        or "\x7f" <= character <= "\x9f"
        or "\ud800" <= character <= "\udfff"
        or character == _BROKEN
        for character in text
    )


def _text(exchange: Exchange, media_type: str) -> str:
    if len(exchange.body) > MOST_BYTES:
        raise too_large()
    if exchange.media_type != media_type:
        raise unsupported_type(media_type)
    try:
        text = exchange.body.decode("utf-8")
    except UnicodeDecodeError:
        raise _unsound() from None
    if _BROKEN in text:
        raise _unsound()
    return text


def _decoded(part: str) -> str:
    if _PERCENT.search(part):
        raise _malformed("正文的编码不对。", "The body is not encoded rightly.")
    try:
        return unquote_to_bytes(part.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        raise _unsound() from None


def _line_breaks(text: str) -> str:
    """The text with one sort of line break: browsers send two signs for one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _depth(text: str) -> int:
    """How deeply brackets nest outside of strings, before a parser is let at it (100,000 levels break one)."""
    deepest = depth = 0
    inside = escaped = False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _whole(digits: str) -> int:
    if len(digits) > 18:
        raise ValueError("a number is too long")
    return int(digits)


def _sound(value: object) -> None:
    """Raises Problem when a text anywhere in `value`, names included, cannot be stored."""
    if isinstance(value, str):
        if not is_sound(value):
            raise _unsound()
    elif isinstance(value, dict):
        for name, one in value.items():
            _sound(name)
            _sound(one)
    elif isinstance(value, list):
        for one in value:
            _sound(one)


def _malformed(zh: str, en: str) -> Problem:
    return bad_request("malformed", Text(zh, en))


def _unsound() -> Problem:
    return bad_request(
        "unreadable-text",
        Text(
            "文字里有看不见的控制字符或乱码。请重新输入一次，不要直接粘贴。",
            "The text has control characters or broken signs in it. Please type it again instead of pasting.",
        ),
    )
