"""What the description says of both doors: asking for a code, entering with it, the second proof, leaving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .openapi_words import FLAG

_LANGUAGE = {"enum": ["zh", "en"]}
_PHONE = {"type": "string", "maxLength": 40}
_CODE = {"type": "string", "maxLength": 100}


def _object(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


DOOR_ANSWERS: dict[str, Any] = {
    "Telephone": _object({"phone": _PHONE, "language": _LANGUAGE}, "language"),
    "TelephoneAndCode": _object({"phone": _PHONE, "code": _CODE, "language": _LANGUAGE}, "language"),
    "StaffCode": {
        "oneOf": [
            _object({"phone": _PHONE, "code": _CODE}),
            _object({"code": {"type": "string", "minLength": 16, "maxLength": 100}}),
        ]
    },
    "AppCode": _object({"code": _CODE, "language": _LANGUAGE}, "language"),
    "Sent": _object({"sent": {"const": True}}),
    "Entered": _object({"entered": FLAG}),
    "StaffEntered": _object({"entered": FLAG, "proof": FLAG}),
}


def door_paths(operation: Callable[..., dict[str, Any]], body: Callable[..., Any]) -> dict[str, Any]:
    """The paths of both doors; `operation` and `body` make them as all others are made."""

    def post(id: str, summary: str, answer: str, asked: str | None, *statuses: int) -> dict[str, Any]:
        made = operation(id, summary, answer, *statuses)
        if asked:
            made["requestBody"] = body({"$ref": f"#/components/schemas/{asked}"})
        return {"post": made}

    sent = (202, 400, 413, 415, 422, 429)
    entered = (201, 400, 401, 413, 415, 422, 429)
    return {
        "/v1/my/code": post(
            "post_my_code", "Send a code to a telephone, if a home has it", "Sent", "Telephone", *sent
        ),
        "/v1/my/session": post("post_my_session", "Sign in", "Entered", "TelephoneAndCode", *entered),
        "/v1/my/session/end": post("post_my_session_end", "Sign out", "Entered", None, 200),
        "/v1/staff/code": post(
            "post_staff_code",
            "Send a code to a telephone, if a member of staff has it",
            "Sent",
            "Telephone",
            *sent,
        ),
        "/v1/staff/session": post(
            "post_session",
            "Enter with a telephone and its code, or an entry code",
            "StaffEntered",
            "StaffCode",
            *entered,
        ),
        "/v1/staff/session/end": post("post_session_end", "Leave", "StaffEntered", None, 200),
        "/v1/staff/proof": post(
            "post_proof", "Prove it a second time, by an app", "StaffEntered", "AppCode", *entered
        ),
    }
