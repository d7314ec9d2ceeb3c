"""G23: everybody else at every door. Nobody sees a mark of what is not theirs, nothing is written, and what is forbidden looks
like what does not exist. Made from the routes of the app: a route without a line in the matrix fails."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.doors.matrix import DOORS, Door
from tests.doors.world import ELSEWHERE, WORDS, World, dismissed, strangers
from tests.web.client import Reply, Visitor

NEIGHBOURS = ("next door", "other building", "elsewhere")
MOST_APART = 0.020  # seconds between a forbidden object and a missing one
LEAST_ROUNDS, MOST_ROUNDS = 4, 60  # a busy machine needs more of them until both have been asked undisturbed
COUNTED = ("COUNT#",)  # how often somebody asked is counted whoever they are
NOW = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|\+00:00)"
)
PUBLIC = {"form", "standard", "plan", "public post", "open day"}
measured = {"requests": 0.0, "apart": 0.0}


def doors(*who: str) -> list[str]:
    """The doors for these."""
    return [name for name, door in DOORS.items() if door.who in who]


def everything() -> dict[tuple[str, str], str]:
    """All that is in the table, but the counters."""
    from chalicelib.storage.table import Record

    found: dict[tuple[str, str], str] = {}
    connection = Record._get_connection()
    start: Any = None
    while True:
        page = connection.scan(exclusive_start_key=start, consistent_read=True)
        for item in page["Items"]:
            pk, sk = item["pk"]["S"], item["sk"]["S"]
            if not pk.startswith(COUNTED):
                found[pk, sk] = json.dumps(item, sort_keys=True, default=str)
        start = page.get("LastEvaluatedKey")
        if not start:
            return found


def address(name: str, world: World, verb: str = "", missing: bool = False) -> tuple[str, str]:
    """Method and address of a door with its objects in it."""
    door = DOORS[name]
    method, _, path = name.partition(" ")
    for variable, thing in door.behind.items():
        path = path.replace(f"{{{variable}}}", world.filled(f"{{{thing}}}", missing and thing not in PUBLIC))
    path = path.replace("{verb}", verb)
    assert "{" not in path, f"{name}: the matrix does not say what stands in {path}"
    asks = f"?{world.filled(door.asks, missing)}" if door.asks else ""
    return method, f"/api{path}{asks}"


def ask(visitor: Visitor, name: str, world: World, verb: str = "", missing: bool = False) -> Reply:
    """Uses a door as the matrix says that it is used."""
    door = DOORS[name]
    method, path = address(name, world, verb, missing)
    measured["requests"] += 1
    kept = dict(visitor.cookies)
    if method == "GET":
        reply = visitor.get(path)
    else:
        said = world.filled(door.verbs[verb] if verb else door.sends, missing)
        if "/v1/" in path:
            said = {key: (one == "yes" if key == "approved" else one) for key, one in said.items()}
            reply = visitor.post_json(path, said, Idempotency_Key=str(uuid.uuid4()))
        else:
            reply = visitor.post_form(path, {key: str(one) for key, one in said.items()})
    visitor.cookies = kept
    return reply


def verbs_of(door: Door, all_of_them: bool = True) -> list[str]:
    """The verbs to try at a door: all, or one that stands for them."""
    return list(door.verbs) if all_of_them and door.verbs else [door.proof]


def alike(reply: Reply, names: list[str]) -> str:
    """An answer without what differs between any two: the request's number, and the name of what was asked for."""
    headers = {k: v for k, v in reply.headers.items() if k not in ("x-request-id", "content-length")}
    text = f"{reply.status} {sorted(headers.items())} {reply.text}"
    for one in (*names, reply.headers["x-request-id"]):
        text = text.replace(one, "…")
    return NOW.sub("…", text)


def named(name: str, world: World) -> list[str]:
    """What the asker named: it may come back to them."""
    door = DOORS[name]
    said = json.dumps([dict(door.behind), dict(door.sends or {}), dict(door.verbs), door.asks], default=str)
    things = [world.things[one] for one in door.behind.values()]
    things += [world.things[one] for one in re.findall(r"{([a-z ]+)}", said) if one in world.things]
    return sorted((one for thing in things for one in (thing.own, thing.missing)), key=len, reverse=True)


def leaks(reply: Reply, name: str, world: World) -> list[str]:
    """The marks of what belongs to others that an answer shows."""
    told = reply.text + str(reply.headers)
    return [mark for mark in world.marks if mark in told and mark not in named(name, world)]


