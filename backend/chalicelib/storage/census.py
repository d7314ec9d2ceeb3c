"""The census: everything in the table, read once by the only scan there is; and the repairs that follow from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from chalicelib.domain.chain import faults as chain_faults
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
from chalicelib.domain.incidents import Incident
from chalicelib.domain.incidents import apply as apply_to_incident
from chalicelib.domain.keeping import Contact
from chalicelib.domain.lapse import Lapse
from chalicelib.domain.lapse import apply as apply_to_lapse
from chalicelib.domain.post import ID as POST_ID
from chalicelib.domain.post import Post
from chalicelib.domain.post import apply as apply_to_post
from chalicelib.domain.posting import message_id, owes_message
from chalicelib.domain.queues import LISTS

from . import households, imports, incidents, lapses, posts, readings, vault
from .cases import beside, case_from, contact_from, due_records, event_of, head_record, provisional_records
from .duty import DutyRecord
from .figures import FiguresRecord
from .forgetting import PHONE
from .imports import ImportRecord
from .open_days import OpenDayRecord
from .outbox import SENT_KEPT as SENT_KEPT
from .outbox import SHARDS as OUTBOX_SHARDS
from .outbox import owed_record
from .patience import patiently
from .personal import CASE
from .readings import LastReadingRecord, ReadingRecord
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
from .transaction import Lost, Transaction

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.change import Message

Item = dict[str, Any]

# Kinds of items that belong to no case and say nothing that another item must agree with.
_OF_NO_CASE = (
    AccountRecord,
    CodeRecord,
    CountRecord,
    DutyRecord,
    FiguresRecord,
    FindRecord,
    incidents.SpreadRecord,
    LastReadingRecord,
    MemberPhoneRecord,
    OpenDayRecord,
    SessionRecord,
    StaffPhoneRecord,
)

# Kinds of items that are personal and of no case: each must stand on the list of what is to be forgotten.
_KEPT = (HomeRecord, ImportRecord, ReadingRecord)

# A full megabyte in one answer may take a busy database longer than a request may last (table.READ_SECONDS).
PAGE = 500


def everything(page: int = PAGE) -> Iterator[Found]:
    """Everything in the table, at most `page` items at a time; the items of a case come as one: a scan reads a partition whole.

    A scan is no picture of one moment: what moves while it runs may show twice or not at all. Whoever finds something wrong
    looks again at that one case (:func:`case`, :func:`present`, :func:`messages_of`).
    """
    table: Any = Record._get_connection()
    items = _pages(lambda start: table.scan(exclusive_start_key=start, limit=page, consistent_read=True))
    for pk, group in groupby(items, key=lambda item: str(item["pk"]["S"])):
        if pk.startswith("CASE#"):
            yield _case_found(pk, list(group))
        elif pk.startswith("LAPSE#"):
            yield _lapse_found(pk, list(group))
        elif pk.startswith("POST#"):
            yield _post_found(pk, list(group))
        elif pk.startswith("INCIDENT#"):
            yield _incident_found(pk, list(group))
        else:
            yield from filter(None, map(_other_found, group))


def case(number: str) -> CaseFound | None:
    """The partition of one case, consistently; None when nothing lies there."""
    pk = f"CASE#{number}"
    items = list(_partition(pk))
    return _case_found(pk, items) if items else None


def lapse(id: str) -> LapseFound | None:
    """The partition of one record of a missed limit, consistently; None when nothing lies there."""
    items = list(_partition(f"LAPSE#{id}"))
    return _lapse_found(f"LAPSE#{id}", items) if items else None


def post(id: str) -> PostFound | None:
    """The partition of one post, consistently; None when nothing lies there."""
    items = list(_partition(f"POST#{id}"))
    return _post_found(f"POST#{id}", items) if items else None


def incident(id: str) -> IncidentFound | None:
    """The partition of one incident, consistently; None when nothing lies there."""
    items = list(_partition(f"INCIDENT#{id}"))
    return _incident_found(f"INCIDENT#{id}", items) if items else None


def versions_of(numbers: Iterable[str]) -> dict[str, int]:
    """The versions of cases and posts by number, consistently; those that do not exist are absent."""
    keys = [(f"{_sort_of(number)}#{number}", "HEAD") for number in dict.fromkeys(numbers)]
    found: list[Any] = patiently(lambda: list(Record.batch_get(keys, consistent_read=True))) if keys else []
    return {record.pk.partition("#")[2]: int(record.version) for record in found}


def _sort_of(number: str) -> str:
    return "POST" if POST_ID.fullmatch(number) else "CASE"


def places_of(case: Case, contact: Contact) -> frozenset[Place]:
    """Where the due, provisional and home items of a case must lie, and no others."""
    return frozenset(_moments_of(case, contact))


def contact_of(found: CaseFound, places: Iterable[Place]) -> Contact:
    """The contact of a case; when its head is lost, what the home items among `places` still say."""
    if found.head is not None:
        return found.head.contact
    homes = [place.pk.rpartition("/")[2] for place in places if place.pk.startswith("HOME#")]
    return Contact(home_id=homes[0]) if homes else Contact()


def index_fields_of(case: Case) -> tuple[str | None, ...]:
    """What the head item of a case must say to the indexes of the queue and of the desk's lists."""
    return _index_fields(head_record(case, Contact()))


