"""The rulebook: staff write it in docs/rulebook, it is checked and compiled into one file, and the backend reads that.

`load` reads and checks the folder, `compile` writes the file, `read_compiled` reads it at a cold start without any check.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.rulebook.compiled import read_compiled
from chalicelib.rulebook.problems import Problem, RulebookError

if TYPE_CHECKING:
    from chalicelib.domain.standards import Rulebook

__all__ = ["Problem", "RulebookError", "compile", "load", "read_compiled"]


def load(root: Path | str) -> Rulebook:
    """The rulebook of a folder like docs/rulebook. Raises RulebookError with every mistake in it."""
    from chalicelib.rulebook.loading import load as load_folder  # the backend reads the compiled file only

    return load_folder(root)


def compile(root: Path | str, target: Path | str) -> Rulebook:
    """Check the folder and write it as one file, whole or not at all. Raises RulebookError and writes nothing then."""
    from chalicelib.rulebook.compiled import as_json

    rulebook = load(root)
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(as_json(rulebook), encoding="utf-8")
    unfinished.replace(path)
    return rulebook
