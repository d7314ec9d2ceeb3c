"""Reads the TOML files of the rulebook, and says in plain Chinese which line cannot be read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from chalicelib.rulebook.problems import Problems

SINGLE_FILES = (
    "service.toml",
    "company.toml",
    "departments.toml",
    "ladders.toml",
    "counting.toml",
    "answers.toml",
    "synonyms.toml",
    "notices.toml",
    "board.toml",
    "services.toml",
    "incidents.toml",
    "open_days.toml",
    "call_backs.toml",
)
FOLDERS = ("standards", "commitments", "calendar", "communities", "forms", "messages")

_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")


class RulebookFiles:
    """The files as parsed. A file that cannot be read has a problem noted and is absent here."""

    def __init__(self, root: Path, problems: Problems) -> None:
        self.problems = problems
        self.contents: dict[str, dict[str, Any]] = {}
        self.unreadable: set[str] = set()
        if not root.is_dir():
            problems.add(str(root), "", "没有这个文件夹。请检查路径，服务手册一般在 docs/rulebook。")
            problems.raise_if_any()
        for name in SINGLE_FILES:
            self._read(root, name)
        for folder in FOLDERS:
            paths = sorted((root / folder).glob("*.toml"))
            if not paths:
                problems.add(f"{folder}/", "", "这个文件夹里一个 .toml 文件也没有。请把文件放回来。")
                self.unreadable.add(f"{folder}/")
            for path in paths:
                self._read(root, f"{folder}/{path.name}")
        self._refuse_strangers(root)

    def single(self, name: str) -> dict[str, Any] | None:
        """The contents of a file of its own, or None when it could not be read."""
        return self.contents.get(name)

    def folder(self, folder: str) -> dict[str, dict[str, Any]]:
        """The readable files of a folder, by name relative to the rulebook, in order."""
        return {name: held for name, held in self.contents.items() if name.startswith(f"{folder}/")}

    def all_readable(self, start: str) -> bool:
        """Whether every file whose name begins with `start` could be read: only then is a missing id a mistake."""
        return not any(name.startswith(start) for name in self.unreadable)

    def _read(self, root: Path, name: str) -> None:
        try:
            self.contents[name] = _parsed((root / name).read_bytes())
        except FileNotFoundError:
            self._give_up(name, "", "缺少这个文件。请把它放回来，可以从以前的版本里找。")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            self._give_up(
                name, f"第 {line} 行", "有不是 UTF-8 编码的字。请用编辑器的“另存为”选 UTF-8 编码再存一次。"
            )
        except tomllib.TOMLDecodeError as error:
            self._give_up(name, *_where_and_what(error))

    def _give_up(self, name: str, key: str, sentence: str) -> None:
        self.unreadable.add(name)
        self.problems.add(name, key, sentence)

    def _refuse_strangers(self, root: Path) -> None:
        known = {root / name for name in SINGLE_FILES} | {root / name for name in self.contents}
        for path in sorted(root.rglob("*.toml")):
            if path not in known and path.relative_to(root).parts[0] not in FOLDERS:
                self.problems.add(
                    path.relative_to(root).as_posix(),
                    "",
                    "系统不认识这个文件，不会用它。请看看文件名是不是打错了，或者是不是放错了文件夹。",
                )


def _parsed(raw: bytes) -> dict[str, Any]:
    text = raw.decode("utf-8-sig")  # Windows Notepad writes a byte order mark; it does no harm
    return tomllib.loads(text.replace("\r\n", "\n"))


def _where_and_what(error: tomllib.TOMLDecodeError) -> tuple[str, str]:
    message = str(error)
    at = _AT_LINE.search(message)
    where = f"第 {at[1]} 行第 {at[2]} 个字" if at else "文件末尾"
    if "overwrite" in message or "twice" in message:
        return where, "同一个名称写了两次。请只留一个。"
    if "Invalid initial character for a key part" in message or "Expected '='" in message:
        return where, "这一行不是“名称 = 值”的样子。请看看等号、引号是不是英文的，说明文字前面要加 #。"
    if "Invalid value" in message:
        return where, '等号后面的值看不懂。文字要放在英文双引号里，例如 "秩序部"；时间也要，例如 "08:00"。'
    return where, "写法有误。请看看引号、方括号是不是英文的、成对的，日期有没有那一天，一行是不是只写了一项。"
