"""Mistakes in notices: each names its file and line and says in Chinese how to put it right."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.places import SiteError


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake; `file` is relative to the repository, `line` counts from 1."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行：{self.sentence}"


@dataclass
class Mistakes:
    """Collects mistakes, so that staff see all of them at once and not only the first."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, file: str, line: int, sentence: str) -> None:
        """Note one mistake."""
        self.found.append(Mistake(file, line, sentence))

    def raise_if_any(self) -> None:
        """Raise SiteError with everything found, in the order of files and lines, without repeats."""
        if self.found:
            lines = "\n".join(f"  {one}" for one in sorted(set(self.found)))
            raise SiteError(f"通知里有 {len(set(self.found))} 处要改：\n{lines}")
