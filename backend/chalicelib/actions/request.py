"""Who asks for something, when, under which key, and the way every verb on a case is carried out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.change import By, Change
from chalicelib.domain.duty import EVERYBODY_THERE, Standing
from chalicelib.domain.keeping import Answered, CaseFile, CaseStore, RequestKey, Stale
from chalicelib.domain.refusals import Refused

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.events import Actor
    from chalicelib.domain.standards import Rulebook

# A history longer than this would not fit the one page that shows it; what it needs then is a new case.
MOST_EVENTS = 500
TRIES = 8


class NotFound(Exception):
    """There is no such case, or not for whoever asks: the two look alike (invariant 6)."""


class KeyReused(Exception):
    """The key was used before for something else (422)."""


@dataclass(frozen=True, slots=True)
class ChangedMeanwhile(Exception):
    """The case is not any more what whoever asks had seen (409); `case` is how it stands now."""

    case: Case


@dataclass(frozen=True, slots=True)
class Request:
    """One request of one person.

    `community` limits staff to theirs (None for a resident, who holds the case's link). `key` makes a repetition count once.
    `seen` is the version that the asker had on the screen: if the case moved on since, nothing is changed. `standing_of` tells
    who of a community's staff is there.
    """

    actor: Actor
    at: datetime
    book: Rulebook
    store: CaseStore
    community: str | None = None
    key: RequestKey | None = None
    seen: int | None = None
    salt: str = field(default_factory=lambda: secrets.token_hex(8))
    standing_of: Callable[[str], Standing] = lambda community: EVERYBODY_THERE

    @property
    def by(self) -> By:
        """Who acts, for the rules; who else is there is known for staff only, who have a community."""
        if self.community is None:
            return By(self.actor, self.at, self.salt, book=self.book)
        return self.by_in(self.community)

    def by_in(self, community: str) -> By:
        """Who acts and who is there in a community, for the rules."""
        return By(self.actor, self.at, self.salt, self.standing_of(community), self.book)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a request: the case, and whether the request had been carried out before."""

    case: Case
    repeated: bool = False


def open_file(request: Request, number: str) -> CaseFile:
    """The case, if the asker may know of it. Raises NotFound."""
    file = request.store.load(number)
    if file is None or (request.community is not None and file.case.community != request.community):
        raise NotFound(number)
    return file


def change_case(request: Request, number: str, decide: Callable[[CaseFile], Change]) -> Done:
    """Loads the case, lets `decide` make the change and saves it, again from the start when somebody else was faster.

    Raises NotFound, Refused, ChangedMeanwhile, KeyReused and Unavailable; then nothing was changed.
    """
    for _ in range(TRIES):
        file = open_file(request, number)
        try:
            if request.seen is not None and file.case.version != request.seen:
                raise ChangedMeanwhile(file.case)
            if file.case.version >= MOST_EVENTS:
                raise Refused("too_long_history", {"most": MOST_EVENTS})
            change = decide(file)
            request.store.save([change], {number: file.contact}, request.key)
            return Done(change.after)
        except Stale:
            continue
        except Answered as answered:
            return _repeated(request, file, answered)
        except (Refused, ChangedMeanwhile):
            # The first try of this very request may be what made it impossible now.
            answered_before = request.store.answer_to(request.key) if request.key else None
            if answered_before is None:
                raise
            return _repeated(request, file, answered_before)
    raise ChangedMeanwhile(open_file(request, number).case)


def _repeated(request: Request, file: CaseFile, answered: Answered) -> Done:
    same = (
        request.key is not None and answered.body == request.key.body and answered.number == file.case.number
    )
    if not same:
        raise KeyReused
    return Done(file.case, repeated=True)
