"""A technician with one bar of signal, in a real browser: what is done is kept on the phone, delivered once, never dropped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from infra.local.server import Origin, listening_socket
from tests.journeys.conftest import PHONE, no_network
from tests.pictures import kept_corpus, photo
from tests.web.client import PROGRAM, Visitor, serving
from tests.web.conftest import case_of, post_case

ROOT = Path(__file__).resolve().parents[2]
COMMUNITY = "river-view"
WORDS = "换了阀芯，试水十分钟不漏。"


@dataclass
class Site:
    """A portal in this process: its address, its origin without a socket, and where its photos lie."""

    address: str
    origin: Origin
    photos: Path

    def file(self) -> dict[str, Any]:
        """Files a case and gives what was answered."""
        reply = post_case(Visitor(self.origin, dict(PROGRAM)), case_of("C2"))
        assert reply.status == 201, reply.text
        told: dict[str, Any] = reply.json()
        return told

    def events(self, number: str) -> list[str]:
        """What happened to a case, as the store has it."""
        from chalicelib import wiring

        file = wiring.cases.load(number)
        assert file is not None
        return [event.kind for event in file.events]

    def token(self, role: str, community: str = COMMUNITY) -> str:
        """A session of somebody with that role."""
        from chalicelib import wiring
        from chalicelib.actions.admit_published import admit_published
        from chalicelib.domain.events import Role

        known = wiring.rulebook().communities[community]
        admit_published(wiring.accounts, known)
        person = next(one for one in known.people.values() if one.role == role)
        return wiring.sessions.begin(Role(role), person.id, community, datetime.now(UTC))

    def colleague(self, role: str) -> Visitor:
        """Somebody of staff at a computer that is connected."""
        return Visitor(self.origin, dict(PROGRAM), {"sid": self.token(role)})


@pytest.fixture
def site(table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The portal behind a socket, over an empty table."""
    sys.path.insert(0, str(ROOT / "backend"))
    import app

    from chalicelib.storage import photos

    with listening_socket(0) as listening:
        port = listening.getsockname()[1]
        monkeypatch.setenv("SHOUNUO_ORIGIN", f"http://localhost:{port}")
        monkeypatch.setenv("SHOUNUO_PHOTOS", "photos")
        monkeypatch.setenv("SHOUNUO_PHOTOS_ENDPOINT", f"http://127.0.0.1:{port}/_local")
        photos._client.cache_clear()
        origin = Origin(app.app, photo_folder=tmp_path)
        with serving(origin, listening) as address:
            yield Site(address, origin, tmp_path)
        photos._client.cache_clear()


Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, site: Site) -> Iterator[Enter]:
    """A phone on which somebody of staff is signed in; a second role on the same phone takes over its session."""
    broken: list[str] = []
    contexts = []

    def note_error(error: Error) -> None:
        if "importScripts" not in str(error):  # the theme's search, asked for while the network was off
            broken.append(str(error))

    def open_page(role: str = "technician", page: Page | None = None) -> Page:
        if page is None:
            context = browser.new_context(base_url=site.address, viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
            context.set_default_timeout(15_000)
            contexts.append(context)
            page = context.new_page()
            page.on("pageerror", note_error)
            page.on("console", lambda m: broken.append(m.text) if "Content Security" in m.text else None)
        page.context.add_cookies([{"name": "sid", "value": site.token(role), "url": site.address}])
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert broken == []


def case_page(page: Page, number: str) -> None:
    page.goto(f"/api/staff/cases/{number}")
    expect(page.locator("#do-arrive button[type=submit]")).to_be_visible()
    page.wait_for_function("window.shounuoKept === true")


def resolve(page: Page, words: str = WORDS) -> None:
    """Writes what was done and presses the button."""
    box = page.locator("#do-resolve")
    box.locator("textarea").fill(words)
    box.locator("button[type=submit]").click()


def kept_on(page: Page) -> list[dict[str, Any]]:
    """What the phone keeps."""
    page.wait_for_function("window.shounuoOutbox !== undefined")
    found: list[dict[str, Any]] = page.evaluate("shounuoOutbox.all()")
    return found


def test_with_a_signal_an_action_goes_through_as_ever_and_leaves_nothing_on_the_phone(
    enter: Enter, site: Site
) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    page.locator("#do-arrive button[type=submit]").click()
    expect(page.locator(".notice--good")).to_have_text("已保存。")
    assert site.events(number) == ["filed", "arrived"]
    assert kept_on(page) == []


def test_what_is_done_without_a_signal_is_kept_says_so_and_is_delivered_once_in_its_order(
    enter: Enter, site: Site
) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    with no_network(page):
        page.locator("#do-arrive button[type=submit]").click()
        expect(page.locator(".kept__news")).to_contain_text(
            "没有信号，已保存在这部手机上，有信号就自动发送，只算一次"
        )
        page.locator("#do-arrive button[type=submit]").click(force=True)  # a second tap changes nothing
        resolve(page)
        expect(page.locator(".kept__item")).to_have_count(2)
        expect(page.locator(".kept__told").first).to_contain_text("还没有送到")
        assert site.events(number) == ["filed"]
    expect(page.locator(".notice--good")).to_have_text("已保存。")  # the page shows the case as it is now
    assert site.events(number) == ["filed", "arrived", "resolved"]
    assert kept_on(page) == []
    assert WORDS in page.locator(".timeline").inner_text()


def test_an_answer_lost_after_the_portal_had_saved_counts_once(enter: Enter, site: Site) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    lost: list[int] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().status)  # the portal has done it; the answer never arrives
        route.abort("connectionreset")

    page.route(f"**/api/staff/cases/{number}/resolve", lose)
    resolve(page)
    expect(page.locator(".kept__told")).to_contain_text("还没有送到")
    assert lost[0] == 200 and site.events(number) == ["filed", "resolved"]
    page.unroute_all()
    page.get_by_role("button", name="现在发送").click()
    expect(page.locator(".notice--good")).to_have_text("已保存。")
    assert site.events(number) == ["filed", "resolved"]
    assert kept_on(page) == []


