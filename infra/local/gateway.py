"""/api: the Chalice app answered in this process, as CloudFront and API Gateway would hand it on.

The event is made by Chalice's own LocalGateway; what it leaves out of API Gateway's contract is added here: path
variables are decoded, a text body reaches the function as text, binary types match without their parameters, and long answers
are compressed.
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
from functools import cache
from typing import Any
from urllib.parse import unquote

from chalice import Chalice
from chalice.config import Config
from chalice.local import (
    CustomLocalChalice,
    LambdaEventConverter,
    LocalChalice,
    LocalGateway,
    LocalGatewayException,
    RouteMatcher,
)

from infra.local.answers import Answer, Environ, problem, takes_gzip
from infra.local.places import BACKEND

# What a function takes: 6 MB of event, in which bytes are written as base64.
LARGEST_BODY = 4_500_000
STAGE = "api"
log = logging.getLogger("shounuo.local")


class ApiGatewayEvents(LambdaEventConverter):
    """Chalice's converter, closer to what API Gateway sends."""

    def _is_binary(self, headers: dict[str, Any]) -> bool:
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        kind = media_type.partition("/")[0] + "/*"
        return any(known in ("*/*", kind, media_type) for known in self._binary_types)

    def create_lambda_event(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> dict[str, Any]:
        """The event of one request; the body as text where its type is not declared binary."""
        event: dict[str, Any] = super().create_lambda_event(method, path, headers, body)
        if isinstance(event["body"], bytes):
            event["body"] = event["body"].decode("utf-8", "replace")
        event["pathParameters"] = {name: unquote(value) for name, value in event["pathParameters"].items()}
        event["requestContext"]["stage"] = STAGE
        # Where the connection came from; what a client says in a header of that name was dropped in headers_of.
        event["requestContext"]["identity"]["sourceIp"] = headers.get("x-forwarded-for", self.LOCAL_SOURCE_IP)
        return event


class Gateway:
    """Hands requests below /api to a Chalice app."""

    def __init__(self, app: Chalice) -> None:
        # As `chalice local` does it: the current request becomes one per thread. An app may stand behind several gateways.
        if not isinstance(app, CustomLocalChalice):
            CustomLocalChalice.__bases__ = (LocalChalice, type(app))
            app.__class__ = CustomLocalChalice
        self.gateway = LocalGateway(app, Config(config_from_disk={"app_name": "shounuo", "stages": {}}))
        self.gateway.event_converter = ApiGatewayEvents(RouteMatcher(list(app.routes)), app.api.binary_types)

    def answer(self, path: str, environ: Environ) -> Answer:
        """The app's answer to the request for `path`, the still encoded path after /api."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > LARGEST_BODY:
            return problem(
                413, "内容太大 · Too large", "一次最多发送 4 MB。 At most 4 MB can be sent at a time."
            )
        body = environ["wsgi.input"].read(length) if length else None
        query = environ.get("QUERY_STRING", "")
        method = "GET" if environ["REQUEST_METHOD"] == "HEAD" else environ["REQUEST_METHOD"]
        if path.startswith("//"):
            return not_found()
        try:
            made = self.gateway.handle_request(
                method, path + (f"?{query}" if query else ""), headers_of(environ), body
            )
        except LocalGatewayException:
            return not_found()
        except Exception:
            log.exception("the API failed on %s %s", method, path)
            return problem(
                500,
                "出错了 · Something went wrong",
                "请稍后再试，或致电物业。 Please try again, or call the property office.",
            )
        return compressed(from_lambda(made), environ)


def compressed(answer: Answer, environ: Environ) -> Answer:
    """The answer as gzip, where it is long enough for the gateway to do so and whoever asked takes it."""
    if len(answer.body) < compressed_from() or answer.has("Content-Encoding") or not takes_gzip(environ):
        return answer
    headers = [*answer.headers, ("Content-Encoding", "gzip")]
    return Answer(answer.status, headers, gzip.compress(answer.body, 6, mtime=0))


@cache
def compressed_from() -> int:
    """From how many bytes on API Gateway compresses an answer, as the app's configuration says."""
    config = json.loads((BACKEND / ".chalice" / "config.json").read_text(encoding="utf-8"))
    return int(config["minimum_compression_size"])


def not_found() -> Answer:
    """The answer for a path the app has no route for (in the cloud a gateway response says the same)."""
    return problem(404, "没有这个地址 · Not found", "没有这个地址。 There is nothing at this address.")


def headers_of(environ: Environ) -> dict[str, str]:
    """The request's headers by lower-case name; those by which a proxy speaks are not believed."""
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and not name.startswith("HTTP_X_FORWARDED")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    headers["x-forwarded-proto"] = "http"
    headers["x-forwarded-for"] = environ.get("REMOTE_ADDR", "127.0.0.1")
    return headers


def from_lambda(made: dict[str, Any]) -> Answer:
    """The answer that a Lambda proxy response asks for, with repeated headers and binary bodies."""
    headers = [(name, str(value)) for name, value in (made.get("headers") or {}).items()]
    for name, values in (made.get("multiValueHeaders") or {}).items():
        headers += [(name, str(value)) for value in values]
    body = made.get("body") or ""
    if made.get("isBase64Encoded"):
        content = base64.b64decode(body)
    else:
        content = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
    answer = Answer(int(made["statusCode"]), headers, content)
    if content and not answer.has("Content-Type"):
        answer.headers.append(("Content-Type", "application/json"))
    return answer
