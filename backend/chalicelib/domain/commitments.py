"""The promises that put no clock on a case: what is published, done again and again, measured, or gone through step by step.

Together with the standards (:mod:`chalicelib.domain.standards`) they are everything that the company promises; each has its id,
its owner and one place on the site. Nothing is enforced from here, and `keeping` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chalicelib.domain.standards import Text

CommitmentKind = Literal["text", "duty", "target", "flow"]
Rhythm = Literal["always", "daily", "weekly", "monthly", "yearly", "occasion"]
Keeping = Literal["portal", "logged", "shown"]


@dataclass(frozen=True)
class Commitment:
    """One promise without a clock of its own.

    `often` says how often, when, or how it is counted; `rhythm` is the group in which it is read. `owner` is the id of a
    department or a role. `keeping` says how it is kept, honestly: recorded and reminded by this portal ("portal"), written down
    by those who do it and looked at by their supervisor, with no figure published yet ("logged"), or open to everybody's eyes
    ("shown"). `stands` says which plan stands and why, where plans differ.
    """

    id: str
    kinds: tuple[CommitmentKind, ...]
    title: Text
    explanation: Text
    often: Text
    rhythm: Rhythm
    owner: str
    keeping: Keeping
    source: Text
    stands: Text | None


@dataclass(frozen=True)
class Family:
    """The promises of one file, which stand on one page: `page` is its name in docs/zh and docs/en without ".md".

    `source` holds for all of them but those that name their own.
    """

    id: str
    page: str
    source: Text
    commitments: tuple[Commitment, ...]
