"""The shapes of the answers of /v1, as JSON Schema: what chalicelib.web.resources makes."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.call_back import Answer

from .openapi_words import COUNT, FLAG, MAYBE_MOMENT, MAYBE_TEXT, MOMENT, TEXT

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
    "number": TEXT,
    "kind": {"enum": ["repair", "complaint", "enquiry", "service", "breach", "emergency"]},
    "category": TEXT,
    "community": TEXT,
    "building": TEXT,
    "state": TEXT,
    "opened": MOMENT,
    "version": COUNT,
    "rulebook": TEXT,
    "severity": {"enum": ["urgent", "major", "ordinary"]},
    "paused": MAYBE_TEXT,
    "reopened": COUNT,
    "rating": {
        "type": ["array", "null"],
        "items": {"type": "integer", "minimum": 1, "maximum": 5},
        "minItems": 3,
        "maxItems": 3,
    },
    "call_back": {
        "oneOf": [
            {"type": "null"},
            _object(
                {
                    "month": TEXT,
                    "until": MOMENT,
                    "pending": FLAG,
                    "calls": COUNT,
                    "answer": {"enum": [None, *(one.value for one in Answer)]},
                }
            ),
        ]
    },
    "photos": COUNT,
    "work_photos": COUNT,
    "closes_at": MAYBE_MOMENT,
    "follow_up_at": MAYBE_MOMENT,
    "in_charge": _object({"name": TEXT, "role": TEXT, "phone": TEXT}),
    "clocks": _list("Clock"),
    "events": _list("Event"),
    "verbs": {"type": "array", "items": TEXT},
}

ANSWERS: dict[str, Any] = {
    "Words": _object({"zh": TEXT, "en": TEXT}),
    "Problem": _object(
        {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "request_id": TEXT,
            "errors": {
                "type": "array",
                "items": _object({"field": TEXT, "message": TEXT}),
            },
        },
        optional=("errors",),
    ),
    "Health": _object({"status": {"const": "up"}, "rulebook": TEXT}),
    "Clock": _object(
        {
            "clock": _CLOCK_NAME,
            "standard": TEXT,
            "status": {"enum": ["running", "late", "paused", "kept", "missed", "stopped"]},
            "started": MOMENT,
            "original": MOMENT,
            "due": MOMENT,
            "met": MAYBE_MOMENT,
            "appointed": MAYBE_MOMENT,
            "extended": MAYBE_MOMENT,
            "provisional": FLAG,
            "missed": FLAG,
            "late_by_seconds": COUNT,
            "words": _ref("Words"),
        }
    ),
    "Event": _object({"seq": COUNT, "at": MOMENT, "kind": TEXT, "role": TEXT, "words": MAYBE_TEXT}),
    "Case": _object(_CASE),
    "CaseAsFiled": _object({name: schema for name, schema in _CASE.items() if name != "events"}),
    "StaffCase": _object(
        {
            **_CASE,
            "events": {
                "type": "array",
                "items": _object(
                    {
                        "seq": COUNT,
                        "at": MOMENT,
                        "kind": TEXT,
                        "role": TEXT,
                        "by": TEXT,
                        "words": MAYBE_TEXT,
                    }
                ),
            },
            "contact": _object({"name": MAYBE_TEXT, "phone": MAYBE_TEXT, "home": MAYBE_TEXT})
            | {
                "description": "Of a complaint technicians, cleaners and guards are told only where the matter is, in `home`, "
                "unless the complaint is theirs; monitors are told nothing of it. What is not shown is null."
            },
            "joined_to": MAYBE_TEXT,
            "absorbed": {"type": "array", "items": TEXT},
            "plan": MAYBE_TEXT,
            "steps": {"type": "array", "items": _object({"step": TEXT, "ticked": FLAG})},
            "asked": {"oneOf": [{"type": "null"}, _object({"clock": _CLOCK_NAME, "until": MOMENT})]},
        }
    ),
    "Filed": _object(
        {"number": TEXT, "link": TEXT, "track": TEXT, "receipt": TEXT, "case": _ref("CaseAsFiled")}
    ),
    "Preview": _object(
        {
            "now": MOMENT,
            "category": TEXT,
            "clocks": {
                "type": "array",
                "items": _object(
                    {
                        "clock": _CLOCK_NAME,
                        "clock_words": _ref("Words"),
                        "standard": TEXT,
                        "due": MOMENT,
                        "due_words": _ref("Words"),
                        "provisional": FLAG,
                    }
                ),
            },
            "words": _ref("Words"),
        }
    ),
    "Standard": _object(
        {
            "id": TEXT,
            "kind": TEXT,
            "title": _ref("Words"),
            "explanation": _ref("Words"),
            "examples": _ref("Words"),
            "counted": _ref("Words"),
            "severity": TEXT,
            "place": {"enum": ["home", "shared", "any"]},
            "department": TEXT,
            "choosable": FLAG,
            "path": {"enum": ["case", "proposal"]},
            "source": _ref("Words"),
            "clocks": {
                "type": "array",
                "items": _object(
                    {
                        "clock": _CLOCK_NAME,
                        "standard": TEXT,
                        "amount": COUNT,
                        "unit": TEXT,
                        "words": _ref("Words"),
                        "promise": _ref("Words"),
                        "agreed": FLAG,
                        "starts": {"enum": ["filing", "visit_agreed"]},
                    }
                ),
            },
        }
    ),
    "Standards": _object({"version": TEXT, "items": _list("Standard"), "next_cursor": MAYBE_TEXT}),
    "Upload": _object(
        {
            "id": TEXT,
            "url": TEXT,
            "fields": {"type": "object", "additionalProperties": TEXT},
            "done": TEXT,
        }
    ),
    "QueueRow": _object(
        {
            "number": TEXT,
            "kind": TEXT,
            "category": TEXT,
            "building": TEXT,
            "home": {
                **MAYBE_TEXT,
                "description": "As in the `contact` of the case; the search finds by no more.",
            },
            "excerpt": MAYBE_TEXT,
            "state": TEXT,
            "severity": TEXT,
            "in_charge": TEXT,
            "due": MAYBE_MOMENT,
            "late": FLAG,
            "paused": MAYBE_TEXT,
            "verified": FLAG,
            "version": COUNT,
        }
    ),
    "StuckMessage": _object(
        {
            "number": MAYBE_TEXT,
            "template": TEXT,
            "to": {"enum": ["resident", "staff", "department", "engineers"]},
            "since": MOMENT,
            "attempts": COUNT,
            "reason": MAYBE_TEXT,
        }
    ),
    "StuckMessages": _object({"items": _list("StuckMessage"), "next_cursor": MAYBE_TEXT}),
    "Queue": _object({"items": _list("QueueRow"), "next_cursor": MAYBE_TEXT}),
}
