"""The rules of calling residents back: a case is drawn, and what each call came to is noted (E4, E5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from .call_back import Answer
from .case import Case
from .change import By, Change, Draft
from .charge import address_at_level
from .moments import written
from .refusals import Refused
from .rules import allow
from .standards import Rulebook

# A second call within the hour finds the same empty room.
CALL_AGAIN_AFTER = timedelta(hours=2)


def draw_for_call(case: Case, by: By, month: str, until: datetime) -> Change:
    """The case was drawn for a month: somebody calls its resident by the moment `until`, and the resident reads so."""
    allow("draw_for_call", case, by.actor)
    draft = Draft(case, by)
    draft.record("call_drawn", {"month": month, "until": written(until)})
    return draft.done()


def call_back(case: Case, by: By, book: Rulebook, answer: Answer, words: str | None = None) -> Change:
    """Notes a call and what it came to. Nobody asks how satisfied people are with themselves; whoever is not says with what, and
    whoever was in charge and the property manager are told."""
    allow("call_back", case, by.actor)
    if case.in_charge == f"staff:{by.actor.id}":
        raise Refused("own_case")
    last = case.call_back.last if case.call_back else None
    if last is not None and by.at < last + CALL_AGAIN_AFTER:
        raise Refused("called_lately", {"last": last, "again": last + CALL_AGAIN_AFTER})
    if answer is Answer.DISSATISFIED and not words:
        raise Refused("say_with_what")
    draft = Draft(case, by)
    draft.record("called", {"answer": answer.value}, words=words)
    if answer is Answer.DISSATISFIED:
        draft.tell_in_charge("dissatisfied")
        draft.owe("dissatisfied", address_at_level("manager", case, book, by))
    return draft.done()
