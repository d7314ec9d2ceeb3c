"""G37: each function has a role of its own that may do what it does and nothing else.

What it does is heard in every run of the tests (:mod:`tests.infra.uses`); here stand what a policy may never say, and the calls
that no other test makes from inside of a function.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.domain.delivering import Letter, Undelivered
from chalicelib.notify.channels import Channels
from infra.aws import rights
from infra.local.timekeeper import run_once, scheduled_functions
from tests.cases import COMMUNITY
from tests.doors.conftest import world as world
from tests.doors.world import WORDS, World
from tests.infra.recording import Use
from tests.infra.uses import Uses, allowed, by_chance
from tests.pictures import photo
from tests.web.test_photos import send

CODES = "CODE#"
PHOTO = photo(100, 80)
WHOLE = pytest.Config.ArgsSource.TESTPATHS


def test_every_function_has_a_policy_of_its_own() -> None:
    config = json.loads((rights.FOLDER / "config.json").read_text())
    for stage in ("dev", "prod"):
        said = config["stages"][stage]
        named = {rights.API: said["iam_policy_file"]}
        named |= {name: one["iam_policy_file"] for name, one in said["lambda_functions"].items()}
        assert named == {function: rights.file(function).name for function in rights.FUNCTIONS}
    assert sorted(file.name for file in rights.FOLDER.glob("policy-*.json")) == sorted(named.values())


def test_the_functions_are_those_of_the_app() -> None:
    import app

    assert sorted(one.name for one in scheduled_functions(app.app)) == sorted(rights.SCHEDULED)


def ended(uses: Uses, how: int = 0, asked: pytest.Config.ArgsSource = WHOLE, **options: object) -> int:
    """How a run ends in which so much was used: its exit status."""
    config = SimpleNamespace(args_source=asked, option=SimpleNamespace(**options))
    session: Any = SimpleNamespace(config=config, exitstatus=how)
    uses.pytest_sessionfinish(session, how)
    status: int = session.exitstatus
    return status


def test_a_run_of_everything_fails_for_a_right_that_nobody_uses_and_any_run_for_one_that_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SHOUNUO_USES", raising=False)
    everything = allowed()
    idle, extra = (
        min(use for use in everything if not by_chance(use)),
        Use("api_handler", "dynamodb:Scan", "table"),
    )

    def using(seen: set[Use], left_out: Any = None) -> Uses:
        uses = Uses()
        uses.seen = seen
        if left_out is not None:
            uses.pytest_deselected([left_out])
        return uses

    alone = SimpleNamespace(get_closest_marker=lambda name: name == "alone")
    other = SimpleNamespace(get_closest_marker=lambda name: None)
    assert ended(using(everything)) == 0
    unused = using(everything - {idle})
    assert (ended(unused), unused.idle()) == (1, [idle])
    assert ended(using(everything - {idle}, alone)) == 1, "those that run alone make no part of it"
    assert ended(using(everything - {idle}, other)) == 0, "-k, -m"
    assert ended(using(everything - {idle}), asked=pytest.Config.ArgsSource.ARGS) == 0, "a file was named"
    assert ended(using(everything - {idle}), ignore=["tests/web"]) == 0
    died = using(everything - {idle})
    died.pytest_testnodedown(SimpleNamespace())
    assert ended(died) == 0, "one that was killed tells nothing; the run fails of it by itself"
    assert ended(using({extra}, other)) == 1
    assert ended(using({extra}), how=2) == 2, "it failed already"


@pytest.mark.parametrize("function", rights.FUNCTIONS)
def test_no_policy_has_a_star_and_each_reads_back_as_it_was_written(function: str) -> None:
    policy = rights.read(function)
    assert rights.too_wide(policy) == []
    assert rights.document(function, rights.rights_of(policy)) == policy
    assert len(json.dumps(policy)) < 10_000, "IAM takes 10,240 signs for the policies within a role"


def test_only_the_nightly_check_may_scan_and_who_needs_no_codes_cannot_read_them(
    figure: Callable[[str], None],
) -> None:
    allowed = {function: rights.rights_of(rights.read(function)) for function in rights.FUNCTIONS}
    assert {name for name, may in allowed.items() if ("dynamodb:Scan", "table") in may} == {
        "check_everything"
    }
    readers = {
        name
        for name, may in allowed.items()
        if any(on == CODES and action in rights.READS for action, on in may)
    }
    assert readers == {"api_handler", "deliver_messages"}
    figure("G37: " + ", ".join(f"{name} {len(may)}" for name, may in allowed.items()) + " rights; 0 stars")


def test_the_scheduled_functions_do_all_their_work_within_their_rights(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Years of a small world, function by function: everything comes due, is sent, counted, ended and forgotten in the end."""
    import app

    functions = scheduled_functions(app.app)
    monkeypatch.setenv("SHOUNUO_ALLOW_TICK", "1")
    monkeypatch.setenv("SHOUNUO_CHANNELS", "tests.infra.test_rights:channels")
    monkeypatch.setattr("chalicelib.wiring.skew_seconds", lambda: None)
    now = datetime.now(UTC)
    owner, desk = world.visitor(world.resident()), world.visitor(world.staff("desk"))
    for said in ({"category": "C1"}, {"category": "B2"}, {"category": "C2"}):
        values = {"what": WORDS, "updates": True, **said}
        filed = owner.post_json("/api/v1/my/cases", values, Idempotency_Key=str(uuid.uuid4()))
        assert filed.status == 201, filed.text
    case = f"track/{filed.json()['link']}"
    shown = [case, f"my/posts/{world.things['own post'].own}"]
    for where in shown:
        way = owner.post_json(f"/api/v1/{where}/photos", {"size": len(PHOTO), "type": "image/jpeg"}).json()
        assert send(way["url"], way["fields"], PHOTO) == 204
        assert owner.post_json(way["done"], b"").status == 200
    shelf = world.origin.photos.folder / "kept"
    assert len(list(shelf.rglob("*.jpg"))) == len(shown)
    done = f"/api/v1/staff/cases/{filed.json()['number']}/resolve"
    assert world.visitor(world.staff("technician")).post_json(done, {"words": WORDS}).status == 200
    for verb, state in (("reopen", "assigned"), ("withdraw", "withdrawn")):
        assert owner.post_json(f"/api/v1/{case}/{verb}", {"words": WORDS}).json()["state"] == state
    assert desk.get("/api/v1/staff/queue").status == 200
    for later in (0, 1, 3, 10, 31, 45, 100, 200, 400, 800, 1200, 1300):
        for function in functions:
            assert run_once(function, now, now + timedelta(days=later, minutes=5)), (function.name, later)
    assert list(shelf.rglob("*.jpg")) == [], "what is forgotten is forgotten with its photos"


