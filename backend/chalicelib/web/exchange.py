"""One request as the views see it: language, what the client wants back, the body as bytes, the moment it came."""

from __future__ import annotations

import hmac
import os
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any

from chalicelib import wiring

LANGUAGES = ("zh", "en")
# What CloudFront adds (infra/aws/resources/edge.py): the proof that it speaks, and where the visitor is.
EDGE, VISITOR = "x-shounuo-edge", "x-shounuo-visitor"


@dataclass
class Exchange:
    """A request under way.

    `address` is where it comes from, as the gateway or CloudFront saw it and no header of the visitor's own says.
    `resource` is the route's pattern, never the address itself: an address may hold a link. `asked_language` is what the
    request names outright (?lang=, later a form's hidden field or the case's own language); without it the browser decides.
    """

    id: str
    method: str
    resource: str
    headers: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: bytes
    at: datetime
    address: str = ""
    asked_language: str | None = None

    @property
    def language(self) -> str:
        """The language of the answer: zh or en."""
        return self.asked_language or preferred_language(self.headers.get("accept-language", ""))

    def speak(self, said: Mapping[str, object]) -> None:
        """Takes the language that a form or a filing names for the answer; one that we do not speak changes nothing."""
        named = said.get("language")
        if isinstance(named, str) and named in LANGUAGES:
            self.asked_language = named

    @property
    def carried_language(self) -> str:
        """What an address goes on with where the request named its language outright, so that the next page is in it; or ""."""
        return f"&lang={self.asked_language}" if self.asked_language else ""

    @property
    def wants_html(self) -> bool:
        """Whether a browser asks for a page. JSON routes (/v1) never answer with one."""
        return not self.resource.startswith("/v1") and "text/html" in self.headers.get("accept", "").lower()

    @property
    def media_type(self) -> str:
        """The body's media type in small letters, without parameters; "" for none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def secure(self) -> bool:
        """Whether the portal is reached by https."""
        return wiring.origin().startswith("https://")

    def cookie(self, name: str) -> str | None:
        """The value of a cookie, None without it or when the header cannot be read."""
        try:
            jar = SimpleCookie(self.headers.get("cookie", ""))
        except CookieError:
            return None
        return jar[name].value if name in jar else None


_current: ContextVar[Exchange] = ContextVar("exchange")


def begin(request: Any) -> Exchange:
    """The exchange of a Chalice request, which from now on is the current one."""
    query = {name: request.query_params.getlist(name) for name in request.query_params or {}}
    body = request.raw_body
    exchange = Exchange(
        id=getattr(request.lambda_context, "aws_request_id", "") or str(uuid.uuid4()),
        method=request.method,
        resource=request.context["resourcePath"],
        headers={name.lower(): value for name, value in request.headers.items()},
        query=query,
        body=body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass"),
        at=wiring.now(),
        address=_address(request),
    )
    named = query.get("lang", [])
    if len(named) == 1 and named[0] in LANGUAGES:
        exchange.asked_language = named[0]
    _current.set(exchange)
    return exchange


def _address(request: Any) -> str:
    """Where the visitor is: whom CloudFront names (known by SHOUNUO_EDGE_KEY), else who is connected; never a mere header."""
    key = os.environ.get("SHOUNUO_EDGE_KEY", "")
    said = {name.lower(): value for name, value in request.headers.items()}
    if key and hmac.compare_digest(said.get(EDGE, "").encode(), key.encode()):
        return str(said.get(VISITOR, ""))
    return str((request.context.get("identity") or {}).get("sourceIp") or "")


def current() -> Exchange:
    """The exchange of this thread's request."""
    return _current.get()


def preferred_language(header: str) -> str:
    """The better one of zh and en in an Accept-Language header (RFC 9110, 12.5.4); zh when it names neither."""
    best, weight = "zh", 0.0
    for part in header.lower().split(",")[:20]:
        tag, _, rest = part.strip().partition(";")
        language = tag.strip().partition("-")[0]
        if language not in LANGUAGES:
            continue
        try:
            q = float(rest.strip().removeprefix("q=")) if rest.strip() else 1.0
        except ValueError:
            continue
        if q > weight:
            best, weight = language, q
    return best
