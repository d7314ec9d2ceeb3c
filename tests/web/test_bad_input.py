"""Bad input (G21): whatever is sent wherever, the answer is a clear 4xx in the user's language, and nothing is written."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from infra.local.server import Origin
from tests.web.client import Visitor
from tests.web.conftest import case_of
from tests.web.homes import membership, moves_in, signed_in

Filed = Callable[..., dict[str, Any]]
Staff = Callable[..., Visitor]

GOOD = case_of("C2")


def with_field(name: str, value: Any) -> bytes:
    return json.dumps({**GOOD, name: value}).encode()


def without(name: str) -> bytes:
    return json.dumps({n: v for n, v in GOOD.items() if n != name}).encode()


# Bodies that no endpoint can take for a request, whatever it asks for.
NO_OBJECT: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b"   \n",
    "null": b"null",
    "true": b"true",
    "a number": b"1",
    "a text": b'"x"',
    "a list": b"[1]",
    "an empty list": b"[]",
    "a list of objects": b"[{}]",
    "no JSON": b"hello",
    "a form": b"category=C2&what=x",
    "cut off": b'{"category": "C2"',
    "two objects": b"{}{}",
    "a trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "a comment": b'{"a": 1} // x',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "minus Infinity": b'{"a": -Infinity}',
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice deep inside": b'{"a": {"b": 1, "b": 2}}',
    "100,000 lists": b"[" * 30_000 + b"]" * 30_000,
    "30,000 objects": b'{"a":' * 8_000 + b"1" + b"}" * 8_000,
    "21 levels": b'{"a":' * 21 + b"1" + b"}" * 21,
    "an open list without end": b"[" * 60_000,
    "a number of 39 digits": b'{"a": ' + b"9" * 39 + b"}",
    "a number of 5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "Latin-1": '{"a": "caf\u00e9"}'.encode("latin-1"),
    "GB18030": '{"a": "厨房"}'.encode("gb18030"),
    "UTF-16": '{"a": "x"}'.encode("utf-16"),
    "an overlong form": b'{"a": "\xc0\xaf"}',
    "bytes of a surrogate": b'{"a": "\xed\xa0\x80"}',
    "a cut character": b'{"a": "\xe5\x8e"}',
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "NUL as a byte": b'{"a": "\x00"}',
    "NUL escaped": b'{"a": "\\u0000"}',
    "a lone surrogate": b'{"a": "\\ud800"}',
    "surrogates the wrong way round": b'{"a": "\\udc00\\ud800"}',
    "a bell": b'{"a": "\\u0007"}',
    "an escape sequence": b'{"a": "\\u001b[31m"}',
    "delete": b'{"a": "\\u007f"}',
    "a broken character": b'{"a": "\\ufffd"}',
    "NUL in a name": b'{"a\\u0000": 1}',
    "a bad escape": b'{"a": "\\x"}',
    "zip": b"PK\x03\x04" + b"\x00" * 100,
    "gzip": b"\x1f\x8b\x08\x00" + b"\x00" * 100,
}

# Objects that are no filing.
NO_FILING: dict[str, bytes] = {
    "an empty object": b"{}",
    **{f"no {name}": without(name) for name in ("category", "building", "what", "phone", "home")},
    **{f"{name} null": with_field(name, None) for name in ("category", "building", "what", "phone", "home")},
    **{f"{name} empty": with_field(name, "") for name in ("category", "building", "what", "phone", "home")},
    **{f"{name} blank": with_field(name, " 　\t") for name in ("what", "phone", "home")},
    **{
        f"{name} a number": with_field(name, 1)
        for name in ("category", "building", "what", "phone", "home", "updates")
    },
    **{
        f"{name} a list": with_field(name, ["x"])
        for name in ("category", "building", "what", "phone", "name", "updates")
    },
    **{
        f"{name} an object": with_field(name, {"S": "x"})
        for name in ("category", "building", "what", "phone", "name")
    },
    "an unknown category": with_field("category", "Z9"),
    "a category nobody chooses": with_field("category", "C0"),
    "a category in small letters": with_field("category", "c2"),
    "an unknown community": with_field("building", "atlantis/east"),
    "an unknown building": with_field("building", "river-view/atlantis"),
    "a community without a building": with_field("building", "river-view"),
    "a path for a building": with_field("building", "river-view/../../etc"),
    "what too long": with_field("what", "x" * 2001),
    "home too long": with_field("home", "1" * 41),
    "name too long": with_field("name", "x" * 41),
    "name with a line break": with_field("name", "a\nb"),
    "name that turns the text around": with_field("name", "\u202eabc"),
    "home that isolates": with_field("home", "\u2066x"),
    "phone too short": with_field("phone", "1380013800"),
    "phone too long": with_field("phone", "138001380001"),
    "phone of letters": with_field("phone", "hello"),
    "phone of another country": with_field("phone", "+1 202 555 0100"),
    "phone without area code": with_field("phone", "87654321"),
    "phone of 40 digits": with_field("phone", "1" * 40),
    "updates as a text": with_field("updates", "yes"),
    "updates null": with_field("updates", None),
    "language unknown": with_field("language", "fr"),
    **{
        f"unknown field {name}": with_field(name, value)
        for name, value in {
            "state": "resolved",
            "version": 7,
            "number": "250101-000001",
            "in_charge": "staff:wang-manager",
            "clocks": [],
            "opened": "2020-01-01T00:00:00Z",
            "severity": "ordinary",
            "community": "river-view",
            "rulebook": "x",
            "role": "manager",
            "actor": {"role": "manager"},
            "tell_resident": False,
            "website": "http://x",
            "idempotency_key": "k",
            "visit_agreed": True,
            "__proto__": {},
            "": "x",
        }.items()
    },
}


def nothing_is_stored() -> None:
    from chalicelib.storage.table import Record

    left = [record for record in Record.scan() if not record.pk.startswith("SESSION#")]
    assert left == []


@pytest.mark.parametrize("name", [*NO_OBJECT, *NO_FILING])
def test_a_filing_that_is_none_is_refused_clearly(program: Visitor, name: str) -> None:
    body = NO_OBJECT.get(name, NO_FILING.get(name, b""))
    reply = program.post_json("/api/v1/cases", body, Idempotency_Key="k")
    assert 400 <= reply.status < 500, (name, reply.text)
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["detail"] and problem["status"] == reply.status
    if name in NO_FILING:
        assert reply.status == 422 and all(error["message"] for error in problem["errors"])
    nothing_is_stored()


def test_an_unknown_field_is_named(program: Visitor) -> None:
    reply = program.post_json("/api/v1/cases", with_field("state", "resolved"), Idempotency_Key="k")
    assert [error["field"] for error in reply.json()["errors"]] == ["state"]


def test_no_body_for_no_endpoint_ends_in_an_error_of_ours(
    program: Visitor, filed: Filed, staff: Staff
) -> None:
    """Every endpoint that reads JSON, every body above, and the same as a form: nothing changes."""
    case = filed("C3")
    manager = staff("manager")
    residents = [
        f"/api/v1/track/{case['link']}/{verb}" for verb in ("urge", "write", "withdraw", "reopen", "rate")
    ]
    desk = [
        f"/api/v1/staff/cases/{case['number']}/{verb}"
        for verb in (
            "assign",
            "reply",
            "resolve",
            "pause",
            "appoint",
            "ask_extension",
            "decide_extension",
            "pass_upward",
            "join",
            "propose",
            "note",
        )
    ]
    before = manager.get(f"/api/v1/staff/cases/{case['number']}").json()
    for who, addresses in ((program, [*residents, "/api/v1/staff/session"]), (manager, desk)):
        for address in addresses:
            for name, body in {**NO_OBJECT, "unknown": b'{"x": 1}'}.items():
                if not body and address.endswith(("urge", "withdraw")):
                    continue  # these need no word
                reply = who.post_json(address, body)
                assert 400 <= reply.status < 500, (address, name, reply.text)
                reply = who.ask(
                    "POST",
                    address.replace("/api/v1/", "/api/"),
                    body,
                    {"Content-Type": "application/x-www-form-urlencoded"},
                )
                if not address.endswith(("urge", "withdraw")):
                    assert 400 <= reply.status < 500, (address, name, reply.text)
    after = manager.get(f"/api/v1/staff/cases/{case['number']}").json()
    assert [e for e in after["events"] if e["kind"] not in ("urged", "withdrawn")] == before["events"]


@pytest.mark.parametrize(
    "body",
    [
        b"category=%FF%FE",
        b"category=%ED%A0%80",
        b"category=%E5%8E",
        b"category=%00",
        b"category=%",
        b"category=%zz",
        b"category=C2&category=C3",
        b"what=%1b",
        b"&".join(b"f%d=x" % n for n in range(101)),
        b"\xff\xfe=1",
        "what=厨房".encode("gb18030"),
    ],
)
def test_a_form_that_no_browser_sends_is_refused(browser: Visitor, body: bytes) -> None:
    reply = browser.ask(
        "POST", "/api/file/repair", body, {"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert reply.status == 400 and "text/html" in reply.headers["content-type"], reply.text
    nothing_is_stored()


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("Application/JSON", 422),
        ("application/json; charset=UTF-8", 422),
        ("APPLICATION/JSON ;charset=utf-8", 422),
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data", 415),
        ("application/json+x", 415),
        ("", 415),
        ("*/*", 415),
    ],
)
def test_the_content_type_is_read_as_the_standard_says(
    program: Visitor, media_type: str, status: int
) -> None:
    headers = {"Idempotency-Key": "k", **({"Content-Type": media_type} if media_type else {})}
    assert program.ask("POST", "/api/v1/cases", b"{}", headers).status == status


def test_64_kilobytes_is_the_limit(program: Visitor, browser: Visitor) -> None:
    most = 64 * 1024
    fits = json.dumps({**GOOD, "x": ""}).encode()
    fits = fits[:-2] + b"x" * (most - len(fits)) + b'"}'
    assert len(fits) == most
    assert program.post_json("/api/v1/cases", fits, Idempotency_Key="k").status == 422
    assert program.post_json("/api/v1/cases", fits + b" ", Idempotency_Key="k").status == 413
    assert program.post_json("/api/v1/cases", b" " * 1_100_000, Idempotency_Key="k").status == 413
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.ask("POST", "/api/file/repair", b"a" * (most + 1), form).status == 413
    nothing_is_stored()


def test_a_link_that_was_never_given_out_looks_like_one_that_leads_nowhere(
    program: Visitor, browser: Visitor, filed: Filed
) -> None:
    case = filed("C2")
    link: str = case["link"]
    flipped = link[:-1] + ("a" if link[-1] != "a" else "b")
    tampered = [
        flipped,
        link[:-1],
        link + "a",
        link.upper(),
        case["number"],
        "250101-000000-" + link[14:],
        "250101-000000-" + "a" * 26,
        quote(link + "\x00"),
        "%00",
        "%FF",
        "%F0%9F%8F%A0",
        "x" * 3000,
        "..%2f..%2fetc",
    ]
    told = {
        json.dumps({k: v for k, v in program.get(f"/api/v1/track/{one}").json().items() if k != "request_id"})
        for one in tampered
        if "%2f" not in one
    }
    assert len(told) == 1
    for one in tampered:
        for reply in (
            program.get(f"/api/v1/track/{one}"),
            program.post_json(f"/api/v1/track/{one}/urge", {}),
            browser.get(f"/api/track/{one}"),
            browser.get(f"/api/track/{one}/receipt"),
            browser.post_form(f"/api/track/{one}/urge", {}),
        ):
            assert reply.status == 404, one
            assert case["number"] not in reply.text or case["number"] == one


def test_percent_encoded_letters_of_a_link_are_the_link(browser: Visitor, filed: Filed) -> None:
    link: str = filed("C2")["link"]
    assert browser.get(f"/api/track/{link[:20]}%{ord(link[20]):02x}{link[21:]}").status == 200


def test_unknown_addresses_and_methods_are_told_so(program: Visitor, filed: Filed) -> None:
    link = filed("C2")["link"]
    assert program.post_json(f"/api/v1/track/{link}/explode", {}).status == 404
    assert program.post_json(f"/api/v1/track/{link}/reply", {"words": "x"}).status == 404
    assert program.post_form("/api/file/parcel", {}).status == 404
    assert program.get("/api/v1/standards/Z9").status == 404
    assert program.get("/api/v1/nothing").status == 404
    for method in ("PUT", "DELETE", "PATCH", "GET"):
        reply = program.ask(method, "/api/v1/cases")
        assert reply.status == 405 and reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    ["", "category=", "category=Z9", "category=C0", "category=C2&category=C3", "category=C2&community=x",
     "category=%00", "category=" + "x" * 500, "category=C2&community=%FF"],
)  # fmt: skip
def test_a_preview_of_nothing_is_refused(program: Visitor, query: str) -> None:
    assert program.get(f"/api/v1/preview?{query}").status in (400, 422)


def test_refusals_speak_the_users_language(program: Visitor, browser: Visitor) -> None:
    chinese = program.post_json("/api/v1/cases", b"[1]", Idempotency_Key="k").json()
    english = program.post_json(
        "/api/v1/cases", b"[1]", Idempotency_Key="k", Accept_Language="en-GB,en;q=0.9,zh;q=0.1"
    ).json()
    assert chinese["detail"] == "正文必须是一个 JSON 对象。"
    assert english["detail"] == "The body must be a JSON object."
    page = browser.post_form("/api/file/repair", {"language": "en"})
    assert page.status == 422 and "Choose your community" not in page.text
    assert "Choose the building." in page.text and 'lang="en"' in page.text


@pytest.mark.parametrize(
    "text",
    ["👨‍👩‍👧‍👦 一家三口", "𠮷野家", "e\u0301galite\u0301", "\ufeffanfang", "שלום", "مرحبا", "a\u200bb", "tab\there\nline",
     "<script>alert(1)</script>", "=1+1", "{{ 7*7 }}", "%s%n", "'; DROP TABLE--", "\u2028x"],
)  # fmt: skip
def test_what_a_person_may_write_comes_back_as_it_was_written(
    program: Visitor, browser: Visitor, filed: Filed, text: str
) -> None:
    case = filed("C2", what=text)
    told = program.get(f"/api/v1/track/{case['link']}").json()
    assert told["events"][0]["words"] == text.strip()
    page = browser.get(f"/api/track/{case['link']}")
    assert page.status == 200 and "<script>alert" not in page.text


def test_a_cursor_of_one_list_on_every_other_list_is_a_page_or_a_refusal(
    staff: Callable[..., Visitor], origin: Origin, program: Visitor
) -> None:
    moves_in(membership())
    at = ("2026-11-23T00:00:00.000Z", "1999-01-01T00:00:00.000Z", "9999-12-31T00:00:00.000Z")
    ends = (
        "261123-000001",
        "P261123-000001",
        "261123-aaaaaaaa",
        "261123-000001-reply-1",
        "case#261123-000001",
    )
    begins = ("", "POST#", "waiting#", "open#", "closed#")
    positions = [f"{begin}{moment}#{end}" for begin in begins for moment in at for end in ends]
    positions += ["9#261123-000001", "0.1"]
    positions += ["".join(chr(0x660 + int(s)) if s.isdecimal() else s for s in one) for one in positions]
    desk, me = staff("manager"), signed_in(origin)
    lists = [(desk, f"/api/v1/staff/queue?list={one}&") for one in ("all", "overdue", "mine")]
    lists += [(desk, f"/api/v1/staff/accountability?{one}") for one in ("", "list=mine&", "list=closed&")]
    lists += [(desk, f"/api/v1/staff/board?{one}") for one in ("", "list=waiting&")]
    lists += [(desk, "/api/v1/staff/stuck?"), (desk, "/api/v1/staff/readings?")]
    lists += [(me, f"/api/v1/my/{one}?") for one in ("cases", "messages", "posts")]
    lists += [(program, "/api/v1/board?"), (program, "/api/v1/incidents?community=river-view&")]
    for who, address in lists:
        for position in positions:
            cursor = base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")
            reply = who.get(f"{address}cursor={cursor}")
            assert reply.status < 500, (address, position, reply.text)
            assert position.isascii() or reply.status != 200, (address, position)
