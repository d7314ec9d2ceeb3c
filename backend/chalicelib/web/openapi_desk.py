"""What the description of the JSON API says about the desk's queue and filing for a caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from .caller import AboutHome, FindHome
from .lists import NAMES
from .queue import Search

Operation = Callable[..., dict[str, Any]]

DESK_MODELS: Mapping[str, type[BaseModel]] = {one.__name__: one for one in (AboutHome, FindHome, Search)}
_TEXT: Mapping[str, Any] = {"type": "string"}
_FLAG: Mapping[str, Any] = {"type": "boolean"}
_COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}
_PERCENT: Mapping[str, Any] = {"type": ["number", "null"], "minimum": 0, "maximum": 100}
_REFUSALS = (400, 401, 403, 413, 415, 422)


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _items(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}


_NEAR = dict.fromkeys(("number", "address", "title", "excerpt", "place", "state", "left", "in_charge"), _TEXT)
DESK_ANSWERS: Mapping[str, Any] = {
    "Counts": _object({"counts": {"type": "object", "additionalProperties": _COUNT}, "most": _COUNT}),
    "Changes": _object({"version": _COUNT, "words": _TEXT}),
    "Figures": _object(
        {
            "community": _TEXT,
            "months": _items(
                {
                    "month": _TEXT,
                    "counted_at": {"type": "string", "format": "date-time"},
                    "filed": _COUNT,
                    "open": _COUNT,
                    "promises": _items(
                        {
                            "standard": _TEXT,
                            "clock": {"enum": ["reply", "arrive", "resolve"]},
                            "kept": _COUNT,
                            "missed": _COUNT,
                            "running": _COUNT,
                            "kept_percent": _PERCENT,
                        }
                    ),
                    "rated": _COUNT,
                    "satisfied": _COUNT,
                    "satisfied_percent": _PERCENT,
                }
            ),
        }
    ),
    "HomesFound": _object({"items": _items({"chosen": _TEXT, "label": _TEXT, "people": _TEXT})}),
    "KnownOfHome": _object(
        {
            "home_id": _TEXT,
            "label": _TEXT,
            "values": {"type": "object", "additionalProperties": _TEXT},
            "near": _items({**_NEAR, "late": _FLAG}),
        }
    ),
}


def desk_paths(operation: Operation, json: Operation, number: list[dict[str, Any]]) -> dict[str, Any]:
    """The paths: the lists of the queue with their counts, the search, what changed, and what filing for a caller asks."""

    def staff(made: dict[str, Any]) -> dict[str, Any]:
        return {**made, "security": [{"session": []}]}

    def posted(id: str, summary: str, answer: str, model: type[BaseModel]) -> dict[str, Any]:
        made = staff(operation(id, summary, answer, 200, *_REFUSALS))
        made["requestBody"] = json({"$ref": f"#/components/schemas/{model.__name__}"})
        return {"post": made}

    queue = staff(operation("get_queue", "Open cases, soonest due first", "Queue", 200, 400, 401, 403))
    queue["parameters"] = [
        {"name": "list", "in": "query", "schema": {"type": "string", "enum": list(NAMES)}},
        {"name": "cursor", "in": "query", "schema": {"type": "string", "maxLength": 400}},
    ]
    changes = staff(operation("get_changes", "What happened since", "Changes", 200, 400, 401, 403, 404))
    changes["parameters"] = [
        {"name": "seen", "in": "query", "schema": {"type": "string", "pattern": r"^\d{1,5}$"}}
    ]
    counts = staff(operation("get_counts", "How many cases each list holds", "Counts", 200, 401, 403))
    figures = staff(operation("get_figures", "How each month's promises fared", "Figures", 200, 401))
    return {
        "/v1/staff/figures": {"get": figures},
        "/v1/staff/queue": {"get": queue},
        "/v1/staff/queue/counts": {"get": counts},
        "/v1/staff/search": posted("post_search", "Open cases by number, home or words", "Queue", Search),
        "/v1/staff/cases/{number}/changes": {"parameters": number, "get": changes},
        "/v1/staff/file/homes": posted("find_homes", "Homes that may be meant", "HomesFound", FindHome),
        "/v1/staff/file/about": posted("about_home", "A home and its open cases", "KnownOfHome", AboutHome),
    }
