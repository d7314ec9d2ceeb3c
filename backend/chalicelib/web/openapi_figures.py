"""What the description of the JSON API says about the figures of promises kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .openapi_words import COUNT, FLAG, MOMENT, TEXT, closed, list_of

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
_FEWEST: Mapping[str, Any] = {**COUNT, "description": "Shares of fewer than this are null."}
_MAYBE_COUNT: Mapping[str, Any] = {"type": ["integer", "null"], "minimum": 0}
FIGURES_ANSWERS: Mapping[str, Any] = {
    "Figures": closed({"community": TEXT, "months": list_of(_MONTH)}),
    "PublicFigures": closed(
        {
            "community": TEXT,
            "fewest": _FEWEST,
            "months": list_of({**_MONTH, "satisfied": _MAYBE_COUNT, "is_over": FLAG}),
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
    return {
        "/v1/staff/figures": {"get": {**staff, "security": [{"session": []}]}},
        "/v1/figures": {"get": public},
    }
