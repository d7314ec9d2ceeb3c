"""Receipts, tracking pages, staff pages and refused forms: the templates, filled."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.domain.rules import RULES
from chalicelib.domain.standards import Rulebook
from chalicelib.web.action_forms import action_form
from chalicelib.web.form_view import filing_form
from chalicelib.web.rendering import Filled, in_frame, render_form
from chalicelib.web.words import moment_words, span_words
from generator.built_pages import built_page
from generator.places import LANGUAGES, Places
from generator.samples import write_samples
from tests.site.reading import page_of

FRAME = "<html><title><!--frame:title--></title><!--frame:language-link--><main><!--frame:content--></main></html>"


def test_a_refused_form_keeps_what_was_written_and_names_each_mistake_twice(rulebook: Rulebook) -> None:
    form = filing_form(rulebook, "repair", "zh")
    html = render_form(
        form, Filled({"what": "水管<b>漏</b>", "category": "C2"}, {"phone": "请留一个电话。"}, key="abc")
    )
    assert "水管&lt;b&gt;漏&lt;/b&gt;</textarea>" in html
    assert 'value="C2" checked' in html
    assert html.count("请留一个电话。") == 2
    assert '<a href="#phone">' in html
    assert 'value="abc"' in html
    read = page_of(html)
    phone = next(one for one in read.named("input") if one.attributes.get("name") == "phone")
    assert phone.attributes["aria-invalid"] == "true"
    assert "phone-error" in (phone.attributes["aria-describedby"] or "")


def test_a_fresh_form_shows_no_mistakes(rulebook: Rulebook) -> None:
    read = page_of(render_form(filing_form(rulebook, "complaint", "en")))
    summary = next(one for one in read.elements if one.attributes.get("class") == "error-summary")
    assert "hidden" in summary.attributes
    assert not [one for one in read.elements if "aria-invalid" in one.attributes]


def test_urgent_categories_come_first_with_the_telephone(rulebook: Rulebook) -> None:
    form = filing_form(rulebook, "repair", "zh")
    category = form.field("category")
    assert category is not None
    urgent = [option.urgent for option in category.options]
    assert urgent == sorted(urgent, reverse=True)
    html = render_form(form)
    assert html.index("call-instead") < html.index('value="C1"')


def test_the_building_says_its_community_too(rulebook: Rulebook) -> None:
    building = filing_form(rulebook, "enquiry", "zh").field("building")
    assert building is not None
    known = {f"{c.id}/{b}" for c in rulebook.communities.values() for b in c.buildings}
    assert {option.value for option in building.options} == known


def test_the_title_of_a_page_is_text_and_its_content_is_html() -> None:
    page = in_frame(FRAME, "<script>", "<h1>x</h1>", ("/en/?a=1&b=2", "en", "English"))
    assert "<title>&lt;script&gt;</title>" in page
    assert "<h1>x</h1>" in page
    assert 'href="/en/?a=1&amp;b=2"' in page


def test_content_cannot_bring_marks_of_the_frame() -> None:
    page = in_frame(FRAME, "<!--frame:content-->", "safe")
    assert page.count("safe") == 1


@pytest.mark.parametrize(
    "verb", [verb for verb in RULES if verb not in ("enforce", "recompute", "add_photo", "add_work_photo")]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_of_a_person_has_its_form(verb: str, language: str) -> None:
    one = action_form(verb, f"/api/x/{verb}", language, [("seen", "3")])
    assert one.label
    assert all(field.label for field in one.fields)
    asked_by_caller = {"person", "clock"}
    for field in one.fields:
        if field.kind in ("radios", "select") and field.name not in asked_by_caller:
            assert field.options, field.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_made_at_run_time_is_whole_and_safe(
    built: Places, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Places, "samples", property(lambda places: tmp_path))
    write_samples(built)
    pages = sorted(tmp_path.glob(f"*.{language}.html"))
    assert len(pages) == 7
    for path in pages:
        read = page_of(path)
        assert built_page(path.read_bytes()).forbidden == [], path
        doubled = [one for one, count in Counter(read.ids()).items() if count > 1]
        assert doubled == [], path
        assert len(read.named("h1")) == 1, path
        labelled = {one.attributes.get("for") for one in read.named("label")}
        for one in read.elements:
            known = one.attributes.get("type") in ("hidden", "radio") or one.attributes.get("id") in labelled
            if one.tag in ("input", "select", "textarea") and "form" in one.inside:
                assert known or one.attributes.get("aria-label"), f"{path.name}: {one.attributes}"
        buttons = [one for one in read.named("form") if one.attributes.get("action")]
        assert all(one.attributes["method"] == "post" for one in buttons), path


def test_a_moment_is_said_as_people_say_it() -> None:
    now = datetime(2026, 11, 24, 2, 12, tzinfo=UTC)
    assert moment_words(datetime(2026, 11, 24, 2, 42, tzinfo=UTC), now, "Asia/Shanghai").zh == "今天 10:42"
    assert (
        moment_words(datetime(2026, 11, 24, 16, 0, tzinfo=UTC), now, "Asia/Shanghai").en == "tomorrow 00:00"
    )
    assert (
        moment_words(datetime(2026, 11, 27, 10, 0, tzinfo=UTC), now, "Asia/Shanghai").zh
        == "11月27日（周五）18:00"
    )
    assert (
        moment_words(datetime(2027, 1, 4, 10, 0, tzinfo=UTC), now, "Asia/Shanghai").zh
        == "2027年1月4日（周一）18:00"
    )


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (59, "不到 1 分钟", "less than a minute"),
        (-60, "1 分钟", "1 minute"),
        (3599, "59 分钟", "59 minutes"),
        (3600, "1 小时", "1 hour"),
        (3900, "1 小时 5 分", "1 h 5 min"),
        (86400, "1 天", "1 day"),
        (2 * 86400 + 4 * 3600, "2 天 4 小时", "2 days 4 h"),
    ],
)
def test_a_span_is_said_in_what_matters(seconds: int, zh: str, en: str) -> None:
    assert (span_words(seconds).zh, span_words(seconds).en) == (zh, en)
