"""The shapes of the answers of /v1, as JSON Schema: what chalicelib.web.resources makes."""

from __future__ import annotations

from typing import Any

_MOMENT = {"type": "string", "format": "date-time"}
_MAYBE_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}
_FLAG = {"type": "boolean"}
_CLOCK_NAME = {"enum": ["reply", "arrive", "resolve"]}


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _list(model: str) -> dict[str, Any]:
    return {"type": "array", "items": _ref(model)}


def _ref(model: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}


_CASE: dict[str, Any] = {
    "number": _TEXT,
    "kind": {"enum": ["repair", "complaint", "enquiry", "service", "breach", "emergency"]},
    "category": _TEXT,
    "community": _TEXT,
    "building": _TEXT,
    "state": _TEXT,
    "opened": _MOMENT,
    "version": _COUNT,
    "rulebook": _TEXT,
    "severity": {"enum": ["urgent", "major", "ordinary"]},
    "paused": _MAYBE_TEXT,
    "reopened": _COUNT,
    "rating": {
        "type": ["array", "null"],
        "items": {"type": "integer", "minimum": 1, "maximum": 5},
        "minItems": 3,
        "maxItems": 3,
    },
    "photos": _COUNT,
    "work_photos": _COUNT,
    "closes_at": _MAYBE_MOMENT,
    "in_charge": _object({"name": _TEXT, "role": _TEXT, "phone": _TEXT}),
    "clocks": _list("Clock"),
    "events": _list("Event"),
    "verbs": {"type": "array", "items": _TEXT},
}

ANSWERS: dict[str, Any] = {
    "Words": _object({"zh": _TEXT, "en": _TEXT}),
    "Problem": _object(
        {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "request_id": _TEXT,
            "errors": {
                "type": "array",
                "items": _object({"field": _TEXT, "message": _TEXT}),
            },
        },
        optional=("errors",),
    ),
    "Health": _object({"status": {"const": "up"}, "rulebook": _TEXT}),
    "Clock": _object(
        {
            "clock": _CLOCK_NAME,
            "standard": _TEXT,
            "status": {"enum": ["running", "late", "paused", "kept", "missed", "stopped"]},
            "started": _MOMENT,
            "original": _MOMENT,
            "due": _MOMENT,
            "met": _MAYBE_MOMENT,
            "appointed": _MAYBE_MOMENT,
            "extended": _MAYBE_MOMENT,
            "provisional": _FLAG,
            "missed": _FLAG,
            "late_by_seconds": _COUNT,
            "words": _ref("Words"),
        }
    ),
    "Event": _object({"seq": _COUNT, "at": _MOMENT, "kind": _TEXT, "role": _TEXT, "words": _MAYBE_TEXT}),
    "Case": _object(_CASE),
    "CaseAsFiled": _object({name: schema for name, schema in _CASE.items() if name != "events"}),
    "StaffCase": _object(
        {
            **_CASE,
            "events": {
                "type": "array",
                "items": _object(
                    {
                        "seq": _COUNT,
                        "at": _MOMENT,
                        "kind": _TEXT,
                        "role": _TEXT,
                        "by": _TEXT,
                        "words": _MAYBE_TEXT,
                    }
                ),
            },
            "contact": _object({"name": _MAYBE_TEXT, "phone": _MAYBE_TEXT, "home": _MAYBE_TEXT}),
            "joined_to": _MAYBE_TEXT,
            "absorbed": {"type": "array", "items": _TEXT},
            "plan": _MAYBE_TEXT,
            "steps": {"type": "array", "items": _object({"step": _TEXT, "ticked": _FLAG})},
            "asked": {"oneOf": [{"type": "null"}, _object({"clock": _CLOCK_NAME, "until": _MOMENT})]},
        }
    ),
    "Filed": _object(
        {"number": _TEXT, "link": _TEXT, "track": _TEXT, "receipt": _TEXT, "case": _ref("CaseAsFiled")}
    ),
    "Preview": _object(
        {
            "now": _MOMENT,
            "category": _TEXT,
            "clocks": {
                "type": "array",
                "items": _object(
                    {
                        "clock": _CLOCK_NAME,
                        "clock_words": _ref("Words"),
                        "standard": _TEXT,
                        "due": _MOMENT,
                        "due_words": _ref("Words"),
                        "provisional": _FLAG,
                    }
                ),
            },
            "words": _ref("Words"),
        }
    ),
    "Standard": _object(
        {
            "id": _TEXT,
            "kind": _TEXT,
            "title": _ref("Words"),
            "explanation": _ref("Words"),
            "examples": _ref("Words"),
            "counted": _ref("Words"),
            "severity": _TEXT,
            "place": {"enum": ["home", "shared", "any"]},
            "department": _TEXT,
            "choosable": _FLAG,
            "path": {"enum": ["case", "proposal"]},
            "source": _ref("Words"),
            "clocks": {
                "type": "array",
                "items": _object(
                    {
                        "clock": _CLOCK_NAME,
                        "standard": _TEXT,
                        "amount": _COUNT,
                        "unit": _TEXT,
                        "words": _ref("Words"),
                        "promise": _ref("Words"),
                        "agreed": _FLAG,
                        "starts": {"enum": ["filing", "visit_agreed"]},
                    }
                ),
            },
        }
    ),
    "Standards": _object({"version": _TEXT, "items": _list("Standard"), "next_cursor": _MAYBE_TEXT}),
    "Upload": _object(
        {
            "id": _TEXT,
            "url": _TEXT,
            "fields": {"type": "object", "additionalProperties": _TEXT},
            "done": _TEXT,
        }
    ),
    "QueueRow": _object(
        {
            "number": _TEXT,
            "kind": _TEXT,
            "category": _TEXT,
            "building": _TEXT,
            "home": _MAYBE_TEXT,
            "excerpt": _MAYBE_TEXT,
            "state": _TEXT,
            "severity": _TEXT,
            "in_charge": _TEXT,
            "due": _MAYBE_MOMENT,
            "late": _FLAG,
            "paused": _MAYBE_TEXT,
            "verified": _FLAG,
            "version": _COUNT,
        }
    ),
    "StuckMessage": _object(
        {
            "number": _MAYBE_TEXT,
            "template": _TEXT,
            "to": {"enum": ["resident", "staff", "department", "engineers"]},
            "since": _MOMENT,
            "attempts": _COUNT,
            "reason": _MAYBE_TEXT,
        }
    ),
    "StuckMessages": _object({"items": _list("StuckMessage"), "next_cursor": _MAYBE_TEXT}),
    "Queue": _object({"items": _list("QueueRow"), "next_cursor": _MAYBE_TEXT}),
}
