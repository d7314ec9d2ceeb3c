"""A list of staff: its rows read and checked, and what it would make of the accounts of a community.

Somebody is meant by their number, else by their telephone, else by their name. Nobody changes their own line, and somebody
who may keep the list is always left. What ends a session (role, work, telephone, places) is for :mod:`.accounts` to say.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from .accounts import STAFF_ROLES, Account, changed, nobody_is_left
from .events import Role
from .households import digits_of
from .importing import Finding, Sort
from .list_file import Row
from .list_reading import Cells, Piece, building_ids, headed, name_of, phone_of, plain_building
from .list_words import NO, NOTHING, ROLES, YES, plain, said, says
from .standards import Community, Rulebook
from .telephones import hidden_middle

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
# Who belongs to a department must name it: their supervisor and their cases hang on it.
_OF_A_DEPARTMENT = frozenset(
    {Role.SUPERVISOR, Role.TECHNICIAN, Role.CLEANER, Role.GUARD, Role.ASSISTANT, Role.DESK}
)


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A sound row. `department` and `buildings` are None where the list says nothing, and so is `active`."""

    row: int
    id: str
    name: str
    role: str
    phone: str
    department: str | None = None
    buildings: tuple[str, ...] | None = None
    active: bool | None = None

    def as_json(self) -> list[object]:
        """The line as it is kept."""
        buildings = None if self.buildings is None else list(self.buildings)
        return [self.row, self.id, self.name, self.role, self.phone, self.department, buildings, self.active]

    @classmethod
    def from_json(cls, kept: Sequence[object]) -> "StaffLine":
        """The line that was kept."""
        values = list(kept)
        if values[6] is not None:
            values[6] = tuple(values[6])  # type: ignore[arg-type]
        return cls(*values)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """What a list makes of the accounts: those that change, as they are to be, and what is to be said."""

    after: tuple[Account, ...]
    findings: tuple[Finding, ...]


def read_staff(rows: Sequence[Row], community: Community, book: Rulebook) -> list[Piece]:
    """The one piece of a list of staff. Raises Unfit when it has no heading or lacks a needed column."""
    lines: dict[str, StaffLine] = {}
    findings: list[Finding] = []
    spoiled = False
    for cells in headed(rows, Sort.STAFF):
        line = _line(cells, community, book)
        if cells.sound and line.phone in lines:
            other = lines[line.phone]
            if replace(other, row=line.row) == line:
                cells.remark("phone", "repeated", row=str(other.row))
            else:
                cells.fault("phone", "contradicts", row=str(other.row))
        elif cells.sound:
            lines[line.phone] = line
        spoiled = spoiled or not cells.sound
        findings += cells.findings
    return [Piece([one.as_json() for one in lines.values()], findings, [""] if spoiled else [])]


def plan_staff(
    community: str,
    accounts: Sequence[Account],
    lines: Sequence[StaffLine],
    by: str,
    whole: bool,
    new_id: Callable[[int], str],
) -> StaffPlan:
    """What the lines make of the accounts. `by` sent the list; `whole`: whoever stands on no line works here no longer.
    `new_id` makes the id of somebody new from their row: the same one when it is asked again.
    """
    findings: list[Finding] = []
    meant = _matched(accounts, lines)
    after: dict[str, Account] = {}
    for line in lines:
        account = meant.get(line.row)
        if account is None:
            if line.active is False:
                continue  # not there, and not to be
            made = _new(community, line, new_id(line.row))
            after[made.id] = made
            facts = _facts(made)
            findings.append(Finding("change", "new_staff", line.row, "", line.name, facts))
            continue
        wanted, its = _changed(account, line)
        if its and account.id == by:
            findings.append(Finding("fault", "own_line", line.row, its[0].column, line.name))
        elif its:
            after[account.id] = changed(account, wanted)
            findings += its
    if whole:
        on_list = {account.id for account in meant.values()}
        for account in accounts:
            if account.active and account.id not in on_list and account.id != by:
                after[account.id] = changed(account, replace(account, active=False))
                findings.append(Finding("change", "staff_not_on_list", None, "active", account.name))
    everyone = {account.id: account for account in accounts} | after
    if nobody_is_left(everyone.values()):
        # Whoever keeps the list must go last, by somebody else's hand.
        last = Finding("fault", "nobody_is_left", None, "role")
        return StaffPlan((), (*(one for one in findings if one.kind != "change"), last))
    return StaffPlan(tuple(after.values()), tuple(findings))


