"""A list of homes and the people in them: its rows read and checked, and what it would make of a home of the register.

An empty cell says nothing: what the register knows stays. `无` takes away. Whoever is new is reached in Chinese and by text
message unless the list says otherwise. What the law calls sensitive is taken only with the person's own consent.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from .addresses import Unsound, tidy_room, tidy_unit
from .households import (
    MOST_MEMBERS,
    MOST_NEEDS,
    SENSITIVE,
    Home,
    Household,
    Member,
    Need,
    NeedKind,
    Relation,
    digits_of,
    moved_out,
    new_home,
    with_member,
)
from .importing import Finding, Sort
from .list_file import Row
from .list_reading import (
    Cells,
    Piece,
    building_ids,
    day_of,
    headed,
    name_of,
    phone_of,
    pieces_of,
    plain_building,
)
from .list_words import CHANNELS, LANGUAGES, NEEDS, NO, NOTHING, RELATIONS, YES, plain, said, says
from .retention import NEEDS as LONGEST_NEED
from .standards import Community
from .telephones import folded, hidden_middle

MOST_REASON = 80
DEFAULT_LANGUAGE, DEFAULT_CHANNEL = "zh", "sms"
_BETWEEN_NEEDS = re.compile(r"[；;、,，]\s*(?![^（(]*[）)])")
_NEED = re.compile(r"\s*([^（(]+?)\s*(?:[（(](.*)[）)])?\s*")
_COMPOSED = re.compile(r"(.{1,6}?)(?:单元|[-－—])(.+)")


@dataclass(frozen=True, slots=True)
class HomeLine:
    """A sound row. None says nothing, "" (`phone`) and () (`needs`) take away. `consent` is a day, or "" for a refusal.

    `name` is "" for a home in which nobody lives.
    """

    row: int
    building: str
    unit: str
    room: str
    name: str
    phone: str | None = None
    relation: str | None = None
    language: str | None = None
    channel: str | None = None
    needs: tuple[tuple[str, str, str], ...] | None = None
    consent: str | None = None
    left: bool = False

    @property
    def home(self) -> str:
        """The id of the home."""
        return new_home("", self.building, self.unit, self.room).id

    def as_json(self) -> list[object]:
        """The line as it is kept."""
        needs = None if self.needs is None else [list(need) for need in self.needs]
        return [
            self.row, self.building, self.unit, self.room, self.name, self.phone, self.relation,
            self.language, self.channel, needs, self.consent, self.left,
        ]  # fmt: skip

    @classmethod
    def from_json(cls, kept: Sequence[object]) -> "HomeLine":
        """The line that was kept."""
        values = list(kept)
        if values[9] is not None:
            values[9] = tuple(tuple(need) for need in values[9])  # type: ignore[attr-defined]
        return cls(*values)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class HomePlan:
    """What a list makes of a home: the home after it, and what is to be said about it."""

    after: Household
    findings: tuple[Finding, ...]

    @property
    def changes(self) -> bool:
        """Whether anything changes."""
        return any(one.kind == "change" for one in self.findings)


def read_homes(rows: Sequence[Row], community: Community, today: date) -> list[Piece]:
    """The pieces of a list of homes. Raises Unfit when it has no heading or lacks a needed column."""
    buildings = building_ids(community)
    homes: dict[str, list[tuple[Cells, HomeLine]]] = {}
    strays: list[Cells] = []
    spoiled: dict[str, list[Cells]] = {}
    count = 0
    for cells in headed(rows, Sort.HOMES):
        count += 1
        place = _place(cells, community, buildings)
        line = _line(cells, place, today) if place else None
        if line is not None and cells.sound:
            homes.setdefault(line.home, []).append((cells, line))
        elif place is not None:
            spoiled.setdefault(new_home("", *place).id, []).append(cells)
        else:
            strays.append(cells)
    _compare_telephones(homes)
    groups = []
    for home in dict.fromkeys((*homes, *spoiled)):
        lines, findings = _without_repeats(homes.get(home, []))
        bad = spoiled.get(home, [])
        findings += [one for cells in bad for one in cells.findings]
        apart = bad or any(one.kind == "fault" for one in findings)
        groups.append(([line.as_json() for line in lines], findings, [home] if apart else []))
    groups += [([], cells.findings, [""]) for cells in strays]
    return pieces_of(groups, count)


def plan(
    community: str,
    found: Household | None,
    lines: Sequence[HomeLine],
    now: datetime,
    whole: bool,
    new_id: Callable[[], str],
) -> HomePlan:
    """What the lines of one home make of it. `whole`: whoever lives there and stands on no line has moved out."""
    first = lines[0]
    home = found.home if found else new_home(community, first.building, first.unit, first.room)
    after = found or Household(home)
    findings: list[Finding] = []
    if found is None:
        findings.append(_change("new_home", first.row, home))
    meant = _matched(after, [line for line in lines if line.name])
    for line in lines:
        if not line.name:
            continue
        member = meant.get(line.row)
        if line.left:
            if member is not None:
                findings.append(_change("moved_out", line.row, home, member.name))
                after = moved_out(after, member.id, now)
        elif member is not None:
            changed, its = _changed(member, line, home, now)
            if _lacks_consent(changed):
                findings.append(_finding("fault", "consent_needed", line.row, home, line.name, "consent"))
            else:
                findings += its
                after = with_member(after, changed)
        elif line.relation is None:
            findings.append(_finding("fault", "relation_needed", line.row, home, line.name, "relation"))
        elif len(after.living) >= MOST_MEMBERS:
            most = str(MOST_MEMBERS)
            findings.append(
                _finding("fault", "too_many_people", line.row, home, line.name, "name", most=most)
            )
        else:
            member = _new_member(line, home, now, new_id())
            if _lacks_consent(member):
                findings.append(_finding("fault", "consent_needed", line.row, home, line.name, "consent"))
                continue
            findings.append(
                _finding(
                    "change", "new_person", line.row, home, line.name,
                    relation=member.relation.value, phone=hidden_middle(member.phone or ""),
                    language=member.language, needs=needs_said(member.needs),
                )
            )  # fmt: skip
            after = with_member(after, member)
    if whole:
        stay = {member.id for member in meant.values()}
        for member in found.living if found else ():
            if member.id not in stay:
                findings.append(_change("not_on_list", None, home, member.name))
                after = moved_out(after, member.id, now)
    return HomePlan(after, tuple(findings))


def _lacks_consent(member: Member) -> bool:
    return member.consent_at is None and any(need.kind in SENSITIVE for need in member.needs)


def needs_said(needs: Iterable[Need]) -> str:
    """What is to be minded, for a sentence that the edge says: `kind|reason|day`, one a line."""
    return "\n".join(
        f"{need.kind}|{need.reason}|{need.until.isoformat() if need.until else ''}" for need in needs
    )


def _place(cells: Cells, community: Community, buildings: Mapping[str, str]) -> tuple[str, str, str] | None:
    """The building's id, the unit and the room; None where they cannot be told, with the fault noted."""
    named = cells["community"]
    if named and plain(named) not in map(plain, (community.id, community.name.zh, community.name.en)):
        cells.fault("community", "other_community", said=named[:40])
        return None
    building = buildings.get(plain_building(cells["building"]))
    if building is None:
        code = "no_building" if cells["building"] else "building_missing"
        cells.fault("building", code, said=cells["building"][:40])
    unit, room = cells["unit"], cells["room"]
    composed = _COMPOSED.fullmatch(folded(room)) if not unit else None
    if composed:
        unit, room = composed.groups()
    try:
        unit = tidy_unit("" if says(NOTHING, unit) else unit)
    except Unsound:
        cells.fault("unit", "no_unit", said=unit[:20])
        return None
    try:
        room = tidy_room(room)
    except Unsound:
        cells.fault("room", "no_room" if room else "room_missing", said=room[:20])
        return None
    return (building, unit, room) if building else None


