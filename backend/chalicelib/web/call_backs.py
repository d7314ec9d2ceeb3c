"""The call-backs of a month: whom the supervisor has to call, and what was said (E4, E5); as a page and as JSON.

No name and no telephone stand here: whoever calls opens the case, and that they did is noted.
"""

from __future__ import annotations

import re
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.call_draw import Draw
from chalicelib.domain.calls import Calls, looked_at
from chalicelib.domain.case import Case
from chalicelib.domain.figures import MONTHS
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Text

from . import body
from .access import open_to
from .answers import json_answer, page
from .call_backs_view import LISTS, List, call_backs_view, called_resource, stands_in
from .edge import ANY_TYPE, READ
from .exchange import Exchange
from .paging import opaque, position
from .problems import bad_request
from .rendering import render
from .staff_pages import CALL_BACKS, CALLING, bar_of, other_language, reader_of

call_backs = Blueprint(__name__)

PAGE = 25
# How many cases are read at once until a page is full.
READ_AT_ONCE = 100
_POSITION = re.compile(r"[0-9]{1,6}")


@call_backs.route("/staff/call-backs", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *sorted(CALLING))
def show_call_backs(asked: Exchange, session: wiring.Session) -> Response:
    """A month's calls: those to be made, or those that were made."""
    months, chosen, which = _chosen(asked, session)
    rows, cursor = _rows(asked, chosen, _draw(chosen), which)
    here = f"{CALL_BACKS}?month={chosen.month}&list={which}" if chosen else CALL_BACKS
    following = f"{here}&cursor={opaque(cursor)}{asked.carried_language}" if cursor else ""
    reader = reader_of(asked)
    view = call_backs_view(months, chosen, which, rows, following, reader)
    bar = bar_of(CALL_BACKS, session, reader)
    content = render("staff_call_backs.html", reader.language, view=view, bar=bar)
    return page(asked, view.title, content, other_language=other_language(reader, here))


@call_backs.route("/v1/staff/call-backs", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *sorted(CALLING))
def get_call_backs(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin; with the seed and the whole order once it is over, so that it can be drawn again."""
    months, chosen, which = _chosen(asked, session)
    draw = _draw(chosen)
    rows, cursor = _rows(asked, chosen, draw, which)
    return json_answer(
        {
            "months": [{"month": one.month, **called_resource(one)} for one in months],
            "draw": _draw_resource(chosen, draw) if chosen and draw else None,
            "items": [_row_resource(one) for one in rows],
            "next_cursor": opaque(cursor) if cursor else None,
        }
    )


def _chosen(asked: Exchange, session: wiring.Session) -> tuple[list[Calls], Calls | None, List]:
    """The months of the community, the newest first, the one that is asked for, and the list of it. Raises Problem (400)."""
    months = wiring.call_draws.newest(session.community, MONTHS)
    wanted = body.query_value(asked, "month", 7)
    chosen = next((one for one in months if wanted in (None, one.month)), None)
    if wanted and chosen is None:
        raise bad_request(
            "month", Text("这个月没有回访，请从上面选一个月。", "There are no call-backs of this month.")
        )
    name = body.query_value(asked, "list", 10) or LISTS[0]
    which = next((one for one in LISTS if one == name), None)
    if which is None:
        raise bad_request("list", Text("没有这个列表。", "There is no such list."))
    return months, chosen, which


def _draw(chosen: Calls | None) -> Draw | None:
    return wiring.call_draws.draw(chosen.community, chosen.month) if chosen else None


def _rows(
    asked: Exchange, calls: Calls | None, draw: Draw | None, which: List
) -> tuple[list[Case], str | None]:
    """A page of the cases of a list in the order in which they were drawn, and where the next one begins."""
    start = int(position(asked, _POSITION) or 0)
    if calls is None or draw is None:
        return [], None
    drawn = looked_at(calls, draw)
    rows: list[Case] = []
    for first in range(start, len(drawn), READ_AT_ONCE):
        numbers = drawn[first : first + READ_AT_ONCE]
        known = wiring.cases.legible_heads(numbers)
        for place, number in enumerate(numbers, first):
            if len(rows) == PAGE:
                return rows, str(place)
            case, contact = known.get(number, (None, None))
            if case and contact and stands_in(case, draw.month, which, reachable=bool(contact.phone)):
                rows.append(case)
    return rows, None


def _draw_resource(calls: Calls, draw: Draw) -> dict[str, Any]:
    """The draw; while calls are made only what was drawn of it, lest somebody who calls knows who comes for whom."""
    over = calls.stage == "over"
    return {
        "month": draw.month,
        "drawn_at": written(draw.at),
        "seed": draw.seed if over else None,
        "orders": {
            kind: list(order if over else order[: calls.called[kind].looked_at])
            for kind, order in draw.orders.items()
        },
        "major": dict(draw.major),
    }


def _row_resource(case: Case) -> dict[str, Any]:
    made = case.call_back
    return {
        "number": case.number,
        "kind": case.kind,
        "category": case.category,
        "severity": case.severity,
        "building": case.building,
        "ended_at": written(case.ended_at) if case.ended_at else None,
        "calls": made.calls if made else 0,
        "answer": made.answer.value if made and made.answer else None,
        "last_call": written(made.last) if made and made.last else None,
    }
