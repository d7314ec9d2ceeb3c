"""`make audit`: whether a known vulnerability lies in what is shipped, asked of the index's advisories by pip-audit.

pip-audit says "no known vulnerabilities" of packages that nobody could tell it about, too. So it is asked about a package with
well-known ones first, and each package has to be answered for: without an answer nothing is known, and that is what is said
then, with an exit code of its own: 0 none known, 1 some are known, 3 nobody answered.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from infra.aws.wheels import shipped_pins
from infra.local.console import LocalProblem, run_as_command, say
from infra.local.places import BUILD, VENV

NOT_ASKED = 3
SECONDS = 120
# CVE-2019-11324, CVE-2020-26137 and others: a service that knows of none here knows of none anywhere.
KNOWN_TO_BE_BAD = "urllib3==1.24.1"


class Silent(Exception):
    """Nobody answered; the text says why."""


def main() -> int:
    """Ask, and say what is known."""
    return audit(str(VENV / "bin" / "pip-audit"))


def audit(program: str) -> int:
    """The exit code of the command, with what is known printed. Raises LocalProblem when pip-audit is not installed."""
    wanted = [f"{pin.name}=={pin.version}" for pin in shipped_pins().values()]
    try:
        if not any(one["vulns"] for one in answers(program, [KNOWN_TO_BE_BAD])):
            raise Silent(f"it knows nothing of {KNOWN_TO_BE_BAD}, which is known to be vulnerable")
        told = answers(program, wanted)
    except Silent as silent:
        sys.stderr.write(
            f"shounuo: the vulnerability service could not be asked ({silent}); nothing is known about the packages that "
            "are shipped. Ask again from a machine that reaches it.\n"
        )
        return NOT_ASKED
    found = [f"   {one['name']} {one['version']}: {bad['id']}" for one in told for bad in one["vulns"]]
    if found:
        say(
            "\n".join(
                ["These packages have known vulnerabilities: raise their versions (make lock).", *found]
            )
        )
        return 1
    say(f"No vulnerability is known in the {len(told)} packages that are shipped.")
    return 0


def answers(program: str, packages: list[str]) -> list[dict[str, Any]]:
    """What is known of each package. Raises Silent unless all were answered for."""
    listed = BUILD / "aws" / "asked.txt"
    listed.parent.mkdir(parents=True, exist_ok=True)
    listed.write_text("\n".join(packages) + "\n")
    command = [
        program,
        "--requirement",
        str(listed),
        "--no-deps",
        "--disable-pip",
        "--format=json",
        "--timeout=15",
    ]
    try:
        asked = subprocess.run(
            [*command, "--progress-spinner=off"], capture_output=True, text=True, timeout=SECONDS
        )
        told: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    except FileNotFoundError:
        raise LocalProblem("pip-audit is not installed: run `make audit`, which installs it") from None
    except subprocess.TimeoutExpired:
        raise Silent("it did not answer in time") from None
    except (ValueError, KeyError):
        raise Silent((asked.stderr.strip().splitlines() or ["it gave no reason"])[-1]) from None
    skipped = [one["name"] for one in told if "vulns" not in one]
    if skipped or len(told) != len(packages):
        raise Silent(f"it has no answer about {', '.join(skipped) or 'all packages'}")
    return told


if __name__ == "__main__":
    run_as_command(main)
