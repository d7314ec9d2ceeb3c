"""Keeps the register of homes: one item for a home with everybody in it, and beside it pointers by which it is found.

The home's item and its pointers change in one transaction, on condition that the home is as it was read. So a telephone that a
home gave up opens nothing any more from that moment on, and two changes at once do not undo each other.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.addresses import SHORTEST_NUMBER, typed_terms
from chalicelib.domain.chain import canonical
from chalicelib.domain.households import (
    Home,
    Household,
    Member,
    Membership,
    Need,
    Relation,
    digits_of,
    moved_out,
    terms_of,
    with_member,
)
from chalicelib.domain.keeping import Stale
from chalicelib.domain.moments import read, written
from chalicelib.domain.retention import member_forgotten_at, need_forgotten_at

from . import vault
from .patience import patiently
from .personal import forget_place
from .table import FindRecord, ForgetRecord, HomeRecord, MemberPhoneRecord, Record
from .transaction import MOST_ITEMS, Lost, Transaction

PHONE = "phone of a resident"
NEEDS = "needs of a resident"
MEMBER, NEED = "member", "need"
TRIES = 8
_BATCH = 100
# A search reads no more pointers than this, whatever was typed.
_MOST_POINTERS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A home that a search found, with those who live there; `by` is the member that was meant, if one was."""

    home: Home
    members: tuple[Member, ...]
    by: Member | None = None


def household(community: str, id: str) -> Household | None:
    """A home with everybody in it, consistently; None when it is not in the register."""
    return households(community, [id]).get(id)


def households(community: str, ids: Iterable[str]) -> dict[str, Household]:
    """Homes by id, consistently, in batches; those that are not in the register are absent."""
    wanted = [(_pk(community, id), "HOME") for id in dict.fromkeys(ids)]
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


def find(
    community: str, typed: str, limit: int = 10, buildings: Mapping[str, str] | None = None
) -> list[Found]:
    """The homes that may be meant by a few signs of an address, a name or a telephone number, the likeliest first.

    `buildings` maps what the community's buildings are called to their ids. Pointers only lead to homes: what is shown is
    read from the homes themselves, consistently. The cost does not grow with the register.
    """
    meant: dict[tuple[str, str], None] = {}
    digits = digits_of(typed)
    if len(digits) >= SHORTEST_NUMBER and digits == typed.strip().replace("-", "").replace(" ", ""):
        meant.update(dict.fromkeys(_pointed_at(community, f"{tails(community, digits)[0]}#")))
        if len(digits) >= 10:
            for one in of_phone(vault.phone_key(digits)):
                if one.community == community:
                    meant.setdefault((one.home.id, one.member.id))
    for term in typed_terms(typed, buildings or {}):
        meant.update(dict.fromkeys(_pointed_at(community, term)))
        if len(meant) >= limit:
            break
    if not meant and len(words := typed.split()) > 1:
        return _with_all_words(community, words, limit, buildings)
    return _read_found(community, meant, digits, limit)


def _with_all_words(
    community: str, words: Sequence[str], limit: int, buildings: Mapping[str, str] | None
) -> list[Found]:
    """The homes that each of the words finds by itself."""
    each = [find(community, word, _MOST_POINTERS, buildings) for word in words[:4]]
    ids = set.intersection(*({one.home.id for one in found} for found in each))
    by = {one.home.id: one for found in each for one in found if one.by or one.home.id in ids}
    return [by[id] for id in dict.fromkeys(one.home.id for one in each[0]) if id in ids][:limit]


def _read_found(community: str, meant: Iterable[tuple[str, str]], digits: str, limit: int) -> list[Found]:
    chosen: dict[str, str] = {}
    for home_id, member_id in meant:
        if home_id in chosen or len(chosen) < limit:
            chosen[home_id] = chosen.get(home_id) or member_id
    found = households(community, chosen)
    out = []
    for home_id, member_id in chosen.items():
        if one := found.get(home_id):
            by = one.member(member_id) if member_id else None
            out.append(Found(one.home, one.living, by if by and by.lives_here else None))
    return out


def _pointed_at(community: str, term: str) -> list[tuple[str, str]]:
    """The (home, member or "") that terms beginning so lead to."""
    records = patiently(
        lambda: list(
            FindRecord.query(f"FIND#{community}", FindRecord.sk.startswith(term), limit=_MOST_POINTERS)
        )
    )
    out = []
    for record in records:
        _, home_id, member_id = record.sk.rsplit("#", 2)
        out.append((home_id, "" if member_id == "-" else member_id))
    return out


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


