"""The names under which residents look for things: a mistake in one is named with its file, its key and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.domain.standards import Rulebook
from tests.rules.mistakes import Mistake, problems_of

FILE = "synonyms.toml"


def test_every_promise_a_resident_can_file_under_has_a_name_that_leads_to_it(rulebook: Rulebook) -> None:
    pages = {one.page.partition("#")[2] for one in rulebook.topics.values()}
    assert {"C1", "C2", "C4", "C5", "C6", "C7", "C8", "C9", "B1", "B3", "D1", "D2", "D3", "D4"} <= pages


@pytest.mark.parametrize(
    "mistake",
    [
        Mistake(FILE, 'id = "leak"', 'id = "lift"', "topics[lift].id", "写了两次"),
        Mistake(
            FILE,
            'page = "promises/repairs/#C7"',
            'page = "promises/repairs/#C17"',
            "topics[corridor-light].page",
            "没有“C17”",
        ),
        Mistake(FILE, 'page = "my/"', 'page = "https://example.com/"', "topics[home].page", "不是本站的页面"),
        Mistake(FILE, 'page = "my/"', 'page = "/my/"', "topics[home].page", "不是本站的页面"),
        Mistake(
            FILE,
            'words.zh = ["停水"',
            'words.zh = ["停水", "停水"',
            "topics[water-off].words.zh[2]",
            "写了两次",
        ),
        Mistake(FILE, 'words.zh = ["马桶"', 'words.zh = [""', "topics[toilet].words.zh[1]", "是空的"),
        Mistake(FILE, 'words.en = ["bulb"', 'words.en = ["灯泡"', "topics[bulb].words.en[1]", "有中文字"),
        Mistake(FILE, 'words.zh = ["装修"', 'words.cn = ["装修"', "topics[decoration].words.zh", "缺少“zh”"),
        Mistake(FILE, 'title.en = "The lift"\n', "", "topics[lift].title.en", "缺少英文"),
    ],
    ids=lambda mistake: f"{mistake.key} {mistake.says}",
)
def test_a_mistake_in_a_topic_is_named(copy: Path, mistake: Mistake) -> None:
    mistake.check(copy)


def test_no_words_at_all_are_a_mistake(copy: Path) -> None:
    (copy / FILE).write_text(
        '[[topics]]\nid = "a"\ntitle.zh = "一"\ntitle.en = "One"\npage = "my/"\nwords.zh = []\nwords.en = "a"\n',
        "utf-8",
    )
    assert {one.key for one in problems_of(copy)} == {"topics[a].words.zh", "topics[a].words.en"}
