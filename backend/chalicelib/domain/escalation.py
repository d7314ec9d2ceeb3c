"""Up the ladder: which level of a clock comes next, when, and what happens when its moment has passed (E2).

Each level exists once per (case, clock, level, deadline version), in the ladder's order, with how late it was noticed; whether
the check runs every minute or after six hours of silence makes no difference to what exists afterwards (invariant 3).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from .calendar import ServiceCalendar
from .case import Case
from .change import By, Change, Draft, Message
from .charge import address_at_level
from .clock import Clock
from .events import Event
from .follow_up import level_of, levels_for, next_watch
from .limits import due_moment, share_moment
from .moments import written
from .rules import allow
from .standards import FOLLOW_UP, Ladder, Level, Rulebook
from .watch import watch_to_json

# Far more than any case can owe in one look (3 clocks, 4 levels); a bound so that one transaction always fits.
MOST_STEPS = 30


def moment_of(level: Level, clock: Clock, calendar: ServiceCalendar) -> datetime:
    """When a level comes, for the clock's present deadline."""
    if level.share is not None:
        return share_moment(clock.limit, clock.counted, clock.due, level.share, calendar)
    if level.after is None or level.after.amount == 0:
        return clock.due
    return due_moment(level.after, clock.due, calendar).moment


def wind(clock: Clock, ladder: Ladder, calendar: ServiceCalendar) -> Clock:
    """The clock with its next level and moment set: the first of the ladder that has not fired for this deadline."""
    level = next((one for one in ladder.levels if one.name not in clock.fired), None)
    if level is None or not clock.running:
        return replace(clock, next_level=None, next_at=None)
    return replace(clock, next_level=level.name, next_at=moment_of(level, clock, calendar))


def enforce(case: Case, by: By, book: Rulebook) -> Change | None:
    """What the scheduled check does to a case at `by.at`: every level whose moment has passed, in the order of the moments,
    closing by itself, and following what no clock follows. None when nothing is due.

    Raises Refused when the case is in a state that has no clocks (it was ended while the check looked at it).
    """
    allow("enforce", case, by.actor)
    calendar = book.calendar_for(case.community)
    draft = Draft(case, by)
    for _ in range(MOST_STEPS):
        passed = [(at, kind) for kind, at in draft.case.timers().items() if at <= by.at]
        if not passed:
            break
        _, kind = min(passed)
        if kind == "close":
            draft.record("closed")
            draft.tell_resident("closed")
        elif kind == "watch":
            _tell_of_silence(draft, book, calendar)
        else:
            _escalate(draft, kind, book, calendar)
    change = draft.done()
    return change if change.events else None


def _escalate(draft: Draft, kind: str, book: Rulebook, calendar: ServiceCalendar) -> None:
    clock = draft.case.clock(kind)
    if clock is None or clock.next_level is None or clock.next_at is None:
        raise ValueError(f"no level of {kind} is due")
    ladder = book.ladders[clock.ladder]
    level = next((one for one in ladder.levels if one.name == clock.next_level), None)
    fired = replace(clock, fired=(*clock.fired, clock.next_level))
    if level is None:
        # The ladder lost this level in an edit of the rulebook: it has nobody to tell, so only the next one is set.
        draft.record(
            "escalated",
            {"clock": kind, "level": clock.next_level, "to": ""},
            clocks=(wind(fired, ladder, calendar),),
        )
        return
    to = address_at_level(level.to, draft.case, book, draft.by)
    late_by = max(0, int((draft.by.at - clock.due).total_seconds()))
    draft.record(
        "escalated",
        {
            "clock": kind,
            "level": level.name,
            "version": clock.version,
            "to": to,
            "planned": written(clock.next_at),
            "due": written(clock.due),
            "late_by": late_by,
            "noticed_after": max(0, int((draft.by.at - clock.next_at).total_seconds())),
        },
        clocks=(wind(fired, ladder, calendar),),
    )
    draft.owe(
        level.name,
        to,
        {"clock": kind, "standard": clock.standard, "due": written(clock.due), "late_by": late_by},
        id=f"{draft.number}/{kind}/{clock.version}/{level.name}",
    )


def _tell_of_silence(draft: Draft, book: Rulebook, calendar: ServiceCalendar) -> None:
    watch, ladder = draft.case.watch, book.ladders[FOLLOW_UP]
    if watch is None:
        raise ValueError("nothing is watched")
    level = level_of(watch, levels_for(draft.case, ladder))
    to = address_at_level(level.to, draft.case, book, draft.by)
    following = next_watch(draft.case, ladder, draft.by.at, calendar)
    data = {"level": level.name, "to": to, "since": written(watch.since), "planned": written(watch.at)}
    if draft.case.paused is not None:
        data["wait"] = draft.case.paused
    event = draft.record("unattended", data | ({"watch": watch_to_json(following)} if following else {}))
    message = message_of_silence(event, draft.case)
    draft.owe(message.template, message.to, message.facts, id=message.id)


def message_of_silence(event: Event, case: Case) -> Message:
    """The message that an event owes by which somebody hears of a case that no clock follows."""
    data = cast("Mapping[str, str]", event.data)
    return Message(
        id=f"{event.case}/watch/{event.seq}",
        template="unattended",
        to=data["to"],
        community=case.community,
        case=event.case,
        at=event.at,
        facts={name: data[name] for name in ("since", "wait") if name in data},
    )
