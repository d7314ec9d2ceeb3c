"""What the description of the JSON API says about who is there, missed limits, and what only staff file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from chalicelib.domain.lapse import STAGES, Cause, Consequence

from .accountability import LAPSE_VERBS, RECORD
from .duty import DUTY_VERBS
from .reports import STANDARDS, StaffReport

Operation = Callable[..., dict[str, Any]]

_MODELS: list[type[BaseModel]] = [StaffReport]
_MODELS += [model for model, _ in DUTY_VERBS.values()]
_MODELS += [model for model, _ in LAPSE_VERBS.values()]
DUTY_MODELS: Mapping[str, type[BaseModel]] = {one.__name__: one for one in _MODELS}
_TEXT: Mapping[str, Any] = {"type": "string"}
_MAYBE_TEXT: Mapping[str, Any] = {"type": ["string", "null"]}
_MOMENT: Mapping[str, Any] = {"type": "string", "format": "date-time"}
_MAYBE_MOMENT: Mapping[str, Any] = {"type": ["string", "null"], "format": "date-time"}
_COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _items(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}


_LAPSE: Mapping[str, Any] = {
    "record": _TEXT,
    "case": _TEXT,
    "category": _TEXT,
    "clock": {"enum": ["reply", "arrive", "resolve"]},
    "standard": _TEXT,
    "department": _TEXT,
    "person": _TEXT,
    "instead_of": _MAYBE_TEXT,
    "due": _MOMENT,
    "noticed": _MOMENT,
    "stage": {"enum": list(STAGES)},
    "cause": {"enum": [None, *(one.value for one in Cause)]},
    "consequence": {"enum": [None, *(one.value for one in Consequence)]},
    "version": _COUNT,
}
_EVENT = {"seq": _COUNT, "at": _MOMENT, "kind": _TEXT, "role": _TEXT, "by": _TEXT, "words": _MAYBE_TEXT}
_AWAY = {"person": _TEXT, "since": _MOMENT, "until": _MAYBE_MOMENT, "substitute": _MAYBE_TEXT}
_TURN: Mapping[str, Any] = {
    "turn": _TEXT,
    "place": _TEXT,
    "person": _TEXT,
    "days": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 6}},
    "starts": _TEXT,
    "ends": _TEXT,
}
_READING: Mapping[str, Any] = {
    "at": {"type": "string", "format": "date-time"},
    "role": _TEXT,
    "what": {"enum": ["case", "home", "search", "export", "post"]},
    "id": _MAYBE_TEXT,
    "found": {"type": "array", "items": _TEXT},
}
DUTY_ANSWERS: Mapping[str, Any] = {
    "Readings": _object({"items": _items(_READING), "next_cursor": _MAYBE_TEXT}),
    "Standing": _object({"away": _items(_AWAY), "rota": _items(_TURN)}),
    "Lapses": _object({"items": _items(_LAPSE), "next_cursor": _MAYBE_TEXT}),
    "Lapse": _object(
        {
            **_LAPSE,
            "passed_up_in_time": {"type": "boolean"},
            "events": _items(_EVENT),
            "verbs": {"type": "array", "items": _TEXT},
        }
    ),
}


def duty_paths(operation: Operation, json: Operation, key: Mapping[str, Any]) -> dict[str, Any]:
    """The paths; `key` is the description of the header under which a filing counts once."""

    def staff(made: dict[str, Any]) -> dict[str, Any]:
        return {**made, "security": [{"session": []}]}

    def posted(id: str, model: type[BaseModel], answer: str, *statuses: int) -> dict[str, Any]:
        made = staff(operation(id, (model.__doc__ or "").strip(), answer, *statuses))
        made["requestBody"] = json({"$ref": f"#/components/schemas/{model.__name__}"})
        return made

    def query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"name": name, "in": "query", "schema": dict(schema)}

    record = {"name": "record", "in": "path", "required": True}
    record["schema"] = {"type": "string", "pattern": f"^{RECORD.pattern}$"}
    refused = (400, 401, 403, 404, 409, 413, 415, 422)
    lists = [query("list", {"type": "string", "maxLength": 80}), query("cursor", {"type": "string"})]
    get_duty = operation("get_duty", "Who is away and who is on duty when", "Standing", 200, 401, 403)
    get_list = operation("get_lapses", "A list of missed limits", "Lapses", 200, 400, 401, 403)
    get_one = operation("get_lapse", "The record of a missed limit", "Lapse", 200, 401, 403, 404)
    days = {"type": "string", "format": "date"}
    asked_of = [query("who", _TEXT), query("from", days), query("to", days), query("cursor", _TEXT)]
    get_readings = operation(
        "get_readings", "What somebody of staff read", "Readings", 200, 400, 401, 403, 422
    )
    paths: dict[str, Any] = {
        "/v1/staff/readings": {"get": staff(get_readings) | {"parameters": asked_of}},
        "/v1/staff/duty": {"get": staff(get_duty)},
        "/v1/staff/accountability": {"get": staff(get_list) | {"parameters": lists}},
        "/v1/staff/accountability/{record}": {"parameters": [record], "get": staff(get_one)},
        "/v1/staff/report/{form}": {
            "parameters": [
                {
                    "name": "form",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "enum": list(STANDARDS)},
                },
                dict(key),
            ],
            "post": posted("post_report", StaffReport, "StaffCase", 201, *refused),
        },
    }
    for verb, (asked, _) in DUTY_VERBS.items():
        paths[f"/v1/staff/duty/{verb}"] = {"post": posted(f"duty_{verb}", asked, "Standing", 200, *refused)}
    for verb, (said, _) in LAPSE_VERBS.items():
        paths[f"/v1/staff/accountability/{{record}}/{verb}"] = {
            "parameters": [record],
            "post": posted(f"lapse_{verb}", said, "Lapse", 200, *refused),
        }
    return paths
