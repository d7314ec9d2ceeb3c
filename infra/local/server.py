"""One origin on this machine: the built site, /api, and /_local/outbox. In the cloud CloudFront joins the same parts."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import waitress
from chalice import Chalice

from infra.local import photos
from infra.local.answers import Answer, Environ, problem, send
from infra.local.console import LocalProblem
from infra.local.gateway import Gateway
from infra.local.outbox_page import outbox_page
from infra.local.places import EDITOR, EDITOR_HEADERS, OUTBOX_FILE, SITE, SITE_HEADERS
from infra.local.static_files import StaticFiles

THREADS = 16
# Where the site's own headers are not built yet.
BASIC_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Origin:
    """The WSGI application: sends each request to the part that answers it, and adds the security headers."""

    def __init__(
        self,
        app: Chalice,
        site: Path = SITE,
        site_headers: Path = SITE_HEADERS,
        editor: Path = EDITOR,
        editor_headers: Path = EDITOR_HEADERS,
        outbox: Path = OUTBOX_FILE,
        photo_folder: Path = photos.FOLDER,
    ) -> None:
        self.gateway = Gateway(app)
        self.files = StaticFiles(site)
        self.site_headers = site_headers
        self.editor = StaticFiles(editor)
        self.editor_headers = editor_headers
        self.outbox = outbox
        self.photos = photos.PhotoStore(photo_folder)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        answer = self.answer(environ)
        for name, value in {**BASIC_HEADERS, **self.headers_for(environ["PATH_INFO"])}.items():
            if not answer.has(name):
                answer.headers.append((name, value))
        return send(answer, environ, start_response)

    def answer(self, environ: Environ) -> Answer:
        """The answer of the part that owns the path."""
        raw = environ["PATH_INFO"].encode("latin-1")  # PEP 3333: bytes dressed as text
        encoded = quote(raw, safe="/:@!$&'()*+,;=-._~")
        environ["shounuo.raw_path"] = encoded
        path = raw.decode("utf-8", "replace")
        if path == "/api" or path.startswith("/api/"):
            return self.gateway.answer(encoded.removeprefix("/api") or "/", environ)
        if path.startswith("/_local/"):
            return self.local_page(path, environ)
        if path == "/admin":
            return Answer(301, [("Location", "/admin/")])
        if path.startswith("/admin/") and self.editor_headers.is_file():
            return self.editor.answer(path.removeprefix("/admin"), environ)
        return self.files.answer(path, environ)

    def local_page(self, path: str, environ: Environ) -> Answer:
        """A page about this machine. Asked under a foreign name (a page elsewhere that resolves to us) it is refused."""
        host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
        if host not in OWN_NAMES:
            return problem(403, "只限本机 · This machine only", "请用 localhost 打开。 Open it as localhost.")
        if path == photos.PREFIX or path.startswith(f"{photos.PREFIX}/"):
            return self.photos.answer(path, environ)
        if path != "/_local/outbox" or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.files.not_found(path)
        return outbox_page(self.outbox)

    def headers_for(self, path: str) -> dict[str, str]:
        """The headers that the site's build asks for; read each time, so that a new build shows at once.

        The editor of notices has its own; where it was not built its folder is like any other.
        """
        file = self.site_headers
        if path.startswith("/admin/") and self.editor_headers.is_file():
            file = self.editor_headers
        try:
            return dict(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}


def listening_socket(port: int) -> socket.socket:
    """A socket on this machine only, already listening. Raises LocalProblem where the port is in use."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind(("127.0.0.1", port))
        opened.listen(128)
    except PermissionError:
        raise LocalProblem(
            f"port {port} is not for everybody: choose one above 1023, as in PORT=8010"
        ) from None
    except OSError:
        raise LocalProblem(
            f"port {port} is in use (is the portal running already?): choose another, as in `make run PORT={port + 10}`"
        ) from None
    return opened


def make_server(origin: Origin, listening: socket.socket) -> Any:
    """A waitress server for the origin; `.run()` serves until `.close()`."""
    return waitress.create_server(
        origin,
        sockets=[listening],
        threads=THREADS,
        ident="",
        clear_untrusted_proxy_headers=True,
        max_request_header_size=32 * 1024,
        max_request_body_size=8 * 1024 * 1024,
        channel_timeout=60,
    )
