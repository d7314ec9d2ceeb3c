"""Rehearses the archives: unpacked into read-only folders, their handlers answer recorded events against DynamoDB Local.

Each function starts in a process of its own that sees the standard library and its archive and nothing else, as in Lambda; what
is missing in an archive, compiled for another machine or in need of a writable folder fails here.
"""

from __future__ import annotations

import base64
import copy
import json
import os
import subprocess
import sys
import tempfile
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from infra.aws import decoder
from infra.aws.package import Package, package
from infra.aws.platform import this_machine
from infra.aws.resources.functions import API, DECODE, handler_of
from infra.local.build import build_if_changed
from infra.local.console import LocalProblem, run_as_command, say, step
from infra.local.dynamodb import CLIENT_ENVIRONMENT, running_dynamodb
from infra.local.places import BACKEND

HERE = Path(__file__).parent
START = HERE / "lambda_start.py"
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


def main() -> int:
    """Package for the machine that rehearses, and rehearse those archives."""
    build_if_changed()
    made = package(os.environ.get("STAGE") or "dev", this_machine())
    with step("Rehearsing the archives against DynamoDB Local"):
        told = rehearse(made)
    say(f"   {told}")
    return 0


def rehearse(made: Sequence[Package]) -> str:
    """Try the archives whole; gives one sentence about what was tried. Raises LocalProblem at the first thing that is wrong."""
    modules = addresses = requests = jobs = files = 0
    with running_dynamodb() as database:
        for one in made:
            with unpacked(one.archive) as folder:
                lamb = Functions(folder, database.endpoint, bare=DECODE in one.part.functions)
                if not lamb.bare:
                    lamb.make_table()
                looked = lamb.look()
                modules, addresses = modules + len(looked["modules"]), addresses + len(looked["routes"])
                for function in one.part.functions:
                    if function == API:
                        expect(bool(looked["ways"]), "the archive does not know which modules answer where")
                        requests += answer_requests(lamb)
                        continue
                    if function == DECODE:
                        files += decode_files(lamb)
                        continue
                    [counts] = lamb.invoke(function, [recorded("schedule")])
                    expect(isinstance(counts, dict), f"{function} answered {counts!r}")
                    jobs += 1
                expect(
                    not lamb.written(), f"something was written into the package's folder: {lamb.written()}"
                )
    return (
        f"{len(made)} archives, {modules} modules, {addresses} addresses, {requests} requests, "
        f"{jobs} scheduled functions and {files} files are well."
    )


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


def recorded(name: str) -> dict[str, Any]:
    """An event as AWS sends it: "api" (API Gateway REST, version 1) or "schedule" (EventBridge)."""
    event: dict[str, Any] = json.loads((HERE / "events" / f"{name}.json").read_text(encoding="utf-8"))
    return event


def request(
    method: str,
    address: str,
    resource: str = "",
    body: bytes | None = None,
    binary: bool = False,
    **headers: Any,
) -> dict[str, Any]:
    """The event of one request; `resource` is the route's pattern where it is not the address itself."""
    event = copy.deepcopy(recorded("api"))
    parts = urlsplit(address)
    resource = resource or parts.path
    names = [(at, name[1:-1]) for at, name in enumerate(resource.split("/")) if name.startswith("{")]
    event |= {"httpMethod": method, "path": parts.path, "resource": resource}
    event["pathParameters"] = {name: parts.path.split("/")[at] for at, name in names} or None
    event["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
    event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}
    query = parse_qsl(parts.query)
    event["queryStringParameters"] = dict(query) or None
    event["multiValueQueryStringParameters"] = {name: [value] for name, value in query} or None
    event["requestContext"] |= {"httpMethod": method, "resourcePath": resource, "path": f"/api{parts.path}"}
    if body is not None:
        event["isBase64Encoded"] = binary
        event["body"] = base64.b64encode(body).decode() if binary else body.decode()
    return event


FILING = {
    "category": "C1",
    "building": "river-view/east",
    "home": "2604",
    "what": "厨房水管漏水，已经关了总阀。",
    "phone": "000-0000-1234",
}


