"""Look at every post that is due: remind its author, end it after its last day, and at last forget what it said (F1).

Like the sweep over cases it reads what is due from the beginning up to now, each time, and decides on the post itself. Two runs
at once, a repetition, a crash or a day of downtime end a post once and tell its author once: what was done and that it was done
change in one transaction.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.change import By
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.keeping import PhotosUnavailable, PostStore, Stale, Unavailable
from chalicelib.domain.post import Timer, photo_keys
from chalicelib.domain.posting import on_time

from .due import pages_due

if TYPE_CHECKING:
    from chalicelib.domain.photos import PhotoStore

log = logging.getLogger(__name__)

ACTOR = Actor(Role.SYSTEM, "expire_posts")
TRIES = 5
# The timetable has it from here: a run has to know when the next one comes.
EVERY_MINUTES = 10


@dataclass(slots=True)
class Counts:
    """What a run did: due items read, authors reminded, posts ended, posts forgotten, posts that somebody else had changed,
    posts that failed and stay due for the next run, those of them whose photos the store refused to delete, and whether time ran
    out before the end."""

    read: int = 0
    reminded: int = 0
    expired: int = 0
    forgotten: int = 0
    lost_races: int = 0
    failed: int = 0
    refused: int = 0
    unfinished: bool = False


def expire_posts(
    store: PostStore,
    photos: PhotoStore | None,
    now: datetime,
    *,
    skew_seconds: Callable[[], float | None] = lambda: None,
    seconds: float = 50.0,
    dry_run: bool = False,
) -> Counts:
    """Does everything that is due at `now`; `photos` is None where there is no store for them.

    Raises ClockRefused, and changes nothing, when the machine's clock and the database's differ by more than two minutes. After
    `seconds` the run stops; the next one goes on from the beginning. `dry_run` decides and counts, but saves nothing.
    """
    counts = Counts()
    ends = time.monotonic() + seconds
    for items in pages_due(store, store.looked_at(now, EVERY_MINUTES), now, skew_seconds):
        counts.read += len(items)
        for id in dict.fromkeys(item.id for item in items):
            try:
                _look(store, photos, now, id, counts, dry_run)
            except PhotosUnavailable as error:
                # Its photos go first, so nothing of it was forgotten. The next run tries it again; who is to be told is told now.
                counts.failed += 1
                counts.refused += 1
                log.exception("the photos of post %s could not be deleted: %s", id, error)
            except Unavailable:
                raise
            except Exception:
                # One broken post must not keep the others waiting; it stays due and is seen again by the next run.
                counts.failed += 1
                log.exception("post %s could not be looked at", id)
            if time.monotonic() >= ends:
                counts.unfinished = True
                return counts
    return counts


def _look(
    store: PostStore, photos: PhotoStore | None, now: datetime, id: str, counts: Counts, dry_run: bool
) -> None:
    for _ in range(TRIES):
        file = store.load(id)
        if file is None:
            raise LookupError("a due item without its post")
        found = on_time(file.post, By(ACTOR, now, secrets.token_hex(8)))
        if found is None:
            return  # it was dealt with under another of its moments, or by somebody else
        timer, change = found
        try:
            if dry_run:
                pass
            elif timer == "forget":
                if photos is not None:
                    photos.remove(photo_keys(file))
                store.erase(change, file)
            else:
                store.save(change, file.poster)
        except Stale:
            counts.lost_races += 1
            continue
        _count(counts, timer)
        return


def _count(counts: Counts, timer: Timer) -> None:
    if timer == "remind":
        counts.reminded += 1
    elif timer == "expire":
        counts.expired += 1
    else:
        counts.forgotten += 1
