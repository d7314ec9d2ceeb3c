"""The built site, for the tests that read it."""

from __future__ import annotations

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
