"""The pages of both doors in words: telephone, code, the code of an app, the choice of a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import segno
from chalice import Response

from chalicelib import wiring
from chalicelib.domain.standards import Text

from .answers import page
from .doors import STAFF_CODE, STAFF_PROOF, STAFF_SESSION
from .exchange import Exchange
from .problems import Problem
from .rendering import render
from .signing import NO_TELEPHONE_YET, Waiting
from .staff_pages import first_page


@dataclass(frozen=True)
class Door:
    """A door: where its forms go, and the words over it."""

    id: str
    title: Text
    lead: Text
    ask: str
    enter: str
    site: str


DOORS: Mapping[str, Door] = {
    "resident": Door(
        "resident",
        Text("登录我的家", "Sign in to my home"),
        Text(
            "用登记在物业的手机号收一个验证码，不用记密码。",
            "A code by SMS to the telephone that we have for your home: no password to remember.",
        ),
        "/api/my/code",
        "/api/my/session",
        "my/",
    ),
    "staff": Door(
        "staff",
        Text("员工登录", "Staff sign-in"),
        Text("用登记在员工名单里的手机号收一个验证码。", "A code by SMS to the telephone in the staff list."),
        f"/api{STAFF_CODE}",
        f"/api{STAFF_SESSION}",
        "staff/",
    ),
}
PROOF = f"/api{STAFF_PROOF}"
PLACES = "/api/staff/communities"


@dataclass(frozen=True)
class SignInView:
    """One page: at most one field (`name` is phone or code, "" for none), one button, and ways out.

    `again` is (address, telephone) of the form that sends another code; `places` are (community, its name, whether it is here);
    `qr_svg` is trusted markup.
    """

    language: str
    title: str
    lead: Sequence[str]
    action: str = ""
    name: str = ""
    label: str = ""
    hint: str = ""
    button: str = ""
    value: str = ""
    error: str = ""
    notice: str = ""
    again: tuple[str, str] | None = None
    ways: Sequence[tuple[str, str]] = ()
    places: Sequence[tuple[str, str, bool]] = field(default_factory=tuple)
    qr_svg: str = ""
    secret: str = ""


def ask_page(asked: Exchange, door: Door, value: str = "", problem: Problem | None = None) -> Response:
    """The page that asks for the telephone, as it comes back with a mistake or where a code was waited for too long."""
    say = _sayer(asked)
    view = SignInView(
        language=asked.language,
        title=say(door.title),
        lead=[say(door.lead)] if problem else [say(NO_TELEPHONE_YET)],
        action=door.ask,
        name="phone",
        label=say(Text("手机号", "Mobile number")),
        hint=say(
            Text(
                "可以带空格，例如 138\u00a00000\u00a00000。",
                "Spaces are fine, for example 138\u00a00000\u00a00000.",
            )
        ),
        button=say(Text("发验证码", "Send me a code")),
        value=value,
        error=_error(problem, asked),
        ways=_ways(asked),
    )
    return _page(asked, view, problem, door.enter)


def code_page(asked: Exchange, door: Door, waiting: Waiting, problem: Problem | None = None) -> Response:
    """The page that asks for the code. It says the same whether anybody has this number or not."""
    say = _sayer(asked)
    shown = waiting.shown
    view = SignInView(
        language=asked.language,
        title=say(Text("填验证码", "Type the code")),
        lead=[
            say(
                Text(
                    f"如果 {shown} 登记在我们这里，一分钟内会收到一条带 6 位验证码的短信，5 分钟内有效。",
                    f"If {shown} is registered with us, an SMS with a 6-digit code arrives within a minute. It is good for 5.",
                )
            )
        ],
        action=door.enter,
        name="code",
        label=say(Text("验证码", "Code")),
        hint=say(Text("可以直接粘贴，空格没关系。", "You can paste it; spaces do not matter.")),
        button=say(Text("登录", "Sign in")),
        error=_error(problem, asked),
        again=(door.ask, waiting.phone),
        ways=[
            (
                say(Text("换一个手机号", "Another number")),
                ("/" if asked.language == "zh" else "/en/") + door.site,
            ),
            *_ways(asked),
        ],
    )
    return _page(asked, view, problem, door.enter)


def proof_page(
    asked: Exchange, session: wiring.Session, secret: str | None, address: str, problem: Problem | None = None
) -> Response:
    """The page that asks for the app's code; with `secret`, the page that sets the app up."""
    say = _sayer(asked)
    if secret:
        lead = Text(
            "您的岗位要两道验证。请在手机上装一个身份验证器 App，扫下面的码，再填它显示的 6 位数字。",
            "Your role needs a second proof. Install an authenticator app (TOTP), scan the code below, then type its 6 digits.",
        )
        title = Text("设置动态码", "Set up the app")
    else:
        lead = Text(
            "请打开手机上的身份验证器 App，填它现在显示的 6 位数字。",
            "Open your authenticator app and type its 6 digits.",
        )
        title = Text("填动态码", "The app's code")
    view = SignInView(
        language=asked.language,
        title=say(title),
        lead=[say(lead)],
        action=PROOF,
        name="code",
        label=say(Text("动态码", "Code of the app")),
        hint=say(
            Text(
                "6 位数字，每 30 秒换一个，每个只能用一次。",
                "6 digits, new every 30 seconds, each good for one use.",
            )
        ),
        button=say(Text("进入", "Enter")),
        error=_error(problem, asked),
        ways=[
            (
                say(
                    Text("手机丢了？请找经理重置动态码", "Lost your phone? Ask the manager to reset the app")
                ),
                "/staff/" if asked.language == "zh" else "/en/staff/",
            )
        ],
        qr_svg=_qr(address) if secret else "",
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) if secret else "",
    )
    return _page(asked, view, problem, PROOF)


