"""The queue's page costs the same with 10,000 open cases as with 100: measured in turns, its reads counted one by one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.standards import Rulebook
from infra.local.dynamodb import DynamoDBLocal
from infra.local.server import Origin
from tests.bench.measuring import in_turns
from tests.bench.tables import filings, use
from tests.cases import COMMUNITY, HOUR
from tests.faults.loading import items_of, load
from tests.web.client import BROWSER, Visitor

SIZES = {"shounuo-queue-100": 100, "shounuo-queue-10000": 10_000}
LISTS = ("all", "mine", "buildings", "major", "unverified")
ROUNDS, TRIES = 12, 3
PAGE = 25


@dataclass
class Read:
    """What was read from the database: requests by name, items, and the units that it charges."""

    requests: list[str] = field(default_factory=list)
    items: int = 0
    units: float = 0


@contextmanager
def counting() -> Iterator[Read]:
    """Counts what is read meanwhile, as the database itself tells it."""
    from chalicelib.storage.table import connection

    seen = Read()
    events: Any = connection().client.meta.events

    def ask(params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def hear(parsed: dict[str, Any], model: Any, **_: object) -> None:
        told = parsed.get("ConsumedCapacity", [])
        seen.requests.append(model.name)
        seen.items += parsed.get("ScannedCount", 0)
        seen.items += sum(len(found) for found in parsed.get("Responses", {}).values())
        seen.units += sum(one["CapacityUnits"] for one in (told if isinstance(told, list) else [told]))

    for operation in ("Query", "BatchGetItem"):
        events.register(f"provide-client-params.dynamodb.{operation}", ask)
    events.register("after-call.dynamodb", hear)
    try:
        yield seen
    finally:
        for operation in ("Query", "BatchGetItem"):
            events.unregister(f"provide-client-params.dynamodb.{operation}", ask)
        events.unregister("after-call.dynamodb", hear)


def copies(book: Rulebook, at: datetime, count: int) -> Iterator[dict[str, Any]]:
    """The stored head of an urgent case filed at a moment, under `count` numbers: filing each by the rules would take minutes."""
    (change,) = filings(book, range(1), "C1", at)
    (head,) = (item for item in items_of([change]) if item["sk"]["S"] == "HEAD")
    number = change.after.number
    for n in range(count):
        other = f"{number[:7]}{int(at.timestamp()) // 3600 % 1000:03d}{n:03d}"
        yield {name: {s: v.replace(number, other) for s, v in value.items()} for name, value in head.items()}


@pytest.mark.alone
def test_a_page_of_the_queue_costs_the_same_with_10000_open_cases_as_with_100(
    rulebook: Rulebook,
    dynamodb: DynamoDBLocal,
    table: str,
    origin: Origin,
    figure: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from chalicelib import wiring
    from chalicelib.actions.admit_published import admit_published
    from chalicelib.domain.events import Role

    # What goes on now stands on every page and is read anew every few seconds, whichever page it is: here once and for all.
    monkeypatch.setattr("chalicelib.web.now.FRESH_SECONDS", math.inf)
    now = datetime.now(UTC).replace(microsecond=0)
    visitors = {}
    try:
        for name, count in SIZES.items():
            use(dynamodb.endpoint, name)
            heads = (head for n in range(100) for head in copies(rulebook, now - n * HOUR, count // 100))
            assert load(heads) == count
            admit_published(wiring.accounts, rulebook.communities[COMMUNITY])
            account = next(a for a in wiring.accounts.everyone(COMMUNITY) if a.role is Role.TECHNICIAN)
            token = wiring.sessions.begin(account.role, account.id, COMMUNITY, now)
            visitors[name] = Visitor(origin, dict(BROWSER), {"sid": token})

        def page(name: str, chosen: str) -> None:
            use(dynamodb.endpoint, name)
            reply = visitors[name].get(f"/api/staff/queue?list={chosen}")
            assert reply.status == 200
            assert reply.text.count("data-number=") == PAGE

        small, big = SIZES
        for chosen in LISTS:
            for _ in range(TRIES):  # what the machine does besides hits one of the two now and then
                few, many = in_turns(
                    ROUNDS, lambda n, c=chosen: page(small, c), lambda n, c=chosen: page(big, c), warm=3
                )
                if many <= 1.5 * few:
                    break
            reads = {}
            for name in SIZES:
                use(dynamodb.endpoint, name)
                with counting() as reads[name]:
                    page(name, chosen)
            seen = reads[big]
            figure(
                f"queue, {chosen}: {few:.1f} ms among 100, {many:.1f} ms among 10,000 open: {many / few:.2f}; "
                f"{len(seen.requests)} requests, {seen.items} items, {seen.units:.1f} units "
                f"({reads[small].units:.1f} among 100)"
            )
            assert many <= 1.5 * few, f"{chosen}: {few:.1f} ms grew to {many:.1f} ms"
            assert seen.requests == reads[small].requests
            # The session and its account, a page of keys and one more, the page's cases.
            buildings = 1 if chosen != "buildings" else seen.requests.count("Query")
            assert seen.items <= 4 + (PAGE + 1) * buildings + PAGE
        use(dynamodb.endpoint, big)
        with counting() as counted:
            told = visitors[big].get("/api/v1/staff/queue/counts").json()["counts"]
        figure(
            f"queue, counts: {len(counted.requests)} requests, {counted.items} keys, {counted.units:.1f} units"
        )
        assert told["all"] == told["mine"] == wiring.queues.MOST_COUNTED
        assert counted.items <= wiring.queues.MOST_COUNTED * len(counted.requests)
    finally:
        use(dynamodb.endpoint, table)
