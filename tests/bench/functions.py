"""What the deployed functions cost before they answer: their start beside that of `chalice package`, memory, size, imports.

Each start is a process that sees the standard library and one unpacked archive that nobody can write to. It is ready when all is
loaded that the first event takes, up to the client of the database: for the API what answers `POST /v1/cases`, for a scheduled
function its job with its stores, for `decode` its decoders. All archives are made in the same run, of the same code and the same
versions of packages.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from infra.aws.package import Package, package
from infra.aws.platform import this_machine
from infra.aws.resources.functions import API, DECODE, SCHEDULED
from infra.aws.unpacked import Functions, unpacked
from infra.local.places import BACKEND, REQUIREMENTS
from tests.bench.measuring import Row, in_turns

ROUNDS = 21
NOWHERE = "http://127.0.0.1:1"  # a client is made, nothing is asked
SITE = {"SHOUNUO_SITE": "site", "SHOUNUO_RELEASE": "0123456789ab"}  # of a bucket too
# How small a part of the other's start is aimed at; `decode`, which loads next to nothing, has no such aim.
PARTS_OF_THEIRS = {API: 3, **dict.fromkeys(SCHEDULED, 4)}
MOST_MEMORY = 45.0
MOST_BYTES = 4_000_000
# What the first event takes, said in both packages' words; ours has it loaded at its start, but for what takes a filing.
READY = {
    API: "import app; app.app.open('/v1/cases'); "
    "from chalicelib import wiring; wiring.rulebook(); wiring.meet_database()",
    DECODE: "from chalicelib.decoding.answering import decode",
    **{
        name: f"from chalicelib.schedules import timetable, runs; timetable.{name}; runs.load({name!r})"
        for name in SCHEDULED
    },
}
STARTED = {name: f"import start; start.{name}" for name in READY}
FILING = "; start.api_handler.open('/v1/cases')"
MEMORY = "\nprint(open('/proc/self/status').read().split('VmRSS:')[1].split()[0])"
_IMPORT = re.compile(r"import time:\s*(\d+) \|\s*\d+ \|\s*(\S+)")


@dataclass(frozen=True)
class Unpacked:
    """An archive as Lambda sees it: where its modules are looked for, and what the process finds in its environment."""

    paths: tuple[str, ...]
    environment: dict[str, str]

    def run(self, program: str, *options: str) -> subprocess.CompletedProcess[str]:
        """A new process; it must end well."""
        program = f"import sys; sys.path[:0] = {list(self.paths)!r}; {program}"
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-B", *options, "-c", program],
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done


def functions() -> Iterator[Row]:
    """The rows about the archives and each function."""
    with tempfile.TemporaryDirectory() as around, ExitStack() as stack:
        theirs = of_chalice(Path(around))
        for made in package("dev", this_machine(), Path(around)):
            folder = stack.enter_context(unpacked(made.archive))
            ours = Unpacked((str(folder),), Functions(folder, NOWHERE, SITE).environment())
            yield of_archive(made)
            for name in made.part.functions:
                yield from of_function(name, ours, Unpacked(theirs, ours.environment))


def of_archive(made: Package) -> Row:
    """How large an archive is, and how much of it is byte code."""
    with zipfile.ZipFile(made.archive) as packed:
        names = packed.namelist()
    compiled, sources = (sum(name.endswith(end) for name in names) for end in (".pyc", ".py"))
    size = made.archive.stat().st_size
    largest = ", ".join(
        f"{name} {packed_size / 1e6:.2f}" for name, packed_size in list(made.sizes.items())[:3]
    )
    return Row(
        f"archive of the {made.part.name}",
        f"{size / 1e6:.2f} MB ({largest}), {compiled} modules with byte code, {sources} without",
        "at most 4 MB, all with byte code",
        size <= MOST_BYTES and sources == 0,
    )


def of_function(name: str, ours: Unpacked, theirs: Unpacked) -> Iterator[Row]:
    """Its start, its memory, what it loads."""
    start = STARTED[name] + (FILING if name == API else "")
    usual, cut = in_turns(ROUNDS, lambda _: theirs.run(READY[name]), lambda _: ours.run(start), warm=1)
    part = PARTS_OF_THEIRS.get(name)
    yield Row(
        f"{name}, from nothing to ready",
        f"{usual:.0f} ms as `chalice package` has it, {cut:.0f} ms ({cut / usual:.2f})",
        f"at most 1/{part}" if part else "",
        cut / usual <= 1 / part if part else None,
    )
    memory = int(ours.run(STARTED[name] + MEMORY).stdout.split()[-1]) / 1024
    then = ""
    if name == API:
        filing = int(ours.run(start + MEMORY).stdout.split()[-1]) / 1024
        then = f", {filing:.1f} MB with what a filing takes"
    yield Row(
        f"{name}, memory before the first event",
        f"{memory:.1f} MB{then}",
        "at most 45 MB",
        memory <= MOST_MEMORY,
    )
    modules, packages = imports(ours.run(start, "-X", "importtime").stderr)
    most = ", ".join(f"{package} {spent / 1000:.0f}" for package, spent in packages.most_common(8))
    yield Row(f"{name}, what it loads", f"{modules} modules; ms by package: {most}", "", None)


def imports(told: str) -> tuple[int, Counter[str]]:
    """Of what `-X importtime` told: how many modules, and the microseconds of each package."""
    spent: Counter[str] = Counter()
    found = _IMPORT.findall(told)
    for microseconds, module in found:
        spent[module.partition(".")[0]] += int(microseconds)
    return len(found), spent


def of_chalice(around: Path) -> tuple[str, ...]:
    """What `chalice package` makes of the backend with the versions that are locked, unpacked: where modules are looked for."""
    backend, made, folder = around / "backend", around / "made", around / "default"
    shutil.copytree(BACKEND, backend, ignore=shutil.ignore_patterns("__pycache__"))
    pins = re.findall(r"^[A-Za-z0-9._-]+==[^\\\n]+", (REQUIREMENTS / "run.txt").read_text(), re.MULTILINE)
    (backend / "requirements.txt").write_text("\n".join(pins) + "\n")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    chalice = Path(sys.executable).with_name("chalice")
    done = subprocess.run(
        [str(chalice), "package", "--stage", "dev", str(made)],
        cwd=backend,
        env={**environment, "AWS_DEFAULT_REGION": "cn-north-1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for archive in made.glob("*.zip"):
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
    layer = next(iter(folder.glob("python/lib/*/site-packages")), folder / "python")
    return str(folder), str(layer)
