"""What a resident posts on the info board: one definition for the page, the check of the post and OpenAPI.

The words and the categories stand in docs/rulebook/board.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.domain.board import Board, PostCategory
from chalicelib.domain.post import Content, Post
from chalicelib.domain.posting import check_until, last_day, usual_day
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from .fields import Choice, Words, folded, needed_line
from .form_view import Field as Asked
from .form_view import Option
from .forms import general_words
from .problems import Problem, invalid
from .said import Before, Mistake, Said, read
from .story import Reader
from .verbs import Plain
from .words import day_words

LONGEST_LINE = 60
_PRICE = re.compile(r"(\d+)(?:\.(\d{1,2}))?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?")
_SIGNS = str.maketrans("", "", "¥￥元 ")
MOST_DIGITS = 8
MOST_DROPPED = 3


def _price(value: Any) -> Any:
    if value is None or isinstance(value, Decimal):
        return value
    if not isinstance(value, str):
        raise Mistake("invalid")
    text = folded(value).replace("，", ",").translate(_SIGNS).strip()
    if not text:
        return None
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    match = _PRICE.fullmatch(text)
    if match is None or not text.isascii():
        raise Mistake("invalid")
    if len(match[1].lstrip("0")) > MOST_DIGITS:
        raise Mistake("too_long")
    return Decimal(f"{int(match[1])}.{(match[2] or '').ljust(2, '0')}")


def _day(value: Any) -> Any:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Mistake("invalid")
    text = re.sub(r"[/.年月]", "-", folded(value).strip()).rstrip("日").strip()
    match = re.fullmatch(r"(20\d\d|21\d\d)-(\d{1,2})-(\d{1,2})", text)
    try:
        return date(*map(int, match.groups())) if match else _no_day()
    except ValueError:
        raise Mistake("invalid") from None


def _no_day() -> date:
    raise Mistake("invalid")


Price = Annotated[
    Decimal | None,
    Before(_price),
    Meta(extra_json_schema={"type": ["string", "null"], "pattern": r"^\d{1,8}(\.\d{1,2})?$"}),
]
Day = Annotated[date | None, Before(_day)]


class PostFiling(Said, kw_only=True):
    """A post for the info board. Without `until` it stays for the usual time of its category; `price` is in yuan."""

    category: Choice
    title: needed_line(LONGEST_LINE)  # type: ignore[valid-type]
    text: Words
    price: Price = None
    until: Day = None
    contact: needed_line(LONGEST_LINE)  # type: ignore[valid-type]


class PostEdit(PostFiling, kw_only=True):
    """What a post would say now; `drop` are the places (from 1) of the photographs that go."""

    seen: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    drop: Annotated[list[Annotated[int, Meta(ge=1, le=MOST_DROPPED)]], Meta(max_length=MOST_DROPPED)] = []


class PostRenewal(Plain, kw_only=True):
    """A later last day; without one, the usual time of the category from today."""

    until: Day = None


def read_post(model: type[PostFiling], values: Mapping[str, Any], board: Board) -> PostFiling:
    """The filing that `values` make. Raises Problem (422) with a sentence for each field that cannot stay as it is."""
    said, causes = read(model, values)
    errors = {name: error_words(board, name, cause) for name, cause in causes.items()}
    category = values.get("category")
    known = board.category(category.strip()) if isinstance(category, str) else None
    if known is None and "category" not in errors:
        errors["category"] = error_words(board, "category", "unknown")
    # A field that the category does not ask for may still have been sent, whatever stands in it.
    if known is not None and not known.price and "price" in errors:
        return read_post(model, {**values, "price": None}, board)
    if errors or said is None:
        order = list(board.fields)
        raise invalid(
            dict(sorted(errors.items(), key=lambda one: order.index(one[0]) if one[0] in order else 99))
        )
    return said


def content_of(said: PostFiling, board: Board, now: datetime, zone: str) -> Content:
    """What the filing says, with its last day settled. Raises Problem (422) for a day that cannot be."""
    category = board.category(said.category)
    if category is None:
        raise invalid({"category": error_words(board, "category", "unknown")})
    until = checked_until(said.until, category, board, now, zone)
    price = said.price if category.price else None
    return Content(category.id, said.title, said.text, price, said.contact, until)


def checked_until(until: date | None, category: PostCategory, board: Board, now: datetime, zone: str) -> date:
    """The last day, the usual one where none is named. Raises Problem (422)."""
    if until is None:
        return usual_day(category, now, zone)
    try:
        check_until(until, category, now, zone)
    except Refused as refused:
        raise until_problem(refused, category, board, now, zone) from None
    return until


def until_problem(
    refused: Refused, category: PostCategory, board: Board, now: datetime, zone: str
) -> Problem:
    """What is wrong with a last day, in the words of the form."""
    if refused.reason == "post_until_past":
        return invalid({"until": error_words(board, "until", "past")})
    words = error_words(board, "until", "too_far")
    last = day_words(last_day(category, now, zone), now, zone)
    most = str(category.most_days)
    return invalid(
        {
            "until": Text(
                words.zh.replace("{most}", most).replace("{last}", last.zh),
                words.en.replace("{most}", most).replace("{last}", last.en),
            )
        }
    )


def error_words(board: Board, field: str, cause: str) -> Text:
    """The sentence for a mistake: the rulebook's own for this field, otherwise a general one."""
    words = board.fields.get(field)
    return (words.errors if words else {}).get(cause) or general_words(cause)


_WIDGETS: Mapping[str, Asked] = {
    "category": Asked("category", "radios", ""),
    "title": Asked("title", "text", "", autocomplete="off", width="wide", max_length=LONGEST_LINE),
    "text": Asked("text", "textarea", "", max_length=2000),
    "price": Asked("price", "text", "", inputmode="decimal", width="short", required=False),
    "until": Asked("until", "date", "", width="short", required=False),
    "contact": Asked("contact", "text", "", autocomplete="off", width="medium", max_length=LONGEST_LINE),
}


def asked_fields(board: Board, reader: Reader) -> tuple[Asked, ...]:
    """The questions of the form, in the rulebook's order."""
    priced = tuple(one.id for one in board.categories if one.price)
    categories = tuple(Option(one.id, reader.say(one.name), reader.say(one.hint)) for one in board.categories)
    found = []
    for words in board.fields.values():
        asked = replace(_WIDGETS[words.id], label=reader.say(words.label), hint=reader.say(words.hint))
        if words.id == "category":
            asked = replace(asked, options=categories)
        elif words.id == "price" and len(priced) < len(categories):
            asked = replace(asked, only_for=priced)
        found.append(asked)
    return tuple(found)


def values_of(post: Post) -> dict[str, str]:
    """What its author sent last, as the form shows it."""
    content = post.newest
    if content is None:
        return {}
    return {
        "category": content.category,
        "title": content.title,
        "text": content.text,
        "price": "" if content.price is None else f"{content.price:f}".removesuffix(".00"),
        "until": content.until.isoformat(),
        "contact": content.contact,
    }


def sent_of_form(fields: Mapping[str, str]) -> dict[str, Any]:
    """The values that a browser posted as the JSON that a program would have sent."""
    values: dict[str, Any] = dict(fields)
    dropped = [at for at in range(1, MOST_DROPPED + 1) if values.pop(f"drop_{at}", "")]
    if dropped:
        values["drop"] = dropped
    if re.fullmatch(r"\d{1,4}", values.get("seen", "")):
        values["seen"] = int(values["seen"])
    return values
