"""What a request says: cleaned, then looked at, with all mistakes at once and nothing taken for what it is not."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from chalicelib.web.fields import (
    Choice,
    Choices,
    MaybeChoice,
    MaybeMoment,
    MaybeTelephone,
    Moment,
    Number,
    Telephone,
    Words,
    few_words,
    line,
    needed_line,
)
from chalicelib.web.said import Said, as_json, names_of, needs_something, read, schemas_of


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Letter(Said, kw_only=True):
    """A letter.

    Its second paragraph.
    """

    words: Words
    name: needed_line(5)  # type: ignore[valid-type]
    unit: line(5) = None  # type: ignore[valid-type]
    short: few_words(3) = "abc"  # type: ignore[valid-type]
    phone: Telephone = "13800138000"
    other: MaybeTelephone = None
    kind: Choice = "x"
    maybe: MaybeChoice = None
    several: Choices = []
    when: Moment | None = None
    until: MaybeMoment = None
    number: Number = "261124-113665"
    colour: Colour = Colour.RED
    size: Literal["s", "m"] = "s"
    score: Annotated[int, Meta(ge=1, le=5)] = 3
    days: Annotated[list[int], Meta(min_length=1, max_length=2)] | None = None
    agreed: bool = False


class Nothing(Said, kw_only=True):
    seen: int | None = None


NEEDED = {"words": "水", "name": "何"}


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("words", "  水\n管 ", "水\n管"),
        ("name", "ＡＢ", "ＡＢ"),
        ("unit", "", None),
        ("unit", None, None),
        ("unit", " 2 ", "2"),
        ("phone", "０１０－８７６５４３２１", "01087654321"),
        ("other", "   ", None),
        ("other", None, None),
        ("other", "138 0013 8000", "13800138000"),
        ("maybe", None, None),
        ("several", [" a ", "b"], ["a", "b"]),
        ("until", None, None),
        ("until", "2026-11-27T10:00:00Z", "2026-11-27T10:00:00Z"),
        ("until", "2026-11-27T10:00", "2026-11-27T10:00:00"),
        ("number", "261124113665", "261124-113665"),
        ("colour", "blue", "blue"),
        ("score", 5, 5),
        ("days", [1, 2], [1, 2]),
        ("agreed", True, True),
    ],
)
def test_what_people_type_is_cleaned_and_kept(field: str, given: Any, kept: Any) -> None:
    said, causes = read(Letter, NEEDED | {field: given})
    assert said is not None, causes
    assert as_json(said)[field] == kept


@pytest.mark.parametrize(
    ("field", "given", "cause"),
    [
        ("words", " \n ", "missing"),
        ("words", None, "missing"),
        ("words", "水" * 2001, "too_long"),
        ("words", 5, "invalid"),
        ("words", ["水"], "invalid"),
        ("name", "a\nb", "unsound"),
        ("name", "a\u202eb", "unsound"),
        ("name", "abcdef", "too_long"),
        ("unit", "abcdef", "too_long"),
        ("unit", 2, "invalid"),
        ("short", "abcd", "too_long"),
        ("phone", "", "missing"),
        ("phone", "12", "invalid"),
        ("phone", "1" * 31, "invalid"),
        ("phone", 13800138000, "invalid"),
        ("other", "12", "invalid"),
        ("kind", "", "missing"),
        ("kind", "x" * 101, "too_long"),
        ("maybe", "", "missing"),
        ("several", "a", "invalid"),
        ("several", [""], "invalid"),
        ("several", ["a"] * 101, "too_long"),
        ("until", "soon", "invalid"),
        ("until", "1999-12-31T23:59", "invalid"),
        ("until", 0, "invalid"),
        ("number", "26112-4113665", "invalid"),
        ("colour", "green", "unknown"),
        ("colour", None, "unknown"),
        ("size", "l", "unknown"),
        ("size", 1, "unknown"),
        ("score", 0, "invalid"),
        ("score", 6, "invalid"),
        ("score", "3", "invalid"),
        ("score", True, "invalid"),
        ("score", 3.0, "invalid"),
        ("days", [], "missing"),
        ("days", [1, 2, 3], "too_long"),
        ("days", ["1"], "invalid"),
        ("agreed", 1, "invalid"),
        ("agreed", "yes", "invalid"),
    ],
)
def test_what_cannot_stay_as_it_is_has_its_cause(field: str, given: Any, cause: str) -> None:
    assert read(Letter, NEEDED | {field: given}) == (None, {field: cause})


def test_all_mistakes_are_said_at_once_in_the_order_of_the_fields_and_then_what_was_not_asked_for() -> None:
    said, causes = read(Letter, {"evil": 1, "score": 9, "worse": 2, "name": "abcdef"})
    assert said is None
    assert list(causes.items()) == [
        ("words", "missing"),
        ("name", "too_long"),
        ("score", "invalid"),
        ("evil", "not_asked"),
        ("worse", "not_asked"),
    ]


def test_a_list_that_is_usual_is_nobody_elses() -> None:
    one, other = (read(Letter, NEEDED)[0] for _ in range(2))
    assert one is not None
    assert other is not None
    one.several.append("a")
    assert other.several == []


def test_the_description_is_that_of_the_class_with_what_must_be_said() -> None:
    made = schemas_of([Letter, Nothing], "#/components/schemas/{name}")
    letter = made["Letter"]
    assert letter["required"] == ["words", "name"]
    assert letter["additionalProperties"] is False
    assert letter["description"] == "A letter.\n\nIts second paragraph."
    assert letter["properties"]["words"] == {"type": "string", "minLength": 1, "maxLength": 2000}
    assert letter["properties"]["colour"]["$ref"] == "#/components/schemas/Colour"
    assert list(letter["properties"]) == list(names_of(Letter))
    assert needs_something(Letter)
    assert not needs_something(Nothing)


def test_some_of_what_was_said_may_be_left_out_of_what_is_told() -> None:
    said, _ = read(Nothing, {"seen": 4})
    assert said is not None
    assert as_json(said) == {"seen": 4}
    assert as_json(said, without=("seen",)) == {}
