"""How each month's promises fared, for everybody with an account and as JSON: no case, no name, no home."""

from __future__ import annotations

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.figures import MONTHS, percent
from chalicelib.domain.keeping import Counted
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Text

from . import body, figures_view
from .access import EVERYBODY, open_to
from .answers import json_answer, page
from .edge import ANY_TYPE, READ
from .exchange import Exchange
from .problems import bad_request
from .rendering import render
from .staff_pages import FIGURES, other_language, reader_of

figures = Blueprint(__name__)


@figures.route("/staff/figures", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *EVERYBODY)
def show_figures(asked: Exchange, session: wiring.Session) -> Response:
    """One month of the community, the newest without a choice."""
    months = wiring.figures.counted(session.community, MONTHS)
    chosen = _chosen(months, body.query_value(asked, "month", 7))
    reader = reader_of(asked)
    view = figures_view.of_month(chosen, months, session, reader)
    content = render("staff_figures.html", reader.language, view=view)
    address = f"{FIGURES}?month={chosen.month}" if chosen else FIGURES
    return page(asked, view.title, content, other_language=other_language(reader, address))


@figures.route("/v1/staff/figures", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *EVERYBODY)
def get_figures(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin: the newest months, the newest first."""
    months = wiring.figures.counted(session.community, MONTHS)
    return json_answer({"community": session.community, "months": [_resource(one) for one in months]})


def _chosen(months: list[Counted], wanted: str | None) -> Counted | None:
    if wanted is None:
        return months[0] if months else None
    for one in months:
        if one.month == wanted:
            return one
    raise bad_request(
        "month",
        Text(
            "没有这个月的数字，请从上面选一个月。",
            "There are no figures of this month. Please choose another.",
        ),
    )


def _resource(counted: Counted) -> dict[str, object]:
    made = counted.figures
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
                "kept_percent": percent(score.kept, score.decided),
            }
            for (standard, clock), score in sorted(made.promises.items())
        ],
        "rated": made.rated,
        "satisfied": made.satisfied,
        "satisfied_percent": percent(made.satisfied, made.rated),
    }
