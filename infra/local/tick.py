"""`make tick AT=2026-11-24T10:00`: run every scheduled function once, as if it were that moment."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from infra.local.console import LocalProblem, run_as_command, say
from infra.local.environment import load_app, portal_data
from infra.local.timekeeper import run_once, scheduled_functions

ZONE = ZoneInfo("Asia/Shanghai")
EXAMPLE = "2026-11-24T10:00"


def moment(text: str) -> datetime:
    """The moment that a person means; without a zone it is China's time. Raises LocalProblem."""
    if not text.strip():
        raise LocalProblem(f"say the moment, as in: make tick AT={EXAMPLE}")
    try:
        said = datetime.fromisoformat(text.strip())
    except ValueError:
        raise LocalProblem(f"AT={text} is not a moment: write it like AT={EXAMPLE}") from None
    if "T" not in text.upper() and " " not in text.strip():
        raise LocalProblem(f"AT={text} has no time of day: write it like AT={EXAMPLE}")
    return (said if said.tzinfo else said.replace(tzinfo=ZONE)).astimezone(UTC)


def main() -> int:
    """Run them all, in the order of the timetable; 1 if one of them failed."""
    at = moment(" ".join(sys.argv[1:]))
    # Only here may an event carry a moment of its own: in the cloud the functions use the real one.
    os.environ["SHOUNUO_ALLOW_TICK"] = "1"
    with portal_data():
        functions = scheduled_functions(load_app())
        say(f"The scheduled functions at {at.astimezone(ZONE):%Y-%m-%d %H:%M:%S} in China ({at:%H:%M} UTC):")
        results = [run_once(function, datetime.now(UTC), at) for function in functions]
    return 0 if all(results) else 1


if __name__ == "__main__":
    run_as_command(main)
