"""The walk over what is due: from the beginning up to now, shard by shard, a page at a time, and not at all on a wrong clock."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol, TypeVar

from .clock import check_clock

PAGE = 50


class Due(Protocol):
    """Something to be looked at; `position` is where the next page begins."""

    @property
    def position(self) -> str: ...


D = TypeVar("D", bound=Due)


class Shards(Protocol[D]):
    """Keeps what is due, in shards. Every method may raise Unavailable."""

    def due(self, shard: int, until: datetime, after: str | None = None, limit: int = 100) -> list[D]: ...


def pages_due(
    store: Shards[D],
    shards: Iterable[int],
    now: datetime,
    skew_seconds: Callable[[], float | None],
    page: int = PAGE,
) -> Iterator[list[D]]:
    """What is due at `now` in `shards`, oldest first in each, at most `page` at once: what has been dealt with when the next
    page is asked for need not be remembered, so that memory does not grow with how much is due.

    `skew_seconds` tells, after the first answer of the database, by how much the machine's clock differs from the database's.
    Raises ClockRefused, before anything is given, where that is more than two minutes.
    """
    for shard in shards:
        after: str | None = None
        while True:
            items = store.due(shard, now, after, page)
            check_clock(skew_seconds)
            if items:
                yield items
                after = items[-1].position
            if len(items) < page:
                break
