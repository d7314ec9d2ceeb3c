"""How each month's promises fared, as pages and as JSON, for staff and for everybody: no case, no name, no home.

Both see what the job counted. Everybody is told shares of at least `FEWEST` only, and begins with the newest month that is over:
what is not due yet makes an unfinished one look better or worse than it will be. It can be looked at all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.calls import Calls
from chalicelib.domain.figures import FEWEST, MONTHS, percent
from chalicelib.domain.keeping import Counted
from chalicelib.domain.moments import written
from chalicelib.domain.months import is_over
from chalicelib.domain.standards import Community, Text

from . import body, figures_view
from .access import EVERYBODY, open_to, resident_or_none
from .answers import json_answer, page
from .call_backs_view import CalledView, called_resource, called_view
from .edge import ANY_TYPE, READ
from .exchange import Exchange
from .figures_view import PUBLIC
from .problems import bad_request, not_found
from .rendering import render
from .staff_pages import FIGURES, bar_of, other_language, reader_of
from .story import Reader

figures = Blueprint(__name__)

_NO_MONTH = Text(
    "没有这个月的数字，请从上面选一个月。", "There are no figures of this month. Please choose another."
)
_NO_PUBLIC_MONTH = Text(
    f"没有这个月的数字：那个月没有人提交工单，或者已经超过 {MONTHS} 个月。",
    f"There are no figures of this month: nothing was filed in it, or it is more than {MONTHS} months ago.",
)
_NO_COMMUNITY = Text("没有这个小区。", "There is no such community.")


@figures.route("/staff/figures", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *EVERYBODY)
def show_figures(asked: Exchange, session: wiring.Session) -> Response:
    """One month of the community, the newest without a choice."""
    months, wanted = _counted(asked, session.community)
    chosen = _one_of(months, wanted) if wanted else next(iter(months), None)
    if wanted and chosen is None:
        raise bad_request("month", _NO_MONTH)
    reader = reader_of(asked)
    view = figures_view.of_month(chosen, months, reader.book.communities[session.community], reader, FIGURES)
    content = render(
        "staff_figures.html",
        reader.language,
        view=view,
        calls=_called(session.community, chosen, reader),
        bar=bar_of(FIGURES, session, reader),
    )
    address = f"{FIGURES}?month={chosen.month}" if chosen else FIGURES
    title = reader.say(figures_view.TITLE)
    return page(asked, title, content, other_language=other_language(reader, address))


@figures.route("/v1/staff/figures", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *EVERYBODY)
def get_figures(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin: the newest months, the newest first."""
    months = wiring.figures.counted(session.community, MONTHS)
    calls = _calls(session.community)
    return json_answer({"community": session.community, "months": [_resource(one, calls) for one in months]})


@figures.route("/figures", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def show_public_figures(asked: Exchange) -> Response:
    """One month of a community for everybody; without a choice the newest that is over, or the only one there is."""
    reader, community = Reader(asked.language, False, asked.at, wiring.rulebook()), _community(asked)
    months, wanted = _counted(asked, community.id)
    over = (one for one in months if is_over(one.month, asked.at, community.zone))
    chosen = _asked_for(months, wanted) if wanted else next(over, next(iter(months), None))
    here = f"{PUBLIC}?{urlencode({'community': community.id})}"
    view = figures_view.of_month(chosen, months, community, reader, here, FEWEST)
    content = render(
        "figures.html",
        reader.language,
        view=view,
        calls=_called(community.id, chosen, reader, FEWEST),
        public=figures_view.for_everybody(community, reader),
    )
    address = f"{here}&month={chosen.month}" if wanted and chosen else here
    title = f"{reader.say(figures_view.TITLE)} · {reader.say(community.name)}"
    return page(asked, title, content, other_language=other_language(reader, address))


@figures.route("/v1/figures", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_public_figures(asked: Exchange) -> Response:
    """The JSON twin for everybody: the newest months, the newest first, or the one that is asked for."""
    community = _community(asked)
    months, wanted = _counted(asked, community.id)
    if wanted:
        months = [_asked_for(months, wanted)]
    calls = _calls(community.id)
    made = [
        {**_resource(one, calls, FEWEST), "is_over": is_over(one.month, asked.at, community.zone)}
        for one in months
    ]
    return json_answer({"community": community.id, "fewest": FEWEST, "months": made})


def _community(asked: Exchange) -> Community:
    """The one that the address names, else a resident's own, for anybody else the first. Raises Problem (404)."""
    known = wiring.rulebook().communities
    named = body.query_value(asked, "community")
    if named is None:
        resident = resident_or_none(asked)
        named = resident.memberships[0].community if resident else next(iter(known))
    if named not in known:
        raise not_found(_NO_COMMUNITY)
    return known[named]


def _counted(asked: Exchange, community: str) -> tuple[list[Counted], str | None]:
    """The months of a community, the newest first, and the one that the address names."""
    wanted = body.query_value(asked, "month", 7)
    return wiring.figures.counted(community, MONTHS), wanted


def _one_of(months: Sequence[Counted], wanted: str) -> Counted | None:
    return next((one for one in months if one.month == wanted), None)


def _asked_for(months: Sequence[Counted], wanted: str) -> Counted:
    """The month that somebody asks for. Raises Problem (404)."""
    found = _one_of(months, wanted)
    if found is None:
        raise not_found(_NO_PUBLIC_MONTH)
    return found


def _calls(community: str) -> dict[str, Calls]:
    """The call-backs by the month in which what they ask about had ended."""
    return {one.month: one for one in wiring.call_draws.newest(community, MONTHS)}


def _called(community: str, chosen: Counted | None, reader: Reader, fewest: int = 1) -> CalledView | None:
    """What a month's call-backs came to; None before it was drawn."""
    calls = wiring.call_draws.calls(community, chosen.month) if chosen else None
    return called_view(calls, reader, fewest) if calls else None


def _resource(counted: Counted, called: Mapping[str, Calls], fewest: int = 1) -> dict[str, object]:
    """A month for programs; shares of fewer than `fewest` are null, and so is how few of fewer were satisfied."""
    made, calls = counted.figures, called.get(counted.month)
    return {
        "month": counted.month,
        "counted_at": written(counted.at),
        "filed": made.filed,
        "open": made.open,
        "promises": [
            {
                "standard": standard,
                "clock": clock,
                "kept": score.kept,
                "missed": score.missed,
                "running": score.running,
                "kept_percent": percent(score.kept, score.decided, fewest),
            }
            for (standard, clock), score in sorted(made.promises.items())
        ],
        "rated": made.rated,
        "satisfied": made.satisfied if made.rated >= fewest or fewest == 1 else None,
        "satisfied_percent": percent(made.satisfied, made.rated, fewest),
        "call_backs": called_resource(calls, fewest) if calls else None,
    }
