"""What a request says, as a class with typed fields: read from the values of a form or of JSON, with all mistakes at once.

msgspec holds the types, their limits and their JSON schema, and looks at the values one by one: as a whole it would stop at the
first mistake, and a resident would find the second one only after the first was mended. What people type is made clean before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, get_args, get_origin

import msgspec
from msgspec import inspect, structs

Cause = Literal["missing", "unknown", "too_long", "invalid", "unsound", "not_asked"]
"""Why a value cannot stay as it is, as docs/rulebook/forms calls it."""


class Mistake(ValueError):
    """A value cannot stay as it is."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Before:
    """In the annotation of a field: what is done to its value before its type is looked at, in the order in which they stand.

    What cannot be made clean is a Mistake; what is of another type altogether is left as it is, for the type to refuse.
    """

    do: Callable[[Any], Any]


class Said(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What every request of a kind says; nothing but its fields is taken, and no value as anything but what it is."""


S = TypeVar("S", bound=Said)


class _Field(NamedTuple):
    name: str
    type: Any
    needed: bool
    before: tuple[Callable[[Any], Any], ...]


def read(model: type[S], values: Mapping[str, Any]) -> tuple[S | None, dict[str, Cause]]:
    """What `values` say, or None and why: the cause by field, in the order of the fields, then what was not asked for."""
    found: dict[str, Any] = {}
    causes: dict[str, Cause] = {}
    for field in _fields(model):
        if field.name in values:
            try:
                found[field.name] = _value(field, values[field.name])
            except Mistake as mistake:
                causes[field.name] = mistake.cause
        elif field.needed:
            causes[field.name] = "missing"
    asked = names_of(model)
    causes |= {name: "not_asked" for name in values if name not in asked}
    return (None, causes) if causes else (model(**found), causes)


def names_of(model: type[Said]) -> tuple[str, ...]:
    """The names of what is asked, in their order."""
    return model.__struct_fields__


def needs_something(model: type[Said]) -> bool:
    """Whether there is anything that must be said."""
    return any(field.needed for field in _fields(model))


def as_json(said: Said, without: Iterable[str] = ()) -> dict[str, Any]:
    """What was said as JSON would have it, without some of its fields."""
    told: dict[str, Any] = msgspec.to_builtins(said)
    return {name: value for name, value in told.items() if name not in without}


def schemas_of(models: Iterable[type[Said]], template: str) -> dict[str, Any]:
    """The JSON schemas of models by their name; `template` makes a reference of the name `{name}`."""
    _, made = msgspec.json.schema_components(list(models), ref_template=template)
    for schema in made.values():
        if "description" in schema:
            schema["description"] = cleandoc(schema["description"])
    return made


@cache
def _fields(model: type[Said]) -> tuple[_Field, ...]:
    return tuple(_field(one) for one in structs.fields(model))


def _field(field: structs.FieldInfo) -> _Field:
    marks = get_args(field.type)[1:] if get_origin(field.type) is Annotated else ()
    before = tuple(mark.do for mark in marks if isinstance(mark, Before))
    return _Field(field.name, field.type, field.required, before)


def _value(field: _Field, value: Any) -> Any:
    for do in field.before:
        value = do(value)
    try:
        return msgspec.convert(value, field.type)
    except msgspec.ValidationError:
        raise Mistake(_cause(value, inspect.type_info(field.type))) from None


def _cause(value: Any, wanted: inspect.Type) -> Cause:
    """Why a value does not fit its type: its length, or that it is none of several, is told from the rest."""
    match wanted:
        case inspect.Metadata(type=inner):
            return _cause(value, inner)
        case inspect.UnionType(types=types):
            return _cause(value, next(one for one in types if not isinstance(one, inspect.NoneType)))
        case inspect.LiteralType() | inspect.EnumType():
            return "unknown"
        case inspect.StrType(min_length=least, max_length=most) if isinstance(value, str):
            return _cause_of_length(len(value), least, most)
        case inspect.ListType(min_length=least, max_length=most) if isinstance(value, list):
            return _cause_of_length(len(value), least, most)
        case _:
            return "invalid"


def _cause_of_length(length: int, least: int | None, most: int | None) -> Cause:
    if most is not None and length > most:
        return "too_long"
    return "missing" if least is not None and length < least else "invalid"
