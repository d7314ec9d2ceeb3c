"""The page of who is there, filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from chalicelib import wiring
from chalicelib.domain import duty, rostering
from chalicelib.domain.change import By
from chalicelib.domain.charge import first_in_charge
from chalicelib.domain.duty import Away, Standing, Turn
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Community, Text

from .form_view import Option
from .page_views import Bar
from .rendering import Filled
from .staff_pages import DUTY, bar_of
from .story import Reader
from .words import ROLE, moment_words

_WEEK = tuple(zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class AwayRow:
    """One absence. `takes` says who takes what comes, `gap` that nobody does but the desk; `ends` calls it off ("" where
    this reader may not)."""

    name: str
    span: str
    takes: str
    gap: bool
    person: str
    since: str
    ends: str = ""


@dataclass(frozen=True)
class TurnRow:
    """A line of the rota; `now` while it runs, `drops` takes it out ("" where this reader may not)."""

    name: str
    days: str
    hours: str
    now: bool
    id: str
    drops: str = ""


@dataclass(frozen=True)
class PlaceRota:
    """A building or department: whom a matter reaches now, and its lines."""

    name: str
    now: str
    rows: Sequence[TurnRow]


@dataclass(frozen=True)
class DutyView:
    """The page. `people` may be arranged for by this reader, `mine` is how the reader stands."""

    bar: Bar
    title: str
    mine: str
    mine_away: bool
    me: str
    away: Sequence[AwayRow]
    buildings: Sequence[PlaceRota]
    departments: Sequence[PlaceRota]
    people: Sequence[Option]
    substitutes: Sequence[Option]
    places: Sequence[Option]
    weekdays: Sequence[str]
    plans: bool
    address: str
    notice: str = ""
    tried: str = ""
    filled: Filled = field(default_factory=Filled)


def duty_view(
    standing: Standing,
    session: wiring.Session,
    reader: Reader,
    notice: Text | None,
    tried: tuple[str, Filled] | None,
) -> DutyView:
    """Everything noted, and what this reader may change."""
    community = reader.book.communities[session.community]
    staff = rostering.on_staff(community)
    mine = duty.absence(standing, session.actor.id, reader.now)
    may = [one for one in staff if rostering.may_arrange(session.actor, one, community)]
    coming = sorted((one for one in standing.away if not one.over(reader.now)), key=lambda one: one.since)
    return DutyView(
        bar=bar_of(DUTY, session, reader),
        title=reader.say(Text("在岗和排班", "Who is there")),
        mine=_mine(mine, standing, community, reader),
        mine_away=mine is not None,
        me=session.actor.id,
        away=[_away_row(one, standing, community, session, reader) for one in coming],
        buildings=[_building(id, standing, community, session, reader) for id in community.buildings],
        departments=[_department(id, standing, community, session, reader) for id in community.supervisors],
        people=[_option(one, community, reader) for one in may],
        substitutes=[_option(one, community, reader) for one in staff],
        places=_places(community, reader),
        weekdays=[reader.say(Text(f"周{zh}", en)) for zh, en in _WEEK],
        plans=session.actor.role.value in ("supervisor", "manager", "general_manager"),
        address=DUTY,
        notice=reader.say(notice) if notice else "",
        tried=tried[0] if tried else "",
        filled=tried[1] if tried else Filled(),
    )


def name_in(community: Community, person: str, reader: Reader) -> str:
    """A person's name; the id of one who has left."""
    found = community.people.get(person)
    return reader.say(Text(found.name, found.name_en)) if found else person


def _option(person: str, community: Community, reader: Reader) -> Option:
    role = reader.say(ROLE[community.people[person].role])
    return Option(person, f"{name_in(community, person, reader)}（{role}）")


def _mine(mine: Away | None, standing: Standing, community: Community, reader: Reader) -> str:
    if mine is None:
        return reader.say(Text("您现在在岗。", "You are on duty."))
    takes = duty.present(standing, community, mine.person, reader.now)
    name = name_in(community, takes, reader)
    return reader.say(
        Text(f"您现在不在岗，找您的事由{name}接。", f"You are away; {name} takes what comes for you.")
    )


def _span(away: Away, community: Community, reader: Reader) -> str:
    since = moment_words(away.since, reader.now, community.zone)
    if away.until is None:
        return reader.say(Text(f"{since.zh} 起，回来为止", f"from {since.en} until back"))
    until = moment_words(away.until, reader.now, community.zone)
    return reader.say(Text(f"{since.zh} 到 {until.zh}", f"{since.en} to {until.en}"))


