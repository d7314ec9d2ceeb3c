"""What staff do to a case: hand it over, answer, arrive, resolve, pass it upward, join it, propose it, note."""

from datetime import timedelta

from .case import Case
from .change import By, Change, Draft
from .charge import find, person_above
from .clock import Clock
from .duty import present
from .moments import written
from .promise import resumed
from .refusals import Refused
from .rules import allow
from .standards import Rulebook

CLOSES_AFTER = timedelta(days=7)
MOST_ABSORBED = 40


def assign(case: Case, by: By, book: Rulebook, person: str, words: str | None = None) -> Change:
    """Hands the case to a colleague of the same community, or to whoever stands in for one who is away; whoever has it now is
    told."""
    allow("assign", case, by.actor)
    if find(book, case.community, person) is None:
        raise Refused("no_such_person", {"person": person})
    there = present(by.standing, book.communities[case.community], person, by.at)
    if case.in_charge == f"staff:{there}":
        raise Refused("already_in_charge", {"person": there})
    draft = Draft(case, by)
    data = {"in_charge": f"staff:{there}"} | ({"instead_of": person} if there != person else {})
    draft.record("assigned", data, words=words)
    draft.tell_in_charge("assigned", {"standard": case.category})
    return draft.done()


def reply(case: Case, by: By, words: str) -> Change:
    """Answers the resident; the first answer keeps the reply clock's promise."""
    allow("reply", case, by.actor)
    draft = Draft(case, by)
    draft.record("replied", words=words, clocks=_met(case, by, "reply"))
    draft.tell_resident("replied")
    return draft.done()


def arrive(case: Case, by: By) -> Change:
    """Someone is on site; the first arrival keeps the arrive clock's promise (C0, C1, C4, B3)."""
    allow("arrive", case, by.actor)
    draft = Draft(case, by)
    draft.record("arrived", clocks=_met(case, by, "arrive"))
    return draft.done()


def resolve(case: Case, by: By, book: Rulebook, words: str) -> Change:
    """The work is done. Every clock still running is met now: who is done has also come and answered.

    A pause ends with it, so that the time until the pause is what counts. The residents of joined cases are told as well.
    What has a plan is done when each of its steps is ticked.
    The case closes by itself after seven days unless the resident confirms or reopens it.
    """
    allow("resolve", case, by.actor)
    left = len(case.steps) - len(case.ticked)
    if left:
        raise Refused("steps_open", {"count": left})
    draft = Draft(case, by)
    closes_at = by.at + CLOSES_AFTER
    clocks = clocks_when_done(case, by, book)
    draft.record("resolved", {"closes_at": written(closes_at)}, words=words, clocks=clocks)
    draft.tell_resident("resolved", {"due": written(closes_at)})
    for number in case.absorbed:
        draft.owe("resolved_joined", f"resident:{number}")
    return draft.done()


def tick(case: Case, by: By, step: str, words: str | None = None) -> Change:
    """A step of the case's plan is done; the words say how, or why it does not apply (E6, E7)."""
    allow("tick", case, by.actor)
    if step not in case.steps or step in case.ticked:
        raise Refused("no_such_step", {"step": step})
    draft = Draft(case, by)
    draft.record("ticked", {"step": step}, words=words)
    return draft.done()


def note(case: Case, by: By, words: str) -> Change:
    """A note that only staff see."""
    allow("note", case, by.actor)
    draft = Draft(case, by)
    draft.record("noted", words=words)
    return draft.done()


def pass_upward(case: Case, by: By, book: Rulebook, words: str) -> Change:
    """Hands the case to the next person up, in time and with the reason (E2)."""
    allow("pass_upward", case, by.actor)
    above = person_above(case, book, by)
    if above is None:
        raise Refused("nobody_above")
    draft = Draft(case, by)
    draft.record("passed_upward", {"in_charge": f"staff:{above.id}", "from": case.in_charge}, words=words)
    draft.tell_in_charge("passed_upward", {"standard": case.category})
    return draft.done()


def join(case: Case, other: Case, by: By) -> tuple[Change, Change]:
    """Joins `case` to `other`, which goes on alone: two changes that are saved as one.

    The joined case's clocks stop; its resident is told now and again when the other is resolved. So nothing that they were
    promised may come later there, or not at all.
    """
    allow("join", case, by.actor)
    if case.number == other.number:
        raise Refused("join_itself")
    if case.community != other.community:
        raise Refused("join_other_community")
    if not other.is_open:
        raise Refused("join_closed", {"state": other.state.value})
    if not all(_kept_as_well_by(other, clock) for clock in case.clocks if not clock.ended):
        raise Refused("join_later")
    if len(other.absorbed) + 1 + len(case.absorbed) > MOST_ABSORBED:
        raise Refused("join_full")
    leaving = Draft(case, by)
    leaving.record("joined", {"to": other.number}, clocks=_stopped(case, by))
    leaving.tell_resident("joined", {"other": other.number})
    staying = Draft(other, by)
    for number in (case.number, *case.absorbed):
        staying.record("absorbed", {"number": number})
    return leaving.done(), staying.done()


def propose(case: Case, by: By, words: str) -> Change:
    """Turns the case into a proposal to the owners' assembly or committee (C9): it leaves the repairs with its reason.

    Only a repair can be one, and no emergency before somebody was there.
    """
    allow("propose", case, by.actor)
    if case.awaited:
        raise Refused("arrive_first")
    draft = Draft(case, by)
    draft.record("proposed", words=words, clocks=_stopped(case, by))
    draft.tell_resident("proposed")
    return draft.done()


def _kept_as_well_by(other: Case, clock: Clock) -> bool:
    """Whether another case's clock of that kind is met already, or due no later."""
    theirs = other.clock(clock.kind)
    return theirs is not None and (theirs.met is not None or (not theirs.ended and theirs.due <= clock.due))


def _met(case: Case, by: By, kind: str) -> tuple[Clock, ...]:
    clock = case.clock(kind)
    return (clock.meet(by.at),) if clock is not None and not clock.ended else ()


def _stopped(case: Case, by: By) -> tuple[Clock, ...]:
    return tuple(c.stop(by.at) for c in case.clocks if not c.ended)


def clocks_when_done(case: Case, by: By, book: Rulebook) -> tuple[Clock, ...]:
    """The clocks of a case that is done now: each that still ran is met, and a pause has ended."""
    return tuple(_unpaused(c, by, book, case).meet(by.at) for c in case.clocks if not c.ended)


def _unpaused(clock: Clock, by: By, book: Rulebook, case: Case) -> Clock:
    return resumed(clock, by.at, book, book.calendar_for(case.community)) if clock.paused else clock
