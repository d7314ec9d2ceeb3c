"""Moments and spans of time in plain words, in the zone of the community."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment_in_words(moment: datetime, zone: str, language: str, seen: datetime) -> str:
    """ "11月24日 10:42" or "24 Nov, 10:42"; with the year when it is not the year in which it is `seen`."""
    local = moment.astimezone(ZoneInfo(zone))
    day = day_in_words(local.date(), zone, language, seen)
    return f"{day}, {local:%H:%M}" if language == "en" else f"{day} {local:%H:%M}"


def day_in_words(day: date, zone: str, language: str, seen: datetime) -> str:
    """ "11月24日" or "24 Nov"; with the year when it is not the year in which it is `seen`."""
    other_year = day.year != seen.astimezone(ZoneInfo(zone)).year
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if other_year else "")
    return (f"{day.year}年" if other_year else "") + f"{day.month}月{day.day}日"


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
