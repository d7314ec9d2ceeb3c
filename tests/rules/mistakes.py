"""A mistake of staff in the rulebook: made in a copy of it, and named by the check with file, key and a Chinese sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.rulebook import Problem, RulebookError, load

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rulebook"
REPAIRS, COMPLAINTS = "standards/repairs.toml", "standards/complaints.toml"
OSMANTHUS, RIVER = "communities/osmanthus-lane.toml", "communities/river-view.toml"
Y2026, Y2027 = "calendar/2026.toml", "calendar/2027.toml"
STAFF = "messages/staff.toml"
ORDER, SERVICES = "commitments/order.toml", "services.toml"


@dataclass(frozen=True)
class Mistake:
    """In `file`, `old` is replaced by `new` once; then `key` is named, and the sentence contains `says`."""

    file: str
    old: str
    new: str
    key: str = ""
    says: str = ""

    def make(self, folder: Path) -> None:
        """Makes it in a copy of the rulebook."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        assert self.old in text
        path.write_text(text.replace(self.old, self.new, 1), encoding="utf-8")

    def check(self, folder: Path) -> None:
        """Made in a copy, it is named with file, key and the way out; and every sentence is a Chinese one."""
        self.make(folder)
        problems = problems_of(folder)
        found = [one for one in problems if (one.file, one.key) == (self.file, self.key)]
        assert any(self.says in one.sentence for one in found), [str(one) for one in problems]
        for problem in problems:
            assert re.search(r"[\u4e00-\u9fff]{2}", problem.sentence)
            assert problem.sentence.endswith(("。", "？"))


def problems_of(folder: Path) -> tuple[Problem, ...]:
    """What the check says of a rulebook with mistakes."""
    with pytest.raises(RulebookError) as raised:
        load(folder)
    return raised.value.problems
