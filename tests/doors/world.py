"""Two communities with people, homes and cases in them, for whoever tries the doors: what is theirs bears marks."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib import wiring
from chalicelib.actions.admit_published import admit_published
from chalicelib.actions.call_back import call_back
from chalicelib.actions.go_on_with_list import go_on_with_list
from chalicelib.actions.send_list import send_list
from chalicelib.domain.accounts import STAFF_ROLES, Account, changed
from chalicelib.domain.call_back import Answer
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.households import Member, Relation, new_home
from chalicelib.domain.importing import Sort
from chalicelib.domain.links import link_of
from chalicelib.domain.open_days import Noted, OpenDayBook, Question
from chalicelib.domain.open_days import Visitor as Guest
from chalicelib.jobs.count_figures import count_figures
from chalicelib.jobs.enforce_deadlines import enforce_deadlines
from chalicelib.storage import households, sessions, vault
from infra.local.server import Origin
from tests.calls import draw, settled
from tests.web.client import BROWSER, PROGRAM, Visitor

HERE, ELSEWHERE = "osmanthus-lane", "river-view"
NAME, WORDS = "标记业主甲", "标记：阳台的地漏返水"
PHONE = "00000000701"
MISSING_NUMBER = "250101-000001"
LONG_AGO = timedelta(days=400)


@dataclass(frozen=True)
class Thing:
    """An object behind a door: how it is named in an address or a body, and a name of the same sort that leads to nothing."""

    own: str
    missing: str


@dataclass
class World:
    """Who is there and what is theirs. `things` are the objects by the names that the matrix uses."""

    origin: Origin
    things: dict[str, Thing] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    phones: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def staff(self, role: str, community: str = HERE, at: datetime | None = None) -> dict[str, str]:
        """The cookie of a member of staff of that role who came in at `at`, now without it."""
        person = next(one for one in wiring.accounts.everyone(community) if one.role == role and one.active)
        return {"sid": wiring.sessions.begin(person.role, person.id, community, at or datetime.now(UTC))}

    def resident(self, who: str = "owner", at: datetime | None = None) -> dict[str, str]:
        """The cookie of a resident who came in at `at`, now without it."""
        key = vault.phone_key(self.phones[who])
        return {"rid": sessions.begin_resident(key, "zh", at or datetime.now(UTC))}

    def visitor(self, cookies: Mapping[str, str] | None = None, page: bool = False) -> Visitor:
        """Somebody who asks with these cookies, with a browser or as a program."""
        return Visitor(self.origin, dict(BROWSER if page else PROGRAM), dict(cookies or {}))

    def filled(self, said: Any, missing: bool = False) -> Any:
        """A body or an address with the objects put in where it names them."""
        if isinstance(said, str):
            for name, thing in self.things.items():
                said = said.replace(f"{{{name}}}", thing.missing if missing else thing.own)
            return said
        if isinstance(said, Mapping):
            return {name: self.filled(one, missing) for name, one in said.items()}
        return [self.filled(one, missing) for one in said] if isinstance(said, list) else said


def build(origin: Origin) -> World:
    """The world, in an empty table."""
    world = World(origin)
    now = datetime.now(UTC)
    for community in (HERE, ELSEWHERE):
        admit_published(wiring.accounts, wiring.rulebook().communities[community])
        _complete_staff(community)
    for who, (community, building, room, left) in {
        "owner": (HERE, "1", "0502", False),
        "next door": (HERE, "1", "0503", False),
        "other building": (HERE, "2", "0502", False),
        "former": (HERE, "1", "0502", True),
        "elsewhere": (ELSEWHERE, "east", "2604", False),
    }.items():
        _settle(world, who, community, building, room, now if left else None)
    _file(world)
    _arrange(world)
    _miss(world)
    _send_list(world)
    _post(world)
    _announce(world)
    _ask_openly(world)
    _call_back()
    count_figures(wiring.figures, wiring.cases, wiring.rulebook(), now)
    world.marks |= {NAME, WORDS, PHONE, "000-0000-0701", world.things["link"].own[14:]}
    return world


def _call_back() -> None:
    """Complaints of the month before, drawn for call-backs: one resident was asked, one is to be called."""
    numbers = [settled(wiring.rulebook(), HERE, nth=nth) for nth in range(3)]
    draw()
    drawn = next(number for number in numbers if wiring.cases.heads([number])[number][0].call_back)
    manager = wiring.rulebook().communities[HERE].manager
    asked = wiring.request_of_staff(Actor(Role.MANAGER, manager), HERE, wiring.now())
    call_back(asked, drawn, Answer.DISSATISFIED, WORDS)


def _complete_staff(community: str) -> None:
    """Somebody for each role that the community's file has nobody for."""
    there = {one.role for one in wiring.accounts.everyone(community)}
    for number, role in enumerate(sorted(STAFF_ROLES - there)):
        phone = f"000-0000-06{number + (10 if community == HERE else 50)}"
        wiring.accounts.save(
            Account(community, f"extra-{community}-{role.value.replace('_', '-')}", "演示", role, phone)
        )


