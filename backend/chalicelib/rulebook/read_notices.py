"""Reads the categories of notices."""

from __future__ import annotations

from typing import cast, get_args

from chalicelib.domain.standards import NoticeCategory, NoticeIcon
from chalicelib.rulebook.table import Table


def read_notices(table: Table) -> dict[str, NoticeCategory]:
    """The categories by id, in the order of the file, which is the order of the filter."""
    categories: dict[str, NoticeCategory] = {}
    for row in table.rows("categories"):
        category = NoticeCategory(
            id=row.identifier("id"),
            name=row.text("name"),
            icon=cast(NoticeIcon, row.choice("icon", get_args(NoticeIcon))),
            on_top=row.flag("on_top", default=False),
        )
        row.finish()
        if category.id in categories:
            row.wrong("id", f"“{category.id}”写了两次。请换一个编号。")
        categories[category.id] = category
    table.finish()
    categories.pop("", None)
    if not categories:
        table.wrong("categories", "一个类别也没有。请至少写一条 [[categories]]。")
    return categories
