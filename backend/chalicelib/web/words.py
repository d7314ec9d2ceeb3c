"""The words for clocks, limits and moments, in both languages, as the site and the API say them.

Standard library and domain only: the site generator and a cold Lambda both import this.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.limits import Limit, Unit
from chalicelib.domain.standards import Text

CLOCK: Mapping[str, Text] = {
    "reply": Text("答复", "Answer"),
    "arrive": Text("到场", "On site"),
    "resolve": Text("办好", "Done"),
}

KIND: Mapping[str, Text] = {
    "repair": Text("报修", "Repair"),
    "complaint": Text("投诉", "Complaint"),
    "enquiry": Text("咨询", "Enquiry"),
    "service": Text("代办服务", "Paid service"),
    "breach": Text("违规搭建和使用", "Breach of the rules"),
    "emergency": Text("突发事件", "Emergency"),
}

STATE: Mapping[str, Text] = {
    "filed": Text("已收到", "Received"),
    "assigned": Text("已安排", "Assigned"),
    "replied": Text("已答复", "Answered"),
    "arrived": Text("已到场", "On site"),
    "resolved": Text("已办好，等您确认", "Done, waiting for your word"),
    "confirmed": Text("您已确认", "Confirmed by you"),
    "closed": Text("已结束", "Closed"),
    "joined": Text("已并入另一张工单", "Joined to another case"),
    "proposed": Text("已转为业主大会提案", "Now a proposal to the owners"),
    "withdrawn": Text("已撤回", "Withdrawn"),
}

ROLE: Mapping[str, Text] = {
    "resident": Text("住户", "Resident"),
    "desk": Text("值班台", "Duty desk"),
    "assistant": Text("礼宾助理", "Building assistant"),
    "technician": Text("维修师傅", "Technician"),
    "cleaner": Text("保洁员", "Cleaner"),
    "guard": Text("秩序员", "Guard"),
    "supervisor": Text("部门主管", "Supervisor"),
    "manager": Text("物业经理", "Property manager"),
    "general_manager": Text("总经理", "General manager"),
    "editor": Text("内容编辑", "Editor"),
    "monitor": Text("监督员", "Monitor"),
    "owners_committee": Text("业主委员会", "Owners' committee"),
    "engineer": Text("系统维护", "Engineer"),
    "system": Text("系统", "System"),
    "in_charge": Text("负责人", "Person in charge"),
}

INCIDENT_STATE: Mapping[str, Text] = {
    "announced": Text("已发布", "Announced"),
    "working": Text("正在处理", "Being dealt with"),
    "over": Text("已经结束", "Over"),
}

LEVEL: Mapping[str, Text] = {
    "reminder": Text("提醒", "Reminder"),
    "supervisor": Text("报告主管", "Supervisor told"),
    "manager": Text("报告物业经理", "Property manager told"),
    "general_manager": Text("报告总经理", "General manager told"),
}

_WEEKDAYS_ZH = "一二三四五六日"


def limit_words(limit: Limit) -> Text:
    """A limit as a table or a sentence says it: "15 分钟" / "15 minutes"."""
    amount = limit.amount
    match limit.unit:
        case Unit.MINUTES:
            return Text(f"{amount} 分钟", _many(amount, "minute"))
        case Unit.HOURS:
            return Text(f"{amount} 小时", _many(amount, "hour"))
        case Unit.HALF_DAYS:
            if amount == 1:
                return Text("半天", "half a day")
            return Text(f"{amount} 个半天", f"{amount} half days")
        case Unit.SAME_DAY:
            return Text("当天", "the same day")
        case Unit.DAYS:
            return Text(f"{amount} 天", _many(amount, "day"))
        case Unit.WORKING_DAYS:
            return Text(f"{amount} 个工作日", _many(amount, "working day"))
        case Unit.MONTHS:
            return Text(f"{amount} 个月", _many(amount, "month"))
    raise ValueError(f"no words for {limit.unit}")


def promise_words(clock: str, limit: Limit, agreed: bool = False) -> Text:
    """One clock as a promise: "15 分钟内到场" / "On site within 15 minutes"."""
    words, verb = limit_words(limit), CLOCK[clock]
    if limit.unit is Unit.SAME_DAY:
        promise = Text(f"当天{verb.zh}", f"{verb.en} the same day")
    elif limit.unit is Unit.MONTHS and limit.amount == 1:
        promise = Text("每月集中办一次", f"{verb.en} in the monthly round")
    else:
        promise = Text(f"{words.zh}内{verb.zh}", f"{verb.en} within {words.en}")
    if agreed:
        promise = Text(
            f"按约定时间，最多 {words.zh}{verb.zh}", f"{verb.en} by the agreed time, {words.en} at most"
        )
    return promise


def moment_words(moment: datetime, now: datetime, zone: str) -> Text:
    """A moment as people say it, seen from `now`, in the community's zone: "今天 10:42", "11月27日（周五）18:00"."""
    local, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    time = f"{local:%H:%M}"
    for days, zh, en in ((0, "今天", "today"), (1, "明天", "tomorrow"), (-1, "昨天", "yesterday")):
        if local.date() == today + timedelta(days=days):
            return Text(f"{zh} {time}", f"{en} {time}")
    year_zh, year_en = ("", "") if local.year == today.year else (f"{local.year}年", f" {local.year}")
    return Text(
        f"{year_zh}{local.month}月{local.day}日（周{_WEEKDAYS_ZH[local.weekday()]}）{time}",
        f"{local:%a} {local.day} {local:%b}{year_en}, {time}",
    )


def day_words(day: date, now: datetime, zone: str) -> Text:
    """A day as people say it: "12月20日", with the year when it is another one."""
    year_zh, year_en = (
        ("", "") if day.year == now.astimezone(ZoneInfo(zone)).year else (f"{day.year}年", f" {day.year}")
    )
    return Text(f"{year_zh}{day.month}月{day.day}日", f"{day.day} {day:%b}{year_en}")


def span_words(seconds: float) -> Text:
    """A length of time, rounded down to what matters: "12 分钟", "3 小时 5 分", "2 天 4 小时"."""
    minutes = int(abs(seconds) // 60)
    if minutes < 1:
        return Text("不到 1 分钟", "less than a minute")
    if minutes < 60:
        return Text(f"{minutes} 分钟", _many(minutes, "minute"))
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return Text(
            f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时",
            f"{hours} h {rest} min" if rest else _many(hours, "hour"),
        )
    days, hours = divmod(hours, 24)
    return Text(
        f"{days} 天 {hours} 小时" if hours else f"{days} 天",
        f"{_many(days, 'day')} {hours} h" if hours else _many(days, "day"),
    )


def capital(words: str) -> str:
    """English words as they stand at the beginning of a line."""
    return words[:1].upper() + words[1:]


def _many(amount: int, noun: str) -> str:
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"
