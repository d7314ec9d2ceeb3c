"""The whole origin and a real browser, for the tests of the info board; its table is filled once for a file of tests."""

from typing import Any

import pytest

from tests.conftest import empty_table
from tests.web.conftest import origin as origin


@pytest.fixture(scope="module")
def own_table(database: Any) -> None:
    """The portal's table, empty."""
    empty_table(database)
