"""Takes what lies under an old key of the vault to the new one: pointers first, then what is sealed, then the old pointers away.

Only the portal's command does it, while the portal runs. Each item is a transaction of its own, on condition that it still says
what was read, and whoever looks at one that is done has nothing to do: killed anywhere, the next run goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.chain import canonical
from chalicelib.domain.households import digits_of
from chalicelib.domain.place import Place

from . import (
    accounts,
    cases,
    census,
    forgetting,
    home_items,
    households,
    imports,
    personal,
    post_items,
    posts,
    vault,
)
from .table import (
    AccountRecord,
    FindRecord,
    ForgetRecord,
    HeadRecord,
    HomeRecord,
    MemberPhoneRecord,
    PhoneCaseRecord,
    Record,
    SessionRecord,
    StaffPhoneRecord,
)
from .transaction import Lost, Transaction

_SEALED: dict[type[Record], dict[str, str]] = {
    AccountRecord: {"phone": accounts.PHONE, "totp": accounts.TOTP},
    SessionRecord: {"secret": accounts.TOTP},
    HeadRecord: {"phone": personal.PHONE},
    post_items.PostRecord: {"contacts": post_items.CONTACTS, "phone": post_items.PHONE},
    post_items.PostEventRecord: {"words": post_items.WORDS},
    imports.ImportRecord: {"said": imports.SEALED},  # only of its pieces: what is not sealed is left as it is
}
_POINTERS = (FindRecord, MemberPhoneRecord, PhoneCaseRecord, post_items.PhonePostRecord, StaffPhoneRecord)


@dataclass(slots=True)
class Tally:
    """What a run did: items changed, items that still need it, and the places of those that no key opens."""

    done: int = 0
    left: int = 0
    unreadable: list[str] = field(default_factory=list)


def lay_pointers(*, write: bool = True) -> Tally:
    """Lays each pointer from a telephone under the hash by every root as well; without `write` only counts which are missing.

    Each is laid on condition that the one it is copied from still lies there: whoever changes a telephone meanwhile takes both
    away or neither.
    """
    tally = Tally()
    for record in _records(tally):
        if not isinstance(record, _POINTERS):
            continue
        wanted = _places_of(record)
        if Place(record.pk, record.sk) not in wanted:
            continue
        missing = wanted - census.present(wanted)
        if not missing:
            continue
        transaction = Transaction()
        transaction.put(record, Record.pk.exists(), "copied")
        for place in missing:
            transaction.put(type(record)(*place))
        _count(tally, transaction, write)
    return tally


def reseal(*, write: bool = True) -> Tally:
    """Seals with the root in use whatever another one sealed; without `write` only counts it.

    A wish to be forgotten that still waits names its telephone by a hash: it counts as left until it was carried out.
    """
    tally = Tally()
    for record in _records(tally):
        if isinstance(record, ForgetRecord):
            _, sort, id = record.sk.split("#", 2)
            tally.left += sort == forgetting.PHONE and vault.hashed_by(id) != vault.generation()
            continue
        transaction = Transaction()
        if isinstance(record, SessionRecord) and record.phone_key and _is_old(record.phone_key):
            _renew_session(transaction, record, record.phone_key)
        else:
            try:
                changes = _changes_of(record)
            except vault.Unreadable:
                tally.unreadable.append(str(Place(record.pk, record.sk)))
                continue
            _update(transaction, record, changes)
        if len(transaction):
            _count(tally, transaction, write)
    return tally


def sweep_pointers() -> Tally:
    """Takes away the pointers by roots that are gone, where those of the root in use lie; others are left, and counted."""
    tally = Tally()
    for record in _records(tally):
        if not isinstance(record, _POINTERS) or (generation := _generation_of(record)) is None:
            continue
        if generation in vault.generations():
            continue
        wanted = _places_of(record)
        if wanted - census.present(wanted):
            tally.left += 1
            continue
        transaction = Transaction()
        transaction.delete(record)
        _count(tally, transaction, True)
    return tally


def _records(tally: Tally) -> Iterator[Record]:
    for item in census.items():
        try:
            yield Record.from_raw_data(item)
        except Exception:  # noqa: BLE001  the check of everything says what is wrong with it
            tally.unreadable.append(f"{item['pk']['S']} {item['sk']['S']}")


def _count(tally: Tally, transaction: Transaction, write: bool) -> None:
    if not write:
        tally.left += 1
        return
    try:
        transaction.commit()
    except Lost:
        tally.left += 1  # somebody changed it meanwhile: the next run looks at it
    else:
        tally.done += 1


def _changes_of(record: Record) -> dict[str, str]:
    """What attributes of an item must become, by their names. Raises vault.Unreadable."""
    changes = {}
    for name, what in _SEALED.get(type(record), {}).items():
        kept = getattr(record, name)
        if kept and (fresh := _resealed(kept, what)) != kept:
            changes[name] = fresh
    if isinstance(record, AccountRecord) and _is_old(record.phone_key):
        changes["phone_key"] = vault.phone_key(vault.unseal(record.phone, accounts.PHONE))
    if isinstance(record, HomeRecord):
        members = json.loads(record.members)
        for member in members:
            for name, what in (("phone", home_items.PHONE), ("needs", home_items.NEEDS)):
                member[name] = _resealed(member[name], what) if member[name] else member[name]
        if members != json.loads(record.members):
            changes["members"] = canonical(members)
    return changes


def _resealed(kept: str, what: str) -> str:
    """Sealed with the root in use; as it is where that sealed it, or where it was never sealed."""
    if vault.sealed_by(kept) in (0, vault.generation()):
        return kept
    if vault.sealed_by(kept) not in vault.generations() and personal.is_plain(kept):
        return kept
    return vault.seal(vault.unseal(kept, what), what)


def _update(transaction: Transaction, record: Record, changes: dict[str, str]) -> None:
    if not changes:
        return
    kind: Any = type(record)
    attributes = {name: getattr(kind, name) for name in changes}
    condition = kind.pk.exists()
    for name, attribute in attributes.items():
        condition &= attribute == getattr(record, name)
    transaction.update(record, [attributes[name].set(fresh) for name, fresh in changes.items()], condition)


def _renew_session(transaction: Transaction, record: SessionRecord, phone_key: str) -> None:
    """A session under the telephone's new hash; without a home behind it, it opens nothing and is taken away."""
    behind = households.of_phone(phone_key)
    if behind:
        _update(transaction, record, {"phone_key": vault.phone_key(behind[0].member.phone or "")})
    else:
        transaction.delete(record, SessionRecord.phone_key == phone_key)


