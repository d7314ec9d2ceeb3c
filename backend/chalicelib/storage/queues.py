"""The desk's lists: a page of one costs a page, however many cases are open, and so does counting one."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any, cast

from chalicelib.domain.keeping import Row
from chalicelib.domain.moments import written

from .cases import case_from
from .histories import legible
from .patience import patiently
from .table import HeadRecord, Record

# A count stops here: the desk shows "99+". One more key than is shown tells "99" from "99+".
MOST_COUNTED = 100
# How many open cases one step of a search looks at (about 400 KB of the index).
MOST_SEARCHED = 400
_FIRST, _LAST = " ", "~"  # sort before and after every position in a list


def page(
    name: str, keys: Sequence[str], after: str | None = None, limit: int = 25, until: datetime | None = None
) -> tuple[list[Row], str | None]:
    """A page of the list `name`, soonest due first, and where the next one begins (None at the end).

    `keys` are the parts of the list that are wanted, each read by one query (a person may have several buildings); `until`
    stops before what is due at that moment or later. The lists hold keys only: the cases themselves are read consistently,
    so that a row never shows what was true a moment ago. The queue of all carries its rows and is read by the query alone.
    A case that cannot be read is left out, and named in the log, so that the desk goes on with the others.
    """
    parts = [_keys(name, key, after, limit + 1, until) for key in keys]
    found = list(islice(merge(*parts, key=lambda record: str(record.queue_at)), limit + 1))
    shown, more = found[:limit], len(found) > limit
    if name == "queue":
        rows = list(_rows_in(shown).values())
    else:
        rows = rows_of([number_of(record) for record in shown])
    return rows, shown[-1].queue_at if more else None


def count(name: str, keys: Sequence[str], until: datetime | None = None) -> int:
    """How many cases stand in a list: exact below MOST_COUNTED, and never reading more than that of each part."""
    table: Any = Record._get_connection()
    total = 0
    for key in keys:

        def ask(key: str = key) -> int:
            said = table.query(
                key,
                range_key_condition=_between(None, until),
                index_name=name,
                limit=MOST_COUNTED,
                select="COUNT",
            )
            return int(said["Count"])

        total += patiently(ask)
    return min(total, MOST_COUNTED)


def search(
    community: str,
    fits: Callable[[Row], bool],
    after: str | None = None,
    limit: int = 25,
    most: int = MOST_SEARCHED,
) -> tuple[list[Row], str | None]:
    """The open cases that fit, soonest due first, among the next `most` of the queue; and where to go on looking, if anywhere."""
    looked_at = _keys("queue", community, after, most + 1, None)
    rows = _rows_in(looked_at[:most])
    found: list[Row] = []
    for record in looked_at[:most]:
        row = rows.get(number_of(record))
        if row is not None and fits(row):
            found.append(row)
        if len(found) == limit:
            at_end = record is looked_at[-1]
            return found, None if at_end else str(record.queue_at)
    return found, str(looked_at[most - 1].queue_at) if len(looked_at) > most else None


def rows_of(numbers: Sequence[str]) -> list[Row]:
    """The rows of cases that are still open, in the order asked for, read consistently in one batch (100 at most)."""
    if not numbers:
        return []
    found = legible(_heads, numbers)
    return [found[number] for number in numbers if number in found and found[number].case.is_open]


def _heads(numbers: Iterable[str]) -> dict[str, Row]:
    keys = [(f"CASE#{number}", "HEAD") for number in numbers]
    records = patiently(lambda: list(HeadRecord.batch_get(keys, consistent_read=True)))
    return {number_of(record): _row(record) for record in records}


def _rows_in(records: Sequence[Record]) -> dict[str, Row]:
    """The rows that items of the index carry, by number, without those that cannot be read."""
    carried = {number_of(record): cast(HeadRecord, record) for record in records}
    return legible(lambda numbers: {number: _row(carried[number]) for number in numbers}, carried)


def number_of(record: Record) -> str:
    """The number of the case that an item of a list belongs to."""
    return record.pk.removeprefix("CASE#")


def _keys(name: str, key: str, after: str | None, limit: int, until: datetime | None) -> list[Record]:
    # Asked of the table's connection: a model's query filters by the sort of item, which an index of keys does not hold.
    table: Any = Record._get_connection()
    items: list[Any] = []
    start = None
    while len(items) < limit:

        def ask(start: Any = start, wanted: int = limit - len(items)) -> Any:
            return table.query(
                key,
                range_key_condition=_between(after, until),
                index_name=name,
                limit=wanted,
                exclusive_start_key=start,
            )

        said = patiently(ask)
        items += said["Items"]
        start = said.get("LastEvaluatedKey")
        if not start:
            break
    return [Record.from_raw_data(item) for item in items]


def _between(after: str | None, until: datetime | None) -> Any:
    """A position is a moment and a case's number, so that "!" behind it begins right after it."""
    return Record.queue_at.between(f"{after}!" if after else _FIRST, written(until) if until else _LAST)


def _row(record: HeadRecord) -> Row:
    return Row(case_from(record), record.home, record.excerpt, record.home_id)
