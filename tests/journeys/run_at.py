"""`python -m tests.journeys.run_at FUNCTION 2026-12-21T00:01`: one scheduled function of the running portal, as if it were that
moment in China; `make tick` runs all of them, and other journeys share the portal."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

from infra.local.environment import load_app, portal_data
from infra.local.tick import moment
from infra.local.timekeeper import run_once, scheduled_functions


def main() -> int:
    """Run it; 1 if it failed."""
    name, at = sys.argv[1], moment(sys.argv[2])
    os.environ["SHOUNUO_ALLOW_TICK"] = "1"
    with portal_data():
        function = next(one for one in scheduled_functions(load_app()) if one.name == name)
        return 0 if run_once(function, datetime.now(UTC), at) else 1


if __name__ == "__main__":
    sys.exit(main())
