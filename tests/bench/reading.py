"""What people's pages cost: the tracking page and the desk's queue, in a small table and in a large one."""

from collections.abc import Callable, Iterator
from datetime import datetime

from chalicelib.storage import cases, queues
from tests.bench.measuring import Row, counted, heard, in_turns
from tests.bench.tables import use
from tests.cases import COMMUNITY

ROUNDS = 200


def pages(endpoint: str, start: datetime, sizes: dict[str, int]) -> Iterator[Row]:
    """Reads a case's whole file, and a page of 25 from the middle of the queue's beginning, in turns."""
    small, big = sizes
    reads: dict[str, Callable[[int], object]] = {
        "tracking page": lambda n: cases.load(f"{start:%y%m%d}-{n % 1000:06d}"),
        "queue page of 25": lambda n: queues.page("queue", [COMMUNITY]),
    }
    for name, read in reads.items():

        def of(table: str, read: Callable[[int], object] = read) -> Callable[[int], None]:
            def run(n: int) -> None:
                use(endpoint, table)
                assert read(n)

            return run

        few, many = in_turns(ROUNDS, of(small), of(big), warm=30)
        with heard() as operations:
            read(0)
        figures = f"{few:.1f} ms among {sizes[small]:,}, {many:.1f} ms among {sizes[big]:,}: {many / few:.2f}"
        yield Row(name, figures, "at most 1.2 times", many <= 1.2 * few)
        yield Row("its requests", counted(operations), "one Query", len(operations) == 1)