def test_what_is_kept_outlives_the_page_and_is_delivered_from_any_page_of_the_desk(
    enter: Enter, site: Site
) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    page.route("**/api/staff/cases/*/*", lambda route: route.abort("internetdisconnected"))
    resolve(page)
    expect(page.locator(".kept__item")).to_have_count(1)
    page.goto("about:blank")
    assert site.events(number) == ["filed"]
    page.unroute_all()
    page.goto("/api/staff/queue")
    expect(page.locator(".kept__news")).to_contain_text("已送到")
    assert site.events(number) == ["filed", "resolved"]
    assert kept_on(page) == []


def test_a_conflict_is_shown_with_the_words_and_sent_again_only_when_somebody_has_looked(
    enter: Enter, site: Site
) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    with no_network(page):
        resolve(page)
        expect(page.locator(".kept__item")).to_have_count(1)
        noted = site.colleague("desk").post_json(
            f"/api/v1/staff/cases/{number}/note", {"words": "业主改到周六"}
        )
        assert noted.status == 200
    expect(page.locator(".kept__told")).to_contain_text("内部备注")  # what happened meanwhile
    assert site.events(number) == ["filed", "noted"]
    page.goto("/api/staff/queue")
    expect(page.locator(".kept__item--stuck")).to_have_count(1)  # it is not forgotten on another page
    page.get_by_role("link", name="看这张工单").click()
    expect(page.locator(".kept__words")).to_have_text(WORDS)
    expect(page.locator(".timeline")).to_contain_text("业主改到周六")
    page.get_by_role("button", name="看过了，照原样再发").click()
    expect(page.locator(".notice--good")).to_have_text("已保存。")
    assert site.events(number) == ["filed", "noted", "resolved"]
    assert kept_on(page) == []


def test_what_is_missing_is_said_at_the_field_and_nothing_is_kept(enter: Enter, site: Site) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    resolve(page, "")
    expect(page.locator("#resolve-words-error")).to_be_visible()
    expect(page.locator("#resolve-words")).to_have_attribute("aria-invalid", "true")
    assert kept_on(page) == []
    resolve(page)
    expect(page.locator(".notice--good")).to_have_text("已保存。")
    assert site.events(number) == ["filed", "resolved"]


def test_nobody_sends_in_anothers_name_and_only_its_author_reads_it(enter: Enter, site: Site) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    page.route("**/api/staff/cases/*/*", lambda route: route.abort("internetdisconnected"))
    resolve(page)
    expect(page.locator(".kept__item")).to_have_count(1)
    page.unroute_all()
    enter("supervisor", page)
    page.goto("/api/staff/queue")
    expect(page.locator(".kept__told")).to_have_text("是另一个账号做的，不会用您的名义发送。")
    assert WORDS not in page.locator("body").inner_text()
    case_page(page, number)
    assert WORDS not in page.locator("body").inner_text()
    assert site.events(number) == ["filed"]


