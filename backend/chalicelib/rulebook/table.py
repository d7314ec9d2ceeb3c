"""One table of a rulebook file, read key by key; whatever is wrong is noted with file, key and the way out."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any, cast

from chalicelib.domain.standards import Text
from chalicelib.rulebook.problems import Problems

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}|[a-z][a-z0-9_]{0,39}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Table:
    """Hands out the values of a table and remembers which keys were asked for.

    A wrong value is noted in `problems` and replaced by a harmless one, so that reading goes on and every mistake is
    found in one run; nothing read from a table with problems is ever used, because loading then raises.
    """

    def __init__(self, values: Mapping[str, Any], file: str, key: str, problems: Problems) -> None:
        self._values = values
        self._asked: list[str] = []
        self.file = file
        self.key = key
        self.problems = problems

    def path(self, name: str) -> str:
        """The key as staff find it in the file, for example `standards[C1].title.en`."""
        return f"{self.key}.{name}" if self.key else name

    def wrong(self, name: str, sentence: str) -> None:
        """Note a mistake in one key of this table ("" for the table itself)."""
        self.problems.add(self.file, self.path(name) if name else self.key, sentence)

    def has(self, name: str) -> bool:
        """Whether the key is there; asking makes it a known key."""
        self._ask(name)
        return name in self._values

    def words(self, name: str, *, longest: int = 400) -> str:
        """A required text on one line that is not blank; "" when it is wrong."""
        if not self._required(name):
            return ""
        return self._words_of(name, self._values[name], longest, blank=False)

    def maybe_words(self, name: str) -> str | None:
        """An optional text: None when the key is absent."""
        return self.words(name) if self.has(name) else None

    def identifier(self, name: str) -> str:
        """A required id: lower case letters, digits and hyphens."""
        given = self.words(name, longest=40)
        if given and not ID.fullmatch(given):
            self.wrong(name, f"“{given}”不能当编号。请用英文小写字母、数字和短横，例如 osmanthus-lane。")
        return given

    def text(self, name: str, *, blank: bool = False) -> Text:
        """Words in both languages (`name.zh`, `name.en`); `blank` allows both to be empty."""
        if not self._required(name):
            return Text("", "")
        given = self._values[name]
        if not isinstance(given, dict):
            self.wrong(name, f'要分中文和英文写两行：{name}.zh = "…" 和 {name}.en = "…"。')
            return Text("", "")
        inner = Table(given, self.file, self.path(name), self.problems)
        zh = inner._translation("zh", "中文", blank)
        en = inner._translation("en", "英文", blank)
        if zh and not en and blank:
            inner.wrong("en", "中文写了，英文还空着。请补上英文，或者两个都留空。")
        if _CHINESE.search(en):
            inner.wrong("en", "英文里还有中文字。请翻译成英文。")
        inner.finish()
        return Text(zh, en)

    def maybe_text(self, name: str) -> Text | None:
        """Optional words in both languages."""
        return self.text(name) if self.has(name) else None

    def choice(self, name: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """One of the words allowed; `default` when the key is absent and there is one."""
        if not self.has(name) and default is not None:
            return default
        if not self._required(name):
            return ""
        given = self._values[name]
        if given not in allowed:
            self.wrong(
                name, f"不能写 {_shown(given)}。可以写的有：{'、'.join(allowed)}。{_nearest(given, allowed)}"
            )
            return ""
        return cast(str, given)

    def names(self, name: str) -> tuple[str, ...]:
        """An optional list of ids; () when absent."""
        if not self.has(name):
            return ()
        given = self._values[name]
        if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
            self.wrong(name, '要写成一列带引号的编号，例如 ["C0"]；没有就整行删掉。')
            return ()
        if len(set(given)) != len(given):
            self.wrong(name, "同一个编号写了两次。请只留一个。")
        return tuple(given)

    def phrases(self, name: str, *, longest: int = 40) -> tuple[str, ...]:
        """A required list of at least one text, none blank and none twice; () when it is wrong."""
        if not self._required(name):
            return ()
        given = self._values[name]
        if not isinstance(given, list) or not given:
            self.wrong(name, '要写成一列带引号的词，例如 ["停水", "没水"]，至少写一个。')
            return ()
        for at, one in enumerate(given, start=1):
            self._words_of(f"{name}[{at}]", one, longest, blank=False)
            if one in given[: at - 1]:
                self.wrong(f"{name}[{at}]", f"“{one}”写了两次。请只留一个。")
        return tuple(one for one in given if isinstance(one, str))

    def whole(self, name: str, *, least: int, most: int) -> int:
        """A required whole number between `least` and `most`; `least` when it is wrong."""
        if not self._required(name):
            return least
        given = self._values[name]
        if not isinstance(given, int) or isinstance(given, bool):
            self.wrong(name, f"要写整数，不加引号，不写小数，例如 {name} = {max(least, 3)}。")
            return least
        if given < least:
            above = f"必须大于 {least - 1}" if least else "不能小于 0"
            self.wrong(name, f"{given} 太小，{above}。")
            return least
        if given > most:
            self.wrong(name, f"{given} 太大，最多写 {most}。请看看是不是多打了数字，或者换一个大一点的单位。")
            return least
        return given

    def maybe_share(self, name: str) -> float | None:
        """An optional part of a whole: more than 0 and less than 1."""
        if not self.has(name):
            return None
        given = self._values[name]
        if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 < given < 1:
            self.wrong(name, "要写 0 和 1 之间的小数，不加引号，例如 0.5 表示过了一半。")
            return 0.5
        return float(given)

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """true or false."""
        if not self.has(name) and default is not None:
            return default
        if not self._required(name):
            return False
        given = self._values[name]
        if not isinstance(given, bool):
            self.wrong(name, "要写 true（是）或 false（否），英文小写，不加引号。")
            return False
        return given

    def time(self, name: str) -> datetime.time | None:
        """A required time of day written "08:00"; None when it is wrong."""
        given = self.words(name)
        if not given:
            return None
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", given):
            self.wrong(name, f'“{given}”不是时间。请写成两位数字加英文冒号，例如 "08:00"。')
            return None
        return datetime.time.fromisoformat(given)

    def date(self, name: str) -> datetime.date | None:
        """A required date; None when it is wrong."""
        if not self._required(name):
            return None
        return self._date_of(name, self._values[name])

    def dates(self, name: str) -> tuple[datetime.date, ...]:
        """A required list of dates, which may be empty."""
        if not self._required(name):
            return ()
        given = self._values[name]
        if not isinstance(given, list):
            self.wrong(name, "要写成一列日期，例如 [2026-01-04, 2026-02-14]；没有就写 []。")
            return ()
        found = (self._date_of(f"{name}[{at}]", one) for at, one in enumerate(given, start=1))
        return tuple(one for one in found if one is not None)

    def table(self, name: str) -> Table:
        """A required table inside this one; an empty one when it is missing."""
        given = self._values.get(name) if self._required(name) else {}
        if not isinstance(given, dict):
            self.wrong(name, f'要写成一组名称和值，例如 {name} = {{ amount = 1, unit = "minutes" }}。')
            given = {}
        return Table(given, self.file, self.path(name), self.problems)

    def every_key(self) -> tuple[str, ...]:
        """All keys that are there, each made a known key."""
        for name in self._values:
            self._ask(name)
        return tuple(self._values)

    def rows(self, name: str, *, named_by: str = "id") -> list[Table]:
        """The rows `[[name]]`; a problem names a row by its id, or by its number when it has none."""
        if not self.has(name):
            return []
        given = self._values[name]
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            self.wrong(name, f"每一条前面要单独写一行 [[{name}]]，两层方括号。")
            return []
        rows = []
        for at, one in enumerate(given, start=1):
            label = one.get(named_by)
            shown = label if isinstance(label, str) and label else f"第 {at} 条"
            rows.append(Table(one, self.file, f"{self.path(name)}[{shown}]", self.problems))
        return rows

    def finish(self) -> None:
        """Note every key that nobody asked for: a misspelt one must not be passed over in silence."""
        for name in self._values:
            if name not in self._asked:
                near = _nearest(name, self._asked)
                self.wrong(
                    name, f"系统不认识“{name}”。{near or '请删掉这一行，或者对照文件开头的说明改名称。'}"
                )

    def _ask(self, name: str) -> None:
        if name not in self._asked:
            self._asked.append(name)

    def _required(self, name: str) -> bool:
        if self.has(name):
            return True
        self.wrong(name, f"缺少“{name}”这一项。请照文件开头的说明补上一行。")
        return False

    def _translation(self, language: str, shown: str, blank: bool) -> str:
        if not self.has(language):
            self.wrong(language, f'缺少{shown}。请补上一行 {self.key.split(".")[-1]}.{language} = "…"。')
            return ""
        return self._words_of(language, self._values[language], 600, blank=blank)

    def _words_of(self, name: str, given: object, longest: int, *, blank: bool) -> str:
        if not isinstance(given, str):
            self.wrong(name, f'要写文字，放在英文双引号里，例如 "{given}"。')
            return ""
        if not given.strip() and not (blank and not given):
            self.wrong(name, "是空的。请写上内容。")
        elif given != given.strip():
            self.wrong(name, "前面或后面多了空格。请删掉。")
        elif _CONTROL.search(given):
            self.wrong(name, "里面有换行或看不见的字符。请写成一行。")
        elif len(given) > longest:
            self.wrong(name, f"太长了，最多 {longest} 个字。请写短一些。")
        return given

    def _date_of(self, name: str, given: object) -> datetime.date | None:
        if isinstance(given, datetime.datetime) or not isinstance(given, datetime.date):
            self.wrong(name, "要写日期，不加引号，例如 2026-10-01。")
            return None
        return given


def _shown(given: object) -> str:
    return f"“{given}”"


def _nearest(given: object, allowed: Collection[str]) -> str:
    near = difflib.get_close_matches(str(given), list(allowed), n=1)
    return f"是不是想写“{near[0]}”？" if near else ""