def _line(cells: Cells, community: Community, book: Rulebook) -> StaffLine:
    name = name_of(cells)
    if not cells["name"]:
        cells.fault("name", "name_missing")
    role = said(ROLES, cells["role"]) or ""
    if not cells["role"]:
        cells.fault("role", "role_missing", known=" ".join(sorted(STAFF_ROLES)))
    elif not role:
        cells.fault("role", "unknown_role", known=" ".join(ROLES))
    if cells["id"] and not _ID.fullmatch(cells["id"]):
        cells.fault("id", "no_id")
    phone = phone_of(cells)
    if not cells["phone"]:
        cells.fault("phone", "phone_missing")
    departments = {
        plain(way): one.id for one in book.departments.values() for way in (one.id, one.name.zh, one.name.en)
    }
    department: str | None = None
    if says(NOTHING, cells["department"]):
        department = ""
    elif cells["department"]:
        department = departments.get(plain(cells["department"]))
        if department is None:
            cells.fault("department", "unknown_department", known=" ".join(book.departments))
    state = cells["active"]
    if state and not says(YES, state) and not says(NO, state):
        cells.fault("active", "unknown_state")
    active = None if not state else says(YES, state)
    if role and Role(role) in _OF_A_DEPARTMENT and department == "":
        cells.fault("department", "department_missing", known=" ".join(book.departments))
    return StaffLine(
        cells.row, cells["id"], name, role, phone, department, _buildings(cells, community), active
    )


def _buildings(cells: Cells, community: Community) -> tuple[str, ...] | None:
    text = cells["buildings"]
    if not text:
        return None
    if says(NOTHING, text):
        return ()
    known = building_ids(community)
    found = []
    for part in text.replace("、", ",").replace("，", ",").replace("；", ",").replace(";", ",").split(","):
        id = known.get(plain_building(part))
        if id is None:
            cells.fault("buildings", "no_building", said=part.strip()[:20])
        else:
            found.append(id)
    order = list(community.buildings)
    return tuple(sorted(dict.fromkeys(found), key=order.index))


def _matched(accounts: Sequence[Account], lines: Sequence[StaffLine]) -> dict[int, Account]:
    free = list(accounts)
    meant: dict[int, Account] = {}
    ways: tuple[Callable[[Account, StaffLine], bool], ...] = (
        lambda account, line: bool(line.id) and account.id == line.id,
        lambda account, line: digits_of(account.phone) == line.phone,
        lambda account, line: account.name == line.name,
    )
    for way in ways:
        for line in lines:
            fits = [account for account in free if line.row not in meant and way(account, line)]
            # Of several with one name nobody is meant by it.
            if len(fits) == 1:
                meant[line.row] = fits[0]
                free.remove(fits[0])
    return meant


def _changed(account: Account, line: StaffLine) -> tuple[Account, list[Finding]]:
    same_phone = digits_of(account.phone) == line.phone
    wanted = replace(
        account,
        name=line.name,
        role=Role(line.role),
        phone=account.phone if same_phone else line.phone,
        department=account.department if line.department is None else line.department or None,
        buildings=account.buildings if line.buildings is None else line.buildings,
        active=account.active if line.active is None else line.active,
    )
    was, is_now = _facts(account), _facts(wanted)
    findings = []
    for column in ("name", "role", "department", "phone", "buildings"):
        if getattr(account, column) != getattr(wanted, column):
            facts = {"before": was[column], "after": is_now[column]}
            findings.append(Finding("change", f"staff_{column}", line.row, column, account.name, facts))
    if account.active != wanted.active:
        code = "staff_back" if wanted.active else "staff_left"
        findings.append(Finding("change", code, line.row, "active", account.name))
    return wanted, findings


def _new(community: str, line: StaffLine, id: str) -> Account:
    return Account(
        community=community,
        id=line.id or id,
        name=line.name,
        role=Role(line.role),
        phone=line.phone,
        department=line.department or None,
        buildings=line.buildings or (),
    )


def _facts(account: Account) -> Mapping[str, str]:
    return {
        "name": account.name,
        "role": account.role.value,
        "department": account.department or "",
        "phone": hidden_middle(account.phone),
        "buildings": " ".join(account.buildings),
    }