def _settle(world: World, who: str, community: str, building: str, room: str, left: datetime | None) -> None:
    home = new_home(community, building, "1" if community == HERE else "", room)
    phone = PHONE if who == "owner" else f"0000000071{len(world.phones)}"
    world.phones[who] = phone
    member = Member(
        id=households.new_member_id(),
        community=community,
        home=home.id,
        name=NAME if who == "owner" else f"演示{who}",
        phone=phone,
        relation=Relation.OWNER,
        language="zh",
        channel="sms",
        consent_at=None,
        needs=(),
        since=datetime.now(UTC) - LONG_AGO,
    )
    households.save_home(home)
    households.save_member(member)
    if left is not None:
        households.move_out(member, left)
    if who == "owner":
        world.things["home"] = Thing(home.id, f"{home.id[:-3]}999")
        here = f"address of a home in {community}"
        world.things["home token"] = Thing(vault.seal(home.id, here), vault.seal(f"{home.id[:-3]}999", here))
        world.things["member"] = Thing(member.id, "0123456789ab")


def _file(world: World) -> None:
    """Cases of the owner's: one that is looked at, one to join it to, one that the rightful ones may use up."""
    for name in ("case", "other case", "spare case"):
        values = {"category": "C2", "what": WORDS, "updates": True}
        key = str(uuid.uuid4())
        reply = world.visitor(world.resident()).post_json("/api/v1/my/cases", values, Idempotency_Key=key)
        assert reply.status == 201, reply.text
        filed = reply.json()
        world.things[name] = Thing(filed["number"], MISSING_NUMBER)
        if name == "case":
            world.things["link"] = Thing(filed["link"], link_of(MISSING_NUMBER, wiring.link_key()))
            world.marks.add(filed["number"])
    world.things |= {
        "form": Thing("repair", "parcel"),
        "standard": Thing("C2", "Z9"),
        "photo": Thing("0" * 32, "0" * 32),
        "entry code": Thing("x" * 22, "y" * 22),
        "plan": Thing("emergency", "parcel"),
        "community": Thing(HERE, "nowhere"),
        "telephone": Thing(PHONE, "00000000999"),
        "colleague": Thing("gui-technician-1", "gui-nobody"),
    }


def _arrange(world: World) -> None:
    """Somebody is away, and somebody is on duty."""
    manager = world.visitor(world.staff("manager"))
    away = {
        "person": "gui-technician-1",
        "since": f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%dT%H:%M:%SZ}",
    }
    turn = {
        "place": "building/1",
        "person": "gui-technician-1",
        "days": [0],
        "starts": "08:00",
        "ends": "18:00",
    }
    assert manager.post_json("/api/v1/staff/duty/away", away).status == 200
    told = manager.post_json("/api/v1/staff/duty/turn", turn)
    assert told.status == 200, told.text
    plan = told.json()
    world.things["absence"] = Thing(plan["away"][0]["since"], "2030-01-01T00:00:00Z")
    world.things["turn"] = Thing(plan["rota"][0]["turn"], "0" * 16)


def _miss(world: World) -> None:
    """A limit that was missed, with its cause noted."""
    values = {"category": "C1", "what": WORDS, "updates": True}
    owner = world.visitor(world.resident())
    number = owner.post_json("/api/v1/my/cases", values, Idempotency_Key=str(uuid.uuid4())).json()["number"]
    enforce_deadlines(wiring.cases, wiring.rulebook(), wiring.now() + timedelta(hours=1))
    world.things["record"] = Thing(f"{number}-arrive-1", f"{number}-arrive-9")
    token = wiring.sessions.begin(Role.SUPERVISOR, "gui-engineering", HERE, wiring.now())
    said = {"cause": "not_reported", "words": "标记：没有上报"}
    noted = world.visitor({"sid": token}).post_json(
        f"/api/v1/staff/accountability/{number}-arrive-1/note_cause", said
    )
    assert noted.status == 200, noted.text
    world.marks |= {number, "标记：没有上报"}


