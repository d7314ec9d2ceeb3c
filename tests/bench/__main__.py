"""`make bench`: speed and memory as ratios within one run, as a table; also written to build/bench.md."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from infra.local.dynamodb import CLIENT_ENVIRONMENT, running_dynamodb

os.environ.update(
    CLIENT_ENVIRONMENT,
    SHOUNUO_TABLE="shounuo-bench",
    SHOUNUO_STAGE="local",
    SHOUNUO_LINK_KEY="5a" * 32,
    SHOUNUO_VAULT_KEY="5b" * 32,
)

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "build" / "bench.md"
SIZES = {"shounuo-small": 1_000, "shounuo-big": int(os.environ.get("SHOUNUO_BENCH_CASES", "100000"))}
NOTE = "Medians of pairs taken in turns on this machine; the second figure against the first is what counts."


def main() -> int:
    """Measures everything and prints the table; 1 when a goal was missed."""
    began = time.monotonic()
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        memory = stack.enter_context(running_dynamodb()).endpoint
        disk = stack.enter_context(running_dynamodb(Path(folder))).endpoint
        rows = []
        for row in measured(memory, disk):
            mark = {True: "reached", False: "MISSED", None: ""}[row.reached]
            rows.append((f"| {row.what} | {row.figures} | {row.goal} | {mark} |", row.reached))
            print(rows[-1][0], flush=True)
    table = ["| what | figures | goal | |", "|---|---|---|---|", *(line for line, _ in rows), "", NOTE]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("\n".join(table) + "\n")
    print(f"\n{NOTE} Written to {TARGET.relative_to(ROOT)} after {time.monotonic() - began:.0f} s.")
    return 1 if any(reached is False for _, reached in rows) else 0


def measured(memory: str, disk: str) -> "Iterator[Row]":
    """All rows, one after the other; ONLY="filing due" in the environment those of some parts."""
    from chalicelib.rulebook import load
    from tests.bench.filing import filing
    from tests.bench.functions import functions
    from tests.bench.lighthouse import lighthouse
    from tests.bench.notices import notices
    from tests.bench.opening import opening
    from tests.bench.reading import pages
    from tests.bench.sweeping import little_due, much_due
    from tests.bench.sweeping import memory as grown
    from tests.bench.tables import fill, use
    from tests.cases import TUESDAY_TEN

    book = load(ROOT / "docs" / "rulebook")

    def at_any_size() -> Iterator[Row]:
        for name, count in SIZES.items():
            use(memory, name)
            fill(book, count, "C8", TUESDAY_TEN)
        yield from pages(memory, TUESDAY_TEN, SIZES)
        yield from little_due(book, memory, TUESDAY_TEN, SIZES)

    parts: dict[str, Callable[[], Iterator[Row]]] = {
        "notices": notices,
        "filing": lambda: filing(book, disk, TUESDAY_TEN),
        "due": lambda: much_due(book, disk, TUESDAY_TEN),
        "memory": lambda: grown(book, memory, TUESDAY_TEN),
        "size": at_any_size,
        "opening": opening,
        "lighthouse": lighthouse,
        "functions": functions,
    }
    wanted = os.environ.get("ONLY", "").split() or list(parts)
    if unknown := [name for name in wanted if name not in parts]:
        raise SystemExit(
            f"ONLY={' '.join(unknown)} is no part of the benchmark; parts are: {' '.join(parts)}"
        )
    for name in wanted:
        yield from parts[name]()


if __name__ == "__main__":
    from tests.bench.measuring import Row

    sys.exit(main())
