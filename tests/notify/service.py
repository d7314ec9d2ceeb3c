"""A web service as the channels meet it: it notes what it is asked and answers what the test says."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """What to answer: `status`, `answer` (JSON or bytes), after `wait` seconds; `asked` is what came."""

    url: str = ""
    status: int = 200
    answer: Any = field(default_factory=dict)
    wait: float = 0.0
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def running_service() -> Iterator[Service]:
    """The service on a port of its own."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.asked.append(Asked(self.path, headers, self.rfile.read(length)))
            time.sleep(service.wait)
            said = (
                service.answer if isinstance(service.answer, bytes) else json.dumps(service.answer).encode()
            )
            with suppress(OSError):  # whoever asked may have given up
                self.send_response(service.status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
