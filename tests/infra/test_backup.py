"""G15, G16: what an earlier release wrote is read by today's code; what was lost comes back, and nothing is sent twice."""

from __future__ import annotations

import io
import json
import time
import tomllib
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.delivering import Letter
from chalicelib.notify.channels import Channels
from infra import portal
from infra.aws import backup, backup_client
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
    return backup_client.of_environment()


class Busy:
    """The database, which refuses every third call as if too much was asked, and takes only a part of the first batch."""

    def __init__(self) -> None:
        self.real, self.calls, self.refused, self.part = client(), 0, 0, True

    def __getattr__(self, name: str) -> Any:
        return lambda **said: self._call(name, said)

    def _call(self, name: str, said: dict[str, Any]) -> Any:
        self.calls += 1
        if self.calls % 3 == 1:
            self.refused += 1
            raise throttled(name)
        if name == "batch_write_item" and self.part:
            self.part = False
            [(table, requests)] = said["RequestItems"].items()
            self.real.batch_write_item(RequestItems={table: requests[1:]})
            return {"UnprocessedItems": {table: requests[:1]}}
        return getattr(self.real, name)(**said)


def throttled(name: str) -> ClientError:
    code = "ProvisionedThroughputExceededException"
    return ClientError({"Error": {"Code": code, "Message": "slow down"}}, name)


def cut_off(monkeypatch: pytest.MonkeyPatch, what: str, after: int) -> None:
    """From its so-maniest call on the function of backup_client fails, as when a network goes away."""
    real, calls = getattr(backup_client, what), iter(range(10_000))

    def failing(*said: Any, **more: Any) -> Any:
        if next(calls) >= after:
            raise LocalProblem("the network went away")
        return real(*said, **more)

    monkeypatch.setattr(backup_client, what, failing)


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


def test_a_backup_is_only_read_whole_and_into_a_table_that_holds_nothing_else(
    table: str, tmp_path: Path
) -> None:
    items = items_of(RELEASES[-1])[:60]
    backup.import_into(client(), table, items[:20])
    before = backup.checksum(client(), table)
    with pytest.raises(LocalProblem, match="not empty: 1 of its 20 items are not those of the backup"):
        backup.import_into(client(), table, items[1:])
    file = tmp_path / "backup.jsonl.gz"
    backup.export(client(), table, file)
    assert file.stat().st_mode & 0o077 == 0, "residents' data: nobody else reads it"
    with pytest.raises(LocalProblem, match="not written over"):
        backup.export(client(), table, file)
    whole = file.read_bytes()
    assert len(list(backup.Backup(file))) == 20
    damaged = bytes([*whole[:-200], whole[-200] ^ 255, *whole[-199:]])
    for broken in (whole[:-20], whole[:-1], damaged, b"", b"no backup"):
        file.write_bytes(broken)
        with pytest.raises(LocalProblem, match="no whole backup"):
            backup.import_into(client(), table, backup.Backup(file))
        with pytest.raises(LocalProblem, match="no whole backup"):
            backup.replace(client(), table, backup.Backup(file), tmp_path / "safety")
    assert backup.checksum(client(), table) == before


@pytest.fixture
def two(table: str, tmp_path: Path) -> tuple[Path, Path]:
    """What was, in a file, and what came after it, in a file and in the table."""
    items = items_of(RELEASES[-1])
    was, now = tmp_path / "was.jsonl.gz", tmp_path / "now.jsonl.gz"
    backup.import_into(client(), table, items[:300])
    backup.export(client(), table, was)
    backup.empty(client(), table)
    later = [{**items[0], "version": {"N": "7"}}, *items[200:]]
    backup.import_into(client(), table, later)
    backup.export(client(), table, now)
    return was, now


