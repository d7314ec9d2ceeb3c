"""Who may enter, declared on each route; a route without the declaration does not pass the checks.

anyone         needs nothing
resident link  the path holds the secret link of a case; the view gets the case's `number` instead of it
staff          a living session; the view gets it as `session`
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from chalice import Response

from chalicelib import wiring
from chalicelib.domain import links

from .edge import answer_errors
from .exchange import Exchange
from .problems import not_for_role, not_found, other_origin, sign_in

SIGN_IN = "/staff/"
ENTRANCES = frozenset({"anyone", "resident link", "staff"})


def open_to(who: str, *roles: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Lets in `who`; for staff, all of them or only `roles`. Raises ValueError for an entrance that does not exist."""
    if who not in ENTRANCES:
        raise ValueError(f"no entrance is called {who}")

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @functools.wraps(view)
        def guarded(asked: Exchange, **path: Any) -> Response:
            if asked.method not in ("GET", "HEAD"):
                refuse_other_origins(asked)
            if who == "resident link":
                number = links.number_in(path.pop("link"), wiring.link_key())
                if number is None:
                    raise not_found()
                path["number"] = number
            elif who == "staff":
                path["session"] = session_of(asked)
                if roles and path["session"].actor.role.value not in roles:
                    raise not_for_role()
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


def session_of(asked: Exchange) -> wiring.Session:
    """The living session of the request. Raises Problem (401) without one."""
    token = asked.cookie(cookie_name(asked))
    session = wiring.sessions.find(token, asked.at) if token else None
    if session is None:
        raise sign_in()
    return session


def _own_address(asked: Exchange) -> str | None:
    """The origin that the client itself addressed, believed on a machine of one's own only (localhost, 127.0.0.1)."""
    host = asked.headers.get("host", "")
    if asked.secure or urlsplit(f"//{host}").hostname not in ("localhost", "127.0.0.1", "::1"):
        return None
    return f"http://{host}"
