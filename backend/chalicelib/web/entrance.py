"""How staff come in and leave: an entry code becomes a session, and leaving ends it at once."""

from __future__ import annotations

import re

from chalice import Blueprint, Response

from chalicelib import wiring

from . import body, pages
from .access import cookie_name, open_to
from .answers import json_answer, see_other
from .edge import ANY_TYPE, WRITE
from .exchange import LANGUAGES, Exchange
from .problems import sign_in

entrance = Blueprint(__name__)

_HOURS_12 = 12 * 60 * 60
_CODE = re.compile(r"[A-Za-z0-9_-]{16,100}")


@entrance.route("/staff/session", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def enter(asked: Exchange) -> Response:
    """An entry code from the site's staff page: on to the queue with a session of its own; the code is spent."""
    fields = body.read_form(asked)
    if fields.get("language") in LANGUAGES:
        asked.asked_language = fields["language"]
    cookie = _begin(asked, fields.get("code", ""))
    return see_other(f"{pages.QUEUE}?lang={asked.language}", {"Set-Cookie": cookie})


@entrance.route("/staff/session/end", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def leave(asked: Exchange) -> Response:
    """Signing out: the session is gone at once; without one there is nothing to end."""
    _end(asked)
    home = "/" if asked.language == "zh" else "/en/"
    return see_other(home, {"Set-Cookie": _cookie(asked, "", 0)})


@entrance.route("/v1/staff/session", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_session(asked: Exchange) -> Response:
    """The JSON twin of entering."""
    values = body.read_json(asked)
    code = values.get("code")
    if set(values) != {"code"} or not isinstance(code, str):
        raise sign_in()
    return json_answer({"entered": True}, 201, {"Set-Cookie": _begin(asked, code)})


@entrance.route("/v1/staff/session/end", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_session_end(asked: Exchange) -> Response:
    """The JSON twin of leaving."""
    _end(asked)
    return json_answer({"entered": False}, 200, {"Set-Cookie": _cookie(asked, "", 0)})


def _begin(asked: Exchange, code: str) -> str:
    code = code.strip()
    token = wiring.sessions.exchange(code, asked.at) if _CODE.fullmatch(code) else None
    if token is None:
        raise sign_in()
    return _cookie(asked, token, _HOURS_12)


def _end(asked: Exchange) -> None:
    token = asked.cookie(cookie_name(asked))
    if token and _CODE.fullmatch(token):
        wiring.sessions.end(token)


def _cookie(asked: Exchange, token: str, seconds: int) -> str:
    secure = "; Secure" if asked.secure else ""
    return f"{cookie_name(asked)}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
