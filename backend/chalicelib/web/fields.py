"""Single values as people type them: cleaned, folded, checked. Used by every model of a request."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from chalicelib.domain import telephones
from chalicelib.domain.telephones import folded

# Signs that turn the direction of text around: in a name or an address they can only deceive.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
MOST_WORDS = 2000
KEY = re.compile(r"[\x21-\x7e]{1,255}")
CASE_NUMBER = re.compile(r"\d{6}-\d{6}")


def telephone(text: str) -> str:
    """A Chinese telephone number as digits only. Raises PydanticCustomError (invalid)."""
    try:
        return telephones.telephone(text)
    except telephones.NoTelephone:
        raise PydanticCustomError("invalid", "no telephone number") from None


def _text(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _line(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = folded(value).strip()
    if "\n" in value or "\t" in value or _BIDI.search(value):
        raise PydanticCustomError("unsound", "signs that do not belong on one line")
    return value


def _wanted(value: Any) -> Any:
    if value is None or value == "":
        raise PydanticCustomError("missing", "nothing given")
    return value


def _or_none(value: Any) -> Any:
    return None if value == "" else value


def _key(value: str) -> str:
    if not KEY.fullmatch(value):
        raise PydanticCustomError("invalid", "no key")
    return value


def _choice(value: Any) -> Any:
    return _wanted(value)


def _moment(value: Any) -> Any:
    """ISO 8601; without a zone it is the community's time, which the caller fills in."""
    if not isinstance(value, str):
        raise PydanticCustomError("invalid", "no moment")
    try:
        moment = datetime.fromisoformat(folded(value).strip())
    except ValueError:
        raise PydanticCustomError("invalid", "no moment") from None
    if not 2000 <= moment.year <= 2200:
        raise PydanticCustomError("invalid", "no moment of this age")
    return moment


def _number(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{6}-?\d{6}", folded(value).strip()):
        digits = folded(value).strip().replace("-", "")
        return f"{digits[:6]}-{digits[6:]}"
    raise PydanticCustomError("invalid", "no case number")


Words = Annotated[
    str, BeforeValidator(_wanted), BeforeValidator(_text), Field(min_length=1, max_length=MOST_WORDS)
]
"""What a person writes: 1 to 2000 code points, line breaks allowed."""


def few_words(longest: int) -> Any:
    """What a person writes in at most `longest` code points, line breaks allowed."""
    return Annotated[
        str, BeforeValidator(_wanted), BeforeValidator(_text), Field(min_length=1, max_length=longest)
    ]


MaybeWords = Annotated[
    Annotated[str, Field(max_length=MOST_WORDS)] | None, BeforeValidator(_or_none), BeforeValidator(_text)
]

Telephone = Annotated[
    str, AfterValidator(telephone), BeforeValidator(_wanted), BeforeValidator(_line), Field(max_length=30)
]

Choice = Annotated[str, BeforeValidator(_choice), BeforeValidator(_text), Field(min_length=1, max_length=100)]
"""One of several values; which ones is checked against the rulebook."""

Moment = Annotated[
    datetime, BeforeValidator(_moment), Field(json_schema_extra={"type": "string", "format": "date-time"})
]

Number = Annotated[str, BeforeValidator(_number), Field(json_schema_extra={"pattern": r"^\d{6}-\d{6}$"})]


def line(longest: int) -> Any:
    """An optional text on one line, None when empty."""
    return Annotated[
        Annotated[str, Field(max_length=longest)] | None, BeforeValidator(_or_none), BeforeValidator(_line)
    ]


def needed_line(longest: int) -> Any:
    """A text on one line that must be there."""
    return Annotated[
        str, BeforeValidator(_wanted), BeforeValidator(_line), Field(min_length=1, max_length=longest)
    ]
