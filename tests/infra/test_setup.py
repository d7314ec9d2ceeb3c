"""The bootstrap: pinned, checked by hash, quick the second time, clear when something is missing."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The files that set a machine up, alone in a folder."""
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copytree(
        ROOT / "infra" / "local",
        tmp_path / "infra" / "local",
        ignore=shutil.ignore_patterns("node_modules", "__pycache__"),
    )
    return tmp_path


def set_up(folder: Path, purpose: str, **environment: str) -> subprocess.CompletedProcess[str]:
    base = {"PATH": os.environ["PATH"], "HOME": str(folder / "home")}
    return subprocess.run(
        [sys._base_executable, "-m", "infra.local.setup", purpose],  # type: ignore[attr-defined]
        cwd=folder,
        env={**base, **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_and_hashed_and_no_host_is_named(lock: Path) -> None:
    text = lock.read_text()
    packages = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.M | re.S)
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+", package), package
        assert "--hash=sha256:" in package, package
    assert "://" not in text


def test_the_npm_lock_names_no_host_and_has_every_hash() -> None:
    text = (ROOT / "infra" / "local" / "package-lock.json").read_text()
    assert "://" not in text
    assert text.count('"integrity"') == text.count('"node_modules/')


def test_one_package_has_one_version_in_all_locks() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", lock.read_text(), re.M):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_a_second_setup_says_nothing_and_takes_a_moment() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [str(ROOT / ".venv/bin/python"), "-m", "infra.local.setup", "run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - began < 3


def test_without_a_network_one_sentence_says_so(clone: Path) -> None:
    done = set_up(
        clone,
        "run",
        PIP_INDEX_URL="http://127.0.0.1:9/nothing",
        PIP_RETRIES="0",
        PIP_CONFIG_FILE=os.devnull,
        PIP_NO_CACHE_DIR="1",
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("shounuo: pip could not install requirements/run.txt")
    assert "Traceback" not in done.stderr


def test_an_unknown_purpose_is_named(clone: Path) -> None:
    done = set_up(clone, "everything")
    assert (done.returncode, done.stderr.strip()) == (
        1,
        "shounuo: say what to set up for: run, site, edit, test, successor, cloud, package, audit, lock",
    )


def test_a_python_too_old_is_refused_before_anything_else(clone: Path) -> None:
    pretend = "import sys; sys.version_info = (3, 9, 2, 'final', 0); import runpy; "
    pretend += "runpy.run_module('infra.local.setup', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend], cwd=clone, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("shounuo: Python 3.11 or newer is needed, this is 3.9")
    assert not (clone / ".venv").exists()
