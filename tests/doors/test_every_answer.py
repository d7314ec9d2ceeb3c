"""G32, G33, G39: what every answer of every door carries, what the log keeps of it, and what is said when a door breaks."""

from __future__ import annotations

import io
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.doors.matrix import DOORS, Door
from tests.doors.test_access_matrix import address, ask, verbs_of
from tests.doors.world import PHONE, World
from tests.people import sent_codes
from tests.web.client import Reply, Visitor
from tests.web.test_headers import check

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
UNKNOWN = (
    "/api",
    "/api/",
    "/api/nothing",
    "/api/v1/nothing",
    "/api/%00",
    "/api/../etc/passwd",
    "/api/my/%e4%bd",
)
# Not within a request's hexadecimal number, whose digits now and then read like a telephone.
PERSONAL = re.compile(r"(?<![0-9a-f])1[3-9]\d{9}(?![0-9a-f])|(?<!\d)\d{17}[\dXx](?!\d)")
MOBILE, NAME, HOME = "13912345678", "标记姓名乙", "标记门牌9999"


def cookies_of(world: World, door: Door) -> dict[str, str]:
    """What the rightful one carries, under the names that the portal has with https and without."""
    cookies: dict[str, str] = {}
    if door.who in ("staff", "resident"):
        cookies = world.staff(door.by) if door.who == "staff" else world.resident()
    return cookies | {f"__Host-{name}": value for name, value in cookies.items()}


def test_every_answer_to_every_method_carries_the_headers(
    world: World, figure: Callable[[str], None]
) -> None:
    seen: Counter[int] = Counter()
    for name, door in DOORS.items():
        _, path = address(name, world, door.proof)
        page = not name.split()[1].startswith("/v1/")
        for cookies in [{}, cookies_of(world, door)] if door.who in ("staff", "resident") else [{}]:
            for method in METHODS:
                reply = world.visitor(cookies, page).ask(method, path)
                assert reply.status < 500, (name, method)
                # What goes on now is the same for everybody and holds nothing personal: it may be kept for ten seconds.
                told = name == "GET /v1/now" and method in ("GET", "HEAD") and reply.status == 200
                check(reply.headers, "public, max-age=10" if told else "no-store")
                assert method != "HEAD" or reply.content == b""
                seen[reply.status] += 1
    for path in UNKNOWN:
        for method in METHODS:
            reply = world.visitor().ask(method, path)
            assert 400 <= reply.status < 500, (path, method, reply.status)
            assert reply.headers["cache-control"] == "no-store"
            protected(reply)
            seen[reply.status] += 1
    for path in ("/", "/en/", "/nothing", "/assets/nothing.js", "/_local/photos/nothing"):
        for method in METHODS:
            protected(world.visitor().ask(method, path))
    assert {200, 204, 401, 404, 405, 415} <= set(seen)
    told = ", ".join(f"{count} x {status}" for status, count in sorted(seen.items()))
    figure(f"G32: {sum(seen.values())} answers with every header, 0 without: {told}")


def protected(reply: Reply) -> None:
    """The headers of what the site's own files, the photo store and a missing address answer."""
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "referrer-policy" in reply.headers and "strict-transport-security" in reply.headers
    policy = reply.headers["content-security-policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy


@contextmanager
def broken(view: Any, error: Exception) -> Iterator[None]:
    """The handler of a route raises, behind whatever guards it."""
    guarded = view.__wrapped__
    cell = guarded.__closure__[guarded.__code__.co_freevars.index("view")]
    handler = cell.cell_contents

    def raising(*_: Any, **__: Any) -> None:
        raise error

    cell.cell_contents = raising
    try:
        yield
    finally:
        cell.cell_contents = handler


def test_a_broken_handler_says_nothing_of_why(
    world: World, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str], None]
) -> None:
    """As in production: debug off, https. Whoever asks gets the request's number and nothing of the failure."""
    import app

    monkeypatch.setenv("SHOUNUO_ORIGIN", "https://portal.example")
    monkeypatch.setenv("SHOUNUO_STAGE", "api")
    assert app.app.debug is False
    tried = 0
    for name, door in DOORS.items():
        method, _, path = name.partition(" ")
        view = app.app.routes[path][method].view_function
        page = not path.startswith("/v1/")
        with broken(view, RuntimeError(f"SECRET-MARKER {MOBILE} select * from {NAME}")):
            reply = ask(world.visitor(cookies_of(world, door), page), name, world, door.proof)
        assert reply.status == 500, (name, reply.status)
        check(reply.headers)
        told = reply.text + str(reply.headers)
        assert reply.headers["x-request-id"] in reply.text, name
        for sign in ("SECRET", MOBILE, NAME, "Traceback", "RuntimeError", ".py", "chalicelib"):
            assert sign not in told, (name, sign)
        tried += 1
    figure(
        f"G39: {tried} handlers broken, {tried} answers of 500 with the request's number, 0 with a word of the failure"
    )


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged by anybody, libraries included, at DEBUG and in the portal's own form."""
    from chalicelib import journal

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(journal.OneLine())
    names = (None, "portal", "chalicelib", *journal._NOISY)
    loggers = [logging.getLogger(name) for name in names]
    levels = {one: one.level for one in loggers}
    for one in loggers:
        one.setLevel(logging.DEBUG)
        if one.name in ("root", "portal", "chalicelib"):
            one.addHandler(handler)
    yield stream
    for one in loggers:
        one.removeHandler(handler)
        one.setLevel(levels[one])


