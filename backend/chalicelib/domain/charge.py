"""Who is in charge: whom a new case goes to, who stands above whom, and whom a level of a ladder reaches."""

from .case import Case
from .standards import Community, Person, Rulebook, Standard

_UPWARD = ("supervisor", "manager", "general_manager")


def first_in_charge(standard: Standard, community: Community, building_id: str) -> tuple[str, bool]:
    """Whom a case goes to at filing, as "staff:<id>", and whether that is only the fallback.

    What can only become a proposal to the owners (C9) goes to the department's supervisor, who may make it one; a repair to the
    building's technician; a complaint or an enquiry to its assistant (A5); where the building names
    nobody, to someone of the owning department; where that is empty too, to the duty desk, which is told that it holds a
    case without an owner.
    """
    building = community.buildings[building_id]
    if standard.path == "proposal" and community.supervisors.get(standard.department) in community.people:
        return f"staff:{community.supervisors[standard.department]}", False
    if standard.kind == "repair":
        for id in building.technicians:
            if id in community.people:
                return f"staff:{id}", False
    elif building.assistant in community.people:
        return f"staff:{building.assistant}", False
    for person in community.people.values():
        if person.department == standard.department and person.role not in _UPWARD:
            return f"staff:{person.id}", False
    return f"staff:{community.desk}", True


def person_above(case: Case, book: Rulebook) -> Person | None:
    """The next person up from whoever is in charge: supervisor, manager, general manager; None above the last (E2)."""
    community = book.communities[case.community]
    holder = _holder(case, community)
    rank = _UPWARD.index(holder.role) if holder and holder.role in _UPWARD else -1
    for role in _UPWARD[rank + 1 :]:
        person = at_level(role, case, book)
        if person is not None and (holder is None or person.id != holder.id):
            return person
    return None


def at_level(role: str, case: Case, book: Rulebook) -> Person | None:
    """The person whom a level reaches: the department's supervisor, the manager or the general manager."""
    community = book.communities[case.community]
    if role == "supervisor":
        id = community.supervisors.get(case.department, community.manager)
        return community.people.get(id)
    if role == "manager":
        return community.people.get(community.manager)
    if role == "general_manager":
        return community.people.get(community.general_manager) or book.people.get(community.general_manager)
    raise ValueError(f"no level is called {role}")


def address_at_level(role: str, case: Case, book: Rulebook) -> str:
    """Where a level's message goes, as :class:`chalicelib.domain.change.Message` writes it."""
    if role == "in_charge":
        sort, _, id = case.in_charge.partition(":")
        return f"{sort}:{case.community}/{id}"
    person = at_level(role, case, book)
    if person is None:
        return f"department:{case.community}/{book.communities[case.community].desk_department}"
    return f"staff:{case.community}/{person.id}"


def find(book: Rulebook, community: str, person: str) -> Person | None:
    """A member of staff of a community, or None."""
    return book.communities[community].people.get(person)


def _holder(case: Case, community: Community) -> Person | None:
    sort, _, id = case.in_charge.partition(":")
    return community.people.get(id) if sort == "staff" else None
