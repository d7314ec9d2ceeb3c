"""Copies of this repository with many invented notices, to be built and opened."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = (
    "生活水泵要换轴承，周六上午九点到十二点停水，提前修好就提前来水。",
    "请提前接好喝的和冲厕所的水，出门前看看水龙头关好没有。",
    "来水以后先放一分钟，水清了再用；到点还没有来水，打值班电话。",
    "登记过的独居老人，礼宾助理每天上门看一次，想登记的直接和助理说。",
    "地面充电桩在北侧和东门，充满自停，不要把电池拿回家里充。",
)
CATEGORIES = ("weather", "works", "event", "safety", "law", "company", "health", "community")
_LEFT_OUT = shutil.ignore_patterns("compiled", "__pycache__", "node_modules", "editor")
_BROUGHT_BY_NPM = ("node_modules", "editor")


def checkout(root: Path, count: int) -> None:
    """Copy what the site and the portal are made of to `root`, with `count` notices more.

    The repository's own notices are among them: the handbook shows one.
    """
    for name in ("docs", "site", "backend", "infra", "requirements"):
        shutil.copytree(ROOT / name, root / name, ignore=_LEFT_OUT)
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        shutil.copy(ROOT / name, root / name)
    for name in _BROUGHT_BY_NPM:
        if (brought := ROOT / "infra" / "local" / name).exists():
            (root / "infra" / "local" / name).symlink_to(brought.resolve())
    folder = root / "docs" / "zh" / "notices"
    for number in range(count):
        (folder / f"n-{number:04}.md").write_text(head(number) + text(number), "utf-8")


def head(number: int) -> str:
    """The front matter of an invented notice."""
    day = f"2026-{number % 10 + 1:02}-{number % 28 + 1:02}"
    until = f"valid_until: 2026-{number % 10 + 1:02}-28 20:00\n" if number % 2 else ""
    return (
        f"---\ntitle: 第 {number} 号通知\ncategory: {CATEGORIES[number % 8]}\npublished: {day}\n{until}---\n"
    )


def text(number: int) -> str:
    """Three paragraphs and a list, different in every notice."""
    several = [SENTENCES[(number + at) % len(SENTENCES)] for at in range(5)]
    return (
        f"{several[0]}{several[1]}\n\n- {several[2]}\n- **{several[3]}**\n\n{several[4]}编号 {number}。\n\n"
        + "".join(several)
        + "\n"
    )
