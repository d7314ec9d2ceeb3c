"""The pictures of the staff handbook: windows drawn from what the repository really holds, so that no picture grows old.

A page asks for one with `<!-- shounuo: picture change-deadline -->`. The lines of a file are read from the file itself, what the
check and the effect say is what they really say; only the frame around it is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.domain.limits import Limit, Unit
from chalicelib.domain.standards import Rulebook, Text
from chalicelib.rulebook.effects import effects
from chalicelib.rulebook.problems import Problems, RulebookError
from chalicelib.rulebook.table import Table

from .places import Language, SiteError
from .templates import render

ROOT = Path(__file__).resolve().parents[2]
_BEFORE, _AFTER = 3, 3
_EDIT = Text("编辑", "Edit")
_SAVE = Text("提交更改", "Commit changes")
_HERE = Text("改这里", "here")


@dataclass(frozen=True)
class Line:
    """One line in a window: its number, its text, and whether it is the one that is meant."""

    number: int
    text: str
    meant: bool = False


@dataclass(frozen=True)
class Window:
    """A drawn window: what stands in its bar, its button, its lines or paragraphs, and the words below it."""

    title: str
    caption: Text
    button: Text | None = None
    lines: tuple[Line, ...] = ()
    paragraphs: tuple[str, ...] = ()
    tone: str = "plain"
    hand: Text = _HERE


def handbook_picture(rulebook: Rulebook, language: Language, name: str) -> str:
    """The picture of that name as HTML. Raises SiteError for a name that is none or a file that changed its shape."""
    maker = PICTURES.get(name)
    if maker is None:
        raise SiteError(f"没有“{name}”这张图；可以用的有：{'、'.join(PICTURES)}。")
    return render("handbook_picture.html", rulebook, language, window=maker(rulebook, language))


def _deadline(rulebook: Rulebook, language: Language) -> Window:
    lines = _lines("docs/rulebook/standards/repairs.toml", r'id = "C6"', r"^amount = ")
    return Window(
        "docs/rulebook/standards/repairs.toml",
        Text(
            "C6 的时限。标出来的就是要改的数字。",
            "The limit of C6. The marked figure is the one to change.",
        ),
        _SAVE,
        lines,
    )


def _mistake(rulebook: Rulebook, language: Language) -> Window:
    problems = Problems()
    Table({"amount": "两"}, "standards/repairs.toml", "standards[C6].clocks[resolve]", problems).whole(
        "amount", least=1, most=9
    )
    (head, said) = str(RulebookError(tuple(problems.found))).split("\n")
    heads = {
        "zh": f"检查没有通过：{head}",
        "en": "The check found 1 thing to put right (it speaks Chinese to staff):",
    }
    return Window(
        "make check",
        Text(
            "写错了也不会上网站：系统说出哪个文件、哪一项、怎么改。",
            "A mistake never reaches the site: the check names the file, the place and the way out.",
        ),
        paragraphs=(heads[language], said.strip()),
        tone="wrong",
    )


def _effect(rulebook: Rulebook, language: Language) -> Window:
    standard = rulebook.standards["C6"]
    (rule, *others) = standard.clocks
    shorter = replace(rule, limit=Limit(Unit.WORKING_DAYS, max(1, rule.limit.amount - 1)))
    if shorter.limit == rule.limit:
        shorter = replace(rule, limit=Limit(Unit.WORKING_DAYS, rule.limit.amount + 1))
    changed = replace(standard, clocks=(shorter, *others))
    after = replace(rulebook, version="", standards={**rulebook.standards, "C6": changed})
    said = [one.said.in_language(language) for one in effects(rulebook, after) if one.limit]
    return Window(
        "make effect" if language == "en" else "合并请求里的说明",
        Text(
            "合并之前，系统用居民的话说清楚改了什么。",
            "Before you merge, the effect is said in residents' words.",
        ),
        paragraphs=tuple(said),
        tone="right",
    )


def _contact(rulebook: Rulebook, language: Language) -> Window:
    community = next(iter(rulebook.communities))
    file = f"docs/rulebook/communities/{community}.toml"
    return Window(
        file,
        Text(
            "小区的白天电话。引号留着，只换里面的号码。",
            "The day telephone. Keep the quotes, change the number.",
        ),
        _SAVE,
        _lines(file, r"^day_phone = ", r"^day_phone = "),
    )


def _notice(rulebook: Rulebook, language: Language) -> Window:
    file = "docs/zh/notices/2026-11-24-pump-room.md"
    lines = (ROOT / file).read_text("utf-8").splitlines()
    return Window(
        file,
        Text(
            "一条通知就是这样一个文件：两行 --- 中间写什么时候发、给谁看，下面写正文。",
            "A notice is a file like this: when it appears and for whom between the two ---, the text below.",
        ),
        _SAVE,
        tuple(Line(number, text) for number, text in enumerate(lines[:14], 1)),
    )


def _find(rulebook: Rulebook, language: Language) -> Window:
    return Window(
        "docs / rulebook / standards",
        Text(
            "在网页上打开文件，点“编辑”。文件名就是内容：repairs 是报修，complaints 是投诉。",
            "Open the file on the git host's page and press “Edit”. The names say what is inside.",
        ),
        _EDIT,
        tuple(
            Line(number, path.name, path.name == "repairs.toml")
            for number, path in enumerate(sorted((ROOT / "docs/rulebook/standards").glob("*.toml")), 1)
        ),
        hand=Text("点这里", "this one"),
    )


def _answer(rulebook: Rulebook, language: Language) -> Window:
    reasons = rulebook.board.reasons_for("ask_change")
    return Window(
        "信息栏审核 → 请住户修改" if language == "zh" else "Info board → ask for a change",
        Text(
            "原因选现成的，住户的短信里就是这句话；要多说一句，写在下面的空里。",
            "Choose a ready reason: the resident's text message says just that. Add a sentence below it if need be.",
        ),
        Text("请住户修改", "Ask for a change"),
        tuple(
            Line(number, one.text.in_language(language), number == 1) for number, one in enumerate(reasons, 1)
        ),
        hand=Text("选一条", "choose one"),
    )


PICTURES: Mapping[str, Callable[[Rulebook, Language], Window]] = {
    "answer-post": _answer,
    "find-file": _find,
    "notice-file": _notice,
    "change-deadline": _deadline,
    "mistake": _mistake,
    "effect": _effect,
    "correct-contact": _contact,
}


def _lines(file: str, after: str, meant: str) -> tuple[Line, ...]:
    """The lines around the first one that fits `meant` at or behind the first that fits `after`. Raises SiteError."""
    lines = (ROOT / file).read_text("utf-8").splitlines()
    start = next((at for at, line in enumerate(lines) if re.search(after, line)), None)
    found = (
        None
        if start is None
        else next((at for at in range(start, len(lines)) if re.search(meant, lines[at])), None)
    )
    if found is None:
        raise SiteError(f"手册里的图要用 {file} 里的“{meant}”，但是找不到它。")
    around = range(max(0, found - _BEFORE), min(len(lines), found + _AFTER + 1))
    return tuple(Line(at + 1, lines[at], at == found) for at in around)
