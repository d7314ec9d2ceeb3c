"""The handbook's page of parts shows every part, from the real templates, in both languages, and sends nothing."""

from __future__ import annotations

import re

import pytest

from generator.places import LANGUAGES, PREFIX, Places
from generator.specimens import SPECIMENS, cut_out, inert
from tests.site.reading import page_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_shown_and_none_can_be_sent(built: Places, language: str) -> None:
    path = built.site / PREFIX[language].strip("/") / "handbook" / "components" / "index.html"
    html = path.read_text("utf-8")
    article = html[html.index("<article") : html.index("</article>")]
    assert article.count('class="specimen"') == len(SPECIMENS)
    for _, wanted, *_ in SPECIMENS.values():
        assert re.search(rf'class="[^"]*\b{wanted}\b', article), wanted
    assert "<form" not in article and "<script" not in article
    ids = page_of(html).ids()
    assert len(ids) == len(set(ids))


def test_a_part_is_cut_out_whole_and_loses_what_could_act() -> None:
    html = '<p class="a">1</p><form class="f x" action="/go"><input id="i" name="n"><br><a href="/go">2</a></form><p>3</p>'
    (part,) = cut_out(html, "x")
    assert part == html[html.index("<form") : html.index("<p>3")]
    made = inert(part, "k")
    assert made == '<div class="f x"><input id="k-i"><br><a href="#components">2</a></div>'
