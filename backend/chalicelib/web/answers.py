"""The answers of the edge: JSON, pages in the site's frame, redirects; each with the headers that every answer carries."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path

from chalice import Response

from chalicelib import wiring
from chalicelib.domain.standards import Text

from .doors import AT_THE_DOOR
from .exchange import Exchange
from .page_views import ProblemView
from .problems import Problem
from .rendering import in_frame, render, with_top

# Told to programs: nothing in a JSON answer may be run or framed.
_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

ALWAYS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _CLOSED,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Referrer-Policy": "same-origin",  # no-referrer would make browsers post "Origin: null"
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}

_NOT_AT_THE_DESK = Text(
    "没有这一页，或者不归您看。请核对单号，或者从您的页面里打开。",
    "There is no such page, or it is not yours to see. Please check the number, or open it from your pages.",
)


def json_answer(
    body: object, status: int = 200, headers: Mapping[str, str | list[str]] | None = None
) -> Response:
    """An answer to a program."""
    return Response(
        json.dumps(body, ensure_ascii=False, allow_nan=False),
        {"Content-Type": "application/json; charset=utf-8", **(headers or {})},
        status,
    )


def page(
    exchange: Exchange,
    title: str,
    content: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    other_language: tuple[str, str, str] | None = None,
) -> Response:
    """A page in the site's frame, under the site's own policy. `content` is HTML, `title` text."""
    from .now import banner  # now.py answers with pages too

    # A page about a failure of ours asks for nothing that may fail again.
    above = banner(exchange) if status < 500 else ""
    html = in_frame(frame(exchange.language, exchange.at), title, content, other_language, above)
    return Response(
        html,
        {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Language": "zh-CN" if exchange.language == "zh" else "en",
            "Content-Security-Policy": page_policy(),
            **(headers or {}),
        },
        status,
    )


def see_other(path: str, headers: Mapping[str, str | list[str]] | None = None) -> Response:
    """A redirect after a post (303) to a path of this origin."""
    return Response(
        "", {"Location": path, "Content-Type": "text/plain; charset=utf-8", **(headers or {})}, 303
    )


def problem_answer(exchange: Exchange, problem: Problem) -> Response:
    """A problem as the client wants it told: a page for browsers, RFC 9457 for everything else."""
    if exchange.wants_html:
        title = problem.title.in_language(exchange.language)
        content = render("problem.html", exchange.language, view=_problem_view(exchange, problem))
        return page(exchange, title, content, problem.status, problem.headers)
    body = json.dumps(problem.as_json(exchange.language, exchange.id), ensure_ascii=False)
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/problem+json",
        "Content-Language": exchange.language,
        **problem.headers,
    }
    return Response(body, headers, problem.status)


def _problem_view(exchange: Exchange, problem: Problem) -> ProblemView:
    """What the page says; the request's number only where it helps to find our own mistake."""
    zh = exchange.language == "zh"
    at_the_desk = exchange.resource.startswith("/staff/") and exchange.resource not in AT_THE_DOOR
    home = "/" if zh else "/en/"
    ways = [("回到首页" if zh else "Home", home)]
    if problem.code == "no-session":
        ways = [("员工入口" if zh else "Staff entrance", f"{home}staff/")]
    elif problem.code == "not-signed-in":
        ways = [("登录我的家" if zh else "Sign in to my home", f"{home}my/")]
    elif problem.code == "not-for-your-role" or at_the_desk:
        ways = [_what_you_can_do(zh)]
    elif problem.status == 404 and exchange.resource == "/figures":
        figures = f"/api/figures?lang={exchange.language}"
        ways.append(("有哪些数字可以看" if zh else "The figures that there are", figures))
    elif problem.status == 404:
        ways.append(("查进度" if zh else "Track a case", f"{home}track/"))
        # A link may have been ended with its key; the telephone opens the same cases.
        ways.append(("登录我的家，看您的工单" if zh else "Sign in and see your cases", f"{home}my/"))
    if not at_the_desk:
        ways.append(("电话" if zh else "Telephones", f"{home}communities/"))
    detail = _NOT_AT_THE_DESK if at_the_desk and problem.status == 404 else problem.detail
    details = [detail, *problem.errors.values()]
    return ProblemView(
        language=exchange.language,
        title=problem.title.in_language(exchange.language),
        detail=" ".join(text.in_language(exchange.language) for text in details),
        ways=ways,
        reference=exchange.id if problem.status >= 500 else "",
    )


def _what_you_can_do(zh: bool) -> tuple[str, str]:
    """The way of somebody of the staff: every role has this page."""
    return ("您在这里能做什么" if zh else "What you can do here", "/api/staff/start")


def frame(language: str, at: datetime) -> str:
    """The empty page that the site build left for us, with the hazards of this moment on top; newer ones are noticed."""
    path, tops = wiring.COMPILED / f"frame.{language}.html", wiring.COMPILED / f"tops.{language}.json"
    changed = tops.stat().st_mtime_ns if tops.is_file() else 0
    come = bisect_right(_tops(tops, changed), at, key=lambda top: top[0])
    return _topped(path, path.stat().st_mtime_ns, tops, changed, come)


@lru_cache(maxsize=4)
def _topped(path: Path, changed: int, tops: Path, tops_changed: int, come: int) -> str:
    html = path.read_text("utf-8")
    return with_top(html, _tops(tops, tops_changed)[come - 1][1]) if come else html


@lru_cache(maxsize=2)
def _tops(path: Path, changed: int) -> list[tuple[datetime, str]]:
    """What will be on top of every page, each with the moment from which on it is; no file where nothing is known to change."""
    if not changed:
        return []
    found: list[tuple[str, str]] = json.loads(path.read_text("utf-8"))
    return [(datetime.fromisoformat(moment), html) for moment, html in found]


@cache
def page_policy() -> str:
    """The content security policy of pages: the site's own, with the hashes of the frame's scripts."""
    headers = json.loads((wiring.COMPILED / "headers.json").read_text("utf-8"))
    policy: str = headers["Content-Security-Policy"]
    return policy
