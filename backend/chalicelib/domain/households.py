"""The register of homes as the rules see it: a home, the people in it, what is known of them and why, and how it is found.

Only what is needed is known of anybody: how to address and reach them, what they are to the home, and what they asked to be
minded, each with its reason and its last day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from .addresses import home_id, said_home, terms_of_home, terms_of_name

MOST_MEMBERS = 20
MOST_NEEDS = 5


class Relation(StrEnum):
    """What somebody is to a home."""

    OWNER = "owner"
    TENANT = "tenant"
    FAMILY = "family"


class NeedKind(StrEnum):
    """What a home may ask to be minded; nothing else is kept."""

    INFANT = "infant"
    ELDERLY = "elderly"
    WHEELCHAIR = "wheelchair"
    HEARING = "hearing"
    SIGHT = "sight"
    NIGHTS = "nights"
    PET = "pet"
    MEDICAL = "medical"
    BUSINESS = "business"


# What the law calls sensitive (health, children): kept only with the person's own consent.
SENSITIVE = frozenset(
    {
        NeedKind.INFANT,
        NeedKind.ELDERLY,
        NeedKind.WHEELCHAIR,
        NeedKind.HEARING,
        NeedKind.SIGHT,
        NeedKind.MEDICAL,
    }
)


@dataclass(frozen=True, slots=True)
class Home:
    """A home; `id` is made of building, unit and room and is safe in keys (`g3-2-502`). `unit` is "" where there is none."""

    community: str
    id: str
    building: str
    unit: str
    room: str

    @property
    def said(self) -> str:
        """The home within its building as residents write it: `2-0902`, or `2604` where the building has one entrance."""
        return said_home(self.unit, self.room)


@dataclass(frozen=True, slots=True)
class Need:
    """What a home asked to be minded (a :class:`NeedKind`), why it is kept, and its last day."""

    kind: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a home. `phone` is digits with or without hyphens, plain here and sealed in the store.

    `consent_at` is when they agreed that this is kept; `left_at` when they moved out: from then on they are no member.
    """

    id: str
    community: str
    home: str
    name: str
    phone: str | None
    relation: Relation
    language: str
    channel: str
    consent_at: datetime | None
    needs: tuple[Need, ...]
    since: datetime
    left_at: datetime | None = None

    @property
    def lives_here(self) -> bool:
        """Whether they have not moved out."""
        return self.left_at is None


@dataclass(frozen=True, slots=True)
class Membership:
    """A home that a telephone belongs to, and through whom."""

    community: str
    home: Home
    member: Member


@dataclass(frozen=True, slots=True)
class Household:
    """A home with everybody in it, those included who moved out and are not forgotten yet; `version` 0 is not kept yet.

    `on_the_way_by` is the id of the list that made this version and has more to change here ("": none): it began with what its
    report saw, and nobody else has changed the home since.
    """

    home: Home
    members: tuple[Member, ...] = ()
    version: int = 0
    on_the_way_by: str = ""

    @property
    def living(self) -> tuple[Member, ...]:
        """Those who live there now."""
        return tuple(member for member in self.members if member.lives_here)

    def member(self, id: str) -> Member | None:
        """The member with that id, moved out or not; None when there is none."""
        return next((member for member in self.members if member.id == id), None)


def new_home(community: str, building: str, unit: str, room: str) -> Home:
    """A home; `unit` and `room` as :mod:`.addresses` tidied them."""
    return Home(community, home_id(building, unit, room), building, unit, room)


def with_member(household: Household, member: Member) -> Household:
    """The household with `member` added, or changed where one with that id is there."""
    if household.member(member.id) is None:
        return replace(household, members=(*household.members, member))
    members = tuple(member if one.id == member.id else one for one in household.members)
    return replace(household, members=members)


def moved_out(household: Household, id: str, at: datetime) -> Household:
    """The household after that member moved out: the reason for keeping what they asked to be minded is gone with them."""
    members = tuple(
        replace(one, left_at=at, needs=()) if one.id == id and one.lives_here else one
        for one in household.members
    )
    return replace(household, members=members)


def one_by_one(before: Household, after: Household) -> Iterator[Household]:
    """The way from `before` to `after`, one person further each time: who leaves, then who changes, then who is new."""
    on_the_way = replace(after, members=before.members)
    changed = [one for one in after.members if before.member(one.id) != one]
    for member in sorted(changed, key=lambda one: (one.lives_here, before.member(one.id) is None)):
        on_the_way = with_member(on_the_way, member)
        yield on_the_way


def without_member(household: Household, id: str) -> Household:
    """The household with everything about that member forgotten."""
    return replace(household, members=tuple(one for one in household.members if one.id != id))


def terms_of(household: Household) -> frozenset[tuple[str, str]]:
    """What the household is found by: (term, member id, or "" for the home itself). Who moved out is not found."""
    home = household.home
    found = {(term, "") for term in terms_of_home(home.building, home.unit, home.room)}
    for member in household.living:
        found |= {(term, member.id) for term in terms_of_name(member.name)}
    return frozenset(found)


def digits_of(phone: str) -> str:
    """The digits of a telephone number."""
    return "".join(sign for sign in phone if sign in "0123456789")


def same_person(members: Iterable[Member], name: str, phone: str | None) -> Member | None:
    """Which of the members is meant: the one with that telephone, else the one with that name who has no other telephone."""
    living = [member for member in members if member.lives_here]
    digits = digits_of(phone or "")
    if digits:
        for member in living:
            if digits_of(member.phone or "") == digits and member.name == name:
                return member
    for member in living:
        if member.name == name:
            return member
    return None
