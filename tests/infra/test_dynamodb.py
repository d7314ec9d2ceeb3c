"""DynamoDB Local keeps its data, belongs to the one who started it, and comes back after a kill -9."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
import pytest

from infra.local.console import LocalProblem
from infra.local.dynamodb import (
    ON_LINUX,
    answers,
    free_port,
    running_commands,
    running_dynamodb,
    start_process,
    wait_until_it_answers,
)

ROOT = Path(__file__).resolve().parents[2]
OWNER = """
import sys, time
from pathlib import Path
from infra.local.dynamodb import running_dynamodb
with running_dynamodb(Path(sys.argv[1])) as database:
    print(database.endpoint, database.pid, flush=True)
    time.sleep(600)
"""


def client(endpoint: str):
    return boto3.client("dynamodb", endpoint_url=endpoint)


def make_table(endpoint: str) -> None:
    client(endpoint).create_table(
        TableName="cases",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def start_owner(folder: Path) -> tuple[subprocess.Popen[str], str, int]:
    """A process of its own that keeps a database on the folder; its endpoint and the database's process id."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    endpoint, pid = owner.stdout.readline().split()
    return owner, endpoint, int(pid)


def wait_until_ended(pid: int) -> None:
    deadline = time.monotonic() + 10
    while pid in dict(running_commands()):
        assert time.monotonic() < deadline, "the database outlived its owner"
        time.sleep(0.02)


def wait_until_committed(folder: Path) -> None:
    """DynamoDB Local answers a transaction a moment before it has committed it: wait until its files rest for half a second."""
    rested, before = time.monotonic(), None
    while time.monotonic() - rested < 0.5:
        files = {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in folder.glob("*.db*")}
        if files != before:
            rested, before = time.monotonic(), files
        time.sleep(0.01)


def test_what_was_written_survives_a_kill_of_everything(tmp_path: Path) -> None:
    owner, endpoint, pid = start_owner(tmp_path)
    make_table(endpoint)
    for number in range(20):
        client(endpoint).transact_write_items(
            TransactItems=[{"Put": {"TableName": "cases", "Item": {"pk": {"S": str(number)}}}}]
        )
    wait_until_committed(tmp_path)
    os.kill(pid, signal.SIGKILL)
    owner.kill()
    owner.wait()
    with running_dynamodb(tmp_path) as database:
        assert client(database.endpoint).scan(TableName="cases")["Count"] == 20


if ON_LINUX:  # elsewhere the next start stops what was left behind, as the test after this one shows

    def test_the_database_ends_with_an_owner_who_is_killed(tmp_path: Path) -> None:
        owner, endpoint, pid = start_owner(tmp_path)
        owner.kill()
        owner.wait()
        wait_until_ended(pid)
        assert not answers(endpoint)


def test_a_database_left_behind_is_stopped_before_the_next_one_starts(tmp_path: Path) -> None:
    with tempfile.TemporaryFile() as output:
        port = free_port()
        orphan = start_process(["-dbPath", str(tmp_path.resolve()), "-port", str(port)], output)
        assert wait_until_it_answers(orphan, port)
        make_table(f"http://127.0.0.1:{port}")
        with running_dynamodb(tmp_path) as database:
            assert orphan.wait(timeout=5) == -signal.SIGKILL
            assert client(database.endpoint).list_tables()["TableNames"] == ["cases"]


def test_two_owners_of_one_folder_are_refused_in_one_sentence(tmp_path: Path) -> None:
    with (
        running_dynamodb(tmp_path) as first,
        pytest.raises(LocalProblem, match="another command is using the data"),
        running_dynamodb(tmp_path),
    ):
        pass
    assert not answers(first.endpoint)


def test_in_memory_nothing_is_kept() -> None:
    with running_dynamodb() as first:
        make_table(first.endpoint)
    with running_dynamodb() as second:
        assert client(second.endpoint).list_tables()["TableNames"] == []
