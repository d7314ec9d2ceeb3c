"""Following what no clock follows: an open case of which no clock will tell anybody any more (B0: followed until done).

A promise has its clock. Once that is kept, paused, or up its whole ladder, the case may still be open, and nothing would ever
remind anybody of it. So from then on each thing that staff do begins a watch; when nothing more is done, whoever is in charge is
reminded, then those above hear of it, and then the last of them again and again. That is no promise of its own: nothing is missed
by it. What is paused waits for something outside and goes no further up than the supervisor, who sees that it waits on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from .calendar import ServiceCalendar
from .case import Case
from .events import Event, Role
from .limits import due_moment
from .standards import FOLLOW_UP, Ladder, Level, Rulebook
from .watch import Watch

# A history has an end (MOST_EVENTS in actions/request.py). What lay still for years must leave room for what ends it.
MOST_FOLLOWED = 400


def watch_after(before: Case | None, after: Case, event: Event, book: Rulebook) -> Watch | None:
    """The watch that begins with an event; None where a clock follows the case, or a watch of before goes on.

    What a resident writes and what a job does keep it going: neither is work on the case. News of the incident that it is part of
    is, for somebody of the staff told them.
    """
    if not after.unattended:
        return None
    worked_on = event.actor.role not in (Role.RESIDENT, Role.SYSTEM) or event.kind == "incident_told"
    if before is not None and before.watch is not None and not worked_on:
        return None
    first = book.ladders[FOLLOW_UP].levels[0]
    return Watch(event.at, _moment(first, event.at, book.calendar_for(after.community)), first.name)


def levels_for(case: Case, ladder: Ladder) -> tuple[Level, ...]:
    """The levels that come for the case as it stands."""
    if case.paused is None:
        return ladder.levels
    names = [level.name for level in ladder.levels]
    return ladder.levels[: names.index("supervisor") + 1]


def level_of(watch: Watch, levels: Sequence[Level]) -> Level:
    """The level that comes; the first of all where it is not among them (any more)."""
    return next((one for one in levels if one.name == watch.level), levels[0])


def next_watch(case: Case, ladder: Ladder, at: datetime, calendar: ServiceCalendar) -> Watch | None:
    """The watch after its level came at `at`: the next level, counted from the same beginning. After the last one that level
    comes again, each time as long after the one before.

    None for a case that is not watched, and for one whose history is so long that it is followed no more.
    """
    watch = case.watch
    if watch is None or case.version >= MOST_FOLLOWED:
        return None
    levels = levels_for(case, ladder)
    place = levels.index(level_of(watch, levels)) + 1
    if place == len(levels):
        return replace(watch, at=_moment(levels[-1], at, calendar), level=levels[-1].name)
    return replace(watch, at=_moment(levels[place], watch.since, calendar), level=levels[place].name)


def _moment(level: Level, since: datetime, calendar: ServiceCalendar) -> datetime:
    if level.after is None:
        raise ValueError(f"the level {level.name} does not say after how long it comes")
    return due_moment(level.after, since, calendar).moment
