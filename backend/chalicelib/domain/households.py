"""The register of homes as the rules see it: a home, the people in it, and what is known of them and why."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Relation(StrEnum):
    """What somebody is to a home."""

    OWNER = "owner"
    TENANT = "tenant"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Home:
    """A home; `id` is made of building, unit and room and is safe in keys (`g3-2-502`)."""

    community: str
    id: str
    building: str
    unit: str
    room: str


@dataclass(frozen=True, slots=True)
class Need:
    """What a home asked to be minded, why it is kept, and until when."""

    kind: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a home."""

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


@dataclass(frozen=True, slots=True)
class Membership:
    """A home that a telephone belongs to, and through whom."""

    community: str
    home: Home
    member: Member
