"""Reads each part of the rulebook into values by id, and checks what the parts say of each other."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import TypeVar

from chalicelib.domain.board import Board
from chalicelib.domain.calendar import YearDays
from chalicelib.domain.call_back import CallBackRules
from chalicelib.domain.commitments import Family
from chalicelib.domain.open_days import OpenDay
from chalicelib.domain.services import Service
from chalicelib.domain.standards import (
    FOLLOW_UP,
    AnswerWords,
    Community,
    Department,
    FormWords,
    IncidentKind,
    Ladder,
    MessageWords,
    NoticeCategory,
    Standard,
    Text,
    Topic,
)
from chalicelib.rulebook.files import RulebookFiles
from chalicelib.rulebook.problems import Problems
from chalicelib.rulebook.read_answers import read_answers
from chalicelib.rulebook.read_board import read_board
from chalicelib.rulebook.read_calendar import read_service, read_year
from chalicelib.rulebook.read_call_backs import read_call_backs
from chalicelib.rulebook.read_commitments import read_family
from chalicelib.rulebook.read_incidents import read_incidents
from chalicelib.rulebook.read_notices import read_notices
from chalicelib.rulebook.read_open_days import read_open_days
from chalicelib.rulebook.read_places import Company, read_community, read_company, read_departments
from chalicelib.rulebook.read_services import read_services
from chalicelib.rulebook.read_standards import read_ladders, read_standards
from chalicelib.rulebook.read_synonyms import read_topics
from chalicelib.rulebook.read_words import MESSAGE_IDS, read_counting, read_form, read_messages
from chalicelib.rulebook.table import Table

FORM_KINDS = ("repair", "complaint", "enquiry", "service")

_Values = TypeVar("_Values")


class PartsReader:
    """A method a part, called as the parts need each other (:func:`.loading.load`); every mistake is noted in `problems`."""

    def __init__(self, files: RulebookFiles, problems: Problems) -> None:
        self._files = files
        self._problems = problems
        self._standard_files: dict[str, str] = {}

    def table_of(self, standard_id: str) -> Table:
        """Where a standard stands, to note a mistake in it."""
        return Table({}, self._standard_files[standard_id], f"standards[{standard_id}]", self._problems)

    def departments(self) -> dict[str, Department]:
        table = self._single("departments.toml")
        return self._by_id(table, "departments", read_departments(table)) if table else {}

    def ladders(self) -> dict[str, Ladder]:
        table = self._single("ladders.toml")
        if not table:
            return {}
        ladders: dict[str, Ladder] = {}
        for ladder in read_ladders(table):
            if ladder.name in ladders:
                table.wrong(f"ladders[{ladder.name}]", f"“{ladder.name}”这条阶梯写了两次。请只留一条。")
            ladders[ladder.name] = ladder
        if FOLLOW_UP not in ladders:
            table.wrong(
                "ladders", f"缺少 {FOLLOW_UP}（跟进）这条阶梯：没有时限在走的工单，要靠它提醒。请补上。"
            )
        return ladders

    def service(self) -> tuple[str, datetime.time, datetime.time]:
        return self._read("service.toml", read_service, ("", datetime.time(0), datetime.time(1)))

    def years(self) -> dict[int, YearDays]:
        years = {}
        for table in self._folder("calendar"):
            days = read_year(table)
            years[days.year] = days
        for year in range(min(years, default=0), max(years, default=0)):
            if year not in years and self._files.all_readable("calendar/"):
                self._problems.add(
                    f"calendar/{year}.toml", "", f"中间缺了 {year} 年。请补上这一年的放假安排。"
                )
        return years

    def company(self) -> Company:
        return self._read("company.toml", read_company, Company({}, ""))

    def communities(
        self, company: Company, departments: dict[str, Department], zone: str
    ) -> dict[str, Community]:
        known = self._if_readable(departments, "departments.toml")
        communities: dict[str, Community] = {}
        seen: dict[str, str] = dict.fromkeys(company.people, "company.toml")
        for table in self._folder("communities"):
            community = read_community(table, company, known, zone)
            communities[community.id] = community
            for person in community.people.values():
                if person.id in company.people and community.people[person.id] is company.people[person.id]:
                    continue
                if person.id in seen:
                    table.wrong(
                        f"people[{person.id}].id",
                        f"“{person.id}”在 {seen[person.id]} 里已经有了。编号全公司不能重复，请换一个。",
                    )
                seen[person.id] = table.file
        return communities

    def standards(
        self, departments: dict[str, Department], ladders: dict[str, Ladder]
    ) -> dict[str, Standard]:
        standards: dict[str, Standard] = {}
        for table in self._folder("standards"):
            for standard in read_standards(table):
                if not standard.id:
                    continue
                if self._is_taken(standard.id, self._standard_files, table, "standards"):
                    continue
                standards[standard.id] = standard
                self._standard_files[standard.id] = table.file
        for standard in standards.values():
            self._check_references(standard, standards, departments, ladders)
        return dict(sorted(standards.items()))

    def counting(self) -> dict[str, Text]:
        return self._read("counting.toml", read_counting, {})

    def forms(self) -> dict[str, FormWords]:
        forms = {form.kind: form for form in map(read_form, self._folder("forms"))}
        for kind in FORM_KINDS:
            if (
                kind not in forms
                and f"forms/{kind}.toml" not in self._files.contents
                and self._files.all_readable("forms/")
            ):
                self._problems.add(
                    f"forms/{kind}.toml", "", "缺少这个文件。请把它放回来，可以从以前的版本里找。"
                )
        return dict(sorted(forms.items()))

    def messages(self) -> dict[str, MessageWords]:
        messages: dict[str, MessageWords] = {}
        for table in self._folder("messages"):
            held = read_messages(table)
            for message in held:
                if message.id in messages:
                    table.wrong(f"messages[{message.id}]", f"“{message.id}”写了两次。请只留一条。")
                messages[message.id] = message
            for wanted in MESSAGE_IDS.get(held[0].audience, ()) if held else ():
                if wanted not in messages:
                    table.wrong(
                        f"messages[{wanted}]", f"缺少“{wanted}”这条消息。请补上，可以从以前的版本里找。"
                    )
        audiences = {message.audience for message in messages.values()}
        for audience in MESSAGE_IDS:
            if audience not in audiences and self._files.all_readable("messages/"):
                self._problems.add("messages/", "", f"发给 {audience} 的消息一条也没有。请把文件放回来。")
        return dict(sorted(messages.items()))

    def answers(self) -> dict[str, AnswerWords]:
        return self._read("answers.toml", read_answers, {})

    def topics(self, standards: dict[str, Standard]) -> dict[str, Topic]:
        known = self._if_readable(standards, "standards/")
        return self._read("synonyms.toml", lambda table: read_topics(table, known), {})

    def incidents(self, standards: dict[str, Standard]) -> dict[str, IncidentKind]:
        known = self._if_readable(standards, "standards/")
        return self._read("incidents.toml", lambda table: read_incidents(table, known), {})

    def notices(self) -> dict[str, NoticeCategory]:
        return self._read("notices.toml", read_notices, {})

    def board(self) -> Board:
        nothing = Text("", "")
        return self._read("board.toml", read_board, Board(nothing, nothing, nothing, {}, (), ()))

    def families(
        self, standards: dict[str, Standard], departments: dict[str, Department]
    ) -> dict[str, Family]:
        known = self._if_readable(departments, "departments.toml")
        seen = dict(self._standard_files)
        families: dict[str, Family] = {}
        for table in self._folder("commitments"):
            family = read_family(table, known)
            families[family.id] = family
            for one in family.commitments:
                self._is_taken(one.id, seen, table, "commitments")
                seen[one.id] = table.file
        return families

    def services(self, standards: dict[str, Standard], families: dict[str, Family]) -> tuple[Service, ...]:
        table = self._single("services.toml")
        if not table:
            return ()
        services = read_services(table)
        known = {*standards, *(one.id for family in families.values() for one in family.commitments)}
        for service in services:
            if service.promise and service.promise not in known and self._all_promises_readable():
                table.wrong(
                    f"services[{service.id}].promise",
                    f"没有“{service.promise}”这条承诺。请看看编号是不是打错了。",
                )
        return services

    def open_days(self, communities: dict[str, Community]) -> tuple[OpenDay, ...]:
        known = self._if_readable(communities, "communities/")
        return self._read("open_days.toml", lambda table: read_open_days(table, known), ())

    def call_backs(self, departments: dict[str, Department], families: dict[str, Family]) -> CallBackRules:
        known = self._if_readable(departments, "departments.toml")
        promises = self._if_readable(families, "commitments/")
        absent = CallBackRules("", 0, 0)
        return self._read("call_backs.toml", lambda table: read_call_backs(table, known, promises), absent)

    def _all_promises_readable(self) -> bool:
        return self._files.all_readable("standards/") and self._files.all_readable("commitments/")

    def _check_references(
        self,
        standard: Standard,
        standards: dict[str, Standard],
        departments: dict[str, Department],
        ladders: dict[str, Ladder],
    ) -> None:
        table = self.table_of(standard.id)
        department = standard.department
        if department and department not in departments and self._files.all_readable("departments.toml"):
            known = "、".join(departments)
            table.wrong("department", f"没有“{department}”这个部门。可以写的有：{known}。")
        for rule in standard.clocks:
            known_ladders = [name for name in ladders if name != FOLLOW_UP]
            if rule.ladder and rule.ladder not in known_ladders and self._files.all_readable("ladders.toml"):
                known = "、".join(known_ladders)
                table.wrong(
                    f"clocks[{rule.clock}].ladder", f"没有“{rule.ladder}”这条阶梯。可以写的有：{known}。"
                )
        for other_id in standard.applies_with:
            other = standards.get(other_id)
            if other is None:
                if self._files.all_readable("standards/"):
                    table.wrong("applies_with", f"没有“{other_id}”这条标准。请看看编号是不是打错了。")
            elif other.kind != standard.kind or other_id == standard.id:
                table.wrong("applies_with", f"“{other_id}”不能和它一起生效：只能写同一类的另一条标准。")
            elif other.applies_with:
                table.wrong(
                    "applies_with",
                    f"“{other_id}”自己还带着别的标准。请把那些编号也直接写在这里，不要一层套一层。",
                )

    def _by_id(self, table: Table, name: str, departments: list[Department]) -> dict[str, Department]:
        found: dict[str, Department] = {}
        for department in departments:
            if department.id in found:
                table.wrong(f"{name}[{department.id}].id", f"“{department.id}”写了两次。请换一个编号。")
            found[department.id] = department
        found.pop("", None)
        return found

    def _is_taken(self, id: str, seen: Mapping[str, str], table: Table, rows: str) -> bool:
        """Whether a promise has this id already, in the file that `seen` names; notes it as a mistake then."""
        if id in seen:
            table.wrong(f"{rows}[{id}].id", f"编号“{id}”在 {seen[id]} 里已经有了。请换一个没用过的编号。")
        return id in seen

    def _if_readable(self, values: _Values, place: str) -> _Values | None:
        """The values that others may name; None where not every file of them could be read."""
        return values if self._files.all_readable(place) else None

    def _read(self, name: str, read: Callable[[Table], _Values], absent: _Values) -> _Values:
        """What `read` makes of a file of its own; `absent` when it could not be read."""
        table = self._single(name)
        return read(table) if table else absent

    def _single(self, name: str) -> Table | None:
        contents = self._files.single(name)
        return None if contents is None else Table(contents, name, "", self._problems)

    def _folder(self, folder: str) -> list[Table]:
        return [Table(held, name, "", self._problems) for name, held in self._files.folder(folder).items()]
