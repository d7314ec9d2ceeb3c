"""Publishes notices at their moment on this machine: when the next one appears or ends, and when staff saved a file.

For the cloud the same step is run beforehand for each moment to come (site/generator/planning.py).
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from infra.local.console import say
from infra.local.places import BUILD, ROOT

STATE = BUILD / "notices.json"
FOLDERS = tuple(ROOT / "docs" / language / "notices" for language in ("zh", "en"))
# How often the files are looked at: a person who saved one waits for it.
SECONDS = 5.0


def moment_has_come(now: datetime, state: Path = STATE) -> bool:
    """Whether the site shows notices as they were before the last planned moment."""
    try:
        planned = json.loads(state.read_text(encoding="utf-8"))["next"]
    except FileNotFoundError:
        return False
    return planned is not None and datetime.fromisoformat(planned) <= now


def saved(folders: tuple[Path, ...] = FOLDERS) -> str:
    """What tells one state of the notices' files from another, without reading them."""
    hashed = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            facts = file.stat()
            hashed.update(f"{file} {facts.st_mtime_ns} {facts.st_size}\0".encode())
    return hashed.hexdigest()


class NoticeKeeper:
    """Looks again and again, and publishes when it is time. `publish` returns whether it could; mistakes are said there."""

    def __init__(
        self,
        publish: Callable[[], bool],
        state: Path = STATE,
        folders: tuple[Path, ...] = FOLDERS,
        seconds: float = SECONDS,
    ) -> None:
        self._publish = publish
        self._state = state
        self._folders = folders
        self._seconds = seconds
        self._stopping = threading.Event()
        self._known = saved(folders)
        self._thread = threading.Thread(target=self._keep, name="notices", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 10) -> None:
        """Begin nothing new, and wait for what is under way."""
        self._stopping.set()
        self._thread.join(seconds)

    def look(self, now: datetime) -> bool:
        """Publish if it is time; True when it was done. A mistake is said once and not at every look."""
        found = saved(self._folders)
        if found == self._known and not moment_has_come(now, self._state):
            return False
        self._known = found
        if self._publish():
            say(f"{now.astimezone():%H:%M:%S} notices published")
            return True
        # The moment stays behind us: wait for the file to be mended instead of saying the same again and again.
        self._state.write_text('{"next": null}\n')
        return False

    def _keep(self) -> None:
        while not self._stopping.wait(self._seconds):
            self.look(datetime.now(UTC))
