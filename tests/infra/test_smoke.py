"""Whether a portal that was just deployed answers: each thing that is wrong is named, and asked again for a while."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from chalicelib.decoding.answering import decode
from infra.aws import decoder
from infra.aws.settings import read
from infra.aws.smoke import ASKED, Answer, of_decoder, of_portal, smoke

DEV = read("dev")


def decoding(account: boto3.Session, answer: Callable[[dict[str, str]], object]) -> list[str]:
    """What the smoke test says of a function that answers so, asked as Lambda's own description has it."""
    lambdas = account.client("lambda")
    with Stubber(lambdas) as stub:
        for event in decoder.events():
            said = json.dumps(answer(event)).encode()
            stub.add_response(
                "invoke",
                {"StatusCode": 200, "Payload": StreamingBody(BytesIO(said), len(said))},
                {"FunctionName": "x-decode", "Payload": json.dumps(event).encode()},
            )
        return of_decoder(lambdas, "x-decode")


def test_the_decoder_is_well_when_it_decodes_and_refuses_and_each_thing_that_it_does_not_is_named(
    account: boto3.Session,
) -> None:
    assert decoding(account, lambda event: decode(event, None)) == []
    failed = {"errorType": "Runtime.ImportModuleError", "errorMessage": "No module named 'PIL'"}
    said = decoding(account, lambda event: failed)
    assert len(said) == 5 and all("ImportModuleError" in one for one in said)
    kept = decoding(account, lambda event: {"made": event["content"], "rows": event["content"]})
    assert [one.partition(": {")[0] for one in kept] == [f"x-decode: {what}" for what in decoder.WHAT]
    assert max(map(len, kept)) < 300, "a photo is not printed whole"
    for nothing in (None, [], "", {"made": "!"}, {"made": 1, "rows": "eA=="}):
        assert len(decoding(account, lambda event, said=nothing: said)) == 5  # type: ignore[misc]


def test_the_smoke_test_names_each_thing_that_is_wrong() -> None:
    def fine(address: str) -> Answer:
        path = address.removeprefix("https://x")
        _, status, header, piece = next(one for one in ASKED if one[0] == path)
        return status, {header: "x"}, piece

    assert of_portal("https://x", fine) == []

    def broken(address: str) -> Answer:
        if address.endswith("/en/"):
            raise ConnectionError
        status, headers, text = fine(address)
        return (503, headers, text) if address.endswith("/api/board") else (status, {}, text)

    said = of_portal("https://x", broken)
    assert "/en/: no answer (ConnectionError)" in said
    assert "/api/board: 503 instead of 200" in said
    assert "/: without content-security-policy" in said


def test_what_is_wrong_at_first_is_asked_again_until_it_is_well_or_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("infra.aws.smoke.PAUSE", 0.001)
    said = iter([["slow"], ["slow"], []])
    assert smoke([lambda: next(said), list], 60) == []
    assert smoke([lambda: ["gone"], lambda: ["lost"]], 0.01) == ["gone", "lost"]
