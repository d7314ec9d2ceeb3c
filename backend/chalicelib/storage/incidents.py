"""Incidents: published in one transaction, read by one query by whoever opens a page, and spread to cases bit by bit."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain import incidents as incident_of
from chalicelib.domain.case import Case
from chalicelib.domain.chain import canonical
from chalicelib.domain.events import Event
from chalicelib.domain.incidents import Incident, IncidentChange, IncidentExists
from chalicelib.domain.keeping import Stale
from chalicelib.domain.moments import written
from chalicelib.domain.place import Place
from chalicelib.domain.queues import part_key

from .histories import Histories
from .partitions import read_page
from .patience import patiently
from .table import HistoryEventRecord, HistoryHeadRecord, Record
from .transaction import Lost, Transaction

NOW = "NOW"
SPREAD = "SPREAD"
# More than this many at once is no news any more; the oldest then stand on the list only.
MOST_OPEN = 50


class IncidentRecord(HistoryHeadRecord, discriminator="incident"):
    """An incident as its events make it."""

    incident = UnicodeAttribute()


class IncidentEventRecord(HistoryEventRecord, discriminator="incident_event"):
    """One event of an incident."""


class IncidentRowRecord(Record, discriminator="incident_row"):
    """A line of a list of incidents, with the incident as it stands."""

    incident = UnicodeAttribute()


class AttachedRecord(Record, discriminator="attached"):
    """A case that is part of an incident; everything it says stands in its key."""


class SpreadRecord(Record, discriminator="spread"):
    """An incident of which not every case has been told; `version` is the one to be told."""

    version = NumberAttribute()


HISTORIES = Histories("INCIDENT", IncidentRecord, IncidentEventRecord)


@dataclass(frozen=True, slots=True)
class IncidentFile:
    """An incident with its events, oldest first, and how many cases are part of it."""

    incident: Incident
    events: tuple[Event, ...]
    cases: tuple[str, ...]


def save(change: IncidentChange) -> None:
    """Saves one step with what is to be spread: head, event, lists. Raises IncidentExists for a new one whose id exists, Stale
    when somebody was faster."""
    transaction = Transaction()
    before, after = change.before, change.after
    HISTORIES.put(transaction, _head(after), before, [change.event])
    transaction.move(rows_of(before), rows_of(after), again=IncidentRowRecord)
    transaction.put(SpreadRecord(SPREAD, after.id, version=after.version))
    try:
        transaction.commit()
    except Lost as lost:
        if "new" in lost.which:
            raise IncidentExists(after.id) from lost
        raise Stale(after.id) from lost


def load(id: str) -> IncidentFile | None:
    """The incident, by one consistent query; None when there is none."""
    return file_of(HISTORIES.items(id))


def head(id: str) -> Incident | None:
    """The incident alone, consistently."""
    return next((_incident(one) for one in HISTORIES.heads_of([id])), None)


def file_of(records: Sequence[Record]) -> IncidentFile | None:
    """The incident that the items of its partition make; None without its head."""
    head, events = HISTORIES.read(records)
    if head is None:
        return None
    cases = tuple(one.sk.removeprefix("CASE#") for one in records if isinstance(one, AttachedRecord))
    return IncidentFile(_incident(head), events, cases)


def now() -> list[Incident]:
    """Everything that goes on, in all communities, by one query; of a community the newest first."""
    rows = patiently(lambda: list(IncidentRowRecord.query(NOW, consistent_read=True, limit=MOST_OPEN)))
    return [_incident(row) for row in rows]


def of_community(
    community: str, after: str | None = None, limit: int = 25
) -> tuple[list[Incident], str | None]:
    """A page of a community's incidents, the newest first, and where the next page begins."""
    rows, following = read_page(
        IncidentRowRecord, f"INCIDENTS#{community}", None, after, limit, newest_first=True
    )
    return [_incident(row) for row in rows], following


def attached(id: str, after: str | None = None, limit: int = 50) -> list[str]:
    """The numbers of cases that are part of an incident, in order, consistently; at most `limit`."""
    keys = AttachedRecord.sk.startswith("CASE#")
    records, _ = read_page(AttachedRecord, HISTORIES.pk(id), keys, f"CASE#{after}" if after else None, limit)
    return [one.sk.removeprefix("CASE#") for one in records]


def places_to_look(incident: Incident) -> list[tuple[str, str]]:
    """The lists of open cases (:mod:`.queues`) in which cases of the incident may stand."""
    if not incident.buildings:
        return [("queue", incident.community)]
    return [("of_building", part_key(incident.community, one)) for one in incident.buildings]


def to_spread(limit: int = 20) -> list[tuple[str, int]]:
    """Incidents of which not every case has been told, with the version that is to be told.

    Read eventually, at half the price each minute: what is not seen yet is seen by the next run, and nothing is crossed out that
    has moved on (:func:`spread_done`).
    """
    records = patiently(lambda: list(SpreadRecord.query(SPREAD, limit=limit)))
    return [(one.sk, int(one.version)) for one in records]


def spread_done(id: str, version: int) -> None:
    """Everybody has been told of this version; if there is a newer one by now, it stays to be told."""
    transaction = Transaction()
    transaction.delete(SpreadRecord(SPREAD, id), SpreadRecord.version == version, "spread")
    try:
        transaction.commit()
    except Lost:
        return


def rows_of(incident: Incident | None) -> dict[tuple[str, str], IncidentRowRecord]:
    """The lines of lists in which an incident must stand, by their place."""
    if incident is None:
        return {}
    told = canonical(incident_of.to_json(incident))
    places = [(f"INCIDENTS#{incident.community}", f"{written(incident.announced)}#{incident.id}")]
    if incident.is_open:
        # Newest first within the query's own order: the moment counts backwards.
        places.append((NOW, f"{_backwards(incident.announced)}#{incident.id}"))
    return {place: IncidentRowRecord(*place, incident=told) for place in places}


def attached_records(case: Case | None) -> dict[Place, Record]:
    """The item by which the incident finds a case that is part of it."""
    if case is None or case.incident is None:
        return {}
    place = Place(HISTORIES.pk(case.incident), f"CASE#{case.number}")
    return {place: AttachedRecord(*place)}


def _backwards(moment: datetime) -> str:
    return f"{9_999_999_999_999 - int(moment.timestamp() * 1000):013d}"


def _head(incident: Incident) -> IncidentRecord:
    told = canonical(incident_of.to_json(incident))
    return IncidentRecord(HISTORIES.pk(incident.id), "HEAD", version=incident.version, incident=told)


def _incident(record: IncidentRecord | IncidentRowRecord) -> Incident:
    return incident_of.from_json(json.loads(record.incident))