def _line(cells: Cells, place: tuple[str, str, str], today: date) -> HomeLine | None:
    name = name_of(cells)
    no_phone = says(NOTHING, cells["phone"])
    phone = "" if no_phone else phone_of(cells)
    if not name:
        if any(cells[column] for column in ("phone", "relation", "needs")):
            cells.fault("name", "name_missing")
            return None
        return HomeLine(cells.row, *place, name="")
    channel = said(CHANNELS, cells["channel"])
    if cells["channel"] and channel is None and re.search(r"\d{7}", folded(cells["channel"])):
        cells.fault("channel", "phone_in_channel")
    else:
        channel = cells.choice("channel", channel, "sms call")
    state = cells["state"]
    if state and not says(YES, state) and not says(NO, state):
        cells.fault("state", "unknown_state")
    line = HomeLine(
        cells.row,
        *place,
        name=name,
        phone=phone if cells["phone"] else None,
        relation=cells.choice("relation", said(RELATIONS, cells["relation"]), " ".join(RELATIONS)),
        language=cells.choice("language", said(LANGUAGES, cells["language"]), " ".join(LANGUAGES)),
        channel=channel,
        consent=_consent(cells, today),
        needs=_needs(cells, today),
        left=bool(state) and says(NO, state),
    )
    if line.consent == "" and any(need[0] in SENSITIVE for need in line.needs or ()):
        cells.fault("consent", "consent_needed")
    return line


