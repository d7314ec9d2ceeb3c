"""The privacy pages name the figures by which the code forgets, in both languages: neither can be changed alone."""

import re
from pathlib import Path

import pytest

from chalicelib.domain import post, retention
from chalicelib.storage import open_days, sessions

DOCS = Path(__file__).resolve().parents[2] / "docs"
FIGURES = (
    (retention.CASE_YEARS, "年", "year"),
    (retention.MOVED_OUT.days, "天", "day"),
    (retention.NEEDS.days, "天", "day"),
    (post.FORGET_AFTER.days, "天", "day"),
    (open_days.KEPT.days, "天", "day"),
    (retention.IMPORT.days, "天", "day"),
    (retention.READING_YEARS, "年", "year"),
    (sessions.KEPT_RESIDENT.days, "天", "day"),
)


@pytest.mark.parametrize(("language", "heading"), [("zh", "## 存多久"), ("en", "## How long we keep it")])
def test_each_class_has_its_figure_in_the_order_of_the_rules(language: str, heading: str) -> None:
    page = (DOCS / language / "privacy.md").read_text("utf-8")
    section = page.partition(heading)[2].partition("\n## ")[0]
    rows = [line.split("|")[2] for line in section.splitlines() if line.startswith("| ")][1:]
    said = [re.findall(r"(\d+)\s*(年|天|year|day)s?", row) for row in rows]
    wanted = [[(str(amount), zh if language == "zh" else en)] for amount, zh, en in FIGURES]
    assert said == wanted
