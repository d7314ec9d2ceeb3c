"""AWS's descriptions of its services, cut to the calls that the portal makes: what is left is read at each start."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# The services that the portal calls, and what it calls of them; `tests/infra/test_package.py` compares it with the functions'
# rights. Beside what is allowed stand here the names by which botocore itself makes a form for an upload, and finds a bucket.
CALLS: Mapping[str, frozenset[str]] = {
    "dynamodb": frozenset(
        {
            *("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"),
            *("DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"),
        }
    ),
    "lambda": frozenset({"Invoke"}),
    "s3": frozenset({"CopyObject", "CreateBucket", "DeleteObject", "GetObject", "HeadBucket", "PutObject"}),
    "sesv2": frozenset({"SendEmail"}),
    "sns": frozenset({"Publish"}),
    "ssm": frozenset({"GetParameter"}),
}
_MODELS = re.compile(r"botocore/data/(?P<service>[^/]+)/(?P<version>[^/]+)/(?P<kind>[^/]+)\.json(?:\.gz)?")
_KINDS = ("service-2", "service-2.sdk-extras", "endpoint-rule-set-1")
_TABLES = frozenset(
    {"botocore/data/" + name for name in ("_retry.json", "partitions.json", "sdk-default-configuration.json")}
)
_ENDPOINTS = "botocore/data/endpoints.json"
_UNTOLD = ("documentation", "documentationUrl", "examples")


def cut(files: Mapping[str, bytes], services: Iterable[str]) -> dict[str, bytes]:
    """The files below botocore/data that calls of these services read, by their path in the archive."""
    services = set(services)
    newest = {
        service: max(
            found["version"]
            for found in map(_MODELS.fullmatch, files)
            if found and found["service"] == service
        )
        for service in services
    }
    kept: dict[str, bytes] = {}
    for name, content in files.items():
        if name in _TABLES:
            kept[name] = _compact(json.loads(content))
        elif name == _ENDPOINTS:
            kept[name] = _compact(_endpoints_of(json.loads(content), services))
        elif (
            (found := _MODELS.fullmatch(name))
            and newest.get(found["service"]) == found["version"]
            and found["kind"] in _KINDS
        ):
            model = _told_shortly(json.loads(gzip.decompress(content) if name.endswith(".gz") else content))
            if found["kind"] == "service-2":
                model = only(model, CALLS[found["service"]])
            kept[name.removesuffix(".gz")] = _compact(model)
    return kept


def only(model: dict[str, Any], calls: Iterable[str]) -> dict[str, Any]:
    """A service's model with these calls and the shapes that they are made of. Raises KeyError for a call it does not have."""
    operations = {name: model["operations"][name] for name in sorted(calls)}
    shapes: dict[str, Any] = {}
    waiting = [shape for one in operations.values() for shape in _shapes_in(one)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            waiting += _shapes_in(shapes[name])
    made = {**model, "operations": operations, "shapes": dict(sorted(shapes.items()))}
    if settings := model.get("clientContextParams"):
        # Of these alone botocore wants a description: of S3 it would resolve no address without.
        made["clientContextParams"] = {name: {**said, "documentation": ""} for name, said in settings.items()}
    return made


def _shapes_in(part: Any) -> Iterator[str]:
    """The names of shapes that a part of a model refers to."""
    if isinstance(part, dict):
        for key, one in part.items():
            if key == "shape" and isinstance(one, str):
                yield one
            else:
                yield from _shapes_in(one)
    elif isinstance(part, list):
        for one in part:
            yield from _shapes_in(one)


def _endpoints_of(endpoints: dict[str, Any], services: set[str]) -> dict[str, Any]:
    """The endpoints of the services that are asked, in every partition."""
    for partition in endpoints["partitions"]:
        asked = {name: one for name, one in partition["services"].items() if name in {*services, "email"}}
        partition["services"] = asked
    return endpoints


def _told_shortly(model: Any) -> Any:
    """A model without its descriptions. A shape may have a member that is called "documentation": that is no text, and stays."""
    if isinstance(model, dict):
        return {
            key: _told_shortly(one)
            for key, one in model.items()
            if not (key in _UNTOLD and isinstance(one, str))
            and not (key == "examples" and "metadata" in model)
        }
    if isinstance(model, list):
        return [_told_shortly(one) for one in model]
    return model


def _compact(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
