"""`make fsck`: `python -m chalicelib.fsck` over this machine's table, beside a running portal or without one."""

from __future__ import annotations

import runpy

from infra.local.console import run_as_command
from infra.local.environment import portal_data


def main() -> int:
    """Check the table; the exit code is the checker's own."""
    with portal_data():
        runpy.run_module("chalicelib.fsck", run_name="__main__")
    return 0


if __name__ == "__main__":
    run_as_command(main)
