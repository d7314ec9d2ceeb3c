"""Whom the arrangements about who is there are changed for: read, decided, written; each change stands alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.change import By
from chalicelib.domain.duty import Away, Standing, Turn
from chalicelib.domain.standards import Community, Rulebook


class DutyStore(Protocol):
    """Keeps who is there. Every method may raise Unavailable."""

    def standing(self, community: str) -> Standing:
        """Everything noted about a community's staff, consistently."""

    def change(
        self,
        communities: tuple[str, ...],
        put: tuple[Away | Turn, ...] = (),
        delete: tuple[Away | Turn, ...] = (),
    ) -> None:
        """Writes and removes in one transaction, the same in each community."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """What a decision writes and removes."""

    put: tuple[Away | Turn, ...] = ()
    delete: tuple[Away | Turn, ...] = ()


def arrange(
    store: DutyStore,
    book: Rulebook,
    by: By,
    community: str,
    decide: Callable[[Standing, Community, By], Arranged],
) -> None:
    """Carries out one decision on a community's absences or its rota. Sent twice, it leaves what it left the first time.

    Who works for the whole company is away from every community at once. Raises Refused and Unavailable.
    """
    standing = store.standing(community)
    done = decide(standing, book.communities[community], by)
    persons = {one.person for one in (*done.put, *done.delete) if isinstance(one, Away)}
    company = [one.id for one in book.communities.values() if persons and persons <= one.people.keys()]
    store.change(tuple(company) or (community,), done.put, done.delete)
