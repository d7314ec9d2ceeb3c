"""What staff are shown of somebody's data is noted before they see it; where it cannot be noted, nothing is shown (503)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chalicelib import wiring
from chalicelib.domain.keeping import CaseFile, Row

from .exchange import Exchange


def case_read(asked: Exchange, session: wiring.Session, file: CaseFile) -> CaseFile:
    """The case, whose contact and words a member of staff is about to see; one that was forgotten holds nothing to note."""
    if not file.case.erased:
        wiring.readings.note(session.actor, session.community, "case", file.case.number, asked.at)
    return file


def homes_read(asked: Exchange, session: wiring.Session, homes: Iterable[str]) -> None:
    """Homes of the register with the people in them, by id."""
    wiring.readings.note_all(session.actor, session.community, "home", homes, asked.at)


def search_read(asked: Exchange, session: wiring.Session, typed: str, rows: Sequence[Row]) -> None:
    """The rows that a search found; a search that found nothing showed nobody."""
    if rows:
        found = [row.case.number for row in rows]
        wiring.readings.note_search(session.actor, session.community, typed, found, asked.at)