class Box:
    """A channel that takes everything and robots that do not."""

    tells_repeats, joined_bytes, most_posts = True, 0, None

    def send(self, letter: Letter) -> None:
        if letter.channel == "robot":
            raise Undelivered("refused", final=True)


def channels() -> Channels:
    """The channels of these tests (SHOUNUO_CHANNELS)."""
    return Channels(sms=Box(), email=Box(), robot=lambda name: Box())


def test_letters_keys_and_the_call_to_hurry_are_rights_too(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The calls to other services, each from inside of the function that makes it."""
    import app

    from chalicelib import wiring
    from chalicelib.domain.change import Message
    from chalicelib.notify import hurrying
    from chalicelib.notify.channels import cloud
    from infra.local.server import Origin
    from tests.web.client import PROGRAM, Visitor
    from tests.web.homes import PHONE as RESIDENT_PHONE
    from tests.web.homes import membership, moves_in

    now = datetime.now(UTC)
    for name in ("_client", "_secrets", "_ses"):
        for module in (hurrying, cloud):
            if hasattr(module, name):
                getattr(module, name).cache_clear()
    monkeypatch.setenv("SHOUNUO_SECRETS", "/shounuo-test")
    monkeypatch.setenv("SHOUNUO_MAIL_FROM", "portal@example.com")
    monkeypatch.setenv("SHOUNUO_DELIVER_FUNCTION", "shounuo-test-deliver_messages")
    monkeypatch.delenv("SHOUNUO_HURRY", raising=False)
    monkeypatch.delenv("SHOUNUO_CHANNELS", raising=False)
    moves_in(membership())
    functions = {one.name: one for one in scheduled_functions(app.app)}
    facts = {"late_by": 600}
    alarm = Message("clock/20261124T10", "clock_refused", "engineers", "", "", now, facts)
    wiring.outbox.owe(alarm)
    with_robot = next(name for name, one in wiring.rulebook().departments.items() if one.robot)
    wiring.outbox.owe(replace(alarm, id="clock/robot", to=f"department:{COMMUNITY}/{with_robot}"))
    with mock_aws():
        boto3.client("sesv2").create_email_identity(EmailIdentity="portal@example.com")
        assert run_once(functions["deliver_messages"], now)
        asked = Visitor(Origin(app.app), dict(PROGRAM)).post_json(
            "/api/v1/my/code", {"phone": RESIDENT_PHONE}
        )
        assert asked.status < 300, asked.text
        assert run_once(functions["deliver_messages"], now), "the code is read when it is sent"
    monkeypatch.setattr(wiring, "skew_seconds", lambda: 1000.0)
    for name in ("enforce_deadlines", "expire_posts"):
        assert not run_once(functions[name], now), (
            "a clock that is wrong is refused, and the engineers are told"
        )