def _consent(cells: Cells, today: date) -> str | None:
    text = cells["consent"]
    if not text:
        return None
    if says(NO, text):
        return ""
    if says(YES, text):
        return today.isoformat()
    day = day_of(text)
    if day is None or day > today:
        cells.fault("consent", "no_consent")
        return None
    return day.isoformat()


def _needs(cells: Cells, today: date) -> tuple[tuple[str, str, str], ...] | None:
    text = cells["needs"]
    if not text:
        return None
    if says(NOTHING, text):
        return ()
    until = ""
    if cells["until"]:
        day = day_of(cells["until"])
        if day is None:
            cells.fault("until", "no_day")
        elif not today <= day <= today + LONGEST_NEED:
            cells.fault("until", "day_out_of_range", most=(today + LONGEST_NEED).isoformat())
        else:
            until = day.isoformat()
    out: dict[str, tuple[str, str, str]] = {}
    for part in filter(str.strip, _BETWEEN_NEEDS.split(text)):
        found = _NEED.fullmatch(part)
        kind = said(NEEDS, found.group(1)) if found else None
        reason = ((found.group(2) if found else "") or cells["reason"]).strip()
        if kind is None:
            cells.fault("needs", "unknown_needs", said=part.strip()[:20], known=" ".join(NeedKind))
        elif not reason:
            cells.fault("needs", "reason_missing", said=part.strip()[:20])
        elif len(reason) > MOST_REASON:
            cells.fault("needs", "reason_too_long", most=str(MOST_REASON))
        else:
            out[kind] = (kind, reason, until)
    if len(out) > MOST_NEEDS:
        cells.fault("needs", "too_many_needs", most=str(MOST_NEEDS))
    return tuple(out.values())


def _without_repeats(
    found: Sequence[tuple[Cells, HomeLine]],
) -> tuple[list[HomeLine], list[Finding]]:
    """The lines of a home, each person once; a row that repeats another one is a remark, one that contradicts it a fault."""
    lines: dict[tuple[str, str], HomeLine] = {}
    findings: list[Finding] = []
    for cells, line in found:
        named = [one for one in lines.values() if one.name == line.name]
        same = next((one for one in named if replace(one, row=line.row, room=line.room) == line), None)
        if same is not None:
            cells.remark("name", "repeated", row=str(same.row))
        elif named:
            cells.fault("name", "contradicts", row=str(named[0].row))
        else:
            lines[line.name, line.phone or ""] = line
        findings += cells.findings
    return list(lines.values()), findings


def _compare_telephones(homes: Mapping[str, Sequence[tuple[Cells, HomeLine]]]) -> None:
    """Remarks on telephones that stand for two people: it may be meant so, and it opens the pages of both."""
    first: dict[str, HomeLine] = {}
    for lines in homes.values():
        for cells, line in lines:
            if not line.phone or line.left:
                continue
            other = first.setdefault(line.phone, line)
            if other.name != line.name:
                code = "shared_phone" if other.home == line.home else "phone_of_another_home"
                cells.remark("phone", code, row=str(other.row))


