"""Check and compile the rulebook, then build the site into build/site: only when something they are made of changed.

`python -m infra.local.build` builds in any case; with `if-changed`, as `make run` asks for it, unless nothing changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from infra.local.console import LocalProblem, run_as_command, say, step
from infra.local.notices import moment_has_come
from infra.local.places import BACKEND, BUILD, EDITOR_PORT, ROOT, SITE

COMPILED_RULEBOOK = BACKEND / "chalicelib" / "compiled" / "rulebook.json"
STAMP = BUILD / "site.stamp"
SOURCES = (
    "docs",
    "site",
    "backend/chalicelib/domain",
    "backend/chalicelib/rulebook",
    "backend/chalicelib/web",
    "requirements/site.txt",
    "mkdocs.yml",
    "mkdocs.en.yml",
)
# What the generator asks of its environment.
SETTINGS = ("SITE_URL", "UPLOAD_ORIGIN", "EDITOR_")
ZONE = ZoneInfo("Asia/Shanghai")


def main() -> int:
    """Build now, or only what changed."""
    build_if_changed() if sys.argv[1:] == ["if-changed"] else build()
    return 0


def build_if_changed() -> None:
    """Build unless the last build was made, today, from the very same files."""
    outputs = (COMPILED_RULEBOOK, SITE / "index.html", SITE / "en" / "index.html")
    known = STAMP.read_text() if STAMP.is_file() else ""
    built = known == fingerprint() and all(output.is_file() for output in outputs)
    if built and (not moment_has_come(datetime.now(UTC)) or publish_notices()):
        say("The site is up to date")
        return
    build()


def publish_notices() -> bool:
    """Put the notices as they are now into the built site; False where they have mistakes, which are said."""
    return call("generator", "notices") == 0


def plan_notices() -> None:
    """Make beforehand what notices will change on the built site, into build/planned. Raises LocalProblem."""
    with step("Planning when notices appear and end"):
        if call("generator", "plan") != 0:
            raise LocalProblem("the notices could not be planned: the reason stands above")


def build() -> None:
    """Compile the rulebook and build both languages. Raises LocalProblem where either has mistakes."""
    wanted = fingerprint()  # taken before, so that a file saved during the build is noticed the next time
    STAMP.unlink(missing_ok=True)
    with step("Checking and compiling the rulebook"):
        if call("chalicelib.rulebook", "compile") != 0:
            raise LocalProblem("the rulebook has mistakes: correct the files named above in docs/rulebook")
    with step("Building the site into build/site"):
        if call("generator", "build") != 0:
            raise LocalProblem("the site could not be built: the reason stands above")
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.write_text(wanted)


def call(module: str, command: str) -> int:
    """Run one of our own modules in a process of its own, with the import roots of the repository."""
    roots = os.pathsep.join(str(ROOT / name) for name in ("backend", "site", "."))
    environment = {
        # Photographs go to the store of this machine, on whatever port it runs; a build for the cloud names the bucket's origin.
        "UPLOAD_ORIGIN": "http://127.0.0.1:*",
        # And notices are edited in this folder; a build for the cloud names a git host.
        "EDITOR_LOCAL": f"http://127.0.0.1:{EDITOR_PORT}/api/v1",
        **os.environ,
        "PYTHONPATH": roots,
        "NO_MKDOCS_2_WARNING": "1",
    }
    return subprocess.run([sys.executable, "-m", module, command], cwd=ROOT, env=environment).returncode


def fingerprint() -> str:
    """A hash of everything the site is made of, and of the day: what expires disappears without an edit."""
    hashed = hashlib.sha256(datetime.now(ZONE).date().isoformat().encode())
    for name, value in sorted(os.environ.items()):
        if name.startswith(SETTINGS):
            hashed.update(f"{name}={value}\0".encode())
    for file in source_files():
        hashed.update(f"{file.relative_to(ROOT)}\0".encode())
        hashed.update(hashlib.sha256(file.read_bytes()).digest())
    return hashed.hexdigest()


def source_files() -> Iterator[Path]:
    """The files of SOURCES in a fixed order, without what Python leaves behind."""
    for name in SOURCES:
        place = ROOT / name
        if place.is_file():
            yield place
        for file in sorted(place.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file


if __name__ == "__main__":
    run_as_command(main)
