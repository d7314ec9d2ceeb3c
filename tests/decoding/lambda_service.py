"""A Lambda that is reached as the real one is, and runs the function `decode` or fails in the ways that the real one has."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chalicelib.decoding import asking
from chalicelib.decoding.answering import decode
from chalicelib.decoding.bounds import MOST_PAYLOAD

NAME = "shounuo-test-decode"


@dataclass
class LambdaService:
    """What it was asked, and how it is to fail: "hangs", "crashed", "refused", or with an answer of its own; `dies_of` is a file
    that alone makes it crash."""

    fails: str | bytes = ""
    dies_of: bytes = b""
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str, event: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers as Lambda has them."""
        self.asked.append(path.split("/")[3])
        if self.fails == "hangs":
            time.sleep(1.5)
        if self.fails == "crashed" or self.dies_of == b64decode(json.loads(event)["content"]):
            said = {"errorType": "Runtime.ExitError", "errorMessage": "exited with -9"}
            return 200, json.dumps(said).encode(), {"X-Amz-Function-Error": "Unhandled"}
        if self.fails == "refused" or len(event) > MOST_PAYLOAD:
            kind = "TooManyRequestsException" if self.fails else "RequestTooLargeException"
            return (429 if self.fails else 413), b'{"message": "no"}', {"x-amzn-ErrorType": kind}
        made = (
            self.fails
            if isinstance(self.fails, bytes)
            else json.dumps(decode(json.loads(event), self)).encode()
        )
        assert len(made) <= MOST_PAYLOAD, "Lambda gives no such answer"
        return 200, made, {}


@contextmanager
def lambda_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[LambdaService]:
    """The portal asks it from here on."""
    made = LambdaService()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = self.rfile.read(int(self.headers["Content-Length"]))
            status, body, headers = made.answer(self.path, event)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("SHOUNUO_DECODE_FUNCTION", NAME)
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "cn-north-1")
    asking._client.cache_clear()
    try:
        yield made
    finally:
        asking._client.cache_clear()
        server.shutdown()
        server.server_close()
