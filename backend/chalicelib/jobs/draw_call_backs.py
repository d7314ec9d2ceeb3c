"""Draw whom a month's call-backs ask, and watch that they are asked until the end of the month after it (E4, E5).

A month is drawn once, on the first run after it. Each run then counts what came of it and draws further where somebody could not
be reached: run twice, late or twice at once it comes to the same, for the order is kept, and each case says whether it was drawn.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.call_draw import Draw, draw, may_still_settle, settled_in
from chalicelib.domain.calling_back import draw_for_call
from chalicelib.domain.calls import Calls, Stage, begun, look_at
from chalicelib.domain.change import By, Message
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.figures import MONTHS
from chalicelib.domain.keeping import Stale, Unavailable
from chalicelib.domain.moments import written
from chalicelib.domain.months import last_day, months_until, moved
from chalicelib.domain.refusals import Refused

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.change import Change
    from chalicelib.domain.keeping import Contact, RequestKey
    from chalicelib.domain.standards import Community, Rulebook

log = logging.getLogger(__name__)

ACTOR = Actor(Role.SYSTEM, "draw_call_backs")
# Two months are looked at: the one that is being called, and the one whose time was up with its end.
LOOKED_AT = 2
# How long before the end the supervisor is reminded of calls that are left.
REMINDED_BEFORE = timedelta(days=7)
# How much time there is for the calls at the least.
SHORTEST = timedelta(days=14)
# In a large community there may be more to draw at once than a run has time for; the next one goes on.
MOST_DRAWN = 2000


class Draws(Protocol):
    """Keeps the draws. Every method may raise Unavailable."""

    def draw(self, community: str, month: str) -> Draw | None: ...
    def calls(self, community: str, month: str) -> Calls | None: ...
    def keep_first(self, made: Draw, begun: Calls) -> bool: ...
    def save(self, before: Calls, after: Calls, messages: Sequence[Message] = ()) -> bool: ...


class Months(Protocol):
    """Knows which cases were filed in a month."""

    def filed_in(
        self, community: str, month: str, after: str | None = None, limit: int = 100
    ) -> tuple[list[str], str | None]: ...


class Cases(Protocol):
    """Reads cases by number, without those that cannot be read, and saves changes of them."""

    def legible_heads(self, numbers: Iterable[str]) -> dict[str, tuple[Case, Contact]]: ...
    def save(
        self, changes: Sequence[Change], contacts: Mapping[str, Contact], key: RequestKey | None = None
    ) -> None: ...


@dataclass(slots=True)
class Counts:
    """Months drawn, cases drawn, calls still to be made; cases that failed, and months with which another run was faster, which
    the next run does."""

    months: int = 0
    drawn: int = 0
    pending: int = 0
    failed: int = 0
    lost_races: int = 0


def draw_call_backs(
    draws: Draws, months: Months, cases: Cases, book: Rulebook, now: datetime, *, dry_run: bool = False
) -> Counts:
    """Draws the month that is over in every community, and looks after the draws that are under way.

    Raises Unavailable, and what went wrong in a community after all others had their turn: a failed run is heard of.
    """
    counts = Counts()
    broken: list[Exception] = []
    for community in book.communities.values():
        try:
            _of_community(draws, months, cases, book, community, now, counts, dry_run=dry_run)
        except Unavailable:
            raise
        except Exception as error:
            broken.append(error)
            log.exception("the call-backs of %s could not be drawn", community.id)
    if broken:
        raise broken[0]
    return counts


def _of_community(
    draws: Draws,
    months: Months,
    cases: Cases,
    book: Rulebook,
    community: Community,
    now: datetime,
    counts: Counts,
    *,
    dry_run: bool,
) -> None:
    over = [*months_until(now, community.zone, LOOKED_AT + 1)][1:]
    for month in reversed(over):
        calls, drawn = draws.calls(community.id, month), None
        if calls is None and month == over[0]:
            calls, drawn = _drawn(draws, months, cases, book, community, month, now, dry_run=dry_run)
            counts.months += 1
        if calls is None or calls.stage == "over":
            continue
        if calls.done and calls.stage != "drawn" and now < calls.until:
            continue  # everybody was asked: nothing changes any more
        drawn = drawn or draws.draw(community.id, month)
        if drawn is not None:
            _look_after(draws, cases, book, community, calls, drawn, now, counts, dry_run=dry_run)


def _drawn(
    draws: Draws,
    months: Months,
    cases: Cases,
    book: Rulebook,
    community: Community,
    month: str,
    now: datetime,
    *,
    dry_run: bool,
) -> tuple[Calls, Draw | None]:
    """The calls of a month and its draw, made now unless another run was faster."""
    before = draws.calls(community.id, moved(month, -1))
    settled, unsettled = _what_ended(months, cases, community, month, before, now)
    calendar = book.calendar_for(community.id)
    # A month that is drawn late, because the portal began late or stood still, has its time all the same.
    last = max(last_day(moved(month, 1)), calendar.local_date(now) + SHORTEST)
    made = draw(community.id, month, settled, now)
    calls = begun(made, book.call_backs, calendar.closing(last), unsettled)
    if dry_run or draws.keep_first(made, calls):
        return calls, made
    return draws.calls(community.id, month) or calls, None


def _what_ended(
    months: Months, cases: Cases, community: Community, month: str, before: Calls | None, now: datetime
) -> tuple[list[Case], list[str]]:
    """The cases that ended in a month, and the months of filing of which something may still end.

    Most of it was filed in that month or in the one before. Of earlier ones the last draw says which were not through; without
    one, all are read for which figures are kept.
    """
    recent = (month, moved(month, -1))
    every = [moved(month, -back) for back in range(2, MONTHS)]
    older = every if before is None else [one for one in before.unsettled if one not in recent]
    settled: list[Case] = []
    unsettled: list[str] = []
    for filed in (*recent, *older):
        going_on = False
        for case in _filed_in(months, cases, community.id, filed):
            if settled_in(case, month, community.zone):
                settled.append(case)
            going_on = going_on or may_still_settle(case, now)
        if going_on:
            unsettled.append(filed)
    return settled, unsettled


def _filed_in(months: Months, cases: Cases, community: str, month: str) -> Iterable[Case]:
    after: str | None = None
    while True:
        numbers, after = months.filed_in(community, month, after)
        if numbers:
            yield from (case for case, _ in cases.legible_heads(numbers).values())
        if after is None:
            return


def _look_after(
    draws: Draws,
    cases: Cases,
    book: Rulebook,
    community: Community,
    calls: Calls,
    drawn: Draw,
    now: datetime,
    counts: Counts,
    *,
    dry_run: bool,
) -> None:
    """Counts what a draw came to, draws further where that takes it, and tells who has to know."""
    contacts: dict[str, tuple[Case, Contact]] = {}

    def known(numbers: Sequence[str]) -> dict[str, tuple[Case, bool]]:
        read = cases.legible_heads(numbers)
        contacts.update(read)
        return {number: (case, bool(contact.phone)) for number, (case, contact) in read.items()}

    after, to_draw = look_at(calls, drawn, known, community.zone, now)
    counts.pending += after.everything.pending
    if dry_run:
        counts.drawn += len(to_draw)
        return
    for number in to_draw[:MOST_DRAWN]:
        counts.drawn += _draw_one(cases, contacts[number], calls, now, counts)
    messages, stage = _told(after, book, community, now)
    after = replace(after, stage=stage, version=calls.version + 1)
    if (after.called, after.stage) != (calls.called, calls.stage):
        counts.lost_races += not draws.save(calls, after, messages)


def _draw_one(cases: Cases, known: tuple[Case, Contact], calls: Calls, now: datetime, counts: Counts) -> bool:
    """Draws one case; False where somebody is at it just now, so that the next run does it."""
    case, contact = known
    try:
        change = draw_for_call(case, By(ACTOR, now, secrets.token_hex(8)), calls.month, calls.until)
        cases.save([change], {case.number: contact})
    except (Stale, Refused):
        return False
    except Unavailable:
        raise
    except Exception:
        # One broken case must not keep the others waiting.
        counts.failed += 1
        log.exception("case %s could not be drawn for a call-back", case.number)
        return False
    return True


def _told(calls: Calls, book: Rulebook, community: Community, now: datetime) -> tuple[list[Message], Stage]:
    """Who is told now, and the stage that this makes: the supervisor who calls of the draw, and of what is left before its
    end; the property manager of what was never called (E2)."""
    supervisor = community.supervisors.get(book.call_backs.department, community.manager)
    left = calls.everything.pending
    told: tuple[str, str] | None = None
    stage = calls.stage
    if now >= calls.until:
        told, stage = ("calls_missed", community.manager), "over"
    elif stage != "reminded" and now >= calls.until - REMINDED_BEFORE:
        told, stage = ("calls_left", supervisor), "reminded"
    elif stage == "drawn":
        told, stage = ("calls_drawn", supervisor), "told"
    if told is None or not left:
        return [], stage
    template, person = told
    message = Message(
        id=f"calls/{community.id}/{calls.month}/{template}",
        template=template,
        to=f"staff:{community.id}/{person}",
        community=community.id,
        case="",
        at=now,
        facts={"month": calls.month, "count": left, "due": written(calls.until)},
    )
    return [message], stage
