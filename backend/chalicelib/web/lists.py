"""The lists of the queue as the desk names them, and which part of each belongs to whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.queues import part_key, person_key
from chalicelib.domain.standards import Community, Rulebook, Text

from .problems import Problem, bad_request

if TYPE_CHECKING:
    from chalicelib import wiring

# Whoever works where the cases are begins with their own; whoever hands them out begins with all.
_BEGINS_WITH = {
    "assistant": "mine",
    "technician": "mine",
    "cleaner": "mine",
    "guard": "mine",
    "supervisor": "department",
}
NAMES: Mapping[str, Text] = {
    "mine": Text("我的", "Mine"),
    "buildings": Text("我的楼栋", "My buildings"),
    "department": Text("我的部门", "My department"),
    "all": Text("全部", "All"),
    "overdue": Text("已超时", "Overdue"),
    "major": Text("紧急重大", "Urgent or major"),
    "unassigned": Text("没人接", "Unassigned"),
    "waiting": Text("等待中", "Waiting"),
    "unverified": Text("未核实", "Unverified"),
}
_EMPTY: Mapping[str, Text] = {
    "mine": Text("没有等您办的工单。", "Nothing waits for you."),
    "buildings": Text("您的楼栋没有待办的工单。", "Your buildings have no open cases."),
    "department": Text("您的部门没有待办的工单。", "Your department has no open cases."),
    "overdue": Text("没有超时的工单，承诺都守住了。", "Nothing is overdue: every promise is kept."),
    "unassigned": Text("每张工单都有人接了。", "Every case is with somebody."),
    "waiting": Text("没有暂停或待批的工单。", "No case is paused or waits for a decision."),
    "unverified": Text("没有未核实的工单。", "No unverified cases."),
    "major": Text("没有紧急或重大的工单。", "No urgent or major cases."),
}


@dataclass(frozen=True)
class DeskList:
    """One list of the queue for one person: where the store keeps it, and until which due moment it goes (overdue)."""

    id: str
    name: Text
    stored: str
    keys: tuple[str, ...]
    until: datetime | None = None

    @property
    def empty(self) -> Text:
        """What is said when nothing stands in it."""
        return _EMPTY.get(self.id, Text("现在没有待办的工单。", "There are no open cases."))


def lists_for(session: wiring.Session, book: Rulebook, now: datetime) -> Sequence[DeskList]:
    """The lists that this person has, in the order in which they are shown."""
    here, person = session.community, session.actor.id
    community = book.communities[here]
    department, buildings = _department(session, community), _buildings(session, community)
    made = [_made("mine", "of_person", (person_key(here, f"staff:{person}"),))]
    if buildings:
        made.append(_made("buildings", "of_building", tuple(part_key(here, one) for one in buildings)))
    if department in book.departments:
        made.append(
            DeskList(
                "department",
                book.departments[department].name,
                "of_department",
                (part_key(here, department),),
            )
        )
    made += [
        _made("all", "queue", (here,)),
        DeskList("overdue", NAMES["overdue"], "queue", (here,), now),
        _made("major", "grave", (here,)),
        _made("unassigned", "unassigned", (here,)),
        _made("waiting", "waiting", (here,)),
        _made("unverified", "unverified", (here,)),
    ]
    return made


def first_of(session: wiring.Session, lists: Sequence[DeskList]) -> DeskList:
    """The list that this person begins with."""
    return _named(_BEGINS_WITH.get(session.actor.role.value, "all"), lists) or _all(lists)


def chosen_of(id: str | None, default: DeskList, lists: Sequence[DeskList]) -> DeskList:
    """The list that is asked for, `default` when none is. Raises Problem (400) for one that there is not."""
    if id is None:
        return default
    found = _named(id, lists)
    if found is None:
        # A person without buildings or department may hold a colleague's address: all of them is what they can see.
        if id in NAMES:
            return _all(lists)
        raise no_such_list()
    return found


def no_such_list() -> Problem:
    """A list that the desk does not have."""
    return bad_request(
        "list",
        Text("没有这个分类，请从上面选一个。", "There is no such list. Please choose one from above."),
    )


def _made(id: str, stored: str, keys: tuple[str, ...]) -> DeskList:
    return DeskList(id, NAMES[id], stored, keys)


def _named(id: str, lists: Sequence[DeskList]) -> DeskList | None:
    return next((one for one in lists if one.id == id), None)


def _all(lists: Sequence[DeskList]) -> DeskList:
    return next(one for one in lists if one.id == "all")


def _department(session: wiring.Session, community: Community) -> str:
    """The department of the account; of the community file where the account names none."""
    person = community.people.get(session.actor.id)
    own = session.account.department or (person.department if person else None)
    return own or ""


def _buildings(session: wiring.Session, community: Community) -> list[str]:
    """The buildings of the account, and those that the community file gives the person."""
    person = session.actor.id
    return [
        building.id
        for building in community.buildings.values()
        if building.id in session.account.buildings
        or person == building.assistant
        or person in building.technicians
    ]
