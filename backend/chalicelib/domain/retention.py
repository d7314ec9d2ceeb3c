"""How long what is personal is kept, and how a case is made nobody's: the figures that the privacy page publishes.

| what | how long |
|---|---|
| contact, words and photographs of a case | 3 years after its end; at its end, when the person asked to be forgotten |
| somebody who moved out | 180 days after |
| what somebody asked to be minded | until the day they named, at the longest a year |
| a list sent in to be imported | a day |
| who of staff read what | 2 years |
| a resident's session, a one-time code | 30 days, 5 minutes: void by the code that reads them, swept away by the database |
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from .change import By, Change, Draft

if TYPE_CHECKING:
    from .case import Case
    from .households import Household, Member, Need

CASE_YEARS = 3
READING_YEARS = 2
MOVED_OUT = timedelta(days=180)
NEEDS = timedelta(days=365)
IMPORT = timedelta(days=1)


def case_forgotten_at(case: Case) -> datetime | None:
    """When what is personal about a case goes; None while it is open, and when it has gone already."""
    if case.erased or case.ended_at is None:
        return None
    return case.ended_at if case.forget else years_after(case.ended_at, CASE_YEARS)


def member_forgotten_at(member: Member) -> datetime | None:
    """When somebody who moved out is forgotten; None while they live there."""
    return None if member.left_at is None else member.left_at + MOVED_OUT


def last_day_of(need: Need, member: Member) -> date:
    """The last day on which something is minded: the one that was named, at the longest a year from when they agreed to it."""
    longest = ((member.consent_at or member.since) + NEEDS).date()
    return longest if need.until is None else need.until


def need_forgotten_at(need: Need, member: Member) -> datetime:
    """When what somebody asked to be minded goes: as its last day is over (UTC: in China at eight the next morning)."""
    return datetime.combine(last_day_of(need, member) + timedelta(days=1), time(0), UTC)


def without_old_needs(household: Household, now: datetime) -> Household:
    """The household without what was to be minded until a day that is over."""
    members = tuple(
        replace(one, needs=tuple(need for need in one.needs if need_forgotten_at(need, one) > now))
        for one in household.members
    )
    return replace(household, members=members)


def years_after(moment: datetime, years: int) -> datetime:
    """The same moment so many years on; the last of February where the day does not exist."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)


def ask_to_forget(case: Case, by: By) -> Change | None:
    """Notes that the resident wants nothing personal kept: it goes as soon as the work has ended. None when it is noted."""
    if case.forget or case.erased:
        return None
    draft = Draft(case, by)
    draft.record("forgetting_asked")
    return draft.done()


def erase(case: Case, by: By) -> Change:
    """Notes that contact, words and photographs of the case are gone; the store takes them away in the same change."""
    draft = Draft(case, by)
    draft.record("erased")
    return draft.done()
