"""What the scheduled check costs: with much open and little due, with nothing due, and with much due at once."""

import gc
import resource
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median

from chalicelib.domain.change import By
from chalicelib.domain.escalation import enforce
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.enforce_deadlines import ACTOR, enforce_deadlines
from chalicelib.storage import cases
from tests.bench.measuring import Row, counted, heard, in_turns, milliseconds
from tests.bench.tables import filings, use
from tests.cases import CONTACT, HOUR, MINUTE
from tests.faults.loading import items_of, load
from tests.faults.together import together

DUE_TOGETHER = 10
HOURS = 24
MANY = 1000
AT_ONCE_ROUNDS = 3
CUT_MEMORY = (1000, 10_000)


def little_due(book: Rulebook, endpoint: str, start: datetime, sizes: dict[str, int]) -> Iterator[Row]:
    """10 due among 1,000 open and among 100,000: each hour ten more; what is left of them is swept between the measures."""
    small, big = sizes
    asked: dict[str, list[list[str]]] = {small: [], big: []}

    def prepare(table: str, n: int) -> datetime:
        use(endpoint, table)
        filed = start + n * HOUR
        enforce_deadlines(cases, book, filed - MINUTE)
        # The same numbers in both tables, so that the due items lie in the same shards.
        load(items_of(filings(book, range(900_000 + n * 10, 900_010 + n * 10), "C1", filed)))
        return filed + 6 * MINUTE

    def sweep(table: str) -> Callable[[int], None]:
        def run(n: int) -> None:
            with heard() as operations:
                counts = enforce_deadlines(cases, book, moments[table, n])
            assert counts.escalated == DUE_TOGETHER
            asked[table].append(operations)

        return run

    moments: dict[tuple[str, int], datetime] = {}
    times: dict[str, list[float]] = {small: [], big: []}
    for n in range(HOURS):
        for table in (small, big) if n % 2 else (big, small):
            moments[table, n] = prepare(table, n)
            took = milliseconds(lambda table=table, n=n: sweep(table)(n))
            if n >= 3:
                times[table].append(took)
    few, many = median(times[small]), median(times[big])
    same = asked[small][-1] == asked[big][-1] and sorted(map(len, asked[small])) == sorted(
        map(len, asked[big])
    )
    figures = (
        f"{few:.0f} ms among {sizes[small]:,} open, {many:.0f} ms among {sizes[big]:,}: {many / few:.2f}"
    )
    yield Row("sweep with 10 due", figures, "at most 1.2 times", many <= 1.2 * few)
    yield Row("its requests", counted(asked[big][-1]), "the same in both", same)

    def idle(table: str) -> Callable[[int], None]:
        def run(_: int) -> None:
            enforce_deadlines(cases, book, start - HOUR)

        return run

    def of(table: str) -> Callable[[int], None]:
        def run(n: int) -> None:
            use(endpoint, table)
            idle(table)(n)

        return run

    few, many = in_turns(60, of(small), of(big), warm=10)
    use(endpoint, big)
    with heard() as operations:
        enforce_deadlines(cases, book, start - HOUR)
    figures = (
        f"{few:.0f} ms among {sizes[small]:,} open, {many:.0f} ms among {sizes[big]:,}: {many / few:.2f}"
    )
    yield Row("sweep with nothing due", figures, "at most 1.2 times", many <= 1.2 * few)
    only = operations == ["Query consistent"] * cases.SHARDS
    yield Row("its requests", counted(operations), "one consistent Query a shard, no write", only)


def much_due(book: Rulebook, disk: str, start: datetime) -> Iterator[Row]:
    """1,000 due at once, against the bare transactions of the same items, on disk as in production; in turns."""
    per_case: list[float] = []
    bare: list[float] = []
    now = start + 6 * MINUTE
    for n in range(AT_ONCE_ROUNDS + 1):
        use(disk, f"shounuo-much-due-{n}")  # what the last round left is due too, and is not measured
        load(items_of(filings(book, range(MANY), "C1", start)))
        took = milliseconds(lambda: enforce_deadlines(cases, book, now, seconds=600))
        others = list(filings(book, range(MANY, 2 * MANY), "C1", start))
        load(items_of(others))
        transactions = []
        for change in others:
            escalated = enforce(change.after, By(ACTOR, now, "00" * 8), book)
            assert escalated is not None
            transactions.append(cases.transaction_of([escalated], {change.after.number: CONTACT}))
        alone = milliseconds(lambda t=transactions: [one.commit() for one in t])
        if n:
            per_case.append(took / MANY)
            bare.append(alone / MANY)
    sweep, single = median(per_case), median(bare)
    items = len(transactions[0])
    figures = f"{sweep:.1f} ms an escalation, {single:.1f} ms a bare transaction of {items} items: {sweep / single:.2f}"
    yield Row("1,000 due at once", figures, "at most 1.3 times", sweep <= 1.3 * single)


def memory(book: Rulebook, endpoint: str, start: datetime) -> Iterator[Row]:
    """How much a sweep's process grows with 1,000 due and with 10,000 due, each in a process of its own."""
    use(endpoint, "shounuo-memory")
    grown = []
    for day, count in enumerate(CUT_MEMORY):
        filed = start + timedelta(days=day)
        enforce_deadlines(cases, book, filed - MINUTE, seconds=900)
        load(items_of(filings(book, range(count), "C1", filed)))
        gc.collect()

        def sweep(filed: datetime = filed) -> int:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            enforce_deadlines(cases, book, filed + 6 * MINUTE, seconds=900)
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

        (kilobytes,) = together([sweep])
        grown.append(kilobytes / 1024)
    figures = ", ".join(
        f"{count:,} due: {grew:.1f} MB" for count, grew in zip(CUT_MEMORY, grown, strict=True)
    )
    yield Row("memory that a sweep adds", figures, "not growing (2 MB of noise)", grown[1] <= grown[0] + 2)
