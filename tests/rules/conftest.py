"""What the tests of the rulebook share: a copy of it in which mistakes may be made."""

import shutil
from pathlib import Path

import pytest

from tests.rules.mistakes import DOCS

UNANNOUNCED = Path(__file__).parent / "unannounced" / "2027.toml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folder of a copy of the rulebook, in which nobody has announced 2027, whatever staff have entered since."""
    folder = Path(shutil.copytree(DOCS, tmp_path / "rulebook"))
    for later in (folder / "calendar").glob("*.toml"):
        if later.name > UNANNOUNCED.name:
            later.unlink()
    shutil.copy(UNANNOUNCED, folder / "calendar")
    return folder
