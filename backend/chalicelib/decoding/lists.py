"""What a file that somebody sent in holds: the rows of a CSV or of an XLSX's first sheet as text, or why it cannot be read.

A file may be anything. A workbook is opened only after it was unpacked within bounds (a few kilobytes can stand for gigabytes)
and after the places of its cells were looked at (one cell in the last corner stands for seventeen thousand million). Formulas are
never reckoned: what a workbook shows for one is text like any other.
"""

import csv
import io
import re
import zipfile
import zlib
from datetime import date, datetime
from typing import NoReturn
from xml.parsers.expat import ExpatError, ParserCreate

from python_calamine import CalamineError, CalamineWorkbook

from chalicelib.domain.list_file import MOST_BYTES, MOST_CELL, MOST_COLUMNS, MOST_SHEET_ROWS, Row, Unfit

MOST_UNPACKED = 48 * 1024 * 1024
MOST_FILES = 500
_PLACE = re.compile(rb"""\b(?:r|ref)\s*=\s*["']([^"']{1,40})["']""")
_CORNER = re.compile(rb"\$?([A-Za-z]{1,3})\$?([0-9]{1,8})")
_SEPARATORS = ",\t;，"


def rows_of(content: bytes) -> list[Row]:
    """The rows of a file that are not empty. Raises Unfit."""
    if len(content) > MOST_BYTES:
        raise Unfit("too_large")
    if not content.strip(b"\x00\r\n\t ,;"):
        raise Unfit("empty")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unfit("old_xls")  # what Excel wrote before 2007, and workbooks with a password
    if content.startswith(b"PK"):
        found = _workbook(content)
    else:
        found = _separated(_decoded(content))
    rows = [Row(number, cells) for number, cells in found if any(cells)]
    if not rows:
        raise Unfit("empty")
    return rows


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
            return text
    raise Unfit("unreadable")


def _separated(text: str) -> list[tuple[int, tuple[str, ...]]]:
    first = "\n".join(text.splitlines()[:5])
    separator = max(_SEPARATORS, key=first.count)
    out = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
        for number, cells in enumerate(reader, 1):
            if number > MOST_SHEET_ROWS:
                raise Unfit("too_many_rows")
            out.append((number, _tidied(cells)))
    except csv.Error:
        raise Unfit("unreadable") from None
    return out


def _workbook(content: bytes) -> list[tuple[int, tuple[str, ...]]]:
    try:
        safe = _repacked(content)
        with CalamineWorkbook.from_filelike(io.BytesIO(safe)) as book:
            sheet = book.get_sheet_by_index(0)
            first = (sheet.start or (0, 0))[0]
            return [
                (first + number, _tidied([_text(cell) for cell in cells]))
                for number, cells in enumerate(sheet.to_python(skip_empty_area=True), 1)
            ]
    except Unfit:
        raise
    except (CalamineError, zipfile.BadZipFile, zlib.error, OSError, ValueError, IndexError, RuntimeError):
        raise Unfit("no_workbook") from None
    except (NotImplementedError, EOFError, KeyError):
        raise Unfit("no_workbook") from None
    except BaseException as error:  # noqa: BLE001  given on at once, unless it is the reader's own
        _refuse_panic(error)


def _refuse_panic(error: BaseException) -> NoReturn:
    """A reader written in Rust reports its own mistakes as a PanicException, which is no Exception."""
    if type(error).__name__ == "PanicException":
        raise Unfit("no_workbook") from None
    raise error


def _repacked(content: bytes) -> bytes:
    """The workbook packed anew from what it really holds, so that no size that it claims is believed. Raises Unfit."""
    out = io.BytesIO()
    left = MOST_UNPACKED
    with (
        zipfile.ZipFile(io.BytesIO(content)) as packed,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made,
    ):
        entries = packed.infolist()
        if len(entries) > MOST_FILES:
            raise Unfit("bomb")
        names = {entry.filename for entry in entries}
        if len(names) != len(entries) or "xl/workbook.xml" not in names:
            raise Unfit("no_workbook")
        for entry in entries:
            if not entry.filename.endswith((".xml", ".rels")):
                continue  # pictures and programs are nothing to us
            with packed.open(entry) as stream:
                data = stream.read(left + 1)
            left -= len(data)
            if left < 0:
                raise Unfit("bomb")
            # A workbook may keep its sheets anywhere.
            if "/worksheets/" in f"/{entry.filename}" or b"sheetData" in data or b"\x00" in data[:200]:
                _look_at_places(data)
            made.writestr(entry.filename, data)
    return out.getvalue()


def _look_at_places(sheet: bytes) -> None:
    """Raises Unfit for a sheet with a cell or a row beyond what a list may have, or that does not say where its cells are.

    A cell without a place of its own lies beside the one before it, in whatever row that is: so a few of them could stand for
    millions.
    """
    if b"\x00" in sheet[:200]:
        raise Unfit("no_workbook")
    _look_at_rows(sheet)
    for place in _PLACE.findall(sheet):
        for letters, digits in _CORNER.findall(place):
            column = 0
            for letter in letters.upper():
                column = column * 26 + letter - 64
            if int(digits) > MOST_SHEET_ROWS or column > 16_384:
                raise Unfit("too_many_rows")
            if column > MOST_COLUMNS * 4:
                raise Unfit("too_many_columns")


def _look_at_rows(sheet: bytes) -> None:
    def begun(name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row" if "r" in attributes:
                number = attributes["r"].strip()
                if not (number.isascii() and number.isdecimal()):
                    raise Unfit("no_workbook")
                if len(number) > 8 or int(number) > MOST_SHEET_ROWS:
                    raise Unfit("too_many_rows")
            case "c" if not _CORNER.fullmatch(attributes.get("r", "").encode()):
                raise Unfit("no_workbook")

    def refused(*_: object) -> None:
        raise Unfit("no_workbook")

    parser = ParserCreate()
    parser.StartElementHandler = begun
    parser.StartDoctypeDeclHandler = refused  # with entities of its own a sheet could be anything
    try:
        parser.Parse(sheet, True)
    except (ExpatError, LookupError):
        raise Unfit("no_workbook") from None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _tidied(cells: list[str]) -> tuple[str, ...]:
    """The cells on one line each, cut where no cell of a list ends; the trailing empty ones gone."""
    tidy = [re.sub(r"[\s\u200b\ufeff]+", " ", cell).strip()[:MOST_CELL] for cell in cells[:MOST_COLUMNS]]
    while tidy and not tidy[-1]:
        tidy.pop()
    return tuple(tidy)
