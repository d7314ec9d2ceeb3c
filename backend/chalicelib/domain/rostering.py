"""Who arranges who is there: absences with substitutes, and the rota. Everybody for themselves, supervisors for their department,
the property manager and the general manager for everybody."""

from datetime import datetime, time, timedelta

from .change import By
from .duty import Away, Standing, Turn, building, department, stand_in
from .events import Actor
from .refusals import Refused
from .rules import HANDLERS
from .standards import Community

FARTHEST = timedelta(days=366)
MOST_TURNS = 200
_WORKING = frozenset(role.value for role in HANDLERS)


def may_arrange(actor: Actor, person: str, community: Community) -> bool:
    """Whether somebody may say of a person of the community when they are there."""
    if actor.id == person:
        return True
    if actor.role.value == "supervisor":
        theirs = {one for one, supervisor in community.supervisors.items() if supervisor == actor.id}
        found = community.people.get(person)
        return found is not None and found.department in theirs
    posts = {"manager": community.manager, "general_manager": community.general_manager}
    return posts.get(actor.role.value) == actor.id


def on_staff(community: Community) -> tuple[str, ...]:
    """Those who work on cases here: who may be on duty and stand in."""
    return tuple(one.id for one in community.people.values() if one.role in _WORKING)


def note_away(
    standing: Standing,
    community: Community,
    by: By,
    person: str,
    since: datetime | None,
    until: datetime | None,
    substitute: str | None,
) -> tuple[Away, tuple[Away, ...]]:
    """The absence, and the ones of this person that it replaces: those that are over and those that it overlaps.

    Without `since` it begins now. A substitute must be there when it begins, or have somebody who is.
    """
    if person not in on_staff(community) or (
        substitute is not None and substitute not in on_staff(community)
    ):
        raise Refused("no_such_person")
    if not may_arrange(by.actor, person, community):
        raise Refused("not_your_staff")
    begins = max(since or by.at, by.at)
    if begins > by.at + FARTHEST or (until is not None and not begins < until <= by.at + FARTHEST):
        raise Refused("absence_backwards")
    if substitute == person:
        raise Refused("substitute_is_self")
    away = Away(person, begins, until, substitute, by.actor.id)
    theirs = [one for one in standing.away if one.person == person]
    replaced = tuple(one for one in theirs if one.over(by.at) or _overlap(one, away))
    others = tuple(one for one in standing.away if one not in replaced)
    if substitute is not None and stand_in(Standing((*others, away)), person, begins) is None:
        raise Refused("substitute_not_there")
    return away, replaced


def end_absence(standing: Standing, community: Community, by: By, person: str, since: datetime) -> Away:
    """The absence that is called off, or over because the person is back."""
    found = next((one for one in standing.away if (one.person, one.since) == (person, since)), None)
    if found is None:
        raise Refused("nothing_noted")
    if not may_arrange(by.actor, person, community):
        raise Refused("not_your_staff")
    return found


def plan_turn(
    standing: Standing,
    community: Community,
    by: By,
    id: str,
    place: str,
    person: str,
    days: frozenset[int],
    starts: time,
    ends: time,
) -> Turn:
    """A line of the rota."""
    if person not in on_staff(community):
        raise Refused("no_such_person")
    if by.actor.role.value not in ("supervisor", "manager", "general_manager") or not may_arrange(
        by.actor, person, community
    ):
        raise Refused("not_your_staff")
    if len(standing.turns) >= MOST_TURNS:
        raise Refused("rota_full", {"most": MOST_TURNS})
    return Turn(id, place, person, days, starts, ends, by.actor.id)


def drop_turn(standing: Standing, community: Community, by: By, id: str) -> Turn:
    """The line of the rota that is taken out."""
    found = next((one for one in standing.turns if one.id == id), None)
    if found is None:
        raise Refused("nothing_noted")
    if by.actor.role.value not in ("supervisor", "manager", "general_manager") or not may_arrange(
        by.actor, found.person, community
    ):
        raise Refused("not_your_staff")
    return found


def places_of(community: Community) -> tuple[str, ...]:
    """The places that a rota may have: each building, then each department."""
    return (*map(building, community.buildings), *map(department, community.supervisors))


def _overlap(one: Away, other: Away) -> bool:
    begins_before_end = other.until is None or one.since < other.until
    ends_after_begin = one.until is None or other.since < one.until
    return begins_before_end and ends_after_begin
