"""`make lock`: resolve requirements/*.in anew into requirements/*.txt, and the npm lock; all versions fit together."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from infra.local.console import LocalProblem, run_as_command, say
from infra.local.places import NPM_FOLDER, REQUIREMENTS, VENV
from infra.local.tools import find_npm

TOGETHER = ("run", "site", "local", "test", "successor", "cloud", "audit")
ALONE = ("java-node", "lock")
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--fork-strategy=fewest",  # one version for every Python, so that all machines build the same site
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
    "--quiet",
)


def main() -> int:
    """Write every lock file and look that none names where it was resolved."""
    with tempfile.TemporaryDirectory() as folder:
        everything = Path(folder) / "everything.txt"
        resolve([REQUIREMENTS / f"{name}.in" for name in TOGETHER], everything)
        for name in TOGETHER:
            resolve([REQUIREMENTS / f"{name}.in"], REQUIREMENTS / f"{name}.txt", f"--constraint={everything}")
    for name in ALONE:
        resolve([REQUIREMENTS / f"{name}.in"], REQUIREMENTS / f"{name}.txt")
    npm = find_npm()
    if npm is None:
        raise LocalProblem("npm is missing, so the npm lock stays as it is")
    path = os.pathsep.join([str(npm.parent), os.environ.get("PATH", "")])
    command = [
        str(npm),
        "install",
        "--package-lock-only",
        "--ignore-scripts",
        "--omit-lockfile-registry-resolved",
    ]
    if subprocess.run(command, cwd=NPM_FOLDER, env={**os.environ, "PATH": path}).returncode != 0:
        raise LocalProblem("npm could not resolve package.json")
    forget_funding(NPM_FOLDER / "package-lock.json")
    for file in [*REQUIREMENTS.glob("*.txt"), NPM_FOLDER / "package-lock.json"]:
        if re.search(r"https?://", file.read_text()):
            raise LocalProblem(f"{file.name} names the host it was resolved from; it must not be committed")
    say("The lock files are written; `make test` shows whether everything still works.")
    return 0


def forget_funding(lock: Path) -> None:
    """Take out where each package asks for money: the only addresses in the lock, and nothing that npm needs."""
    held = json.loads(lock.read_text())
    for package in held["packages"].values():
        package.pop("funding", None)
    lock.write_text(json.dumps(held, indent=2, ensure_ascii=False) + "\n")


def resolve(sources: list[Path], target: Path, *more: str) -> None:
    """Resolve requirement files into one lock file, with hashes for every platform."""
    say(f"Resolving {target.name} ...")
    command = [str(VENV / "bin" / "uv"), "pip", "compile", *OPTIONS, *more]
    command += ["--upgrade", "--output-file", str(target), *map(str, sources)]
    if subprocess.run(command).returncode != 0:
        raise LocalProblem(f"uv could not resolve {target.name}")


if __name__ == "__main__":
    run_as_command(main)
