"""What the archive is made for: a Python of Lambda on one of its two machines, and which wheels run there."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from infra.local.console import LocalProblem

# The C library of the image that Lambda runs each Python in: Amazon Linux 2 and Amazon Linux 2023.
GLIBC = {(3, 11): 26, (3, 12): 34, (3, 13): 34, (3, 14): 34}
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}  # as Lambda calls them, and as wheels do
OLDEST_GLIBC = 17


@dataclass(frozen=True)
class Platform:
    """One Python on one machine, as Lambda has them."""

    python: tuple[int, int]
    architecture: str

    @property
    def tags(self) -> list[str]:
        """The platforms of wheels that run there, the newest first."""
        machine = MACHINES[self.architecture]
        found = [
            f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC[self.python], OLDEST_GLIBC - 1, -1)
        ]
        return [*found, f"manylinux2014_{machine}"]

    @property
    def name(self) -> str:
        """For folders: "3.11-x86_64"."""
        return "{}.{}-{}".format(*self.python, self.architecture)


def platform_of(architecture: str) -> Platform:
    """The Python that runs now, since byte code is of one Python only, on the machine that is asked for. Raises LocalProblem."""
    python = (sys.version_info.major, sys.version_info.minor)
    if architecture not in MACHINES:
        raise LocalProblem(f"ARCH has to be one of {', '.join(MACHINES)}, not {architecture!r}")
    if python not in GLIBC:
        known = ", ".join("{}.{}".format(*one) for one in GLIBC)
        raise LocalProblem(
            f"Lambda's image for Python {python[0]}.{python[1]} is not known here; package with one of {known}"
        )
    return Platform(python, architecture)


def this_machine() -> Platform:
    """The Python and the machine that package. Raises LocalProblem for a machine that Lambda does not have."""
    machine = os.uname().machine
    return platform_of({wheels: name for name, wheels in MACHINES.items()}.get(machine, machine))
