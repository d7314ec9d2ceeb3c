"""What of each package is shipped: no tests, no documents, no services of AWS that are not asked, no decoders that are not used.

Nothing of what is shipped is changed, but for the models of AWS's services: they lose their descriptions, which no call reads.
"""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from infra.aws.wheels import Wheel

# The services that the portal calls; `tests/infra/test_package.py` makes a client of each, and looks that no other is named.
SERVICES = ("dynamodb", "lambda", "s3", "sesv2", "sns", "ssm")
_MODELS = re.compile(r"botocore/data/(?P<service>[^/]+)/(?P<version>[^/]+)/(?P<kind>[^/]+)\.json(?:\.gz)?")
_KINDS = ("service-2", "service-2.sdk-extras", "endpoint-rule-set-1", "paginators-1", "waiters-2")
_TABLES = frozenset(
    {"botocore/data/" + name for name in ("_retry.json", "partitions.json", "sdk-default-configuration.json")}
)
_ENDPOINTS = "botocore/data/endpoints.json"
_UNTOLD = ("documentation", "documentationUrl", "examples")

# Only what the functions import of Chalice: the rest is its command line.
_CHALICE = frozenset({"chalice/__init__.py", "chalice/app.py"})
# Decoders, fonts and windows that nobody asks for; of the libraries beside them only what the rest needs.
_PILLOW = re.compile(r"PIL/(_avif|_imagingcms|_imagingft|_imagingmath|_imagingmorph|_imagingtk|_webp)\.")
_NO_CODE = re.compile(r"(^|/)tests?/|\.(pyi|pyx|pxd|c|h|rst|md|typed)$|\.(dist-info|data)/")
# Pydantic's first version, which it carries along, its plugin of mypy; dateutil's own time zones and calendars of Easter.
_PYDANTIC = re.compile(r"pydantic/(v1/|mypy\.py$)")
_DATEUTIL = re.compile(r"dateutil/(zoneinfo/|rrule\.py$|easter\.py$)")


def cut(wheel: Wheel) -> dict[str, bytes]:
    """The files of a wheel that are shipped, by their path in the archive."""
    with zipfile.ZipFile(wheel.file) as packed:
        names = [name for name in packed.namelist() if not name.endswith("/") and not _NO_CODE.search(name)]
        files = {name: packed.read(name) for name in names}
    return _CUTS.get(wheel.name, lambda all_of_it: all_of_it)(files)


def _botocore(files: Mapping[str, bytes]) -> dict[str, bytes]:
    newest = {
        service: max(
            found["version"]
            for found in map(_MODELS.fullmatch, files)
            if found and found["service"] == service
        )
        for service in SERVICES
    }
    kept: dict[str, bytes] = {}
    for name, content in files.items():
        if not name.startswith("botocore/data/"):
            kept[name] = content
        elif name in _TABLES:
            kept[name] = _compact(json.loads(content))
        elif name == _ENDPOINTS:
            kept[name] = _compact(_endpoints_of(json.loads(content)))
        elif (
            (found := _MODELS.fullmatch(name))
            and newest.get(found["service"]) == found["version"]
            and found["kind"] in _KINDS
        ):
            model = gzip.decompress(content) if name.endswith(".gz") else content
            kept[name.removesuffix(".gz")] = _compact(_told_shortly(json.loads(model)))
    return kept


def _endpoints_of(endpoints: dict[str, Any]) -> dict[str, Any]:
    """The endpoints of the services that are asked, in every partition."""
    for partition in endpoints["partitions"]:
        asked = {name: one for name, one in partition["services"].items() if name in (*SERVICES, "email")}
        partition["services"] = asked
    return endpoints


def _told_shortly(model: Any) -> Any:
    """A model without its descriptions. A shape may have a member that is called "documentation": that is no text, and stays."""
    if isinstance(model, dict):
        return {
            key: _told_shortly(one)
            for key, one in model.items()
            if not (key in _UNTOLD and isinstance(one, str))
            and not (key == "examples" and "metadata" in model)
        }
    if isinstance(model, list):
        return [_told_shortly(one) for one in model]
    return model


def _compact(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _chalice(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name in _CHALICE}


def _cffi(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """`cryptography` loads the compiled part only."""
    return {name: content for name, content in files.items() if name.startswith("_cffi_backend")}


def _pillow(files: Mapping[str, bytes]) -> dict[str, bytes]:
    kept = {name: content for name, content in files.items() if not name.startswith("pillow.libs/")}
    kept = {name: content for name, content in kept.items() if not _PILLOW.match(name)}
    libraries = {PurePosixPath(name).name: name for name in files if name.startswith("pillow.libs/")}
    # A library names those it needs by their file names: what is named by nobody is needed by nobody.
    waiting = [content for name, content in kept.items() if name.endswith(".so")]
    while waiting:
        content = waiting.pop()
        for short, name in libraries.items():
            if name not in kept and short.encode() in content:
                kept[name] = files[name]
                waiting.append(files[name])
    return kept


def _without(unused: re.Pattern[str]) -> Callable[[Mapping[str, bytes]], dict[str, bytes]]:
    return lambda files: {name: content for name, content in files.items() if not unused.match(name)}


_CUTS: dict[str, Callable[[Mapping[str, bytes]], dict[str, bytes]]] = {
    "botocore": _botocore,
    "cffi": _cffi,
    "chalice": _chalice,
    "pillow": _pillow,
    "pydantic": _without(_PYDANTIC),
    "python-dateutil": _without(_DATEUTIL),
}


def own_code(backend: Path) -> dict[str, bytes]:
    """app.py and chalicelib with the compiled rulebook and page frames. Raises FileNotFoundError when they were not built."""
    compiled = backend / "chalicelib" / "compiled"
    for needed in ("frame.zh.html", "frame.en.html", "headers.json"):
        if not (compiled / needed).is_file():
            raise FileNotFoundError(compiled / needed)
    files = {"app.py": (backend / "app.py").read_bytes()}
    for file in sorted((backend / "chalicelib").rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts and not file.name.endswith(".unfinished"):
            files[file.relative_to(backend).as_posix()] = file.read_bytes()
    return files
