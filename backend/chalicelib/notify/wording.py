"""What a message says: the rulebook's words, filled from the facts and the case. Pure.

Nothing here ever sees a contact, so no telephone and no room can get into a text; nor does it see what people wrote.
"""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from chalicelib.domain.case import Case
from chalicelib.domain.change import DESK, Message
from chalicelib.domain.moments import read
from chalicelib.domain.standards import MessageWords, Rulebook
from chalicelib.rulebook.words import clock_name

from .spoken import day_in_words, moment_in_words, span_in_words

# The first words to a resident say what was promised then, even if someone has already come since.
_AT_THE_START = frozenset({"filed", "reopened"})

_WAITS = {
    "waiting_for_resident": ("我们在等您的回复", "we are waiting for your answer"),
    "waiting_for_access": ("要等能进门的时候", "we need to be let in"),
    "waiting_for_part": ("在等配件", "a part has to arrive"),
    "waiting_for_authority": ("在等有关部门", "an authority has to decide"),
    "waiting_for_weather": ("在等天气好转", "the weather has to improve"),
}


class Unfit(Exception):
    """The message cannot be rendered, now or ever; `reason` holds names of facts and ids only."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Wording:
    """A message in words; `params` are the values in it, for providers of SMS that send registered templates only."""

    template: str
    subject: str
    text: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message is about: `case` is None where no case is meant, `link` is where it sends this reader."""

    message: Message
    book: Rulebook
    case: Case | None
    language: str
    link: str

    def fact(self, name: str) -> object:
        """A fact of the message. Raises Unfit when it is missing."""
        if name not in self.message.facts:
            raise Unfit(f"the fact {name} is missing")
        return self.message.facts[name]

    def said(self, zh: str, en: str) -> str:
        """One of two wordings, by the reader's language."""
        return en if self.language == "en" else zh

    def the_case(self) -> Case:
        """The case. Raises Unfit when there is none."""
        if self.case is None:
            raise Unfit("there is no such case")
        return self.case


def words_for(topic: Topic) -> MessageWords:
    """The rulebook's words for the message.

    A proposal to the owners is received in words of its own (C9), and so is a reminder that comes after the moment of which it
    was to remind, because the check did not run; of a case that waits for something outside it is said for what.
    """
    template = topic.message.template
    if template == "reminder" and topic.message.facts.get("late_by"):
        template = "reminder_late"
    if template == "unattended" and topic.message.facts.get("wait"):
        template = "unattended_paused"
    if template == "filed" and topic.case is not None:
        standard = topic.book.standards.get(topic.case.category)
        if standard is not None and standard.path == "proposal":
            template = "filed_as_proposal"
    words = topic.book.messages.get(template)
    if words is None:
        raise Unfit(f"no words are called {template}")
    return words


def render(topic: Topic, words: MessageWords | None = None) -> Wording:
    """The message in the reader's language. Raises Unfit when the facts do not fit the words."""
    words = words or words_for(topic)
    subject, text = words.subject.in_language(topic.language), words.text.in_language(topic.language)
    names = {name for _, name, _, _ in string.Formatter().parse(subject + text) if name}
    params = {name: _value(name, topic) for name in sorted(names)}
    return Wording(words.id, subject.format_map(params), text.format_map(params), params)


def relayed(topic: Topic, wording: Wording) -> Wording:
    """What the desk reads when the resident cannot be reached: that there is news, and what it is called."""
    words = topic.book.messages.get("tell_resident")
    if words is None:
        raise Unfit("no words are called tell_resident")
    facts = {**topic.message.facts, "reason": wording.subject}
    message = Message(
        topic.message.id,
        words.id,
        topic.message.to,
        topic.message.community,
        topic.message.case,
        topic.message.at,
        facts,
    )
    return render(Topic(message, topic.book, topic.case, topic.language, topic.link), words)


def _value(name: str, topic: Topic) -> str:
    value = _VALUES.get(name)
    if value is None:
        raise Unfit(f"nothing fills {{{name}}}")
    try:
        return value(topic)
    except (KeyError, ValueError, TypeError, AttributeError, StopIteration) as error:
        raise Unfit(f"{{{name}}} cannot be filled ({type(error).__name__})") from error


def _number(topic: Topic) -> str:
    return topic.case.number if topic.case else topic.message.case


def _title(topic: Topic) -> str:
    if "post" in topic.message.facts:
        sort_of_post = topic.book.board.category(str(topic.fact("post")))
        return sort_of_post.name.in_language(topic.language) if sort_of_post else str(topic.fact("post"))
    category = topic.the_case().category
    standard = topic.book.standards.get(category)
    return standard.title.in_language(topic.language) if standard else category


def _standard(topic: Topic) -> str:
    return str(topic.message.facts.get("standard") or topic.the_case().category)


def _place(topic: Topic) -> str:
    if "day" in topic.message.facts:
        return next(
            one.place.in_language(topic.language)
            for one in topic.book.open_days
            if one.id == topic.message.facts["day"]
        )
    if "post" in topic.message.facts or "month" in topic.message.facts:
        where_it_is = topic.book.communities.get(topic.message.community)
        return where_it_is.name.in_language(topic.language) if where_it_is else topic.message.community
    case = topic.the_case()
    community = topic.book.communities.get(case.community)
    if community is None:
        return f"{case.community} {case.building}"
    building = community.buildings.get(case.building)
    where = community.name.in_language(topic.language)
    house = building.name.in_language(topic.language) if building else case.building
    return f"{house}, {where}" if topic.language == "en" else f"{where} {house}"


