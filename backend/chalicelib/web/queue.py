"""The desk's queue: what is due next on top, by lists, with a search; as pages and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.keeping import Row
from chalicelib.domain.moments import written
from chalicelib.domain.rules import row_shown
from chalicelib.domain.searching import Needle
from chalicelib.domain.telephones import folded

from . import body, limits, queue_view, resources
from .access import open_to
from .answers import json_answer, page, see_other
from .edge import ANY_TYPE, READ, WRITE
from .exchange import Exchange
from .fields import CASE_NUMBER, line
from .lists import DeskList, chosen_of, first_of, lists_for
from .noted import rows_for, search_read
from .paging import QUEUE_POSITION, opaque, position, position_of, unknown_position
from .rendering import render
from .said import Said
from .staff_pages import QUEUE, other_language, reader_of
from .story import Reader
from .verbs import validated
from .words import KIND

queue = Blueprint(__name__)

PAGE = 25
SEARCH = "/api/staff/search"
LONGEST_SEARCH = 40
Found = tuple[list[Row], str | None]


class Search(Said, kw_only=True):
    """What to look for among the open cases: a number, a home, words; `cursor` goes on where the last answer stopped."""

    typed: line(LONGEST_SEARCH) = None  # type: ignore[valid-type]
    cursor: line(400) = None  # type: ignore[valid-type]


@queue.route("/staff/queue", methods=READ, content_types=ANY_TYPE)
@open_to("staff")
def show_queue(asked: Exchange, session: wiring.Session) -> Response:
    """A page of one list of the community's open cases, soonest due first."""
    reader = reader_of(asked)
    lists = lists_for(session, reader.book, asked.at)
    chosen = chosen_of(body.query_value(asked, "list"), first_of(session, lists), lists)
    rows, cursor = _page(chosen, position(asked, QUEUE_POSITION), session)
    counts = _counts(lists) if body.query_value(asked, "counts") == "yes" else {}
    following = f"{QUEUE}?list={chosen.id}&cursor={opaque(cursor)}{asked.carried_language}" if cursor else ""
    view = queue_view.of_list(rows, chosen, lists, counts, following, session, reader)
    content = render("staff_queue.html", reader.language, view=view)
    other = other_language(reader, f"{QUEUE}?list={chosen.id}")
    return page(asked, view.title, content, other_language=other)


@queue.route("/staff/search", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff")
def show_search(asked: Exchange, session: wiring.Session) -> Response:
    """What a search finds. It is posted: what is typed may be somebody's home, which belongs into no address."""
    fields = body.read_form(asked)
    asked.speak({"language": fields.pop("language", "")})
    said = validated(Search, fields)
    limits.take_search(asked, session)
    reader = reader_of(asked)
    if not said.typed:
        return see_other(f"{QUEUE}?list=all{asked.carried_language}")
    named = _by_number(said.typed, session)
    if named is not None:
        return see_other(f"/api/staff/cases/{named.case.number}")
    rows, cursor = _search(asked, said, session, reader)
    lists = lists_for(session, reader.book, asked.at)
    view = queue_view.of_search(rows, said.typed, lists, opaque(cursor) if cursor else "", session, reader)
    content = render("staff_queue.html", reader.language, view=view)
    return page(asked, view.title, content, other_language=other_language(reader, QUEUE))


@queue.route("/v1/staff/queue", methods=READ, content_types=ANY_TYPE)
@open_to("staff")
def get_queue(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin of the queue; without a list all of it."""
    reader = reader_of(asked)
    lists = lists_for(session, reader.book, asked.at)
    everything = next(one for one in lists if one.id == "all")
    chosen = chosen_of(body.query_value(asked, "list"), everything, lists)
    return _rows_answer(*_page(chosen, position(asked, QUEUE_POSITION), session), reader)


@queue.route("/v1/staff/queue/counts", methods=READ, content_types=ANY_TYPE)
@open_to("staff")
def get_counts(asked: Exchange, session: wiring.Session) -> Response:
    """How many cases stand in each list of whoever asks: exact up to 99; 100 means more than that."""
    lists = lists_for(session, wiring.rulebook(), asked.at)
    return json_answer({"counts": _counts(lists), "most": wiring.queues.MOST_COUNTED})


@queue.route("/v1/staff/search", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff")
def post_search(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin of the search."""
    said = validated(Search, body.read_json(asked))
    limits.take_search(asked, session)
    reader = reader_of(asked)
    if not said.typed:
        return _rows_answer([], None, reader)
    named = _by_number(said.typed, session)
    if named is not None:
        search_read(asked, session, said.typed, [named])
        return _rows_answer(rows_for(session, [named]), None, reader)
    return _rows_answer(*_search(asked, said, session, reader), reader)


def _page(chosen: DeskList, after: str | None, session: wiring.Session) -> Found:
    if after is not None and chosen.until is not None and after.partition("#")[0] > written(chosen.until):
        raise unknown_position()
    rows, cursor = wiring.queues.page(chosen.stored, chosen.keys, after, PAGE, chosen.until)
    return rows_for(session, rows), cursor


def _counts(lists: Sequence[DeskList]) -> Mapping[str, int]:
    return {one.id: wiring.queues.count(one.stored, one.keys, one.until) for one in lists}


def _search(asked: Exchange, said: Search, session: wiring.Session, reader: Reader) -> Found:
    needle = Needle(said.typed or "")
    community = reader.book.communities[session.community]

    def fits(whole: Row) -> bool:
        row = row_shown(session.actor, whole)
        case = row.case
        building = community.buildings.get(case.building)
        standard = reader.book.standards.get(case.category)
        named = [
            building.name if building else None,
            standard.title if standard else None,
            KIND.get(case.kind),
        ]
        texts = [text for one in named if one for text in (one.zh, one.en)]
        return needle.fits(case.number, row.home, row.excerpt, case.category, *texts)

    rows, cursor = wiring.queues.search(
        session.community, fits, position_of(said.cursor, QUEUE_POSITION), PAGE
    )
    search_read(asked, session, said.typed or "", rows)
    return rows_for(session, rows), cursor


def _rows_answer(rows: list[Row], cursor: str | None, reader: Reader) -> Response:
    items = [resources.row_resource(row, reader) for row in rows]
    return json_answer({"items": items, "next_cursor": opaque(cursor) if cursor else None})


def _by_number(typed: str, session: wiring.Session) -> Row | None:
    """The case with the whole number that was typed, open or not, if it belongs to the session's community."""
    digits = folded(typed).strip().replace("-", "")
    number = f"{digits[:6]}-{digits[6:]}"
    if not CASE_NUMBER.fullmatch(number):
        return None
    found = wiring.cases.heads([number]).get(number)
    if found is None or found[0].community != session.community:
        return None
    case, contact = found
    return Row(case, contact.home, contact.excerpt, contact.home_id)