def _matched(household: Household, lines: Sequence[HomeLine]) -> dict[int, Member]:
    """Which member each row means: by name and telephone, by name, else by a telephone that only they have: a new name."""
    free = list(household.living)
    meant: dict[int, Member] = {}

    def take(line: HomeLine, fits: list[Member]) -> None:
        if line.row not in meant and fits:
            meant[line.row] = fits[0]
            free.remove(fits[0])

    for line in lines:
        take(line, [m for m in free if m.name == line.name and digits_of(m.phone or "") == line.phone])
    for line in lines:
        take(line, [m for m in free if m.name == line.name])
    for line in lines:
        fits = [m for m in free if line.phone and digits_of(m.phone or "") == line.phone]
        wanting = [one for one in lines if one.phone == line.phone and one.row not in meant]
        if len(fits) == 1 and len(wanting) == 1 and not line.left:
            take(line, fits)
    return meant


def _changed(member: Member, line: HomeLine, home: Home, now: datetime) -> tuple[Member, list[Finding]]:
    """The member as the line says, and each difference."""
    after = replace(
        member,
        name=line.name,
        phone=_phone(member.phone, line.phone),
        relation=Relation(line.relation) if line.relation else member.relation,
        language=line.language or member.language,
        channel=line.channel or member.channel,
    )
    if line.consent is not None:
        after = _consented(after, line.consent)
    if line.needs is not None:
        after = replace(after, needs=_needs_after(member.needs, line.needs, now))
    findings = []
    for field, was, is_now in (
        ("name", member.name, after.name),
        ("phone", hidden_middle(member.phone or ""), hidden_middle(after.phone or "")),
        ("relation", member.relation.value, after.relation.value),
        ("language", member.language, after.language),
        ("channel", member.channel, after.channel),
        ("consent", "yes" if member.consent_at else "", "yes" if after.consent_at else ""),
        ("needs", needs_said(member.needs), needs_said(after.needs)),
    ):
        if getattr(member, "consent_at" if field == "consent" else field) != getattr(
            after, "consent_at" if field == "consent" else field
        ):
            facts = {"before": was, "after": is_now}
            findings.append(_finding("change", field, line.row, home, member.name, field, **facts))
    return after, findings


def _phone(before: str | None, said: str | None) -> str | None:
    """The telephone after the list; one that is the same number stays as it was written."""
    if said is None or digits_of(before or "") == said:
        return before
    return said or None


def _consented(member: Member, consent: str) -> Member:
    """Consent given counts from the day first told; taken back, what rested on it goes."""
    if not consent:
        needs = tuple(need for need in member.needs if need.kind not in SENSITIVE)
        return replace(member, consent_at=None, needs=needs)
    if member.consent_at is not None:
        return member
    return replace(member, consent_at=_midday(consent))


def _midday(day: str) -> datetime:
    """The day as a moment: its noon in China."""
    return datetime.combine(date.fromisoformat(day), time(4), UTC)


def _needs_after(
    before: Sequence[Need], said: Sequence[tuple[str, str, str]], now: datetime
) -> tuple[Need, ...]:
    """What is to be minded after the list. Without a last day what is there keeps its own, and what is new has a year."""
    known = {(need.kind, need.reason): need for need in before}
    longest = now.date() + LONGEST_NEED
    out = []
    for kind, reason, until in said:
        same = known.get((kind, reason))
        if until:
            out.append(Need(kind, reason, date.fromisoformat(until)))
        else:
            out.append(same or Need(kind, reason, longest - timedelta(days=1)))
    return tuple(out)


def _new_member(line: HomeLine, home: Home, now: datetime, id: str) -> Member:
    return Member(
        id=id,
        community=home.community,
        home=home.id,
        name=line.name,
        phone=line.phone or None,
        relation=Relation(line.relation or ""),
        language=line.language or DEFAULT_LANGUAGE,
        channel=line.channel or DEFAULT_CHANNEL,
        consent_at=_midday(line.consent) if line.consent else None,
        needs=_needs_after((), line.needs or (), now),
        since=now,
    )


def _change(code: str, row: int | None, home: Home, about: str = "") -> Finding:
    return _finding("change", code, row, home, about)


def _finding(
    kind: str, code: str, row: int | None, home: Home, about: str, column: str = "", **facts: str
) -> Finding:
    where = {"building": home.building, "home": home.said}
    return Finding(kind, code, row, column, about, {**where, **facts})
