"""Notices appear and end at their moment, are found by category and community without a script, and can be subscribed to."""

from __future__ import annotations

import json
import re
from datetime import datetime
from html import unescape
from pathlib import Path

import feedparser
import pytest
from icalendar import Calendar
from PIL import Image

from chalicelib import wiring
from chalicelib.domain.standards import Rulebook
from chalicelib.web import answers
from generator.built_pages import pages_of
from generator.headers import headers_for
from generator.places import Places
from tests.site.reading import page_of
from tests.site.writing import Checkout, checkout, china, notice


@pytest.fixture
def site(tmp_path: Path, built: Places, rulebook: Rulebook) -> Checkout:
    return checkout(tmp_path, built, rulebook)


def test_a_notice_appears_and_ends_at_its_moment_without_a_person(site: Checkout) -> None:
    text = notice(published="2026-11-24 09:00", valid_until="2026-11-28 13:00")
    site.write("zh", "2026-11-24-water", text)
    site.write("en", "2026-11-24-water", "---\ntitle: No water on Saturday\n---\nFor three hours.\n")

    assert site.publish("2026-11-24T08:59:59") == china("2026-11-24T09:00")
    assert not site.read("notices/2026-11-24-water/")
    assert "周六停水" not in site.read("notices/") + site.read("") + site.read("notices/feed.xml")

    assert site.publish("2026-11-24T09:00") == china("2026-11-28T13:00")
    for path in ("notices/", "", "communities/river-view/", "notices/category/works/", "notices/feed.xml"):
        assert "周六停水" in site.read(path), path
    assert "No water on Saturday" in site.read("en/notices/")
    assert "到期" not in site.read("notices/2026-11-24-water/")

    assert site.publish("2026-11-28T13:00") is None
    for path in ("notices/", "", "communities/river-view/", "notices/category/works/", "notices/feed.xml"):
        assert "周六停水" not in site.read(path), path
    assert "已经到期" in site.read("notices/2026-11-24-water/")
    assert "周六停水" in site.read("notices/archive/2026-11/")
    assert 'href="/notices/archive/2026-11/"' in site.read("notices/archive/")

    (site.places.docs / "zh" / "notices" / "2026-11-24-water.md").unlink()
    (site.places.docs / "en" / "notices" / "2026-11-24-water.md").unlink()
    site.publish("2026-11-28T13:00")
    assert not site.read("notices/2026-11-24-water/"), "what was withdrawn is gone"


def test_the_filters_are_pages_and_each_shows_what_belongs_to_it(site: Checkout) -> None:
    site.write("zh", "a-cold", notice("降温", "weather", communities="桂花里"))
    site.write("zh", "b-water", notice("停水", "works", communities="[river-view]", buildings="东楼"))
    site.write("zh", "c-all", notice("新规定", "法规和政策"))
    site.publish("2026-11-25T12:00")

    def listed(path: str) -> set[str]:
        return set(re.findall(r'class="notice-row__title"><a href="/notices/([a-z-]+)/"', site.read(path)))

    assert listed("notices/") == {"a-cold", "b-water", "c-all"}
    assert listed("notices/community/river-view/") == {"b-water", "c-all"}
    assert listed("notices/community/river-view/category/works/") == {"b-water"}
    assert listed("notices/community/osmanthus-lane/category/works/") == set()
    assert "换一个类别" in site.read("notices/community/osmanthus-lane/category/works/")
    assert listed("notices/category/law/") == {"c-all"}
    here = [
        one
        for one in page_of(site.read("notices/category/law/")).named("a")
        if "aria-current" in one.attributes
    ]
    assert [one.attributes["href"] for one in here][-2:] == ["/notices/category/law/"] * 2
    assert "望江苑 东楼" in site.read("notices/b-water/")
    assert site.read("en/notices/").count('lang="zh"') >= 3, "what has no twin is listed in its own language"
    assert 'class="no-twin"' in site.read("notices/c-all/")
    assert 'href="/en/notices/" hreflang="en"' in site.read("notices/c-all/")


def test_hazards_stand_on_top_of_every_page_until_they_are_lifted(site: Checkout) -> None:
    site.write("zh", "gale", notice("大风：收好花盆", "hazard", valid_until="2026-11-25 20:00"))
    site.write("zh", "news", notice("书架", "community", pinned="true"))
    site.publish("2026-11-25T12:00")
    frame = (site.places.compiled / "frame.zh.html").read_text("utf-8")
    for html in (site.read(""), site.read("communities/river-view/"), site.read("notices/news/"), frame):
        assert html.index("大风：收好花盆") < html.index('<main class="md-main"')
    assert site.read("notices/").index("大风") < site.read("notices/").index("书架")
    site.publish("2026-11-25T20:00")
    for html in (
        site.read(""),
        site.read("notices/news/"),
        (site.places.compiled / "frame.zh.html").read_text(),
    ):
        assert "大风" not in html