def command(monkeypatch: pytest.MonkeyPatch, *said: str, typed: str | None = None) -> None:
    """`python -m infra.portal backup …`, in which somebody types, or (None) nobody is there."""
    monkeypatch.setattr("sys.stdin", io.StringIO((typed or "") + "\n"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: typed is not None)
    assert portal.VERBS["backup"](list(said), "li.wei") == 0


def test_a_backup_takes_the_place_of_all_that_was_there_once_the_tables_name_is_said_and_there_is_a_way_back(
    table: str, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    was, now = two
    monkeypatch.delenv("STAGE", raising=False)
    before = backup.checksum(client(), table)
    assert before == backup.sum_of(backup.Backup(now))
    for said, typed, wrong in (
        ([], None, f"say --confirm={table}"),
        ([], "shounuo", "nothing was changed"),
        ([], "", "nothing was said"),
        (["--confirm=shounuo"], None, "nothing was changed"),
        (["--confirm="], None, "nothing was said"),
    ):
        with pytest.raises(LocalProblem, match=wrong):
            command(monkeypatch, "replace", str(was), *said, typed=typed)
    assert backup.checksum(client(), table) == before
    capsys.readouterr()
    command(monkeypatch, "replace", str(was), typed=table)
    assert backup.checksum(client(), table) == backup.sum_of(backup.Backup(was))
    told = capsys.readouterr().out
    assert f"{table} holds what {was} holds: {backup.sum_of(backup.Backup(was))}" in told
    assert f"Before it held {before}" in told
    [safety] = was.parent.glob(f"{table}-before-*.jsonl.gz")
    assert f'To go back: make portal DO="backup replace {safety}"' in told
    time.sleep(1.1)  # safety copies are named by the second
    command(monkeypatch, "replace", str(safety), f"--confirm={table}")
    assert f"Earlier runs kept {safety.name}: " in capsys.readouterr().out
    assert "Earlier runs" not in told
    assert backup.checksum(client(), table) == before


@pytest.mark.parametrize("step", ["Deleting", "Writing"])
def test_what_is_cut_off_while_it_replaces_says_how_to_go_on_and_back_and_both_come_to_their_end(
    step: str,
    table: str,
    two: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    was, now = two
    batches = -(-backup.sum_of(backup.Backup(now)).items // backup_client.BATCH)
    safety = tmp_path / "safety.jsonl.gz"
    with monkeypatch.context() as patch:
        patch.setenv("STAGE", "dev")
        cut_off(patch, "_write", batches // 2 if step == "Deleting" else batches + 4)
        with pytest.raises(LocalProblem, match="the network went away"):
            backup.replace(client(), table, backup.Backup(was), safety)
    told = capsys.readouterr().out
    assert told.index(step) < told.index("is between the two now")
    replacing = 'make portal DO="backup replace {}" STAGE=dev'
    assert f"To go on: {replacing.format(was)}\nTo go back: {replacing.format(safety)}" in told
    assert backup.sum_of(backup.Backup(safety)) == backup.sum_of(backup.Backup(now))
    if step == "Writing":  # what lies there is the file's: it goes on
        assert backup.import_into(client(), table, backup.Backup(was)).items == 300
        backup.compare(client(), table, backup.Backup(was))
    backup.replace(client(), table, backup.Backup(safety), tmp_path / "second.jsonl.gz")
    assert backup.checksum(client(), table) == backup.sum_of(backup.Backup(now))


def test_nothing_is_deleted_while_something_still_writes(
    table: str, two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backup.export

    def written_to_meanwhile(database: Any, name: str, file: Path) -> backup.Sum:
        found = real(database, name, file)
        database.put_item(TableName=name, Item={"pk": {"S": "NEW"}, "sk": {"S": "NEW"}, "sort": {"S": "key"}})
        return found

    monkeypatch.setattr(backup, "export", written_to_meanwhile)
    held = backup.checksum(client(), table).items
    with pytest.raises(LocalProblem, match="nothing was deleted: stop it first"):
        backup.replace(client(), table, backup.Backup(two[0]), tmp_path / "safety")
    assert backup.checksum(client(), table).items == held + 1


def test_what_expired_may_be_swept_away_meanwhile_and_nothing_else(table: str) -> None:
    items = items_of(RELEASES[-1])[:10]
    soon, later = ({"N": str(int(time.time()) + seconds)} for seconds in (60, 2 * backup.HOUR))
    for expires, said in ((soon, None), (later, "and should have")):
        whole = [*items, {**items[0], "pk": {"S": "KEY#1"}, "expires": expires}]
        backup.empty(client(), table)
        backup.import_into(client(), table, items)
        with pytest.raises(LocalProblem, match=said) if said else nullcontext():
            backup.compare(client(), table, whole)


def test_a_table_that_takes_too_little_is_waited_for_and_one_that_refuses_is_not(
    table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(backup_client, "pause", waited.append)
    busy, items = Busy(), items_of(RELEASES[-1])
    wanted = backup.import_into(busy, table, items)
    assert backup.export(busy, table, tmp_path / "file") == wanted == backup.sum_of(items)
    assert busy.refused > 5 and len(waited) == busy.refused + 1  # and for what was left of one batch

    def refuse(**said: Any) -> None:
        raise throttled("Scan")

    waited.clear()
    with pytest.raises(LocalProblem, match="run the same again later"):
        backup_client.patiently(refuse)
    assert 60 < sum(waited) < 300
    with pytest.raises(LocalProblem, match="DynamoDB refuses: ResourceNotFoundException"):
        backup.checksum(client(), "nowhere")
    config = client().meta.config
    assert (config.read_timeout, config.retries) == (30, {"mode": "adaptive", "total_max_attempts": 10})


def test_an_export_that_is_cut_off_leaves_no_file_and_is_run_again(
    table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = items_of(RELEASES[-1])
    backup.import_into(client(), table, items)
    file = tmp_path / "backup.jsonl.gz"
    monkeypatch.setattr(backup, "PAGE", 50)
    with monkeypatch.context() as patch:
        pages = iter((1, 1, 1))
        real = backup.patiently
        patch.setattr(backup, "patiently", lambda ask, **said: (next(pages), real(ask, **said))[1])
        with pytest.raises((StopIteration, RuntimeError)):
            backup.export(client(), table, file)
    assert list(tmp_path.iterdir()) == []
    assert backup.export(client(), table, file) == backup.sum_of(items)
    assert list(tmp_path.iterdir()) == [file]


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
