"""What lists of homes and of staff have in common: the heading, the cells by column, what is wrong with them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from .importing import MOST_ROWS, Finding, Sort, piece_size
from .list_file import Row, Unfit
from .list_words import HOME_COLUMNS, NEEDED, STAFF_COLUMNS, Words, column_of, plain
from .standards import Community
from .telephones import NoTelephone, folded, telephone

MOST_NAME = 40
MOST_STAFF = 500
_FARTHEST_HEADING = 12
# Signs that turn the direction of text around: in a name they can only deceive.
_DECEIVING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x1f\x7f-\x9f\ufffd]")
_COLUMNS: dict[Sort, Words] = {Sort.HOMES: HOME_COLUMNS, Sort.STAFF: STAFF_COLUMNS}


@dataclass(slots=True)
class Cells:
    """A row by its columns, and what was found wrong with it so far."""

    row: int
    values: dict[str, str]
    findings: list[Finding] = field(default_factory=list)

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def fault(self, column: str, code: str, **facts: str) -> None:
        """Notes a fault: the row stays out."""
        self.findings.append(Finding("fault", code, self.row, column, self["name"][:MOST_NAME], facts))

    def remark(self, column: str, code: str, **facts: str) -> None:
        """Notes something to look at; the row counts."""
        self.findings.append(Finding("remark", code, self.row, column, self["name"][:MOST_NAME], facts))

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with the row."""
        return all(one.kind != "fault" for one in self.findings)

    def choice(self, column: str, found: str | None, known: str) -> str | None:
        """What a cell chose; an empty one says nothing. Notes a fault for what nobody knows."""
        if self[column] and found is None:
            self.fault(column, f"unknown_{column}", known=known)
        return found


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a list (as JSON values), what was found in their rows already, and the homes of rows that stay out."""

    lines: Sequence[list[object]]
    findings: Sequence[Finding]
    spoiled: Sequence[str] = ()


def headed(rows: Sequence[Row], sort: Sort) -> Iterator[Cells]:
    """The rows below the heading by their columns. Raises Unfit without a heading, or without a column that is needed."""
    columns = _COLUMNS[sort]
    best: tuple[int, dict[str, int]] = (0, {})
    for at, row in enumerate(rows[:_FARTHEST_HEADING]):
        found: dict[str, int] = {}
        for place, cell in enumerate(row.cells):
            column = column_of(columns, cell)
            if column is not None:
                found.setdefault(column, place)
        if len(found) > len(best[1]):
            best = (at, found)
    heading, places = best
    if len(places) < 2:
        raise Unfit("no_heading")
    missing = [column for column in NEEDED[sort.value] if column not in places]
    if missing:
        raise Unfit(f"no_column:{missing[0]}")
    below = rows[heading + 1 :]
    if not below:
        raise Unfit("empty")
    if len(below) > (MOST_ROWS if sort is Sort.HOMES else MOST_STAFF):
        raise Unfit("too_many_rows")
    for row in below:
        values = {column: row.cells[place] for column, place in places.items() if place < len(row.cells)}
        if any(values.values()):
            yield Cells(row.number, values)


def name_of(cells: Cells) -> str:
    """The name in a row; "" where none can be told, with the fault noted."""
    name = re.sub(r"\s+", " ", cells["name"]).strip()
    if not name:
        return ""
    if len(name) > MOST_NAME:
        cells.fault("name", "name_too_long", most=str(MOST_NAME))
    elif _DECEIVING.search(name) or not any(sign.isalpha() for sign in name):
        cells.fault("name", "no_name")
    return name


def phone_of(cells: Cells) -> str:
    """The digits of the telephone in a row, "" where none stands or none can be told, with the fault noted."""
    text = cells["phone"]
    if not text:
        return ""
    try:
        return telephone(text)
    except NoTelephone:
        several = len(re.findall(r"1[3-9]\d{9}", folded(text))) > 1
        cells.fault("phone", "two_phones" if several else "no_phone")
        return ""


def building_ids(community: Community) -> dict[str, str]:
    """What the buildings are called, by every way in which people write it."""
    found: dict[str, str] = {}
    for one in community.buildings.values():
        for name in (one.id, one.name.zh, one.name.en):
            found.setdefault(plain_building(name), one.id)
    return found


def plain_building(text: str) -> str:
    """`1 号楼`, `1栋`, `Building 1`, `01` as `1`."""
    text = re.sub(r"(号楼|号院|栋|幢|座|楼|building|house|block|号)", "", plain(text))
    return text.lstrip("0") or text


def day_of(text: str) -> date | None:
    """A day as people write it: `2027-03-01`, `2027/3/1`, `2027年3月1日`, `20270301`. None for what is none."""
    found = re.fullmatch(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*", folded(text))
    found = found or re.fullmatch(r"\s*(\d{4})(\d{2})(\d{2})\s*", folded(text))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def pieces_of(
    groups: Iterable[tuple[Sequence[list[object]], Sequence[Finding], Sequence[str]]], rows: int
) -> list[Piece]:
    """Groups of lines, each of which stays together, put into pieces."""
    size = piece_size(rows)
    out: list[Piece] = []
    lines: list[list[object]] = []
    findings: list[Finding] = []
    spoiled: list[str] = []
    for its_lines, its_findings, its_spoiled in groups:
        lines += its_lines
        findings += its_findings
        spoiled += its_spoiled
        if len(lines) + len(findings) >= size:
            out.append(Piece(lines, findings, spoiled))
            lines, findings, spoiled = [], [], []
    if lines or findings or not out:
        out.append(Piece(lines, findings, spoiled))
    return out