def _clock(topic: Topic) -> str:
    return _named(str(topic.fact("clock")), topic)


def _named(clock: str, topic: Topic) -> str:
    return clock_name(clock).in_language(topic.language)


def _due(topic: Topic) -> str:
    if "until" in topic.message.facts:
        zone = _zone(topic)
        return day_in_words(
            date.fromisoformat(str(topic.fact("until"))), zone, topic.language, topic.message.at
        )
    return _shown(read(str(topic.fact("due"))), topic)


def _shown(moment: datetime, topic: Topic) -> str:
    return moment_in_words(moment, _zone(topic), topic.language, topic.message.at)


def _zone(topic: Topic) -> str:
    community = topic.book.communities.get(topic.message.community)
    return community.zone if community else topic.book.zone


def _promise(topic: Topic) -> str:
    """The due moment and what is done by then. From the facts where they name both, otherwise from the case as it stands."""
    facts, case = topic.message.facts, topic.the_case()
    if "clock" in facts and "due" in facts:
        return _by(str(facts["clock"]), read(str(facts["due"])), topic)
    if topic.message.template == "appointed":
        agreed = next((c.kind for c in case.clocks if c.agreed), "resolve")
        return _by(agreed, read(str(topic.fact("due"))), topic)
    clocks = sorted(case.clocks, key=lambda one: one.due)
    running = [one for one in clocks if one.running] or (
        clocks if topic.message.template in _AT_THE_START else []
    )
    named = [one for one in running if one.kind == facts.get("clock")] or running
    if named:
        return _by(named[0].kind, named[0].due, topic)
    if any(one.paused for one in clocks):
        return topic.said("计时暂停中", "clocks on hold")
    return topic.said("没有在走的时限", "no clock is running")


def _by(clock: str, due: datetime, topic: Topic) -> str:
    when, what = _shown(due, topic), _named(clock, topic)
    return topic.said(f"{when} 前{what}", f"{what} by {when}")


def _late_by(topic: Topic) -> str:
    return span_in_words(float(cast(float, topic.fact("late_by"))), topic.language)


def _who(topic: Topic) -> str:
    """Whoever the message is about: the one whom it could not reach, who asked, or who is in charge."""
    if "to" in topic.message.facts:
        to = str(topic.message.facts["to"])
    elif topic.message.template == "extension_asked" and topic.the_case().asked is not None:
        asked = topic.the_case().asked
        to = f"staff:{asked.by}" if asked else ""
    else:
        to = topic.the_case().in_charge
    sort, _, path = to.partition(":")
    id = path.rpartition("/")[2]
    if sort in ("resident", "poster"):
        return topic.said("居民", "the resident")
    if f"{sort}:" == DESK:
        return topic.said("值班台", "the duty desk")
    if sort == "code":  # what follows is the keyed hash of a telephone
        return topic.said("正在登录的人", "somebody who is signing in")
    if sort == "department" and id in topic.book.departments:
        return topic.book.departments[id].name.in_language(topic.language)
    person = topic.book.people.get(id)
    return topic.said(person.name, person.name_en) if person else id


def _reason(topic: Topic) -> str:
    facts = topic.message.facts
    if "wait" in facts:
        zh, en = _WAITS[str(facts["wait"])]
        return topic.said(zh, en)
    if "reason_id" in facts:
        reason = topic.book.board.reason(str(facts["reason_id"]))
        return reason.text.in_language(topic.language) if reason else str(facts["reason_id"])
    if "approved" in facts:
        return (
            topic.said("经理批准了", "approved")
            if facts["approved"]
            else topic.said("经理没有批准", "not approved")
        )
    return str(topic.fact("reason"))


def _incident(topic: Topic) -> str:
    kind = topic.book.incidents.get(str(topic.fact("kind")))
    return kind.name.in_language(topic.language) if kind else str(topic.fact("kind"))


def _news(topic: Topic) -> str:
    """What staff published about an incident, and until when it may last."""
    news = topic.said(str(topic.fact("zh")), str(topic.fact("en")))
    if not topic.message.facts.get("expects"):
        return news
    until = _shown(read(str(topic.fact("expects"))), topic)
    return news + topic.said(f"预计 {until} 恢复。", f" Expected to end {until}.")


def _plain(name: str) -> Callable[[Topic], str]:
    return lambda topic: str(topic.fact(name))


_VALUES: Mapping[str, Callable[[Topic], str]] = {
    "number": _number,
    "title": _title,
    "standard": _standard,
    "place": _place,
    "clock": _clock,
    "due": _due,
    "promise": _promise,
    "since": lambda topic: _shown(read(str(topic.fact("since"))), topic),
    "late_by": _late_by,
    "who": _who,
    "reason": _reason,
    "link": lambda topic: topic.link,
    "year": _plain("year"),
    "count": _plain("count"),
    "code": _plain("code"),
    "incident": _incident,
    "news": _news,
}