def test_every_route_of_the_app_is_a_line_of_the_matrix() -> None:
    import app

    real = {
        f"{method} {path}": entry.view_function.open_to
        for path, methods in app.app.routes.items()
        for method, entry in methods.items()
        if method not in ("OPTIONS", "HEAD")
    }
    assert sorted(real.keys() - DOORS.keys()) == [], "not in tests/doors/matrix.py"
    assert sorted(DOORS.keys() - real.keys()) == [], "in the matrix, but no route"
    for name, (who, roles) in real.items():
        assert (who, set(roles)) == (DOORS[name].who, set(DOORS[name].roles)), name


@pytest.mark.parametrize("name", doors("staff", "resident"))
def test_who_has_no_session_is_asked_to_sign_in(world: World, name: str) -> None:
    door = DOORS[name]
    people: dict[str, dict[str, str]]
    if door.who == "staff":
        people = strangers(world, lambda at: world.staff(door.by, at=at)) | dismissed(world)
        people["a resident"] = world.resident()
    else:
        people = strangers(world, lambda at: world.resident(at=at))
        people |= {"former": world.resident("former"), "staff": world.staff("manager")}
    page = not name.split()[1].startswith("/v1/")
    before = everything()
    for who, cookies in people.items():
        for verb in verbs_of(door, who == "nobody"):
            reply = ask(world.visitor(cookies, page), name, world, verb)
            assert reply.status == 401, (who, verb, reply.status, reply.text[-600:])
            found = leaks(reply, name, world)
            assert found == [], (who, found)
            if who in ("nobody", "one who signed out", "former"):
                missing = ask(world.visitor(cookies, page), name, world, verb, missing=True)
                assert alike(reply, named(name, world)) == alike(missing, named(name, world)), who
    assert everything() == before


@pytest.mark.parametrize("name", doors("staff"))
def test_a_colleague_in_another_role_is_refused(world: World, name: str) -> None:
    from chalicelib.domain.accounts import STAFF_ROLES

    door = DOORS[name]
    page = not name.split()[1].startswith("/v1/")
    people = {role.value: world.staff(role.value) for role in STAFF_ROLES if role.value not in door.allowed}
    before = everything()
    for who, cookies in people.items():
        for verb in verbs_of(door):
            reply = ask(world.visitor(cookies, page), name, world, verb)
            assert reply.status == 403, (who, verb, reply.status, reply.text[-600:])
            assert leaks(reply, name, world) == []
            if verb == door.proof:
                missing = ask(world.visitor(cookies, page), name, world, verb, missing=True)
                assert alike(reply, named(name, world)) == alike(missing, named(name, world)), who
    assert everything() == before


@pytest.mark.parametrize("name", doors("staff", "resident"))
def test_who_has_a_session_finds_nothing_of_others(world: World, name: str) -> None:
    door = DOORS[name]
    page = not name.split()[1].startswith("/v1/")
    if door.who == "staff":
        people = {"staff of another community": world.staff(door.by, ELSEWHERE)}
        people |= {f"a {role} of this one": world.staff(role) for role in door.nothing_for}
    else:
        people = {who: world.resident(who) for who in NEIGHBOURS}
    named_things = named(name, world)
    personal = set(re.findall(r"{([a-z ]+)}", str(door.sends) + str(door.verbs))) | set(door.behind.values())
    personal = (personal & set(world.things)) - PUBLIC
    for who, cookies in people.items():
        visitor = world.visitor(cookies, page)
        before = everything()
        for verb in verbs_of(door):
            reply = ask(visitor, name, world, verb)
            assert leaks(reply, name, world) == [], (who, verb)
            assert reply.status < 500, (who, verb, reply.text)
            if not personal:
                before = everything()  # it leads to what is theirs
                continue
            missing = ask(visitor, name, world, verb, missing=True)
            assert alike(reply, named_things) == alike(missing, named_things), (who, verb)
            if personal & set(door.behind.values()):
                assert reply.status == 404, (who, verb, reply.status)
        assert everything() == before, who


@pytest.mark.parametrize("name", doors("resident link"))
def test_a_link_that_is_not_whole_opens_nothing(world: World, name: str) -> None:
    door = DOORS[name]
    page = not name.split()[1].startswith("/v1/")
    whole = world.things["link"].own
    wrong = {
        "the last sign changed": whole[:-1] + ("a" if whole[-1] != "a" else "b"),
        "the number alone": whole[:13],
        "another number": f"250101-000001{whole[13:]}",
        "cut off": whole[:-1],
        "one sign more": f"{whole}a",
    }
    people = {"nobody": {}, "the owner": world.resident(), "the manager": world.staff("manager")}
    before = everything()
    for who, cookies in people.items():
        for sort, link in wrong.items():
            for verb in verbs_of(door, who == "nobody"):
                method, path = address(name, world, verb)
                visitor = world.visitor(cookies, page)
                reply = _send(
                    visitor, method, path.replace(whole, link), world.filled(door.verbs.get(verb, door.sends))
                )
                missing = ask(visitor, name, world, verb, missing=True)
                assert (reply.status, leaks(reply, name, world)) == (404, []), (who, sort, verb)
                assert alike(reply, [link, link[:13]]) == alike(missing, [*named(name, world)]), (who, sort)
    assert everything() == before


