"""The history of a case shows every later touch."""

from dataclasses import replace

from chalicelib.domain import working
from chalicelib.domain.chain import faults
from chalicelib.domain.events import Event, Role
from chalicelib.domain.standards import Rulebook
from tests.cases import by, filed


def history(book: Rulebook) -> list[Event]:
    """Three events: filed, noted, noted."""
    first = filed(book)
    second = working.note(first.after, by(Role.DESK, id="gui-desk"), "已电话联系")
    third = working.note(second.after, by(Role.DESK, id="gui-desk"), "师傅在路上")
    return [*first.events, *second.events, *third.events]


def test_an_untouched_history_is_sound(rulebook: Rulebook) -> None:
    assert faults(history(rulebook)) == []


def test_a_changed_fact_shows(rulebook: Rulebook) -> None:
    events = history(rulebook)
    events[0] = replace(events[0], data={**events[0].data, "severity": "ordinary"})
    assert faults(events) == ["event 1 was changed after it was written"]


def test_changed_words_show(rulebook: Rulebook) -> None:
    events = history(rulebook)
    events[1] = replace(events[1], words="没有联系")
    assert faults(events) == ["the words of event 2 were changed"]


def test_a_removed_event_shows(rulebook: Rulebook) -> None:
    events = history(rulebook)
    del events[1]
    assert "event 2 is missing: 3 follows" in faults(events)


def test_swapped_events_show(rulebook: Rulebook) -> None:
    events = history(rulebook)
    events[1], events[2] = events[2], events[1]
    assert faults(events)


def test_a_forged_event_with_a_right_hash_of_its_own_still_breaks_the_next_link(rulebook: Rulebook) -> None:
    events = history(rulebook)
    other = working.note(filed(rulebook).after, by(Role.DESK, id="gui-desk"), "别的话").events[0]
    events[1] = other
    assert faults(events) == ["event 3 does not follow the one before it"]


def test_erased_words_leave_a_sound_chain(rulebook: Rulebook) -> None:
    events = [replace(e, words=None, salt=None) for e in history(rulebook)]
    assert faults(events) == []
