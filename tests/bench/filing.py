"""What a filing costs: its requests, its time against the bare transaction, and its write units item by item."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.actions.file_case import file_case
from chalicelib.domain.keeping import RequestKey
from chalicelib.domain.standards import Rulebook
from chalicelib.storage import cases
from chalicelib.storage.table import Record
from tests.bench.measuring import Row, counted, heard, in_turns
from tests.bench.tables import filings, use
from tests.cases import CONTACT, report, request

ROUNDS = 150
TABLE = "shounuo-filing"


def filing(book: Rulebook, disk: str, at: datetime) -> Iterator[Row]:
    """Filing through the action against committing a transaction of the same items that lies ready, on disk, in turns."""
    use(disk, TABLE)
    keys = [RequestKey("bench", f"bare {n}", "body", at) for n in range(ROUNDS + 10)]
    ready = [
        cases.transaction_of([change], {change.after.number: CONTACT}, key)
        for change, key in zip(filings(book, range(ROUNDS + 10), "C1", at), keys, strict=True)
    ]

    def whole(n: int) -> None:
        file_case(request(book, at, key=f"whole {n}"), report(book, "C1"), CONTACT)

    took, bare = in_turns(ROUNDS, whole, lambda n: ready[n].commit(), warm=10)
    figures = f"{took:.1f} ms, {bare:.1f} ms the bare transaction of {len(ready[0])} items: {took / bare:.2f}"
    yield Row("filing", figures, "at most 2 times", took <= 2 * bare)
    with heard() as operations:
        file_case(request(book, at, key="heard"), report(book, "C1"), CONTACT)
    yield Row(
        "its requests", counted(operations), "one transaction, no read", operations == ["TransactWriteItems"]
    )
    for category in ("C1", "C3", "B2"):
        yield _write_units(book, category, at)


def _write_units(book: Rulebook, category: str, at: datetime) -> Row:
    (change,) = filings(book, range(1), category, at)
    key = RequestKey("bench", "key", "body", at)
    records = cases.transaction_of([change], {change.after.number: CONTACT}, key).records()
    said, total = [], 0
    for record in records:
        item = record.serialize()
        size = size_of(item)
        units = 2 * math.ceil(size / 1024)
        said.append(f"{item['sort']['S']} {size} B = {units}")
        total += units
        for name, (_, kept) in entries_of(item).items():
            size = size_of(kept)
            said.append(f"index {name} {size} B = {math.ceil(size / 1024)}")
            total += math.ceil(size / 1024)
    return Row(
        f"write units of filing {category}", f"{total}: {', '.join(said)}", "as low as the items allow", None
    )


def entries_of(item: dict[str, Any]) -> dict[str, tuple[list[Any], dict[str, Any]]]:
    """What each index keeps of an item, by the name of the index: its keys there, and all of it; none where it lacks a key."""
    found = {}
    for name, index in Record._indexes.items():
        schema = index._get_schema()
        keys = [one["AttributeName"] for one in schema["key_schema"]]
        names = dict.fromkeys(("pk", "sk", *keys, *schema["projection"].get("NonKeyAttributes", [])))
        if all(key in item for key in keys):
            found[name] = [item[key] for key in keys], {one: item[one] for one in names if one in item}
    return found


def size_of(item: dict[str, Any]) -> int:
    """The bytes that AWS charges for, of an item or a map: names in UTF-8, and what they stand for."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: dict[str, Any]) -> int:
    """A text in UTF-8; a number takes a byte for two digits and one more; what holds others three, and one for each."""
    [(sort, said)] = value.items()
    if sort == "S":
        return len(said.encode())
    if sort == "N":
        return math.ceil(len(said.strip("-")) / 2) + 1
    if sort == "SS":
        return sum(len(one.encode()) for one in said)
    if sort == "L":
        return 3 + sum(1 + _size(one) for one in said)
    if sort in ("BOOL", "NULL"):
        return 1
    raise AssertionError(f"nobody knows what a value of sort {sort} takes")
