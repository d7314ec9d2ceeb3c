"""Send in a list of homes or of staff: it is read and kept; nothing of the register changes before its report is accepted."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from chalicelib.domain.home_list import read_homes
from chalicelib.domain.importing import MOST_PIECES, Finding, Import, Sort
from chalicelib.domain.list_file import Row
from chalicelib.domain.list_reading import Piece
from chalicelib.domain.staff_list import read_staff
from chalicelib.domain.standards import Rulebook


class Lists(Protocol):
    """Keeps lists that were sent in. Every method may raise Unavailable."""

    def keep(self, one: Import, pieces: Sequence[str]) -> Import:
        """Keeps a new list."""


def send_list(
    store: Lists,
    book: Rulebook,
    community: str,
    sort: Sort,
    rows: Sequence[Row],
    by: str,
    at: datetime,
    whole: bool = False,
) -> Import:
    """Keeps the rows of a file as a list. Raises Unfit where they are none."""
    place = book.communities[community]
    if sort is Sort.HOMES:
        pieces = read_homes(rows, place, at.astimezone(ZoneInfo(place.zone)).date())
    else:
        pieces = read_staff(rows, place, book)
    assert len(pieces) <= MOST_PIECES
    if whole and any("" in piece.spoiled for piece in pieces):
        # A row of which nobody knows whom it means may be about anybody: then nobody is missing for certain.
        pieces[0] = replace(pieces[0], findings=[Finding("remark", "not_whole"), *pieces[0].findings])
        whole = False
    count = sum(len(piece.lines) for piece in pieces)
    count += sum(1 for piece in pieces for one in piece.findings if one.kind == "fault")
    one = Import(secrets.token_hex(12), community, sort, by, at, count, len(pieces), whole)
    return store.keep(one, [_written(piece) for piece in pieces])


def _written(piece: Piece) -> str:
    findings = [
        [one.kind, one.code, one.row, one.column, one.about, dict(one.facts)] for one in piece.findings
    ]
    said = {"lines": list(piece.lines), "findings": findings, "spoiled": list(piece.spoiled)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def read_piece(text: str) -> Piece:
    """The piece that was kept."""
    said = json.loads(text)
    return Piece(said["lines"], [Finding(*one) for one in said["findings"]], said["spoiled"])
