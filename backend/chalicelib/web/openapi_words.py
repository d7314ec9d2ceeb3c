"""What the description of the JSON API is written with: texts, moments, counts, and objects with nothing left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT: Mapping[str, Any] = {"type": "string"}
MAYBE_TEXT: Mapping[str, Any] = {"type": ["string", "null"]}
MOMENT: Mapping[str, Any] = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Mapping[str, Any] = {"type": ["string", "null"], "format": "date-time"}
DAY: Mapping[str, Any] = {"type": "string", "format": "date"}
COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}
FLAG: Mapping[str, Any] = {"type": "boolean"}
CURSOR: Mapping[str, Any] = {
    "name": "cursor",
    "in": "query",
    "schema": {"type": "string", "maxLength": 400},
}


def closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object that has all of these and nothing else."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def list_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A list of such objects."""
    return {"type": "array", "items": closed(properties)}
