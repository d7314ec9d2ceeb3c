"""Forget what is over: keep the promise of the privacy page about how long what is personal is kept (PIPL articles 19 and 47)."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.keeping import PhotosUnavailable, Stale, Unavailable

from .clock import check_clock

log = logging.getLogger(__name__)

PAGE = 100


class Forgetting(Protocol):
    """Keeps the list of what is to be forgotten, and forgets. Every method may raise Unavailable."""

    SHARDS: int

    def to_forget(
        self, shard: int, until: datetime, after: str | None = None, limit: int = 100
    ) -> list[Any]: ...
    def forget(self, one: Any, now: datetime, remove_photos: Callable[[Iterable[str]], None]) -> None: ...


@dataclass(slots=True)
class Counts:
    """Things forgotten; those left for the next run because somebody was changing them, or because something is wrong with them;
    of the latter those whose photos the store refused to delete; and whether the run's time was up before the end."""

    forgotten: int = 0
    left: int = 0
    failed: int = 0
    refused: int = 0
    unfinished: bool = False


def forget_what_is_over(
    store: Forgetting,
    remove_photos: Callable[[Iterable[str]], None],
    now: datetime,
    *,
    skew_seconds: Callable[[], float | None] = lambda: None,
    seconds: float = 600.0,
    dry_run: bool = False,
) -> Counts:
    """Forgets everything whose day has come, the oldest first, nothing a moment early.

    `skew_seconds` tells, after the first answer of the database, by how much the machine's clock differs from the database's;
    beyond two minutes nothing is forgotten, since nobody could take it back, and ClockRefused is raised.
    After `seconds` the run stops; the next one goes on from the beginning, so nothing is lost. What cannot be forgotten stays on
    the list and keeps nothing else waiting. Safe twice, and at the same time. `dry_run` counts and forgets nothing.
    """
    counts = Counts()
    ends = time.monotonic() + seconds
    for shard in range(store.SHARDS):
        after: str | None = None
        while True:
            page = store.to_forget(shard, now, after, PAGE)
            check_clock(skew_seconds)
            for one in page:
                after = one.place.sk
                if time.monotonic() >= ends:
                    counts.unfinished = True
                    return counts
                if dry_run:
                    counts.forgotten += 1
                else:
                    _forget(store, one, now, remove_photos, counts)
            if len(page) < PAGE:
                break
    return counts


def _forget(
    store: Forgetting,
    one: Any,
    now: datetime,
    remove_photos: Callable[[Iterable[str]], None],
    counts: Counts,
) -> None:
    try:
        store.forget(one, now, remove_photos)
    except Stale:
        counts.left += 1
    except PhotosUnavailable as error:
        # Photos go before words, so it stays on the list; what has no photo is forgotten on its day all the same.
        counts.failed += 1
        counts.refused += 1
        log.exception("the photos of a %s could not be deleted: %s", one.sort, error)
    except Unavailable:
        raise
    except Exception:
        # One broken thing must not keep the others; it stays on the list, and fsck names what is wrong with it.
        counts.failed += 1
        log.exception("a %s could not be forgotten", one.sort)
    else:
        counts.forgotten += 1
