"""The open cases near a matter: what may be the same thing, offered before it is filed or worked on a second time."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib import wiring
from chalicelib.domain.keeping import CaseFile, Row
from chalicelib.domain.queues import part_key
from chalicelib.domain.searching import Matter, alike

from .noted import rows_for

# How many open cases of a building are compared: those that are due first.
COMPARED = 60


def near(session: wiring.Session, matter: Matter, but: str = "") -> list[Row]:
    """The open cases of the matter's building that look like it, the likeliest first, as they are shown to whoever asks; never
    the case `but`. They are compared by what is shown: a complaint does not turn up for a home that it does not name."""
    rows, _ = wiring.queues.page(
        "of_building", [part_key(session.community, matter.building)], limit=COMPARED
    )
    return alike(matter, [row for row in rows_for(session, rows) if row.case.number != but])


def near_case(session: wiring.Session, file: CaseFile) -> list[Row]:
    """The open cases that may be about the same thing as this one."""
    case = file.case
    standard = wiring.rulebook().standards.get(case.category)
    matter = Matter(
        building=case.building,
        category=case.category,
        of_home=standard is not None and standard.place == "home",
        home_id=file.contact.home_id,
        home=file.contact.home,
        words=file.contact.excerpt or "",
    )
    return near(session, matter, but=case.number)


def matter_of(values: Mapping[str, str], home_id: str | None) -> Matter:
    """What a form is about as far as it is filled in; the building without its community."""
    standard = wiring.rulebook().standards.get(values.get("category", ""))
    return Matter(
        building=values.get("building", "").rpartition("/")[2],
        category=standard.id if standard else None,
        of_home=standard is not None and standard.place == "home",
        home_id=home_id,
        home=values.get("home") or None,
        words=values.get("what", ""),
    )
