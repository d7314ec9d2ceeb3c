"""What the description of the JSON API says about the figures of promises kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.call_back import Answer
from chalicelib.domain.call_draw import CALLED_BACK

from .openapi_words import COUNT, FLAG, MAYBE_MOMENT, MAYBE_TEXT, MOMENT, TEXT, closed, list_of

Operation = Callable[..., dict[str, Any]]

_PERCENT: Mapping[str, Any] = {"type": ["number", "null"], "minimum": 0, "maximum": 100}
_MONTH: Mapping[str, Any] = {
    "month": TEXT,
    "counted_at": MOMENT,
    "filed": COUNT,
    "open": COUNT,
    "promises": list_of(
        {
            "standard": TEXT,
            "clock": {"enum": ["reply", "arrive", "resolve"]},
            "kept": COUNT,
            "missed": COUNT,
            "running": COUNT,
            "kept_percent": _PERCENT,
        }
    ),
    "rated": COUNT,
    "satisfied": COUNT,
    "satisfied_percent": _PERCENT,
}
_MAYBE_COUNT: Mapping[str, Any] = {"type": ["integer", "null"], "minimum": 0}
_CALLED: Mapping[str, Any] = {
    "until": MOMENT,
    "counted_at": MOMENT,
    "settled": COUNT,
    "wanted": COUNT,
    "asked": COUNT,
    "asked_percent": _PERCENT,
    "unreached": COUNT,
    "major": COUNT,
    "major_asked": COUNT,
    "satisfied": _MAYBE_COUNT,
    "satisfied_percent": _PERCENT,
}
_CALL_BACKS: Mapping[str, Any] = {"call_backs": {"oneOf": [{"type": "null"}, closed(_CALLED)]}}
_FEWEST: Mapping[str, Any] = {**COUNT, "description": "Shares of fewer than this are null."}
FIGURES_ANSWERS: Mapping[str, Any] = {
    "Figures": closed({"community": TEXT, "months": list_of({**_MONTH, **_CALL_BACKS})}),
    "PublicFigures": closed(
        {
            "community": TEXT,
            "fewest": _FEWEST,
            "months": list_of({**_MONTH, **_CALL_BACKS, "satisfied": _MAYBE_COUNT, "is_over": FLAG}),
        }
    ),
    "CallBacks": closed(
        {
            "months": list_of({"month": TEXT, **_CALLED}),
            "draw": {
                "oneOf": [
                    {"type": "null"},
                    closed(
                        {
                            "month": TEXT,
                            "drawn_at": MOMENT,
                            "seed": MAYBE_TEXT,
                            "orders": {
                                "type": "object",
                                "additionalProperties": {"type": "array", "items": TEXT},
                            },
                            "major": {"type": "object", "additionalProperties": COUNT},
                        }
                    ),
                ]
            },
            "items": list_of(
                {
                    "number": TEXT,
                    "kind": {"enum": [*CALLED_BACK]},
                    "category": TEXT,
                    "severity": TEXT,
                    "building": TEXT,
                    "ended_at": MAYBE_MOMENT,
                    "calls": COUNT,
                    "answer": {"enum": [None, *(one.value for one in Answer)]},
                    "last_call": MAYBE_MOMENT,
                }
            ),
            "next_cursor": MAYBE_TEXT,
        }
    ),
}


def figures_paths(operation: Operation) -> dict[str, Any]:
    """The paths: the figures as staff see them, and those for everybody."""
    staff = operation("get_figures", "How each month's promises fared", "Figures", 200, 401)
    public = operation(
        "get_public_figures", "How each month's promises fared, for everybody", "PublicFigures", 200, 400, 404
    )
    public["parameters"] = [
        {"name": "community", "in": "query", "schema": {"type": "string", "maxLength": 200}},
        {"name": "month", "in": "query", "schema": {"type": "string", "pattern": r"^\d{4}-\d{2}$"}},
    ]
    called = operation(
        "get_call_backs",
        "Whom a month's call-backs ask, and what was said; with the whole draw once it is over, so that it can be drawn again",
        "CallBacks",
        200,
        400,
        401,
        403,
    )
    called["parameters"] = [
        {"name": "month", "in": "query", "schema": {"type": "string", "pattern": r"^\d{4}-\d{2}$"}},
        {"name": "list", "in": "query", "schema": {"enum": ["to_call", "called"]}},
        {"name": "cursor", "in": "query", "schema": {"type": "string", "maxLength": 400}},
    ]
    return {
        "/v1/staff/call-backs": {"get": {**called, "security": [{"session": []}]}},
        "/v1/staff/figures": {"get": {**staff, "security": [{"session": []}]}},
        "/v1/figures": {"get": public},
    }
