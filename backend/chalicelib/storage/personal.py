"""What lies beside a case because it is somebody's: the pointer from their telephone, and the day on which it is to be forgotten.

`FORGET#<shard>` holds, in order, everything that is to be forgotten: cases, people who moved out, lists sent in, who read what,
photographs that may have been kept for nothing.
The job that forgets reads from its beginning up to now, as the sweep reads what is due.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.moments import read, written
from chalicelib.domain.place import Place
from chalicelib.domain.retention import case_forgotten_at

from . import vault
from .partitions import read_page
from .patience import patiently
from .table import ForgetRecord, PhoneCaseRecord, Record

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.keeping import Contact

SHARDS = 4
PHONE = "phone of a case"
CASE = "case"
PHOTO = "photo"
_PLAIN = re.compile(r"[\d+() .-]*")


@dataclass(frozen=True, slots=True)
class ToForget:
    """One thing to be forgotten: `sort` says what it is, `id` which one; `since` when a telephone was theirs who asked."""

    moment: datetime
    sort: str
    id: str
    place: Place
    since: datetime | None = None


def personal_records(case: Case | None, contact: Contact) -> dict[Place, Record]:
    """The pointer from the telephone and the day of forgetting that a case must have, by their places."""
    if case is None:
        return {}
    out: dict[Place, Record] = {}
    if contact.phone:
        for key in vault.phone_keys(contact.phone):
            place = Place(f"PHONE#{key}", f"CASE#{written(case.opened)}#{case.number}")
            out[place] = PhoneCaseRecord(*place)
    moment = case_forgotten_at(case)
    if moment is not None:
        place = forget_place(moment, CASE, case.number)
        out[place] = ForgetRecord(*place)
    return out


def forget_place(moment: datetime, sort: str, id: str) -> Place:
    """Where it stands that something is to be forgotten at a moment."""
    shard = hashlib.blake2s(id.encode(), digest_size=1).digest()[0] % SHARDS
    return Place(f"FORGET#{shard}", f"{written(moment)}#{sort}#{id}")


def forget_record(moment: datetime, sort: str, id: str, since: datetime | None = None) -> ForgetRecord:
    """The item of something that is to be forgotten at a moment."""
    return ForgetRecord(*forget_place(moment, sort, id), since=written(since) if since else None)


def put_on_list(place: Place) -> None:
    """Puts an entry on the list of what is to be forgotten; twice is as good as once, so it needs no transaction."""
    patiently(ForgetRecord(*place).save)


def to_forget(shard: int, until: datetime, after: str | None = None, limit: int = 100) -> list[ToForget]:
    """What is to be forgotten up to and including `until`, oldest first; strongly consistent, at most `limit`."""
    keys = ForgetRecord.sk < written(until) + "$"
    records, _ = read_page(ForgetRecord, f"FORGET#{shard}", keys, after, limit)
    out = []
    for record in records:
        moment, sort, id = record.sk.split("#", 2)
        since = read(record.since) if record.since else None
        out.append(ToForget(read(moment), sort, id, Place(record.pk, record.sk), since))
    return out


def done(place: Place) -> None:
    """Takes off the list what has been forgotten; twice is as good as once here too."""
    patiently(ForgetRecord(*place).delete)


def cases_of_phone(
    phone_key: str, after: str | None = None, limit: int = 100, since: datetime | None = None
) -> tuple[list[str], str | None]:
    """The numbers of the cases that a telephone filed, oldest first, and where the next page begins (None at the end).

    `since` leaves out what was filed before: a number finds a new owner one day.
    """
    keys = filed_keys(PhoneCaseRecord, "CASE", since)
    records, following = read_page(PhoneCaseRecord, f"PHONE#{phone_key}", keys, after, limit)
    return [record.sk.rpartition("#")[2] for record in records], following


def filed_keys(model: type[Record], sort: str, since: datetime | None) -> Any:
    """The condition on the sort key `<sort>#<filed>#<id>` of what a telephone filed, from `since` on."""
    if since is None:
        return model.sk.startswith(f"{sort}#")
    return model.sk.between(f"{sort}#{written(since)}", f"{sort}$")


def sealed(phone: str | None) -> str | None:
    """A case's telephone as it is kept. What could not be opened when it was read goes back as it was."""
    return vault.seal(phone, PHONE) if phone and is_plain(phone) else phone


def is_plain(kept: str) -> bool:
    """Whether a telephone lies there as people write it, as in cases from before telephones were sealed."""
    return _PLAIN.fullmatch(kept) is not None


def opened(kept: str | None) -> str | None:
    """A case's telephone as people read it. Cases from before telephones were sealed hold it plain.

    What cannot be opened is given as it lies: a key that was lost must not stop the clocks of any case.
    """
    if not kept or is_plain(kept):
        return kept
    try:
        return vault.unseal(kept, PHONE)
    except vault.Unreadable:
        return kept
