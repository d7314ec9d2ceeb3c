"""Who is in charge: whom a new case goes to, who stands above whom, and whom a level of a ladder reaches."""

from collections.abc import Iterator
from dataclasses import dataclass

from . import duty
from .case import Case
from .change import By
from .standards import Community, Person, Rulebook, Standard

_UPWARD = ("supervisor", "manager", "general_manager")


# Filed by staff, about no home of one resident: the department on duty takes them, not the building's assistant.
_OF_THE_DEPARTMENT = ("breach", "emergency")


@dataclass(frozen=True, slots=True)
class Charge:
    """Whom a case goes to. `fallback` says that nobody was found for it, `instead_of` to whom it would have gone had they been
    there."""

    person: str
    fallback: bool = False
    instead_of: str | None = None


def first_in_charge(standard: Standard, community: Community, building_id: str, by: By) -> Charge:
    """Whom a case goes to at filing.

    What can only become a proposal to the owners (C9) goes to the department's supervisor, who may make it one; a repair to the
    building's technician; a complaint, an enquiry or a service asked for to its assistant (A5); in a building those on turn by
    the rota come first.
    Of several the first who is there takes it; where none of them is, whoever stands in for the first. Where the building names
    nobody, or nobody stands in: someone of the owning department who is there; where that is empty too, the duty desk (or
    whoever is there for it), which is told that it holds a case without an owner.
    """
    if standard.path == "proposal" and (supervisor := community.supervisors.get(standard.department)):
        found = duty.reached(by.standing, community, supervisor, by.at)
        if found is not None:
            return Charge(found, instead_of=None if found == supervisor else supervisor)
    named = [id for id in _of_the_building(standard, community, building_id, by) if id in community.people]
    for id in named:
        if duty.absence(by.standing, id, by.at) is None:
            return Charge(id)
    for id in named:
        found = duty.reached(by.standing, community, id, by.at)
        if found is not None:
            return Charge(found, instead_of=id)
    for id in _of_the_department(standard, community, by):
        if duty.absence(by.standing, id, by.at) is None:
            return Charge(id, instead_of=named[0] if named else None)
    return Charge(duty.present(by.standing, community, community.desk, by.at), fallback=True)


def _of_the_building(standard: Standard, community: Community, building_id: str, by: By) -> Iterator[str]:
    if standard.kind in _OF_THE_DEPARTMENT or standard.path == "proposal":
        return
    building = community.buildings[building_id]
    role = "technician" if standard.kind == "repair" else "assistant"
    for id in duty.on_turn(by.standing, community, duty.building(building_id), by.at):
        if community.people[id].role == role:
            yield id
    yield from building.technicians if standard.kind == "repair" else (building.assistant,)


def _of_the_department(standard: Standard, community: Community, by: By) -> Iterator[str]:
    yield from duty.on_turn(by.standing, community, duty.department(standard.department), by.at)
    for person in community.people.values():
        if person.department == standard.department and person.role not in _UPWARD:
            yield person.id


def person_above(case: Case, book: Rulebook, by: By) -> Person | None:
    """The next person up from whoever is in charge: supervisor, manager, general manager, or whoever stands in for them; None
    above the last (E2). One who stands in and has the case already is passed over."""
    community = book.communities[case.community]
    holder = _holder(case, community)
    rank = _UPWARD.index(holder.role) if holder and holder.role in _UPWARD else -1
    for role in _UPWARD[rank + 1 :]:
        person = at_level(role, case, book, by)
        if person is not None and (holder is None or person.id != holder.id):
            return person
    return None


def at_level(role: str, case: Case, book: Rulebook, by: By) -> Person | None:
    """The person whom a level reaches: the department's supervisor, the manager or the general manager; whoever stands in for
    one who is away, otherwise the next one up; None when nobody of them is there."""
    community = book.communities[case.community]
    for one in _UPWARD[_UPWARD.index(role) :]:
        found = duty.reached(by.standing, community, _named(one, case, community), by.at)
        if found is not None:
            return community.people[found]
    # Nobody is there: it goes to the one whom it is meant for all the same, and delivery looks for the desk.
    named = _named(role, case, community)
    return community.people.get(named) or book.people.get(named)


def _named(role: str, case: Case, community: Community) -> str:
    if role == "supervisor":
        return community.supervisors.get(case.department, community.manager)
    return community.manager if role == "manager" else community.general_manager


def address_at_level(role: str, case: Case, book: Rulebook, by: By) -> str:
    """Where a level's message goes, as :class:`chalicelib.domain.change.Message` writes it."""
    community = book.communities[case.community]
    if role == "in_charge":
        sort, _, id = case.in_charge.partition(":")
        if sort == "staff" and duty.absence(by.standing, id, by.at) is not None:
            id = duty.present(by.standing, community, id, by.at)
        return f"{sort}:{case.community}/{id}"
    person = at_level(role, case, book, by)
    if person is None:
        return f"department:{case.community}/{community.desk_department}"
    return f"staff:{case.community}/{person.id}"


def manager_or_substitute(community: Community, by: By) -> str:
    """Who decides on extensions now: the property manager, or while they are away whoever stands in for that (E1).

    Only the one whom the manager, or the general manager, named: a substitute's own substitute, or one named by a supervisor,
    was chosen by somebody whom the promise does not name.
    """
    away = duty.absence(by.standing, community.manager, by.at)
    if away is None or away.substitute is None or away.substitute not in community.people:
        return community.manager
    named = away.noted_by in (community.manager, community.general_manager)
    return away.substitute if named else community.manager


def decides_for_manager(case: Case, community: Community, by: By) -> bool:
    """Whether somebody decides on the extension that was asked for while the manager is away; on their own wish nobody does."""
    asked_by = case.asked.by if case.asked else ""
    return community.manager != by.actor.id == manager_or_substitute(community, by) != asked_by


def find(book: Rulebook, community: str, person: str) -> Person | None:
    """A member of staff of a community, or None."""
    return book.communities[community].people.get(person)


def _holder(case: Case, community: Community) -> Person | None:
    sort, _, id = case.in_charge.partition(":")
    return community.people.get(id) if sort == "staff" else None
