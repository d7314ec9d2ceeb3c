"""What the description of the JSON API says about open days: for anybody, for residents, for the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .desk_open_days import DESK_VERBS
from .open_days import RESIDENT_VERBS
from .openapi_words import TEXT, closed
from .said import Said, needs_something

Operation = Callable[..., dict[str, Any]]
Json = Callable[..., dict[str, Any]]

OPEN_DAY_MODELS: Mapping[str, type[Said]] = {
    model.__name__: model for model in (*RESIDENT_VERBS.values(), *DESK_VERBS.values())
}

_BOTH: Mapping[str, Any] = {
    "type": "object",
    "properties": {"zh": TEXT, "en": TEXT},
    "required": ["zh", "en"],
    "additionalProperties": False,
}
_STATE: Mapping[str, Any] = {"enum": ["waiting", "answered", "declined"]}


def _list(model: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(model)}


_DAY: dict[str, Any] = {
    "day": TEXT,
    "community": TEXT,
    "date": {"type": "string", "format": "date"},
    "place": _BOTH,
    "minutes": {"type": "integer", "minimum": 5},
    "slots": _list(closed({"slot": TEXT, "state": {"enum": ["free", "taken", "mine", "over"]}})),
    "questions": _list(closed({"words": TEXT, "state": _STATE, "answer": TEXT, "mine": {"type": "boolean"}})),
}
_AT_THE_DESK: dict[str, Any] = {
    **_DAY,
    "bookings": _list(closed({"slot": TEXT, "home": TEXT, "at": {"type": "string", "format": "date-time"}})),
    "questions": _list(closed({"question": TEXT, "words": TEXT, "state": _STATE, "answer": TEXT})),
}
OPEN_DAY_ANSWERS: Mapping[str, Any] = {
    "OpenDay": closed(_DAY),
    "OpenDays": closed({"items": _list(closed(_DAY))}),
    "OpenDayAtTheDesk": closed(_AT_THE_DESK),
    "OpenDaysAtTheDesk": closed({"items": _list(closed(_AT_THE_DESK))}),
}


def open_day_paths(operation: Operation, json: Json) -> dict[str, Any]:
    """The paths of the API that have to do with open days."""
    home = {"name": "home", "in": "query", "schema": {"type": "string", "pattern": r"^\d{1,3}$"}}
    day = {"name": "day", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}
    paths: dict[str, Any] = {
        "/v1/open-days": {
            "get": operation("get_open_days", "Open days, with what was answered", "OpenDays", 200)
        },
        "/v1/my/open-days": {
            "get": operation("get_my_open_days", "The open days of my community", "OpenDays", 200, 401, 404)
            | {"security": [{"resident": []}], "parameters": [home]}
        },
        "/v1/staff/open-days": {
            "get": operation(
                "get_desk_open_days", "Who comes, and what was asked", "OpenDaysAtTheDesk", 200, 401, 403
            )
            | {"security": [{"session": []}]}
        },
    }
    doors = (
        ("my", RESIDENT_VERBS, "OpenDay", "resident", [day, home], (429,)),
        ("staff", DESK_VERBS, "OpenDayAtTheDesk", "session", [day], ()),
    )
    for path, verbs, answer, who, parameters, more in doors:
        for verb, model in verbs.items():
            made = operation(
                f"{path}_open_day_{verb}",
                (model.__doc__ or "").strip(),
                answer,
                *(200, 400, 401, 403, 404, 409, 413, 415, 422, *more),
            )
            needed = needs_something(model)
            made["requestBody"] = json({"$ref": f"#/components/schemas/{model.__name__}"}, needed)
            paths[f"/v1/{path}/open-days/{{day}}/{verb}"] = {
                "parameters": parameters,
                "post": {**made, "security": [{who: []}]},
            }
    return paths
