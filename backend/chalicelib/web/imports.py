"""Lists of homes and of staff, sent in, looked at and accepted; as pages and as JSON.

The desk and the managers import homes; only whoever keeps the staff list imports staff. What takes long is done in steps: each
request works for a moment, and the page asks for the next one by itself or by a press of a button.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.accept_list import accept_list
from chalicelib.actions.go_on_with_list import go_on_with_list
from chalicelib.actions.send_list import send_list
from chalicelib.domain.importing import Finding, Import, Sort, Stage
from chalicelib.domain.keeping import Stale
from chalicelib.domain.list_file import Unfit
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from . import body, limits
from .access import open_to
from .answers import json_answer, page, see_other
from .edge import ANY_TYPE, READ, WRITE
from .exchange import Exchange
from .import_words import why_unfit
from .imports_view import KINDS, SORT, first_kind, import_view, imports_view, may_send, resource
from .multipart import read_multipart
from .paging import opaque, position_of
from .problems import Problem, invalid, not_for_role, not_found
from .rendering import render
from .staff_pages import IMPORTS, other_language, reader_of

imports = Blueprint(__name__)

SENDING = ("desk", "manager", "general_manager")
PAGE = 50
VERBS = ("continue", "accept", "discard")
ID = re.compile(r"[0-9a-f]{24}")
# A request works on a list for so long, and then the next one does.
_SECONDS = 2.0
_POSITION = re.compile(r"[0-9]{1,2}\.[0-9]{1,5}")
_NO_FILE = Text("请选一个文件：.xlsx 或 CSV。", "Please choose a file: .xlsx or CSV.")


_GONE = {
    "discard": Text("名单已删掉，没有改动任何资料。", "The list is removed. Nothing was changed."),
    "removed": Text(
        "名单已删掉，已经导入的资料不变。", "The list is removed. What was imported from it stays."
    ),
}


@imports.route("/staff/imports", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *SENDING)
def show_imports(asked: Exchange, session: wiring.Session) -> Response:
    """The page on which a list is sent in, and the lists that lie here."""
    return _imports_page(asked, session, notice=_GONE.get(body.query_value(asked, "done") or ""))


@imports.route("/staff/imports", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *SENDING)
def post_import(asked: Exchange, session: wiring.Session) -> Response:
    """A list is sent in: on to its report, or why it cannot be read."""
    chosen = ""
    try:
        sent = read_multipart(asked)
        asked.speak(sent.fields)
        chosen = sent.fields.get("sort", "")
        one = _send(asked, session, chosen, sent.files.get("file", b""), bool(sent.fields.get("whole")))
    except Problem as problem:
        if problem.status not in (400, 413, 422) or not asked.wants_html:
            raise
        said = next(iter(problem.errors.values()), problem.detail)
        return _imports_page(asked, session, problem.status, chosen, said)
    return see_other(f"{IMPORTS}/{one.id}{_language(asked)}")


@imports.route("/v1/staff/imports", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *SENDING)
def get_imports(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin: the lists that lie here."""
    lists = [one for one in _kept(asked, session) if one.sort in may_send(session)]
    return json_answer({"items": [_resource(one, (), None, session, asked) for one in lists]})


