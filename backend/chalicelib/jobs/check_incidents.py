"""The nightly check's part on incidents: each whole, and in the lists where people look for it, as long as it belongs there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.domain.evidence import IncidentFound, IncidentRowFound, Place, Violation

TRIES = 5


class IncidentCensus(Protocol):
    """Looks again at single incidents, consistently."""

    def incident(self, id: str) -> IncidentFound | None: ...
    def present(self, places: Iterable[Place]) -> frozenset[Place]: ...


@dataclass(slots=True)
class IncidentTally:
    """What was expected and not yet found, and the other way round; what agrees is forgotten at once."""

    rows_expected: dict[Place, str] = field(default_factory=dict)
    rows_found: dict[Place, str] = field(default_factory=dict)
    suspects: set[str] = field(default_factory=set)

    def note(self, found: IncidentFound | IncidentRowFound) -> None:
        """An incident or a line of a list was read."""
        if isinstance(found, IncidentRowFound):
            if self.rows_expected.pop(found.place, None) is None:
                self.rows_found[found.place] = found.id
            return
        if found.faults:
            self.suspects.add(found.id)
        for place in found.rows:
            if self.rows_found.pop(place, None) is None:
                self.rows_expected[place] = found.id

    def violations(self, store: IncidentCensus) -> list[Violation]:
        """What is still wrong when each suspect is looked at again, consistently: a scan is no picture of one moment."""
        rows: dict[str, set[Place]] = {}
        for place, id in (*self.rows_expected.items(), *self.rows_found.items()):
            rows.setdefault(id, set()).add(place)
        return [
            fault
            for id in sorted(self.suspects | rows.keys())
            for fault in _looked(store, id, rows.get(id, set()))
        ]


def _looked(store: IncidentCensus, id: str, strays: set[Place]) -> list[Violation]:
    out: list[Violation] = []
    for _ in range(TRIES):
        incident = store.incident(id)
        rows = incident.rows if incident else frozenset()
        lying = store.present(rows | strays)
        if store.incident(id) != incident:
            continue  # somebody works on it: look once more
        out = list(incident.faults) if incident else []
        for place in sorted(rows - lying):
            out.append(Violation("incident_row_missing", str(place), f"{id} is not where people look for it"))
        for place in sorted(lying - rows):
            out.append(Violation("incident_row_stray", str(place), f"{id} does not stand here any more"))
        break
    return out