def test_pages_of_the_api_have_the_hazards_of_their_moment_though_nothing_is_built_anew(
    site: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "COMPILED", site.places.compiled)
    site.write(
        "zh",
        "fog",
        notice("大雾：慢行", "hazard", published="2026-11-24 06:00", valid_until="2026-11-25 08:00"),
    )
    site.write(
        "zh",
        "gale",
        notice("大风：收好花盆", "hazard", published="2026-11-25 08:00", valid_until="2026-11-25 20:00"),
    )
    site.publish("2026-11-24T12:00")

    def on_top(at: str) -> set[str]:
        html = answers.frame("zh", china(at))
        assert html.count("<!--notices:top-->") == 1
        return {word for word in ("大雾", "大风") if word in html}

    for _ in range(2):
        assert on_top("2026-11-25T07:59:59") == {"大雾"}
        assert on_top("2026-11-25T08:00") == {"大风"}
        assert on_top("2026-11-25T19:59:59") == {"大风"}
        assert on_top("2026-11-25T20:00") == set()
        assert "大风" in answers.frame("en", china("2026-11-25T09:00"))


def test_a_list_is_cut_into_pages_and_no_page_grows_with_their_number(site: Checkout) -> None:
    def heaviest(count: int) -> int:
        for n in range(count):
            published = f"2026-{n % 11 + 1:02}-{n % 28 + 1:02} 08:00"
            until = {"valid_until": "2026-11-20 08:00"} if n % 2 and n % 11 < 9 else {}
            site.write("zh", f"n-{n:04}", notice(f"通知第 {n:04} 号", published=published, **until))
        site.publish("2026-12-25T12:00")
        return max(path.stat().st_size for path in site.places.site.rglob("*.html"))

    few, many = heaviest(50), heaviest(400)
    assert many <= few * 1.05
    first, second = site.read("notices/"), site.read("notices/page/2/")
    assert 'rel="next" href="/notices/page/2/"' in first
    assert 'rel="prev" href="/notices/"' in second
    numbers = re.findall(r"href=\"/notices/(n-\d+)/\"", first + second)
    assert len(numbers) == len(set(numbers)) == 40


def test_the_feeds_are_valid_and_carry_whole_addresses(site: Checkout) -> None:
    site.write(
        "zh", "a", notice("停水 <3 小时", body="看[电话](../communities/index.md)。\n\n第二段 & 更多。")
    )
    site.write("zh", "b", notice("大风", "hazard", published="2026-11-24T10:00:00.000Z"))
    site.publish("2026-11-25T12:00")
    feed = feedparser.parse(site.read("notices/feed.xml"))
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "rss20"
    assert [one.title for one in feed.entries] == ["大风", "停水 <3 小时"]
    assert feed.entries[0].published_parsed[:5] == (2026, 11, 24, 10, 0)
    assert feed.entries[1].id == "http://localhost:8000/notices/a/"
    assert "http://localhost:8000/communities/" in feed.entries[1].content[0].value
    assert feed.feed.language == "zh-cn"
    as_json = json.loads(site.read("notices/feed.json"))
    assert as_json["version"] == "https://jsonfeed.org/version/1.1"
    assert [one["id"] for one in as_json["items"]] == [one.id for one in feed.entries]
    assert as_json["items"][0]["date_published"] == "2026-11-24T18:00:00+08:00"
    english = feedparser.parse(site.read("en/notices/feed.xml"))
    assert not english.bozo
    assert english.entries == []


