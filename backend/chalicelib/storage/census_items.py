"""What an item of the table is, and what is wrong within the partition of one history: nothing here reads, so nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from chalicelib.domain import call_draw
from chalicelib.domain.chain import faults as chain_faults
from chalicelib.domain.events import Event
from chalicelib.domain.evidence import (
    CaseFound,
    ForgettingFound,
    Found,
    HeadFound,
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
from chalicelib.domain.incidents import apply as apply_to_incident
from chalicelib.domain.lapse import apply as apply_to_lapse
from chalicelib.domain.post import apply as apply_to_post
from chalicelib.domain.posting import message_id, owes_message
from chalicelib.domain.queues import LISTS

from . import call_draws, cases, home_items, imports, incidents, lapses, post_items, posts, readings, vault
from .duty import DutyRecord
from .figures import FiguresRecord
from .imports import ImportRecord
from .open_days import OpenDayRecord
from .personal import CASE
from .readings import LastReadingRecord, ReadingRecord
from .repairs import RepairRecord
from .table import (
    AccountRecord,
    CodeRecord,
    CountRecord,
    DueRecord,
    EventRecord,
    FindRecord,
    ForgetRecord,
    HeadRecord,
    HomeCaseRecord,
    HomeRecord,
    KeyRecord,
    MemberPhoneRecord,
    MessageRecord,
    MonthCaseRecord,
    PhoneCaseRecord,
    ProvisionalRecord,
    Record,
    SessionRecord,
    StaffPhoneRecord,
)

Item = dict[str, Any]

# Kinds of items that belong to no case and say nothing that another item must agree with.
_OF_NO_CASE = (
    AccountRecord,
    call_draws.CallsRecord,
    CodeRecord,
    CountRecord,
    DutyRecord,
    FiguresRecord,
    FindRecord,
    incidents.SpreadRecord,
    LastReadingRecord,
    MemberPhoneRecord,
    OpenDayRecord,
    RepairRecord,
    SessionRecord,
    StaffPhoneRecord,
)

# Kinds of items that are personal and of no case: each must stand on the list of what is to be forgotten.
_KEPT = (HomeRecord, ImportRecord, ReadingRecord)


class _File(Protocol):
    """A history as storage reads it."""

    @property
    def events(self) -> tuple[Event, ...]: ...


F = TypeVar("F", bound=_File)
S = TypeVar("S")


def case_found(pk: str, items: Iterable[Item]) -> CaseFound:
    """The case that the items of its partition make."""
    head: HeadFound | None = None
    events = []
    unreadable = []
    for item in items:
        try:
            record = Record.from_raw_data(item)
            if isinstance(record, EventRecord):
                events.append(cases.HISTORIES.event_of(record))
            elif isinstance(record, HeadRecord):
                head = HeadFound(
                    cases.case_from(record),
                    cases.contact_from(record),
                    int(record.version),
                    index_fields(record),
                )
            else:
                unreadable.append(_unreadable(item, f"a {type(record).__name__} among a case's items"))
        except Exception as error:  # noqa: BLE001  whatever is wrong with an item is what we are here to name
            unreadable.append(_unreadable(item, type(error).__name__))
    return CaseFound(pk.removeprefix("CASE#"), head, tuple(events), tuple(unreadable))


def lapse_found(pk: str, items: Iterable[Item]) -> LapseFound:
    """The record of a missed limit that the items of its partition make."""
    id, (records, faults) = pk.removeprefix("LAPSE#"), _readable(items)
    file, _ = _weighed(
        "lapse", pk, faults, lambda: lapses.file_of(records), apply_to_lapse, lambda it: it.lapse
    )
    rows = frozenset(Place(*place) for place in lapses.rows_of(file.lapse)) if file else frozenset()
    return LapseFound(id, rows, tuple(faults))


def incident_found(pk: str, items: Iterable[Item]) -> IncidentFound:
    """The incident that the items of its partition make."""
    id, (records, faults) = pk.removeprefix("INCIDENT#"), _readable(items)
    attached = (record for record in records if isinstance(record, incidents.AttachedRecord))
    members = frozenset(Place(record.pk, record.sk) for record in attached)
    file, _ = _weighed(
        "incident", pk, faults, lambda: incidents.file_of(records), apply_to_incident, lambda it: it.incident
    )
    rows = frozenset(Place(*place) for place in incidents.rows_of(file.incident)) if file else frozenset()
    return IncidentFound(id, rows, members, tuple(faults))


def post_found(pk: str, items: Iterable[Item]) -> PostFound:
    """The post that the items of its partition make."""
    id, (records, faults) = pk.removeprefix("POST#"), _readable(items)
    file, states = _weighed(
        "post", pk, faults, lambda: posts.file_of(records), apply_to_post, lambda it: it.post
    )
    if file is None:
        return PostFound(id, "", frozenset(), {}, False, tuple(faults))
    steps = zip(pairwise((None, *states)), file.events, strict=True)
    owed = {
        message_id(id, event.seq): event.at for (before, _), event in steps if owes_message(before, event)
    }
    whole = bool(states) and states[-1] == file.post
    places = frozenset(post_items.beside(file.post, file.poster))
    return PostFound(id, file.post.community, places, owed, whole, tuple(faults))


def _readable(items: Iterable[Item]) -> tuple[list[Record], list[Violation]]:
    """The items that can be read, and what is to be said of the others."""
    records, faults = [], []
    for item in items:
        try:
            records.append(Record.from_raw_data(item))
        except Exception as error:  # noqa: BLE001  whatever is wrong with an item is what we are here to name
            faults.append(_unreadable(item, type(error).__name__))
    return records, faults


def _weighed(
    what: str,
    pk: str,
    faults: list[Violation],
    read: Callable[[], F | None],
    apply: Callable[[S | None, Event], S],
    head: Callable[[F], S],
) -> tuple[F | None, list[S]]:
    """A history with how things stood after each of its events; adds to `faults` what is wrong with it.

    No history where its head is lost, or where its events make no sense.
    """
    states: list[S] = []
    try:
        file = read()
        if file is None:
            faults.append(Violation(f"{what}_head", pk, "no head"))
            return None, states
        for event in file.events:
            states.append(apply(states[-1] if states else None, event))
    except (ValueError, KeyError, TypeError, vault.Unreadable) as error:
        faults.append(Violation(f"{what}_senseless", pk, type(error).__name__))
        return None, states
    faults += [Violation(f"{what}_chain", pk, fault) for fault in chain_faults(file.events)]
    if not states or states[-1] != head(file):
        faults.append(Violation(f"{what}_head", pk, "it does not say what its events say"))
    return file, states


def other_found(item: Item) -> Found | None:
    """What an item outside of a case's partition is; None for what belongs to no case (sessions, counts, alarms)."""
    place = _place(item)
    try:
        record = Record.from_raw_data(item)
        if isinstance(record, DueRecord | ProvisionalRecord):
            return MomentFound(place, place.sk.split("#")[1])
        if isinstance(record, HomeCaseRecord | PhoneCaseRecord):
            return MomentFound(place, place.sk.split("#")[2])
        if isinstance(record, MonthCaseRecord):
            return MomentFound(place, place.sk)
        if isinstance(record, ForgetRecord):
            sort, id = place.sk.split("#", 2)[1:]
            return MomentFound(place, id) if sort == CASE else ForgettingFound(place, sort, id)
        if isinstance(record, MessageRecord):
            said = json.loads(record.message)
            return MessageFound(place, said["id"], said["case"]) if said["case"] else None
        if isinstance(record, KeyRecord):
            return KeyFound(place, record.number, int(record.version))
        if isinstance(record, lapses.LapseRowRecord):
            return LapseRowFound(place, place.sk.rpartition("#")[2])
        if isinstance(record, incidents.IncidentRowRecord):
            return IncidentRowFound(place, place.sk.rpartition("#")[2])
        if isinstance(record, _KEPT):
            forgetting = forgetting_of(record)
            return KeptFound(place, forgetting) if forgetting else None
        if isinstance(record, post_items.PostRowRecord | post_items.PhonePostRecord):
            return PostItemFound(place, place.sk.rpartition("#")[2])
        if isinstance(record, post_items.PostDueRecord):
            return PostItemFound(place, place.sk.split("#")[1])
        if isinstance(record, call_draws.CallDrawRecord):
            if call_draw.is_as_drawn(call_draws.draw_of(record)):
                return None
            return Violation("draw_altered", str(place), "its order is not the one that its seed draws")
        if isinstance(record, _OF_NO_CASE):
            return None
    except Exception as error:  # noqa: BLE001  as above
        return _unreadable(item, type(error).__name__)
    return _unreadable(item, f"a {type(record).__name__} in a place of its own")


def forgetting_of(record: Record) -> frozenset[Place]:
    """Where it must stand that what an item holds is to be forgotten."""
    if isinstance(record, HomeRecord):
        return frozenset(Place(*key) for key in home_items.forgetting_of(home_items.household_of(record)))
    if isinstance(record, ImportRecord):
        return imports.forgetting_of(record)
    found = readings.forget_place_of(record.pk, record.sk)
    return frozenset() if found is None else frozenset({found})


def index_fields(record: HeadRecord) -> tuple[str | None, ...]:
    """What a head item says to the indexes of the queue and of the desk's lists."""
    return tuple(getattr(record, name) for name in ("queue", "queue_at", *LISTS))


def _place(item: Item) -> Place:
    return Place(str(item["pk"]["S"]), str(item["sk"]["S"]))


def _unreadable(item: Item, error: Exception | str) -> Violation:
    return Violation("unreadable", str(_place(item)), f"nobody can read it ({error})")
