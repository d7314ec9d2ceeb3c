"""What a list in a file is to the portal: its rows as text within bounds, or why it cannot be read as one."""

from dataclasses import dataclass

MOST_BYTES = 4 * 1024 * 1024
MOST_COLUMNS = 60
MOST_SHEET_ROWS = 20_000
MOST_CELL = 500
# Why a file is no list, as far as decoding it tells; what its rows lack shows later.
UNDECODABLE = frozenset(
    [
        "bomb",
        "empty",
        "no_workbook",
        "old_xls",
        "too_large",
        "too_many_columns",
        "too_many_rows",
        "unreadable",
    ]
)


class Unfit(ValueError):
    """A file that cannot be read as a list; `code` says why (UNDECODABLE, and what its rows lack)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file as its spreadsheet numbers it, from 1."""

    number: int
    cells: tuple[str, ...]
