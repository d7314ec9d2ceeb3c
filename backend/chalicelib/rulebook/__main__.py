"""`python -m chalicelib.rulebook check|compile`: tells staff what to put right, or writes the compiled file."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.rulebook import RulebookError, compile, load
from chalicelib.rulebook.coverage import years_to_enter

CHALICELIB = Path(__file__).resolve().parents[1]
DOCS = CHALICELIB.parents[1] / "docs" / "rulebook"
TARGET = CHALICELIB / "compiled" / "rulebook.json"


def main(arguments: list[str]) -> int:
    """0 when all is well, 1 when the rulebook has mistakes."""
    parser = argparse.ArgumentParser(prog="python -m chalicelib.rulebook", description=__doc__)
    parser.add_argument("action", choices=("check", "compile"))
    parser.add_argument("--docs", type=Path, default=DOCS, help="the folder that staff edit")
    parser.add_argument("--target", type=Path, default=TARGET, help="where compile writes")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.action == "check":
            rulebook = load(chosen.docs)
        else:
            rulebook = compile(chosen.docs, chosen.target)
    except RulebookError as error:
        print(error, file=sys.stderr)
        return 1
    others = sum(len(family.commitments) for family in rulebook.families.values())
    print(
        f"服务手册没有问题：{len(rulebook.standards)} 条标准，{others} 条其他承诺，{len(rulebook.communities)} 个小区，"
        f"版本 {rulebook.version}。"
    )
    today = rulebook.calendar.local_date(datetime.now(UTC))
    for sentence in years_to_enter(rulebook.calendar.years, today):
        print(f"提醒：{sentence}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
