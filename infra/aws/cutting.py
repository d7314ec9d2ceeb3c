"""What of each package is shipped: no tests, no documents, no services of AWS that are not asked, no decoders that are not used.

What is shipped is changed in two things. The models of AWS's services lose their descriptions and the calls that nobody makes
(:mod:`infra.aws.models`). And three modules, in infra/aws/shipped, stand for those that document botocore and speak HTTP/2.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

from infra.aws import models
from infra.aws.wheels import Wheel

SHIPPED = Path(__file__).parent / "shipped"
# Only what the functions import of Chalice: the rest is its command line.
_CHALICE = frozenset({"chalice/__init__.py", "chalice/app.py"})
# Of Pillow what reads and writes a JPEG; of the libraries beside it only what that needs.
_PILLOW = re.compile(
    r"PIL/(__init__|_binary|_deprecate|_typing|_util|_version|ExifTags|Image|ImageChops|ImageColor|ImageFile|ImageMode"
    r"|ImageOps|ImagePalette|ImageSequence|GimpGradientFile|GimpPaletteFile|PaletteFile|JpegImagePlugin|JpegPresets"
    r"|MpoImagePlugin|TiffImagePlugin|TiffTags)\.py$|PIL/_imaging\."
)
# Of PyCryptodome AES in the two ways that GCM is made of; the counter and the hash of what is authenticated.
_CRYPTODOME = re.compile(
    r"Cryptodome/(__init__\.py|Cipher/(__init__|AES|_mode_\w+)\.py|Cipher/_raw_(aes|aesni|ecb|cbc|cfb|ctr|ofb|ocb)\."
    r"|Util/(__init__|py3compat|_file_system|_raw_api|_cpu_features|number|Counter|strxor)\.py|Util/_(strxor|cpuid_c)\."
    r"|Random/__init__\.py|Hash/(__init__|BLAKE2s)\.py|Hash/_(BLAKE2s|ghash_portable|ghash_clmul)\.)"
)
_NO_CODE = re.compile(r"(^|/)tests?/|\.(pyi|pyx|pxd|c|h|rst|md|typed)$|\.(dist-info|data)/")
# botocore's documentation of itself, its stubs for tests, and signers written in C of another package; urllib3 in browsers.
_BOTOCORE = re.compile(r"botocore/(docs/(?!utils\.py$)|stub\.py$|data/)")
_URLLIB3 = re.compile(r"urllib3/(contrib|http2/(?!probe\.py$))")
# dateutil's own time zones and calendars of Easter; Jinja's sandbox, extensions and caches on disks; segno's command line.
_DATEUTIL = re.compile(r"dateutil/(zoneinfo/|rrule\.py$|easter\.py$)")
_JINJA = re.compile(r"jinja2/(ext|sandbox|meta|nativetypes)\.py$")
_SEGNO = re.compile(r"segno/(cli|helpers)\.py$")


def cut(wheel: Wheel, services: Iterable[str]) -> dict[str, bytes]:
    """The files of a wheel that are shipped, by their path in the archive, for functions that call these services of AWS."""
    with zipfile.ZipFile(wheel.file) as packed:
        names = [name for name in packed.namelist() if not name.endswith("/") and not _NO_CODE.search(name)]
        files = {name: packed.read(name) for name in names}
    if wheel.name == "botocore":
        return _without(_BOTOCORE)(files) | models.cut(files, services)
    return _CUTS.get(wheel.name, lambda all_of_it: all_of_it)(files)


def _chalice(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name in _CHALICE}


def _pillow(files: Mapping[str, bytes]) -> dict[str, bytes]:
    kept = {name: content for name, content in files.items() if _PILLOW.match(name)}
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


def _only(used: re.Pattern[str]) -> Callable[[Mapping[str, bytes]], dict[str, bytes]]:
    return lambda files: {name: content for name, content in files.items() if used.match(name)}


_CUTS: dict[str, Callable[[Mapping[str, bytes]], dict[str, bytes]]] = {
    "chalice": _chalice,
    "jinja2": _without(_JINJA),
    "pillow": _pillow,
    "pycryptodomex": _only(_CRYPTODOME),
    "python-dateutil": _without(_DATEUTIL),
    "segno": _without(_SEGNO),
    "urllib3": _without(_URLLIB3),
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


def shipped(folder: Path = SHIPPED) -> dict[str, bytes]:
    """What no package brings: where Lambda starts, and the modules that stand for others."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*.py"))
        if "__pycache__" not in file.parts
    }
