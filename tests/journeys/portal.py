"""A whole portal for the journeys: `make run` with a data folder of its own, started, killed and started again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from infra.local.dynamodb import free_port

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
SECONDS_TO_START = 90


def listen_to_ctrl_c() -> None:
    """As in a terminal: tests that a script runs in the background inherit that Ctrl-C is ignored, and so would the portal."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class Portal:
    """A portal on this machine. `data` is its data folder, `root` the checkout that it is run from."""

    data: Path
    root: Path = ROOT
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"

    def environment(self) -> dict[str, str]:
        """What its commands are told."""
        paths = os.pathsep.join(str(self.root / folder) for folder in ("backend", "site", "."))
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHOUNUO_", "AWS_"))}
        mine = {"SHOUNUO_DATA": str(self.data), "PORT": str(self.port), "PYTHONPATH": paths}
        return {**kept, **mine, "SHOUNUO_ALLOWANCE_FACTOR": "100"}

    def start(self) -> None:
        """Starts it and waits until it answers."""
        log = (self.data.parent / f"{self.data.name}.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.run"],
            cwd=self.root,
            env=self.environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=listen_to_ctrl_c,
        )
        ends = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < ends:
            if self.process.poll() is not None:
                raise RuntimeError(f"the portal ended with {self.process.returncode}: see {log.name}")
            if self._written_pid() == self.process.pid:
                return
            time.sleep(0.1)
        raise TimeoutError("the portal did not start")

    def kill_everything(self) -> None:
        """kill -9 of the portal and its database, in one blow."""
        assert self.process is not None
        time.sleep(0.05)  # DynamoDB Local acknowledges up to 20 ms before it has written
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Stops it as Ctrl-C does and gives its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def tick(self, at: datetime) -> str:
        """`make tick AT=`: what it printed."""
        return self._command("infra.local.tick", f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M:%S}")

    def entry_code(self, role: str) -> str:
        """`make staff-session ROLE=`: the code that it printed."""
        printed = self._command("infra.local.staff_session", role)
        found = re.search(r"Entry code\s+(\S+)", printed)
        assert found, printed
        return found.group(1)

    def fsck(self) -> str:
        """`make fsck`: what it printed; fails when something is wrong."""
        return self._command("infra.local.fsck")

    def _command(self, module: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.root,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=90,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _written_pid(self) -> int | None:
        try:
            return int(json.loads((self.data / "run.json").read_text())["pid"])
        except (OSError, ValueError, KeyError):
            return None
