"""The page on which a clerk files for somebody who telephones, filled."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib import wiring
from chalicelib.domain.keeping import Row
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Community, Text
from chalicelib.storage.home_search import Found

from .form_view import PLACE_SEPARATOR, Option
from .page_views import Bar, QueueRow
from .queue_view import row_view
from .staff_pages import FILE, bar_of
from .story import Reader
from .words import KIND

FIELDS = ("building", "home", "category", "place", "what", "name", "phone", "updates", "english")
KINDS = ("repair", "complaint", "enquiry", "service")
RELATION: Mapping[str, Text] = {
    "owner": Text("业主", "owner"),
    "tenant": Text("租户", "tenant"),
    "family": Text("家人", "family"),
}
_PLACES: Mapping[str, Text] = {
    "home": Text("家里", "in a home"),
    "shared": Text("公共部位", "shared parts"),
    "any": Text("", ""),
}


@dataclass(frozen=True)
class HomeFound:
    """A home of the register that a search found. `choose` is the value of the button that takes it."""

    choose: str
    label: str
    people: str


@dataclass(frozen=True)
class CallerView:
    """The page: what was entered so far, the homes found, the open cases that may be the same thing, and what is wrong.

    `again` are the keys of the forms that note a second call on one of `near`, by number. `offered` are the numbers that
    the clerk has seen already.
    """

    bar: Bar
    now_iso: str
    values: Mapping[str, str]
    typed: str
    home_id: str
    chosen: str
    categories: Sequence[Option]
    buildings: Sequence[Option]
    shared: str
    homes: Sequence[HomeFound]
    searched: bool
    near: Sequence[QueueRow]
    again: Mapping[str, str]
    again_words: str
    offered: str
    key: str
    errors: Mapping[str, str]
    problem: str = ""


@dataclass
class Entered:
    """What the clerk entered so far, and what came of it."""

    values: Mapping[str, str]
    typed: str = ""
    home_id: str = ""
    chosen: str = ""
    homes: Sequence[HomeFound] = ()
    searched: bool = False
    near: Sequence[Row] = ()
    offered: str = ""
    key: str = ""
    errors: Mapping[str, Text] | None = None
    problem: Text | None = None


def caller_view(entered: Entered, session: wiring.Session, reader: Reader) -> CallerView:
    """The page as it stands."""
    community = reader.book.communities[session.community]
    numbers = [row.case.number for row in entered.near]
    offered = dict.fromkeys([*filter(None, entered.offered.split(",")), *numbers])
    return CallerView(
        bar=bar_of(FILE, session, reader),
        now_iso=written(reader.now),
        values={name: entered.values.get(name, "") for name in FIELDS},
        typed=entered.typed,
        home_id=entered.home_id,
        chosen=entered.chosen,
        categories=category_options(reader),
        buildings=[
            Option(f"{community.id}{PLACE_SEPARATOR}{one.id}", reader.say(one.name), reader.say(one.homes))
            for one in community.buildings.values()
        ],
        shared=" ".join(one.id for one in reader.book.standards.values() if one.place != "home"),
        homes=entered.homes,
        searched=entered.searched,
        near=[row_view(row, reader, session) for row in entered.near],
        again={number: str(uuid.uuid4()) for number in numbers},
        again_words=again_words(entered.values.get("what", ""), reader),
        offered=",".join(list(offered)[-20:]),
        key=entered.key or str(uuid.uuid4()),
        errors={name: reader.say(text) for name, text in (entered.errors or {}).items()},
        problem=reader.say(entered.problem) if entered.problem else "",
    )


def again_words(what: str, reader: Reader) -> str:
    """The note that a second call leaves on the case that is open already."""
    called = reader.say(Text("住户又来电话问进度。", "The resident telephoned again about this."))
    return f"{called}{what.strip()[:500]}"


def category_options(reader: Reader) -> list[Option]:
    """Everything that can be filed for somebody, repairs first, each with its examples to be found by."""
    out = []
    for kind in KINDS:
        for one in reader.book.categories(kind):  # type: ignore[arg-type]
            where = _PLACES[one.place] if kind == "repair" else Text("", "")
            if one.severity == "urgent":
                where = Text("紧急", "urgent")
            group = " · ".join(part for part in (reader.say(KIND[kind]), reader.say(where)) if part)
            out.append(
                Option(
                    one.id, reader.say(one.title), reader.say(one.examples), group, one.severity == "urgent"
                )
            )
    return out


def home_found(found: Found, community: Community, reader: Reader) -> HomeFound:
    """A home as the clerk chooses it: no telephone number stands here, only who lives there."""
    by = found.by or (found.members[0] if len(found.members) == 1 else None)
    people = "、".join(f"{one.name}（{reader.say(RELATION[one.relation.value])}）" for one in found.members)
    return HomeFound(
        choose=f"{found.home.id}/{by.id if by else ''}",
        label=home_label(community, found.home.building, found.home.said, reader),
        people=people,
    )


def home_label(community: Community, building: str, home: str, reader: Reader) -> str:
    """A home as people say it: the building and its number."""
    known = community.buildings.get(building)
    return f"{reader.say(known.name) if known else building} {home}"
