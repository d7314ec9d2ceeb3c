"""Accept the report of a list: from now on what it said is carried out. Accepted twice is accepted once."""

from typing import Protocol

from chalicelib.domain.importing import Import, Report, Stage, accepted
from chalicelib.domain.refusals import Refused


class Lists(Protocol):
    """Keeps lists that were sent in. Every method may raise Unavailable."""

    def advance(self, before: Import, after: Import, reports: dict[int, Report] | None = None) -> Import:
        """Keeps what a step made. Raises Stale."""


def accept_list(store: Lists, one: Import) -> Import:
    """The list as it is to be carried out. Raises Refused when it was not looked through yet, Stale when it moved on."""
    if one.stage is Stage.LOOKING:
        raise Refused("list_not_looked_through")
    after = accepted(one)
    return one if after == one else store.advance(one, after)