def present(places: Iterable[Place]) -> frozenset[Place]:
    """Which of the places hold an item, consistently."""
    keys = [tuple(place) for place in places]
    found = patiently(lambda: list(Record.batch_get(keys, consistent_read=True))) if keys else []
    return frozenset(Place(record.pk, record.sk) for record in found)


def messages_of(cases: Mapping[str, str]) -> dict[str, dict[str, list[Place]]]:
    """Where the messages of some cases lie, consistently: case number -> message id -> places.

    `cases` gives each case's community. What is to be sent is read before what was sent: a message moves only that way, and
    within what is to be sent only to later moments, so that none can slip past. One seen twice is looked at again.
    """
    seen: dict[str, dict[str, list[Place]]] = {number: {} for number in cases}
    partitions = [f"OUT#{shard}" for shard in range(OUTBOX_SHARDS)]
    partitions += [f"STUCK#{community}" for community in sorted(set(cases.values()))]
    partitions += [f"SENT#{number}" for number in cases]
    for pk in partitions:
        for found in map(_other_found, _partition(pk)):
            if isinstance(found, MessageFound) and found.number in seen:
                seen[found.number].setdefault(found.id, []).append(found.place)
    for messages in seen.values():
        for id, places in messages.items():
            if len(places) > 1:
                still = present(places)
                messages[id] = [place for place in places if place in still] or places[-1:]
    return seen


def repair(
    found: CaseFound,
    case: Case,
    contact: Contact,
    missing: Iterable[Place],
    stray: Iterable[Place],
    messages: Iterable[Message],
) -> bool:
    """Puts back what a whole history says must be there, in one transaction; False when the case changed meanwhile.

    The head is written as the events make it. A head that was lost comes back with as much of its `contact` as is known
    (:func:`contact_of`): name, telephone and place stood nowhere else.
    """
    transaction = Transaction()
    if found.head is None:
        transaction.put(head_record(case, contact), HeadRecord.pk.does_not_exist(), "head")
    else:
        unchanged = HeadRecord.version == found.head.version
        transaction.put(head_record(case, contact), unchanged, "head")
    wanted = _moments_of(case, contact)
    for place in missing:
        transaction.put(wanted[place])
    for place in stray:
        transaction.delete(Record(place.pk, place.sk))
    for message in messages:
        transaction.put(owed_record(message), MessageRecord.pk.does_not_exist(), "message")
    try:
        transaction.commit()
    except Lost:
        return False
    return True


