"""Reads the promises that put no clock on a case, a family of them from each file."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import cast, get_args

from chalicelib.domain.commitments import Commitment, CommitmentKind, Family, Keeping, Rhythm
from chalicelib.domain.standards import Text
from chalicelib.rulebook.table import Table

OWNING_ROLES = ("general_manager", "manager", "supervisor", "desk", "assistant", "editor")
_ID = re.compile(r"[A-Z]\d{1,2}")
_PAGE = re.compile(r"[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)*")


def read_family(table: Table, departments: Collection[str] | None) -> Family:
    """The promises of one file; `departments` is None when they could not be read and cannot be checked against."""
    page = table.words("page", longest=80)
    if page and not _PAGE.fullmatch(page):
        table.wrong("page", f"“{page}”不是页面的名字。请写 docs/zh 里的路径，不带 .md，例如 promises/order。")
    source = table.text("source")
    commitments = tuple(_commitment(row, source, departments) for row in table.rows("commitments"))
    if not commitments:
        table.wrong("commitments", "一条承诺也没有。每条前面要单独写一行 [[commitments]]。")
    table.finish()
    return Family(table.file.rpartition("/")[2].removesuffix(".toml"), page, source, commitments)


def _commitment(row: Table, source: Text, departments: Collection[str] | None) -> Commitment:
    id = row.words("id", longest=10)
    if id and not _ID.fullmatch(id):
        row.wrong("id", f"“{id}”不是承诺编号。请写一个大写字母加数字，例如 H3。")
    kinds = row.names("kinds")
    for kind in kinds:
        if kind not in get_args(CommitmentKind):
            row.wrong("kinds", f"不能写“{kind}”。可以写的有：{'、'.join(get_args(CommitmentKind))}。")
    if not kinds:
        row.wrong("kinds", '要写明是哪一种，例如 kinds = ["duty"]。')
    owner = row.words("owner", longest=40)
    if owner and departments is not None and owner not in (*departments, *OWNING_ROLES):
        row.wrong(
            "owner", f"没有“{owner}”这个部门或岗位。可以写的有：{'、'.join((*departments, *OWNING_ROLES))}。"
        )
    commitment = Commitment(
        id=id,
        kinds=cast("tuple[CommitmentKind, ...]", kinds),
        title=row.text("title"),
        explanation=row.text("explanation"),
        often=row.text("often"),
        rhythm=cast(Rhythm, row.choice("rhythm", get_args(Rhythm))),
        owner=owner,
        keeping=cast(Keeping, row.choice("keeping", get_args(Keeping))),
        source=row.maybe_text("source") or source,
        stands=row.maybe_text("stands"),
    )
    row.finish()
    return commitment
