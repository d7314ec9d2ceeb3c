"""What the gateway and the timekeeper of AWS send to a function, and what is in an answer to the gateway."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

EVENTS = Path(__file__).parent / "events"


def recorded(name: str) -> dict[str, Any]:
    """An event as AWS sends it: "api" (API Gateway REST, version 1) or "schedule" (EventBridge)."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return event


def request(
    method: str,
    address: str,
    resource: str = "",
    body: bytes | None = None,
    binary: bool = False,
    **headers: Any,
) -> dict[str, Any]:
    """The event of one request; `resource` is the route's pattern where it is not the address itself."""
    event = copy.deepcopy(recorded("api"))
    parts = urlsplit(address)
    resource = resource or parts.path
    names = [(at, name[1:-1]) for at, name in enumerate(resource.split("/")) if name.startswith("{")]
    event |= {"httpMethod": method, "path": parts.path, "resource": resource}
    event["pathParameters"] = {name: parts.path.split("/")[at] for at, name in names} or None
    event["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
    event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}
    query = parse_qsl(parts.query)
    event["queryStringParameters"] = dict(query) or None
    event["multiValueQueryStringParameters"] = {name: [value] for name, value in query} or None
    event["requestContext"] |= {"httpMethod": method, "resourcePath": resource, "path": f"/api{parts.path}"}
    if body is not None:
        event["isBase64Encoded"] = binary
        event["body"] = base64.b64encode(body).decode() if binary else body.decode()
    return event


def header_of(answer: Mapping[str, Any], name: str) -> str:
    """A header of an answer of the gateway, "" without it."""
    several = answer.get("multiValueHeaders") or {}
    return str((answer["headers"] | {one: values[0] for one, values in several.items()}).get(name, ""))


def body_of(answer: Mapping[str, Any]) -> str:
    """The body of an answer of the gateway, as text."""
    body = str(answer["body"])
    return base64.b64decode(body).decode() if answer.get("isBase64Encoded") else body
