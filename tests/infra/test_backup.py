"""G15, G16: what an earlier release wrote is read by today's code; what was lost comes back, and nothing is sent twice."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.delivering import Letter
from chalicelib.notify.channels import Channels
from infra.aws import backup
from infra.local.console import LocalProblem
from tests.bench.drill import drill
from tests.golden.__main__ import kinds

ROOT = Path(__file__).resolve().parents[2]
# One file a release: everything that a small world of it had in its table (python -m tests.golden).
RELEASES = sorted((ROOT / "tests" / "golden").glob("*.jsonl"))
NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)  # after the youngest of them was written
SENT: list[str] = []


class Noting:
    """A channel that notes what it is given."""

    tells_repeats, joined_bytes, most_posts = True, 0, None

    def send(self, letter: Letter) -> None:
        SENT.append(letter.text)


def channels() -> Channels:
    """The channels of these tests (SHOUNUO_CHANNELS)."""
    return Channels(sms=Noting(), email=Noting(), robot=lambda name: None)


def items_of(release: Path) -> list[backup.Item]:
    """The items that a release wrote."""
    return [json.loads(line) for line in release.read_text("utf-8").splitlines()]


def client() -> Any:
    from chalicelib.storage.table import connection

    return connection().client


@pytest.mark.parametrize("release", RELEASES, ids=lambda file: file.stem)
def test_every_item_of_a_release_is_read_by_todays_code_and_written_the_same(
    release: Path, table: str, figure: Callable[[str], None]
) -> None:
    from chalicelib import wiring
    from chalicelib.jobs.check_everything import check_everything
    from chalicelib.storage import census  # it knows every kind of item
    from chalicelib.storage.table import Record

    items = items_of(release)
    for item in items:
        read = Record.from_raw_data(item)
        assert type(read) is not Record, item["sort"]
        assert read.serialize() == {name: value for name, value in item.items() if "NULL" not in value}
    backup.import_into(client(), table, items)
    report = check_everything(census, wiring.rulebook(), NOW, repair=False)
    assert report.violations == []
    assert min(report.cases, report.events, report.posts, report.messages) > 0
    kinds = {item["sort"]["S"] for item in items}
    figure(f"G15: {len(items)} items of {len(kinds)} kinds written by {release.stem} read, 0 violations")


def test_the_last_release_has_golden_items_of_every_kind() -> None:
    released = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    newest = max(RELEASES, key=lambda file: [int(part) for part in file.stem.split(".")])
    assert newest.stem == released, f"write what it leaves behind: python -m tests.golden {released}"
    missing = kinds() - {item["sort"]["S"] for item in items_of(newest)}
    assert missing == set(), "a kind of item that no golden item stands for"


def test_what_was_lost_comes_back_and_nothing_is_sent_twice(
    table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str], None]
) -> None:
    from chalicelib import wiring
    from chalicelib.jobs.deliver_messages import deliver_messages
    from chalicelib.jobs.enforce_deadlines import enforce_deadlines

    monkeypatch.setenv("SHOUNUO_CHANNELS", "tests.infra.test_backup:channels")
    SENT.clear()
    backup.import_into(client(), table, items_of(RELEASES[-1]))
    now = NOW + timedelta(days=30)

    def run() -> None:
        enforce_deadlines(wiring.cases, wiring.rulebook(), now)
        deliver_messages(wiring.outbox, wiring.post_office(now), now)

    for _ in range(3):
        run()
    sent = len(SENT)
    assert sent > 5
    said, well = drill(tmp_path / "backup.jsonl.gz", now)
    assert well, said
    for _ in range(3):
        run()
    assert len(SENT) == sent, SENT[sent:]
    figure(f"{said}; {sent} messages sent before, 0 sent again")


def test_a_backup_is_only_read_whole_and_into_an_empty_table(table: str, tmp_path: Path) -> None:
    items = items_of(RELEASES[-1])[:60]
    backup.import_into(client(), table, items)
    with pytest.raises(LocalProblem, match="not empty"):
        backup.import_into(client(), table, items)
    file = tmp_path / "backup.jsonl.gz"
    backup.export(client(), table, file)
    with pytest.raises(FileExistsError):
        backup.export(client(), table, file)
    assert len(list(backup.read(file))) == 60
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(LocalProblem, match="no whole backup"):
        list(backup.read(file))


def test_the_checksum_sees_one_changed_sign_and_no_order() -> None:
    items = items_of(RELEASES[-1])

    def summed(several: list[backup.Item]) -> backup.Sum:
        found = backup.Sum()
        for item in several:
            found = found.with_item(item)
        return found

    assert summed(items) == summed(items[::-1])
    assert summed(items) != summed(items[1:])
    changed = [*items[1:], {**items[0], "pk": {"S": items[0]["pk"]["S"] + "x"}}]
    assert summed(items) != summed(changed)
