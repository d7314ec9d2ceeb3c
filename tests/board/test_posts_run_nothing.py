"""G25: 150 attempts to smuggle a script into every field of a post and into the desk's notes: nothing runs on any page.

Each attempt stands in a title, a text, a contact and a note. The lists show all of them and are opened in a real browser; of each
post a page is taken apart: no payload may have added an element or an attribute.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Browser, Page

from chalicelib import wiring
from chalicelib.actions.admit_published import admit_published
from chalicelib.actions.approve_post import approve_post
from chalicelib.actions.edit_post import edit_post
from chalicelib.actions.file_post import file_post
from chalicelib.actions.refuse_post import refuse_post
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.post import Content, Poster
from chalicelib.domain.posting import Place
from infra.local.server import Origin, listening_socket
from tests.people import owed
from tests.posts import request
from tests.web.client import BROWSER, Visitor, serving
from tests.web.homes import PHONE, membership, moves_in

HERE = "river-view"
CORES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<body onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<details open ontoggle=alert(1)>",
    "<video src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<link rel=stylesheet href=//evil.test>",
    "<meta http-equiv=refresh content=0;//evil.test>",
    "<base href=//evil.test>",
    "<style>@import'//evil.test'</style>",
    "<form action=//evil.test><button>",
    "<a href=javascript:alert(1)>x</a>",
    "<math><a xlink:href=javascript:alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<ScRiPt/x>alert(1)</sCrIpT>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{7*7}}{% raise %}${7*7}#{7*7}",
    "<!--frame:content--><!--frame:title-->",
    "javascript:alert(1)//",
    "onmouseover=alert(1) x=",
)
BEFORE = ("", '">', "'>", "</textarea>", "</title>", "-->")
PAYLOADS = [before + core for before, core in itertools.product(BEFORE, CORES)]


def packed(most: int = 1990) -> Iterator[str]:
    """All payloads in as few texts as the form takes."""
    text = ""
    for one in PAYLOADS:
        if len(text) + len(one) > most:
            yield text
            text = ""
        text += one + "\n"
    yield text


class Shape(HTMLParser):
    """The elements of a page with the names of their attributes; the addresses and ids of what may differ are left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


@dataclass
class Board:
    """The origin with its posts: `ids` in the order of the payloads, `crowded` has all of them in its text and its notes."""

    address: str
    ids: list[str]
    plain: str
    crowded: list[str]
    resident: Visitor
    desk: Visitor


@pytest.fixture(scope="module")
def board(origin: Origin, own_table: None) -> Iterator[Board]:
    """A board full of them."""
    now = datetime.now(UTC)
    admit_published(wiring.accounts, wiring.rulebook().communities[HERE])
    desk = next(one for one in wiring.accounts.everyone(HERE) if one.role is Role.DESK)
    sid = wiring.sessions.begin(Role.DESK, desk.id, HERE, now)
    moves_in(membership())
    rid = wiring.sessions.begin_resident(wiring.vault.phone_key(PHONE), "zh", now)
    place, poster = Place(HERE, "Asia/Shanghai", "zh"), Poster(PHONE, "east-2604")
    actor = Actor(Role.DESK, desk.id)
    at = now - timedelta(hours=3)
    until = now.date() + timedelta(days=20)

    def post(title: str, text: str, contact: str, nth: int = 0) -> str:
        content = Content("wanted", title, text, None, contact, until)
        id = file_post(request(at=at + timedelta(seconds=nth)), place, content, poster).post.id
        approve_post(request(actor, at + timedelta(seconds=nth)), id)
        return id

    plain = post("台灯", "一盏台灯", "微信 plain")
    ids = [post(one, PAYLOADS[nth - 50], PAYLOADS[nth - 100], nth) for nth, one in enumerate(PAYLOADS, 1)]
    crowded = []
    for text in packed():
        id = post("台灯", text, "x")
        content = Content("wanted", PAYLOADS[0], text, None, PAYLOADS[1], until)
        edit_post(request(at=at), id, content)
        refuse_post(request(actor, at), id, "other", text)
        edit_post(request(at=at), id, replace(content, title=PAYLOADS[2]))
        crowded.append(id)
    visitor = Visitor(origin, dict(BROWSER), {"rid": rid}), Visitor(origin, dict(BROWSER), {"sid": sid})
    with listening_socket(0) as listening, serving(origin, listening) as address:
        yield Board(address, ids, plain, crowded, *visitor)