def _send_list(world: World) -> None:
    """A list of homes that was looked through and waits to be accepted."""
    content = "楼栋,单元,房号,姓名,电话,关系\n1,1,0901,标记名单甲,000-0000-0750,业主\n".encode()
    book, now = wiring.rulebook(), wiring.now()
    sent = send_list(wiring.imports, book, HERE, Sort.HOMES, wiring.rows_of(content), "gui-manager", now)
    go_on_with_list(wiring.imports, wiring.households, wiring.accounts, sent, now, lambda: False)
    world.things["list"] = Thing(sent.id, "0" * 24)
    world.marks |= {"标记名单甲", sent.id}


def _post(world: World) -> None:
    """Posts of the owner's: one that waits for the desk, one that they change, one for all to read."""
    desk = world.visitor(world.staff("desk"))
    for name in ("post", "own post", "public post"):
        said = {"category": "wanted", "title": "求购台灯", "text": "标记：内容", "contact": "标记：联系方式"}
        owner = world.visitor(world.resident())
        reply = owner.post_json("/api/v1/my/posts", said, Idempotency_Key=str(uuid.uuid4()))
        assert reply.status == 201, reply.text
        id = reply.json()["id"]
        world.things[name] = Thing(id, "P250101-000001")
        if name != "post":
            assert desk.post_json(f"/api/v1/staff/board/{id}/approve", {}).status == 200
    world.marks |= {"标记：联系方式", "标记：内容", world.things["post"].own}


def _announce(world: World) -> None:
    """Something goes on in the whole community that concerns none of its cases."""
    desk = world.visitor(world.staff("desk"))
    key = str(uuid.uuid4())
    told = desk.post_json("/api/v1/staff/incidents", {"kind": "network"}, Idempotency_Key=key)
    assert told.status == 201, told.text
    world.things["incident"] = Thing(told.json()["id"], "260101-00000000")


def _ask_openly(world: World) -> None:
    """An open day of the community, with a question that waits. It is there whatever day the tests run on."""
    day = next(one for one in wiring.rulebook().open_days if one.community == HERE)
    asked = Question("ab12cd34ef56ab78", Guest("1-0-0502", "nobody"), datetime.now(UTC), "标记：开放日的问题")
    wiring.open_days.save(Noted(OpenDayBook(day.id, questions=(asked,))), day.date)
    world.things["open day"] = Thing(day.id, "2000-01-nowhere")
    world.things["question"] = Thing(asked.id, "0" * 16)
    world.marks.add("标记：开放日的问题")


def strangers(
    world: World, cookies: Callable[[datetime | None], dict[str, str]]
) -> dict[str, dict[str, str]]:
    """Everybody whose cookie opens nothing, made from the cookie of somebody rightful."""
    now = datetime.now(UTC)
    ((name, token),) = cookies(None).items()
    gone = cookies(None)
    wiring.sessions.end(gone[name])
    other = "rid" if name == "sid" else "sid"
    return {
        "nobody": {},
        "an empty cookie": {name: ""},
        "a cookie of one sign": {name: "x"},
        "a cookie too long": {name: f"{token}A"},
        "a cookie too short": {name: token[:-1]},
        "a tampered cookie": {name: ("B" if token[0] == "A" else "A") + token[1:]},
        "a cookie of 4,000 signs": {name: "A" * 4000},
        "an expired session": cookies(now - timedelta(days=40)),
        "one who signed out": gone,
        "the cookie under the other name": {other: token},
    }


def dismissed(world: World, community: str = HERE) -> dict[str, dict[str, str]]:
    """Staff whose session began before their account was closed, and before their role changed."""
    out = {}
    for who, change in {
        "one who left the company": {"active": False},
        "one whose role changed": {"role": Role.GUARD},
    }.items():
        account = wiring.accounts.save(
            Account(
                community, f"extra-{uuid.uuid4().hex[:8]}", "演示", Role.DESK, f"000-0000-{8000 + len(out)}"
            )
        )
        cookies = {"sid": wiring.sessions.begin(account.role, account.id, community, datetime.now(UTC))}
        wiring.accounts.save(changed(account, replace(account, **change)))  # type: ignore[arg-type]
        out[who] = cookies
    return out
