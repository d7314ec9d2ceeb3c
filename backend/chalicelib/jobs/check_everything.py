"""Look for what was lost: check every invariant over the whole table, name each violation, put back what can be derived.

The nightly schedule runs it, and `make fsck`. A retry repairs what failed loudly; this job finds what vanished in silence (G13).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.evidence import (
    CaseFound,
    ForgettingFound,
    Found,
    IncidentFound,
    IncidentRowFound,
    KeptFound,
    KeyFound,
    LapseFound,
    LapseRowFound,
    MessageFound,
    MomentFound,
    Place,
    PostFound,
    PostItemFound,
    Violation,
)
from chalicelib.domain.invariants import faults_of, is_whole, standing
from chalicelib.domain.keeping import Contact
from chalicelib.domain.owing import Owed, faults_of_messages, owed_by
from chalicelib.domain.post import ID as POST_ID

from .check_forgetting import ForgettingTally
from .check_incidents import IncidentTally
from .check_lapses import LapseTally
from .check_posts import PostTally

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.change import Message
    from chalicelib.domain.standards import Rulebook

log = logging.getLogger(__name__)

BATCH = 100
TRIES = 5


class Census(Protocol):
    """Reads everything, looks again at single cases, and puts things back. Every method may raise Unavailable."""

    SENT_KEPT: timedelta

    def everything(self) -> Iterator[Found]: ...
    def case(self, number: str) -> CaseFound | None: ...
    def lapse(self, id: str) -> LapseFound | None: ...
    def post(self, id: str) -> PostFound | None: ...
    def incident(self, id: str) -> IncidentFound | None: ...
    def versions_of(self, numbers: Iterable[str]) -> dict[str, int]: ...
    def places_of(self, case: Case, contact: Contact) -> frozenset[Place]: ...
    def contact_of(self, found: CaseFound, places: Iterable[Place]) -> Contact: ...
    def index_fields_of(self, case: Case) -> tuple[str | None, ...]: ...
    def present(self, places: Iterable[Place]) -> frozenset[Place]: ...
    def messages_of(self, cases: Mapping[str, str]) -> dict[str, dict[str, list[Place]]]: ...
    def repair(
        self,
        found: CaseFound,
        case: Case,
        contact: Contact,
        missing: Iterable[Place],
        stray: Iterable[Place],
        messages: Iterable[Message],
    ) -> bool: ...
    def remove(self, place: Place) -> None: ...
    def forgetting_of(self, place: Place) -> frozenset[Place]: ...
    def is_asked_for(self, place: Place, sort: str, id: str) -> bool: ...
    def put_on_list(self, place: Place) -> None: ...


@dataclass(slots=True)
class Report:
    """What a check saw and found. `repaired` are the violations that are there no more; `violations` are those that are."""

    cases: int = 0
    events: int = 0
    moments: int = 0
    messages: int = 0
    keys: int = 0
    posts: int = 0
    violations: list[Violation] = field(default_factory=list)
    repaired: list[Violation] = field(default_factory=list)


@dataclass(slots=True)
class _Tally:
    """What was expected and not yet found, and the other way round; what agrees is forgotten at once, so that the memory
    grows with the cases and not with their items."""

    moments_expected: dict[Place, str] = field(default_factory=dict)
    moments_found: dict[Place, str] = field(default_factory=dict)
    owed: dict[str, str] = field(default_factory=dict)
    lying: dict[str, tuple[str, Place]] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)
    suspects: dict[str, set[Place]] = field(default_factory=dict)
    keys: list[KeyFound] = field(default_factory=list)
    lapses: LapseTally = field(default_factory=LapseTally)
    incidents: IncidentTally = field(default_factory=IncidentTally)
    forgetting: ForgettingTally = field(default_factory=ForgettingTally)
    posts: PostTally = field(default_factory=PostTally)

    def suspect(self, number: str, place: Place | None = None) -> None:
        self.suspects.setdefault(number, set()).update({place} if place else ())


def check_everything(store: Census, book: Rulebook, now: datetime, *, repair: bool = False) -> Report:
    """Checks the whole table at `now`; with `repair`, what the events make certain is put back, each case in one transaction.

    First everything is read once. Because a scan is no picture of one moment, whatever looks wrong is only a suspicion: each
    suspected case is then read again, consistently, and only what is still wrong is reported.
    """
    report = Report()
    tally = _Tally()
    for found in store.everything():
        _count(store, book, now, found, tally, report)
    _check_keys(store, tally, report)
    for place, number in (*tally.moments_expected.items(), *tally.moments_found.items()):
        tally.suspect(number, place)
    for number in (*tally.owed.values(), *(number for number, _ in tally.lying.values())):
        tally.suspect(number)
    suspects = sorted(tally.suspects)
    for start in range(0, len(suspects), BATCH):
        numbers = suspects[start : start + BATCH]
        _look_again(store, book, now, {n: tally.suspects[n] for n in numbers}, repair, report)
    report.violations += tally.lapses.violations(store)
    report.violations += tally.incidents.violations(store)
    wrong, repaired = tally.forgetting.violations(store, repair=repair)
    report.violations += wrong
    report.repaired += repaired
    report.violations += tally.posts.violations(store, now)
    for violation in report.violations:
        log.error("violation: %s", violation)
    return report


def _count(store: Census, book: Rulebook, now: datetime, found: Found, tally: _Tally, report: Report) -> None:
    match found:
        case CaseFound():
            report.cases += 1
            report.events += len(found.events)
            _expect(store, book, now, found, tally)
            tally.lapses.note_case(found)
        case MomentFound():
            report.moments += 1
            if tally.moments_expected.pop(found.place, None) is None:
                tally.moments_found[found.place] = found.number
        case MessageFound() if POST_ID.fullmatch(found.number):
            report.messages += 1
            tally.posts.note_message(found)
        case MessageFound():
            report.messages += 1
            if tally.owed.pop(found.id, None) is not None:
                tally.settled.add(hash(found.id))
            elif hash(found.id) in tally.settled or found.id in tally.lying:
                tally.suspect(found.number)
            else:
                tally.lying[found.id] = (found.number, found.place)
        case KeyFound():
            report.keys += 1
            tally.keys.append(found)
            if len(tally.keys) == BATCH:
                _check_keys(store, tally, report)
        case LapseFound():
            tally.lapses.note_lapse(found)
        case LapseRowFound():
            tally.lapses.note_row(found)
        case IncidentFound():
            tally.incidents.note(found)
            for place in found.cases:  # each is expected by the case that it names
                report.moments += 1
                if tally.moments_expected.pop(place, None) is None:
                    tally.moments_found[place] = place.sk.removeprefix("CASE#")
        case IncidentRowFound():
            tally.incidents.note(found)
        case KeptFound() | ForgettingFound():
            tally.forgetting.note(found)
        case PostFound():
            report.posts += 1
            tally.posts.note_post(found)
        case PostItemFound():
            tally.posts.note_item(found)
        case Violation():
            report.violations.append(found)


def _expect(store: Census, book: Rulebook, now: datetime, found: CaseFound, tally: _Tally) -> None:
    case = standing(found)
    if case is None or _faults_of_case(store, book, found, case):
        tally.suspect(found.number)
    for place in store.places_of(case, store.contact_of(found, ())) if case else ():
        if tally.moments_found.pop(place, None) is None:
            tally.moments_expected[place] = found.number
    owed = owed_by(found.events, book) if is_whole(found) else Owed()
    for id in owed.sure:
        if tally.lying.pop(id, None) is not None:
            tally.settled.add(hash(id))
        elif owed.at[id] + store.SENT_KEPT > now:
            tally.owed[id] = found.number


def _faults_of_case(store: Census, book: Rulebook, found: CaseFound, case: Case | None) -> list[Violation]:
    faults = faults_of(found, book)
    if case and found.head and found.head.index_fields != store.index_fields_of(case):
        where = f"CASE#{found.number} / HEAD"
        faults.append(
            Violation(
                "index_fields", where, "it stands in the wrong place of the queue or of one of its lists"
            )
        )
    return faults


def _check_keys(store: Census, tally: _Tally, report: Report) -> None:
    versions = store.versions_of(key.number for key in tally.keys)
    for key in tally.keys:
        if versions.get(key.number, 0) < key.version:
            what = f"it remembers version {key.version} of case {key.number}, which is not there"
            report.violations.append(Violation("key_dangling", str(key.place), what))
    tally.keys.clear()


@dataclass(slots=True)
class _Looked:
    """A second, consistent look at one case: what lies in its partition, where its messages lie, and its moments."""

    number: str
    found: CaseFound | None
    case: Case | None
    contact: Contact
    must: frozenset[Place]
    have: frozenset[Place]
    messages: dict[str, list[Place]]

    def violations(self, store: Census, book: Rulebook, now: datetime) -> list[Violation]:
        """Everything that is wrong with it."""
        out = _faults_of_case(store, book, self.found, self.case) if self.found else []
        for place in sorted(self.must - self.have):
            out.append(Violation("moment_missing", str(place), f"case {self.number} would be forgotten"))
        for place in sorted(self.have - self.must) if self.case or not self.found else ():
            out.append(Violation("moment_stray", str(place), f"case {self.number} has no such moment"))
        if self.found is None:
            for id, places in self.messages.items():
                out.append(
                    Violation("message_stray", str(places[0]), f"{id}: case {self.number} is not there")
                )
        elif is_whole(self.found):
            owed = owed_by(self.found.events, book)
            out += faults_of_messages(self.number, owed, self.messages, now, store.SENT_KEPT)
        return out


def _look_again(
    store: Census,
    book: Rulebook,
    now: datetime,
    suspects: Mapping[str, set[Place]],
    repair: bool,
    report: Report,
) -> None:
    seen = [(looked, looked.violations(store, book, now)) for looked in _look(store, suspects)]
    changed = [one.number for one, wrong in seen if wrong and repair and _repair(store, book, one)]
    # All of them at once: each look reads everything that waits to be sent.
    again = _look(store, {number: suspects[number] for number in changed}) if changed else ()
    left_over = {one.number: one.violations(store, book, now) for one in again}
    for looked, wrong in seen:
        left = left_over.get(looked.number, wrong)
        report.repaired += [violation for violation in wrong if violation not in left]
        report.violations += left


def _look(store: Census, suspects: Mapping[str, set[Place]]) -> Iterator[_Looked]:
    """Reads cases again, each until it stood still while it was read."""
    waiting = dict(suspects)
    for _ in range(TRIES):
        before = store.versions_of(waiting)
        cases = {number: store.case(number) for number in waiting}
        standings = {number: standing(found) if found else None for number, found in cases.items()}
        lying = store.messages_of({n: case.community if case else "" for n, case in standings.items()})
        looked = []
        for number, strays in waiting.items():
            case = standings[number]
            found = cases[number]
            contact = store.contact_of(found, strays) if found else Contact()
            must = store.places_of(case, contact) if case else frozenset()
            have = store.present(must | strays)
            looked.append(_Looked(number, found, case, contact, must, have, lying[number]))
        after = store.versions_of(waiting)
        for one in looked:
            if before.get(one.number) == after.get(one.number):
                del waiting[one.number]
                yield one
        if not waiting:
            return
    log.warning("%d cases changed all the time and were not judged", len(waiting))


def _repair(store: Census, book: Rulebook, looked: _Looked) -> bool:
    """Puts back what is certain; False when nothing was."""
    found, case = looked.found, looked.case
    missing, stray = looked.must - looked.have, looked.have - looked.must
    if found is None:
        for place in stray:
            store.remove(place)
        return bool(stray)
    if case is None:
        return False
    messages: list[Message] = []
    if is_whole(found):
        owed = owed_by(found.events, book).sure
        messages = [message for id, message in owed.items() if message and id not in looked.messages]
    head = found.head
    fields_are_right = head is not None and head.index_fields == store.index_fields_of(case)
    sound = head is not None and head.case == case and fields_are_right
    if sound and not (missing or stray or messages):
        return False
    return store.repair(found, case, looked.contact, missing, stray, messages)
