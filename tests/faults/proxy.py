"""A proxy in front of DynamoDB Local that makes it as unfriendly as a network and a cloud can be.

DynamoDB Local shows no conflicts, no throttling, no short pages and no lost replies: without this proxy a green run says nothing
about them. Every fault is drawn from one seeded chance, so that a failing run can be repeated. The faults are set in the same
process (`proxy.faults`) or by a POST of JSON to `/_faults`; a GET there tells them.
"""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PREFIX = "com.amazonaws.dynamodb.v20120810#"
WRITES = frozenset({"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"})


@dataclass
class Faults:
    """What goes wrong; rates are shares of the calls, from 0 to 1.

    drop_replies   writes whose reply is dropped after the commit: their places in the order of writes, counted from 0
    drop_rate      the same by chance
    delay          each call waits up to so many seconds
    black_hole     accept and never answer
    throttled, throttled_new, failing, conflicting   ProvisionedThroughputExceeded, ThrottlingException, InternalServerError
                   (half of them after the commit) and, for transactions, TransactionConflict
    one_item_pages one item in each page, one key answered of each batch
    date_shift     the answers' Date is so many seconds off
    """

    seed: int = 0
    drop_replies: list[int] = field(default_factory=list)
    drop_rate: float = 0.0
    delay: float = 0.0
    black_hole: bool = False
    throttled: float = 0.0
    throttled_new: float = 0.0
    failing: float = 0.0
    conflicting: float = 0.0
    one_item_pages: bool = False
    date_shift: float = 0.0


class Proxy:
    """A running proxy: `url` to talk to, `faults` to set, `calls` that came in, as names of operations in order."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.faults = Faults()
        self.calls: list[str] = []
        self.writes = 0
        self.lock = threading.Lock()
        self.chance = random.Random(0)
        self.opened = threading.Event()  # set when a black hole ends
        self.local = threading.local()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def set(self, **changes: Any) -> None:
        """Begins other faults: only those named here happen from now on, drawn from their seed; counts begin anew."""
        known = {one.name for one in fields(Faults)}
        if set(changes) - known:
            raise ValueError(f"no such fault: {sorted(set(changes) - known)}")
        with self.lock:
            self.faults = Faults(**changes)
            self.chance = random.Random(self.faults.seed)
            self.calls.clear()
            self.writes = 0
            if self.faults.black_hole:
                self.opened.clear()
            else:
                self.opened.set()

    def draw(self, operation: str) -> tuple[Faults, float, float, bool]:
        """The faults now, two draws of the chance for this call, and whether its reply is to be dropped."""
        with self.lock:
            self.calls.append(operation)
            faults, first, second = self.faults, self.chance.random(), self.chance.random()
            drop = False
            if operation in WRITES:
                drop = self.writes in faults.drop_replies or self.chance.random() < faults.drop_rate
                self.writes += 1
            return faults, first, second, drop

    def forward(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Asks the real database over this thread's own connection."""
        for attempt in (0, 1):
            if getattr(self.local, "connection", None) is None:
                self.local.connection = HTTPConnection(self.upstream, timeout=60)
            try:
                self.local.connection.request("POST", path, body, headers)
                answer = self.local.connection.getresponse()
                return answer.status, dict(answer.getheaders()), answer.read()
            except (HTTPException, OSError):
                # Only an idle connection that the database had closed may be tried again here.
                self.local.connection.close()
                self.local.connection = None
                if attempt:
                    raise
        raise AssertionError("unreachable")


@contextmanager
def running_proxy(upstream: str) -> Iterator[Proxy]:
    """A proxy before the database at `upstream`, without any fault yet."""
    proxy = Proxy(upstream)
    thread = threading.Thread(target=proxy.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.opened.set()
        proxy.server.shutdown()
        proxy.server.server_close()


def _error(name: str, status: int = 400, **more: Any) -> tuple[int, dict[str, str], bytes]:
    said = {"__type": PREFIX + name, "message": "the proxy says so", **more}
    return status, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(said).encode()


def _refusal(faults: Faults, operation: str, body: dict[str, Any], draw: float):
    """The error that the chance wants for this call, or None."""
    rates = [
        (faults.throttled, "ProvisionedThroughputExceededException"),
        (faults.throttled_new, "ThrottlingException"),
        (faults.failing, "InternalServerError"),
        (faults.conflicting if operation == "TransactWriteItems" else 0.0, "TransactionConflict"),
    ]
    for rate, name in rates:
        if draw < rate:
            if name == "InternalServerError":
                return _error(name, 500)
            if name == "TransactionConflict":
                reasons = [{"Code": "None"} for _ in body["TransactItems"]]
                reasons[0] = {"Code": name, "Message": "Transaction is ongoing for the item"}
                return _error("TransactionCanceledException", CancellationReasons=reasons)
            return _error(name)
        draw -= rate
    return None


def _one_item(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """Narrows a call to one item; gives what the answer must name as unprocessed."""
    if operation in {"Query", "Scan"}:
        body["Limit"] = 1
    elif operation == "BatchGetItem":
        (table, asked), *_ = body["RequestItems"].items()
        kept = asked["Keys"][1:]
        asked["Keys"] = asked["Keys"][:1]
        if kept:
            return {"UnprocessedKeys": {table: {**asked, "Keys": kept}}}
    elif operation == "BatchWriteItem":
        (table, writes), *_ = body["RequestItems"].items()
        body["RequestItems"] = {table: writes[:1]}
        if writes[1:]:
            return {"UnprocessedItems": {table: writes[1:]}}
    return {}


def _handler_of(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            """Says nothing: the tests count calls themselves."""

        def do_GET(self) -> None:
            self._answer(200, {}, json.dumps({**asdict(proxy.faults), "calls": proxy.calls}).encode())

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path == "/_faults":
                proxy.set(**json.loads(raw or b"{}"))
                self._answer(200, {}, b"{}")
                return
            operation = self.headers.get("X-Amz-Target", ".").rpartition(".")[2]
            faults, first, second, drop = proxy.draw(operation)
            if faults.delay:
                time.sleep(faults.delay * second)
            if faults.black_hole:
                proxy.opened.wait()
                self.close_connection = True
                return
            body = json.loads(raw)
            refusal = _refusal(faults, operation, body, first)
            committed_first = refusal is not None and refusal[0] == 500 and second < 0.5
            if refusal is not None and not committed_first:
                self._answer(*refusal)
                return
            unprocessed = _one_item(operation, body) if faults.one_item_pages else {}
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            if faults.one_item_pages:
                raw = json.dumps(body).encode()
                headers["Content-Length"] = str(len(raw))
            status, said, answer = proxy.forward(self.path, headers, raw)
            if drop:
                self.close_connection = True
                return
            if committed_first:
                status, said, answer = refusal  # type: ignore[misc]
            if unprocessed and status == 200:
                answer = json.dumps({**json.loads(answer), **unprocessed}).encode()
            if faults.date_shift:
                now = datetime.now(UTC) + timedelta(seconds=faults.date_shift)
                said = {**said, "Date": format_datetime(now, usegmt=True)}
            self._answer(status, said, answer)

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            left_out = {"content-length", "transfer-encoding", "connection", "x-amz-crc32", "server"}
            kept = {n: v for n, v in headers.items() if n.lower() not in left_out}
            self.send_response_only(status)
            for name, value in {"Date": self.date_time_string(), **kept}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True  # whoever asked has gone

    return Handler
