"""Rehearses the archives: unpacked into read-only folders, their handlers answer recorded events against DynamoDB Local."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from infra.aws import decoder
from infra.aws.gateway import body_of, header_of, recorded, request
from infra.aws.package import Package, package
from infra.aws.platform import this_machine
from infra.aws.resources.functions import API, DECODE
from infra.aws.unpacked import Functions, expect, unpacked
from infra.local.build import build_if_changed
from infra.local.console import run_as_command, say, step
from infra.local.dynamodb import running_dynamodb


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


if __name__ == "__main__":
    run_as_command(main)
