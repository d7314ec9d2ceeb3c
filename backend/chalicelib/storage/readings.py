"""Who of staff read whose personal data, and when (PIPL articles 51 and 57): noted before it is shown, found from both ends.

`READ#<community>/<account>/<month>` holds what an account read, so that a question about some weeks reads some weeks;
`READOF#<community>/<what>/<id>` holds who read one thing. What the same account reads again within AGAIN is not noted again:
going back and forth between two pages is one reading. A reading that cannot be noted is refused (Unavailable): there is no
reading without its event. A search is noted with the numbers or homes that it showed, and never with what was typed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Literal

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain.keeping import Unavailable
from chalicelib.domain.moments import read, written
from chalicelib.domain.retention import READING_YEARS, years_after

from . import vault
from .patience import patiently
from .personal import forget_place
from .table import ForgetRecord, Record
from .transaction import Lost, Transaction

if TYPE_CHECKING:
    from chalicelib.domain.events import Actor
    from chalicelib.domain.place import Place

What = Literal["case", "home", "search", "export", "post"]
READING = "reading"
AGAIN = timedelta(minutes=5)
MOST_AT_ONCE = 30
PAGE = 1000
_TRIES = 4
_LAST = "LAST#"


class ReadingRecord(Record, discriminator="reading"):
    """One reading, by its account or by what was read; `role` is the reader's at that time, `found` what a search showed."""

    role = UnicodeAttribute()
    found = UnicodeAttribute(null=True)


class LastReadingRecord(Record, discriminator="last_reading"):
    """When an account last read a thing: whoever reads it again soon leaves no second event."""

    at = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Reading:
    """Account `by` of a community, in `role`, read the case, home or export `id`; or searched and was shown `found`."""

    at: datetime
    by: str
    role: str
    what: str
    id: str
    found: tuple[str, ...] = ()


def note(reader: Actor, community: str, what: What, id: str, at: datetime) -> None:
    """Notes that a member of staff reads something personal; call it before anything is shown.

    At most one transaction, none when it was noted within AGAIN. Raises Unavailable: then nothing may be shown.
    """
    note_all(reader, community, what, [id], at)


def note_all(reader: Actor, community: str, what: What, ids: Iterable[str], at: datetime) -> None:
    """Notes that somebody reads several things at once, at most MOST_AT_ONCE, in one transaction."""
    _note(reader, community, what, dict.fromkeys(ids), at)


def note_search(reader: Actor, community: str, typed: str, found: Iterable[str], at: datetime) -> None:
    """Notes that somebody searched and was shown the beginnings of some cases; what was typed stays unreadable."""
    shown = json.dumps(list(found))
    _note(reader, community, "search", {vault.lookup("search", f"{typed}|{shown}"): shown}, at)


def of_reader(
    community: str,
    person: str,
    start: datetime,
    end: datetime,
    after: str | None = None,
    limit: int = PAGE,
) -> tuple[list[Reading], str | None]:
    """What an account read from `start` to before `end`, oldest first, and where the next page begins (None at the end)."""
    found: list[Reading] = []
    low = f"{after} " if after else written(start)
    month = read(low.partition("#")[0]).date().replace(day=1)
    while month <= end.date() and len(found) <= limit:
        found += _between(_pk(community, person, month), person, low, written(end), limit + 1 - len(found))
        month = (month + timedelta(days=32)).replace(day=1)
    return found[:limit], _sk(found[limit - 1]) if len(found) > limit else None


def all_of_reader(community: str, person: str, start: datetime, end: datetime) -> Iterator[Reading]:
    """Everything that an account read from `start` to before `end`, oldest first, page by page."""
    after: str | None = None
    while True:
        page, after = of_reader(community, person, start, end, after, 5 * PAGE)
        yield from page
        if after is None:
            return


def of_object(community: str, what: What, id: str, most: int = 100) -> list[Reading]:
    """Who read a case, a home or an export, the latest first, at most `most`."""
    pk = _object_pk(community, what, id)

    def query() -> list[ReadingRecord]:
        found = ReadingRecord.query(
            pk, ReadingRecord.sk < _LAST, limit=most, scan_index_forward=False, consistent_read=True
        )
        return list(found)

    out = []
    for record in patiently(query):
        at, _, person = record.sk.partition("#")
        out.append(Reading(read(at), person, record.role, what, id))
    return out


