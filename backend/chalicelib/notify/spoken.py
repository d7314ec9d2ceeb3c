"""Moments and spans of time in plain words, in the zone of the community."""

from datetime import datetime
from zoneinfo import ZoneInfo

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment_in_words(moment: datetime, zone: str, language: str, seen: datetime) -> str:
    """ "11月24日 10:42" or "24 Nov, 10:42"; with the year when it is not the year in which it is `seen`."""
    local, today = moment.astimezone(ZoneInfo(zone)), seen.astimezone(ZoneInfo(zone))
    other_year = local.year != today.year
    if language == "en":
        day = f"{local.day} {_MONTHS[local.month - 1]}" + (f" {local.year}" if other_year else "")
        return f"{day}, {local:%H:%M}"
    day = f"{local.month}月{local.day}日"
    return (f"{local.year}年" if other_year else "") + f"{day} {local:%H:%M}"


def span_in_words(seconds: float, language: str) -> str:
    """ "2 小时 5 分" or "2 h 5 min": the two largest units, whole minutes."""
    minutes = int(abs(seconds)) // 60
    if minutes == 0:
        return "less than a minute" if language == "en" else "不到 1 分钟"
    hours, minute = divmod(minutes, 60)
    day, hour = divmod(hours, 24)
    if day:
        parts = [(day, "天", "d"), (hour, "小时", "h")]
    else:
        parts = [(hour, "小时", "h"), (minute, "分", "min")]
    shown = [f"{n} {en if language == 'en' else zh}" for n, zh, en in parts if n]
    if language != "en" and shown == [f"{minute} 分"]:
        return f"{minute} 分钟"
    return " ".join(shown)
