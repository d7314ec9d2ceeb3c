"""G37 over a whole run: what each function used of AWS in any test, held against what its policy allows.

`SHOUNUO_USES=uses.json` also writes it down, for `python -m infra.aws.rights uses.json`.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from infra.aws import rights
from tests.infra.recording import Use, recorded


class Uses:
    """Listens in each process of a run; the one that began it compares at the end."""

    def __init__(self) -> None:
        self.seen: set[Use] = set()
        self.stack = ExitStack()

    def pytest_collection_finish(self) -> None:
        """Begins to listen once everything is imported."""
        self.stack.enter_context(recorded(self.seen))

    def pytest_testnodedown(self, node: Any) -> None:
        """Takes over what another process saw."""
        self.seen |= {Use(*one) for one in getattr(node, "workeroutput", {}).get("uses", ())}

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hands over, or writes down."""
        self.stack.close()
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["uses"] = sorted(map(tuple, self.seen))
            return
        if file := os.environ.get("SHOUNUO_USES"):
            write_down(Path(file), self.seen)

    def refused(self) -> list[Use]:
        """What was used and is not allowed."""
        return sorted(self.seen - allowed())

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Both ways, in figures."""
        if not self.seen:
            return
        unused = allowed() - self.seen
        terminalreporter.line(
            f"G37: {len(self.seen)} rights used in this run, {len(allowed())} allowed, "
            f"{len(self.refused())} used and not allowed, {len(unused)} allowed and not used in it"
        )
        for use in self.refused():
            terminalreporter.line(f"NOT ALLOWED  {use.function}: {use.action} {use.on}")
        if os.environ.get("SHOUNUO_UNUSED"):
            for use in sorted(unused):
                terminalreporter.line(f"not used     {use.function}: {use.action} {use.on}")


def allowed() -> set[Use]:
    """What the policies allow."""
    return {
        Use(function, *right)
        for function in rights.FUNCTIONS
        for right in rights.rights_of(rights.read(function))
    }


def write_down(file: Path, seen: set[Use]) -> None:
    """Adds to the file what is new."""
    with file.open("a+") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        opened.seek(0)
        known = {Use(*one) for one in json.loads(opened.read() or "[]")}
        opened.truncate(0)
        opened.write(json.dumps(sorted(known | seen)))
