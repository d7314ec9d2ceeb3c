"""Mistakes in the rulebook: each names its file and key and says in Chinese how to put it right."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: `file` relative to docs/rulebook, `key` inside it ("" for the file as a whole), the sentence."""

    file: str
    key: str
    sentence: str

    def __str__(self) -> str:
        place = f"{self.file}，{self.key}" if self.key else self.file
        return f"{place}：{self.sentence}"


class RulebookError(Exception):
    """The rulebook in `folder` has mistakes; `problems` holds all of them, not only the first."""

    def __init__(self, problems: tuple[Problem, ...], folder: str = "docs/rulebook") -> None:
        self.problems = problems
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"服务手册（{folder}）里有 {len(problems)} 处要改：\n{lines}")


@dataclass
class Problems:
    """Collects mistakes while files of `folder` are read, so that staff see all of them at once."""

    folder: str = "docs/rulebook"
    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, key: str, sentence: str) -> None:
        """Note one mistake."""
        self.found.append(Problem(file, key, sentence))

    def raise_if_any(self) -> None:
        """Raise RulebookError with everything found, in the order of files and keys, without repeats."""
        if self.found:
            raise RulebookError(tuple(sorted(set(self.found))), self.folder)
