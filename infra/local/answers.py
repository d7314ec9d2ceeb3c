"""An HTTP answer of the local server, and the problems it tells (RFC 9457)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

# What waitress hands to us and takes from us (PEP 3333).
Environ = dict[str, Any]


@dataclass
class Answer:
    """Status, header lines in order (a name may stand twice) and the whole body."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def has(self, name: str) -> bool:
        """Whether a header line of this name is there."""
        return any(known.lower() == name.lower() for known, _ in self.headers)


def problem(status: int, title: str, detail: str) -> Answer:
    """A problem in the form of RFC 9457, in Chinese and English."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Answer(
        status,
        [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")],
        json.dumps(body, ensure_ascii=False).encode(),
    )


def takes_gzip(environ: Environ) -> bool:
    """Whether the browser takes gzip (RFC 9110, 12.5.3); a weight of nought says that it does not."""
    for one in environ.get("HTTP_ACCEPT_ENCODING", "").split(","):
        name, _, weight = one.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)
    return False


def send(answer: Answer, environ: Environ, start_response: Any) -> Iterable[bytes]:
    """Give the answer to the WSGI server; a HEAD request gets everything but the body."""
    phrase = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else "Answer"
    headers = [line for line in answer.headers if line[0].lower() != "content-length"]
    if answer.status not in (204, 304):
        headers.append(("Content-Length", str(len(answer.body))))
    start_response(f"{answer.status} {phrase}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
