"""G24: nobody writes what was not asked for: every model of a request, and every door, with every attribute of what is stored."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

from tests.doors.matrix import DOORS
from tests.doors.test_access_matrix import address, everything, verbs_of
from tests.doors.world import World
from tests.web.client import Reply

READINGS = ("READ#", "READOF#")
MARK = "taken-over-by-mallory"
# What an attacker tries first; single, since one that is taken may hide behind another that is refused.
FIRST = ("owner", "role", "state", "closes_at")


def stored_attributes() -> set[str]:
    """The names of everything that is kept about cases, people and homes, as the rules and as the table call it."""
    from chalicelib.domain.accounts import Account
    from chalicelib.domain.case import Case
    from chalicelib.domain.events import Actor
    from chalicelib.domain.households import Home, Member
    from chalicelib.storage.table import Record

    kinds: tuple[Any, ...] = (Account, Case, Actor, Home, Member)
    fields = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    return fields | set(Record.get_attributes()) | {*FIRST, "status", "deadline", "level"}


def models() -> Iterator[Any]:
    """Every model of a request that the web has."""
    import chalicelib.web

    for module in pkgutil.iter_modules(chalicelib.web.__path__, "chalicelib.web."):
        importlib.import_module(module.name)
    from chalicelib.web.said import Said

    waiting: list[Any] = [Said]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        yield from below


def test_no_model_takes_an_attribute_that_is_not_its_own(figure: Callable[[str], None]) -> None:
    from chalicelib.web.said import names_of, read

    found, tried = list(models()), 0
    for model in found:
        for name in sorted(stored_attributes() - set(names_of(model))):
            tried += 1
            said, causes = read(model, {name: MARK})
            assert said is None, f"{model.__name__} takes {name}"
            assert causes[name] == "not_asked"
    assert len(found) >= 30
    figure(f"G24: {len(found)} models, {tried} attributes that are not theirs, 0 taken")


def test_no_door_writes_what_it_did_not_ask_for(world: World, figure: Callable[[str], None]) -> None:
    refused = passed = 0
    for name, door in DOORS.items():
        if not door.writes:
            continue
        asker = {"staff": lambda by=door.by: world.staff(by), "resident": world.resident}.get(door.who, dict)
        api = "/v1/" in name
        for verb in verbs_of(door):
            _, path = address(name, world, verb)
            said = world.filled(dict(door.verbs[verb] if verb else door.sends or {}))
            extra = sorted(stored_attributes() - set(said))
            bodies = [{**said, **dict.fromkeys(extra, MARK)}]
            if api:
                bodies += [{**said, one: MARK} for one in FIRST if one in extra]
            before = everything()
            for body in bodies:
                reply = send(world, asker(), path, body, api)
                where = (name, verb, sorted(set(body) - set(said))[:3])
                assert reply.status < 500, (*where, reply.text)
                refused += reply.status >= 400
                passed += reply.status < 400
                after = everything()
                if reply.status >= 400:
                    changed = {key for key in before | after if before.get(key) != after.get(key)}
                    # A page that shows a case or a home again, with what was wrong, has been read: that is noted.
                    noted = {key for key in changed if key[0].startswith(READINGS) or "#reading#" in key[1]}
                    changed -= noted
                    assert {key for key in changed if not key[0].startswith("SESSION#")} == set(), where
                assert MARK not in str(after), where
                before = after
    figure(
        f"G24: {refused + passed} requests with more than was asked for: {refused} refused, {passed} without it, 0 stored"
    )


def send(world: World, cookies: dict[str, str], path: str, body: dict[str, Any], api: bool) -> Reply:
    """Sends a body as the door takes it."""
    visitor = world.visitor(cookies, page=not api)
    if api:
        return visitor.post_json(path, body, Idempotency_Key=f"k{abs(hash(str(body)))}")
    few = dict(list(body.items())[:99])
    return visitor.post_form(path, {key: str(one) for key, one in few.items()})