def save_all(homes: Sequence[tuple[Household | None, Household]]) -> list[str]:
    """Keeps homes, each as it was (None: not there yet) and as it is to be, several in one transaction. Gives the ids of those
    that somebody else changed first: they stay as they are."""
    lost: list[str] = []
    batch: list[tuple[Household | None, Household]] = []
    transaction = Transaction()
    for before, after in homes:
        alone = Transaction()
        write(alone, before, after)
        if batch and len(transaction) + len(alone) > MOST_ITEMS:
            lost += _commit(transaction, batch)
            transaction, batch = Transaction(), []
        write(transaction, before, after)
        batch.append((before, after))
    if batch:
        lost += _commit(transaction, batch)
    return lost


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


def write(transaction: Transaction, before: Household | None, after: Household) -> None:
    """Adds to a transaction what makes `before` (None: not there yet) into `after`; its label there is "home"."""
    record = record_of(after)
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


def pointers_of(found: Household | None) -> dict[tuple[str, str], Record]:
    """The pointers that a home must have, by their keys."""
    if found is None:
        return {}
    home = found.home
    out: dict[tuple[str, str], Record] = {}
    finding = [(term, member or "-") for term, member in terms_of(found)]
    for member in found.living:
        digits = digits_of(member.phone or "")
        if digits:
            finding += [(tail, member.id) for tail in tails(home.community, digits)]
            for hashed in vault.phone_keys(digits):
                key = (f"PHONE#{hashed}", f"MEMBER#{home.community}/{home.id}/{member.id}")
                out[key] = MemberPhoneRecord(*key)
    for term, member_id in finding:
        key = (f"FIND#{home.community}", f"{term}#{home.id}#{member_id}")
        out[key] = FindRecord(*key)
    for member in found.members:
        digits = digits_of(member.phone or "")
        if digits and not member.lives_here:
            for hashed in vault.phone_keys(digits):
                key = (f"PHONE#{hashed}", f"LEFT#{home.community}/{home.id}/{member.id}")
                out[key] = MemberPhoneRecord(*key)
    return out | forgetting_of(found)


def forgetting_of(found: Household) -> dict[tuple[str, str], Record]:
    """Where it must stand that those who moved out, and what was to be minded for a while, are to be forgotten."""
    home = found.home
    out: dict[tuple[str, str], Record] = {}
    for member in found.members:
        moment = member_forgotten_at(member)
        places = []
        if moment is not None:
            places.append(forget_place(moment, MEMBER, f"{home.community}/{home.id}/{member.id}"))
        for need in member.needs:
            places.append(forget_place(need_forgotten_at(need, member), NEED, f"{home.community}/{home.id}"))
        out |= {(place.pk, place.sk): ForgetRecord(*place) for place in places}
    return out


def record_of(found: Household) -> HomeRecord:
    """The item of a home, one version on."""
    home = found.home
    return HomeRecord(
        _pk(home.community, home.id),
        "HOME",
        building=home.building,
        unit=home.unit,
        room=home.room,
        members=canonical([_member_json(member) for member in found.members]),
        version=found.version + 1,
    )


def household_of(record: HomeRecord) -> Household:
    """The home that an item holds."""
    community, _, id = record.pk.removeprefix("HOME#").partition("/")
    home = Home(community, id, record.building, record.unit or "", record.room)
    members = tuple(_member(one, home) for one in json.loads(record.members))
    return Household(home, members, int(record.version))


def _pk(community: str, id: str) -> str:
    return f"HOME#{community}/{id}"


def tails(community: str, digits: str) -> list[str]:
    """The terms by which the last digits of a telephone are found, that of the key in use first; hashes, because ten thousand
    ends are soon told apart."""
    hashed = vault.lookups(f"end of phone in {community}", digits[-SHORTEST_NUMBER:])
    return [f"={one}" for one in hashed]


def _member_json(member: Member) -> dict[str, object]:
    needs = [
        [need.kind, need.reason, need.until.isoformat() if need.until else None] for need in member.needs
    ]
    return {
        "id": member.id,
        "name": member.name,
        "phone": vault.seal(member.phone, PHONE) if member.phone else None,
        "relation": member.relation.value,
        "language": member.language,
        "channel": member.channel,
        "consent": written(member.consent_at) if member.consent_at else None,
        "needs": vault.seal(json.dumps(needs, ensure_ascii=False), NEEDS) if needs else None,
        "since": written(member.since),
        "left": written(member.left_at) if member.left_at else None,
    }


def _member(said: dict[str, str | None], home: Home) -> Member:
    needs = json.loads(vault.unseal(said["needs"], NEEDS)) if said["needs"] else []
    return Member(
        id=said["id"] or "",
        community=home.community,
        home=home.id,
        name=said["name"] or "",
        phone=vault.unseal(said["phone"], PHONE) if said["phone"] else None,
        relation=Relation(said["relation"] or ""),
        language=said["language"] or "zh",
        channel=said["channel"] or "sms",
        consent_at=read(said["consent"]) if said["consent"] else None,
        needs=tuple(
            Need(kind, reason, date.fromisoformat(until) if until else None) for kind, reason, until in needs
        ),
        since=read(said["since"] or ""),
        left_at=read(said["left"]) if said["left"] else None,
    )
