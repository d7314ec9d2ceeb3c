"""Whether a portal that was just deployed answers: the few requests without which nobody could use it, and the decoder.

The function `decode` is asked by the API alone, so no request from outside would tell that it is gone before somebody's first
photo does: it is asked as whoever deploys.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any

from infra.aws import decoder

# address, status, a header that must be there, a piece of what must be read
ASKED = (
    ("/", 200, "content-security-policy", "<html"),
    ("/en/", 200, "content-security-policy", "<html"),
    ("/api/v1/openapi.json", 200, "cache-control", '"openapi"'),
    ("/api/board", 200, "content-security-policy", "<html"),
    ("/api/staff/queue", 401, "content-security-policy", "<html"),
    ("/nowhere-at-all.html", 404, "", ""),
    ("/api/nowhere-at-all", 404, "", ""),
)
SECONDS_FOR_ALL = 180.0
PAUSE = 5.0

Answer = tuple[int, dict[str, str], str]


def smoke(looks: Sequence[Callable[[], list[str]]], seconds: float = SECONDS_FOR_ALL) -> list[str]:
    """What is wrong, asked again until nothing is or the time is over: a distribution takes a while to say the new."""
    ends = time.monotonic() + seconds
    while True:
        wrong = [fault for look in looks for fault in look()]
        if not wrong or time.monotonic() >= ends:
            return wrong
        time.sleep(min(PAUSE, max(0.0, ends - time.monotonic())))


def of_portal(origin: str, ask: Callable[[str], Answer] | None = None) -> list[str]:
    """What is wrong with what a browser is answered."""
    return [fault for fault in (_fault(origin, *one, ask=ask or get) for one in ASKED) if fault]


def of_decoder(lambdas: Any, function: str) -> list[str]:
    """What is wrong with the answers of the function that decodes; `lambdas` is Lambda's client of whoever deploys."""
    from botocore.exceptions import BotoCoreError, ClientError

    answers = []
    for event in decoder.events():
        try:
            said = lambdas.invoke(FunctionName=function, Payload=json.dumps(event).encode())
            answers.append(json.loads(said["Payload"].read()))
        except (BotoCoreError, ClientError, OSError, ValueError) as error:
            return [f"{function}: no answer ({_why(error)})"]
    return [f"{function}: {fault}" for fault in decoder.faults(answers)]


def _why(error: Exception) -> str:
    """Of a refusal its code, AccessDeniedException or ResourceNotFoundException; of anything else its name."""
    said: dict[str, Any] = getattr(error, "response", {})
    return str(said.get("Error", {}).get("Code") or type(error).__name__)


def get(address: str) -> Answer:
    """Status, headers (small letters) and text of an address. Raises OSError where nobody answers."""
    request = urllib.request.Request(address, headers={"Accept": "text/html,application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as found:
            return found.status, {k.lower(): v for k, v in found.headers.items()}, found.read().decode()
    except urllib.error.HTTPError as error:
        text = error.read().decode("utf-8", "replace")
        return error.code, {k.lower(): v for k, v in error.headers.items()}, text


def _fault(origin: str, path: str, status: int, header: str, piece: str, ask: Callable[[str], Answer]) -> str:
    try:
        found, headers, text = ask(origin + path)
    except OSError as error:
        return f"{path}: no answer ({type(error).__name__})"
    if found != status:
        return f"{path}: {found} instead of {status}"
    if header and header not in headers:
        return f"{path}: without {header}"
    return "" if piece in text else f"{path}: says something else"
