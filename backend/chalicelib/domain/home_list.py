"""A list of homes and the people in them: its rows read and checked.

An empty cell says nothing: what the register knows stays. `无` takes away. What the law calls sensitive is taken only with
the person's own consent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .addresses import Unsound, tidy_room, tidy_unit
from .households import (
    MOST_NEEDS,
    SENSITIVE,
    NeedKind,
    new_home,
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
from .telephones import folded

MOST_REASON = 80
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
