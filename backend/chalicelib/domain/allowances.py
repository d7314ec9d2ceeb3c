"""How often is often enough: exact counts of what one telephone, one address or everybody together may do in a span of time.

A count is a list of moments that slides along: at most `most` of them within any span of `within`. So the limit holds at every
moment, not only between two strokes of the clock, and the way out ("try again in 40 s") is exact too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` uses within `within`.

    With a `grain` the uses of one grain are kept as one number, counted as if they came at its end: for counts so high that a
    list of moments would be long. It errs on the side of the limit, by less than one grain.
    """

    most: int
    within: timedelta
    grain: timedelta = timedelta(0)


# What may be done how often. The first three are for codes, what follows is for filing and searching.
LIMITS: dict[str, tuple[Limit, ...]] = {
    "code of a telephone": (Limit(1, MINUTE), Limit(5, HOUR), Limit(10, DAY)),
    "codes of an address": (Limit(20, HOUR),),
    # Every message costs money. Far above what the homes of a few communities need in a day, and no bill to be afraid of.
    "codes of everybody": (Limit(2000, DAY, HOUR),),
    "filing of a telephone": (Limit(10, HOUR),),
    "filing of a resident": (Limit(10, HOUR),),
    # Whole buildings share one address of their telephone company: enough for them, and an attacker's telephones are invented.
    "filing of an address": (Limit(30, HOUR),),
    "searching": (Limit(60, MINUTE),),
    # Reading a list takes a second of work; whoever corrects rows and sends again needs a few.
    "lists of an account": (Limit(30, HOUR),),
    "posting": (Limit(5, HOUR),),
    "open days": (Limit(20, HOUR),),
    # Codes tried from one address; one code bears five tries whoever makes them.
    "tries of an address": (Limit(60, HOUR),),
    "totp of an account": (Limit(5, 10 * MINUTE), Limit(30, DAY)),
}

Uses = tuple[tuple[int, int], ...]  # (moment in milliseconds, how many), oldest first


@dataclass(frozen=True, slots=True)
class Exhausted(Exception):
    """The allowance is used up; after `retry_after` whole seconds there is one again. `what` names it."""

    what: str
    retry_after: int


def used(what: str, uses: Uses, now: datetime, limits: Sequence[Limit] | None = None) -> Uses:
    """`uses` with one more at `now`; what no limit looks back to is forgotten. Raises Exhausted."""
    limits = LIMITS[what] if limits is None else limits
    present = _milliseconds(now)
    wait = max((_wait(uses, limit, present) for limit in limits), default=0)
    if wait > 0:
        raise Exhausted(what, -(-wait // 1000))
    longest = max(_span(limit.within) for limit in limits)
    grain = _span(limits[0].grain)
    moment = -(-present // grain) * grain if grain else present
    kept = [(at, count) for at, count in uses if at + longest > present]
    if kept and kept[-1][0] == moment:
        kept[-1] = (moment, kept[-1][1] + 1)
    else:
        kept.append((moment, 1))
    return tuple(sorted(kept))


def forgotten_at(what: str, uses: Uses, limits: Sequence[Limit] | None = None) -> int:
    """The moment in seconds since 1970 from which nothing of `uses` counts any more."""
    limits = LIMITS[what] if limits is None else limits
    longest = max(_span(limit.within) for limit in limits)
    return (max(at for at, _ in uses) + longest) // 1000 + 1


def _wait(uses: Uses, limit: Limit, present: int) -> int:
    """Milliseconds until one more fits into the limit; 0 when it does now."""
    span = _span(limit.within)
    inside = [(at, count) for at, count in uses if at + span > present]
    too_many = sum(count for _, count in inside) - limit.most + 1
    for at, count in inside:
        if too_many <= 0:
            break
        too_many -= count
        if too_many <= 0:
            return at + span - present
    return 0


def _span(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
