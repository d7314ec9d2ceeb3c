"""Where somebody of the staff who works on no cases begins, and where a closed page leads back to: what one can do here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.events import Role
from chalicelib.domain.standards import Text

from .access import EVERYBODY, open_to
from .answers import page
from .edge import ANY_TYPE, READ
from .exchange import Exchange
from .rendering import render
from .staff_pages import START, bar_of, other_language, reader_of, scopes

start = Blueprint(__name__)

_MAY: Mapping[str, Text] = {
    "monitor": Text(
        "您可以看这个小区的工单和数字，不改动任何东西；发现问题请告诉物业经理。",
        "You see this community's cases and figures and change nothing. Please tell the property manager what you find.",
    ),
    "owners_committee": Text(
        "您可以看每个月的承诺守住了多少、住户满不满意。工单里有住户的私人信息，不对业主委员会开放。",
        "You see how many promises were kept each month and whether residents were satisfied. Cases hold what is private to"
        " residents and are not open to the committee.",
    ),
    "editor": Text(
        "您负责网站上的文字：页面和服务标准都在代码仓库的 docs 文件夹里改，同事看过就上线。"
        "在这里您可以审核信息栏、看承诺守住了多少；工单不归您办。",
        "You look after the words of the site: pages and promises are edited in the repository's docs folder and go live once a"
        " colleague has read them. Here you look at posts for the info board and see how the promises fared; cases are not yours"
        " to work on.",
    ),
}
_WORKING = Text(
    "您可以登记和办理工单。下面是您能打开的页面。", "You file cases and work on them. These pages are yours."
)


@start.route("/staff/start", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *EVERYBODY)
def show_start(asked: Exchange, session: wiring.Session) -> Response:
    """What the person who is signed in can do here, in a sentence, with their pages."""
    reader = reader_of(asked)
    view: dict[str, Any] = {
        "bar": bar_of(START, session, reader),
        "may": reader.say(_MAY.get(session.actor.role.value, _WORKING)),
        "ways": [(label, address) for label, address, _ in scopes(START, session, reader)],
    }
    if session.actor.role is Role.EDITOR:
        site = "/" if reader.language == "zh" else "/en/"
        view["ways"].append(
            (reader.say(Text("怎么改网站上的字", "How to edit the site")), f"{site}handbook/")
        )
    title = reader.say(Text("您在这里能做什么", "What you can do here"))
    content = render("staff_start.html", reader.language, view=view, title=title)
    return page(asked, title, content, other_language=other_language(reader, START))
