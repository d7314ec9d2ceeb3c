"""An archive as Lambda has it: unpacked into a read-only folder, its functions started as there.

Each function starts in a process of its own that sees the standard library and its archive and nothing else; what is missing in
an archive, compiled for another machine or in need of a writable folder fails here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.aws.resources.functions import handler_of
from infra.local.console import LocalProblem
from infra.local.dynamodb import CLIENT_ENVIRONMENT
from infra.local.places import BACKEND

START = Path(__file__).parent / "lambda_start.py"
SECONDS = 60
# Imports every module there is, and opens every address as a request for it does.
LOOK = """
import importlib.util, json, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import prepared, chalicelib
names = [found.name for found in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
ways, routes = {}, {}
if importlib.util.find_spec("app"):
    import app
    ways = app.ways
    for address in ways:
        app.app.open(address)
    routes = {address: sorted(methods) for address, methods in app.app.routes.items()}
outside = sorted(
    name for name, module in sys.modules.items()
    if "site-packages" in (getattr(module, "__file__", None) or "")
)
found = {"modules": names, "routes": routes, "ways": ways, "outside": outside}
print(json.dumps(found))
"""


@contextmanager
def unpacked(archive: Path) -> Iterator[Path]:
    """The archive in a folder that nobody can write to, as Lambda has it."""
    with tempfile.TemporaryDirectory() as around:
        folder = Path(around, "task")
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        places = [folder, *folder.rglob("*")]
        for place in places:
            place.chmod(0o555 if place.is_dir() else 0o444)
        try:
            yield folder
        finally:
            for place in places:
                place.chmod(0o755 if place.is_dir() else 0o644)


@dataclass
class Functions:
    """The functions of an unpacked archive, each started anew for every call; `bare` ones find no setting of ours."""

    folder: Path
    endpoint: str
    settings: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False

    def __post_init__(self) -> None:
        self._files = self._listed()

    def invoke(self, function: str, events: Sequence[Mapping[str, Any]]) -> list[Any]:
        """The answers of a function, started as the template says, to events in turn. Raises LocalProblem when it fails."""
        handler = handler_of(function)
        with tempfile.NamedTemporaryFile("r", encoding="utf-8", suffix=".jsonl") as answers:
            said = self._run([str(START), str(self.folder), handler, answers.name], json.dumps(events))
            found = [json.loads(line) for line in answers]
        expect(
            len(found) == len(events),
            f"{handler} answered {len(found)} of {len(events)} events: {said[-800:]}",
        )
        return found

    def look(self) -> dict[str, Any]:
        """Every module imported and every address opened; the routes are the same as where all are known from the beginning."""
        looked: dict[str, Any] = json.loads(self._run(["-c", LOOK, str(self.folder)]).splitlines()[-1])
        expect(not looked["outside"], f"modules come from outside of the archive: {looked['outside']}")
        expect(looked["routes"].keys() == looked["ways"].keys(), "an address is known and does not open")
        return looked

    def make_table(self) -> None:
        """The table, where it is not there yet: made with the models of this folder, since no function may make one."""
        program = "from chalicelib.storage.table import create_table; create_table()"
        environment = {**os.environ, **self.environment(), "PYTHONPATH": str(BACKEND)}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=SECONDS
        )
        expect(done.returncode == 0, f"the table was not made: {done.stderr[-800:]}")

    def written(self) -> list[str]:
        """What lies in the folder and was not in the archive."""
        return sorted(self._listed() - self._files)

    def _listed(self) -> set[str]:
        return {place.relative_to(self.folder).as_posix() for place in self.folder.rglob("*")}

    def _run(self, arguments: Sequence[str], given: str = "") -> str:
        command = [sys.executable, "-I", "-S", "-B", *arguments]
        done = subprocess.run(
            command, input=given, env=self.environment(), capture_output=True, text=True, timeout=SECONDS
        )
        if done.returncode != 0:
            raise LocalProblem(f"the archive does not work: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def environment(self) -> dict[str, str]:
        """What the functions find in their environment, and nothing else."""
        if self.bare:
            return {"LANG": "C.UTF-8"}
        return {
            **CLIENT_ENVIRONMENT,
            "AWS_REGION": CLIENT_ENVIRONMENT["AWS_DEFAULT_REGION"],
            "LANG": "C.UTF-8",
            "SHOUNUO_DYNAMODB_ENDPOINT": self.endpoint,
            "SHOUNUO_TABLE": "shounuo-rehearsal",
            "SHOUNUO_STAGE": "dev",
            "SHOUNUO_ORIGIN": "https://portal.example.com",
            "SHOUNUO_LINK_KEY": "5a" * 32,
            "SHOUNUO_VAULT_KEY": "5b" * 32,
            **self.settings,
        }


def expect(held: bool, otherwise: str) -> None:
    """Raises LocalProblem with what is wrong."""
    if not held:
        raise LocalProblem(f"the rehearsal failed: {otherwise}")
