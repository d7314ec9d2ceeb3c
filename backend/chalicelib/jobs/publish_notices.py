"""Publish notices: lay each planned moment that has come over the site that is shown, in order.

What a moment changes was made when the site was built, and is copied as it is. A moment that was not finished is begun again by
the next run; done twice it is the same, and twice at once as well. No run may outlive the next moment, or it would lay an earlier
one over a later: the platform ends each before the next begins, and where it may, starts one at a time.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.planned import Changes, Plan

EVERY_MINUTES = 5


class Releases(Protocol):
    """The site that is shown, and what is planned for it."""

    AT_ONCE: int

    def plan(self) -> Plan | None: ...
    def applied(self, plan: Plan) -> int: ...
    def changes(self, moment: datetime) -> Changes: ...
    def show(self, moment: datetime, address: str) -> None: ...
    def hide(self, address: str) -> None: ...
    def note(self, plan: Plan, moments: int) -> None: ...


@dataclass(slots=True)
class Counts:
    """Moments that are planned and not done, and in this run: moments done, files shown, files taken away."""

    planned: int = 0
    moments: int = 0
    shown: int = 0
    hidden: int = 0


def publish_notices(releases: Releases | None, now: datetime, *, dry_run: bool = False) -> Counts:
    """Does what has come due up to `now`; None stands for a site that no bucket holds, and there is nothing to do."""
    counts = Counts()
    plan = releases.plan() if releases is not None else None
    if releases is None or plan is None:
        return counts
    due = plan.due(now)
    done = releases.applied(plan) if due else 0
    counts.planned = len(plan.moments) - done
    for number in range(done, due):
        if not dry_run:
            _apply(releases, plan.moments[number], counts)
            releases.note(plan, number + 1)
        counts.moments += 1
        counts.planned -= 1
    return counts


def _apply(releases: Releases, moment: datetime, counts: Counts) -> None:
    """What is new comes first and what goes is last, so that no page leads to one that is not there."""
    changes = releases.changes(moment)

    # Functions of this module, so that what a thread asks of the store is seen to be this job's (tests/infra/recording.py).
    def show(address: str) -> None:
        releases.show(moment, address)

    def hide(address: str) -> None:
        releases.hide(address)

    with ThreadPoolExecutor(releases.AT_ONCE) as pool:
        for act, addresses in ((show, changes.new), (show, changes.changed), (hide, changes.gone)):
            list(pool.map(act, addresses))  # all of them before the next, and the first failure is raised
    counts.shown += len(changes.new) + len(changes.changed)
    counts.hidden += len(changes.gone)
