"""Examples of how time is counted, worked out by the same arithmetic that enforces the promises.

Written by hand they would go stale with the first change of a limit or of the service hours.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.limits import due_moment
from chalicelib.domain.standards import Rulebook
from chalicelib.web.words import promise_words

# Standard, clock, moment of filing in an ordinary week without holidays: Monday is 9 March 2026.
_MONDAY, _FRIDAY = 9, 13
EXAMPLES: dict[str, tuple[tuple[str, str, int, int], ...]] = {
    "minutes": (("C1", "arrive", _MONDAY, 2),),
    "half_days": (("C2", "resolve", _MONDAY, 15),),
    "same_day": (("B0", "reply", _MONDAY, 9), ("B0", "reply", _MONDAY, 20)),
    "days": (("C7", "resolve", _FRIDAY, 10), ("C6", "resolve", _FRIDAY, 10)),
    "months": (("C8", "resolve", _MONDAY, 10),),
}
"""By way of counting: what the marks `<!-- shounuo: example ... -->` may ask for."""

_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def counted_example(rulebook: Rulebook, language: str, name: str) -> str:
    """A Markdown list of the examples of one way of counting."""
    return "\n".join(_sentence(rulebook, language, *one) for one in EXAMPLES[name])


def _sentence(rulebook: Rulebook, language: str, standard_id: str, clock: str, day: int, hour: int) -> str:
    standard = rulebook.standards[standard_id]
    rule = next(one for one in standard.clocks if one.clock == clock)
    zone = ZoneInfo(rulebook.zone)
    filed = datetime(2026, 3, day, hour, tzinfo=zone)
    due = due_moment(rule.limit, filed, rulebook.calendar).moment.astimezone(zone)
    title = standard.title.in_language(language)
    promise = promise_words(rule.clock, rule.limit).in_language(language)
    if language == "en":
        return (
            f"- {title}: {promise.lower()}. Filed on {_english(filed, due)}, by **{_english(due, filed)}**."
        )
    return f"- {title}：{promise}。{_chinese(filed, due)} 提交，最晚 **{_chinese(due, filed)}**。"


def _chinese(moment: datetime, other: datetime) -> str:
    date = (
        f"{moment.month} 月 {moment.day} 日 "
        if moment.month != other.month
        else f"周{'一二三四五六日'[moment.weekday()]} "
    )
    return f"{date}{moment:%H:%M}"


def _english(moment: datetime, other: datetime) -> str:
    date = f"{moment.day} {moment:%B}" if moment.month != other.month else _DAYS_EN[moment.weekday()]
    return f"{date} at {moment:%H:%M}"