def is_asked_for(place: Place, sort: str, id: str) -> bool:
    """Whether something is kept for which it must stand at `place` that it is to be forgotten; consistently."""
    match sort:
        case households.MEMBER | households.NEED:
            community, home = id.split("/")[:2]
            return place in forgetting_of(Place(f"HOME#{community}/{home}", "HOME"))
        case imports.IMPORT:
            return place in forgetting_of(Place(f"IMPORT#{id}", "HEAD"))
        case readings.READING:
            return readings.any_of_day(id)
    return sort == PHONE


def forgetting_of(place: Place) -> frozenset[Place]:
    """Where it must stand that what lies at `place` is to be forgotten; nowhere when nothing lies there. Consistently."""
    found = patiently(lambda: list(Record.batch_get([tuple(place)], consistent_read=True)))
    return _forgetting_of(found[0]) if found else frozenset()


def put_on_list(place: Place) -> None:
    """Puts an entry back on the list of what is to be forgotten."""
    transaction = Transaction()
    transaction.put(ForgetRecord(*place))
    transaction.commit()


def remove(place: Place) -> None:
    """Removes an item that points at nothing."""
    transaction = Transaction()
    transaction.delete(Record(place.pk, place.sk))
    transaction.commit()


def _moments_of(case: Case, contact: Contact) -> dict[Place, Record]:
    records = (*due_records(case).values(), *provisional_records(case).values())
    return {Place(record.pk, record.sk): record for record in records} | beside(case, contact)


def _partition(pk: str) -> Iterator[Item]:
    table: Any = Record._get_connection()
    return _pages(lambda start: table.query(pk, exclusive_start_key=start, consistent_read=True))


def _pages(ask: Callable[[Item | None], dict[str, Any]]) -> Iterator[Item]:
    start: Item | None = None
    while True:
        answer = patiently(partial(ask, start))
        yield from answer["Items"]
        start = answer.get("LastEvaluatedKey")
        if not start:
            return


def _index_fields(record: HeadRecord) -> tuple[str | None, ...]:
    return tuple(getattr(record, name) for name in ("queue", "queue_at", *LISTS))


def _place(item: Item) -> Place:
    return Place(str(item["pk"]["S"]), str(item["sk"]["S"]))


def _unreadable(item: Item, error: Exception | str) -> Violation:
    return Violation("unreadable", str(_place(item)), f"nobody can read it ({error})")


def _case_found(pk: str, items: Iterable[Item]) -> CaseFound:
    head: HeadFound | None = None
    events = []
    unreadable = []
    for item in items:
        try:
            record = Record.from_raw_data(item)
            if isinstance(record, EventRecord):
                events.append(event_of(record))
            elif isinstance(record, HeadRecord):
                head = HeadFound(
                    case_from(record),
                    contact_from(record),
                    int(record.version),
                    _index_fields(record),
                )
            else:
                unreadable.append(_unreadable(item, f"a {type(record).__name__} among a case's items"))
        except Exception as error:  # noqa: BLE001  whatever is wrong with an item is what we are here to name
            unreadable.append(_unreadable(item, type(error).__name__))
    return CaseFound(pk.removeprefix("CASE#"), head, tuple(events), tuple(unreadable))


def _lapse_found(pk: str, items: Iterable[Item]) -> LapseFound:
    id = pk.removeprefix("LAPSE#")
    records, faults = [], []
    for item in items:
        try:
            records.append(Record.from_raw_data(item))
        except Exception as error:  # noqa: BLE001  as above
            faults.append(_unreadable(item, type(error).__name__))
    try:
        file = lapses.file_of(records)
        if file is None:
            return LapseFound(id, frozenset(), (*faults, Violation("lapse_head", pk, "no head")))
        made: Lapse | None = None
        for event in file.events:
            made = apply_to_lapse(made, event)
    except (ValueError, KeyError, TypeError) as error:
        return LapseFound(id, frozenset(), (*faults, Violation("lapse_senseless", pk, type(error).__name__)))
    faults += [Violation("lapse_chain", pk, fault) for fault in chain_faults(file.events)]
    if made != file.lapse:
        faults.append(Violation("lapse_head", pk, "it does not say what its events say"))
    rows = frozenset(Place(*place) for place in lapses.rows_of(file.lapse))
    return LapseFound(id, rows, tuple(faults))


