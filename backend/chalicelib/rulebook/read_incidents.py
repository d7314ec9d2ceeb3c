"""Reads the kinds of incidents, with the words that are ready for them."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast, get_args

from chalicelib.domain.standards import IncidentIcon, IncidentKind
from chalicelib.rulebook.table import Table


def read_incidents(table: Table, standards: Collection[str] | None) -> dict[str, IncidentKind]:
    """The kinds by id, in the order of the file, which is that of the desk; `standards` are the known promises, None where
    they could not be read."""
    kinds: dict[str, IncidentKind] = {}
    for row in table.rows("kinds"):
        kind = IncidentKind(
            id=row.identifier("id"),
            name=row.text("name"),
            icon=cast(IncidentIcon, row.choice("icon", get_args(IncidentIcon))),
            hazard=row.flag("hazard", default=False),
            categories=row.names("categories"),
            announced=row.text("announced"),
            working=row.text("working"),
            over=row.text("over"),
            mind=row.text("mind"),
        )
        for one in kind.categories:
            if standards is not None and one not in standards:
                row.wrong("categories", f"没有“{one}”这条标准。请看看编号是不是打错了。")
        row.finish()
        if kind.id in kinds:
            row.wrong("id", f"“{kind.id}”写了两次。请换一个编号。")
        kinds[kind.id] = kind
    table.finish()
    kinds.pop("", None)
    if not kinds:
        table.wrong("kinds", "一种也没有。请至少写一条 [[kinds]]。")
    return kinds
