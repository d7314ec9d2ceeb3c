"""A list sent in to be imported, as it is looked through and carried out: in pieces, each step bounded, each step repeatable.

A list is looked through first (`looking`), then waits to be accepted (`ready`), is carried out (`carrying`) and is over (`over`).
Nothing in the register changes before it is accepted. What it finds is said as codes and facts; the edge puts it into words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from .retention import IMPORT

MOST_ROWS = 8000
# A list is kept by one transaction of at most 100 items; its pieces share them with what points at it.
MOST_PIECES = 90
SMALLEST_PIECE = 40


class Sort(StrEnum):
    """What a list is of."""

    HOMES = "homes"
    STAFF = "staff"


class Stage(StrEnum):
    """How far a list has come."""

    LOOKING = "looking"
    READY = "ready"
    CARRYING = "carrying"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Import:
    """A list that was sent in. `by` is the account of whoever sent it; `whole` that whoever is missing from a home on it has
    moved out. `done` counts the pieces behind it in this stage, `counts` what was found, by code. `version` 0 is not kept yet.
    """

    id: str
    community: str
    sort: Sort
    by: str
    at: datetime
    rows: int
    pieces: int
    whole: bool = False
    stage: Stage = Stage.LOOKING
    done: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    version: int = 0

    @property
    def forgotten_at(self) -> datetime:
        """When it is forgotten, whatever has become of it."""
        return self.at + IMPORT

    @property
    def working(self) -> bool:
        """Whether steps are left that need nobody's word."""
        return self.stage in (Stage.LOOKING, Stage.CARRYING)

    def count(self, code: str) -> int:
        """How often something was found or done."""
        return self.counts.get(code, 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be said about a list. `kind` is `fault` (the row stays out), `remark` (it counts, look all the same), `change`
    (what will be) or `outcome` (what became of it). `row` is the row as a spreadsheet numbers it, None for what no row says.
    `column` is the name of the column in :mod:`.list_words`, `facts` what the sentence names, `about` who or what is meant.
    """

    kind: str
    code: str
    row: int | None = None
    column: str = ""
    about: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a piece, and the versions of what it was compared with, by id (0: not there)."""

    findings: tuple[Finding, ...] = ()
    base: Mapping[str, int] = field(default_factory=dict)


def looked(one: Import, pieces: int, findings: Iterable[Finding]) -> Import:
    """The list after so many more pieces were looked through; it waits to be accepted after the last one."""
    done = one.done + pieces
    counted = _counted(one, findings)
    if done >= one.pieces:
        return replace(one, stage=Stage.READY, done=0, counts=counted)
    return replace(one, done=done, counts=counted)


def accepted(one: Import) -> Import:
    """The list after somebody accepted its report. Accepting twice is accepting once."""
    return replace(one, stage=Stage.CARRYING, done=0) if one.stage is Stage.READY else one


def carried(one: Import, pieces: int, findings: Iterable[Finding]) -> Import:
    """The list after so many more pieces were carried out."""
    done = one.done + pieces
    counted = _counted(one, findings)
    stage = Stage.OVER if done >= one.pieces else Stage.CARRYING
    return replace(one, stage=stage, done=done, counts=counted)


def piece_size(rows: int) -> int:
    """How many rows lie in one piece of a list of so many."""
    return max(SMALLEST_PIECE, -(-rows // (MOST_PIECES - 10)))


def _counted(one: Import, findings: Iterable[Finding]) -> dict[str, int]:
    counts = dict(one.counts)
    for finding in findings:
        for name in (finding.kind, f"{finding.kind}:{finding.code}"):
            counts[name] = counts.get(name, 0) + 1
    return counts
