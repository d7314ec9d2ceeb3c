"""What a changed limit would have meant for cases of the past: would the promise that was kept still have been kept?

Nothing is rewritten by this (design.md, invariant 4): a clock keeps the limit it was stamped with, and only the answer to a
question staff ask before they publish a change is computed here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .calendar import ServiceCalendar
from .case import Case
from .clock import Clock
from .limits import Limit, due_moment


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Of `asked` clocks that were promised a limit and have been met, `missed` were late, and `would_miss` would have been late
    under another limit."""

    asked: int = 0
    missed: int = 0
    would_miss: int = 0


def would_miss(clock: Clock, limit: Limit, calendar: ServiceCalendar) -> bool:
    """Whether a clock that was met would have been met too late under `limit`; an appointment made still caps it (C3, D4).

    Exactly at the due moment the promise is kept. Raises ValueError for a clock that was not met.
    """
    if clock.met is None:
        raise ValueError("only of a clock that was met it can be said whether it would have been late")
    ended = tuple(pause for pause in clock.pauses if pause.end is not None)
    due = due_moment(limit, clock.started, calendar, ended).moment
    return clock.met > (due if clock.appointed is None else min(due, clock.appointed))


def what_if(
    cases: Iterable[Case],
    standard: str,
    kind: str,
    limit: Limit,
    calendars: dict[str, ServiceCalendar],
    since: datetime,
    until: datetime,
) -> WhatIf:
    """What `limit` on the clock `kind` of a standard would have meant for the cases filed from `since` to before `until`.

    `calendars` gives each community's calendar; cases of communities that are not in it are passed over. A case counts where
    it carried this standard's clock and the clock was met.
    """
    asked = missed = late = 0
    for case in cases:
        calendar = calendars.get(case.community)
        if calendar is None or not since <= case.opened < until:
            continue
        for clock in case.clocks:
            if (clock.standard, clock.kind) == (standard, kind) and clock.met is not None:
                asked += 1
                missed += clock.met > clock.original
                late += would_miss(clock, limit, calendar)
    return WhatIf(asked, missed, late)
