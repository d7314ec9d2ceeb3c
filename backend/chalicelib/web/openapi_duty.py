"""What the description of the JSON API says about who is there, missed limits, and what only staff file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.lapse import STAGES, Cause, Consequence

from .accountability import LAPSE_VERBS, RECORD
from .duty import DUTY_VERBS
from .openapi_words import COUNT, MAYBE_MOMENT, MAYBE_TEXT, MOMENT, TEXT, closed, list_of
from .reports import STANDARDS, StaffReport
from .said import Said

Operation = Callable[..., dict[str, Any]]

_MODELS: list[type[Said]] = [StaffReport]
_MODELS += [model for model, _ in DUTY_VERBS.values()]
_MODELS += [model for model, _ in LAPSE_VERBS.values()]
DUTY_MODELS: Mapping[str, type[Said]] = {one.__name__: one for one in _MODELS}


_LAPSE: Mapping[str, Any] = {
    "record": TEXT,
    "case": TEXT,
    "category": TEXT,
    "clock": {"enum": ["reply", "arrive", "resolve"]},
    "standard": TEXT,
    "department": TEXT,
    "person": TEXT,
    "instead_of": MAYBE_TEXT,
    "due": MOMENT,
    "noticed": MOMENT,
    "stage": {"enum": list(STAGES)},
    "cause": {"enum": [None, *(one.value for one in Cause)]},
    "consequence": {"enum": [None, *(one.value for one in Consequence)]},
    "version": COUNT,
}
_EVENT = {"seq": COUNT, "at": MOMENT, "kind": TEXT, "role": TEXT, "by": TEXT, "words": MAYBE_TEXT}
_AWAY = {"person": TEXT, "since": MOMENT, "until": MAYBE_MOMENT, "substitute": MAYBE_TEXT}
_TURN: Mapping[str, Any] = {
    "turn": TEXT,
    "place": TEXT,
    "person": TEXT,
    "days": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 6}},
    "starts": TEXT,
    "ends": TEXT,
}
_READING: Mapping[str, Any] = {
    "at": {"type": "string", "format": "date-time"},
    "role": TEXT,
    "what": {"enum": ["case", "home", "search", "export", "post"]},
    "id": MAYBE_TEXT,
    "found": {"type": "array", "items": TEXT},
}
DUTY_ANSWERS: Mapping[str, Any] = {
    "Readings": closed({"items": list_of(_READING), "next_cursor": MAYBE_TEXT}),
    "Standing": closed({"away": list_of(_AWAY), "rota": list_of(_TURN)}),
    "Lapses": closed({"items": list_of(_LAPSE), "next_cursor": MAYBE_TEXT}),
    "Lapse": closed(
        {
            **_LAPSE,
            "passed_up_in_time": {"type": "boolean"},
            "events": list_of(_EVENT),
            "verbs": {"type": "array", "items": TEXT},
        }
    ),
}


def duty_paths(operation: Operation, json: Operation, key: Mapping[str, Any]) -> dict[str, Any]:
    """The paths; `key` is the description of the header under which a filing counts once."""

    def staff(made: dict[str, Any]) -> dict[str, Any]:
        return {**made, "security": [{"session": []}]}

    def posted(id: str, model: type[Said], answer: str, *statuses: int) -> dict[str, Any]:
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
    asked_of = [query("who", TEXT), query("from", days), query("to", days), query("cursor", TEXT)]
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
