"""The pages of the register of homes, filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from chalicelib import wiring
from chalicelib.domain.households import SENSITIVE, Household, Member, Need, NeedKind
from chalicelib.domain.retention import NEEDS
from chalicelib.domain.standards import Text
from chalicelib.domain.telephones import spaced

from .caller_view import home_label
from .form_view import Option
from .import_words import CHANNEL, LANGUAGE, NEED, RELATION
from .page_views import Bar
from .rendering import Filled
from .staff_pages import HOMES, bar_of
from .story import Reader


@dataclass(frozen=True)
class HomeFound:
    """A home that a search found: its token, how it is called, who lives there."""

    token: str
    label: str
    people: str


@dataclass(frozen=True)
class HomesView:
    """The page on which a home is found. `found` is None before anything was looked for."""

    bar: Bar
    title: str
    action: str
    filled: Filled
    found: Sequence[HomeFound] | None
    buildings: Sequence[Option]


@dataclass(frozen=True)
class PersonView:
    """Somebody of a home: facts as label and value, what is to be minded as (kind, words), and the values of their form."""

    id: str
    name: str
    phone: str
    facts: Sequence[tuple[str, str]]
    needs: Sequence[tuple[str, str]]
    values: Mapping[str, str]


@dataclass(frozen=True)
class HomeView:
    """The page of a home. `tried` is the verb that was refused, with what was sent and what is wrong."""

    bar: Bar
    title: str
    address: str
    people: Sequence[PersonView]
    relations: Sequence[Option]
    languages: Sequence[Option]
    channels: Sequence[Option]
    kinds: Sequence[Option]
    longest: str
    today: str
    notice: str = ""
    tried: str = ""
    filled: Filled = field(default_factory=Filled)


def homes_view(
    filled: Filled, found: Sequence[HomeFound] | None, session: wiring.Session, reader: Reader
) -> HomesView:
    """The page on which a home is found."""
    community = reader.book.communities[session.community]
    return HomesView(
        bar=bar_of(HOMES, session, reader),
        title=reader.say(Text("住户名册", "Register of homes")),
        action=HOMES,
        filled=filled,
        found=found,
        buildings=[
            Option(one.id, reader.say(one.name), reader.say(one.homes))
            for one in community.buildings.values()
        ],
    )


def home_view(
    token: str,
    household: Household,
    session: wiring.Session,
    reader: Reader,
    notice: Text | None,
    tried: tuple[str, Filled] | None,
) -> HomeView:
    """The page of a home."""
    community = reader.book.communities[session.community]
    today = reader.now.astimezone(ZoneInfo(community.zone)).date()
    home = household.home
    return HomeView(
        bar=bar_of(HOMES, session, reader),
        title=home_label(community, home.building, home.said, reader),
        address=f"{HOMES}/{token}",
        people=[_person(one, reader, community.zone) for one in household.living],
        relations=_options(RELATION, reader),
        languages=_options(LANGUAGE, reader),
        channels=_options(CHANNEL, reader),
        kinds=[Option(kind.value, _kind(kind, reader)) for kind in NeedKind],
        longest=(today + NEEDS).isoformat(),
        today=today.isoformat(),
        notice=reader.say(notice) if notice else "",
        tried=tried[0] if tried else "",
        filled=tried[1] if tried else Filled(),
    )


def _person(member: Member, reader: Reader, zone: str) -> PersonView:
    local = member.since.astimezone(ZoneInfo(zone))
    facts = [
        (Text("身份", "Relation"), reader.say(RELATION[member.relation.value])),
        (Text("语言", "Language"), reader.say(LANGUAGE.get(member.language, LANGUAGE["zh"]))),
        (Text("联系方式", "Contact by"), reader.say(CHANNEL.get(member.channel, CHANNEL["sms"]))),
        (Text("登记", "Since"), f"{local:%Y-%m-%d}"),
    ]
    return PersonView(
        id=member.id,
        name=member.name,
        phone=spaced(member.phone or ""),
        facts=[(reader.say(label), value) for label, value in facts],
        needs=[(need.kind, _need(need, reader)) for need in member.needs],
        values={
            "name": member.name,
            "phone": member.phone or "",
            "relation": member.relation.value,
            "spoken": member.language,
            "channel": member.channel,
        },
    )


def _need(need: Need, reader: Reader) -> str:
    until = Text("", "")
    if need.until is not None:
        until = Text(f"（到 {need.until}）", f" (until {need.until})")
    name = NEED[need.kind]
    return reader.say(Text(f"{name.zh}：{need.reason}{until.zh}", f"{name.en}: {need.reason}{until.en}"))


def _kind(kind: NeedKind, reader: Reader) -> str:
    name = NEED[kind.value]
    if kind in SENSITIVE:
        name = Text(f"{name.zh}（要本人同意）", f"{name.en} (needs consent)")
    return reader.say(name)


def _options(words: Mapping[str, Text], reader: Reader) -> list[Option]:
    return [Option(value, reader.say(text)) for value, text in words.items()]
