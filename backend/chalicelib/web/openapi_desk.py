"""What the description of the JSON API says about the desk's queue and filing for a caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .caller import AboutHome, FindHome
from .lists import NAMES
from .openapi_words import COUNT, FLAG, TEXT, closed, list_of
from .queue import Search
from .said import Said

Operation = Callable[..., dict[str, Any]]

DESK_MODELS: Mapping[str, type[Said]] = {one.__name__: one for one in (AboutHome, FindHome, Search)}
_REFUSALS = (400, 401, 403, 413, 415, 422)


_NEAR = dict.fromkeys(("number", "address", "title", "excerpt", "place", "state", "left", "in_charge"), TEXT)
DESK_ANSWERS: Mapping[str, Any] = {
    "Counts": closed({"counts": {"type": "object", "additionalProperties": COUNT}, "most": COUNT}),
    "Changes": closed({"version": COUNT, "words": TEXT}),
    "HomesFound": closed({"items": list_of({"chosen": TEXT, "label": TEXT, "people": TEXT})}),
    "KnownOfHome": closed(
        {
            "home_id": TEXT,
            "label": TEXT,
            "values": {"type": "object", "additionalProperties": TEXT},
            "near": list_of({**_NEAR, "late": FLAG}),
        }
    ),
}


def desk_paths(operation: Operation, json: Operation, number: list[dict[str, Any]]) -> dict[str, Any]:
    """The paths: the lists of the queue with their counts, the search, what changed, and what filing for a caller asks."""

    def staff(made: dict[str, Any]) -> dict[str, Any]:
        return {**made, "security": [{"session": []}]}

    def posted(id: str, summary: str, answer: str, model: type[Said]) -> dict[str, Any]:
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
    return {
        "/v1/staff/queue": {"get": queue},
        "/v1/staff/queue/counts": {"get": counts},
        "/v1/staff/search": posted("post_search", "Open cases by number, home or words", "Queue", Search),
        "/v1/staff/cases/{number}/changes": {"parameters": number, "get": changes},
        "/v1/staff/file/homes": posted("find_homes", "Homes that may be meant", "HomesFound", FindHome),
        "/v1/staff/file/about": posted("about_home", "A home and its open cases", "KnownOfHome", AboutHome),
    }
