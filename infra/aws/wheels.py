"""The packages that go to Lambda: which of requirements/run.txt, from which wheels, fetched once and checked by their hashes."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name, parse_wheel_filename

from infra.aws.platform import Platform
from infra.local.console import LocalProblem, step
from infra.local.places import BUILD, REQUIREMENTS

# What the functions import. Whatever else run.txt names serves the command line of Chalice; a test imports every module
# of the archive, so that what is missing here is noticed.
SHIPPED = frozenset(
    {
        "botocore",
        "chalice",
        "jinja2",
        "jmespath",
        "markupsafe",
        "msgspec",
        "pillow",
        "pycryptodomex",
        "pynamodb",
        "pyotp",
        "python-calamine",
        "python-dateutil",
        "segno",
        "six",
        "urllib3",
    }
)
LEFT_OUT = frozenset(
    {
        "ansicon",
        "blessed",
        "click",
        "editor",
        "inquirer",
        "jinxed",
        "packaging",
        "pip",
        "pyyaml",
        "readchar",
        "runs",
        "setuptools",
        "wcwidth",
        "wheel",
        "xmod",
    }
)
_LINE = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)\s*(?:;\s*(?P<marker>[^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """A package with its version and the hashes of all its files."""

    name: str
    version: str
    hashes: tuple[str, ...]


@dataclass(frozen=True)
class Wheel:
    """A pinned package as the file that is shipped."""

    name: str
    version: str
    file: Path
    digest: str


def pins(lock: str) -> dict[str, Pin]:
    """The packages of a lock file that this Python installs on Linux, by name. Raises LocalProblem for a line it cannot read."""
    found: dict[str, Pin] = {}
    for block in re.split(r"\n(?=\S)", lock.strip()):
        if block.startswith("#"):
            continue
        line = _LINE.match(block.splitlines()[0])
        hashes = tuple(_HASH.findall(block))
        if line is None or not hashes:
            raise LocalProblem(
                f"requirements/run.txt has a line that is no pin with hashes: {block.splitlines()[0]}"
            )
        marker = line["marker"]
        if marker and not Marker(marker).evaluate({"sys_platform": "linux", "platform_system": "Linux"}):
            continue
        name = canonicalize_name(line["name"])
        found[name] = Pin(name, line["version"], hashes)
    return found


def shipped_pins() -> dict[str, Pin]:
    """The pins of what is shipped. Raises LocalProblem where a package is neither shipped nor left out on purpose."""
    found = pins((REQUIREMENTS / "run.txt").read_text())
    new = found.keys() - SHIPPED - LEFT_OUT
    gone = SHIPPED - found.keys()
    if new or gone:
        names = ", ".join(sorted(new | gone))
        raise LocalProblem(
            f"say in infra/aws/wheels.py what becomes of these packages in the archive: {names}"
        )
    return {name: pin for name, pin in sorted(found.items()) if name in SHIPPED}


def fetch(platform: Platform) -> list[Wheel]:
    """The wheels of everything that is shipped, in order of their names; from build/ where they lie there already.

    Every file's hash is compared with the lock, also of what lay there. Raises LocalProblem when one cannot be had.
    """
    wanted = shipped_pins()
    folder = BUILD / "aws" / "wheels" / platform.name
    folder.mkdir(parents=True, exist_ok=True)
    held = _held(folder, wanted)
    missing = [pin for name, pin in wanted.items() if name not in held]
    if missing:
        with step(f"Fetching {len(missing)} wheels for Lambda ({platform.name})"):
            _download(missing, folder, platform)
        held = _held(folder, wanted)
    lost = wanted.keys() - held.keys()
    if lost:
        raise LocalProblem(f"pip brought no wheel of {', '.join(sorted(lost))}")
    return [held[name] for name in wanted]


def _held(folder: Path, wanted: dict[str, Pin]) -> dict[str, Wheel]:
    held = {}
    for file in sorted(folder.glob("*.whl")):
        name, version, _, _ = parse_wheel_filename(file.name)
        pin = wanted.get(name)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if pin and str(version) == pin.version and digest in pin.hashes:
            held[str(name)] = Wheel(str(name), pin.version, file, digest)
    return held


def _download(missing: list[Pin], folder: Path, platform: Platform) -> None:
    listed = folder / "wanted.txt"
    listed.write_text(
        "".join(
            f"{pin.name}=={pin.version} " + " ".join(f"--hash=sha256:{one}" for one in pin.hashes) + "\n"
            for pin in missing
        )
    )
    command = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--implementation=cp"]
    command += ["--python-version={}.{}".format(*platform.python)]
    command += [f"--platform={tag}" for tag in platform.tags]
    if subprocess.run([*command, "--dest", str(folder), "-r", str(listed)]).returncode != 0:
        raise LocalProblem(
            f"pip found no wheel for Lambda ({platform.name}) of one of these packages (its own words stand above); "
            "without a network, connect it and start again"
        )
