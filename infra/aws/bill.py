"""The bill of materials of the archive: CycloneDX 1.6 as JSON, with no moment and no random number in it: the same each time."""

from __future__ import annotations

import email.parser
import zipfile
from typing import Any

from infra.aws.wheels import Wheel


def bill_of(wheels: list[Wheel], archive: str) -> dict[str, Any]:
    """What an archive (by its SHA-256) was made of: each package with version, licence, and the hash of its wheel."""
    portal = {
        "type": "application",
        "name": "shounuo",
        "bom-ref": "shounuo",
        "hashes": [{"alg": "SHA-256", "content": archive}],
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": portal},
        "components": [_component(wheel) for wheel in wheels],
        "dependencies": [{"ref": "shounuo", "dependsOn": sorted(_address(wheel) for wheel in wheels)}],
    }


def _address(wheel: Wheel) -> str:
    """The package URL."""
    return f"pkg:pypi/{wheel.name}@{wheel.version}"


def _component(wheel: Wheel) -> dict[str, Any]:
    address = _address(wheel)
    component: dict[str, Any] = {
        "type": "library",
        "name": wheel.name,
        "version": wheel.version,
        "purl": address,
        "bom-ref": address,
        "hashes": [{"alg": "SHA-256", "content": wheel.digest}],
        "properties": [{"name": "wheel", "value": wheel.file.name}],
    }
    licence = _licence(wheel)
    return component | ({"licenses": [licence]} if licence else {})


def _licence(wheel: Wheel) -> dict[str, Any] | None:
    """The licence as the package declares it: an SPDX expression, or a name."""
    with zipfile.ZipFile(wheel.file) as packed:
        told = next(name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.parser.BytesParser().parsebytes(packed.read(told), headersonly=True)
    if expression := metadata.get("License-Expression"):
        return {"expression": expression}
    classified = [
        one.rpartition(" :: ")[2] for one in metadata.get_all("Classifier", []) if one.startswith("License")
    ]
    name = (metadata.get("License") or " or ".join(classified)).strip().partition("\n")[0]
    return {"license": {"name": name}} if name else None
