"""The nightly check's part on missed limits: each has its record, whole, in the lists where people look for it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.domain.evidence import CaseFound, LapseFound, LapseRowFound, Place, Violation
from chalicelib.domain.invariants import is_whole, lapses_of

TRIES = 5


class LapseCensus(Protocol):
    """Looks again at single records and cases, consistently."""

    def case(self, number: str) -> CaseFound | None: ...
    def lapse(self, id: str) -> LapseFound | None: ...
    def present(self, places: Iterable[Place]) -> frozenset[Place]: ...


@dataclass(slots=True)
class LapseTally:
    """What was expected and not yet found, and the other way round; what agrees is forgotten at once."""

    expected: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)
    rows_expected: dict[Place, str] = field(default_factory=dict)
    rows_found: dict[Place, str] = field(default_factory=dict)
    suspects: set[str] = field(default_factory=set)

    def note_case(self, case: CaseFound) -> None:
        """A case was read: the records it must have are expected."""
        if is_whole(case):
            for id in lapses_of(case.events):
                if id in self.found:
                    self.found.remove(id)
                else:
                    self.expected.add(id)

    def note_lapse(self, lapse: LapseFound) -> None:
        """A record was read."""
        if lapse.id in self.expected:
            self.expected.remove(lapse.id)
        else:
            self.found.add(lapse.id)
        if lapse.faults:
            self.suspects.add(lapse.id)
        for place in lapse.rows:
            if self.rows_found.pop(place, None) is None:
                self.rows_expected[place] = lapse.id

    def note_row(self, row: LapseRowFound) -> None:
        """A line of a list was read."""
        if self.rows_expected.pop(row.place, None) is None:
            self.rows_found[row.place] = row.id

    def violations(self, store: LapseCensus) -> list[Violation]:
        """What is still wrong when each suspect is looked at again, consistently: a scan is no picture of one moment."""
        rows: dict[str, set[Place]] = {}
        for place, id in (*self.rows_expected.items(), *self.rows_found.items()):
            rows.setdefault(id, set()).add(place)
        suspects = self.expected | self.found | self.suspects | rows.keys()
        return [fault for id in sorted(suspects) for fault in _looked(store, id, rows.get(id, set()))]


def _looked(store: LapseCensus, id: str, strays: set[Place]) -> list[Violation]:
    number = id.rsplit("-", 2)[0]
    out: list[Violation] = []
    for _ in range(TRIES):
        case, lapse = store.case(number), store.lapse(id)
        rows = lapse.rows if lapse else frozenset()
        lying = store.present(rows | strays)
        if store.lapse(id) != lapse:
            continue  # somebody works on it: look once more
        out = list(lapse.faults) if lapse else []
        owed = case is not None and is_whole(case) and id in lapses_of(case.events)
        if owed and lapse is None:
            out.append(Violation("lapse_missing", f"LAPSE#{id}", "a missed limit that nobody answers for"))
        if lapse is not None and (case is None or is_whole(case)) and not owed:
            out.append(
                Violation("lapse_stray", f"LAPSE#{id}", "no event of its case shows this limit missed")
            )
        for place in sorted(rows - lying):
            out.append(Violation("lapse_row_missing", str(place), f"{id} is not where people look for it"))
        for place in sorted(lying - rows):
            out.append(Violation("lapse_row_stray", str(place), f"{id} does not stand here any more"))
        break
    return out
