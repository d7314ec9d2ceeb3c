"""Keeps lists that were sent in to be imported: sealed, in pieces, with what was found in each, for a day.

`IMPORT#<id>` holds `HEAD`, the rows as `PIECE#<n>` and what was found in them as `REPORT#<n>`; `IMPORTS#<community>` points
at it, and `FORGET#<shard>` says when it goes. The head has a version: of two who go on with a list at once, one is told that the
other was faster, and a list that was removed cannot come back in part.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain.chain import canonical
from chalicelib.domain.importing import Finding, Import, Report, Sort, Stage
from chalicelib.domain.keeping import Stale
from chalicelib.domain.moments import read as moment_of
from chalicelib.domain.moments import written

from . import vault
from .patience import patiently
from .personal import forget_place, forget_record
from .table import Record
from .transaction import MOST_ITEMS, Lost, Transaction

if TYPE_CHECKING:
    from chalicelib.domain.place import Place

IMPORT = "import"
SEALED = "list to be imported"
# Some lists lie here at once, each for a day: more than these are not shown.
_MOST_SHOWN = 20


class ImportRecord(Record, discriminator="import"):
    """A part of a list, or (`said` empty) the pointer of its community."""

    said = UnicodeAttribute(default="")
    version = NumberAttribute(default=0)


def keep(one: Import, pieces: Sequence[str]) -> Import:
    """Keeps a new list with its pieces (JSON), in one transaction."""
    transaction = Transaction()
    transaction.put(_head(one), ImportRecord.pk.does_not_exist(), "head")
    for number, piece in enumerate(pieces):
        transaction.put(ImportRecord(_pk(one.id), f"PIECE#{number:04}", said=_sealed(piece)))
    transaction.put(_pointer(one))
    transaction.put(forget_record(one.forgotten_at, IMPORT, one.id))
    transaction.commit()
    return replace(one, version=one.version + 1)


def read(id: str) -> Import | None:
    """A list, consistently; None when there is none (any more)."""
    record = _part(id, "HEAD")
    return _import(record) if record else None


def piece(id: str, number: int) -> str:
    """The rows of a piece. Raises LookupError when the list is gone."""
    record = _part(id, f"PIECE#{number:04}")
    if record is None:
        raise LookupError(id)
    return _opened(record.said)


def report(id: str, number: int) -> Report | None:
    """What was found in a piece; None when it was not looked through yet."""
    record = _part(id, f"REPORT#{number:04}")
    if record is None:
        return None
    said = json.loads(_opened(record.said))
    return Report(tuple(Finding(*one) for one in said["findings"]), said["base"])


def advance(before: Import, after: Import, reports: Mapping[int, Report] | None = None) -> Import:
    """Keeps what a step made of a list, with the reports of its pieces. Raises Stale when somebody else went on with it first,
    or when it was removed."""
    transaction = Transaction()
    transaction.put(_head(after), ImportRecord.version == before.version, "head")
    for number, found in (reports or {}).items():
        said = {"findings": [_finding_json(one) for one in found.findings], "base": dict(found.base)}
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        transaction.put(ImportRecord(_pk(after.id), f"REPORT#{number:04}", said=_sealed(text)))
    try:
        transaction.commit()
    except Lost as lost:
        raise Stale(after.id) from lost
    return replace(after, version=after.version + 1)


def of_community(community: str) -> list[Import]:
    """The lists of a community that are kept now, the latest first."""
    pointers = patiently(
        lambda: list(
            ImportRecord.query(
                f"IMPORTS#{community}", consistent_read=True, scan_index_forward=False, limit=_MOST_SHOWN
            )
        )
    )
    found = (read(pointer.sk.rpartition("#")[2]) for pointer in pointers)
    return [one for one in found if one is not None]


def remove(id: str) -> None:
    """Removes a list with everything about it; done again it does nothing. Stopped half-way it is gone on with: its head and
    what points at it go last."""
    while True:
        records = patiently(lambda: list(ImportRecord.query(_pk(id), consistent_read=True)))
        head = next((record for record in records if record.sk == "HEAD"), None)
        parts = [record for record in records if record.sk != "HEAD"]
        for start in range(0, len(parts), MOST_ITEMS):
            transaction = Transaction()
            for part in parts[start : start + MOST_ITEMS]:
                transaction.delete(ImportRecord(part.pk, part.sk))
            transaction.commit()
        if head is None:
            return
        one = _import(head)
        transaction = Transaction()
        transaction.delete(
            ImportRecord(head.pk, head.sk), ImportRecord.version == int(head.version), label="head"
        )
        transaction.delete(_pointer(one))
        transaction.delete(forget_record(one.forgotten_at, IMPORT, id))
        try:
            transaction.commit()
        except Lost:
            continue  # somebody went on with it meanwhile and left new parts
        return


def forgetting_of(record: ImportRecord) -> frozenset[Place]:
    """Where it must stand that a list is to be forgotten, if this is its head; its other parts go with it."""
    if record.sk != "HEAD":
        return frozenset()
    one = _import(record)
    return frozenset({forget_place(one.forgotten_at, IMPORT, one.id)})


def _pk(id: str) -> str:
    return f"IMPORT#{id}"


def _part(id: str, sk: str) -> ImportRecord | None:
    found = patiently(lambda: list(ImportRecord.query(_pk(id), ImportRecord.sk == sk, consistent_read=True)))
    return found[0] if found else None


def _pointer(one: Import) -> ImportRecord:
    return ImportRecord(f"IMPORTS#{one.community}", f"{written(one.at)}#{one.id}")


def _head(one: Import) -> ImportRecord:
    said = {
        "community": one.community,
        "sort": one.sort.value,
        "by": one.by,
        "at": written(one.at),
        "rows": one.rows,
        "pieces": one.pieces,
        "whole": one.whole,
        "stage": one.stage.value,
        "done": one.done,
        "counts": dict(one.counts),
    }
    return ImportRecord(_pk(one.id), "HEAD", said=canonical(said), version=one.version + 1)


def _import(record: ImportRecord) -> Import:
    said = json.loads(record.said)
    return Import(
        id=record.pk.removeprefix("IMPORT#"),
        community=said["community"],
        sort=Sort(said["sort"]),
        by=said["by"],
        at=moment_of(said["at"]),
        rows=said["rows"],
        pieces=said["pieces"],
        whole=said["whole"],
        stage=Stage(said["stage"]),
        done=said["done"],
        counts=said["counts"],
        version=int(record.version),
    )


def _finding_json(one: Finding) -> list[object]:
    return [one.kind, one.code, one.row, one.column, one.about, dict(one.facts)]


def _sealed(text: str) -> str:
    """Packed before it is sealed: afterwards nothing can be packed any more."""
    return vault.seal(base64.b64encode(zlib.compress(text.encode())).decode(), SEALED)


def _opened(sealed: str) -> str:
    return zlib.decompress(base64.b64decode(vault.unseal(sealed, SEALED))).decode()
