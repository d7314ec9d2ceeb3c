"""The world whose doors are tried: made once for a file of tests, over an empty table of a real DynamoDB Local."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.server import Origin, listening_socket
from tests.conftest import empty_table
from tests.doors.world import World, build
from tests.web.client import serving


@pytest.fixture(scope="module")
def world(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two communities, with a photo store, behind a socket of this machine (`world.address`)."""
    import app

    from chalicelib.storage import photos

    empty_table(database)
    folder: Path = tmp_path_factory.mktemp("photos")
    origin = Origin(app.app, photo_folder=folder)
    with pytest.MonkeyPatch.context() as patch, listening_socket(0) as listening:
        port = listening.getsockname()[1]
        patch.setenv("SHOUNUO_PHOTOS", "photos")
        patch.setenv("SHOUNUO_PHOTOS_ENDPOINT", f"http://127.0.0.1:{port}/_local")
        photos._client.cache_clear()
        with serving(origin, listening) as address:
            made = build(origin)
            made.address = address
            yield made
        photos._client.cache_clear()