def test_an_ended_session_keeps_it_until_the_same_person_is_in_again(enter: Enter, site: Site) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    page.context.clear_cookies()
    resolve(page)
    expect(page.locator(".kept__told")).to_contain_text("登录已结束")
    expect(page.get_by_role("link", name="去登录")).to_be_visible()
    enter("technician", page)
    page.goto("/api/staff/queue")
    expect(page.locator(".kept__news")).to_contain_text("已送到")
    assert site.events(number) == ["filed", "resolved"]


def test_signing_out_says_what_would_be_lost_and_leaves_nothing_behind(enter: Enter, site: Site) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    page.route("**/api/staff/cases/*/*", lambda route: route.abort("internetdisconnected"))
    resolve(page)
    expect(page.locator(".kept__item")).to_have_count(1)
    page.goto("/api/staff/queue")
    page.get_by_role("button", name="退出").first.click()
    expect(page.locator(".kept__news")).to_contain_text("还有 1 件没有办成")
    page.get_by_role("button", name="删掉并退出").click()
    page.wait_for_url("**/")
    enter("technician", page)
    page.goto("/api/staff/queue")
    assert kept_on(page) == []
    assert site.events(number) == ["filed"]


def test_work_is_resolved_with_a_note_and_photos_and_the_resident_sees_before_and_after(
    enter: Enter, site: Site
) -> None:
    page, case = enter(), site.file()
    number = case["number"]
    case_page(page, number)
    page.locator("#do-photos summary").click()
    page.set_input_files("#work-photos", _picture(kept_corpus()["gps, camera, maker note"], "before.jpg"))
    page.locator("#do-photos button[type=submit]").click()
    expect(page.locator(".photos__label")).to_have_text(["处理前"])
    page.set_input_files("#resolve-photos", _picture(photo(300, 200), "after.jpg"))
    expect(page.locator("#field-resolve-photos img")).to_have_count(1)
    resolve(page)
    expect(page.locator(".photos__label")).to_have_text(["处理前", "处理后"])
    assert site.events(number) == ["filed", "photo_added", "resolved", "photo_added"]
    resident = page.context.new_page()
    resident.goto(f"/api/track/{case['link']}")
    expect(resident.locator(".photos__label")).to_have_text(["处理前", "处理后"])
    assert resident.locator(".photos__list img").first.evaluate("e => e.naturalWidth") > 0
    files = [file for file in site.photos.rglob("*") if file.is_file()]
    assert len(files) == 2 and all("kept" in file.parts for file in files)


def test_photos_taken_without_a_signal_follow_once_even_when_the_answer_is_lost(
    enter: Enter, site: Site
) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    page.set_input_files(
        "#resolve-photos", [_picture(photo(300, 200), "1.jpg"), _picture(photo(200, 300), "2.jpg")]
    )
    expect(page.locator("#field-resolve-photos img")).to_have_count(2)
    with no_network(page):
        resolve(page)
        expect(page.locator(".kept__item")).to_have_count(3)
        lost: list[int] = []

        def lose_the_first(route: Route) -> None:
            if lost:
                route.continue_()
                return
            lost.append(route.fetch().status)
            route.abort("connectionreset")

        page.route("**/photos/*/done", lose_the_first)
    expect(page.locator(".photos__label")).to_have_text(["处理后", "处理后"], timeout=20_000)
    assert lost == [200]
    assert site.events(number) == ["filed", "resolved", "photo_added", "photo_added"]
    assert kept_on(page) == []
    assert len([file for file in site.photos.rglob("*") if file.is_file()]) == 2


def test_after_three_days_the_words_are_gone_and_the_line_says_so(enter: Enter, site: Site) -> None:
    page, number = enter(), site.file()["number"]
    case_page(page, number)
    page.route("**/api/staff/cases/*/*", lambda route: route.abort("internetdisconnected"))
    resolve(page)
    expect(page.locator(".kept__item")).to_have_count(1)
    page.evaluate(
        "shounuoOutbox.all().then(([one]) => shounuoOutbox.put({ ...one, at: one.at - 73 * 3600 * 1000 }))"
    )
    page.unroute_all()
    case_page(page, number)
    expect(page.locator(".kept__told")).to_contain_text("三天没能发出去")
    assert WORDS not in str(kept_on(page))
    page.get_by_role("button", name="不要了").click()
    expect(page.locator(".kept")).to_be_hidden()
    assert kept_on(page) == [] and site.events(number) == ["filed"]


def _picture(content: bytes, name: str) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}
