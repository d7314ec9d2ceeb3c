"""One process over one table: loads cases, does one thing when told, and says how long it took and what it asked the database.

Two of these, over a small and a large table of one database, are asked in turn, so that whatever slows the machine slows both.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from chalicelib.actions.file_case import file_case
from chalicelib.domain.case import Case
from chalicelib.domain.change import By
from chalicelib.domain.escalation import enforce
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.keeping import RequestKey
from chalicelib.jobs.enforce_deadlines import ACTOR, enforce_deadlines
from chalicelib.rulebook import load as load_rulebook
from chalicelib.storage import cases, queues
from chalicelib.storage.table import Record, connection, create_table
from chalicelib.storage.transaction import Transaction
from tests.cases import COMMUNITY, CONTACT, MINUTE, TUESDAY_TEN, filed, report, request

BOOK = load_rulebook(Path(__file__).resolve().parents[2] / "docs" / "rulebook")
ASKED: Counter[str] = Counter()
NUMBERS = itertools.count()


def count_requests() -> None:
    """Counts every call to the database from now on, by operation."""
    events: Any = connection().client.meta.events
    events.register("before-call.dynamodb", lambda model, **_: ASKED.update([model.name]))


def timed(what: Callable[[], object]) -> dict[str, Any]:
    """Seconds that `what` took, and what it asked the database."""
    ASKED.clear()
    began = time.perf_counter()
    what()
    return {"seconds": time.perf_counter() - began, "asked": dict(sorted(ASKED.items()))}


def load(count: int, category: str = "C5", first: int = 0) -> dict[str, Any]:
    """Puts `count` open cases with the very items that filing makes (messages and keys left out)."""
    model = filed(BOOK, category)
    with Record.batch_write() as batch:
        for n in range(first, first + count):
            number = f"26{n // 1_000_000:04d}-{n % 1_000_000:06d}"
            after = replace(model.after, number=number)
            change = replace(
                model, after=after, events=tuple(replace(e, case=number) for e in model.events), messages=()
            )
            for record in cases.items_of(change, CONTACT):
                batch.save(record)
    return {}


def file_due(count: int, category: str = "C1") -> list[str]:
    """Saves `count` cases whose first level comes five minutes after ten; the same numbers, and so shards, in every process."""
    numbers = []
    for _ in range(count):
        n = next(NUMBERS)
        numbers.append(f"27{n // 1_000_000:04d}-{n % 1_000_000:06d}")
        cases.save([filed(BOOK, category, number=numbers[-1])], {numbers[-1]: CONTACT})
    return numbers


def sweep(minutes: float, seconds: float = 3600, dry_run: bool = False) -> dict[str, Any]:
    """One run of the check at so many minutes after ten."""
    return timed(
        lambda: enforce_deadlines(
            cases, BOOK, TUESDAY_TEN + timedelta(minutes=minutes), seconds=seconds, dry_run=dry_run
        )
    )


def sweep_memory(minutes: float) -> dict[str, Any]:
    """The highest memory of a run that decides everything and saves nothing, in bytes above what was there before."""
    sweep(minutes, dry_run=True)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    sweep(minutes, dry_run=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"bytes": peak - before}


def escalate_against_bare(rounds: int, page: int) -> dict[str, Any]:
    """A page of the sweep, and as many prepared transactions of the same items, in turn; seconds per escalation of each."""
    ours, bare = [], []
    at = TUESDAY_TEN + 5 * MINUTE
    for _ in range(rounds):
        numbers = file_due(page)
        counts: list[int] = []
        seconds = timed(lambda: counts.append(enforce_deadlines(cases, BOOK, at).escalated))["seconds"]  # noqa: B023
        assert counts == [len(numbers)], counts
        ours.append(seconds / len(numbers))
        prepared = [_prepared(case) for case, _ in cases.heads(file_due(page)).values()]
        bare.append(timed(lambda: [t.commit() for t in prepared])["seconds"] / len(prepared))  # noqa: B023
    return {"ours": ours, "bare": bare}


def _prepared(case: Case) -> Transaction:
    change = enforce(case, By(ACTOR, TUESDAY_TEN + 5 * MINUTE, "00"), BOOK)
    assert change is not None
    return cases.transaction_of([change], {case.number: CONTACT})


def file_against_bare(rounds: int) -> dict[str, Any]:
    """Filing through the action, and a prepared transaction of the same items, in turn; seconds of each."""
    ours, bare, asked = [], [], {}
    for _ in range(rounds):
        n = next(NUMBERS)
        key = f"bench-{n}"
        done = timed(lambda: file_case(request(BOOK, key=key), report(BOOK, "C2"), CONTACT))  # noqa: B023
        ours.append(done["seconds"])
        asked = done["asked"]
        change = filed(BOOK, "C2", number=f"991231-{n:06d}")
        transaction = cases.transaction_of(
            [change], {change.after.number: CONTACT}, RequestKey("bench", f"bare-{key}", "body", TUESDAY_TEN)
        )
        bare.append(timed(transaction.commit)["seconds"])
    return {"ours": ours, "bare": bare, "asked": asked}


def units_of_filing(category: str) -> list[list[Any]]:
    """The items of a filing with their size in bytes and the write units that AWS charges: 1 KB each, doubled, and the index."""
    change = filed(BOOK, category)
    transaction = cases.transaction_of(
        [change], {change.after.number: CONTACT}, RequestKey("bench", "key", "body", TUESDAY_TEN)
    )
    rows: list[list[Any]] = []
    for record in transaction.records():
        size = _size(record.serialize())
        rows.append([type(record).__name__.removesuffix("Record").lower(), size, 2 * -(-size // 1024)])
        if getattr(record, "queue", None):
            kept = {k: v for k, v in record.serialize().items() if k not in ("name", "phone", "version")}
            rows.append(["index queue", _size(kept), -(-_size(kept) // 1024)])
    return rows


def _size(item: dict[str, dict[str, Any]]) -> int:
    total = 0
    for name, typed in item.items():
        ((sort, value),) = typed.items()
        total += len(name.encode()) + (len(value.encode()) if sort == "S" else len(str(value)) // 2 + 2)
    return total


def track(number: str) -> dict[str, Any]:
    """What a tracking page asks."""
    return timed(lambda: cases.load(number))


def queue() -> dict[str, Any]:
    """What a page of the desk's queue asks."""
    return timed(lambda: queues.page("queue", [COMMUNITY]))


VERBS: dict[str, Callable[..., Any]] = {
    verb.__name__: verb
    for verb in (
        load,
        file_due,
        sweep,
        sweep_memory,
        escalate_against_bare,
        file_against_bare,
        units_of_filing,
        track,
        queue,
    )
}


def main() -> None:
    """Does what it is told, a JSON line at a time, until there is nothing more."""
    create_table()
    count_requests()
    assert Actor(Role.SYSTEM, "enforce_deadlines") == ACTOR
    for line in sys.stdin:
        verb, arguments = json.loads(line)
        print(json.dumps(VERBS[verb](*arguments)), flush=True)


if __name__ == "__main__":
    main()
