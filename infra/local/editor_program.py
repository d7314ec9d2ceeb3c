"""Fetch the editor that stands at /admin/ (Decap CMS): one npm package, pinned by its hash, of which only the program is kept.

It is packed rather than installed: its 540 dependencies are needed to build it, not to use what was built.
"""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path

from infra.local.console import LocalProblem, step
from infra.local.places import EDITOR_PROGRAM
from infra.local.tools import find_npm

PACKAGE = "decap-cms@3.16.3"
INTEGRITY = "sha512-hf+dPlCh7TJmWl8+6VRzHYOWhri5xgUknrZbDewaWe4s9B7xJ8PQugp2QHeSldMUKzav6+z0oIpwUYhUJDYtYw=="


def install_editor() -> None:
    """Put the editor's program into its folder, unless it is there. Raises LocalProblem where npm cannot bring it."""
    stamp = EDITOR_PROGRAM / "integrity"
    if stamp.is_file() and stamp.read_text() == INTEGRITY:
        return
    npm = find_npm()
    if npm is None:
        raise LocalProblem("no npm was found, so the editor cannot be fetched; install Node with npm")
    with step("Fetching the editor of notices with npm"), tempfile.TemporaryDirectory() as folder:
        packed = fetch(npm, Path(folder))
        check(packed)
        EDITOR_PROGRAM.mkdir(parents=True, exist_ok=True)
        unpack(packed, EDITOR_PROGRAM)
        stamp.write_text(INTEGRITY)


def fetch(npm: Path, folder: Path) -> Path:
    """The package as npm has it, in `folder`. Raises LocalProblem."""
    environment = {**os.environ, "PATH": os.pathsep.join([str(npm.parent), os.environ.get("PATH", "")])}
    command = [
        str(npm),
        "pack",
        PACKAGE,
        "--ignore-scripts",
        "--loglevel=error",
        "--no-update-notifier",
        "--pack-destination",
        str(folder),
    ]
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    found = sorted(folder.glob("*.tgz"))
    if done.returncode != 0 or len(found) != 1:
        raise LocalProblem(
            f"npm could not fetch {PACKAGE} (its own words stand above); without a network, connect it and start again"
        )
    return found[0]


def check(packed: Path) -> None:
    """Raises LocalProblem where the package is not the one that was looked at."""
    digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise LocalProblem(f"{PACKAGE} is not what it was when it was pinned: its hash is sha512-{digest}")


def unpack(packed: Path, target: Path) -> None:
    """The program and the parts that it loads later, without source maps and without its second copy (`cms.js`)."""
    with tarfile.open(packed) as archive:
        for member in archive:
            name = Path(member.name).name
            if member.isfile() and member.name.startswith("package/dist/") and _wanted(name):
                content = archive.extractfile(member)
                if content is not None:
                    (target / name).write_bytes(content.read())


def _wanted(name: str) -> bool:
    return name.endswith(("decap-cms.js", "decap-cms.js.LICENSE.txt"))
