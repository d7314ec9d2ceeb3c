"""Homes of the register for tests of the edge, and residents who have signed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.domain.households import Home, Member, Membership, Relation
from chalicelib.storage.vault import phone_key
from infra.local.server import Origin
from tests.web.client import BROWSER, PROGRAM, Visitor

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PHONE = "000-0000-0501"
NEIGHBOUR = "000-0000-0502"


def membership(
    room: str = "2604",
    community: str = "river-view",
    building: str = "east",
    phone: str = PHONE,
    name: str = "江晴",
    since: datetime = LONG_AGO,
) -> Membership:
    """Somebody at a home without units."""
    home = Home(community, f"{building}-{room}", building, "", room)
    member = Member(
        id=f"m-{room}",
        community=community,
        home=home.id,
        name=name,
        phone=phone,
        relation=Relation.OWNER,
        language="zh",
        channel="sms",
        consent_at=since,
        needs=(),
        since=since,
    )
    return Membership(community, home, member)


class Register:
    """Who lives where, as the sessions ask it; changes show at once."""

    def __init__(self) -> None:
        self.living: list[Membership] = []

    def of_phone(self, key: str) -> list[Membership]:
        """The homes behind a telephone."""
        return [one for one in self.living if one.member.phone and phone_key(one.member.phone) == key]

    def add(self, *homes: Membership) -> None:
        """They moved in."""
        self.living += homes

    def move_out(self, one: Membership) -> None:
        """They moved out."""
        self.living.remove(one)


def signed_in(origin: Origin, phone: str = PHONE, html: bool = False, language: str = "zh") -> Visitor:
    """Somebody with a session of that telephone."""
    from chalicelib import wiring

    token = wiring.sessions.begin_resident(phone_key(phone), language, datetime.now(UTC))
    return Visitor(origin, dict(BROWSER if html else PROGRAM), {"rid": token})


def moved_in(one: Membership, at: datetime) -> Membership:
    """The same home and person, living there only since `at`."""
    return replace(one, member=replace(one.member, since=at))


JUST_NOW = timedelta(seconds=1)
