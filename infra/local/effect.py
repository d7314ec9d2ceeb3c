"""`make effect BASE=main`: what a change of the rulebook means to residents, in their words, before it is published.

The rulebook of this folder is compared with that of a git revision (BASE, without one the last commit). Where this machine
has cases, each changed limit is put to those filed last month. `FILE=` writes the same as Markdown, for a merge request.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.domain.case import Case
from chalicelib.domain.standards import Rulebook
from chalicelib.domain.what_if import WhatIf, what_if
from chalicelib.rulebook import RulebookError, load
from chalicelib.rulebook.effects import Effect, effects
from infra.local.console import LocalProblem, run_as_command, say
from infra.local.environment import portal_data
from infra.local.places import DYNAMODB_DATA, ROOT

RULEBOOK = "docs/rulebook"


def main() -> int:
    """Print the effect of what was changed."""
    revision = os.environ.get("BASE") or "HEAD"
    before, after = rulebook_at(revision), rulebook_here()
    found = effects(before, after)
    cases = cases_at_hand() if any(effect.limit for effect in found) else []
    text = written(found, after, cases, datetime.now(UTC))
    say(text)
    if os.environ.get("FILE"):
        Path(os.environ["FILE"]).write_text(text + "\n", "utf-8")
    return 0


def rulebook_here() -> Rulebook:
    """The rulebook as it stands in this folder. Raises LocalProblem with every mistake in it."""
    try:
        return load(ROOT / RULEBOOK)
    except RulebookError as error:
        raise LocalProblem(str(error)) from None


def rulebook_at(revision: str) -> Rulebook:
    """The rulebook of a git revision. Raises LocalProblem where there is no such revision or it cannot be read any more."""
    if revision.startswith("-"):
        raise LocalProblem(f"BASE={revision} is no revision: name a branch, a tag or a commit")
    packed = subprocess.run(["git", "archive", revision, RULEBOOK], cwd=ROOT, capture_output=True)
    if packed.returncode:
        raise LocalProblem(f"git knows no rulebook at BASE={revision}: name a branch, a tag or a commit")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        try:
            return load(Path(folder) / RULEBOOK)
        except RulebookError as error:
            raise LocalProblem(
                f"the rulebook of {revision} cannot be read with this version of the program: {error}"
            ) from None


def cases_at_hand() -> Sequence[Case]:
    """The cases of this machine; none where it has no data yet (in CI, for instance)."""
    if not DYNAMODB_DATA.is_dir():
        return []
    with portal_data():
        from chalicelib.domain.evidence import CaseFound
        from chalicelib.storage import census

        found = (one for one in census.everything() if isinstance(one, CaseFound))
        return [one.head.case for one in found if one.head is not None]


def last_month(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The beginning of last month and of this one, in the company's zone."""
    local = now.astimezone(ZoneInfo(zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (local - timedelta(days=1)).replace(day=1), local


def written(found: Sequence[Effect], after: Rulebook, cases: Sequence[Case], now: datetime) -> str:
    """The effects as Markdown, Chinese first, with what last month's cases say to a changed limit."""
    if not found:
        return "居民看到的和系统执行的都没有变化。\n\nNothing changes for residents."
    lines = ["这次修改的效果：", ""]
    lines += [f"- {one.said.zh}{_asked(one, after, cases, now)}" for one in found]
    lines += ["", "已经收下的工单不受影响，按收下时的承诺执行。新收到的工单按新的算。"]
    lines += ["", "What this changes:", ""]
    lines += [f"- {one.said.en}" for one in found]
    lines += ["", "Cases filed before keep the promise they were given; new ones follow the new rule."]
    return "\n".join(lines)


def _asked(effect: Effect, after: Rulebook, cases: Sequence[Case], now: datetime) -> str:
    if effect.limit is None or not cases:
        return ""
    since, until = last_month(now, after.zone)
    calendars = {id: after.calendar_for(id) for id in after.communities}
    told = what_if(cases, effect.standard, effect.clock, effect.limit, calendars, since, until)
    return _counted(told)


def _counted(told: WhatIf) -> str:
    if not told.asked:
        return "上个月没有这样的工单。"
    return f"上个月 {told.asked} 件里，按原来的时限晚了 {told.missed} 件；按新的会晚 {told.would_miss} 件。"


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "backend")]
    run_as_command(main)
