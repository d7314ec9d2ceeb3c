"""`make edit`: lets the editor at /admin/ write into this folder, and shows what it wrote on the running portal.

Starts decap-server on this machine's own address; it writes files, and leaves git to you. Whenever something in the notices
changes, they are checked and published anew into build/site.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from infra.local.build import call
from infra.local.console import LocalProblem, run_as_command, say
from infra.local.environment import running_portal
from infra.local.places import EDITOR_PORT, NODE_MODULES, ROOT
from infra.local.tools import find_npm

LOOK_EVERY = 1.0
SECONDS_TO_START = 60
FOLDERS = tuple(ROOT / "docs" / language / "notices" for language in ("zh", "en"))


def main() -> int:
    """Write until Ctrl-C."""
    portal = running_portal()
    if portal is None:
        raise LocalProblem("the portal is not running: start it with `make run` in another window first")
    writer = start_writer(portal.origin)
    say(f"\nThe editor writes into this folder now:  {portal.origin}/admin/\nCtrl-C stops it.\n")
    known = fingerprint()
    try:
        while writer.poll() is None:
            time.sleep(LOOK_EVERY)
            now = fingerprint()
            if now != known:
                known = now
                publish()
    except KeyboardInterrupt:
        say("\nStopped. What you wrote lies in docs/; `git status` shows it.")
    finally:
        writer.terminate()
        writer.wait(10)
    return 0


def start_writer(origin: str, folder: Path = ROOT, port: int = EDITOR_PORT) -> subprocess.Popen[bytes]:
    """decap-server on 127.0.0.1, writing into `folder`, for pages of `origin` only. Raises LocalProblem."""
    program = NODE_MODULES / "decap-server" / "dist" / "index.js"
    npm = find_npm()
    if npm is None or not program.is_file():
        raise LocalProblem("the editor's writer is not installed: `make setup` installs it")
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(npm.parent), os.environ.get("PATH", "")]),
        "MODE": "fs",
        "BIND_HOST": "127.0.0.1",
        "PORT": str(port),
        "ORIGIN": origin,
        "GIT_REPO_DIRECTORY": str(folder),
        "LOG_LEVEL": "error",
    }
    writer = subprocess.Popen(["node", str(program)], cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    for _ in range(SECONDS_TO_START * 10):
        if writer.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return writer
        time.sleep(0.1)
    writer.kill()
    raise LocalProblem(f"the editor's writer did not start: is port {port} in use?")


def publish() -> bool:
    """Check the notices and publish them; what is wrong is said, and the site stays as it was."""
    return call("generator", "notices") == 0


def fingerprint() -> str:
    """A hash of what lies in the notices' folders: names, sizes and moments of writing."""
    hashed = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                facts = path.stat()
                hashed.update(f"{_name(path)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return hashed.hexdigest()


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "backend")]
    run_as_command(main)
