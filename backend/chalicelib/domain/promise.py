"""A promise being made: the clocks a case carries, stamped with their due moments at filing (invariant 4)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from .calendar import ServiceCalendar
from .clock import Clock
from .escalation import wind
from .limits import Pause, due_moment
from .standards import ClockRule, Ladder, Rulebook


def stamp(
    book: Rulebook, community: str, category: str, at: datetime, starts: Iterable[str] = ("filing",)
) -> tuple[Clock, ...]:
    """The clocks that a case of `category` filed at `at` carries, wound up to their first level.

    `starts` says which of the rules begin now: those of "filing", or those of "visit_agreed" (D2). Where several promises
    bind the same clock (B0 and B4 both promise a reply), the earliest due moment stands. Raises KeyError for an unknown
    category or community.
    """
    calendar = book.calendar_for(community)
    wanted = frozenset(starts)
    earliest: dict[str, Clock] = {}
    for rule in book.clock_rules(category):
        if rule.starts not in wanted:
            continue
        clock = _begin(rule, at, calendar, book.ladders[rule.ladder])
        present = earliest.get(rule.clock)
        if present is None or clock.promised < present.promised:
            earliest[rule.clock] = clock
    return tuple(earliest.values())


def _begin(rule: ClockRule, at: datetime, calendar: ServiceCalendar, ladder: Ladder) -> Clock:
    due = due_moment(rule.limit, at, calendar)
    clock = Clock(
        kind=rule.clock,
        standard=rule.standard,
        limit=rule.limit,
        ladder=rule.ladder,
        agreed=rule.agreed,
        started=at,
        promised=due.moment,
        provisional=due.provisional,
        counted=at,
    )
    return wind(clock, ladder, calendar)


def moved(clock: Clock, at: datetime, book: Rulebook, calendar: ServiceCalendar, **changes: object) -> Clock:
    """The clock with `changes`; when that moves its due moment, a new deadline version begins, whose levels fire afresh."""
    after = replace(clock, **changes)  # type: ignore[arg-type]
    if after.due != clock.due:
        after = replace(after, version=clock.version + 1, fired=(), counted=at)
    return wind(after, book.ladders[clock.ladder], calendar)


def paused(clock: Clock, at: datetime, reason: str) -> Clock:
    """The clock held from `at` on: no level comes while it rests."""
    return replace(clock, pauses=(*clock.pauses, Pause(at, None, reason)), next_level=None, next_at=None)


def resumed(clock: Clock, at: datetime, book: Rulebook, calendar: ServiceCalendar) -> Clock:
    """The clock running again: its promise is counted anew from its start without the paused spans."""
    last = clock.pauses[-1]
    pauses = (*clock.pauses[:-1], Pause(last.start, at, last.reason))
    due = due_moment(clock.limit, clock.started, calendar, pauses)
    return moved(
        clock,
        at,
        book,
        calendar,
        pauses=pauses,
        promised=max(due.moment, clock.promised),
        provisional=due.provisional,
    )


def recomputed(clock: Clock, at: datetime, book: Rulebook, calendar: ServiceCalendar) -> Clock:
    """A provisional clock after its year was announced: counted again, in either direction."""
    ended = tuple(p for p in clock.pauses if p.end is not None)
    due = due_moment(clock.limit, clock.started, calendar, ended)
    if clock.paused:
        return replace(clock, promised=due.moment, provisional=due.provisional)
    return moved(clock, at, book, calendar, promised=due.moment, provisional=due.provisional)
