"""Publish an incident, and what is new about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.actions.request import NotFound
from chalicelib.domain import incidents
from chalicelib.domain.change import By
from chalicelib.domain.incidents import Incident, IncidentChange, IncidentExists, IncidentState
from chalicelib.domain.keeping import Stale
from chalicelib.domain.standards import Rulebook, Text

TRIES = 5


class IncidentStore(Protocol):
    """Keeps incidents. Every method may raise Unavailable."""

    def head(self, id: str) -> Incident | None: ...
    def save(self, change: IncidentChange) -> None: ...


class IncidentMoved(Exception):
    """The incident is not any more what whoever asks had seen (409)."""


def publish_incident(
    store: IncidentStore,
    book: Rulebook,
    by: By,
    id: str,
    community: str,
    kind: str,
    buildings: Sequence[str],
    news: Text,
    expects: datetime | None,
) -> Incident:
    """Publishes an incident under an `id` that is the same when the same request comes again. Raises Refused."""
    change = incidents.announce(id, by, book, community, kind, tuple(buildings), news, expects)
    try:
        store.save(change)
    except IncidentExists:
        there = store.head(id)
        if there is None or (there.community, there.kind) != (community, kind):
            raise IncidentMoved(id) from None
        return there
    return change.after


def proceed_incident(
    store: IncidentStore,
    book: Rulebook,
    by: By,
    community: str,
    id: str,
    seen: int | None,
    state: IncidentState,
    news: Text,
    expects: datetime | None,
) -> Incident:
    """News of an incident of one's own community. The same news sent again count once.

    Raises NotFound, IncidentMoved when it moved on since it was `seen`, and Refused.
    """
    for _ in range(TRIES):
        incident = store.head(id)
        if incident is None or incident.community != community:
            raise NotFound(id)
        moved_on = seen is not None and incident.version != seen
        if moved_on and (incident.news, incident.expects) == (news, expects):
            return incident
        if moved_on:
            raise IncidentMoved(id)
        change = incidents.proceed(incident, by, book, state, news, expects)
        try:
            store.save(change)
        except Stale:
            continue
        return change.after
    raise IncidentMoved(id)
