"""The figures of a community's months, and the cases that they are counted from.

`MONTH#<community>/<month>` names every case filed in a month, written in the transaction that files it; counting a month reads
that and nothing else. What was counted lies in `FIGURES#<community>` and is counted anew as a whole, so that it cannot drift.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain import figures as figures_of
from chalicelib.domain.keeping import Counted
from chalicelib.domain.moments import read, written
from chalicelib.domain.place import Place

from .partitions import read_page
from .patience import patiently
from .table import MonthCaseRecord, Record
from .transaction import Transaction

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.domain.figures import Figures


class FiguresRecord(Record, discriminator="figures"):
    """What a month came to when it was counted last."""

    figures = UnicodeAttribute()
    at = UnicodeAttribute()


def month_records(case: Case | None) -> dict[Place, Record]:
    """The item by which the month of a case finds it, by its place."""
    if case is None:
        return {}
    place = Place(f"MONTH#{case.community}/{figures_of.month_of(case.number)}", case.number)
    return {place: MonthCaseRecord(*place)}


def filed_in(
    community: str, month: str, after: str | None = None, limit: int = 100
) -> tuple[list[str], str | None]:
    """The numbers of the cases filed in a month, and where the next page begins (None at the end); consistently."""
    records, following = read_page(MonthCaseRecord, f"MONTH#{community}/{month}", None, after, limit)
    return [record.sk for record in records], following


def save(community: str, month: str, figures: Figures, at: datetime) -> None:
    """Keeps what a month came to at a moment."""
    told = json.dumps(figures_of.to_json(figures), separators=(",", ":"))
    transaction = Transaction()
    transaction.put(FiguresRecord(f"FIGURES#{community}", month, figures=told, at=written(at)))
    transaction.commit()


def counted(community: str, limit: int) -> list[Counted]:
    """The newest months that were counted, the newest first."""

    def query() -> list[FiguresRecord]:
        return list(FiguresRecord.query(f"FIGURES#{community}", scan_index_forward=False, limit=limit))

    return [
        Counted(record.sk, figures_of.from_json(json.loads(record.figures)), read(record.at))
        for record in patiently(query)
    ]
