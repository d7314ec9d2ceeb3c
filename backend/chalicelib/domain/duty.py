"""Who is there: absences with their substitutes, the rota, and whom a matter meant for somebody reaches at a moment.

Pure and total: whatever people have noted (substitutes who are away themselves, circles, persons who have left), an answer is
found in as many steps as there are absences, and a community's desk is the last one (A2): nothing is ever with nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .standards import Community

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """`person` is not there from `since` until just before `until` (None: until they are back); `substitute` takes what comes
    for them (None: nobody in particular). `noted_by` wrote it down."""

    person: str
    since: datetime
    until: datetime | None
    substitute: str | None
    noted_by: str

    def covers(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.since <= at and not self.over(at)

    def over(self, at: datetime) -> bool:
        """Whether it has ended."""
        return self.until is not None and self.until <= at


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the rota: `person` is on duty at `place` ("building/<id>" or "department/<id>") on these weekdays (0 is
    Monday) from `starts` to `ends`, by the community's clock. One that does not end later than it starts ends on the next day."""

    id: str
    place: str
    person: str
    days: frozenset[int]
    starts: time
    ends: time
    noted_by: str

    def runs(self, local: datetime) -> bool:
        """Whether it is this person's turn at a moment of the community's clock."""
        now = local.time().replace(tzinfo=None)
        if self.starts < self.ends:
            return local.weekday() in self.days and self.starts <= now < self.ends
        if now >= self.starts:
            return local.weekday() in self.days
        return now < self.ends and (local - ONE_DAY).weekday() in self.days


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything noted about who is there in one community."""

    away: tuple[Away, ...] = ()
    turns: tuple[Turn, ...] = ()


EVERYBODY_THERE = Standing()


def absence(standing: Standing, person: str, at: datetime) -> Away | None:
    """Why a person is not there; of several absences at once the one noted for later counts. None when they are there."""
    covering = [one for one in standing.away if one.person == person and one.covers(at)]
    return max(covering, key=lambda one: one.since, default=None)


def chain(standing: Standing, person: str, at: datetime) -> tuple[str, ...]:
    """The person, their substitute, the substitute's substitute, ..., each once; the last one is there, or has nobody, or
    points back into the chain."""
    met = [person]
    while (away := absence(standing, met[-1], at)) is not None:
        if away.substitute is None or away.substitute in met:
            break
        met.append(away.substitute)
    return tuple(met)


def stand_in(standing: Standing, person: str, at: datetime) -> str | None:
    """Whoever is there for a person: themselves, or the end of the chain of substitutes; None when it ends with nobody."""
    last = chain(standing, person, at)[-1]
    return last if absence(standing, last, at) is None else None


def reached(standing: Standing, community: Community, person: str, at: datetime) -> str | None:
    """As :func:`stand_in`, among those who work in the community now."""
    found = stand_in(standing, person, at)
    return found if found in community.people else None


def present(standing: Standing, community: Community, person: str, at: datetime) -> str:
    """Whom something meant for `person` reaches: whoever stands in for them, otherwise the desk, whoever stands in for the desk,
    the manager, the general manager; and the desk itself when all of them are away, because it never closes (A2)."""
    for one in (person, community.desk, community.manager, community.general_manager):
        found = reached(standing, community, one, at)
        if found is not None:
            return found
    return community.desk


def on_turn(standing: Standing, community: Community, place: str, at: datetime) -> Iterator[str]:
    """Those whom the rota names for a place at a moment and who work here and are there, in the order of the rota."""
    local = at.astimezone(ZoneInfo(community.zone))
    for turn in standing.turns:
        if turn.place != place or turn.person not in community.people or not turn.runs(local):
            continue
        if absence(standing, turn.person, at) is None:
            yield turn.person


def building(id: str) -> str:
    """The place of a building, as turns write it."""
    return f"building/{id}"


def department(id: str) -> str:
    """The place of a department, as turns write it."""
    return f"department/{id}"
