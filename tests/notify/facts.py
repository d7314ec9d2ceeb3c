"""Realistic messages for tests: one of every template, about a real case, as the rules owe them."""

from collections.abc import Mapping

from chalicelib.domain.change import Message
from chalicelib.domain.delivering import Letter
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Rulebook
from chalicelib.notify import Places
from tests.cases import COMMUNITY, MINUTE, NUMBER, TUESDAY_TEN

DUE = TUESDAY_TEN + 42 * MINUTE
SECRET = "secretlinkofthecase"
PLACES = Places(
    for_resident=lambda number: f"https://portal.example/api/track/{number}-{SECRET}",
    for_staff=lambda number: f"https://portal.example/api/staff/cases/{number}",
)

_LEVEL = {"clock": "arrive", "standard": "C1", "due": written(DUE), "late_by": 7500}
_POST = {"post": "to-let", "until": "2026-12-20", "reason_id": "personal-data"}
_CALLS = {"month": "2026-10", "count": 12, "due": written(DUE)}
_INCIDENT = {
    "kind": "water",
    "zh": "正在抢修。",
    "en": "We are at it.",
    "expects": "2026-11-24T06:00:00.000Z",
}
FACTS: Mapping[str, Mapping[str, object]] = {
    "filed": {"standard": "C1"},
    "appointed": {"due": written(DUE)},
    "extended": {"clock": "arrive", "due": written(DUE)},
    "resolved": {"due": written(DUE)},
    "joined": {"other": "261124-000002"},
    "paused": {"wait": "waiting_for_part"},
    "assigned": {"standard": "C1"},
    "assigned_to_fallback": {"standard": "C1"},
    "urged": {"clock": "arrive"},
    "reminder": {**_LEVEL, "late_by": 0},
    "reminder_late": _LEVEL,
    "supervisor": _LEVEL,
    "manager": _LEVEL,
    "general_manager": _LEVEL,
    "unattended": {"since": written(TUESDAY_TEN)},
    "unattended_paused": {"since": written(TUESDAY_TEN), "wait": "waiting_for_part"},
    "told_at_once": {"standard": "B2"},
    "extension_asked": {"clock": "arrive", "due": written(DUE)},
    "extension_decided": {"approved": False, "due": written(DUE)},
    "passed_upward": {"standard": "C1"},
    "reopened_staff": {"count": 2},
    **dict.fromkeys(("calls_drawn", "calls_left", "calls_missed"), _CALLS),
    "tell_resident": {"reason": "有答复了"},
    "clock_refused": {"late_by": 300},
    "calendar_missing": {"year": 2028, "count": 3},
    "sign_in_code": {"code": "012345"},
    "staff_code": {"code": "012345"},
    "codes_exhausted": {"reason": "resident"},
    **dict.fromkeys(("post_approved", "post_refused", "post_change_asked", "post_taken_down"), _POST),
    **dict.fromkeys(("post_ending", "post_expired"), _POST),
    **dict.fromkeys(("incident", "incident_over"), _INCIDENT),
    "post_waiting": {"post": "to-let"},
    "post_reported": {"post": "to-let"},
    "open_day_question": {"day": "2026-12-river-view"},
    "open_day_reminder": {"day": "2026-12-river-view", "due": "2026-12-19T01:30:00.000Z"},
    "message_stuck": {"to": f"resident:{NUMBER}", "template": "filed", "reason": "wecom: errcode 93000"},
}


def message(
    template: str = "assigned",
    to: str = f"staff:{COMMUNITY}/gui-technician-1",
    id: str = "m1",
    case: str = NUMBER,
    community: str = COMMUNITY,
    **facts: object,
) -> Message:
    """A message of that template with its usual facts, and others beside or instead of them."""
    return Message(id, template, to, community, case, TUESDAY_TEN, {**FACTS.get(template, {}), **facts})


def audience_address(book: Rulebook, template: str) -> str:
    """An address of the kind that this template is written for."""
    audience = book.messages[template].audience
    return {
        "resident": f"resident:{NUMBER}",
        "staff": f"staff:{COMMUNITY}/gui-technician-1",
        "engineer": "engineers",
    }[audience]


def letter(channel: str = "robot", to: str = "order-group", text: str = "您好", id: str = "m1") -> Letter:
    """A letter as channels get it."""
    link = "https://portal.example/api/track/abc"
    return Letter(id, channel, to, "标题", text, NUMBER, "zh", "filed", {"number": NUMBER, "link": link})