def answer_requests(lamb: Functions) -> int:
    """Asks what everybody asks: a page, a filing as JSON and as a form, its tracking page, and what has to be refused."""
    as_json: dict[str, Any] = {"Content_Type": "application/json", "Idempotency_Key": str(uuid.uuid4())}
    as_form: dict[str, Any] = {
        "Content_Type": "application/x-www-form-urlencoded",
        "accept": "text/html",
        "Origin": "https://portal.example.com",
    }
    filing = json.dumps(FILING).encode()
    form = urlencode(
        {**FILING, "phone": "000-0000-4321", "language": "zh", "idempotency_key": uuid.uuid4().hex}
    )
    asked: list[tuple[dict[str, Any], int, Callable[[str], bool]]] = [
        (request("GET", "/v1/health"), 200, lambda text: json.loads(text)["status"] == "up"),
        (request("HEAD", "/v1/health"), 200, lambda text: text == ""),
        (request("OPTIONS", "/v1/cases"), 204, lambda text: text == ""),
        (request("GET", "/v1/standards"), 200, lambda text: len(json.loads(text)["items"]) > 10),
        (request("GET", "/v1/openapi.json"), 200, lambda text: len(json.loads(text)["paths"]) > 30),
        (
            request("GET", "/v1/preview?category=C1&building=river-view/east"),
            200,
            lambda text: "clocks" in text,
        ),
        (
            request("POST", "/v1/cases", body=filing, **as_json),
            201,
            lambda text: "number" in json.loads(text),
        ),
        (
            request("POST", "/v1/cases", body=filing, **as_json),
            201,
            lambda text: "number" in json.loads(text),
        ),
        (request("POST", "/v1/cases", body=b"{}", **as_json), 422, lambda text: "errors" in json.loads(text)),
        (
            request("POST", "/file/repair", "/file/{form}", form.encode(), binary=True, **as_form),
            303,
            lambda text: True,
        ),
        (
            request("POST", "/file/repair", "/file/{form}", b"language=zh", **as_form),
            422,
            lambda text: "<form" in text,
        ),
        (request("GET", "/staff/queue", accept="text/html"), 401, lambda text: "<html" in text),
        (
            request("GET", "/track/nothing", "/track/{link}", accept="text/html"),
            404,
            lambda text: "<html" in text,
        ),
    ]
    answers = lamb.invoke(API, [event for event, _, _ in asked])
    for (event, status, sound), answer in zip(asked, answers, strict=True):
        what = f"{event['httpMethod']} {event['path']}"
        text = body_of(answer)
        expect(
            answer["statusCode"] == status,
            f"{what} answered {answer['statusCode']}, not {status}: {text[:400]}",
        )
        expect(sound(text), f"{what} answered something else: {text[:400]}")
    first, again = (json.loads(body_of(answers[at])) for at in (6, 7))
    expect(first["number"] == again["number"], "the same filing twice became two cases")
    link = urlsplit(header_of(answers[9], "Location")).path
    tracked = link.removeprefix("/api").removesuffix("/receipt")
    pages = lamb.invoke(
        API,
        [
            request("GET", tracked, "/track/{link}", accept="text/html"),
            request("GET", f"{tracked}/receipt", "/track/{link}/receipt", accept="text/html"),
        ],
    )
    for page in pages:
        expect(
            page["statusCode"] == 200,
            f"a page of a case answered {page['statusCode']}: {body_of(page)[:400]}",
        )
    expect("厨房水管漏水" in body_of(pages[0]), "the tracking page does not show what was filed")
    expect("<svg" in body_of(pages[1]), "the receipt has no code to scan")
    return len(asked) + len(pages)


def decode_files(lamb: Functions) -> int:
    """Has files decoded and refused (:mod:`.decoder`), without any setting at all."""
    asked = decoder.events()
    wrong = decoder.faults(lamb.invoke(DECODE, asked))
    expect(not wrong, f"{DECODE} answered otherwise: {'; '.join(wrong)}")
    return len(asked)


def header_of(answer: Mapping[str, Any], name: str) -> str:
    """A header of an answer of the gateway, "" without it."""
    several = answer.get("multiValueHeaders") or {}
    return str((answer["headers"] | {one: values[0] for one, values in several.items()}).get(name, ""))


def body_of(answer: Mapping[str, Any]) -> str:
    """The body of an answer of the gateway, as text."""
    body = str(answer["body"])
    return base64.b64decode(body).decode() if answer.get("isBase64Encoded") else body


def expect(held: bool, otherwise: str) -> None:
    """Raises LocalProblem with what is wrong."""
    if not held:
        raise LocalProblem(f"the rehearsal failed: {otherwise}")


if __name__ == "__main__":
    run_as_command(main)
