"""Tables of a wanted size, filled with the very items that the store writes."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from chalicelib.domain.change import Change
from chalicelib.domain.filing import file
from chalicelib.domain.standards import Rulebook
from chalicelib.storage import table
from chalicelib.storage.table import Record
from tests.cases import COMMUNITY, by, report
from tests.faults.loading import items_of, load
from tests.faults.together import together

LOADERS = 2
_connections: dict[tuple[str, str], Any] = {}


def use(endpoint: str, name: str) -> None:
    """The store works on the table `name` at `endpoint` from now on; it is made where it is not there. Going back and forth costs
    nothing: the connections stay open."""
    Record.Meta.table_name = name
    Record.Meta.host = endpoint
    known = (endpoint, name) in _connections
    Record._connection = _connections.get((endpoint, name))
    _connections[(endpoint, name)] = Record._get_connection()
    if not known:
        table.create_table()


def filings(
    book: Rulebook, numbers: range, category: str, at: datetime, community: str = COMMUNITY
) -> Iterator[Change]:
    """Cases filed by the rules at a moment, with numbers of that day."""
    for n in numbers:
        yield file(report(book, category, community), f"{at:%y%m%d}-{n:06d}", by(at=at), book)


def fill(book: Rulebook, count: int, category: str, at: datetime) -> int:
    """Loads open cases, half of them in each community, whose messages were sent and forgotten; gives the number of items."""
    communities = list(book.communities)

    def part(start: int) -> Callable[[], int]:
        def items() -> Iterator[dict[str, Any]]:
            community = communities[start % len(communities)]
            for item in items_of(filings(book, range(start, count, LOADERS), category, at, community)):
                if not item["pk"]["S"].startswith("OUT#"):
                    yield item

        return lambda: load(items())

    return sum(together([part(start) for start in range(LOADERS)]))
