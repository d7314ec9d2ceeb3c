"""What carries a telephone away from the site: contact files that another program reads, cards and posters with a code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
import vobject
from playwright.sync_api import Browser

from chalicelib.domain.standards import Rulebook
from generator.contact_cards import contact_file
from generator.notices.publishing import publish_these
from generator.notices.reading import read_notices
from generator.places import LANGUAGES, PREFIX, Language, Places
from generator.planning import copied
from tests.site.conftest import served
from tests.site.reading import page_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_building_has_a_contact_file_that_another_program_reads(
    built: Places, language: Language, rulebook: Rulebook
) -> None:
    for community in rulebook.communities.values():
        for building in community.buildings.values():
            person = community.people[building.assistant]
            folder = built.site / PREFIX[language].strip("/") / "communities" / community.id
            raw = (folder / f"{building.id}.vcf").read_bytes()
            card = vobject.readOne(raw.decode())
            assert (person.name if language == "zh" else person.name_en) in card.fn.value
            telephones = [one.value.removeprefix("tel:") for one in card.contents["tel"]]
            assert telephones == [person.phone, community.day_phone, community.night_phone]
            assert card.note.value == person.strengths.in_language(language)  # type: ignore[union-attr]
            assert card.url.value.endswith(f"{PREFIX[language]}communities/{community.id}/{building.id}/")


def test_a_contact_file_is_written_as_rfc_6350_wants_it(rulebook: Rulebook) -> None:
    community = rulebook.communities["river-view"]
    raw = contact_file(rulebook, community, community.buildings["east"], "en")
    assert raw.startswith(b"BEGIN:VCARD\r\nVERSION:4.0\r\n") and raw.endswith(b"END:VCARD\r\n")
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    assert rb"66 River Road\, Demonstration" in raw.replace(b"\r\n ", b"")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_building_has_its_page_a_card_and_a_poster_with_the_same_telephones(
    built: Places, language: Language, rulebook: Rulebook
) -> None:
    for community in rulebook.communities.values():
        for building in community.buildings.values():
            folder = built.site / PREFIX[language].strip("/") / "communities" / community.id / building.id
            person = community.people[building.assistant]
            for name in (".", "card", "poster"):
                text = (folder / name / "index.html").read_text("utf-8")
                for number in (
                    person.phone,
                    community.day_phone,
                    community.night_phone,
                    community.complaint_phone,
                ):
                    assert number in text, (folder, name)
                scanned = "qr__code" in text
                assert scanned == (name != ".")
            read = page_of(folder / "index.html")
            assert [
                one.attributes["href"]
                for one in read.named("a")
                if (one.attributes.get("href") or "").endswith(".vcf")
            ]


@pytest.fixture(scope="module")
def windy(built: Places, rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site as it is while the samples' hazard is announced, whatever day it is."""
    places = copied(built, tmp_path_factory.mktemp("windy"))
    notices = read_notices(built, rulebook)
    publish_these(notices, places, rulebook, next(one.published for one in notices if one.category.on_top))
    with served(places.site, json.loads(built.headers.read_text("utf-8"))) as address:
        yield address


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_and_a_poster_are_printed_on_one_sheet_each_whatever_goes_on_that_day(
    browser: Browser, windy: str, language: Language, rulebook: Rulebook
) -> None:
    page = browser.new_page(base_url=windy)
    for community in rulebook.communities.values():
        for building in community.buildings.values():
            for name in ("card", "poster"):
                page.goto(f"{PREFIX[language]}communities/{community.id}/{building.id}/{name}/")
                assert page.locator(".alerts").is_visible(), (
                    "a hazard stands on the page that is not to be printed"
                )
                printed = page.pdf(prefer_css_page_size=True)
                assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, page.url
    page.close()