@imports.route("/v1/staff/imports", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *SENDING)
def post_import_json(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin: a list is sent in as a form with a file, its report begun."""
    sent = read_multipart(asked)
    one = _send(
        asked,
        session,
        sent.fields.get("sort", ""),
        sent.files.get("file", b""),
        bool(sent.fields.get("whole")),
    )
    headers = {"Location": f"/api/v1/staff/imports/{one.id}"}
    return json_answer(_resource(one, (), None, session, asked), 201, headers)


@imports.route("/staff/imports/{id}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *SENDING)
def show_import(asked: Exchange, session: wiring.Session, id: str) -> Response:
    """A list with a page of its report."""
    one = _find(asked, session, id)
    kind = body.query_value(asked, "kind", 20)
    kind = kind if kind in KINDS else first_kind(one)
    found, cursor = _findings(one, kind, body.query_value(asked, "cursor", 40))
    reader = reader_of(asked)
    following = f"{IMPORTS}/{one.id}?kind={kind}&cursor={cursor}{asked.carried_language}" if cursor else ""
    view = import_view(one, kind, found, following, session, reader)
    content = render("staff_import.html", reader.language, view=view)
    path = f"{IMPORTS}/{one.id}?kind={kind}"
    return page(asked, view.title, content, other_language=other_language(reader, path))


@imports.route("/v1/staff/imports/{id}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *SENDING)
def get_import(asked: Exchange, session: wiring.Session, id: str) -> Response:
    """The JSON twin."""
    one = _find(asked, session, id)
    kind = body.query_value(asked, "kind", 20)
    if kind is not None and kind not in KINDS:
        kind = first_kind(one)
    found, cursor = _findings(one, kind, body.query_value(asked, "cursor", 40))
    return json_answer(_resource(one, found, cursor, session, asked))


@imports.route("/staff/imports/{id}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *SENDING)
def post_import_verb(asked: Exchange, session: wiring.Session, id: str, verb: str) -> Response:
    """Go on with a list, accept its report, or discard it."""
    one = _find(asked, session, id)
    fields = body.read_form(asked)
    asked.speak(fields)
    _do(verb, one, asked)
    if verb == "discard":
        done = "discard" if one.stage in (Stage.LOOKING, Stage.READY) else "removed"
        return see_other(f"{IMPORTS}?done={done}{asked.carried_language}")
    return see_other(f"{IMPORTS}/{id}{_language(asked)}")


@imports.route("/v1/staff/imports/{id}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *SENDING)
def post_import_verb_json(asked: Exchange, session: wiring.Session, id: str, verb: str) -> Response:
    """The JSON twin: the list as it is after that."""
    one = _do(verb, _find(asked, session, id), asked)
    return json_answer(_resource(one, (), None, session, asked))


def _send(asked: Exchange, session: wiring.Session, sort: str, content: bytes, whole: bool) -> Import:
    if sort not in [one.value for one in Sort]:
        raise invalid({"sort": Text("请选是哪一种名单。", "Please choose which list it is.")})
    if Sort(sort) not in may_send(session):
        raise not_for_role()
    if not content:
        raise invalid({"file": _NO_FILE})
    limits.take_list(asked, session)
    book = wiring.rulebook()
    community, by = session.community, session.actor.id or ""
    try:
        rows = wiring.rows_of(content)
        one = send_list(wiring.imports, book, community, Sort(sort), rows, by, asked.at, whole)
    except Unfit as unfit:
        raise invalid({"file": why_unfit(unfit.code)}) from None
    return _go_on(one, asked)


def _do(verb: str, one: Import, asked: Exchange) -> Import:
    """Carries out what was asked of a list, and a few of its steps. Raises Problem and Refused."""
    if verb not in VERBS:
        raise not_found()
    if verb == "discard":
        if one.stage is Stage.CARRYING:
            raise Refused("list_being_imported")
        wiring.imports.remove(one.id)
        return one
    if verb == "accept":
        # somebody else accepted or discarded it at this moment: what is true now is shown
        with suppress(Stale):
            one = accept_list(wiring.imports, one)
    return _go_on(one, asked)


def _go_on(one: Import, asked: Exchange) -> Import:
    try:
        return go_on_with_list(
            wiring.imports, wiring.households, wiring.accounts, one, asked.at, _after(_SECONDS)
        )
    except Stale:
        # Somebody else goes on with it at the same time; whoever was faster has done the step.
        return wiring.imports.read(one.id) or one
    except LookupError:
        raise not_found() from None


def _after(seconds: float) -> Callable[[], bool]:
    ends = time.monotonic() + seconds
    return lambda: time.monotonic() >= ends


def _find(asked: Exchange, session: wiring.Session, id: str) -> Import:
    """The list. Raises Problem (404) for one of another community, of a sort that is not for this role, or past its day."""
    one = wiring.imports.read(id) if ID.fullmatch(id) else None
    if one is None or one.community != session.community or one.sort not in may_send(session):
        raise not_found()
    if one.forgotten_at <= asked.at:
        raise not_found()
    return one


def _kept(asked: Exchange, session: wiring.Session) -> list[Import]:
    """The lists of the session's community that have not passed their day."""
    return [one for one in wiring.imports.of_community(session.community) if one.forgotten_at > asked.at]


def _findings(one: Import, kind: str | None, cursor: str | None) -> tuple[list[Finding], str | None]:
    """A page of what was found, of one kind or of all, and where the next one begins."""
    start = position_of(cursor, _POSITION)
    number, skip = (int(part) for part in start.split(".")) if start else (0, 0)
    out: list[Finding] = []
    if kind is not None and not one.count(kind):
        return out, None
    for at in range(number, one.pieces):
        report = wiring.imports.report(one.id, at)
        found = [f for f in report.findings if kind in (None, f.kind)] if report else []
        found = found[skip if at == number else 0 :]
        room = PAGE - len(out)
        out += found[:room]
        if len(found) > room:
            taken = room + (skip if at == number else 0)
            return out, opaque(f"{at}.{taken}")
    return out, None


def _imports_page(
    asked: Exchange,
    session: wiring.Session,
    status: int = 200,
    chosen: str = "",
    error: Text | None = None,
    notice: Text | None = None,
) -> Response:
    reader = reader_of(asked)
    lists = _kept(asked, session)
    view = imports_view(lists, session, reader, chosen, error, notice)
    content = render("staff_imports.html", reader.language, view=view)
    return page(asked, view.title, content, status, other_language=other_language(reader, IMPORTS))


def _resource(
    one: Import, found: Sequence[Finding], cursor: str | None, session: wiring.Session, asked: Exchange
) -> dict[str, Any]:
    reader = reader_of(asked)
    return dict(resource(one, found, cursor, reader.book.communities[session.community], reader))


def _language(asked: Exchange) -> str:
    return f"?lang={asked.asked_language}" if asked.asked_language else ""


__all__ = ["SENDING", "SORT", "VERBS", "imports"]