def test_events_are_an_agenda_with_its_zone_and_names_that_stay(site: Checkout) -> None:
    timed = {"starts": "2026-12-05 14:30", "ends": "2026-12-05 16:00", "place": "会所二楼；南门, 右转"}
    site.write("zh", "meeting", notice("代表见面会", "event", **timed))
    site.write("zh", "days", notice("图书周", "event", starts="2026-12-07", ends="2026-12-09"))
    site.publish("2026-11-25T12:00")
    text = (site.places.site / "notices" / "events.ics").read_bytes()
    assert all(len(line) <= 75 for line in text.split(b"\r\n")), "RFC 5545, 3.1: lines are folded"
    made = Calendar.from_ical(text)
    assert [str(one["TZID"]) for one in made.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    days, meeting = sorted(made.walk("VEVENT"), key=lambda one: str(one["UID"]))
    assert str(meeting["UID"]) == "meeting.zh@notices.shounuo"
    assert meeting.start == datetime.fromisoformat("2026-12-05T14:30+08:00")
    assert meeting.end == datetime.fromisoformat("2026-12-05T16:00+08:00")
    assert str(meeting["LOCATION"]) == "会所二楼；南门, 右转"
    assert [days.start.isoformat(), days.end.isoformat()] == ["2026-12-07", "2026-12-10"]
    assert "12月5日（周六）14:30–16:00" in site.read("notices/meeting/")
    assert "12月7日（周一） – 12月9日（周三）" in site.read("notices/days/")
    own = Calendar.from_ical((site.places.site / "notices" / "meeting" / "event.ics").read_bytes())
    assert [str(one["UID"]) for one in own.walk("VEVENT")] == ["meeting.zh@notices.shounuo"]
    site.publish("2026-12-05T16:00")
    assert "已经到期" in site.read("notices/meeting/"), "an invitation ends with its event"


def test_what_staff_write_cannot_run_anything(site: Checkout) -> None:
    body = "看 {{ config }} 和 {% raw %} 。\n\n1 < 2 & 3\n\n`<script>alert(1)</script>`\n\n[外面](https://example.org/a?b=1&c=2)"
    site.write("zh", "odd", notice("{{ 停水 }} <b>&", body=body))
    site.write("zh", "marks", notice("<!--frame:content-->", summary="<!--notices:home--><!--/notices-->"))
    assert site.mistakes() == []
    html = site.read("notices/odd/")
    assert "{{ config }}" in html
    assert "<h1>{{ 停水 }} &lt;b&gt;&amp;</h1>" in html
    assert "<script>alert" not in html
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer">' in html
    assert "&lt;!--frame:content--&gt;" in site.read("notices/marks/")
    headers_for(pages_of(site.places.site))  # raises for inline styles and handlers


def test_a_picture_is_made_small_and_shown_when_the_page_is_shared(site: Checkout) -> None:
    folder = site.places.docs / "zh" / "notices" / "pictures"
    folder.mkdir()
    picture = Image.effect_noise((3000, 2000), 40)
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    picture.save(folder / "lift.jpg", exif=exif)
    site.write("zh", "lift", notice("新电梯", picture="pictures/lift.jpg", picture_alt="新换的电梯轿厢"))
    site.write("zh", "plain", notice("没有图"))
    site.publish("2026-11-25T12:00")
    made = list((site.places.site / "notices" / "pictures").iterdir())
    assert len(made) == 1
    assert made[0].stat().st_size < (folder / "lift.jpg").stat().st_size
    assert b"Secret camera" not in made[0].read_bytes()
    with Image.open(made[0]) as small:
        assert small.size == (1200, 800)
    html = site.read("notices/lift/")
    assert f'property="og:image" content="http://localhost:8000/notices/pictures/{made[0].name}"' in html
    assert 'alt="新换的电梯轿厢"' in html
    assert 'property="og:image" content="http://localhost:8000/images/share.png"' in site.read(
        "notices/plain/"
    )
    assert '<meta property="og:title" content="没有图">' in site.read("notices/plain/")
    with Image.open(site.places.site / "images" / "share.png") as shared:
        assert shared.size == (1200, 630)


def test_a_notice_from_an_editor_reads_like_one_from_a_person(site: Checkout) -> None:
    decap = (
        "---\ntitle: >-\n  一个很长的标题，编辑器\n  把它折成两行\ncategory: weather\ncommunities:\n  - osmanthus-lane\n"
        "  - river-view\npinned: false\npublished: 2026-11-24T01:00:00.000Z\nvalid_until: ''\npicture: ''\n---\n正文。\n"
    )
    person = "\ufeff---\r\ntitle: 停水: 周六\r\ncategory: 天气\r\npublished: “2026年11月24日 9：00”\r\n---\r\n正文。\r\n"
    site.write("zh", "decap", decap)
    site.write("zh", "person", person)
    assert site.mistakes() == []
    html = unescape(site.read("notices/"))
    assert "一个很长的标题，编辑器 把它折成两行" in html
    assert "停水: 周六" in html
    for slug in ("decap", "person"):
        assert "2026年11月24日（周二）09:00" in site.read(f"notices/{slug}/")
