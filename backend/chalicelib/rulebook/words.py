"""Says limits and clocks in words, in both languages, so that pages, forms and messages all say the same."""

from __future__ import annotations

from chalicelib.domain.calendar import ServiceCalendar
from chalicelib.domain.limits import Limit, Unit
from chalicelib.domain.standards import Text

CLOCK_NAMES = {
    "reply": Text("答复", "answer"),
    "arrive": Text("到场", "arrival"),
    "resolve": Text("办好", "completion"),
}

_UNITS = {
    Unit.MINUTES: ("分钟", "minute"),
    Unit.HOURS: ("小时", "hour"),
    Unit.DAYS: ("天", "day"),
    Unit.WORKING_DAYS: ("个工作日", "working day"),
    Unit.MONTHS: ("个月", "month"),
}


def clock_name(clock: str) -> Text:
    """The clock in residents' words: 答复, 到场 or 办好. Raises KeyError for an unknown clock."""
    return CLOCK_NAMES[clock]


def limit_in_words(limit: Limit, calendar: ServiceCalendar) -> Text:
    """The limit as residents read it: "10 分钟", "半个服务日（5 个服务小时）", "当天", "3 个工作日".

    `calendar` gives the length of the service day, of which half a day is half (A1).
    """
    if limit.unit is Unit.SAME_DAY:
        return Text("当天", "the same day")
    if limit.unit is Unit.HALF_DAYS:
        return _half_days(limit.amount, calendar)
    zh, en = _UNITS[limit.unit]
    return Text(f"{limit.amount} {zh}", _plural(limit.amount, en))


def _half_days(amount: int, calendar: ServiceCalendar) -> Text:
    opens, closes = calendar.opens, calendar.closes
    service_day = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    hours = f"{amount * service_day / 120:g}"
    whole, odd = divmod(amount, 2)
    if not whole:
        zh, en = "半个服务日", "half a service day"
    elif odd:
        zh, en = f"{whole} 个半服务日", f"{whole} and a half service days"
    else:
        zh, en = f"{whole} 个服务日", _plural(whole, "service day")
    return Text(f"{zh}（{hours} 个服务小时）", f"{en} ({hours} service hours)")


def _plural(amount: int, noun: str) -> str:
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"