def forget_day(id: str) -> None:
    """Forgets what one account read on one day; `id` is `<community>/<account>/<day>`. Safe to do again after it was cut off."""
    community, person, text = id.split("/")
    day = date.fromisoformat(text)
    pk = _pk(community, person, day)
    while True:
        found = _between(pk, person, f"{day}T", f"{day}U", MOST_AT_ONCE)
        if not found:
            return
        transaction = Transaction()
        last: set[str] = set()
        for one in found:
            object_pk = _object_pk(community, one.what, one.id)
            transaction.delete(ReadingRecord(pk, _sk(one)))
            transaction.delete(ReadingRecord(object_pk, f"{written(one.at)}#{person}"))
            if object_pk not in last:
                transaction.delete(LastReadingRecord(object_pk, f"{_LAST}{person}"))
                last.add(object_pk)
        transaction.commit()


def any_of_day(id: str) -> bool:
    """Whether it is noted that an account read anything on a day (`<community>/<account>/<day>`); consistently."""
    community, person, text = id.split("/")
    return bool(_between(_pk(community, person, date.fromisoformat(text)), person, f"{text}T", f"{text}U", 1))


def forget_place_of(pk: str, sk: str) -> Place | None:
    """Where it must stand that the reading of an account at `pk`, `sk` is to be forgotten; None for what goes with it."""
    if not pk.startswith("READ#"):
        return None
    owner = pk.removeprefix("READ#").rpartition("/")[0]
    day = read(sk.partition("#")[0]).date()
    begins = datetime.combine(day, time(0), UTC)
    return forget_place(years_after(begins, READING_YEARS) + timedelta(days=1), READING, f"{owner}/{day}")


def _note(reader: Actor, community: str, what: What, things: Mapping[str, str | None], at: datetime) -> None:
    if len(things) > MOST_AT_ONCE:
        raise ValueError(f"at most {MOST_AT_ONCE} readings at once")
    person = reader.id or reader.role.value
    for _ in range(_TRIES):
        lately = _lately(community, what, things, person, at)
        fresh = [id for id in things if id not in lately]
        if not fresh:
            return
        transaction = Transaction()
        pk = _pk(community, person, at.date())
        for id in fresh:
            object_pk = _object_pk(community, what, id)
            role = reader.role.value
            transaction.put(ReadingRecord(pk, f"{written(at)}#{what}#{id}", role=role, found=things[id]))
            if what != "search":
                transaction.put(ReadingRecord(object_pk, f"{written(at)}#{person}", role=role))
            last = LastReadingRecord(object_pk, f"{_LAST}{person}", at=written(at))
            before = LastReadingRecord.at <= written(at - AGAIN)
            transaction.put(last, LastReadingRecord.pk.does_not_exist() | before, "last")
        place = forget_place_of(pk, written(at))
        if place is not None:
            transaction.put(ForgetRecord(*place))
        try:
            transaction.commit()
        except Lost:
            continue  # the same account reads the same at the same moment: look what was noted
        return
    raise Unavailable("the reading could not be noted")


def _lately(community: str, what: What, ids: Iterable[str], person: str, at: datetime) -> frozenset[str]:
    """Which of the things the account read less than AGAIN ago."""
    keys = {(_object_pk(community, what, id), f"{_LAST}{person}"): id for id in ids}
    found = patiently(lambda: list(LastReadingRecord.batch_get(list(keys), consistent_read=True)))
    return frozenset(keys[one.pk, one.sk] for one in found if one.at > written(at - AGAIN))


def _between(pk: str, person: str, low: str, high: str, limit: int) -> list[Reading]:
    """Readings of a partition in order. Read without PynamoDB's models, which take most of the time where they are many."""
    table: Any = Record._get_connection()
    condition = ReadingRecord.sk.between(low, high)
    out: list[Reading] = []
    start: dict[str, Any] | None = None
    while (left := limit - len(out)) > 0:
        answer = patiently(
            lambda start=start, left=left: table.query(  # type: ignore[misc]
                pk, condition, exclusive_start_key=start, limit=left, consistent_read=True
            )
        )
        for item in answer["Items"]:
            at, what, id = item["sk"]["S"].split("#", 2)
            found = tuple(json.loads(item["found"]["S"])) if "found" in item else ()
            out.append(Reading(read(at), person, item["role"]["S"], what, id, found))
        start = answer.get("LastEvaluatedKey")
        if not start:
            break
    return out


def _sk(one: Reading) -> str:
    return f"{written(one.at)}#{one.what}#{one.id}"


def _pk(community: str, person: str, day: date) -> str:
    return f"READ#{community}/{person}/{day:%Y-%m}"


def _object_pk(community: str, what: str, id: str) -> str:
    return f"READOF#{community}/{what}/{id}"
