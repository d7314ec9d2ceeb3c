"""How long what is personal is kept, and how a case is made nobody's: the figures that the privacy page publishes.

| what | how long |
|---|---|
| contact, words and photographs of a case | 3 years after its end; at its end, when the person asked to be forgotten |
| somebody who moved out | 180 days after |
| what somebody asked to be minded | until the day they named, at the longest a year |
| a list sent in to be imported | a day |
| who read what | 2 years |
"""

from datetime import date, datetime, timedelta

from .case import Case
from .change import By, Change, Draft

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


def years_after(moment: datetime, years: int) -> datetime:
    """The same moment so many years on; the last of February where the day does not exist."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)


def day_after_years(day: date, years: int) -> date:
    """The same day so many years on."""
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a day has no zone
    return years_after(moment, years).date()


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
