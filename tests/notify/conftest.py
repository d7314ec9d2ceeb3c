"""What the tests of the channels may ask for."""

from collections.abc import Iterator

import pytest

from tests.notify.service import Service, running_service


@pytest.fixture
def service() -> Iterator[Service]:
    """A web service that answers as the test says."""
    with running_service() as one:
        yield one
