"""Everything in the table, out into a file and back: page by page, in any account, and comparable by one checksum.

Point-in-time recovery is what a slip is mended with; this brings what it found back into the stage's own table, and is for moving
to another account or region, for a copy that outlives the account, and for the drill (`make drill`). What was sealed stays
sealed: a copy is worth nothing without the installation's keys. A table that is written to meanwhile is exported as each page was
found: stop the stage first (halting.py). The commands are in backup_commands.py.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.aws.backup_client import Item, patiently, write_all
from infra.local.console import LocalProblem, say, step

PAGE = 500
# What expires within it may be swept away by DynamoDB while two are compared.
HOUR = 3600


@dataclass(frozen=True)
class Sum:
    """How many items, and the sum of their digests: the order in which they were read does not matter."""

    items: int = 0
    digest: int = 0

    def with_item(self, item: Item) -> Sum:
        """With one item more."""
        return Sum(self.items + 1, (self.digest + int.from_bytes(digest_of(item), "big")) % 2**256)

    def __str__(self) -> str:
        return f"{self.items} items, {self.digest:064x}"


@dataclass(frozen=True)
class Backup:
    """A backup in a file; each loop over it reads it anew."""

    file: Path

    def __iter__(self) -> Iterator[Item]:
        """Its items. Raises LocalProblem where it is not there, cut off, or was changed on the way."""
        try:
            if not self.file.stat().st_size:  # to gzip, nothing at all is a whole file
                raise EOFError
            with gzip.open(self.file, "rt", encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)
        except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise LocalProblem(f"{self.file.name} is no whole backup ({type(error).__name__})") from None
        except OSError as error:
            raise LocalProblem(f"{self.file} cannot be read: {error.strerror}") from None


Items = Sequence[Item] | Backup


def line_of(item: Item) -> str:
    """An item as one line; the same item gives the same line."""
    return json.dumps(item, ensure_ascii=False, sort_keys=True, default=_bytes)


def digest_of(item: Item) -> bytes:
    """What only an equal item has too."""
    return hashlib.sha256(line_of(item).encode()).digest()


def sum_of(items: Iterable[Item]) -> Sum:
    """The checksum of items."""
    found = Sum()
    for item in items:
        found = found.with_item(item)
    return found


def everything(client: Any, table: str, **more: Any) -> Iterator[Item]:
    """All items, consistently, a page at a time; `more` goes to each Scan."""
    after: Item = {}
    while True:
        page = patiently(client.scan, TableName=table, ConsistentRead=True, Limit=PAGE, **after, **more)
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        after = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def checksum(client: Any, table: str) -> Sum:
    """The checksum of a table."""
    return sum_of(everything(client, table))


def export(client: Any, table: str, file: Path) -> Sum:
    """Write all items into a file, which only its owner may read; gives their checksum.

    The file has its name once it is whole: what is cut off leaves nothing of that name, and is run again. Raises LocalProblem
    for a file that is there: it is a backup, and is not written over.
    """
    _refuse_to_write_over(file)
    found = Sum()
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out:
                for item in everything(client, table):
                    out.write(line_of(item).encode() + b"\n")
                    found = found.with_item(item)
            raw.flush()
            os.fsync(raw.fileno())
        _refuse_to_write_over(file)
        Path(name).rename(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return found


def import_into(client: Any, table: str, items: Items) -> Sum:
    """Write items into a table that is empty, or holds a part of them and nothing else; gives their checksum.

    So it may be run again after it was cut off. They are read to their end before anything is written. Raises LocalProblem for
    a table that holds something else.
    """
    found = sum_of(items)
    there = {digest_of(item) for item in everything(client, table)}
    if there:
        others = set(there)
        for item in items:
            others.discard(digest_of(item))
        if others:
            raise LocalProblem(
                f"the table {table} is not empty: {len(others)} of its {len(there)} items are not those of the backup. "
                "Nothing was written; `backup replace` puts the backup in the place of all that is there"
            )
    missing = (item for item in items if not there or digest_of(item) not in there)
    write_all(client, table, ({"PutRequest": {"Item": item}} for item in missing))
    return found


def empty(client: Any, table: str) -> int:
    """Delete all items; gives how many. For `replace` and the drill: nothing else calls it."""
    keys = everything(client, table, ProjectionExpression="pk, sk")
    return write_all(client, table, ({"DeleteRequest": {"Key": key}} for key in keys))


def compare(client: Any, table: str, items: Items) -> None:
    """Raises LocalProblem where the table does not hold exactly these items; what has expired may be there or swept away."""
    until = time.time() + HOUR

    def lasting(several: Iterable[Item]) -> Sum:
        return sum_of(one for one in several if "expires" not in one or _expires(one) > until)

    stands, wanted = lasting(everything(client, table)), lasting(items)
    if stands != wanted:
        raise LocalProblem(f"the table {table} has {stands}, and should have {wanted}")


def replace(client: Any, table: str, wanted: Backup, safety: Path) -> None:
    """Put a backup in the place of all that the table holds, which goes into a safety copy first; says each step.

    Raises LocalProblem before anything is deleted where the backup is not whole or somebody writes to the table meanwhile.
    """
    coming = sum_of(wanted)
    if not coming.items:
        raise LocalProblem(f"{wanted.file} holds nothing: nothing was changed")
    with step(f"Keeping what {table} holds in {safety}"):
        before = export(client, table, safety)
        try:
            compare(client, table, Backup(safety))
        except LocalProblem as problem:
            raise LocalProblem(
                f"something writes to {table} meanwhile, so nothing was deleted: stop it first ({problem})"
            ) from None
    try:
        with step(f"Deleting {before.items} items"):
            empty(client, table)
        with step(f"Writing {coming.items} items"):
            import_into(client, table, wanted)
        with step("Comparing"):
            compare(client, table, wanted)
    except BaseException:
        say(
            f"{table} is between the two now, and {safety} alone holds all that it held: keep it.\n"
            f"To go on: {_putting(wanted.file)}\nTo go back: {_putting(safety)}"
        )
        raise
    say(f"{table} holds what {wanted.file} holds: {coming}\nBefore it held {before}")
    if before.items:
        say(f"To go back: {_putting(safety)}")


def _putting(file: Path) -> str:
    """The command that puts a file in the place of everything."""
    stage = os.environ.get("STAGE", "").strip()
    return f'make portal DO="backup replace {file}"' + (f" STAGE={stage}" if stage else "")


def _expires(item: Item) -> float:
    return float(item["expires"].get("N", "inf"))


def _refuse_to_write_over(file: Path) -> None:
    if file.exists():
        raise LocalProblem(f"{file} is there already, and is not written over: say another name")
    if not file.parent.is_dir():
        raise LocalProblem(f"there is no folder {file.parent}")


def _bytes(value: object) -> str:
    raise LocalProblem(f"an item holds a {type(value).__name__}, which this table has none of")
