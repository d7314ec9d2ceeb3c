"""G37 over every run: what each function used of AWS in any test must stand in its policy, and what a policy allows must be used.

What is used and not allowed fails any run; what is allowed and never used fails a run of the whole suite, for only that knows.
`SHOUNUO_USES=uses.json` also writes down what was used, for `python -m infra.aws.rights uses.json`.
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

OK, FAILED = pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED


class Uses:
    """Listens in each process of a run; the one that began it compares at the end."""

    def __init__(self) -> None:
        self.seen: set[Use] = set()
        self.whole = True
        self.failed = False
        self.stack = ExitStack()

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """A part of the suite says nothing about what the rest of it uses; those that must run alone make no part of it."""
        self.whole &= all(item.get_closest_marker("alone") for item in items)

    def pytest_collection_finish(self) -> None:
        """Begins to listen once everything is imported."""
        self.stack.enter_context(recorded(self.seen))

    def pytest_testnodedown(self, node: Any) -> None:
        """Takes over what another process saw; one that died saw what nobody knows."""
        told = getattr(node, "workeroutput", {})
        self.seen |= {Use(*one) for one in told.get("uses", ())}
        self.whole &= told.get("whole", False)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Hands over; or compares, and fails a run that would pass."""
        self.stack.close()
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput |= {"uses": sorted(map(tuple, self.seen)), "whole": self.whole}
            return
        self.whole &= exitstatus == OK and not narrowed(session.config)
        if file := os.environ.get("SHOUNUO_USES"):
            write_down(Path(file), self.seen)
        if exitstatus == OK and (self.refused() or self.idle()):
            session.exitstatus = FAILED
            self.failed = True

    def pytest_unconfigure(self) -> None:
        """Whoever reads "passed" in the last line and wonders why the run failed finds the reason right below."""
        if self.failed:
            print(
                "FAILED by G37: policies and use differ, see ALLOWED, NEVER USED and USED, NOT ALLOWED above"
            )

    def refused(self) -> list[Use]:
        """What was used and is not allowed."""
        return sorted(self.seen - allowed())

    def idle(self) -> list[Use]:
        """What is allowed and no test uses; nothing where only some of the tests ran, or some of them failed."""
        return sorted(use for use in allowed() - self.seen if not by_chance(use)) if self.whole else []

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Both ways, in figures and by name."""
        if not self.seen and not self.whole:
            return
        never = len(self.idle()) if self.whole else "in part of the suite nobody knows how many"
        terminalreporter.line(
            f"G37: {len(self.seen)} rights used in this run, {len(allowed())} allowed, "
            f"{len(self.refused())} used and not allowed, {never} allowed and never used"
        )
        for said, uses in (("USED, NOT ALLOWED", self.refused()), ("ALLOWED, NEVER USED", self.idle())):
            for use in uses:
                terminalreporter.line(f"{said}  {use.function}: {use.action} {use.on}", red=True)


def by_chance(use: Use) -> bool:
    """Whether no run can be sure to meet it: the check of everything reads again only what somebody may have moved meanwhile."""
    return (use.function, use.action) == ("check_everything", "dynamodb:BatchGetItem")


def narrowed(config: pytest.Config) -> bool:
    """Whether a run was told to leave tests out in a way that deselects none of them."""
    left_out = [getattr(config.option, name, None) for name in ("ignore", "ignore_glob", "lf", "collectonly")]
    return any(left_out) or config.args_source != pytest.Config.ArgsSource.TESTPATHS


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
