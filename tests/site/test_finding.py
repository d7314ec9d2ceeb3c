"""The search finds what residents type, in whichever way the words arrive, and loads little and late."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from chalicelib.domain.standards import Rulebook
from generator.built_pages import pages_of
from generator.places import Places, SiteError
from generator.promise_pages import placed_promises
from generator.search_index import Document, documents_of, index_of, write_index, write_search_index
from generator.search_terms import normal, terms
from tests.site.conftest import served
from tests.site.looked_for import CHINESE, CHINESE_HELD_BACK, ENGLISH, is_there
from tests.site.many_notices import notices

FIRST_SEARCH = 60 * 1024


def documents_in(site: Path, language: str) -> list[Document]:
    """What may be found of a built site."""
    return documents_of(site, pages_of(site), language)


@pytest.fixture
def page(browser: Browser, origin: str) -> Iterator[Page]:
    """A phone on which nothing may break."""
    context = browser.new_context(base_url=origin, viewport={"width": 390, "height": 844})
    opened = context.new_page()
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    context.close()
    assert broken == []


def misses(page: Page, prefix: str, looked_for: Mapping[str, str], within: int) -> dict[str, list[str]]:
    """What was typed without the page being among the first `within` results, with what came instead."""
    page.goto(f"{prefix}search/")
    missed = {}
    for typed, wanted in looked_for.items():
        found = page.evaluate("typed => shounuoSearch.find(typed).then((held) => held.found)", typed)
        addresses = [one["address"] for one in found][:within]
        if not is_there(addresses, prefix, wanted):
            missed[typed] = addresses
    return missed


def test_what_residents_type_is_among_the_first_three_results(page: Page) -> None:
    assert len(CHINESE) >= 40
    assert misses(page, "/", CHINESE, 3) == {}
    assert misses(page, "/en/", ENGLISH, 3) == {}
    assert len(misses(page, "/", CHINESE, 1)) <= len(CHINESE) // 10


def test_words_that_nobody_thought_of_are_found_nearly_always(page: Page) -> None:
    assert len(misses(page, "/", CHINESE_HELD_BACK, 3)) <= 1


def test_every_promise_is_found_by_its_number_in_both_languages(page: Page, rulebook: Rulebook) -> None:
    numbers = {one.id: f"{one.page}/#{one.id}" for one in placed_promises(rulebook)}
    assert len(numbers) > 100
    for prefix in ("/", "/en/"):
        assert misses(page, prefix, numbers, 1) == {}


@pytest.mark.parametrize("arrives", ["input", "paste", "composition", "address"])
def test_words_are_found_whichever_way_they_arrive(page: Page, arrives: str) -> None:
    page.goto("/search/?q=停水" if arrives == "address" else "/search/")
    field = page.get_by_role("searchbox", name="您想找什么？")
    if arrives == "input":
        field.fill("停水")
    elif arrives == "paste":
        page.keyboard.press("Tab")
        field.focus()
        page.keyboard.insert_text("停水")
    elif arrives == "composition":
        field.evaluate(
            """(field) => {
                field.dispatchEvent(new CompositionEvent("compositionstart"));
                field.value = "ting shui";
                field.dispatchEvent(new InputEvent("input", { isComposing: true, bubbles: true }));
                field.value = "停水";
                field.dispatchEvent(new CompositionEvent("compositionend", { data: "停水", bubbles: true }));
            }"""
        )
    first = page.locator("#found li").first
    expect(first).to_contain_text("C1 家里急修")
    expect(first.locator("mark").first).to_have_text("停水")
    expect(page.get_by_role("status")).to_contain_text("条")
    assert "q=%E5%81%9C%E6%B0%B4" in page.url
    first.get_by_role("link").click()
    page.wait_for_url("**/promises/repairs/#C1")
    page.go_back()
    expect(page.locator("#found li").first).to_contain_text("C1 家里急修")


def test_nothing_of_the_search_is_loaded_before_it_is_used(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/promises/repairs/", "/file/repair/"):
        page.goto(path, wait_until="networkidle")
    assert not [one for one in asked if "search" in one or "/find/" in one]
    page.goto("/search/", wait_until="networkidle")
    assert not [one for one in asked if "/find/" in one]
    page.get_by_role("searchbox").fill("停水")
    expect(page.locator("#found li").first).to_be_visible()
    assert [one for one in asked if "/find/" in one]


def test_the_first_search_among_a_thousand_notices_is_light(
    browser: Browser, built: Places, rulebook: Rulebook, tmp_path: Path
) -> None:
    """Everything that the first search fetches, the script included, as it is sent: at most 60 KB."""
    site = tmp_path / "site"
    shutil.copytree(built.site, site, ignore=shutil.ignore_patterns("find"))
    documents = documents_in(built.site, "zh") + notices(1000)
    write_index(site, "zh", index_of(documents, list(rulebook.topics.values()), "zh"))
    heaviest = (0, "")
    with served(site, {}) as origin:
        for typed in (
            "停水",
            "三号楼停水通知",
            "物业费发票怎么开",
            "灯",
            "电梯年检是哪一天停用",
            "台风阳台花盆",
        ):
            context = browser.new_context(base_url=origin)
            page = context.new_page()
            fetched: list[str] = []

            def note(request: Request, fetched: list[str] = fetched) -> None:
                fetched.append(request.url)

            page.goto("/search/", wait_until="networkidle")
            page.on("request", note)
            page.get_by_role("searchbox").fill(typed)
            expect(page.locator("#found li").first).to_be_visible()
            page.wait_for_load_state("networkidle")
            files = [site / one.split("?")[0].removeprefix(origin + "/") for one in fetched]
            sent = sum(
                len(gzip.compress(one.read_bytes(), 9)) for one in [*files, site / "scripts" / "search.js"]
            )
            heaviest = max(heaviest, (sent, typed))
            context.close()
    assert heaviest[0] <= FIRST_SEARCH, heaviest


def test_nothing_found_says_so_and_shows_ways_on(page: Page) -> None:
    page.goto("/search/")
    page.get_by_role("searchbox").fill("薛定谔")
    said = page.get_by_role("status")
    expect(said).to_contain_text("没有找到“薛定谔”")
    expect(said.get_by_role("link", name="打值班电话")).to_be_visible()
    expect(page.get_by_role("link", name="换灯泡、灯不亮")).to_be_visible()


def test_without_a_network_the_words_stay_and_can_be_tried_again(page: Page) -> None:
    page.goto("/search/", wait_until="networkidle")
    page.context.set_offline(True)
    page.get_by_role("searchbox").fill("停水")
    said = page.get_by_role("status")
    expect(said).to_contain_text("没有网络")
    page.context.set_offline(False)
    said.get_by_role("button", name="再试一次").click()
    expect(page.locator("#found li").first).to_contain_text("C1")


def test_without_scripts_the_page_leads_to_what_is_looked_for_most(
    browser: Browser, origin: str, rulebook: Rulebook
) -> None:
    context = browser.new_context(base_url=origin, java_script_enabled=False)
    page = context.new_page()
    page.goto("/promises/")
    page.get_by_role("link", name="查找").click()
    expect(page.locator("noscript .notice-line")).to_be_visible()
    assert page.locator("#topics li").count() == len(rulebook.topics)
    page.get_by_role("link", name="楼道灯、路灯").click()
    page.wait_for_url("**/promises/repairs/#C7")
    context.close()


def test_a_page_that_was_put_into_the_built_site_is_found(
    built: Places, rulebook: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "build" / "site"
    shutil.copytree(built.site, site)
    notice = (site / "privacy" / "index.html").read_text("utf-8")
    begin, end = notice.index("<h1"), notice.index("</article>")
    words = """<article class="bulletin"><h1>东门快递柜搬家</h1><p class="bulletin__meta">
        <time datetime="2026-11-20T09:00:00+08:00">11月20日</time></p><p>请到新柜取件。</p>
        <p data-search="none">不要找到这句</p></article><p>以后的话</p>"""
    (site / "notices" / "parcels").mkdir(parents=True)
    (site / "notices" / "parcels" / "index.html").write_text(notice[:begin] + words + notice[end:], "utf-8")
    write_search_index(Places(tmp_path), rulebook, pages_of(site))
    found = {one.address: one for one in documents_in(site, "zh")}["/notices/parcels/"]
    assert found.title == "东门快递柜搬家" and found.published == "2026-11-20"
    assert found.text == "请到新柜取件。 以后的话"
    start = json.loads((site / "find" / "zh" / "index.json").read_text("utf-8"))
    held = "".join(one.read_text("utf-8") for one in (site / "find" / "zh" / start["build"]).glob("t*.json"))
    assert '"递柜"' in held


def test_pages_that_ask_not_to_be_found_are_not_found(built: Places) -> None:
    addresses = {
        one.address.split("#")[0] for language in ("zh", "en") for one in documents_in(built.site, language)
    }
    assert "/my/" in addresses
    assert not addresses & {"/staff/", "/en/staff/", "/search/", "/en/search/"}
    assert not any(one.startswith("/en/") for one in {d.address for d in documents_in(built.site, "zh")})


def test_a_topic_that_leads_nowhere_stops_the_build(built: Places, rulebook: Rulebook) -> None:
    documents = [one for one in documents_in(built.site, "zh") if one.address != "/promises/repairs/#C7"]
    with pytest.raises(SiteError, match="楼道灯"):
        index_of(documents, list(rulebook.topics.values()), "zh")


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("三号楼", "3号楼"),
        ("１２號樓", "12号楼"),
        ("二十三栋", "23栋"),
        ("一百零五", "105"),
        ("二零二六", "2026"),
        ("ＷｉＦｉ", "wifi"),
    ],
)
def test_ways_of_writing_the_same_are_the_same(typed: str, same: str) -> None:
    assert normal(typed) == same


def test_a_number_beside_chinese_signs_is_part_of_the_word() -> None:
    assert list(terms("3 号楼")) == list(terms("三号楼")) == ["3", "3号", "号楼"]
    assert set(terms("repairs repaired repairing")) == {"repair"}
