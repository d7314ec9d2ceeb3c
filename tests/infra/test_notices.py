"""On this machine notices are published when their moment comes, and when staff save a file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.notices import NoticeKeeper, moment_has_come

TEN = datetime(2026, 11, 24, 2, tzinfo=UTC)


class Publisher:
    """Says how often it was asked, and plans the next moment as the generator does."""

    def __init__(self, state: Path, *, fails: bool = False) -> None:
        self.state, self.fails, self.times = state, fails, 0

    def __call__(self) -> bool:
        self.times += 1
        if not self.fails:
            self.state.write_text(json.dumps({"next": None}))
        return not self.fails


@pytest.fixture
def state(tmp_path: Path) -> Path:
    path = tmp_path / "notices.json"
    path.write_text(json.dumps({"next": TEN.isoformat()}))
    return path


def test_nothing_is_done_before_the_moment_and_once_when_it_has_come(tmp_path: Path, state: Path) -> None:
    publisher = Publisher(state)
    keeper = NoticeKeeper(publisher, state, (tmp_path / "notices",))
    assert not moment_has_come(TEN - timedelta(seconds=1), state)
    assert not keeper.look(TEN - timedelta(seconds=1))
    assert keeper.look(TEN)
    assert not keeper.look(TEN + timedelta(hours=1))
    assert publisher.times == 1


def test_a_saved_file_is_published_at_the_next_look(tmp_path: Path, state: Path) -> None:
    folder = tmp_path / "notices"
    folder.mkdir()
    publisher = Publisher(state)
    keeper = NoticeKeeper(publisher, state, (folder,), seconds=0.02)
    (folder / "water.md").write_text("---\n")
    assert keeper.look(TEN - timedelta(hours=1))
    assert not keeper.look(TEN - timedelta(hours=1))
    (folder / "water.md").unlink()
    assert keeper.look(TEN - timedelta(hours=1)), "one that was withdrawn too"


def test_a_mistake_is_said_once_until_the_file_is_saved_again(tmp_path: Path, state: Path) -> None:
    folder = tmp_path / "notices"
    folder.mkdir()
    publisher = Publisher(state, fails=True)
    keeper = NoticeKeeper(publisher, state, (folder,))
    assert not keeper.look(TEN)
    assert not keeper.look(TEN)
    assert publisher.times == 1
    (folder / "water.md").write_text("mended")
    publisher.fails = False
    assert keeper.look(TEN)


def test_without_a_built_site_there_is_no_moment(tmp_path: Path) -> None:
    assert not moment_has_come(TEN, tmp_path / "none.json")
