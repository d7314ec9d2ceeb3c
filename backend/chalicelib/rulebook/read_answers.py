"""Reads the answers that staff fill in with one tap."""

from __future__ import annotations

import string
from typing import cast, get_args

from chalicelib.domain.standards import AnswerVerb, AnswerWords, CaseKind, Text
from chalicelib.rulebook.table import Table

ANSWER_PLACEHOLDERS = ("me", "title", "number", "due")


def read_answers(table: Table) -> dict[str, AnswerWords]:
    """The answers by id, in the order of the file, which is the order in which they are offered."""
    answers: dict[str, AnswerWords] = {}
    for row in table.rows("answers"):
        answer = _answer(row)
        if answer.id in answers:
            row.wrong("id", f"“{answer.id}”写了两次。请换一个编号。")
        answers[answer.id] = answer
    table.finish()
    answers.pop("", None)
    return answers


def _answer(row: Table) -> AnswerWords:
    kinds = row.names("kinds")
    for kind in kinds:
        if kind not in get_args(CaseKind):
            row.wrong("kinds", f"没有“{kind}”这类工单。可以写的有：{'、'.join(get_args(CaseKind))}。")
    answer = AnswerWords(
        id=row.identifier("id"),
        verb=cast(AnswerVerb, row.choice("verb", get_args(AnswerVerb))),
        kinds=cast("tuple[CaseKind, ...]", kinds),
        title=row.text("title"),
        text=row.text("text"),
    )
    _check_placeholders(row, answer.text)
    row.finish()
    return answer


def _check_placeholders(row: Table, text: Text) -> None:
    for language, words in (("zh", text.zh), ("en", text.en)):
        name = f"text.{language}"
        try:
            found = [
                (field, form, conversion) for _, field, form, conversion in string.Formatter().parse(words)
            ]
        except ValueError:
            row.wrong(name, "花括号没有成对。请看看是不是少了一半。")
            continue
        for field, form, conversion in found:
            if field is not None and (field not in ANSWER_PLACEHOLDERS or form or conversion):
                known = "、".join(f"{{{one}}}" for one in ANSWER_PLACEHOLDERS)
                row.wrong(name, f"系统不认识 {{{field}}}。可以用的有：{known}。")
