"""Reads the words of forms, of messages and of how limits are counted."""

from __future__ import annotations

import string
from collections.abc import Collection
from typing import cast, get_args

from chalicelib.domain.limits import Unit
from chalicelib.domain.standards import Audience, FieldWords, FormKind, FormWords, MessageWords, Text
from chalicelib.rulebook.table import Table

COUNTING_KEYS = (*(unit.value for unit in Unit), "earliest", "agreed", "visit_agreed", "no_clock")

# What a message may say. Never a telephone, a flat number or what a resident wrote: group chats are read by many.
MESSAGE_PLACEHOLDERS = frozenset(
    {
        "number",
        "standard",
        "title",
        "clock",
        "due",
        "promise",
        "since",
        "late_by",
        "link",
        "place",
        "who",
        "reason",
        "year",
        "count",
        "code",
        "incident",
        "news",
    }
)
_PERSONAL = frozenset({"phone", "home", "name", "what", "address"})

MESSAGE_IDS: dict[str, tuple[str, ...]] = {
    "resident": (
        "filed",
        "filed_as_proposal",
        "replied",
        "appointed",
        "extended",
        "resolved",
        "resolved_joined",
        "reopened",
        "joined",
        "proposed",
        "paused",
        "closed",
        "sign_in_code",
        "post_approved",
        "post_refused",
        "post_change_asked",
        "post_taken_down",
        "post_ending",
        "post_expired",
        "incident",
        "incident_over",
        "open_day_reminder",
    ),
    "staff": (
        "assigned",
        "assigned_to_fallback",
        "urged",
        "reminder",
        "reminder_late",
        "supervisor",
        "manager",
        "general_manager",
        "unattended",
        "unattended_paused",
        "told_at_once",
        "extension_asked",
        "extension_decided",
        "passed_upward",
        "reopened_staff",
        "resident_wrote",
        "confirmed",
        "rated",
        "withdrawn",
        "tell_resident",
        "post_waiting",
        "post_reported",
        "open_day_question",
        "calls_drawn",
        "calls_left",
        "calls_missed",
        "dissatisfied",
        "staff_code",
    ),
    "engineer": ("clock_refused", "calendar_missing", "message_stuck", "codes_exhausted"),
}

_PLACE_AND_PERSON = ("home", "name", "phone", "updates")
FORM_FIELDS: dict[str, tuple[str, ...]] = {
    "repair": ("category", "community", "building", "place", "what", *_PLACE_AND_PERSON),
    "complaint": ("category", "community", "building", "place", "what", *_PLACE_AND_PERSON),
    "enquiry": ("category", "community", "building", "what", "visit_agreed", *_PLACE_AND_PERSON),
    "service": ("category", "community", "building", "what", "visit_agreed", *_PLACE_AND_PERSON),
}
FIELD_ERRORS: dict[str, tuple[str, ...]] = {
    "category": ("missing", "unknown"),
    "community": ("missing", "unknown"),
    "building": ("missing", "unknown"),
    "home": ("missing", "too_long"),
    "place": ("missing", "too_long"),
    "what": ("missing", "too_long"),
    "name": ("too_long",),
    "phone": ("missing", "invalid"),
    "visit_agreed": ("invalid",),
    "updates": ("invalid",),
}


def read_counting(table: Table) -> dict[str, Text]:
    """How each unit is counted, in words."""
    counting = {}
    for key in COUNTING_KEYS:
        counting[key] = table.text(key)
    table.finish()
    return counting


def read_form(table: Table) -> FormWords:
    """The words of one form; the fields themselves are fixed."""
    kind = table.choice("kind", get_args(FormKind))
    stem = table.file.rpartition("/")[2].removesuffix(".toml")
    if kind and kind != stem:
        table.wrong("kind", f"写的是“{kind}”，文件名却是“{stem}.toml”。请改成一样的。")
    wanted = FORM_FIELDS.get(kind, ())
    fields: dict[str, FieldWords] = {}
    for row in table.rows("fields"):
        field_id = row.choice("id", wanted) if kind else row.words("id")
        if field_id in fields:
            row.wrong("id", f"“{field_id}”写了两次。请只留一个。")
        fields[field_id] = read_field(row, field_id, FIELD_ERRORS.get(field_id, ()))
    for missing in wanted:
        if missing not in fields:
            table.wrong(
                f"fields[{missing}]", f"缺少“{missing}”这个问题的话。请照别的表单补上一段 [[fields]]。"
            )
    form = FormWords(
        kind=cast(FormKind, kind),
        title=table.text("title"),
        intro=table.text("intro"),
        submit=table.text("submit"),
        fields=fields,
    )
    table.finish()
    return form


def read_field(row: Table, field_id: str, causes: Collection[str]) -> FieldWords:
    """The words of one question of a form, with a sentence for each of the `causes` of a mistake."""
    label, hint = row.text("label"), row.text("hint", blank=True)
    inner = row.table("errors")
    errors = {cause: inner.text(cause) for cause in causes}
    inner.finish()
    row.finish()
    return FieldWords(field_id, label, hint, errors)


def read_messages(table: Table) -> list[MessageWords]:
    """The messages of one file, which all go to one audience."""
    audience = cast(Audience, table.choice("audience", get_args(Audience)))
    wanted = MESSAGE_IDS.get(audience, ())
    messages = []
    for row in table.rows("messages"):
        message_id = row.choice("id", wanted) if audience else row.words("id")
        message = MessageWords(message_id, audience, row.text("subject"), row.text("text"))
        for name, text in (("subject", message.subject), ("text", message.text)):
            check_placeholders(row, f"{name}.zh", text.zh, MESSAGE_PLACEHOLDERS)
            check_placeholders(row, f"{name}.en", text.en, MESSAGE_PLACEHOLDERS)
            if text.zh and text.en and placeholders(text.zh) != placeholders(text.en):
                row.wrong(name, "中文和英文里花括号的词不一样。请让两边说的是同样的内容。")
        messages.append(message)
        row.finish()
    table.finish()
    return messages


def placeholders(text: str) -> set[str]:
    """The names in braces; empty when the braces do not pair."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def check_placeholders(row: Table, name: str, text: str, allowed: Collection[str]) -> None:
    """Note placeholders that are unknown or that would give away a telephone or a home."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        row.wrong(name, "花括号没有成对。请写成 {number} 这样，左右各一个。")
        return
    for _, found, form, conversion in parts:
        if found is None:
            continue
        if found in _PERSONAL:
            row.wrong(
                name,
                f"不能用 {{{found}}}：消息里绝不能出现电话、房号和居民写的话。需要的人可以打开 {{link}} 看。",
            )
        elif found not in allowed or form or conversion:
            row.wrong(
                name,
                f"系统不认识 {{{found}}}。可以用的有：{'、'.join(f'{{{one}}}' for one in sorted(allowed))}。",
            )
