"""Reads the names under which residents look for things."""

from __future__ import annotations

import re
from collections.abc import Collection

from chalicelib.domain.standards import Topic
from chalicelib.rulebook.table import Table

_PAGE = re.compile(r"(?:[a-z0-9-]+/)*(?:#[A-Za-z0-9_-]+)?")
_STANDARD = re.compile(r"#([A-Z]\d+)$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def read_topics(table: Table, standards: Collection[str] | None) -> dict[str, Topic]:
    """The topics by id, in the order of the file. `standards` are the ids that a page may name, None when they are unknown."""
    topics: dict[str, Topic] = {}
    for row in table.rows("topics"):
        topic = _topic(row, standards)
        if topic.id in topics:
            row.wrong("id", f"“{topic.id}”写了两次。请换一个编号。")
        topics[topic.id] = topic
    table.finish()
    topics.pop("", None)
    return topics


def _topic(row: Table, standards: Collection[str] | None) -> Topic:
    words = row.table("words")
    topic = Topic(
        id=row.identifier("id"),
        title=row.text("title"),
        page=row.words("page"),
        zh=words.phrases("zh"),
        en=words.phrases("en"),
    )
    for at, word in enumerate(topic.en, start=1):
        if _CHINESE.search(word):
            words.wrong(f"en[{at}]", f"“{word}”里有中文字。请写到 words.zh 里。")
    words.finish()
    if topic.page and not _PAGE.fullmatch(topic.page):
        row.wrong(
            "page",
            f"“{topic.page}”不是本站的页面。请写首页后面的那一段，例如 promises/repairs/ 或 promises/repairs/#C1。",
        )
    named = _STANDARD.search(topic.page)
    if named and standards is not None and named[1] not in standards:
        row.wrong("page", f"没有“{named[1]}”这条标准。请看看编号是不是打错了。")
    row.finish()
    return topic
