"""Call-backs of the demonstration: what was settled in the month before, drawn as the first of a month has it."""

from __future__ import annotations

from datetime import timedelta

from chalicelib import wiring
from chalicelib.actions.call_back import call_back
from chalicelib.actions.confirm import confirm
from chalicelib.actions.resolve import resolve
from chalicelib.domain.call_back import Answer
from chalicelib.domain.events import Role
from chalicelib.domain.months import last_day, month_at, moved
from chalicelib.jobs.draw_call_backs import draw_call_backs
from infra.local.demonstration import Teller

# What was said and how it was dealt with, by category.
SETTLED = (
    ("B2", "门岗的保安骂人，当着孩子的面。", "当班的保安已经停岗，队长上门道了歉。"),
    ("B4", "垃圾桶两天没有倒，门口全是味道。", "当天清了两次，换了有盖的桶。"),
    ("B4", "地下车库的灯晃眼，开车看不清。", "车道口的灯换了方向，请您再看看。"),
    ("B4", "快递柜前面老停着电动车，拿不了快递。", "划了线，门岗每小时看一次。"),
    ("D1", "春节前物业前台哪几天上班？", "天天都在，八点到六点。"),
    ("D4", "居住证到哪里办，要带什么？", "街道的办事大厅，带身份证和租房合同。"),
)


def fill() -> None:
    """Settles what each community's month before is drawn among, has it drawn as the first of a month does, and notes a call."""
    now, book = wiring.now(), wiring.rulebook()
    here = [Teller(community, now) for community in book.communities.values()]
    new = [one for one in here if wiring.call_draws.calls(one.community.id, _month(one)) is None]
    for one in new:
        _settle(one)
    draw_call_backs(wiring.call_draws, wiring.figures, wiring.cases, book, now)
    for one in new:
        _call(one)
    draw_call_backs(wiring.call_draws, wiring.figures, wiring.cases, book, now)


def _month(here: Teller) -> str:
    return moved(month_at(here.now, here.community.zone), -1)


def _settle(here: Teller) -> None:
    day = last_day(_month(here)) - timedelta(days=6)
    opens = wiring.rulebook().calendar_for(here.community.id).opening(day)
    for nth, (category, words, answer) in enumerate(SETTLED):
        at = opens + timedelta(days=nth, hours=1)
        number = here.file(category, words, at, f"{nth + 1} 单元 {nth + 2}01", nth)
        resolve(here.staff(Role.DESK, at + timedelta(minutes=25)), number, answer)
        confirm(here.resident(at + timedelta(hours=3)), number)


def _call(here: Teller) -> None:
    made = wiring.call_draws.draw(here.community.id, _month(here))
    numbers = made.orders["enquiry"] if made is not None else ()
    known = wiring.cases.heads(numbers)
    drawn = next((number for number in numbers if known[number][0].call_back is not None), None)
    if drawn is not None:
        call_back(here.staff(Role.MANAGER, here.now), drawn, Answer.SATISFIED, "一问就有答复，很好。")
