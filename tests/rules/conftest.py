"""What the tests of the rulebook share: a copy of it in which mistakes may be made."""

import shutil
from pathlib import Path

import pytest

from tests.rules.mistakes import DOCS


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folder of a copy of the rulebook."""
    return Path(shutil.copytree(DOCS, tmp_path / "rulebook"))
