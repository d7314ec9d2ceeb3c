"""What the built site must be, whatever stands on its pages."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from chalicelib.domain.standards import Rulebook
from chalicelib.web.rendering import CONTENT_MARK, LANGUAGE_LINK_MARK, TITLE_MARK
from chalicelib.web.words import promise_words
from generator.built_pages import built_page, pages_of
from generator.links import check_links
from generator.places import LANGUAGES, PREFIX, Places, site_url
from tests.site.reading import Page, page_of

# How many promises each section has, written down by hand; B and C count from 0.
SECTIONS = {"A": 6, "D": 4, "E": 8, "F": 7, "G": 5, "H": 9, "I": 19, "J": 17, "K": 3, "L": 7, "M": 3}
IDS = {f"B{n}" for n in range(5)} | {f"C{n}" for n in range(10)}
IDS |= {f"{section}{n}" for section, last in SECTIONS.items() for n in range(1, last + 1)}
TABLES = (
    "promises/complaints",
    "promises/repairs",
    "promises/enquiries",
    "promises/safety",
    "living/services",
)
FORMS = ("repair", "complaint", "enquiry", "service")


def page(built: Places, language: str, path: str) -> Path:
    """The file of one page."""
    return built.site / PREFIX[language].strip("/") / path / "index.html"


def every_page(built: Places) -> list[Path]:
    """All pages, and the frames in which the API serves its own."""
    frames = [built.compiled / f"frame.{language}.html" for language in LANGUAGES]
    return sorted(built.site.rglob("*.html")) + frames


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_promise_has_its_anchor_exactly_once(built: Places, language: str) -> None:
    folder = built.site / PREFIX[language].strip("/")
    pages = (one for one in folder.rglob("index.html") if language == "en" or "en" not in one.parts)
    found = Counter(id for one in pages for id in page_of(one).ids() if re.fullmatch(r"[A-Z]\d{1,2}", id))
    assert found == Counter(IDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_the_limits_that_the_rulebook_enforces(
    built: Places, language: str, rulebook: Rulebook
) -> None:
    text = "".join(page(built, language, table).read_text("utf-8") for table in TABLES)
    rows = dict(re.findall(r'<tr id="(\w+)"(.*?)</tr>', text, re.DOTALL))
    for standard in rulebook.standards.values():
        rules = rulebook.clock_rules(standard.id) if standard.choosable else standard.clocks
        for rule in rules:
            said = promise_words(rule.clock, rule.limit, rule.agreed).in_language(language)
            assert said in unescape(rows[standard.id]), standard.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_promise_says_how_its_limit_is_counted(
    built: Places, language: str, rulebook: Rulebook
) -> None:
    text = "".join(page(built, language, table).read_text("utf-8") for table in TABLES)
    for standard in rulebook.standards.values():
        assert standard.counted.in_language(language) in unescape(text), standard.id


def test_no_promise_is_cut_off_from_its_column_on_a_phone(built: Places) -> None:
    for path in every_page(built):
        page_read = page_of(path)
        tables = [one for one in page_read.named("table") if one.attributes.get("class")]
        cells = [one for one in page_read.elements if one.tag in ("td", "th") and "tbody" in one.inside]
        for cell in cells if tables else []:
            assert cell.attributes.get("data-label"), f"{path}: {cell.attributes}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_its_page_and_works_without_scripts(
    built: Places, language: str, form: str, rulebook: Rulebook
) -> None:
    read = page_of(page(built, language, f"file/{form}"))
    posts = [one for one in read.named("form") if one.attributes.get("method") == "post"]
    assert [one.attributes["action"] for one in posts] == [f"/api/file/{form}"]
    names = {one.attributes.get("name") for one in read.elements}
    assert {"category", "building", "what", "phone", "language", "idempotency_key"} <= names
    choices = {
        one.attributes["value"] for one in read.named("input") if one.attributes.get("name") == "category"
    }
    assert choices == {one.id for one in rulebook.categories(form)}  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_every_question_of_a_form_has_a_label(built: Places, language: str, form: str) -> None:
    read = page_of(page(built, language, f"file/{form}"))
    labelled = {one.attributes.get("for") for one in read.named("label")}
    for one in read.elements:
        if one.tag in ("input", "select", "textarea") and "form" in one.inside and one.attributes.get("id"):
            spoken = one.attributes["id"] in labelled or one.attributes.get("aria-label")
            assert spoken, one.attributes
            assert not one.attributes.get("placeholder") or one.attributes.get("name") == "query"


def test_every_page_has_its_twin_or_says_that_it_has_none(built: Places) -> None:
    zh = {one.relative_to(built.site).as_posix() for one in built.site.rglob("*.html")}
    english = {one.removeprefix("en/") for one in zh if one.startswith("en/")}
    chinese = {one for one in zh if not one.startswith("en/")}
    for language, lonely in (("zh", chinese - english), ("en", english - chinese)):
        for name in lonely:
            text = (built.site / PREFIX[language].strip("/") / name).read_text("utf-8")
            assert 'class="no-twin"' in text, name


def test_every_page_links_to_itself_in_the_other_language(built: Places) -> None:
    for language, other in (("zh", "en"), ("en", "zh")):
        read = page_of(page(built, language, "promises/repairs"))
        links = [one.attributes["href"] for one in read.named("a") if one.attributes.get("hreflang") == other]
        assert links == [f"{PREFIX[other]}promises/repairs/"]


def test_every_link_and_anchor_leads_somewhere(built: Places) -> None:
    check_links(built, pages_of(built.site))


def test_no_page_asks_another_host_for_anything(built: Places) -> None:
    for path in every_page(built):
        for one in page_of(path).elements:
            if one.tag == "link" and one.attributes.get("rel") in ("canonical", "alternate"):
                continue  # says where this page is and asks for nothing
            for name in ("href", "src", "srcset", "action", "poster"):
                assert not re.match(r"(?i)(?:[a-z]+:)?//", one.attributes.get(name) or ""), f"{path}: {one}"


def test_no_style_sheet_asks_another_host_for_anything(built: Places) -> None:
    (file,) = (built.site / "styles").glob("*.css")
    sheet = file.read_text("utf-8")
    assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", sheet)


def test_no_page_carries_inline_styles_or_handlers(built: Places) -> None:
    for path in every_page(built):
        assert built_page(path.read_bytes()).forbidden == [], path


def test_the_policy_is_strict_and_covers_every_inline_script(built: Places) -> None:
    headers = json.loads(built.headers.read_text("utf-8"))
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    for path in every_page(built):
        for script in built_page(path.read_bytes()).scripts:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_can_be_served_from_any_address(built: Places, language: str) -> None:
    frame = (built.compiled / f"frame.{language}.html").read_text("utf-8")
    for mark in (TITLE_MARK, CONTENT_MARK, LANGUAGE_LINK_MARK):
        assert frame.count(mark) == 1
    read: Page = page_of(frame)
    for one in read.elements:
        for name in ("href", "src"):
            address = one.attributes.get(name)
            assert not address or address.startswith(("/", "#", "tel:")), address
    assert not read.named("h1"), "the page that is put in brings its own"
    assert not page(built, language, "frame").exists(), "an empty page must not be published"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_community_shows_its_telephones_and_assistants(
    built: Places, language: str, rulebook: Rulebook
) -> None:
    for community in rulebook.communities.values():
        text = page(built, language, f"communities/{community.id}").read_text("utf-8")
        for number in (community.day_phone, community.night_phone, community.complaint_phone):
            assert number in text
        for building in community.buildings.values():
            assert community.people[building.assistant].phone in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_emergencies_and_their_telephones_come_before_everything_else(
    built: Places, language: str, rulebook: Rulebook
) -> None:
    text = page(built, language, "").read_text("utf-8")
    first = next(iter(rulebook.communities.values())).day_phone.replace("-", "").replace(" ", "")
    assert text.index(f"tel:{first}") < text.index('class="tiles"')


def test_what_is_meant_for_developers_is_not_published(built: Places) -> None:
    published = {one.relative_to(built.site).parts[0] for one in built.site.rglob("*.html")}
    assert not published & {"decisions", "rulebook", "frame"}


def test_the_sitemap_names_every_page_that_may_be_listed_and_no_other(built: Places) -> None:
    names = {"map": "http://www.sitemaps.org/schemas/sitemap/0.9", "xhtml": "http://www.w3.org/1999/xhtml"}
    entries = ElementTree.parse(built.site / "sitemap.xml").getroot().findall("map:url", names)
    listed = {entry.findtext("map:loc", "", names).removeprefix(site_url()) for entry in entries}
    there = {
        one.relative_to(built.site).as_posix().removesuffix("index.html")
        for one in built.site.rglob("index.html")
        if 'name="robots" content="noindex' not in one.read_text("utf-8")
    }
    assert listed == there and {"", "en/", "notices/", "promises/repairs/"} <= listed
    assert not listed & {"staff/", "my/", "frame/"}
    for entry in entries:
        assert len(entry.findall("xhtml:link", names)) in (0, 2)
    assert f"Sitemap: {site_url()}sitemap.xml" in (built.site / "robots.txt").read_text("utf-8")
    assert not list(built.site.rglob("sitemap.xml.gz")), "one sitemap for both languages"


def test_pages_describe_themselves_in_their_own_words(built: Places) -> None:
    for language in LANGUAGES:
        said = {}
        for path in (
            "promises/repairs",
            "promises/counting",
            "file/repair",
            "communities",
            "search",
            "track",
            "privacy",
        ):
            (meta,) = [
                one
                for one in page_of(page(built, language, path)).named("meta")
                if one.attributes.get("name") == "description"
            ]
            said[path] = meta.attributes["content"] or ""
        assert len(set(said.values())) == len(said), said
        assert all(10 <= len(words) <= 160 for words in said.values()), said
