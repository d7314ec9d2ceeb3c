"""Keeps the register of homes: one item for a home with everybody in it, and beside it pointers by which it is found.

The home's item and its pointers change in one transaction, on condition that the home is as it was read. So a telephone that a
home gave up opens nothing any more from that moment on, and two changes at once do not undo each other.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.households import (
    Home,
    Household,
    Member,
    Membership,
    moved_out,
    one_by_one,
    with_member,
)
from chalicelib.domain.keeping import Stale

from . import vault
from .home_items import household_of, pointers_of, record_of
from .patience import patiently
from .table import HomeRecord, MemberPhoneRecord, home_pk
from .transaction import MOST_ITEMS, Lost, Transaction

TRIES = 8
_BATCH = 100


def household(community: str, id: str) -> Household | None:
    """A home with everybody in it, consistently; None when it is not in the register."""
    return households(community, [id]).get(id)


def households(community: str, ids: Iterable[str]) -> dict[str, Household]:
    """Homes by id, consistently, in batches; those that are not in the register are absent."""
    wanted = [(home_pk(community, id), "HOME") for id in dict.fromkeys(ids)]
    found: dict[str, Household] = {}
    for start in range(0, len(wanted), _BATCH):
        keys = wanted[start : start + _BATCH]
        records = patiently(lambda keys=keys: list(HomeRecord.batch_get(keys, consistent_read=True)))  # type: ignore[misc]
        for record in records:
            one = household_of(record)
            found[one.home.id] = one
    return found


def home(community: str, id: str) -> Home | None:
    """A home, consistently; None when it is not in the register."""
    found = household(community, id)
    return found.home if found else None


def members(community: str, home_id: str) -> list[Member]:
    """Those who live in a home now, consistently."""
    found = household(community, home_id)
    return list(found.living) if found else []


def of_phone(phone_key: str) -> list[Membership]:
    """The homes behind a telephone (:func:`.vault.phone_key`), living memberships only, consistently."""
    pointers = patiently(
        lambda: list(
            MemberPhoneRecord.query(
                f"PHONE#{phone_key}", MemberPhoneRecord.sk.startswith("MEMBER#"), consistent_read=True
            )
        )
    )
    out = []
    for pointer in pointers:
        community, home_id, member_id = pointer.sk.removeprefix("MEMBER#").split("/")
        found = household(community, home_id)
        member = found.member(member_id) if found else None
        # The home decides, not the pointer.
        if found and member and member.lives_here and phone_key in vault.phone_keys(member.phone or ""):
            out.append(Membership(community, found.home, member))
    return out


def left_of_phone(phone_key: str) -> list[tuple[str, str, str]]:
    """Where a telephone belonged to somebody who moved out and is not forgotten yet: (community, home, member)."""
    pointers = patiently(
        lambda: list(
            MemberPhoneRecord.query(
                f"PHONE#{phone_key}", MemberPhoneRecord.sk.startswith("LEFT#"), consistent_read=True
            )
        )
    )
    found = (pointer.sk.removeprefix("LEFT#").split("/") for pointer in pointers)
    return [(community, home, member) for community, home, member in found]


def save(after: Household) -> Household:
    """Keeps a home, new (version 0) or changed, with its pointers, in one transaction. Raises Stale when it was changed since."""
    before = household(after.home.community, after.home.id)
    if (before.version if before else 0) != after.version:
        raise Stale(after.home.id)
    transaction = Transaction()
    write(transaction, before, after)
    try:
        transaction.commit()
    except Lost as lost:
        raise Stale(after.home.id) from lost
    return Household(after.home, after.members, after.version + 1)


def save_all(homes: Sequence[tuple[Household | None, Household]], by: str = "") -> list[str]:
    """Keeps homes, each as it was (None: not there yet) and as it is to be, several in one transaction. Gives the ids of those
    that somebody else changed first: they stay as they are.

    What is too much of one home for a transaction comes in several versions; those on the way say that `by`, a list, goes on.
    """
    lost: list[str] = []
    batch: list[tuple[Household | None, Household]] = []
    transaction = Transaction()
    for before, after in homes:
        alone = Transaction()
        write(alone, before, after)
        if len(alone) > MOST_ITEMS:
            lost += _in_versions(before, after, by)
            continue
        if batch and len(transaction) + len(alone) > MOST_ITEMS:
            lost += _commit(transaction, batch)
            transaction, batch = Transaction(), []
        write(transaction, before, after)
        batch.append((before, after))
    if batch:
        lost += _commit(transaction, batch)
    return lost


def _in_versions(before: Household | None, after: Household, by: str) -> list[str]:
    """Writes what is too much of one home for one transaction, as many people at a time as fit into one."""
    versions = _versions(before, after)
    for further, version in enumerate(versions):
        is_last = further == len(versions) - 1
        there = replace(version, version=after.version + further)
        transaction = Transaction()
        write(transaction, before, there, "" if is_last else by)
        if _commit(transaction, [(before, there)]):
            return [after.home.id]
        before = replace(there, version=there.version + 1)
    return []


def _versions(before: Household | None, after: Household) -> list[Household]:
    """What a home becomes on its way from `before` to `after`, which comes last: each one transaction from the one before."""
    out: list[Household] = []
    written, fits = pointers_of(before), None
    for further in one_by_one(before or Household(after.home), after):
        if fits is not None and len(written.keys() ^ pointers_of(further).keys()) >= MOST_ITEMS:
            out.append(fits)
            written = pointers_of(fits)
        fits = further
    return [*out, after]


def _commit(transaction: Transaction, batch: Sequence[tuple[Household | None, Household]]) -> list[str]:
    """Writes a batch; where one home of it was changed, each by itself."""
    try:
        transaction.commit()
    except Lost:
        if len(batch) == 1:
            return [batch[0][1].home.id]
        lost = []
        for before, after in batch:
            alone = Transaction()
            write(alone, before, after)
            lost += _commit(alone, [(before, after)])
        return lost
    return []


def write(
    transaction: Transaction, before: Household | None, after: Household, on_the_way_by: str = ""
) -> None:
    """Adds to a transaction what makes `before` (None: not there yet) into `after`; its label there is "home"."""
    record = record_of(after, on_the_way_by)
    if before is None:
        transaction.put(record, HomeRecord.pk.does_not_exist(), "home")
    else:
        transaction.put(record, HomeRecord.version == before.version, "home")
    transaction.move(pointers_of(before), pointers_of(after))


def change(community: str, id: str, decide: Callable[[Household], Household]) -> Household:
    """Reads a home, lets `decide` change it and keeps it, again from the start when somebody else was faster.

    Raises LookupError where there is no such home, Stale when others change it all the time.
    """
    for _ in range(TRIES):
        found = household(community, id)
        if found is None:
            raise LookupError(id)
        after = decide(found)
        if after == found:
            return found
        try:
            return save(after)
        except Stale:
            continue
    raise Stale(id)


def save_home(home: Home) -> Household:
    """Puts a home into the register; as it is where it is there already."""
    for _ in range(TRIES):
        found = household(home.community, home.id)
        if found is not None:
            return found
        try:
            return save(Household(home))
        except Stale:
            continue
    raise Stale(home.id)


def save_member(member: Member) -> Household:
    """Adds somebody to their home, or changes them. Raises LookupError where the home is not in the register."""
    return change(member.community, member.home, lambda found: with_member(found, member))


def move_out(member: Member, at: datetime) -> Household:
    """Ends a membership: from now on their telephone opens nothing here and nobody finds them under this home."""
    return change(member.community, member.home, lambda found: moved_out(found, member.id, at))


def new_member_id() -> str:
    """An id for somebody new: says nothing about them."""
    return secrets.token_hex(6)
