"""What a resident does to their case: urge, write, withdraw, confirm, reopen, rate."""

from dataclasses import replace
from datetime import timedelta

from .case import Case
from .change import By, Change, Draft
from .charge import address_at_level
from .promise import stamp
from .refusals import Refused
from .resting import Wait, resume_in
from .rules import allow
from .standards import Rulebook

URGE_AGAIN_AFTER = timedelta(hours=1)
REOPEN_WITHIN = timedelta(days=30)


def urge(case: Case, by: By) -> Change:
    """Tells whoever is in charge that the resident is waiting (催单): once per clock and hour.

    What is urged is the clock that is due next; where none runs, the case itself.
    """
    allow("urge", case, by.actor)
    running = sorted((c for c in case.clocks if c.running), key=lambda c: c.due)
    kind = running[0].kind if running else "case"
    last = case.urged.get(kind)
    if last is not None and by.at < last + URGE_AGAIN_AFTER:
        raise Refused("urged_lately", {"last": last, "again": last + URGE_AGAIN_AFTER})
    draft = Draft(case, by)
    draft.record("urged", {"clock": kind})
    draft.tell_in_charge("urged", {"clock": kind})
    return draft.done()


def write(case: Case, by: By, book: Rulebook, words: str) -> Change:
    """Adds words to the case; when it was waiting for the resident, the clocks run again."""
    allow("write", case, by.actor)
    draft = Draft(case, by)
    draft.record("wrote", words=words)
    if case.paused == Wait.RESIDENT:
        resume_in(draft, book)
    draft.tell_in_charge("resident_wrote")
    return draft.done()


def withdraw(case: Case, by: By, words: str | None = None) -> Change:
    """The resident no longer needs it: the clocks stop and whoever is in charge is told."""
    allow("withdraw", case, by.actor)
    draft = Draft(case, by)
    draft.record("withdrawn", words=words, clocks=[c.stop(by.at) for c in case.clocks if not c.ended])
    draft.tell_in_charge("withdrawn")
    return draft.done()


def confirm(case: Case, by: By) -> Change:
    """The resident says that it is done; after an incident, that it works again, which meets every clock that still runs."""
    allow("confirm", case, by.actor)
    draft = Draft(case, by)
    draft.record("confirmed", clocks=tuple(c.meet(by.at) for c in case.clocks if not c.ended))
    draft.tell_in_charge("confirmed")
    return draft.done()


def reopen(case: Case, by: By, book: Rulebook, words: str) -> Change:
    """It was not done: the case goes back to whoever had it, with fresh clocks under today's rulebook, counted (reopened)."""
    allow("reopen", case, by.actor)
    if case.ended_at is not None and by.at > case.ended_at + REOPEN_WITHIN:
        raise Refused("reopen_too_late", {"ended": case.ended_at})
    # A fresh clock goes on counting deadline versions: each level exists once per version, and its message is named after it.
    before = {clock.kind: clock.version for clock in case.clocks}
    clocks = tuple(
        replace(clock, version=before.get(clock.kind, 0) + 1)
        for clock in stamp(book, case.community, case.category, by.at)
    )
    draft = Draft(case, by)
    draft.record("reopened", {"rulebook": book.version}, words=words, clocks=clocks)
    draft.tell_in_charge("reopened_staff", {"count": draft.case.reopened})
    draft.owe(
        "reopened_staff", address_at_level("supervisor", case, book, by), {"count": draft.case.reopened}
    )
    draft.tell_resident("reopened")
    return draft.done()


def rate(case: Case, by: By, scores: tuple[int, int, int], words: str | None = None) -> Change:
    """Three scores from 1 to 5: speed, manner, quality; once for each time the case was resolved."""
    allow("rate", case, by.actor)
    if case.rating is not None:
        raise Refused("already_rated")
    if not all(1 <= score <= 5 for score in scores):
        raise ValueError("scores run from 1 to 5")
    draft = Draft(case, by)
    draft.record("rated", {"scores": list(scores)}, words=words)
    draft.tell_in_charge("rated")
    return draft.done()
