"""What every page of the staff has at its top: who is signed in, and the pages that this person has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import wiring
from chalicelib.domain.rules import HANDLERS
from chalicelib.domain.standards import Text

from .access import EVERYBODY
from .exchange import Exchange
from .page_views import Bar
from .story import Reader
from .words import ROLE

QUEUE = "/api/staff/queue"
FILE = "/api/staff/file"
STUCK = "/api/staff/stuck"
BOARD = "/api/staff/board"
DUTY = "/api/staff/duty"
ACCOUNTABILITY = "/api/staff/accountability"
READINGS = "/api/staff/readings"
FIGURES = "/api/staff/figures"
INCIDENTS = "/api/staff/incidents"
START = "/api/staff/start"
HOMES = "/api/staff/homes"
IMPORTS = "/api/staff/imports"
OPEN_DAYS = "/api/staff/open-days"
CALL_BACKS = "/api/staff/call-backs"
LEAVE = "/api/staff/session/end"
_WORKING = frozenset(role.value for role in HANDLERS)

OPEN_DAY_ROLES = frozenset({"desk", "supervisor", "manager", "general_manager"})

# Who calls residents back, or hears of calls that were not made (E4).
CALLING = frozenset({"supervisor", "manager", "general_manager"})

BOARD_ROLES = frozenset({"desk", "assistant", "supervisor", "manager", "general_manager", "editor"})


@dataclass(frozen=True)
class StaffPage:
    """A page of the desk; `roles` are those that have it."""

    address: str
    name: Text
    roles: frozenset[str] = _WORKING | {"monitor"}


PAGES: Sequence[StaffPage] = (
    StaffPage(QUEUE, Text("待办工单", "Open cases")),
    StaffPage(FILE, Text("电话登记", "File for a caller"), _WORKING),
    StaffPage(INCIDENTS, Text("停水停电通知", "Incidents"), _WORKING),
    StaffPage("/api/staff/report/emergency", Text("突发事件", "Emergency"), _WORKING),
    StaffPage("/api/staff/report/breach", Text("违规登记", "Breach of rules"), _WORKING),
    StaffPage(DUTY, Text("在岗和排班", "Who is there"), _WORKING),
    StaffPage(ACCOUNTABILITY, Text("责任记录", "Missed limits"), _WORKING),
    StaffPage(CALL_BACKS, Text("回访", "Call-backs"), CALLING),
    StaffPage(FIGURES, Text("承诺兑现", "Promises kept"), frozenset(EVERYBODY)),
    StaffPage(
        HOMES, Text("住户名册", "Register of homes"), frozenset({"desk", "manager", "general_manager"})
    ),
    StaffPage(IMPORTS, Text("导入名单", "Import a list"), frozenset({"desk", "manager", "general_manager"})),
    StaffPage(BOARD, Text("信息栏审核", "Info board"), BOARD_ROLES),
    StaffPage(OPEN_DAYS, Text("开放日", "Open days"), OPEN_DAY_ROLES),
    StaffPage(READINGS, Text("谁看过资料", "Who read what"), frozenset({"manager", "general_manager"})),
    StaffPage(STUCK, Text("没发出去的消息", "Messages not sent")),
)


def first_page(role: str) -> str:
    """Where a role begins: the open cases for whoever sees them, the figures for the owners' committee."""
    if role in _WORKING or role == "monitor":
        return QUEUE
    return FIGURES if role == "owners_committee" else START


def scopes(here: str, session: wiring.Session, reader: Reader) -> list[tuple[str, str, bool]]:
    """The pages of the person who is signed in: label, address, and whether it is this one."""
    role = session.actor.role.value
    return [(reader.say(one.name), one.address, one.address == here) for one in PAGES if role in one.roles]


def who_is(session: wiring.Session, reader: Reader) -> str:
    """Who is signed in, in words."""
    community = reader.book.communities[session.community]
    role = reader.say(ROLE[session.actor.role.value])
    person = community.people.get(session.actor.id)
    name = reader.say(Text(person.name, person.name_en)) if person else session.account.name
    return f"{role} {name}"


def bar_of(here: str, session: wiring.Session, reader: Reader) -> Bar:
    """The bar of a page of staff."""
    community = reader.book.communities[session.community]
    return Bar(
        reader.language,
        who_is(session, reader),
        reader.say(community.name),
        scopes(here, session, reader),
        LEAVE,
    )


def reader_of(asked: Exchange) -> Reader:
    """The member of staff as a reader."""
    return Reader(asked.language, True, asked.at, wiring.rulebook())


def other_language(reader: Reader, path: str) -> tuple[str, str, str]:
    """The link to the same page in the other language."""
    joined = "&" if "?" in path else "?"
    if reader.language == "zh":
        return f"{path}{joined}lang=en", "en", "English"
    return f"{path}{joined}lang=zh", "zh-CN", "中文"
