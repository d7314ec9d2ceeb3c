"""Everything in the table, out into a file and back: page by page, in any account, and comparable by one checksum.

    python -m infra.aws.backup export FILE     every item as a line of DynamoDB's own JSON, compressed
    python -m infra.aws.backup import FILE     into a table that is empty
    python -m infra.aws.backup checksum        of the table that SHOUNUO_TABLE names

Point-in-time recovery is what a slip is mended with; this is for moving to another account or region, for a copy that outlives
the account, and for the drill (`make drill`). What was sealed stays sealed: a copy is worth nothing without the installation's
keys. A table that is written to meanwhile is exported as each page was found: stop the schedules and the API first.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from infra.local.console import LocalProblem, run_as_command, say

Item = dict[str, Any]
BATCH = 25  # what one BatchWriteItem takes
AT_ONCE = 8
TRIES = 12
PAGE = 500


@dataclass(frozen=True)
class Sum:
    """How many items, and the sum of their digests: the order in which they were read does not matter."""

    items: int = 0
    digest: int = 0

    def with_item(self, item: Item) -> Sum:
        """With one item more."""
        one = hashlib.sha256(line_of(item).encode()).digest()
        return Sum(self.items + 1, (self.digest + int.from_bytes(one, "big")) % 2**256)

    def __str__(self) -> str:
        return f"{self.items} items, {self.digest:064x}"


def line_of(item: Item) -> str:
    """An item as one line; the same item gives the same line."""
    return json.dumps(item, ensure_ascii=False, sort_keys=True, default=_bytes)


def everything(client: Any, table: str) -> Iterator[Item]:
    """All items, consistently, a page at a time."""
    pages = client.get_paginator("scan").paginate(
        TableName=table, ConsistentRead=True, PaginationConfig={"PageSize": PAGE}
    )
    for page in pages:
        yield from page["Items"]


def checksum(client: Any, table: str) -> Sum:
    """The checksum of a table."""
    found = Sum()
    for item in everything(client, table):
        found = found.with_item(item)
    return found


def export(client: Any, table: str, file: Path) -> Sum:
    """Write all items into a file; gives their checksum. A file that is there is a backup, and is not written over."""
    found = Sum()
    with file.open("xb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out:
        for item in everything(client, table):
            out.write(line_of(item).encode() + b"\n")
            found = found.with_item(item)
    return found


def import_into(client: Any, table: str, items: Iterable[Item]) -> Sum:
    """Write items into an empty table; gives their checksum. Raises LocalProblem where the table is not empty."""
    if client.scan(TableName=table, Limit=1, ConsistentRead=True)["Items"]:
        raise LocalProblem(f"the table {table} is not empty: a backup is only read into an empty one")
    found = Sum()
    source = iter(items)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while several := list(islice(source, BATCH * AT_ONCE)):
            for item in several:
                found = found.with_item(item)
            batches = [several[at : at + BATCH] for at in range(0, len(several), BATCH)]
            list(
                pool.map(
                    lambda batch: _write(client, table, [{"PutRequest": {"Item": one}} for one in batch]),
                    batches,
                )
            )
    return found


def read(file: Path) -> Iterator[Item]:
    """The items of a backup. Raises LocalProblem where it is cut off or was changed on the way."""
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (EOFError, gzip.BadGzipFile, json.JSONDecodeError) as error:
        raise LocalProblem(f"{file.name} is no whole backup ({type(error).__name__})") from None


def empty(client: Any, table: str) -> int:
    """Delete all items; gives how many. For the drill: nothing else calls it."""
    keys = [{"pk": item["pk"], "sk": item["sk"]} for item in everything(client, table)]
    batches = [keys[at : at + BATCH] for at in range(0, len(keys), BATCH)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(
            pool.map(
                lambda batch: _write(client, table, [{"DeleteRequest": {"Key": key}} for key in batch]),
                batches,
            )
        )
    return len(keys)


def _write(client: Any, table: str, requests: list[Item]) -> None:
    """One batch, and what was left of it again until nothing is."""
    left = {table: requests}
    for attempt in range(TRIES):
        left = client.batch_write_item(RequestItems=left).get("UnprocessedItems") or {}
        if not left:
            return
        time.sleep(min(5.0, 0.05 * 2**attempt))
    raise LocalProblem(
        f"the table {table} takes no more: {len(left[table])} items were left after {TRIES} tries"
    )


def _bytes(value: object) -> str:
    raise LocalProblem(f"an item holds a {type(value).__name__}, which this table has none of")


def main() -> int:
    """Do what the command line says with the table of the environment."""
    from chalicelib.storage.table import TABLE, connection

    client = connection().client
    match sys.argv[1:]:
        case ["export", name]:
            say(f"{name}: {export(client, TABLE, Path(name))}")
        case ["import", name]:
            found = import_into(client, TABLE, read(Path(name)))
            stands = checksum(client, TABLE)
            if stands != found:
                raise LocalProblem(f"the table has {stands}, the backup {found}")
            say(f"{TABLE}: {found}")
        case ["checksum"]:
            say(f"{TABLE}: {checksum(client, TABLE)}")
        case _:
            raise LocalProblem("say what to do: export FILE, import FILE or checksum")
    return 0


if __name__ == "__main__":
    run_as_command(main)
