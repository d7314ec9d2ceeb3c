"""What a home is in the table: its item, what is personal in it sealed, and the pointers by which it is found."""

import json
from datetime import date

from chalicelib.domain.addresses import SHORTEST_NUMBER
from chalicelib.domain.chain import canonical
from chalicelib.domain.households import Home, Household, Member, Need, Relation, digits_of, terms_of
from chalicelib.domain.moments import read, written
from chalicelib.domain.retention import member_forgotten_at, need_forgotten_at

from . import vault
from .personal import forget_place
from .table import FindRecord, ForgetRecord, HomeRecord, MemberPhoneRecord, Record, home_pk

PHONE = "phone of a resident"
NEEDS = "needs of a resident"
MEMBER, NEED = "member", "need"


def record_of(found: Household, on_the_way_by: str = "") -> HomeRecord:
    """The item of a home, one version on; of what is on the way to more, with the list that takes it there."""
    home = found.home
    return HomeRecord(
        home_pk(home.community, home.id),
        "HOME",
        building=home.building,
        unit=home.unit,
        room=home.room,
        members=canonical([_member_json(member) for member in found.members]),
        version=found.version + 1,
        on_the_way_by=on_the_way_by or None,
    )


def household_of(record: HomeRecord) -> Household:
    """The home that an item holds."""
    community, _, id = record.pk.removeprefix("HOME#").partition("/")
    home = Home(community, id, record.building, record.unit or "", record.room)
    members = tuple(_member(one, home) for one in json.loads(record.members))
    return Household(home, members, int(record.version), record.on_the_way_by or "")


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
