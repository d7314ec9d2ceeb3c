"""What the description of the JSON API says about incidents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.incidents import IncidentState

from .incident_desk import INCIDENT_VERBS, IncidentNews, IncidentPublished
from .now import ID
from .openapi_words import COUNT, MOMENT, TEXT, closed
from .said import Said

Operation = Callable[..., dict[str, Any]]

INCIDENT_MODELS: Mapping[str, type[Said]] = {one.__name__: one for one in (IncidentNews, IncidentPublished)}
_STATE: Mapping[str, Any] = {"enum": [str(one) for one in IncidentState]}


_BOTH = closed({"zh": TEXT, "en": TEXT})
_SHORT: Mapping[str, Any] = {
    "id": {"type": "string", "pattern": f"^{ID.pattern}$"},
    "kind": TEXT,
    "hazard": {"type": "boolean"},
    "community": TEXT,
    "buildings": {"type": "array", "items": TEXT},
    "state": _STATE,
    "title": _BOTH,
    "news": _BOTH,
    "expects": {"type": ["string", "null"], "format": "date-time"},
    "zone": {"type": "string", "description": "The community's time zone, by its IANA name."},
}
_WHOLE: Mapping[str, Any] = {
    **_SHORT,
    "version": COUNT,
    "announced": MOMENT,
    "changed": MOMENT,
    "events": {
        "type": "array",
        "items": closed({"seq": COUNT, "at": MOMENT, "state": _STATE, "news": _BOTH}),
    },
}
INCIDENT_ANSWERS: Mapping[str, Any] = {
    "Now": closed({"items": {"type": "array", "items": closed(_SHORT)}}),
    "Incident": closed(_WHOLE),
    "Incidents": closed(
        {"items": {"type": "array", "items": closed(_WHOLE)}, "next_cursor": {"type": ["string", "null"]}}
    ),
    "StaffIncident": closed({**_WHOLE, "cases": {"type": "array", "items": TEXT}}),
}


def incident_paths(operation: Operation, json: Operation, key: Mapping[str, Any]) -> dict[str, Any]:
    """The paths; `key` is the description of the header under which publishing counts once."""

    def staff(made: dict[str, Any]) -> dict[str, Any]:
        return {**made, "security": [{"session": []}]}

    def asking(made: dict[str, Any], model: type[Said], required: bool = True) -> dict[str, Any]:
        made["requestBody"] = json({"$ref": f"#/components/schemas/{model.__name__}"}, required)
        return made

    def query(name: str) -> dict[str, Any]:
        return {"name": name, "in": "query", "schema": {"type": "string", "maxLength": 400}}

    one = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{ID.pattern}$"},
    }
    refused = (400, 401, 403, 404, 409, 413, 415, 422)
    listed = operation(
        "get_incidents", "The incidents of a community, the newest first", "Incidents", 200, 400
    )
    mine = staff(
        operation("get_desk_incidents", "The incidents of one's community", "Incidents", 200, 400, 401, 403)
    )
    paths: dict[str, Any] = {
        "/v1/now": {"get": operation("get_now", "What goes on now", "Now", 200)},
        "/v1/incidents": {"get": listed | {"parameters": [query("community"), query("cursor")]}},
        "/v1/incidents/{id}": {
            "parameters": [one],
            "get": operation("get_incident", "An incident with what was said about it", "Incident", 200, 404),
        },
        "/v1/staff/incidents": {
            "get": mine | {"parameters": [query("cursor")]},
            "post": asking(
                staff(operation("publish_incident", "Publish an incident", "StaffIncident", 201, *refused)),
                IncidentPublished,
            )
            | {"parameters": [dict(key)]},
        },
        "/v1/staff/incidents/{id}": {
            "parameters": [one],
            "get": staff(
                operation(
                    "get_desk_incident", "An incident with its cases", "StaffIncident", 200, 401, 403, 404
                )
            ),
        },
    }
    for verb in INCIDENT_VERBS:
        made = staff(
            operation(f"incident_{verb}", f"News of an incident: {verb}", "StaffIncident", 200, *refused)
        )
        paths[f"/v1/staff/incidents/{{id}}/{verb}"] = {
            "parameters": [one],
            "post": asking(made, IncidentNews, required=False),
        }
    return paths
