"""The changes of a home of the register as requests: what each one asks for, and how it is decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from chalicelib import wiring
from chalicelib.domain import home_changes
from chalicelib.domain.households import Household, Member, Need, Relation, digits_of
from chalicelib.domain.list_reading import day_of
from chalicelib.domain.refusals import Refused

from .fields import Choice, MaybeTelephone, line, needed_line
from .forms import general_words
from .problems import invalid
from .said import Said

Kind = Literal["infant", "elderly", "wheelchair", "hearing", "sight", "nights", "pet", "medical", "business"]


class FindHomes(Said, kw_only=True):
    """A few signs of an address, a name or a telephone number."""

    typed: needed_line(40)  # type: ignore[valid-type]


class NewHome(Said, kw_only=True):
    """A home that the register does not have yet."""

    building: Choice
    unit: line(20) = None  # type: ignore[valid-type]
    room: needed_line(20)  # type: ignore[valid-type]


class AddMember(Said, kw_only=True):
    """Somebody who lives there now."""

    name: needed_line(40)  # type: ignore[valid-type]
    phone: MaybeTelephone = None
    relation: Literal["owner", "tenant", "family"]
    spoken: Literal["zh", "en"]
    channel: Literal["sms", "call"]


class CorrectMember(AddMember, kw_only=True):
    """Somebody as they should stand in the register. A telephone that is not said would be one taken away: "" says none."""

    member: Choice
    phone: MaybeTelephone


class NoteNeed(Said, kw_only=True):
    """Something to be minded about somebody: what, why, until when, and whether they agreed that it is kept."""

    member: Choice
    kind: Kind
    reason: needed_line(80)  # type: ignore[valid-type]
    until: line(20) = None  # type: ignore[valid-type]
    consent: bool = False


class DropNeed(Said, kw_only=True):
    """Something is to be minded no longer."""

    member: Choice
    kind: Kind


class MoveOut(Said, kw_only=True):
    """Somebody has moved out: from now on their telephone opens nothing of this home."""

    member: Choice


@dataclass(frozen=True)
class Doing:
    """What a change is decided from: who acts where and when."""

    community: str
    now: datetime
    today: date


def _add(household: Household, said: AddMember, doing: Doing) -> Household:
    member = Member(
        id=wiring.households.new_member_id(),
        community=doing.community,
        home=household.home.id,
        name=said.name,
        phone=said.phone,
        relation=Relation(said.relation),
        language=said.spoken,
        channel=said.channel,
        consent_at=None,
        needs=(),
        since=doing.now,
    )
    return home_changes.add_member(household, member)


def _correct(household: Household, said: CorrectMember, doing: Doing) -> Household:
    member = household.member(said.member)
    if member is None:
        raise Refused("no_such_member")
    same = digits_of(member.phone or "") == (said.phone or "")
    after = replace(
        member,
        name=said.name,
        phone=member.phone if same else said.phone,
        relation=Relation(said.relation),
        language=said.spoken,
        channel=said.channel,
    )
    return home_changes.correct_member(household, after)


def _need(household: Household, said: NoteNeed, doing: Doing) -> Household:
    until = day_of(said.until) if said.until else None
    if said.until and until is None:
        raise invalid({"until": general_words("invalid")})
    need = Need(said.kind, said.reason, until)
    return home_changes.note_need(household, said.member, need, said.consent, doing.now, doing.today)


def _drop(household: Household, said: DropNeed, doing: Doing) -> Household:
    return home_changes.drop_need(household, said.member, said.kind)


def _leave(household: Household, said: MoveOut, doing: Doing) -> Household:
    return home_changes.move_out(household, said.member, doing.now)


Decide = Callable[[Household, Any, Doing], Household]
HOME_VERBS: Mapping[str, tuple[type[Said], Decide]] = {
    "add": (AddMember, _add),
    "correct": (CorrectMember, _correct),
    "need": (NoteNeed, _need),
    "drop": (DropNeed, _drop),
    "leave": (MoveOut, _leave),
}
