"""The description of /v1 as OpenAPI 3.1, made from the models that check the requests and from the routes' own declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from chalicelib import wiring
from chalicelib.domain.standards import CaseKind, Rulebook

from .body import MOST_BYTES
from .form_view import PLACE_SEPARATOR
from .forms import MODELS
from .openapi_answers import ANSWERS
from .openapi_board import BOARD_ANSWERS, BOARD_MODELS, board_paths
from .openapi_desk import DESK_ANSWERS, DESK_MODELS, desk_paths
from .openapi_doors import DOOR_ANSWERS, door_paths
from .openapi_duty import DUTY_ANSWERS, DUTY_MODELS, duty_paths
from .openapi_figures import FIGURES_ANSWERS, figures_paths
from .openapi_incidents import INCIDENT_ANSWERS, INCIDENT_MODELS, incident_paths
from .openapi_my import ANSWERS_OF_MINE, FILED_BY_MYSELF, paths_of_mine
from .openapi_open_days import OPEN_DAY_ANSWERS, OPEN_DAY_MODELS, open_day_paths
from .openapi_register import REGISTER_ANSWERS, REGISTER_MODELS, register_paths
from .photos import PhotoAnnounced, PhotoOfWork
from .said import Said, needs_something, schemas_of
from .verbs import RESIDENT_VERBS, STAFF_VERBS

_REF = "#/components/schemas/{model}"
_LINK = r"^\d{6}-\d{6}-[a-z2-7]{26}$"
_NUMBER = r"^\d{6}-\d{6}$"


_FILING_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "The same key and body again give the same answer and file nothing twice; remembered for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
}


@cache
def document() -> dict[str, Any]:
    """The whole description, for the rulebook that this package carries."""
    book = wiring.rulebook()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Shounuo 守诺",
            "version": "1",
            "description": "File cases, follow them, work on them. Every promise and every deadline is the published one. "
            f"Bodies are JSON objects of at most {MOST_BYTES} bytes; errors are RFC 9457 problems in zh or en (Accept-Language).",
        },
        "servers": [{"url": "/api"}],
        "paths": {
            **_known_to_anyone(),
            **_filing(book),
            **_following(),
            **paths_of_mine(_operation, _verb, [_path("number", _NUMBER)], _filed_by_myself()),
            **board_paths(_operation, _json, _FILING_KEY, book.board),
            **open_day_paths(_operation, _json),
            **figures_paths(_operation),
            **_working(),
        },
        "components": {
            "schemas": {
                **_request_schemas(book),
                **ANSWERS,
                **DESK_ANSWERS,
                **DUTY_ANSWERS,
                **FIGURES_ANSWERS,
                **INCIDENT_ANSWERS,
                **REGISTER_ANSWERS,
                **BOARD_ANSWERS,
                **OPEN_DAY_ANSWERS,
                **DOOR_ANSWERS,
                **ANSWERS_OF_MINE,
                "FiledByMyself": FILED_BY_MYSELF,
            },
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
                "resident": {"type": "apiKey", "in": "cookie", "name": "rid"},
            },
        },
    }


def _known_to_anyone() -> dict[str, Any]:
    return {
        "/v1/health": {"get": _operation("get_health", "Whether the portal is up", "Health", 200)},
        "/v1/openapi.json": {"get": _operation("get_openapi", "This description", None, 200)},
        "/v1/standards": {"get": _operation("get_standards", "Every published promise", "Standards", 200)},
        "/v1/standards/{id}": {
            "parameters": [_path("id", r"^[A-Z]\d$")],
            "get": _operation("get_standard", "One published promise", "Standard", 200, 404),
        },
    }


def _filing(book: Rulebook) -> dict[str, Any]:
    choosable = [one.id for one in book.standards.values() if one.choosable]
    file = _operation("post_case", "File a case", "Filed", 201, 400, 413, 415, 422, 429)
    file["parameters"] = [_FILING_KEY]
    file["requestBody"] = _json({"oneOf": [{"$ref": _REF.format(model=m.__name__)} for m in MODELS.values()]})
    preview = _operation("preview", "What is promised if it is filed now", "Preview", 200, 400, 422)
    preview["parameters"] = [
        {
            "name": "category",
            "in": "query",
            "required": True,
            "schema": {"type": "string", "enum": choosable},
        },
        {
            "name": "community",
            "in": "query",
            "schema": {"type": "string", "enum": list(book.communities)},
        },
        {"name": "visit_agreed", "in": "query", "schema": {"type": "string", "enum": ["yes", "no"]}},
    ]
    return {"/v1/cases": {"post": file}, "/v1/preview": {"get": preview}}


def _filed_by_myself() -> dict[str, Any]:
    return {"parameters": [_FILING_KEY], "requestBody": _json({"$ref": _REF.format(model="FiledByMyself")})}


def _following() -> dict[str, Any]:
    link = [_path("link", _LINK)]
    paths: dict[str, Any] = {
        "/v1/track/{link}": {
            "parameters": link,
            "get": _operation("get_tracked_case", "The case of a secret link", "Case", 200, 404),
        },
        "/v1/track/{link}/photos": {
            "parameters": link,
            "post": _operation(
                "post_photo", "A way to send one photo", "Upload", 201, 400, 404, 409, 413, 415, 422
            )
            | {"requestBody": _json({"$ref": _REF.format(model="PhotoAnnounced")})},
        },
        "/v1/track/{link}/photos/{id}/done": {
            "parameters": [*link, _path("id", "^[0-9a-f]{32}$")],
            "post": _operation("post_photo_done", "The photo is in the store", "Case", 200, 404, 409, 422),
        },
    }
    for verb, (model, _) in RESIDENT_VERBS.items():
        paths[f"/v1/track/{{link}}/{verb}"] = {
            "parameters": link,
            "post": _verb(f"resident_{verb}", model, 200, 400, 404, 409, 413, 415, 422, 429),
        }
    return paths


def _working() -> dict[str, Any]:
    number = [_path("number", _NUMBER)]
    cursor = {"name": "cursor", "in": "query", "schema": {"type": "string", "maxLength": 400}}
    paths: dict[str, Any] = {
        **door_paths(_operation, _json),
        **desk_paths(_operation, _json, number),
        **duty_paths(_operation, _json, _FILING_KEY),
        **incident_paths(_operation, _json, _FILING_KEY),
        **register_paths(_operation, _json),
        "/v1/staff/stuck": {
            "get": _staff(
                _operation("get_stuck", "Messages that could not be sent", "StuckMessages", 200, 400, 401)
            )
            | {"parameters": [cursor]}
        },
        "/v1/staff/cases/{number}": {
            "parameters": number,
            "get": _staff(
                _operation("get_staff_case", "A case for those who work it", "StaffCase", 200, 401, 404)
            ),
        },
    }
    paths |= _photos_of_work(number)
    for verb, (model, _) in STAFF_VERBS.items():
        operation = _verb(f"staff_{verb}", model, 200, 400, 401, 403, 404, 409, 413, 415, 422)
        operation["responses"]["200"] = _answer("StaffCase")
        paths[f"/v1/staff/cases/{{number}}/{verb}"] = {"parameters": number, "post": _staff(operation)}
    return paths


def _photos_of_work(number: list[dict[str, Any]]) -> dict[str, Any]:
    refusals = (400, 401, 403, 404, 409, 413, 415, 422)
    ask = _operation("post_work_photo", "A way to send one photo of the work", "Upload", 201, *refusals)
    done = _operation(
        "post_work_photo_done", "The photo of the work is in the store", "StaffCase", 200, *refusals
    )
    ask["requestBody"] = _json({"$ref": _REF.format(model="PhotoAnnounced")})
    done["requestBody"] = _json({"$ref": _REF.format(model="PhotoOfWork")})
    return {
        "/v1/staff/cases/{number}/photos": {"parameters": number, "post": _staff(ask)},
        "/v1/staff/cases/{number}/photos/{id}/done": {
            "parameters": [*number, _path("id", "^[0-9a-f]{32}$")],
            "post": _staff(done),
        },
    }


def _request_schemas(book: Rulebook) -> dict[str, Any]:
    models: dict[str, type[Said]] = {model.__name__: model for model in MODELS.values()}
    for asked, _ in (*RESIDENT_VERBS.values(), *STAFF_VERBS.values()):
        models[asked.__name__] = asked
    models |= {
        "PhotoAnnounced": PhotoAnnounced,
        "PhotoOfWork": PhotoOfWork,
        **DESK_MODELS,
        **DUTY_MODELS,
        **BOARD_MODELS,
        **OPEN_DAY_MODELS,
        **REGISTER_MODELS,
        **INCIDENT_MODELS,
    }
    schemas = schemas_of(models.values(), _REF.replace("{model}", "{name}"))
    places = [
        f"{community.id}{PLACE_SEPARATOR}{building}"
        for community in book.communities.values()
        for building in community.buildings
    ]
    for kind, model in MODELS.items():
        properties = schemas[model.__name__]["properties"]
        properties["category"] = {"enum": [one.id for one in book.categories(kind)]}
        properties["building"] = {"enum": places}
        schemas[model.__name__]["allOf"] = list(_needed(kind, book))
    return schemas


def _needed(kind: CaseKind, book: Rulebook) -> Iterator[dict[str, Any]]:
    """What a category needs beyond the others, as the forms check it."""
    written = {"type": "string", "pattern": r"\S"}
    for place, field in (("home", "home"), ("shared", "place")):
        ids = [one.id for one in book.categories(kind) if one.place == place]
        if ids:
            yield {
                "if": {"properties": {"category": {"enum": ids}}},
                "then": {"required": [field], "properties": {field: written}},
            }
    waiting = [one.id for one in book.categories(kind) if any(r.starts == "visit_agreed" for r in one.clocks)]
    if waiting:
        agreed = {"category": {"enum": waiting}, "visit_agreed": {"const": True}}
        yield {
            "if": {"properties": agreed, "required": ["visit_agreed"]},
            "then": {"required": ["home"], "properties": {"home": written}},
        }


def _verb(id: str, model: type[Said], *statuses: int) -> dict[str, Any]:
    operation = _operation(id, (model.__doc__ or "").strip(), "Case", *statuses)
    operation["parameters"] = [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
        }
    ]
    needed = needs_something(model)
    operation["requestBody"] = _json({"$ref": _REF.format(model=model.__name__)}, needed)
    return operation


def _operation(id: str, summary: str, answer: str | None, *statuses: int) -> dict[str, Any]:
    """An operation: the first status is its success, the others are problems; 503 and 500 may come from any."""
    success, *failures = statuses
    responses = {str(success): _answer(answer)}
    for status in (*failures, 500, 503):
        responses[str(status)] = {
            "description": "A problem",
            "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}},
        }
    return {"operationId": id, "summary": summary, "responses": responses}


def _answer(model: str | None) -> dict[str, Any]:
    schema: Mapping[str, Any] = {"$ref": _REF.format(model=model)} if model else {"type": "object"}
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


def _staff(operation: dict[str, Any]) -> dict[str, Any]:
    return {**operation, "security": [{"session": []}]}


def _json(schema: Mapping[str, Any], required: bool = True) -> dict[str, Any]:
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def _path(name: str, pattern: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}


def covered(path: str) -> str:
    """The route that answers a path of the description: the verbs stand there one by one."""
    return re.sub(
        r"(/v1/(?:track/\{link\}|my/cases/\{number\}|my/posts/\{post\}|my/open-days/\{day\}|staff/open-days/\{day\}|staff/board/\{post\}|staff/cases/\{number\}|staff/duty|staff/imports/\{id\}|staff/incidents/\{id\}|staff/homes/\{home\}|staff/accountability/\{record\}))/(?!photos|changes)\w+$",
        r"\1/{verb}",
        path,
    )