def _incident_found(pk: str, items: Iterable[Item]) -> IncidentFound:
    id = pk.removeprefix("INCIDENT#")
    records, faults = [], []
    for item in items:
        try:
            records.append(Record.from_raw_data(item))
        except Exception as error:  # noqa: BLE001  as above
            faults.append(_unreadable(item, type(error).__name__))
    cases = frozenset(
        Place(record.pk, record.sk) for record in records if isinstance(record, incidents.AttachedRecord)
    )
    try:
        file = incidents.file_of(records)
        if file is None:
            return IncidentFound(id, frozenset(), cases, (*faults, Violation("incident_head", pk, "no head")))
        made: Incident | None = None
        for event in file.events:
            made = apply_to_incident(made, event)
    except (ValueError, KeyError, TypeError) as error:
        senseless = Violation("incident_senseless", pk, type(error).__name__)
        return IncidentFound(id, frozenset(), cases, (*faults, senseless))
    faults += [Violation("incident_chain", pk, fault) for fault in chain_faults(file.events)]
    if made != file.incident:
        faults.append(Violation("incident_head", pk, "it does not say what its events say"))
    rows = frozenset(Place(*place) for place in incidents.rows_of(file.incident))
    return IncidentFound(id, rows, cases, tuple(faults))


def _forgetting_of(record: Record) -> frozenset[Place]:
    if isinstance(record, HomeRecord):
        return frozenset(Place(*key) for key in households.forgetting_of(households.household_of(record)))
    if isinstance(record, ImportRecord):
        return imports.forgetting_of(record)
    found = readings.forget_place_of(record.pk, record.sk)
    return frozenset() if found is None else frozenset({found})


def _post_found(pk: str, items: Iterable[Item]) -> PostFound:
    id = pk.removeprefix("POST#")
    records, faults = [], []
    for item in items:
        try:
            records.append(Record.from_raw_data(item))
        except Exception as error:  # noqa: BLE001  as above
            faults.append(_unreadable(item, type(error).__name__))
    try:
        file = posts.file_of(records)
        if file is None:
            what = Violation("post_head", pk, "no head")
            return PostFound(id, "", frozenset(), {}, False, (*faults, what))
        made: Post | None = None
        owed: dict[str, datetime] = {}
        for event in file.events:
            before, made = made, apply_to_post(made, event)
            if owes_message(before, event):
                owed[message_id(id, event.seq)] = event.at
    except (ValueError, KeyError, TypeError, vault.Unreadable) as error:
        what = Violation("post_senseless", pk, type(error).__name__)
        return PostFound(id, "", frozenset(), {}, False, (*faults, what))
    faults += [Violation("post_chain", pk, fault) for fault in chain_faults(file.events)]
    if made != file.post:
        faults.append(Violation("post_head", pk, "it does not say what its events say"))
    places = frozenset(posts.beside(file.post, file.poster))
    return PostFound(id, file.post.community, places, owed, made == file.post, tuple(faults))


def _other_found(item: Item) -> Found | None:
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
            forgetting = _forgetting_of(record)
            return KeptFound(place, forgetting) if forgetting else None
        if isinstance(record, posts.PostRowRecord | posts.PhonePostRecord):
            return PostItemFound(place, place.sk.rpartition("#")[2])
        if isinstance(record, posts.PostDueRecord):
            return PostItemFound(place, place.sk.split("#")[1])
        if isinstance(record, _OF_NO_CASE):
            return None
    except Exception as error:  # noqa: BLE001  as above
        return _unreadable(item, type(error).__name__)
    return _unreadable(item, f"a {type(record).__name__} in a place of its own")
