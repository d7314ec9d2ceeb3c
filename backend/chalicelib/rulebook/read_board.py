"""Reads the info board: its form, its categories, and the reasons that the desk may give."""

from __future__ import annotations

from typing import TypeVar, cast, get_args

from chalicelib.domain.board import Board, DeskReason, DeskVerb, PostCategory
from chalicelib.domain.standards import FieldWords, Text
from chalicelib.rulebook.read_words import read_field
from chalicelib.rulebook.table import Table

Named = TypeVar("Named", PostCategory, DeskReason)

LONGEST_LIFE = 365
BOARD_FIELDS: dict[str, tuple[str, ...]] = {
    "category": ("missing", "unknown"),
    "title": ("missing", "too_long"),
    "text": ("missing", "too_long"),
    "price": ("invalid", "too_long"),
    "until": ("invalid", "past", "too_far"),
    "contact": ("missing", "too_long"),
}


def read_board(table: Table) -> Board:
    """The board as the file describes it."""
    board = Board(
        title=table.text("title"),
        intro=table.text("intro"),
        submit=table.text("submit"),
        fields=_fields(table),
        categories=tuple(_by_id(table, "categories", [_category(row) for row in table.rows("categories")])),
        reasons=tuple(_by_id(table, "reasons", [_reason(row) for row in table.rows("reasons")])),
    )
    if not board.categories:
        table.wrong("categories", "一个分类也没有。请至少写一段 [[categories]]。")
    for verb in get_args(DeskVerb):
        if board.reasons and not board.reasons_for(verb):
            table.wrong(
                "reasons", f"没有一条原因能用在“{verb}”上。请至少给一条 [[reasons]] 的 verbs 加上它。"
            )
    if not board.reasons:
        table.wrong("reasons", "一条原因也没有。请至少写一段 [[reasons]]。")
    table.finish()
    return board


def _fields(table: Table) -> dict[str, FieldWords]:
    fields: dict[str, FieldWords] = {}
    for row in table.rows("fields"):
        id = row.choice("id", tuple(BOARD_FIELDS))
        if id in fields:
            row.wrong("id", f"“{id}”写了两次。请只留一个。")
        fields[id] = read_field(row, id, BOARD_FIELDS.get(id, ()))
    for missing in BOARD_FIELDS:
        if missing not in fields:
            table.wrong(f"fields[{missing}]", f"缺少“{missing}”这个问题的话。请补上一段 [[fields]]。")
    return fields


def _category(row: Table) -> PostCategory:
    price = row.flag("price")
    unit = row.text("unit") if price or row.has("unit") else Text("", "")
    if not price and row.has("unit"):
        row.wrong("unit", "不问价格（price = false）就不用写单位。请删掉这两行，或者把 price 改成 true。")
    usual = row.whole("usual_days", least=1, most=LONGEST_LIFE)
    most = row.whole("most_days", least=1, most=LONGEST_LIFE)
    if usual > most:
        row.wrong("usual_days", f"{usual} 比最长的 {most} 天还长。请改小，或者把 most_days 改大。")
    category = PostCategory(
        id=row.identifier("id"),
        name=row.text("name"),
        hint=row.text("hint"),
        price=price,
        unit=unit,
        usual_days=usual,
        most_days=most,
    )
    row.finish()
    return category


def _reason(row: Table) -> DeskReason:
    verbs = row.names("verbs")
    for verb in verbs:
        if verb not in get_args(DeskVerb):
            row.wrong("verbs", f"没有“{verb}”这一步。可以写的有：{'、'.join(get_args(DeskVerb))}。")
    if not verbs:
        row.wrong("verbs", f"要写明用在哪一步。可以写的有：{'、'.join(get_args(DeskVerb))}。")
    reason = DeskReason(
        id=row.identifier("id"),
        verbs=cast("tuple[DeskVerb, ...]", verbs),
        text=row.text("text"),
        needs_words=row.flag("needs_words", default=False),
    )
    row.finish()
    return reason


def _by_id(table: Table, name: str, found: list[Named]) -> list[Named]:
    seen: set[str] = set()
    for one in found:
        if one.id and one.id in seen:
            table.wrong(f"{name}[{one.id}].id", f"“{one.id}”写了两次。请换一个编号。")
        seen.add(one.id)
    return found
