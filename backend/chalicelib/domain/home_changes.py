"""What the desk changes about a home by hand: somebody added, corrected, moved out; something to be minded noted or dropped."""

from dataclasses import replace
from datetime import date, datetime

from .households import (
    MOST_MEMBERS,
    MOST_NEEDS,
    SENSITIVE,
    Household,
    Member,
    Need,
    digits_of,
    moved_out,
    with_member,
)
from .refusals import Refused
from .retention import NEEDS


def add_member(household: Household, member: Member) -> Household:
    """The household with somebody new. Sent twice it is done once. Raises Refused."""
    same = (member.name, digits_of(member.phone or ""))
    if any((one.name, digits_of(one.phone or "")) == same for one in household.living):
        return household
    if len(household.living) >= MOST_MEMBERS:
        raise Refused("home_full", {"most": MOST_MEMBERS})
    return with_member(household, member)


def correct_member(household: Household, after: Member) -> Household:
    """The household with somebody corrected. Raises Refused."""
    _living(household, after.id)
    return with_member(household, after)


def note_need(
    household: Household, id: str, need: Need, consented: bool, now: datetime, today: date
) -> Household:
    """The household with something to be minded about somebody; the same kind again takes its place.

    Without a last day it is kept for a year, the longest there is. What is sensitive needs their own consent. Raises Refused.
    """
    member = _living(household, id)
    last = today + NEEDS
    if need.until is not None and not today <= need.until <= last:
        raise Refused("need_day", {"last": last.isoformat()})
    if consented and member.consent_at is None:
        member = replace(member, consent_at=now)
    if need.kind in SENSITIVE and member.consent_at is None:
        raise Refused("need_without_consent")
    others = tuple(one for one in member.needs if one.kind != need.kind)
    if len(others) >= MOST_NEEDS:
        raise Refused("needs_full", {"most": MOST_NEEDS})
    noted = need if need.until is not None else replace(need, until=last)
    return with_member(household, replace(member, needs=(*others, noted)))


def drop_need(household: Household, id: str, kind: str) -> Household:
    """The household without that thing to be minded; as it is where it is not there. Raises Refused."""
    member = _living(household, id)
    needs = tuple(one for one in member.needs if one.kind != kind)
    return with_member(household, replace(member, needs=needs))


def move_out(household: Household, id: str, now: datetime) -> Household:
    """The household after somebody moved out: from now on their telephone opens nothing here."""
    return moved_out(household, id, now)


def _living(household: Household, id: str) -> Member:
    member = household.member(id)
    if member is None or not member.lives_here:
        raise Refused("no_such_member")
    return member