def _away_row(
    away: Away, standing: Standing, community: Community, session: wiring.Session, reader: Reader
) -> AwayRow:
    at = max(away.since, reader.now)
    links = duty.chain(standing, away.person, at)
    found = duty.reached(standing, community, away.person, at)
    arrow = " → ".join(name_in(community, one, reader) for one in links[1:])
    if found is None:
        desk = name_in(community, duty.present(standing, community, away.person, at), reader)
        nobody = Text(f"没有人代班，先到{desk}", f"nobody stands in: {desk} takes it first")
        arrow = reader.say(nobody) if not arrow else f"{arrow}：{reader.say(nobody)}"
    may = rostering.may_arrange(session.actor, away.person, community)
    ends = ""
    if may:
        begun = away.covers(reader.now)
        ends = reader.say(Text("回来了", "Back") if begun else Text("取消", "Call off"))
    return AwayRow(
        name=name_in(community, away.person, reader),
        span=_span(away, community, reader),
        takes=arrow,
        gap=found is None,
        person=away.person,
        since=written(away.since),
        ends=ends,
    )


def _building(
    id: str, standing: Standing, community: Community, session: wiring.Session, reader: Reader
) -> PlaceRota:
    """The building with whom the rules themselves would choose for a repair and for a complaint at this moment."""
    by = By(session.actor, reader.now, "", standing)
    chosen = [
        name_in(
            community,
            first_in_charge(reader.book.categories(kind)[0], community, id, by).person,
            reader,
        )
        for kind in ("repair", "complaint")
    ]
    now = Text(
        f"现在：报修找{chosen[0]}，投诉和咨询找{chosen[1]}",
        f"now: repairs go to {chosen[0]}, complaints and enquiries to {chosen[1]}",
    )
    rows = _rows(duty.building(id), standing, community, session, reader)
    return PlaceRota(reader.say(community.buildings[id].name), reader.say(now), rows)


def _department(
    id: str, standing: Standing, community: Community, session: wiring.Session, reader: Reader
) -> PlaceRota:
    place = duty.department(id)
    on_duty = [
        name_in(community, one, reader) for one in duty.on_turn(standing, community, place, reader.now)
    ]
    supervisor = name_in(
        community, duty.present(standing, community, community.supervisors[id], reader.now), reader
    )
    joined = reader.say(Text("、", ", ")).join(on_duty) or reader.say(Text("没有排班", "nobody by the rota"))
    now = Text(
        f"现在当班：{joined}；主管的事找{supervisor}",
        f"on duty now: {joined}; the supervisor's part: {supervisor}",
    )
    rows = _rows(place, standing, community, session, reader)
    return PlaceRota(reader.say(reader.book.departments[id].name), reader.say(now), rows)


def _rows(
    place: str, standing: Standing, community: Community, session: wiring.Session, reader: Reader
) -> list[TurnRow]:
    local = reader.now.astimezone(ZoneInfo(community.zone))
    plans = session.actor.role.value in ("supervisor", "manager", "general_manager")
    return [
        TurnRow(
            name=name_in(community, one.person, reader),
            days=_days(one, reader),
            hours=_hours(one, reader),
            now=one.runs(local),
            id=one.id,
            drops=reader.say(Text("删掉", "Take out"))
            if plans and rostering.may_arrange(session.actor, one.person, community)
            else "",
        )
        for one in sorted(standing.turns, key=lambda one: (min(one.days), one.starts))
        if one.place == place
    ]


def _days(turn: Turn, reader: Reader) -> str:
    if turn.days == EVERY_DAY:
        return reader.say(Text("每天", "every day"))
    chosen = [_WEEK[day] for day in sorted(turn.days)]
    return reader.say(Text("周" + "、".join(zh for zh, _ in chosen), ", ".join(en for _, en in chosen)))


def _hours(turn: Turn, reader: Reader) -> str:
    if turn.starts == turn.ends:
        return reader.say(Text("全天", "round the clock"))
    next_day = turn.ends < turn.starts
    ends = Text(f"次日 {turn.ends:%H:%M}", f"{turn.ends:%H:%M} next day") if next_day else None
    until = reader.say(ends) if ends else f"{turn.ends:%H:%M}"
    return f"{turn.starts:%H:%M}–{until}"


def _places(community: Community, reader: Reader) -> list[Option]:
    buildings = reader.say(Text("楼栋", "Buildings"))
    departments = reader.say(Text("部门", "Departments"))
    return [
        *(
            Option(duty.building(id), reader.say(one.name), group=buildings)
            for id, one in community.buildings.items()
        ),
        *(
            Option(duty.department(id), reader.say(reader.book.departments[id].name), group=departments)
            for id in community.supervisors
        ),
    ]
