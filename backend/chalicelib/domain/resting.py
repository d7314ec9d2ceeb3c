"""What moves a deadline, and who may: pauses, appointments, visits agreed on, extensions, announced calendars."""

from datetime import datetime, timedelta
from enum import StrEnum

from .case import Asked, Case
from .change import By, Change, Draft
from .charge import address_at_level, decides_for_manager, manager_or_substitute
from .clock import Clock
from .events import Actor, Role
from .moments import written
from .promise import moved, paused, recomputed, resumed, stamp
from .refusals import Refused
from .rules import allow
from .standards import Rulebook

FARTHEST = timedelta(days=366)


class Wait(StrEnum):
    """What a paused case waits for."""

    RESIDENT = "waiting_for_resident"
    ACCESS = "waiting_for_access"
    PART = "waiting_for_part"
    AUTHORITY = "waiting_for_authority"
    WEATHER = "waiting_for_weather"


def pause(case: Case, by: By, reason: Wait, words: str | None) -> Change:
    """Holds the clocks while something outside is waited for; the resident is told what.

    Only after the resident has had an answer, and in an emergency only after somebody was there: a pause is no way round either.
    What is too late already is not held: it is extended by the manager (E1), or goes upward (E2).
    """
    allow("pause", case, by.actor)
    if case.paused is not None:
        raise Refused("already_paused")
    running = [c for c in case.clocks if c.running]
    if any(c.kind == "reply" for c in running):
        raise Refused("answer_first")
    if case.awaited:
        raise Refused("arrive_first")
    if late := [c for c in running if by.at > c.due]:
        raise Refused("pause_too_late", {"limit": late[0].due})
    if not running:
        raise Refused("no_such_clock")
    draft = Draft(case, by)
    draft.record(
        "paused",
        {"reason": reason.value},
        words=words,
        clocks=[paused(c, by.at, reason.value) for c in running],
    )
    draft.tell_resident("paused", {"wait": reason.value})
    return draft.done()


def resume(case: Case, by: By, book: Rulebook) -> Change:
    """Lets the clocks run again; the paused span stays in the history and does not count."""
    allow("resume", case, by.actor)
    draft = Draft(case, by)
    resume_in(draft, book)
    return draft.done()


def resume_in(draft: Draft, book: Rulebook) -> None:
    """Records the end of the pause in a change that is being made. Refused when nothing is paused."""
    case = draft.case
    if case.paused is None:
        raise Refused("not_paused")
    calendar = book.calendar_for(case.community)
    draft.record("resumed", clocks=[resumed(c, draft.by.at, book, calendar) for c in case.clocks if c.paused])


def appoint(case: Case, by: By, book: Rulebook, moment: datetime) -> Change:
    """Notes the moment agreed with the resident, where the promise allows one (C3, D4): at most the promised limit."""
    allow("appoint", case, by.actor)
    clock = next((c for c in case.clocks if c.agreed and c.running), None)
    if clock is None:
        raise Refused("clock_has_no_appointment")
    if moment <= by.at:
        raise Refused("moment_past", {"moment": moment})
    if moment > clock.promised:
        raise Refused("moment_over_limit", {"moment": moment, "limit": clock.promised})
    calendar = book.calendar_for(case.community)
    draft = Draft(case, by)
    draft.record(
        "appointed",
        {"clock": clock.kind, "moment": written(moment)},
        clocks=[moved(clock, by.at, book, calendar, appointed=moment)],
    )
    draft.tell_resident("appointed", {"due": written(moment)})
    return draft.done()


def agree_visit(case: Case, by: By, book: Rulebook) -> Change:
    """The resident agreed that someone comes to fix the fee on the spot: the arrive clock of D2 starts."""
    allow("agree_visit", case, by.actor)
    present = {c.kind for c in case.clocks}
    clocks = [
        c
        for c in stamp(book, case.community, case.category, by.at, ("visit_agreed",))
        if c.kind not in present
    ]
    if not clocks or case.paused is not None:
        raise Refused("visit_not_offered")
    draft = Draft(case, by)
    draft.record("visit_agreed", clocks=clocks)
    draft.tell_in_charge("assigned", {"standard": case.category})
    return draft.done()


def ask_extension(case: Case, by: By, book: Rulebook, kind: str, until: datetime, words: str) -> Change:
    """Asks the manager for a later due moment (E1). Nothing moves until the manager has agreed."""
    allow("ask_extension", case, by.actor)
    if case.asked is not None:
        raise Refused("already_asked")
    _extendable(case, kind, until, by.at)
    draft = Draft(case, by)
    draft.record("extension_asked", {"clock": kind, "until": written(until)}, words=words)
    community = book.communities[case.community]
    decides = manager_or_substitute(community, by)
    to = address_at_level("manager", case, book, by)
    if decides != community.manager:  # whoever stands in for the substitute could only pass it on
        to = f"staff:{case.community}/{decides}"
    draft.owe("extension_asked", to, {"clock": kind, "due": written(until)})
    return draft.done()


def decide_extension(case: Case, by: By, book: Rulebook, approved: bool, words: str) -> Change:
    """The manager agrees to the extension or does not (E1), or whoever the manager named for the time away; no one else may.

    The original due moment stays what counts.
    """
    community = book.communities[case.community]
    instead = {"instead_of": community.manager} if decides_for_manager(case, community, by) else {}
    allow("decide_extension", case, Actor(Role.MANAGER, community.manager) if instead else by.actor)
    asked = case.asked
    if asked is None:
        raise Refused("nothing_asked")
    draft = Draft(case, by)
    if approved:
        clock = _extendable(case, asked.clock, asked.until, by.at)
        after = moved(clock, by.at, book, book.calendar_for(case.community), extended=asked.until)
        draft.record(
            "extended",
            {
                "clock": asked.clock,
                "until": written(asked.until),
                "original": written(clock.original),
                "asked": asked.seq,
                **instead,
            },
            words=words,
            clocks=[after],
        )
        draft.tell_resident("extended", {"clock": asked.clock, "due": written(asked.until)})
    else:
        draft.record("extension_refused", {"clock": asked.clock, "asked": asked.seq, **instead}, words=words)
    draft.owe("extension_decided", _asker(case, asked), {"approved": approved, "due": written(asked.until)})
    return draft.done()


def recompute(case: Case, by: By, book: Rulebook) -> Change | None:
    """Counts provisional clocks again once their year is announced; None when none became final."""
    allow("recompute", case, by.actor)
    calendar = book.calendar_for(case.community)
    fresh = [
        new
        for old in case.clocks
        if old.provisional and not old.ended
        for new in [recomputed(old, by.at, book, calendar)]
        if not new.provisional
    ]
    if not fresh:
        return None
    draft = Draft(case, by)
    draft.record("recomputed", {"rulebook": book.version}, clocks=fresh)
    return draft.done()


def _extendable(case: Case, kind: str, until: datetime, now: datetime) -> Clock:
    """The running clock `kind`, if `until` may become its due moment."""
    clock = case.clock(kind)
    if clock is None or not clock.running:
        raise Refused("no_such_clock", {"clock": kind})
    if until <= max(clock.due, now):
        raise Refused("moment_not_later", {"moment": until, "limit": max(clock.due, now)})
    if until > now + FARTHEST:
        raise Refused("moment_too_far", {"moment": until})
    return clock


def _asker(case: Case, asked: Asked) -> str:
    return f"staff:{case.community}/{asked.by}"
