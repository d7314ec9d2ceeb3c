"""What the description of the JSON API says about the register of homes and the lists that are imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from chalicelib.domain.importing import Sort, Stage

from .imports import VERBS
from .imports_view import KINDS
from .multipart import MULTIPART
from .register import HOME_VERBS, FindHomes, NewHome

Operation = Callable[..., dict[str, Any]]

_TEXT: Mapping[str, Any] = {"type": "string"}
_MAYBE_TEXT: Mapping[str, Any] = {"type": ["string", "null"]}
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


_FINDING: Mapping[str, Any] = {
    "kind": {"enum": list(KINDS)},
    "code": _TEXT,
    "row": {"type": ["integer", "null"], "minimum": 1},
    "column": _MAYBE_TEXT,
    "about": _MAYBE_TEXT,
    "message": _TEXT,
}
_IMPORT: Mapping[str, Any] = {
    "id": _TEXT,
    "sort": {"enum": [one.value for one in Sort]},
    "sent": {"type": "string", "format": "date-time"},
    "rows": _COUNT,
    "whole": {"type": "boolean"},
    "stage": {"enum": [one.value for one in Stage]},
    "done": _COUNT,
    "pieces": _COUNT,
    "counts": {"type": "object", "additionalProperties": _COUNT},
    "findings": _items(_FINDING),
    "next_cursor": _MAYBE_TEXT,
}
_NEED: Mapping[str, Any] = {"kind": _TEXT, "reason": _TEXT, "until": _MAYBE_TEXT}
_MEMBER: Mapping[str, Any] = {
    **dict.fromkeys(("member", "name", "relation", "spoken", "channel", "since"), _TEXT),
    "phone": _MAYBE_TEXT,
    "consent_at": _MAYBE_TEXT,
    "needs": _items(_NEED),
}
_MODELS: list[type[BaseModel]] = [FindHomes, NewHome]
_MODELS += [model for model, _ in HOME_VERBS.values()]
REGISTER_MODELS: Mapping[str, type[BaseModel]] = {one.__name__: one for one in _MODELS}
REGISTER_ANSWERS: Mapping[str, Any] = {
    "Import": _object(_IMPORT),
    "Household": _object({**dict.fromkeys(("building", "unit", "room"), _TEXT), "members": _items(_MEMBER)}),
    "HomeTokens": _object({"items": _items(dict.fromkeys(("home", "label", "people"), _TEXT))}),
    "Imports": _object({"items": _items(_IMPORT)}),
}


def register_paths(operation: Operation, json: Operation) -> dict[str, Any]:
    """The paths of the register of homes, and of the lists that are imported."""

    def staff(made: dict[str, Any]) -> dict[str, Any]:
        return {**made, "security": [{"session": []}]}

    id: dict[str, Any] = {"name": "id", "in": "path", "required": True}
    id["schema"] = {"type": "string", "pattern": "^[0-9a-f]{24}$"}
    kind = {"name": "kind", "in": "query", "schema": {"type": "string", "enum": list(KINDS)}}
    cursor = {"name": "cursor", "in": "query", "schema": {"type": "string", "maxLength": 40}}
    send = staff(
        operation(
            "post_import",
            "A list of homes or of staff is sent in; nothing changes before its report is accepted",
            "Import",
            201,
            *(400, 401, 403, 413, 415, 422, 429),
        )
    )
    send["requestBody"] = {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "sort": {"type": "string", "enum": [one.value for one in Sort]},
                        "whole": {"type": "string", "enum": ["yes"]},
                        "file": {"type": "string", "format": "binary"},
                    },
                    "required": ["sort", "file"],
                }
            }
        },
    }
    get_all = staff(operation("get_imports", "The lists that lie here", "Imports", 200, 401, 403))
    get_one = staff(operation("get_import", "A list with its report", "Import", 200, 400, 401, 403, 404))
    paths: dict[str, Any] = {
        "/v1/staff/imports": {"get": get_all, "post": send},
        "/v1/staff/imports/{id}": {"parameters": [id], "get": get_one | {"parameters": [kind, cursor]}},
    }
    said = {
        "continue": "The next steps of a list",
        "accept": "The report is accepted and carried out",
        "discard": "The list is removed",
    }
    for verb in VERBS:
        made = staff(operation(f"import_{verb}", said[verb], "Import", 200, 401, 403, 404, 409))
        paths[f"/v1/staff/imports/{{id}}/{verb}"] = {"parameters": [id], "post": made}

    def posted(id: str, model: type[BaseModel], answer: str, *statuses: int) -> dict[str, Any]:
        made = staff(operation(id, (model.__doc__ or "").strip(), answer, *statuses))
        made["requestBody"] = json({"$ref": f"#/components/schemas/{model.__name__}"})
        return made

    home = {
        "name": "home",
        "in": "path",
        "required": True,
        "schema": {**_TEXT, "pattern": "^[A-Za-z0-9_-]{40,200}$"},
    }
    refused = (400, 401, 403, 413, 415, 422)
    get_home = staff(operation("get_home", "A home with everybody in it", "Household", 200, 401, 403, 404))
    paths |= {
        "/v1/staff/homes": {"post": posted("post_home", NewHome, "Household", 201, *refused)},
        "/v1/staff/homes/find": {
            "post": posted("find_homes_by_signs", FindHomes, "HomeTokens", 200, *refused, 429)
        },
        "/v1/staff/homes/{home}": {"parameters": [home], "get": get_home},
    }
    for verb, (model, _) in HOME_VERBS.items():
        paths[f"/v1/staff/homes/{{home}}/{verb}"] = {
            "parameters": [home],
            "post": posted(f"home_{verb}", model, "Household", 200, *refused, 404, 409),
        }
    return paths
