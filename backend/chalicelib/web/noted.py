"""What staff are shown of somebody's data is noted before they see it; where it cannot be noted, nothing is shown (503)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chalicelib import wiring
from chalicelib.domain.keeping import CaseFile, Row
from chalicelib.domain.post import PostFile
from chalicelib.domain.rules import contact_shown, row_shown

from .exchange import Exchange


def case_read(asked: Exchange, session: wiring.Session, file: CaseFile) -> CaseFile:
    """The case as this member of staff may see it; one that was forgotten holds nothing to note.

    What residents wrote is noted for whoever reads it; the contact is left out for those to whom it is not shown.
    """
    if not file.case.erased:
        wiring.readings.note(session.actor, session.community, "case", file.case.number, asked.at)
    return replace(file, contact=contact_shown(session.actor, file.case, file.contact))


def rows_for(session: wiring.Session, rows: Iterable[Row]) -> list[Row]:
    """Rows of a list as this member of staff may see them: without the homes that are not shown to them."""
    return [row_shown(session.actor, row) for row in rows]


def post_read(asked: Exchange, session: wiring.Session, file: PostFile) -> PostFile:
    """The post, of which a member of staff is about to see how its author is reached."""
    if not file.post.erased:
        wiring.readings.note(session.actor, session.community, "post", file.post.id, asked.at)
    return file


def homes_read(asked: Exchange, session: wiring.Session, homes: Iterable[str]) -> None:
    """Homes of the register with the people in them, by id."""
    wiring.readings.note_all(session.actor, session.community, "home", homes, asked.at)


def search_read(asked: Exchange, session: wiring.Session, typed: str, rows: Sequence[Row]) -> None:
    """The rows that a search found; a search that found nothing showed nobody."""
    if rows:
        found = [row.case.number for row in rows]
        wiring.readings.note_search(session.actor, session.community, typed, found, asked.at)
