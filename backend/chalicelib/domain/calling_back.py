"""The rules of calling residents back: a case is drawn, and what each call came to is noted (E4, E5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from .call_back import Answer
from .case import Case
from .change import By, Change, Draft, party_of
from .charge import address_at_level
from .keeping import CaseFile
from .moments import written
from .refusals import Refused
from .rules import allow
from .standards import Rulebook

# A second call within the hour finds the same empty room.
CALL_AGAIN_AFTER = timedelta(hours=2)
_NEEDS_WORDS = frozenset({Answer.DISSATISFIED, Answer.DECLINED, Answer.WRONG_NUMBER})


def draw_for_call(case: Case, by: By, month: str, until: datetime) -> Change:
    """The case was drawn for a month: somebody calls its resident by the moment `until`, and the resident reads so."""
    allow("draw_for_call", case, by.actor)
    draft = Draft(case, by)
    draft.record("call_drawn", {"month": month, "until": written(until)})
    return draft.done()


def call_back(file: CaseFile, by: By, book: Rulebook, answer: Answer, words: str | None = None) -> Change:
    """Notes a call and what it came to.

    Nobody asks how satisfied people are with themselves. Of whoever is not satisfied it is noted with what, and whoever was in
    charge and the property manager are told; of whoever could not be asked it is noted why, for another one is drawn instead.
    """
    case = file.case
    allow("call_back", case, by.actor)
    if dealt_with(file, by.actor.id):
        raise Refused("own_case")
    last = case.call_back.last if case.call_back else None
    if last is not None and by.at < last + CALL_AGAIN_AFTER:
        raise Refused("called_lately", {"last": last, "again": last + CALL_AGAIN_AFTER})
    if answer in _NEEDS_WORDS and not words:
        raise Refused("say_with_what")
    manager = address_at_level("manager", case, book, by)
    told = dict.fromkeys((party_of(case), manager)) if answer is Answer.DISSATISFIED else {}
    told.pop(f"staff:{case.community}/{by.actor.id}", None)
    draft = Draft(case, by)
    draft.record("called", {"answer": answer.value, "told": len(told)}, words=words)
    for address in told:
        draft.owe("dissatisfied", address)
    return draft.done()


def dealt_with(file: CaseFile, person: str) -> bool:
    """Whether somebody of staff ever had a case in charge, or answered, came or settled it."""
    return any(
        event.data.get("in_charge") == f"staff:{person}"
        or (event.kind in ("replied", "arrived", "resolved") and event.actor.id == person)
        for event in file.events
    )
