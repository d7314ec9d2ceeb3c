"""Reads the departments, the company's own people and the communities with their buildings and people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast, get_args
from zoneinfo import available_timezones

from chalicelib.domain.standards import Building, Channel, Community, Department, Person, StaffRole
from chalicelib.rulebook.table import Table

COMPANY_ROLES = ("general_manager", "editor", "engineer")
COMMUNITY_ROLES = tuple(role for role in get_args(StaffRole) if role not in COMPANY_ROLES)
# A mobile (11 digits from 1), a landline with its area code (from 0), or a 400 or 800 number.
_TELEPHONE = re.compile(r"1\d{10}|0\d{9,11}|[48]00\d{7}")
_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class Company:
    """Those who belong to no single community."""

    people: dict[str, Person]
    general_manager: str


def read_departments(table: Table) -> list[Department]:
    """All departments."""
    departments = []
    for row in table.rows("departments"):
        departments.append(Department(row.identifier("id"), row.text("name"), row.maybe_words("robot")))
        row.finish()
    if not departments:
        table.wrong("departments", "一个部门也没有。每个部门前面要单独写一行 [[departments]]。")
    table.finish()
    return departments


def read_company(table: Table) -> Company:
    """The general manager, the editors and the engineers."""
    general_manager = table.words("general_manager")
    people = _people(table, COMPANY_ROLES)
    _has_role(table, "general_manager", general_manager, people, "general_manager")
    for role, shown in (("editor", "内容编辑"), ("engineer", "系统工程师")):
        if not any(person.role == role for person in people.values()):
            table.wrong("people", f'缺少 role = "{role}" 的人：出了问题要告诉{shown}。请补上一位。')
    table.finish()
    return Company(people, general_manager)


def read_community(
    table: Table, company: Company, departments: dict[str, Department] | None, zone: str
) -> Community:
    """One community; `departments` is None when they could not be read and cannot be checked against.

    `zone` is the company's, which holds where the community names none of its own.
    """
    community_id = table.identifier("id")
    stem = table.file.rpartition("/")[2].removesuffix(".toml")
    if community_id and community_id != stem:
        table.wrong("id", f"写的是“{community_id}”，文件名却是“{stem}.toml”。请改成一样的。")
    people = _people(table, COMMUNITY_ROLES)
    for person in people.values():
        _check_department(table, f"people[{person.id}].department", person.department, departments)
    desk_department = table.words("desk_department")
    _check_department(table, "desk_department", desk_department or None, departments)
    community = Community(
        id=community_id,
        name=table.text("name"),
        address=table.text("address"),
        zone=zone_name(table, "zone", table.maybe_words("zone") or zone),
        day_phone=telephone(table, "day_phone"),
        night_phone=telephone(table, "night_phone"),
        complaint_phone=telephone(table, "complaint_phone"),
        buildings=_buildings(table, people),
        people={**people, **company.people},
        supervisors=_supervisors(table, people, departments),
        manager=table.words("manager"),
        general_manager=company.general_manager,
        desk=table.words("desk"),
        desk_department=desk_department,
    )
    _has_role(table, "manager", community.manager, people, "manager")
    _has_role(table, "desk", community.desk, people, "desk")
    table.finish()
    return community


def telephone(table: Table, name: str) -> str:
    """A required telephone: a mobile, a landline with its area code, or a 400 number."""
    given = table.words(name, longest=20)
    bare = given.replace("-", "").replace(" ", "")
    if given and (not _TELEPHONE.fullmatch(bare) or not re.fullmatch(r"\d+([- ]\d+)*", given)):
        table.wrong(
            name,
            f"“{given}”不像电话号码。手机写 11 位数字；座机写区号，例如 010-12345678；不要写括号和汉字。",
        )
    return given


@cache
def _known_zones() -> frozenset[str]:
    """The zones of this machine: hundreds of files, looked for once."""
    return frozenset(available_timezones())


def zone_name(table: Table, name: str, given: str) -> str:
    """A time zone that the machine knows."""
    if given and given not in _known_zones():
        table.wrong(name, f"没有“{given}”这个时区。中国大陆请写 Asia/Shanghai。")
    return given


def _people(table: Table, roles: tuple[str, ...]) -> dict[str, Person]:
    people: dict[str, Person] = {}
    for row in table.rows("people"):
        person = _person(row, roles)
        if person.id in people:
            row.wrong("id", f"“{person.id}”已经有人用了。请换一个编号。")
        people[person.id] = person
    people.pop("", None)
    return people


def _person(row: Table, roles: tuple[str, ...]) -> Person:
    role = row.choice("role", roles)
    needs_department = role not in ("", "manager", *COMPANY_ROLES)
    department = row.words("department") if needs_department else row.maybe_words("department")
    person = Person(
        id=row.identifier("id"),
        name=row.words("name", longest=40),
        name_en=row.words("name_en", longest=60),
        role=cast(StaffRole, role),
        department=department or None,
        phone=telephone(row, "phone"),
        email=row.words("email", longest=120),
        channel=cast(Channel, row.choice("channel", get_args(Channel))),
        strengths=row.maybe_text("strengths"),
    )
    if person.email and not _EMAIL.fullmatch(person.email):
        row.wrong("email", f"“{person.email}”不像邮箱。请写成 name@example.com 的样子。")
    row.finish()
    return person


def _buildings(table: Table, people: dict[str, Person]) -> dict[str, Building]:
    buildings: dict[str, Building] = {}
    for row in table.rows("buildings"):
        building_id = row.identifier("id")
        if building_id in buildings:
            row.wrong("id", f"“{building_id}”已经用过了。请换一个楼号。")
        assistant = row.maybe_words("assistant") or ""
        if not assistant:
            row.wrong("assistant", "这栋楼没有礼宾助理。每栋楼都要有一位，请写上他的 id。")
        _has_role(row, "assistant", assistant, people, "assistant")
        technicians = row.names("technicians")
        for technician in technicians:
            _has_role(row, "technicians", technician, people, "technician")
        buildings[building_id] = Building(
            building_id, row.text("name"), row.text("homes"), assistant, technicians
        )
        row.finish()
    if not buildings:
        table.wrong("buildings", "一栋楼也没有。每栋楼前面要单独写一行 [[buildings]]。")
    return buildings


def _supervisors(
    table: Table, people: dict[str, Person], departments: dict[str, Department] | None
) -> dict[str, str]:
    inner = table.table("supervisors")
    supervisors = {department: inner.words(department) for department in inner.every_key()}
    for department, person in supervisors.items():
        _check_department(inner, department, department, departments)
        _has_role(inner, department, person, people, "supervisor")
    for department in departments or ():
        if department not in supervisors:
            inner.wrong(department, f"“{department}”这个部门没有主管。请补上一行，写主管的 id。")
    return supervisors


def _check_department(
    table: Table, name: str, department: str | None, departments: dict[str, Department] | None
) -> None:
    if department and departments is not None and department not in departments:
        table.wrong(
            name, f"没有“{department}”这个部门。部门写在 departments.toml 里：{'、'.join(departments)}。"
        )


def _has_role(table: Table, name: str, person_id: str, people: dict[str, Person], role: str) -> None:
    if not person_id:
        return
    person = people.get(person_id)
    if person is None:
        table.wrong(name, f"没有“{person_id}”这个人。请先在 [[people]] 里写上，或者改成已有的 id。")
    elif person.role and person.role != role:
        table.wrong(
            name, f"“{person_id}”的 role 是 {person.role}，这里要的是 {role}。请换一个人，或者改他的 role。"
        )