def pages_of(visitor: Visitor, first: str) -> Iterator[str]:
    """The addresses of a list, page by page."""
    address = first
    while address:
        yield address
        html = visitor.get(address).text
        found = re.search(r'href="(/api/[^"]*cursor=[^"]*)">(?:更早的|下一页)', html)
        address = found[1].replace("&amp;", "&") if found else ""


@pytest.fixture
def page(browser: Browser, board: Board) -> Iterator[Page]:
    """A browser that is a resident and a member of staff at once, watched for whatever runs or is asked for."""
    context = browser.new_context(base_url=board.address, locale="zh-CN")
    for visitor in (board.resident, board.desk):
        for name, value in visitor.cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": board.address}])
    opened = context.new_page()
    seen: list[str] = []

    def dialog(one: object) -> None:
        seen.append("something ran")
        one.dismiss()  # type: ignore[attr-defined]

    opened.on("dialog", dialog)
    opened.on("pageerror", lambda error: seen.append(str(error)))
    opened.on("console", lambda said: seen.append(said.text) if "Content Security" in said.text else None)
    opened.on("request", lambda asked: seen.append(asked.url) if board.address not in asked.url else None)
    yield opened
    context.close()
    assert seen == []


def test_150_payloads_in_every_field_run_nowhere(board: Board, page: Page) -> None:
    assert len(PAYLOADS) == 150 == len(set(PAYLOADS)) and max(map(len, PAYLOADS)) <= 60
    lists = [
        *pages_of(board.resident, f"/api/board?community={HERE}"),
        *pages_of(board.resident, "/api/my/posts"),
        *pages_of(board.desk, "/api/staff/board?list=published"),
        *pages_of(board.desk, "/api/staff/board?list=waiting"),
    ]
    assert len(lists) >= 16
    singles = [
        f"{start}{id}{end}"
        for id in board.crowded
        for start, end in (
            ("/api/board/", ""),
            ("/api/my/posts/", ""),
            ("/api/my/posts/", "/edit"),
            ("/api/staff/board/", ""),
        )
    ]
    shown = ""
    for address in (
        *lists,
        *singles,
        f"/api/board?community={HERE}&words=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    ):
        page.goto(address)
        shown += page.locator("main").inner_text() + " ".join(
            field.input_value() for field in page.locator("textarea").all()
        )
    for one in PAYLOADS:
        assert " ".join(one.split()) in " ".join(shown.split()), f"{one} was changed on its way"


def test_no_payload_adds_an_element_or_an_attribute_to_any_page_of_its_post(board: Board) -> None:
    for turn, (visitor, start) in enumerate(
        ((board.resident, "/api/board/"), (board.desk, "/api/staff/board/"))
    ):
        expected = Shape(visitor.get(f"{start}{board.plain}").text).found
        for id, payload in list(zip(board.ids, PAYLOADS, strict=True))[turn::2]:
            assert Shape(visitor.get(f"{start}{id}").text).found == expected, payload


def test_a_refused_form_brings_payloads_back_as_text_and_no_message_carries_one(board: Board) -> None:
    form = {"category": "wanted", "text": "", "contact": "", "language": "zh"}
    expected = Shape(board.resident.post_form("/api/my/posts/new", {**form, "title": "台灯"}).text).found
    for payload in PAYLOADS[::5]:
        reply = board.resident.post_form("/api/my/posts/new", {**form, "title": payload, "price": payload})
        assert reply.status == 422
        found = Shape(reply.text).found
        assert [tag for tag, _ in found if tag in ("script", "img", "iframe", "svg", "base")] == [
            tag for tag, _ in expected if tag in ("script", "img", "iframe", "svg", "base")
        ], payload
    messages = [one for one in owed() if one.to.startswith("poster:")]
    assert len(messages) > 150
    letters = [
        letter
        for parcel in wiring.post_office(datetime.now(UTC)).prepare(messages)
        for letter in parcel.letters
    ]
    assert len(letters) == len(messages)
    assert not any("alert" in letter.text or "<" in letter.subject + letter.text for letter in letters)
