"""Following what no clock follows: a case that is open, and that nobody was told of for some time (B0: followed until done).

A promise has its clock. Once that is kept, paused, or up its whole ladder, the case may still be open, and nothing would ever
remind anybody of it. So from then on each thing that staff do begins a watch; when nothing more is done, whoever is in charge is
reminded, then those above hear of it, and then it begins again. That is no promise of its own: nothing is missed by it.
"""

from datetime import datetime

from .calendar import ServiceCalendar
from .case import Case
from .events import Event, Role
from .limits import due_moment
from .standards import FOLLOW_UP, Ladder, Level, Rulebook
from .watch import Watch


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
    return _watch(book.ladders[FOLLOW_UP].levels[0], event.at, book.calendar_for(after.community))


def level_of(watch: Watch, ladder: Ladder) -> Level:
    """The level that comes; the first of all where an edit of the rulebook took it away."""
    return next((one for one in ladder.levels if one.name == watch.level), ladder.levels[0])


def next_watch(watch: Watch, ladder: Ladder, at: datetime, calendar: ServiceCalendar) -> Watch:
    """The watch after its level came at `at`: the next level, counted from the same beginning; after the last a new beginning."""
    place = ladder.levels.index(level_of(watch, ladder)) + 1
    if place == len(ladder.levels):
        return _watch(ladder.levels[0], at, calendar)
    return _watch(ladder.levels[place], watch.since, calendar)


def _watch(level: Level, since: datetime, calendar: ServiceCalendar) -> Watch:
    if level.after is None:
        raise ValueError(f"the level {level.name} does not say after how long it comes")
    return Watch(since, due_moment(level.after, since, calendar).moment, level.name)
