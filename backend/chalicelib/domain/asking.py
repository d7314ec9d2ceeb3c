"""What a case asks of its resident just now. Pure."""

from datetime import datetime

from .case import FINISHED, Case, State
from .residents import REOPEN_WITHIN
from .resting import Wait

ASKS = ("confirm", "answer", "appointment", "rate")


def asks_of(case: Case, now: datetime) -> tuple[str, ...]:
    """What is asked, the most pressing first.

    confirm      it is said to be done, or the incident it is part of is over: is it?
    answer       the clocks rest until the resident has written
    appointment  somebody comes at an agreed moment that still lies ahead
    rate         it is over, not rated yet, and young enough to be remembered
    """
    out = []
    if case.state is State.RESOLVED or (case.is_open and case.incident_over):
        out.append("confirm")
    if case.is_open and case.paused == Wait.RESIDENT:
        out.append("answer")
    if case.is_open and appointment_of(case, now) is not None:
        out.append("appointment")
    ended = case.ended_at
    if case.state in FINISHED and case.rating is None and ended and now <= ended + REOPEN_WITHIN:
        out.append("rate")
    return tuple(out)


def appointment_of(case: Case, now: datetime) -> datetime | None:
    """The next agreed moment that still lies ahead on a clock that runs, or None."""
    ahead = [c.appointed for c in case.clocks if c.running and c.appointed and c.appointed > now]
    return min(ahead, default=None)
