"""The info board as the rulebook describes it: its categories, the words of its form, and the reasons that the desk gives (F1).

Every value here comes out of `docs/rulebook/board.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .standards import FieldWords, Text

DeskVerb = Literal["refuse", "ask_change", "take_down"]
"""What the desk does to a post for a reason that the resident is told."""

DeskList = Literal["waiting", "reported", "published", "returned", "ended"]
"""The lists of posts that the desk looks after."""


@dataclass(frozen=True)
class PostCategory:
    """One sort of post.

    `price` says whether the form asks for one, `unit` what it is counted in ("yuan a month"). A post lives `usual_days` when its
    author names no day, and `most_days` at the longest; then it is renewed or ends.
    """

    id: str
    name: Text
    hint: Text
    price: bool
    unit: Text
    usual_days: int
    most_days: int


@dataclass(frozen=True)
class DeskReason:
    """Why the desk refuses a post, asks for a change or takes it down: the resident reads `text`. With `needs_words` the desk has
    to say more."""

    id: str
    verbs: tuple[DeskVerb, ...]
    text: Text
    needs_words: bool = False


@dataclass(frozen=True)
class Board:
    """The info board: the words of its form by field id in the order in which it asks, its categories and the desk's reasons."""

    title: Text
    intro: Text
    submit: Text
    fields: Mapping[str, FieldWords]
    categories: tuple[PostCategory, ...]
    reasons: tuple[DeskReason, ...]

    def category(self, id: str) -> PostCategory | None:
        """The category of that id; None where there is none (any more)."""
        return next((one for one in self.categories if one.id == id), None)

    def reason(self, id: str) -> DeskReason | None:
        """The reason of that id; None where there is none (any more)."""
        return next((one for one in self.reasons if one.id == id), None)

    def reasons_for(self, verb: str) -> tuple[DeskReason, ...]:
        """The reasons that the desk may give with a verb."""
        return tuple(one for one in self.reasons if verb in one.verbs)
