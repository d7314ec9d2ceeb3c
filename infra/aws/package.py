"""`make package STAGE=...`: the archives that go to Lambda, each with its bill of materials: the same bytes from the same commit.

Chalice's own packager is not used: its archive holds no byte code, all of botocore and the command line's packages, and is never
the same twice. See docs/decisions/the-archive-is-made-here.md.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.aws.archive import as_byte_code, write_zip
from infra.aws.bill import bill_of
from infra.aws.cutting import cut, own_code, shipped
from infra.aws.parts import PARTS, Part
from infra.aws.platform import Platform, platform_of, this_machine
from infra.aws.preparing import NAME, prepared
from infra.aws.wheels import Wheel, fetch
from infra.local.build import build_if_changed
from infra.local.console import LocalProblem, run_as_command, say, step
from infra.local.places import BACKEND, BUILD, ROOT

PACKAGES = BUILD / "aws"
RULEBOOK = "chalicelib/compiled/rulebook.json"
WAYS = "chalicelib/compiled/ways.json"


@dataclass(frozen=True)
class Package:
    """What was made of a part: the archive with the digest of its bytes, and the bill of materials beside it."""

    part: Part
    archive: Path
    digest: str
    bill: Path
    sizes: Mapping[str, int]


def main() -> int:
    """Package for the stage in STAGE, for the machine in ARCH (x86_64 unless it says arm64), and say what was made."""
    build_if_changed()
    stage, architecture = os.environ.get("STAGE", ""), os.environ.get("ARCH") or "x86_64"
    for made in package(stage, platform_of(architecture)):
        largest = ", ".join(f"{name} {_megabytes(size)}" for name, size in list(made.sizes.items())[:6])
        size = _megabytes(made.archive.stat().st_size)
        say(f"{made.archive.relative_to(BUILD.parent)}: {size} MB, sha256 {made.digest}")
        say(f"   of that in MB: {largest}")
        say(f"   {made.bill.relative_to(BUILD.parent)}: what is in it")
    return 0


def package(stage: str, platform: Platform, folder: Path = PACKAGES) -> list[Package]:
    """The archives and their bills of materials in `folder`/<stage>. Raises LocalProblem with one sentence.

    The stages' archives are the same bytes: what differs stands in the environment of the functions.
    """
    stages = known_stages()
    if stage not in stages:
        raise LocalProblem(
            f"say which stage, as in make package STAGE={stages[0]} (there are {', '.join(stages)})"
        )
    wheels = fetch(platform)
    of_this_machine = wheels if platform == this_machine() else fetch(this_machine())
    with step(f"Packing {len(wheels)} packages and the portal for Lambda ({platform.name})"):
        return [packed(part, wheels, of_this_machine, folder / stage) for part in PARTS]


def packed(part: Part, wheels: list[Wheel], of_this_machine: list[Wheel], folder: Path) -> Package:
    """One archive with its bill of materials, in `folder`. What can be prepared is heard with the wheels of this machine."""
    compiled = as_byte_code(gathered(part, of_this_machine)[0])
    ready = prepared(compiled, part.functions)
    files, origin = gathered(part, wheels)
    if wheels != of_this_machine:
        compiled = as_byte_code(files)
    target = folder / f"{part.name}.zip"
    write_zip(target, compiled | {NAME: ready})
    origin[NAME] = "the portal"
    wheels = [wheel for wheel in wheels if wheel.name in part.packages]
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    bill = target.with_name(f"{part.name}.bill-of-materials.json")
    bill.write_text(
        json.dumps(bill_of(wheels, digest), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return Package(part, target, digest, bill, _sizes(target, origin))


def gathered(part: Part, wheels: list[Wheel]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Every file of an archive before it is compiled, and which package brings it. Raises LocalProblem for one named twice."""
    try:
        files = own_code(BACKEND)
    except FileNotFoundError as missing:
        raise LocalProblem(f"{missing.args[0]} is missing: run `make site` first") from None
    files |= {RULEBOOK: rulebook(), WAYS: ways(), **shipped()}
    files = {name: content for name, content in files.items() if not part.not_of_the_portal.match(name)}
    origin = dict.fromkeys(files, "the portal")
    for wheel in wheels:
        if wheel.name not in part.packages:
            continue
        for name, content in cut(wheel, part.services).items():
            if name in files:
                raise LocalProblem(f"{wheel.name} and {origin[name]} both bring {name}")
            files[name], origin[name] = content, wheel.name
    return files, origin


def rulebook() -> bytes:
    """docs/rulebook as it is now, compiled. Raises LocalProblem where it has mistakes."""
    from chalicelib.rulebook import RulebookError, load
    from chalicelib.rulebook.compiled import as_json

    try:
        return as_json(load(ROOT / "docs" / "rulebook")).encode()
    except RulebookError as mistakes:
        raise LocalProblem(f"the rulebook has mistakes: {mistakes}") from None


def ways() -> bytes:
    """Which modules answer at which address, for :mod:`chalicelib.web.ways`."""
    if str(BACKEND) not in sys.path:
        sys.path.insert(0, str(BACKEND))
    from chalicelib.web.ways import ways_of

    found = ways_of(importlib.import_module("app").app)
    return (json.dumps(found, sort_keys=True, separators=(",", ":")) + "\n").encode()


def known_stages() -> list[str]:
    """The stages of the cloud, as backend/.chalice/config.json names them."""
    config = json.loads((BACKEND / ".chalice" / "config.json").read_text(encoding="utf-8"))
    return [stage for stage in config["stages"] if stage != "local"]


def _sizes(archive: Path, origin: Mapping[str, str]) -> dict[str, int]:
    """The packed bytes of each package, the largest first."""
    sizes: dict[str, int] = {}
    with zipfile.ZipFile(archive) as written:
        for entry in written.infolist():
            source = origin[re.sub(r"\.pyc$", ".py", entry.filename)]
            sizes[source] = sizes.get(source, 0) + entry.compress_size
    return dict(sorted(sizes.items(), key=lambda one: -one[1]))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.2f}"


if __name__ == "__main__":
    run_as_command(main)
