"""The census: everything in the table, read once by the only scan there is; and the repairs that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from chalicelib.domain.evidence import (
    CaseFound,
    Found,
    IncidentFound,
    LapseFound,
    MessageFound,
    Place,
    PostFound,
)
from chalicelib.domain.keeping import Contact
from chalicelib.domain.post import ID as POST_ID

from . import home_items, imports, personal, readings
from .cases import beside, due_records, head_record, provisional_records
from .census_items import Item, case_found, incident_found, index_fields, lapse_found, other_found, post_found
from .census_items import forgetting_of as forgetting_places
from .forgetting import PHONE
from .outbox import SENT_KEPT as SENT_KEPT
from .outbox import SHARDS as OUTBOX_SHARDS
from .outbox import owed_record
from .patience import patiently
from .table import ForgetRecord, HeadRecord, MessageRecord, Record, home_pk
from .transaction import Transaction

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.change import Message

# A full megabyte in one answer may take a busy database longer than a request may last (table.READ_SECONDS).
PAGE = 500


def everything(page: int = PAGE) -> Iterator[Found]:
    """Everything in the table, at most `page` items at a time; the items of a case come as one: a scan reads a partition whole.

    A scan is no picture of one moment: what moves while it runs may show twice or not at all. Whoever finds something wrong
    looks again at that one case (:func:`case`, :func:`present`, :func:`messages_of`).
    """
    for pk, group in groupby(items(page), key=lambda item: str(item["pk"]["S"])):
        if pk.startswith("CASE#"):
            yield case_found(pk, list(group))
        elif pk.startswith("LAPSE#"):
            yield lapse_found(pk, list(group))
        elif pk.startswith("POST#"):
            yield post_found(pk, list(group))
        elif pk.startswith("INCIDENT#"):
            yield incident_found(pk, list(group))
        else:
            yield from filter(None, map(other_found, group))


def items(page: int = PAGE) -> Iterator[Item]:
    """Every item of the table as it lies there, at most `page` in one answer of the database."""
    table: Any = Record._get_connection()
    return _pages(lambda start: table.scan(exclusive_start_key=start, limit=page, consistent_read=True))


def case(number: str) -> CaseFound | None:
    """The partition of one case, consistently; None when nothing lies there."""
    pk = f"CASE#{number}"
    items = list(_partition(pk))
    return case_found(pk, items) if items else None


def lapse(id: str) -> LapseFound | None:
    """The partition of one record of a missed limit, consistently; None when nothing lies there."""
    items = list(_partition(f"LAPSE#{id}"))
    return lapse_found(f"LAPSE#{id}", items) if items else None


def post(id: str) -> PostFound | None:
    """The partition of one post, consistently; None when nothing lies there."""
    items = list(_partition(f"POST#{id}"))
    return post_found(f"POST#{id}", items) if items else None


def incident(id: str) -> IncidentFound | None:
    """The partition of one incident, consistently; None when nothing lies there."""
    items = list(_partition(f"INCIDENT#{id}"))
    return incident_found(f"INCIDENT#{id}", items) if items else None


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
    return index_fields(head_record(case, Contact()))


def present(places: Iterable[Place]) -> frozenset[Place]:
    """Which of the places hold an item, consistently."""
    keys = [tuple(place) for place in places]
    found = patiently(lambda: list(Record.batch_get(keys, consistent_read=True))) if keys else []
    return frozenset(Place(record.pk, record.sk) for record in found)


def messages_of(cases: Mapping[str, str]) -> dict[str, dict[str, list[Place]]]:
    """Where the messages of some cases lie, consistently: case number -> message id -> places.

    `cases` gives each case's community. What is to be sent is read before what was sent: a message moves only that way, and
    within what is to be sent only to later moments, so that none can slip past. One seen twice is looked at again. One that
    stands among what was sent and is still claimed in the outbox is on its way out (:func:`.outbox.mark_sent`), or whoever
    sent it died and the next delivery takes it out: it lies where it was sent.
    """
    seen: dict[str, dict[str, list[Place]]] = {number: {} for number in cases}
    partitions = [f"OUT#{shard}" for shard in range(OUTBOX_SHARDS)]
    partitions += [f"STUCK#{community}" for community in sorted(set(cases.values()))]
    partitions += [f"SENT#{number}" for number in cases]
    for pk in partitions:
        for found in map(other_found, _partition(pk)):
            if isinstance(found, MessageFound) and found.number in seen:
                seen[found.number].setdefault(found.id, []).append(found.place)
    for messages in seen.values():
        for id, places in messages.items():
            if len(places) > 1:
                messages[id] = _settled(places) or places[-1:]
    return seen


def _settled(places: Iterable[Place]) -> list[Place]:
    """Which of the places where a message was seen still hold it; what is on its way out is left out."""
    keys = [tuple(place) for place in places]
    found = {
        Place(one.pk, one.sk): one
        for one in patiently(lambda: list(Record.batch_get(keys, consistent_read=True)))
    }
    sent = any(place.pk.startswith("SENT#") for place in found)
    return [
        place
        for place in places
        if place in found and not (sent and isinstance(one := found[place], MessageRecord) and one.until)
    ]


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
    return transaction.won()


def is_asked_for(place: Place, sort: str, id: str) -> bool:
    """Whether something is kept for which it must stand at `place` that it is to be forgotten; consistently."""
    match sort:
        case home_items.MEMBER | home_items.NEED:
            community, home = id.split("/")[:2]
            return place in forgetting_of(Place(home_pk(community, home), "HOME"))
        case imports.IMPORT:
            return place in forgetting_of(Place(f"IMPORT#{id}", "HEAD"))
        case readings.READING:
            return readings.any_of_day(id)
    return sort in (PHONE, personal.PHOTO)


def forgetting_of(place: Place) -> frozenset[Place]:
    """Where it must stand that what lies at `place` is to be forgotten; nowhere when nothing lies there. Consistently."""
    found = patiently(lambda: list(Record.batch_get([tuple(place)], consistent_read=True)))
    return forgetting_places(found[0]) if found else frozenset()


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
