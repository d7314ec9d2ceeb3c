"""The cases of a home of the register: found by two small items beside the case, written in the case's own transaction.

`CASE#<opened>#<number>` stays for good; `OPEN#<opened>#<number>` lies there only while something is still owed or asked. Both
say everything in their key, so that nothing about a case stands in two places.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.case import Case, State
from chalicelib.domain.moments import written
from chalicelib.domain.place import Place

from .partitions import read_page
from .table import HomeCaseRecord, home_pk

if TYPE_CHECKING:
    from chalicelib.domain.keeping import Contact

EVERY, OPEN = "CASE", "OPEN"
MOST_OPEN = 100
_AFTER_ALL = "~"  # sorts after every moment


def is_current(case: Case) -> bool:
    """Whether work is owed on the case or the resident's word is asked: what a home sees first."""
    return case.is_open or case.state is State.RESOLVED


def home_records(case: Case | None, contact: Contact) -> dict[Place, HomeCaseRecord]:
    """The items by which a home finds the case, by their places; none where the home is not known."""
    if case is None or contact.home_id is None:
        return {}
    pk, end = home_pk(case.community, contact.home_id), f"{written(case.opened)}#{case.number}"
    places = [Place(pk, f"{sort}#{end}") for sort in ((EVERY, OPEN) if is_current(case) else (EVERY,))]
    return {place: HomeCaseRecord(*place) for place in places}


def page(
    community: str, home: str, since: datetime, after: str | None = None, limit: int = 10
) -> tuple[list[str], str | None]:
    """The numbers of a home's cases filed at `since` or later, the newest first, and where the next page begins (None at the
    end). Strongly consistent."""
    return _numbers(EVERY, community, home, since, after, limit)


def open_ones(community: str, home: str, since: datetime) -> list[str]:
    """The numbers of those on which something is owed or asked, the newest first, at most MOST_OPEN; consistently."""
    return _numbers(OPEN, community, home, since, None, MOST_OPEN)[0]


def _numbers(
    sort: str, community: str, home: str, since: datetime, after: str | None, limit: int
) -> tuple[list[str], str | None]:
    if after is not None and after < written(since):
        return [], None  # the database refuses to begin outside of what is asked for
    keys = HomeCaseRecord.sk.between(f"{sort}#{written(since)}", f"{sort}#{_AFTER_ALL}")
    begin = f"{sort}#{after}" if after else None
    records, following = read_page(
        HomeCaseRecord, home_pk(community, home), keys, begin, limit, newest_first=True
    )
    numbers = [record.sk.rpartition("#")[2] for record in records]
    return numbers, following.removeprefix(f"{sort}#") if following else None
