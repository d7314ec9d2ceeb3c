"""Single values as people type them: cleaned, folded, checked. Used by every model of a request."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.domain.telephones import NoTelephone, folded, telephone

from .said import Before, Mistake

# Signs that turn the direction of text around: in a name or an address they can only deceive.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
MOST_WORDS = 2000
KEY = re.compile(r"[\x21-\x7e]{1,255}")
CASE_NUMBER = re.compile(r"[0-9]{6}-[0-9]{6}")


def _text(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _line(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = folded(value).strip()
    if "\n" in value or "\t" in value or _BIDI.search(value):
        raise Mistake("unsound")
    return value


def _wanted(value: Any) -> Any:
    if value is None or value == "":
        raise Mistake("missing")
    return value


def _or_none(value: Any) -> Any:
    return None if value == "" else value


def _telephone(value: Any) -> Any:
    try:
        return telephone(value) if isinstance(value, str) else value
    except NoTelephone:
        raise Mistake("invalid") from None


def _texts(value: Any) -> Any:
    return [_text(one) for one in value] if isinstance(value, list) else value


def _moment(value: Any) -> Any:
    """ISO 8601; without a zone it is the community's time, which the caller fills in."""
    if not isinstance(value, str):
        raise Mistake("invalid")
    try:
        moment = datetime.fromisoformat(folded(value).strip())
    except ValueError:
        raise Mistake("invalid") from None
    if not 2000 <= moment.year <= 2200:
        raise Mistake("invalid")
    return moment


def _number(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{6}-?[0-9]{6}", folded(value).strip()):
        digits = folded(value).strip().replace("-", "")
        return f"{digits[:6]}-{digits[6:]}"
    raise Mistake("invalid")


def _maybe(do: Callable[[Any], Any]) -> Before:
    return Before(lambda value: None if value is None else do(value))


Words = Annotated[str, Before(_text), Before(_wanted), Meta(min_length=1, max_length=MOST_WORDS)]
"""What a person writes: 1 to 2000 code points, line breaks allowed."""


def few_words(longest: int) -> Any:
    """What a person writes in at most `longest` code points, line breaks allowed."""
    return Annotated[str, Before(_text), Before(_wanted), Meta(min_length=1, max_length=longest)]


MaybeWords = Annotated[Annotated[str, Meta(max_length=MOST_WORDS)] | None, Before(_text), Before(_or_none)]

Telephone = Annotated[str, Before(_line), Before(_wanted), Before(_telephone), Meta(max_length=30)]

MaybeTelephone = Annotated[
    Annotated[str, Meta(max_length=30)] | None, Before(_text), Before(_or_none), Before(_telephone)
]

_OneOf = Annotated[str, Meta(min_length=1, max_length=100)]

Choice = Annotated[_OneOf, Before(_text), Before(_wanted)]
"""One of several values; which ones is checked against the rulebook."""

MaybeChoice = Annotated[_OneOf | None, Before(_text)]

Choices = Annotated[list[_OneOf], Before(_texts), Meta(max_length=100)]
"""Several of several values."""

_MomentSchema = Meta(extra_json_schema={"format": "date-time"})

Moment = Annotated[Annotated[datetime, _MomentSchema], Before(_moment)]

MaybeMoment = Annotated[Annotated[datetime, _MomentSchema] | None, _maybe(_moment)]

Number = Annotated[str, Before(_number), Meta(pattern=r"^\d{6}-\d{6}$")]


def line(longest: int) -> Any:
    """An optional text on one line, None when empty."""
    return Annotated[Annotated[str, Meta(max_length=longest)] | None, Before(_line), Before(_or_none)]


def needed_line(longest: int) -> Any:
    """A text on one line that must be there."""
    return Annotated[str, Before(_line), Before(_wanted), Meta(min_length=1, max_length=longest)]
