"""Filing for somebody who telephones: the home found by a few typed signs, similar open cases first, everything by keyboard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.file_case import file_case
from chalicelib.actions.request import Done, KeyReused
from chalicelib.domain.households import Household, Member
from chalicelib.domain.keeping import RequestKey, Row
from chalicelib.domain.rules import HANDLERS
from chalicelib.domain.standards import Text

from . import body, forms, keys, queue_view
from .access import open_to
from .answers import json_answer, page, see_other
from .attaching import attach_to_incidents
from .caller_view import KINDS, Entered, HomeFound, caller_view, home_found, home_label
from .edge import ANY_TYPE, READ, WRITE
from .exchange import Exchange
from .fields import MaybeWords, line
from .form_view import PLACE_SEPARATOR
from .near import matter_of, near
from .noted import homes_read
from .problems import Problem, invalid, key_reused
from .rendering import render
from .said import Said, as_json, names_of
from .staff_pages import FILE, other_language, reader_of
from .story import Reader
from .verbs import validated

caller = Blueprint(__name__)

FOUND = 8
_WORKING = tuple(role.value for role in HANDLERS)
_ALONG = ("language", keys.FIELD, "step", "typed", "home_id", "offered")


class FindHome(Said, kw_only=True):
    """A few signs of an address, a name or a telephone number."""

    typed: line(40)  # type: ignore[valid-type]


class AboutHome(Said, kw_only=True):
    """What the clerk knows so far: a home of the register with whoever calls, or a place, and what it is about."""

    chosen: line(120) = None  # type: ignore[valid-type]
    building: line(80) = None  # type: ignore[valid-type]
    home: line(40) = None  # type: ignore[valid-type]
    category: line(20) = None  # type: ignore[valid-type]
    what: MaybeWords = None


@caller.route("/staff/file", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *_WORKING)
def show_form(asked: Exchange, session: wiring.Session) -> Response:
    """The empty form."""
    return _page(asked, session, Entered({"updates": "yes"}))


@caller.route("/staff/file", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *_WORKING)
def post_form(asked: Exchange, session: wiring.Session) -> Response:
    """One step of the form: a home is looked for, one is chosen, or the case is filed."""
    along, fields = keys.posted(asked, *_ALONG)
    reader = reader_of(asked)
    entered = Entered(
        fields,
        typed=along.get("typed", "")[:40],
        home_id=along.get("home_id", "")[:80],
        offered=along.get("offered", "")[:400],
        key=along.get(keys.FIELD, ""),
    )
    step, _, value = along.get("step", "file").partition(":")
    if step == "find":
        entered.homes, entered.searched = _homes(asked, session, entered.typed, reader), True
        return _page(asked, session, entered)
    if step == "home":
        _take_home(asked, session, entered, value[:120], reader)
        return _page(asked, session, entered)
    household = _household(session, entered.home_id)
    _say_home(session, entered, household, reader)
    return _file_or_say_why(asked, session, entered, household, reader)


@caller.route("/v1/staff/file/homes", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *_WORKING)
def post_homes(asked: Exchange, session: wiring.Session) -> Response:
    """The homes that may be meant, while the clerk types. Posted: what is typed belongs into no address."""
    said = validated(FindHome, body.read_json(asked))
    found = _homes(asked, session, said.typed or "", reader_of(asked))
    return json_answer(
        {"items": [{"chosen": one.choose, "label": one.label, "people": one.people} for one in found]}
    )


@caller.route("/v1/staff/file/about", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *_WORKING)
def post_about(asked: Exchange, session: wiring.Session) -> Response:
    """What is known of the chosen home, and the open cases that may be about the same thing."""
    said = validated(AboutHome, body.read_json(asked))
    reader = reader_of(asked)
    entered = Entered({name: text for name, text in as_json(said).items() if text and name != "chosen"})
    if said.chosen:
        _take_home(asked, session, entered, said.chosen, reader)
    else:
        entered.near = _near(session, entered, None)
    rows = [queue_view.row_view(row, reader, session) for row in entered.near]
    known = ("building", "home", "name", "phone", "english")
    return json_answer(
        {
            "home_id": entered.home_id,
            "label": entered.chosen,
            "values": {name: entered.values.get(name, "") for name in known} if entered.home_id else {},
            "near": [
                {
                    "number": one.number,
                    "address": one.address,
                    "title": one.title,
                    "excerpt": one.excerpt,
                    "place": one.place,
                    "state": one.state,
                    "left": f"{one.clock} {one.left}".strip(),
                    "late": one.urgency == "late",
                    "in_charge": one.in_charge,
                }
                for one in rows
            ],
        }
    )


def _homes(asked: Exchange, session: wiring.Session, typed: str, reader: Reader) -> list[HomeFound]:
    if not typed.strip():
        return []
    community = reader.book.communities[session.community]
    called = {
        name: one.id for one in community.buildings.values() for name in (one.name.zh, one.name.en, one.id)
    }
    found = wiring.home_search.find(session.community, typed, FOUND, called)
    homes_read(asked, session, (one.home.id for one in found))
    return [home_found(one, community, reader) for one in found]


def _take_home(
    asked: Exchange, session: wiring.Session, entered: Entered, value: str, reader: Reader
) -> None:
    """Fills in what the register knows of a home and of whoever calls; what was typed about the matter stays."""
    home_id, _, member_id = value.partition("/")
    household = _household(session, home_id)
    if household is None:
        entered.problem = Text(
            "名册里没有找到这一户，请再查一次，或直接填楼栋和房号。",
            "That home is not in the register. Look again, or fill in building and home.",
        )
        return
    homes_read(asked, session, [household.home.id])
    who = _caller_of(household, member_id)
    entered.home_id = household.home.id
    entered.values = {
        **entered.values,
        "building": f"{session.community}{PLACE_SEPARATOR}{household.home.building}",
        "home": household.home.said,
        "name": who.name if who else "",
        "phone": (who.phone or "") if who else "",
        "english": "yes" if who and who.language == "en" else "",
    }
    _say_home(session, entered, household, reader)
    entered.near = _near(session, entered, household)


def _caller_of(household: Household, member_id: str) -> Member | None:
    living = household.living
    found = next((one for one in living if one.id == member_id), None)
    return found or (living[0] if living else None)


def _household(session: wiring.Session, home_id: str) -> Household | None:
    return wiring.households.household(session.community, home_id) if home_id else None


def _say_home(session: wiring.Session, entered: Entered, household: Household | None, reader: Reader) -> None:
    if household is not None:
        community = reader.book.communities[session.community]
        entered.chosen = home_label(community, household.home.building, household.home.said, reader)


def _near(session: wiring.Session, entered: Entered, household: Household | None) -> list[Row]:
    if not entered.values.get("building"):
        return []
    return near(session, matter_of(entered.values, household.home.id if household else None))


def _file_or_say_why(
    asked: Exchange,
    session: wiring.Session,
    entered: Entered,
    household: Household | None,
    reader: Reader,
) -> Response:
    try:
        filing = _read(entered, session, reader)
        known = household if household and _is_that_home(filing, household) else None
        entered.near = _near(session, entered, known)
        unseen = {row.case.number for row in entered.near} - set(entered.offered.split(","))
        key = _key(asked, session, entered, filing, known)
        # A second press must not be offered the case that the first one filed.
        if unseen and wiring.cases.answer_to(key) is None:
            entered.problem = Text(
                "这里已经有没办完的工单，可能是同一件事。是同一件就点“记下又来电”；不是，再点一次“登记”。",
                "There are open cases here that may be the same thing. If so, note the call on it; if not, file again.",
            )
            return _page(asked, session, entered, 409)
        done = _file(asked, session, filing, known, key)
    except KeyReused:
        entered.problem, entered.key = key_reused().detail, ""
        return _page(asked, session, entered, 422)
    except Problem as problem:
        if problem.status != 422:
            raise
        entered.errors = problem.errors
        return _page(asked, session, entered, 422)
    return see_other(f"/api/staff/cases/{done.case.number}?done=filed{asked.carried_language}")


def _read(entered: Entered, session: wiring.Session, reader: Reader) -> forms.Filing:
    """What is to be filed. Raises Problem (422) with a sentence for each field that cannot stay as it is."""
    values: dict[str, Any] = {name: text for name, text in entered.values.items() if name != "english"}
    standard = reader.book.standards.get(values.get("category", ""))
    kind = standard.kind if standard and standard.kind in KINDS else "repair"
    if "place" not in names_of(forms.MODELS[kind]):
        values.pop("place", None)
    values = forms.values_of_form(kind, values) | {
        "language": "en" if entered.values.get("english") else "zh"
    }
    elsewhere = str(values.get("building", "")).partition(PLACE_SEPARATOR)[0] not in ("", session.community)
    if elsewhere:
        raise invalid({"building": forms.error_words(reader.book, "repair", "building", "unknown")})
    return forms.read_filing(kind, values, reader.book)


def _is_that_home(filing: forms.Filing, household: Household) -> bool:
    """Whether the place that is filed is still the home that was chosen: the clerk may have changed it by hand."""
    same_building = filing.building.rpartition(PLACE_SEPARATOR)[2] == household.home.building
    return same_building and filing.home in (None, household.home.said)


def _key(
    asked: Exchange,
    session: wiring.Session,
    entered: Entered,
    filing: forms.Filing,
    household: Household | None,
) -> RequestKey:
    what = as_json(filing) | {"home_id": household.home.id if household else None}
    scope = f"staff|{session.community}/{session.actor.id}"
    return keys.key_of_form(asked, scope, what, entered.key or None)


def _file(
    asked: Exchange,
    session: wiring.Session,
    filing: forms.Filing,
    household: Household | None,
    key: RequestKey,
) -> Done:
    report, contact = forms.report_of(filing, wiring.rulebook())
    if household is not None:
        report = replace(report, verified=True)
        contact = replace(contact, home_id=household.home.id)
    done = file_case(
        wiring.request_of_staff(session.actor, session.community, asked.at, key), report, contact
    )
    if not done.repeated:
        attach_to_incidents(done.case, asked.at)
    return done


def _page(asked: Exchange, session: wiring.Session, entered: Entered, status: int = 200) -> Response:
    reader = reader_of(asked)
    title = "电话登记" if reader.language == "zh" else "File for a caller"
    content = render("staff_file.html", reader.language, view=caller_view(entered, session, reader))
    return page(asked, title, content, status, other_language=other_language(reader, FILE))
