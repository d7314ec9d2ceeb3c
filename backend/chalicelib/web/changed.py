"""What to tell somebody whose case changed while they looked at it (409)."""

from __future__ import annotations

from datetime import datetime

from chalicelib import wiring
from chalicelib.domain.case import Case
from chalicelib.domain.standards import Text

from .problems import Problem
from .story import Reader, changed_words


def changed_meanwhile(case: Case, now: datetime, seen: int | None = None, staff: bool = False) -> Problem:
    """The problem; with the version that was `seen`, it says what happened since, in the words of the history."""
    since = Text("", "")
    if seen is not None:
        file = wiring.cases.load(case.number)
        events = [event for event in file.events if event.seq > seen] if file else []
        if staff and events:
            readers = (Reader(language, staff, now, wiring.rulebook()) for language in ("zh", "en"))
            zh, en = (changed_words(events[-5:], case, reader) for reader in readers)
            since = Text(f"刚才发生了：{zh}。", f" Meanwhile: {en}.")
    return Problem(
        409,
        "changed-meanwhile",
        Text("工单刚刚有变化", "The case has changed"),
        Text(
            f"您看到的不是最新情况，没有保存。{since.zh}请看过最新情况再操作一次。",
            f"What you saw is not the latest, so nothing was saved.{since.en} Please look again and repeat it.",
        ),
    )
