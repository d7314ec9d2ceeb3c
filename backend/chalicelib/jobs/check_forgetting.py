"""The nightly check's part on what is personal: whatever is to go one day stands on the list of what is to be forgotten."""

from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.domain.evidence import ForgettingFound, KeptFound, Place, Violation


class ForgettingCensus(Protocol):
    """Looks again at single things, consistently, and puts entries of the list back or away."""

    def forgetting_of(self, place: Place) -> frozenset[Place]: ...
    def is_asked_for(self, place: Place, sort: str, id: str) -> bool: ...
    def present(self, places: frozenset[Place]) -> frozenset[Place]: ...
    def put_on_list(self, place: Place) -> None: ...
    def remove(self, place: Place) -> None: ...


@dataclass(slots=True)
class ForgettingTally:
    """What must stand on the list, with one of the things for which it must, and what stands there."""

    expected: dict[Place, Place] = field(default_factory=dict)
    listed: dict[Place, ForgettingFound] = field(default_factory=dict)

    def note(self, found: KeptFound | ForgettingFound) -> None:
        """Something personal, or an entry of the list, was read."""
        if isinstance(found, ForgettingFound):
            self.listed[found.place] = found
        else:
            for place in found.forgetting:
                self.expected.setdefault(place, found.place)

    def violations(
        self, store: ForgettingCensus, *, repair: bool = False
    ) -> tuple[list[Violation], list[Violation]]:
        """What is still wrong when each suspect is looked at again (a scan is no picture of one moment); what was put right."""
        missing, stray = [], []
        for place in sorted(self.expected.keys() - self.listed.keys()):
            kept = self.expected[place]
            if place in store.forgetting_of(kept) and not store.present(frozenset({place})):
                missing.append(
                    (place, Violation("forgetting_missing", str(place), f"{kept} would be kept for ever"))
                )
        for place in sorted(self.listed.keys() - self.expected.keys()):
            one = self.listed[place]
            if store.present(frozenset({place})) and not store.is_asked_for(place, one.sort, one.id):
                stray.append(
                    (place, Violation("forgetting_stray", str(place), "nothing is kept for which it stands"))
                )
        wrong = [violation for _, violation in (*missing, *stray)]
        if not repair:
            return wrong, []
        for place, _ in missing:
            store.put_on_list(place)
        for place, _ in stray:
            store.remove(place)
        return [], wrong
