"""What the description of the JSON API says about the register of homes and the lists that are imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.importing import Sort, Stage

from .home_verbs import HOME_VERBS, FindHomes, NewHome
from .imports import VERBS
from .imports_view import KINDS
from .multipart import MULTIPART
from .openapi_words import COUNT, MAYBE_TEXT, TEXT, closed, list_of
from .said import Said

Operation = Callable[..., dict[str, Any]]


_FINDING: Mapping[str, Any] = {
    "kind": {"enum": list(KINDS)},
    "code": TEXT,
    "row": {"type": ["integer", "null"], "minimum": 1},
    "column": MAYBE_TEXT,
    "about": MAYBE_TEXT,
    "message": TEXT,
}
_IMPORT: Mapping[str, Any] = {
    "id": TEXT,
    "sort": {"enum": [one.value for one in Sort]},
    "sent": {"type": "string", "format": "date-time"},
    "rows": COUNT,
    "whole": {"type": "boolean"},
    "stage": {"enum": [one.value for one in Stage]},
    "done": COUNT,
    "pieces": COUNT,
    "counts": {"type": "object", "additionalProperties": COUNT},
    "findings": list_of(_FINDING),
    "next_cursor": MAYBE_TEXT,
}
_NEED: Mapping[str, Any] = {"kind": TEXT, "reason": TEXT, "until": MAYBE_TEXT}
_MEMBER: Mapping[str, Any] = {
    **dict.fromkeys(("member", "name", "relation", "spoken", "channel", "since"), TEXT),
    "phone": MAYBE_TEXT,
    "consent_at": MAYBE_TEXT,
    "needs": list_of(_NEED),
}
_MODELS: list[type[Said]] = [FindHomes, NewHome]
_MODELS += [model for model, _ in HOME_VERBS.values()]
REGISTER_MODELS: Mapping[str, type[Said]] = {one.__name__: one for one in _MODELS}
REGISTER_ANSWERS: Mapping[str, Any] = {
    "Import": closed(_IMPORT),
    "Household": closed({**dict.fromkeys(("building", "unit", "room"), TEXT), "members": list_of(_MEMBER)}),
    "HomeTokens": closed({"items": list_of(dict.fromkeys(("home", "label", "people"), TEXT))}),
    "Imports": closed({"items": list_of(_IMPORT)}),
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

    def posted(id: str, model: type[Said], answer: str, *statuses: int) -> dict[str, Any]:
        made = staff(operation(id, (model.__doc__ or "").strip(), answer, *statuses))
        made["requestBody"] = json({"$ref": f"#/components/schemas/{model.__name__}"})
        return made

    home = {
        "name": "home",
        "in": "path",
        "required": True,
        "schema": {**TEXT, "pattern": "^[A-Za-z0-9_-]{40,200}$"},
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