def test_nothing_personal_is_logged_at_any_door(
    world: World, written: io.StringIO, figure: Callable[[str], None]
) -> None:
    import app

    secrets = {*world.marks, PHONE, MOBILE, NAME, HOME, *world.phones.values()}
    answers: list[Reply] = []
    for name in sorted(DOORS, key=lambda name: DOORS[name].last):
        door = DOORS[name]
        cookies = cookies_of(world, door)
        secrets |= set(cookies.values())
        page = not name.split()[1].startswith("/v1/")
        for verb in verbs_of(door):
            answers.append(ask(world.visitor(cookies, page), name, world, verb))
        view = app.app.routes[name.partition(" ")[2]][name.partition(" ")[0]].view_function
        with broken(view, ValueError(f'{MOBILE} {NAME} {HOME}\r\n{{"level": "INFO"}}')):
            answers.append(ask(world.visitor(cookies, page), name, world, door.proof))
    secrets |= signs_in(world, "resident", "/api/v1/my", PHONE)
    secrets |= signs_in(world, "staff", "/api/v1/staff", "000-0000-0797")
    files(world)
    text = written.getvalue()

    def text_has(said: str) -> bool:
        """Whether the log has it, and not by chance in the middle of an id: a code is six digits."""
        around = (r"(?<![0-9a-f])", r"(?![0-9a-f])") if said.isdigit() else ("", "")
        return re.search(re.escape(said).join(around), text) is not None

    lines = [
        json.loads(line) for line in text.splitlines()
    ]  # each line is one JSON object, whatever was sent
    assert len({line["logger"].partition(".")[0] for line in lines} & {"portal", "botocore", "urllib3"}) == 3
    found = {one for one in secrets if len(one) > 5 and any(map(text_has, (one, json.dumps(one)[1:-1])))}
    found |= set(PERSONAL.findall(text))
    figure(
        f"G33: {len(answers)} answers, {len(lines)} lines at DEBUG with those of botocore, each one JSON object; "
        f"{len(secrets)} names, telephones, words, tokens and codes looked for, {len(found)} found"
    )
    assert found == set()


def signs_in(world: World, door: str, at: str, phone: str) -> set[str]:
    """Asks for a code and comes in with it, a wrong one first; gives what must stay secret."""
    visitor = world.visitor()
    assert visitor.post_json(f"{at}/code", {"phone": phone}).status == 202
    codes = set(sent_codes(door, phone))
    for code in ("000000", *codes):
        visitor.post_json(f"{at}/session", {"phone": phone, "code": code})
    return {*codes, *visitor.cookies.values()}


def files(world: World) -> None:
    """Files with everything personal in it, rightly, wrongly, and with line breaks where none belong."""
    values = {
        "category": "C2",
        "building": "osmanthus-lane/1",
        "home": HOME,
        "what": f"{NAME}\r\n{MOBILE}",
        "name": NAME,
        "phone": MOBILE,
    }
    visitor: Visitor = world.visitor()
    filed = visitor.post_json("/api/v1/cases", values, Idempotency_Key=f"{NAME}".encode().hex())
    assert filed.status == 201, filed.text
    for wrong in ({"phone": f"{MOBILE}0"}, {"name": NAME * 20}, {"category": MOBILE}, {MOBILE: NAME}):
        assert visitor.post_json("/api/v1/cases", {**values, **wrong}, Idempotency_Key="k").status == 422
    assert visitor.get(f"/api/track/{MOBILE}%0d%0a{{}}?phone={MOBILE}").status == 404
    assert visitor.get("/api/v1/preview?category=C2", User_Agent=f"{MOBILE}\r\n{{}}").status == 200
