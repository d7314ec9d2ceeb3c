"""A browser and a program in one: asks the whole local origin (static files, gateway, Chalice app) without a socket."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from waitress.wasyncore import close_all

from infra.local.server import Origin, make_server

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "zh-CN,zh;q=0.9"}
PROGRAM = {"Accept": "application/json"}


@contextmanager
def serving(origin: Origin, listening: socket.socket) -> Iterator[str]:
    """The origin behind a real socket; gives its address."""
    server = make_server(origin, listening)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{listening.getsockname()[1]}"
    finally:
        # First who still answers, for they wake the thread that waits; then it is told, with the connections that are still open:
        # only then does it end at once.
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: close_all(server._map))
        thread.join(5)


@dataclass
class Reply:
    """An answer: status, headers (small letters; several lines joined by a line break) and body."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Visitor:
    """Somebody who asks; keeps cookies when told to."""

    origin: Origin
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    host: str = "localhost:8000"
    address: str = "127.0.0.1"

    def ask(
        self, method: str, address: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        parts = urlsplit(address)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": _wsgi(parts.path),
            "QUERY_STRING": parts.query,
            "REMOTE_ADDR": self.address,
            "HTTP_HOST": self.host,
            "wsgi.input": io.BytesIO(body or b""),
            "CONTENT_LENGTH": str(len(body or b"")),
        }
        sent = {**self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        for name, value in sent.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        told: dict[str, Any] = {}

        def start(status: str, lines: list[tuple[str, str]]) -> None:
            told["status"] = int(status.split()[0])
            headers_told: dict[str, str] = {}
            for name, value in lines:
                key = name.lower()
                headers_told[key] = f"{headers_told[key]}\n{value}" if key in headers_told else value
            told["headers"] = headers_told

        content = b"".join(self.origin(environ, start))
        reply = Reply(told["status"], told["headers"], content)
        for line in filter(None, reply.headers.get("set-cookie", "").split("\n")):
            name, _, value = line.partition(";")[0].partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return reply

    def get(self, address: str, **headers: str) -> Reply:
        return self.ask("GET", address, headers=_named(headers))

    def post_form(self, address: str, fields: dict[str, str], **headers: str) -> Reply:
        body = urlencode(fields).encode()
        return self.ask(
            "POST",
            address,
            body,
            {"Content-Type": "application/x-www-form-urlencoded", **_named(headers)},
        )

    def post_json(self, address: str, value: Any, **headers: str) -> Reply:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.ask("POST", address, body, {"Content-Type": "application/json", **_named(headers)})


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _wsgi(path: str) -> str:
    """The path as PEP 3333 hands it over: decoded bytes dressed as text."""
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")