@pytest.mark.parametrize("name", [n for n in doors("staff", "resident") if DOORS[n].behind])
def test_forbidden_takes_as_long_as_missing(world: World, name: str) -> None:
    door = DOORS[name]
    cookies = world.staff(door.by, ELSEWHERE) if door.who == "staff" else world.resident("next door")
    visitor = world.visitor(cookies, page=False)
    verb = door.proof
    taken: dict[bool, list[float]] = {False: [], True: []}
    apart = MOST_APART
    while apart >= MOST_APART / 4 and len(taken[True]) < MOST_ROUNDS:
        for missing in (False, True):
            began = time.perf_counter()
            ask(visitor, name, world, verb, missing)
            taken[missing].append(time.perf_counter() - began)
        apart = abs(min(taken[False]) - min(taken[True]))  # what the machine does besides only adds
        if len(taken[True]) < LEAST_ROUNDS:
            apart = MOST_APART
    measured["apart"] = max(measured["apart"], apart)
    assert apart < MOST_APART, taken


def test_no_door_tells_those_who_work_in_the_building_who_complained(world: World) -> None:
    """The complaint takes the place of the case; what its resident left bears marks of its own, and the desk sees them."""
    marks = ("77-7788", "标记投诉人", "0000-0788", "00000000788")
    left = {"home": marks[0], "name": marks[1], "phone": "000-0000-0788"}
    said = {"category": "B4", "building": "osmanthus-lane/1", "place": "大堂", "what": "大堂有人抽烟", **left}
    filed = world.visitor().post_json("/api/v1/cases", said, Idempotency_Key=str(uuid.uuid4())).json()
    case = world.things["case"]
    world.things["case"] = case.__class__(filed["number"], case.missing)
    looking = {name for name in doors("staff") if name.startswith("GET ") or name.endswith("/search")}
    looking |= {"POST /staff/cases/{number}/{verb}", "POST /v1/staff/cases/{number}/{verb}"}
    shown: dict[str, set[str]] = {}
    try:
        for role in ("technician", "cleaner", "guard", "desk"):
            for name in sorted(one for one in looking if role in DOORS[one].allowed):
                visitor = world.visitor(world.staff(role), page=not name.split()[1].startswith("/v1/"))
                reply = ask(visitor, name, world, DOORS[name].proof)
                assert reply.status in (DOORS[name].answers, 404), (role, name, reply.status)
                if any(mark in reply.text for mark in marks):
                    shown.setdefault(role, set()).add(name)
    finally:
        world.things["case"] = case
    assert shown.keys() == {"desk"}
    assert {"GET /staff/cases/{number}", "GET /v1/staff/queue"} <= shown["desk"]


@pytest.mark.parametrize("name", sorted(DOORS, key=lambda name: DOORS[name].last))
def test_the_rightful_one_passes(world: World, name: str) -> None:
    """Last of all, for it changes the world: without it the refusals above might be those of a broken door."""
    door = DOORS[name]
    page = not name.split()[1].startswith("/v1/")
    cookies = {"staff": lambda: world.staff(door.by), "resident": world.resident}.get(door.who, dict)()
    world.things["entry code"] = world.things["entry code"].__class__(world.staff("manager")["sid"], "x" * 22)
    before = everything()
    reply = ask(world.visitor(cookies, page), name, world, door.proof)
    assert reply.status == door.answers, reply.text[-1500:]
    if not door.writes and not door.notes:
        assert everything() == before, "looking writes"


def test_what_the_doors_were_tried_with(world: World, figure: Callable[[str], None]) -> None:
    """After all the others, each of which fails at a leak or a write: what nobody else saw is there, and the owner sees it."""
    seen = world.visitor(world.resident()).get(world.filled("/api/v1/my/cases/{case}"))
    assert WORDS in seen.text
    figure(
        f"G23: {len(DOORS)} doors, {measured['requests']:.0f} requests, 0 leaks, 0 writes; "
        f"forbidden and missing at most {measured['apart'] * 1000:.1f} ms apart"
    )


def _send(visitor: Visitor, method: str, path: str, said: Any) -> Reply:
    if method == "GET":
        return visitor.get(path)
    if "/v1/" in path:
        return visitor.post_json(path, said, Idempotency_Key=str(uuid.uuid4()))
    return visitor.post_form(path, {key: str(one) for key, one in said.items()})
