"""The built site, for the tests that read it, and served with its own headers for those that open it."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.places import Places

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def built() -> Places:
    """The site as `make test` and `make site` build it, beforehand and once."""
    places = Places(ROOT)
    assert (places.site / "en" / "index.html").is_file(), "build the site first: make site"
    return places


@contextmanager
def served(folder: Path, headers: dict[str, str]) -> Iterator[str]:
    """The origin at which this folder is served with these headers."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            for name, value in headers.items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, *words: object) -> None:
            pass

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="session")
def origin(built: Places) -> Iterator[str]:
    """The built site, served with its own headers."""
    with served(built.site, json.loads(built.headers.read_text("utf-8"))) as address:
        yield address