def places_page(asked: Exchange, session: wiring.Session, places: Sequence[str]) -> Response:
    """The choice among the communities in which somebody works."""
    say = _sayer(asked)
    known = wiring.rulebook().communities
    view = SignInView(
        language=asked.language,
        title=say(Text("去哪个小区", "Which community")),
        lead=[say(Text("您在几个小区工作，一次看一个。", "You work in several communities; one at a time."))],
        action=PLACES,
        places=[
            (place, say(known[place].name), place == session.community) for place in places if place in known
        ],
        ways=[(say(Text("不换，回去", "Stay here")), first_page(session.actor.role.value))],
    )
    return _page(asked, view, None, PLACES)


def _page(asked: Exchange, view: SignInView, problem: Problem | None, address: str) -> Response:
    error = ("出错：" if asked.language == "zh" else "Error: ") if view.error else ""
    other = ("en", "English") if asked.language == "zh" else ("zh-CN", "中文")
    link = (f"{address}?lang={'en' if asked.language == 'zh' else 'zh'}", *other)
    content = render("sign_in.html", asked.language, view=view)
    status, headers = (problem.status, problem.headers) if problem else (200, {})
    return page(asked, error + view.title, content, status, headers, other_language=link)


def _sayer(asked: Exchange) -> Callable[[Text], str]:
    return lambda text: text.in_language(asked.language)


def _error(problem: Problem | None, asked: Exchange) -> str:
    if problem is None:
        return ""
    texts = list(problem.errors.values()) or [problem.detail]
    return " ".join(text.in_language(asked.language) for text in texts)


def _ways(asked: Exchange) -> list[tuple[str, str]]:
    root = "/" if asked.language == "zh" else "/en/"
    return [
        ("没有登录也能报修" if root == "/" else "File without signing in", f"{root}file/repair/"),
        ("打电话给物业" if root == "/" else "Telephone us", f"{root}communities/"),
    ]


def _qr(address: str) -> str:
    svg: str = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return svg
