"""Around every request: a budget of time, the headers, one line of log, and an answer whatever happens inside.

Chalice's middleware never sees an exception of a route: it has become a 500 by then. So the errors are turned into answers by
the decorator that every route carries, :func:`chalicelib.web.access.open_to`; the middleware sees to the rest, for Chalice's
own answers (405) as well.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from chalice import Blueprint, Chalice, Response

from chalicelib import journal, wiring
from chalicelib.actions.request import ChangedMeanwhile, KeyReused, NotFound
from chalicelib.domain.allowances import Exhausted
from chalicelib.domain.keeping import Stale, Unavailable
from chalicelib.domain.refusals import Refused

from . import answers, exchange, problems
from .changed import changed_meanwhile
from .exchange import Exchange
from .problems import Problem
from .refused import problem_of

READ = ["GET", "HEAD"]
WRITE = ["POST"]
ANY_TYPE = ["*/*"]  # types are judged by body.py, which says what is wrong in the client's language

edge = Blueprint(__name__)


@edge.middleware("http")
def whole_answer(request: Any, get_response: Callable[[Any], Response]) -> Response:
    """Answer one request within its budget, with all headers, and write one line about it."""
    began = time.monotonic()
    try:
        asked = exchange.begin(request)
    except (ValueError, UnicodeError):
        # A body that is not the base64 that the gateway says it is.
        asked = exchange.begin(_without_body(request))
        response = answers.problem_answer(asked, problems.bad_request("malformed", problems.broken().detail))
    else:
        with wiring.budget():
            response = get_response(request)
    if isinstance(response.body, dict) and response.status_code >= 400:
        response = _chalices_own(asked, response)
    headers = {name.title() if name.islower() else name: value for name, value in response.headers.items()}
    response.headers = {**answers.ALWAYS, "X-Request-Id": asked.id, **headers}
    if asked.method == "HEAD" or response.status_code in (204, 304):
        response.body = ""
    journal.say(
        request=asked.id,
        route=f"{asked.method} {asked.resource}",
        status=response.status_code,
        ms=round((time.monotonic() - began) * 1000),
    )
    return response


def answer_errors(view: Callable[..., Response]) -> Callable[..., Response]:
    """The view with every exception turned into an answer that says nothing it should not."""

    @functools.wraps(view)
    def safe(**path: str) -> Response:
        asked = exchange.current()
        try:
            return view(asked, **path)
        except Exception as error:  # noqa: BLE001  the edge of the system: nothing may pass it
            return answers.problem_answer(asked, problem_for(asked, error))

    return safe


def problem_for(asked: Exchange, error: Exception) -> Problem:
    """What to tell about an exception."""
    match error:
        case Problem():
            return error
        case NotFound():
            return problems.not_found()
        case KeyReused():
            return problems.key_reused()
        case ChangedMeanwhile():
            return changed_meanwhile(error.case, asked.at)
        case Refused():
            return problem_of(error, asked.at, wiring.rulebook().zone)
        case Exhausted():
            return problems.too_often(error.what, error.retry_after)
        case Unavailable() | Stale():
            # Too slow, or others were faster every time: nothing was written, and a little later it goes.
            journal.say(logging.WARNING, error, request=asked.id, event="unavailable")
            return problems.unavailable()
        case _:
            journal.say(logging.ERROR, error, request=asked.id, event="failed", route=asked.resource)
            return problems.broken()


def options_view(allowed: str) -> Callable[..., Response]:
    """A view that answers OPTIONS: the methods of an address. There is one origin, so no other site is allowed anything."""

    def answer(**_: str) -> Response:
        return Response("", {"Allow": allowed}, 204)

    return answer


def answer_options(app: Chalice, addresses: Iterable[str]) -> None:
    """Register OPTIONS for addresses whose other methods have all been registered."""
    for path in addresses:
        allowed = ", ".join(sorted({*app.routes[path], "OPTIONS"}))
        view = options_view(allowed)
        app.route(path, methods=["OPTIONS"], content_types=ANY_TYPE, name=f"options {path}")(view)


def _chalices_own(asked: Exchange, response: Response) -> Response:
    """An answer that Chalice made by itself, told as our own are: every type of body reaches a view, so only 405 is left."""
    if response.status_code == 405:
        allowed = str(response.headers.get("Allow", ""))
        return answers.problem_answer(asked, problems.method_not_allowed(allowed))
    return answers.problem_answer(asked, problems.broken())


def _without_body(request: Any) -> Any:
    request._raw_body = b" "
    return request
