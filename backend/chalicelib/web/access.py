"""Who may enter, declared on each route; a route without the declaration does not pass the checks.

anyone         needs nothing
resident link  the path holds the secret link of a case; the view gets the case's `number` instead of it
resident       a resident's living session; the view gets it as `resident`
staff          a member of staff's living session; the view gets it as `session`

"staff" alone means whoever works on cases (domain/rules); monitors may look besides. Everybody else (editors, the owners'
committee) comes in only where their role is named.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from chalice import Response

from chalicelib import wiring
from chalicelib.domain import links
from chalicelib.domain.accounts import STAFF_ROLES
from chalicelib.domain.events import Role
from chalicelib.domain.rules import HANDLERS

from .edge import answer_errors
from .exchange import Exchange
from .problems import not_for_role, not_found, other_origin, resident_sign_in, sign_in

SIGN_IN = "/staff/"
ENTRANCES = frozenset({"anyone", "resident link", "resident", "staff"})
EVERYBODY = tuple(sorted(role.value for role in STAFF_ROLES))
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_READING = ("GET", "HEAD")
_WORKING = frozenset(role.value for role in HANDLERS)
_LOOKING = _WORKING | {"monitor"}


def open_to(who: str, *roles: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Lets in `who`; for staff, those who work on cases, or just `roles`. Raises ValueError for what does not exist."""
    if who not in ENTRANCES:
        raise ValueError(f"no entrance is called {who}")
    for role in roles:
        Role(role)

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @functools.wraps(view)
        def guarded(asked: Exchange, **path: Any) -> Response:
            reading = asked.method in _READING
            if not reading:
                refuse_other_origins(asked)
            if who == "resident link":
                number = links.number_in(path.pop("link"), wiring.link_keys())
                if number is None:
                    raise not_found()
                path["number"] = number
            elif who == "staff":
                path["session"] = session_of(asked)
                allowed = frozenset(roles) or (_LOOKING if reading else _WORKING)
                if path["session"].actor.role.value not in allowed:
                    raise not_for_role(reading)
            elif who == "resident":
                path["resident"] = resident_of(asked)
            return view(asked, **path)

        safe = answer_errors(guarded)
        safe.open_to = (who, roles)  # type: ignore[attr-defined]
        return safe

    return decorate


def refuse_other_origins(asked: Exchange) -> None:
    """Raises Problem for a write that a page of another site sent: browsers name their origin on every post (CSRF)."""
    origin = asked.headers.get("origin")
    if origin is not None:
        if origin != wiring.origin() and origin != _own_address(asked):
            raise other_origin()
    elif asked.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise other_origin()


def cookie_name(asked: Exchange) -> str:
    """The session cookie: bound to this host where the portal has https; browsers refuse that name without it."""
    return "__Host-sid" if asked.secure else "sid"


def resident_cookie_name(asked: Exchange) -> str:
    """The cookie of a resident's session: one of its own, so that staff who live here can be both."""
    return "__Host-rid" if asked.secure else "rid"


def token_in(asked: Exchange, name: str) -> str | None:
    """The token of a cookie, None without one that could ever have been given out."""
    token = asked.cookie(name)
    return token if token and _TOKEN.fullmatch(token) else None


def session_of(asked: Exchange) -> wiring.Session:
    """The living staff session of the request. Raises Problem (401) without one."""
    token = token_in(asked, cookie_name(asked))
    session = wiring.sessions.find(token, asked.at) if token else None
    if session is None:
        raise sign_in()
    return session


def resident_of(asked: Exchange) -> wiring.ResidentSession:
    """The living session of a resident. Raises Problem (401) without one."""
    resident = resident_or_none(asked)
    if resident is None:
        raise resident_sign_in()
    return resident


def resident_or_none(asked: Exchange) -> wiring.ResidentSession | None:
    """The living session of a resident, None without one: for pages that serve strangers as well."""
    token = token_in(asked, resident_cookie_name(asked))
    return wiring.sessions.find_resident(token, asked.at) if token else None


def _own_address(asked: Exchange) -> str | None:
    """The origin that the client itself addressed, believed on a machine of one's own only (localhost, 127.0.0.1)."""
    host = asked.headers.get("host", "")
    if asked.secure or urlsplit(f"//{host}").hostname not in ("localhost", "127.0.0.1", "::1"):
        return None
    return f"http://{host}"
