"""What the description of the JSON API says about a resident's own home."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.asking import ASKS

from .openapi_words import CURSOR, MAYBE_TEXT, MOMENT, TEXT, closed
from .verbs import RESIDENT_VERBS

Operation = Callable[..., dict[str, Any]]

_HOME = {
    "name": "home",
    "in": "query",
    "description": "Which of one's homes, from 1 in the order of `homes`.",
    "schema": {"type": "string", "pattern": r"^\d{1,3}$"},
}


def _list(model: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{model}"}}


_UNDERSTOOD = closed({"understood": {"const": True}})
_NUMBERS: Mapping[str, Any] = {"type": "array", "items": TEXT}

ANSWERS_OF_MINE: Mapping[str, Any] = {
    "MyDeletion": closed(dict.fromkeys(("now", "within_a_day", "when_ended"), _NUMBERS)),
    "MyDeleted": closed({"asked_at": MOMENT, "when_ended": _NUMBERS}),
    "MyHome": closed(
        {
            "homes": {
                "type": "array",
                "items": closed(dict.fromkeys(("community", "building", "unit", "room", "relation"), TEXT)),
            },
            "shown": {"type": "integer", "minimum": 1},
            "asked": {
                "type": "array",
                "items": closed({"number": TEXT, "ask": {"enum": list(ASKS)}}),
            },
            "open": _list("MyCase"),
            "recent": _list("MyCase"),
        }
    ),
    "MyCase": closed(
        {
            **dict.fromkeys(("number", "kind", "category", "state"), TEXT),
            "excerpt": MAYBE_TEXT,
            "opened": MOMENT,
            "version": {"type": "integer", "minimum": 1},
            "clocks": _list("Clock"),
        }
    ),
    "MyCases": closed({"items": _list("MyCase"), "next_cursor": MAYBE_TEXT}),
    "MyMessages": closed(
        {
            "items": {
                "type": "array",
                "items": closed({"number": TEXT, "sent": MOMENT, "subject": TEXT, "text": TEXT}),
            },
            "next_cursor": MAYBE_TEXT,
        }
    ),
}


def paths_of_mine(
    operation: Operation, verb: Operation, number: list[dict[str, Any]], file: dict[str, Any]
) -> dict[str, Any]:
    """The paths of a resident who has signed in; `file` is the operation of filing as anyone does it."""

    def mine(made: dict[str, Any]) -> dict[str, Any]:
        return {**made, "security": [{"resident": []}]}

    home = mine(operation("get_my_home", "My home", "MyHome", 200, 400, 401, 404)) | {"parameters": [_HOME]}
    listed = {"parameters": [_HOME, CURSOR]}
    history = mine(operation("get_my_history", "All cases of my home", "MyCases", 200, 400, 401, 404))
    messages = mine(operation("get_my_messages", "What was sent to me", "MyMessages", 200, 400, 401, 404))
    filed = operation("post_my_case", "File a case", "Filed", 201, 400, 401, 404, 413, 415, 422, 429)
    paths: dict[str, Any] = {
        "/v1/my": {"get": home},
        "/v1/my/history": {"get": history | listed},
        "/v1/my/data": {"get": mine(operation("get_my_data", "Everything held about me", None, 200, 401))},
        "/v1/my/data/deletion": {
            "get": mine(operation("get_my_deletion", "What deleting would take", "MyDeletion", 200, 401)),
            "post": mine(
                operation("post_my_deletion", "Delete it all", "MyDeleted", 202, 400, 401, 403, 413, 415, 422)
            )
            | {"requestBody": {"required": True, "content": {"application/json": {"schema": _UNDERSTOOD}}}},
        },
        "/v1/my/messages": {"get": messages | listed},
        "/v1/my/cases": {"post": mine({**filed, **file})},
        "/v1/my/cases/{number}": {
            "parameters": number,
            "get": mine(operation("get_my_case", "A case of my home", "Case", 200, 401, 404)),
        },
    }
    for name, (model, _) in RESIDENT_VERBS.items():
        paths[f"/v1/my/cases/{{number}}/{name}"] = {
            "parameters": number,
            "post": mine(verb(f"my_{name}", model, 200, 400, 401, 404, 409, 413, 415, 422, 429)),
        }
    return paths


FILED_BY_MYSELF: Mapping[str, Any] = {
    "type": "object",
    "description": "As anyone files it, without what the register knows: home, name and telephone. With several homes `home_of` "
    "says which (community/home).",
    "properties": {
        "category": TEXT,
        "home_of": TEXT,
        "building": TEXT,
        "place": MAYBE_TEXT,
        "what": {"type": "string", "minLength": 1, "maxLength": 2000},
        "updates": {"type": "boolean"},
        "visit_agreed": {"type": "boolean"},
        "language": {"enum": ["zh", "en"]},
    },
    "required": ["category", "what"],
    "additionalProperties": False,
}
