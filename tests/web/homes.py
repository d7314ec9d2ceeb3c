"""Homes of the register for tests of the edge, and residents who have signed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.domain.households import Member, Membership, Relation, new_home
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
    home = new_home(community, building, "", room)
    digits = "".join(sign for sign in phone if sign.isdigit())[-4:]
    member = Member(
        id=f"m{digits}",
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


def moves_in(*homes: Membership) -> None:
    """They are in the register now."""
    from chalicelib.storage import households

    for one in homes:
        households.save_home(one.home)
        households.save_member(one.member)


def moves_out(one: Membership, at: datetime) -> None:
    """They moved out."""
    from chalicelib.storage import households

    households.move_out(one.member, at)


def signed_in(origin: Origin, phone: str = PHONE, html: bool = False, language: str = "zh") -> Visitor:
    """Somebody with a session of that telephone."""
    from chalicelib import wiring

    token = wiring.sessions.begin_resident(phone_key(phone), language, datetime.now(UTC))
    return Visitor(origin, dict(BROWSER if html else PROGRAM), {"rid": token})


def since(one: Membership, at: datetime) -> Membership:
    """The same home and person, living there only since `at`."""
    return replace(one, member=replace(one.member, since=at))