def _is_old(hashed: str) -> bool:
    return vault.hashed_by(hashed) != vault.generation()


def _generation_of(record: Record) -> int | None:
    """Which root's hash a pointer stands under; None for one that stands under none."""
    if record.pk.startswith("PHONE#"):
        return vault.hashed_by(record.pk.removeprefix("PHONE#"))
    return vault.hashed_by(record.sk[1:].partition("#")[0]) if record.sk.startswith("=") else None


def _places_of(record: Record) -> frozenset[Place]:
    """Where a pointer must lie by what it points at, once for each root; nowhere when that is gone or has no telephone."""
    if isinstance(record, FindRecord):
        if not record.sk.startswith("="):
            return frozenset()
        community = record.pk.removeprefix("FIND#")
        _, home, member = record.sk.split("#")
        digits = digits_of(_phone_of_member(community, home, member) or "")
        tails = home_items.tails(community, digits) if digits else []
        return frozenset(Place(record.pk, f"{tail}#{home}#{member}") for tail in tails)
    phone = _phone_behind(record.sk)
    return (
        frozenset(Place(f"PHONE#{key}", record.sk) for key in vault.phone_keys(phone))
        if phone
        else frozenset()
    )


def _phone_behind(sk: str) -> str | None:
    """The telephone of what a pointer points at."""
    kind, _, rest = sk.partition("#")
    match kind:
        case "STAFF":
            account = accounts.load(*rest.split("/", 1))
            return account.phone if account else None
        case "MEMBER" | "LEFT":
            return _phone_of_member(*rest.split("/"))
        case "CASE":
            file = cases.load(rest.rpartition("#")[2])
            return file.contact.phone if file else None
    id = rest.rpartition("#")[2]
    found = posts.heads([id]).get(id)
    return found[1].phone if found else None


def _phone_of_member(community: str, home: str, member: str) -> str | None:
    found = households.household(community, home)
    one = found.member(member) if found else None
    return one.phone if one else None
