"""The checklist of a breach or an emergency as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class StepView:
    """One step. `done` says who did it and when, "" while it is open; `words` is what they wrote."""

    id: str
    title: str
    done: str = ""
    words: str = ""


@dataclass(frozen=True)
class PlanView:
    """The checklist of a case. `action` is where a step is ticked, "" where this reader may not; `hidden` goes along."""

    title: str
    steps: Sequence[StepView]
    left: int
    action: str = ""
    hidden: Sequence[tuple[str, str]] = ()
