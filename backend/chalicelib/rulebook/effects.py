"""What a change of the rulebook means to residents and staff, in their words: the difference between two rulebooks.

`make effect` prints it before staff publish a change, and the sample CI configurations post it on the merge request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.domain.limits import Limit
from chalicelib.domain.standards import ClockRule, Community, Rulebook, Standard, Text

from .words import clock_name, limit_in_words

T = TypeVar("T")


@dataclass(frozen=True)
class Effect:
    """One thing that is different for somebody, said in both languages.

    Where a limit changes, `standard`, `clock` and `limit` (the new one) say which, so that past cases can be asked.
    """

    said: Text
    standard: str = ""
    clock: str = ""
    limit: Limit | None = None


def effects(before: Rulebook, after: Rulebook) -> list[Effect]:
    """Everything that changes for residents or staff when `after` is published instead of `before`."""
    if before.version == after.version:
        return []
    return [
        *_standards(before, after),
        *_ladders(before, after),
        *_communities(before, after),
        *_calendars(before, after),
        *_words(before, after),
    ]


def _standards(before: Rulebook, after: Rulebook) -> Iterator[Effect]:
    for id, standard in _added(before.standards, after.standards):
        yield _plain(
            f"新承诺 {id}：{standard.title.zh}。{standard.explanation.zh}",
            f"New promise {id}: {standard.title.en}. {standard.explanation.en}",
        )
    for id, standard in _added(after.standards, before.standards):
        yield _plain(
            f"{id}（{standard.title.zh}）不再承诺。已经收下的工单仍按原来的时限。",
            f"{id} ({standard.title.en}) is promised no more. Cases filed before keep their limits.",
        )
    for id, old, new in _kept(before.standards, after.standards):
        yield from _clocks(old, new, before, after)
        if old.department != new.department:
            yield _plain(
                f"{id}（{new.title.zh}）改由{_department(after, new.department).zh}负责。",
                f"{id} ({new.title.en}) is now dealt with by {_department(after, new.department).en}.",
            )
        if _words_changed(old, new):
            yield _plain(
                f"{id}（{new.title.zh}）的文字改了，居民会读到：{new.explanation.zh}",
                f"The words of {id} ({new.title.en}) change; residents read: {new.explanation.en}",
            )


def _clocks(old: Standard, new: Standard, before: Rulebook, after: Rulebook) -> Iterator[Effect]:
    was, now = _by_clock(old), _by_clock(new)
    for key in sorted(was.keys() | now.keys()):
        clock = key[0]
        name = clock_name(clock)
        left, right = was.get(key), now.get(key)
        if right is None and left is not None:
            yield _plain(
                f"{new.id}（{new.title.zh}）不再有{name.zh}时限。",
                f"{new.id} ({new.title.en}) has no limit for the {name.en} any more.",
            )
        elif left is None and right is not None:
            limit = limit_in_words(right.limit, after.calendar)
            yield Effect(
                Text(
                    f"{new.id}（{new.title.zh}）新增{name.zh}时限：{limit.zh}。",
                    f"{new.id} ({new.title.en}) gets a limit for the {name.en}: {limit.en}.",
                )
            )
        elif left is not None and right is not None and left.limit != right.limit:
            before_words = limit_in_words(left.limit, before.calendar)
            after_words = limit_in_words(right.limit, after.calendar)
            yield Effect(
                Text(
                    f"{new.id}（{new.title.zh}）的{name.zh}时限从 {before_words.zh}改成 {after_words.zh}。",
                    f"The limit of {new.id} ({new.title.en}) for the {name.en} changes from {before_words.en} "
                    f"to {after_words.en}.",
                ),
                new.id,
                clock,
                right.limit,
            )
        elif left != right and right is not None:
            yield _plain(
                f"{new.id}（{new.title.zh}）的{name.zh}时限改了提醒阶梯或约定方式。",
                f"{new.id} ({new.title.en}): the ladder or the appointment rule for the {name.en} changes.",
            )


def _ladders(before: Rulebook, after: Rulebook) -> Iterator[Effect]:
    for _, old, new in _kept(before.ladders, after.ladders):
        if old.levels != new.levels:
            yield _plain(
                f"“{new.title.zh}”这条提醒阶梯改了：谁在什么时候被提醒会不一样。",
                f"The ladder “{new.title.en}” changes: who is told, and when.",
            )


def _communities(before: Rulebook, after: Rulebook) -> Iterator[Effect]:
    for _, one in _added(before.communities, after.communities):
        yield _plain(f"新小区：{one.name.zh}。", f"New community: {one.name.en}.")
    for _, one in _added(after.communities, before.communities):
        yield _plain(f"{one.name.zh}不再由我们服务。", f"{one.name.en} is served no more.")
    for _, old, new in _kept(before.communities, after.communities):
        yield from _telephones(old, new)
        for _, building in _added(old.buildings, new.buildings):
            yield _plain(
                f"{new.name.zh}新增楼栋：{building.name.zh}。",
                f"{new.name.en}: new building {building.name.en}.",
            )
        for _, was, now in _kept(old.buildings, new.buildings):
            if was.assistant != now.assistant:
                person = new.people[now.assistant]
                yield _plain(
                    f"{new.name.zh}{now.name.zh}的礼宾助理换成{person.name}，电话 {person.phone}。",
                    f"{new.name.en}, {now.name.en}: the assistant is now {person.name_en}, {person.phone}.",
                )
        for _, joined in _added(old.people, new.people):
            yield _plain(f"{new.name.zh}新增人员：{joined.name}。", f"{new.name.en}: {joined.name_en} joins.")
        for _, gone in _added(new.people, old.people):
            yield _plain(
                f"{gone.name}不再在{new.name.zh}工作。", f"{gone.name_en} works in {new.name.en} no more."
            )
        for _, before_person, after_person in _kept(old.people, new.people):
            if before_person.phone != after_person.phone:
                yield _plain(
                    f"{after_person.name}的电话改成 {after_person.phone}。",
                    f"The telephone of {after_person.name_en} is now {after_person.phone}.",
                )


def _telephones(old: Community, new: Community) -> Iterator[Effect]:
    for attribute, zh, en in (
        ("day_phone", "服务时间电话", "telephone in service time"),
        ("night_phone", "服务时间外电话", "telephone outside service time"),
        ("complaint_phone", "投诉电话", "complaint telephone"),
    ):
        if getattr(old, attribute) != getattr(new, attribute):
            number = getattr(new, attribute)
            yield _plain(f"{new.name.zh}的{zh}改成 {number}。", f"{new.name.en}: the {en} is now {number}.")


def _calendars(before: Rulebook, after: Rulebook) -> Iterator[Effect]:
    was, now = before.calendar, after.calendar
    if (was.opens, was.closes) != (now.opens, now.closes):
        yield _plain(
            f"服务时间改成 {now.opens:%H:%M} 到 {now.closes:%H:%M}。",
            f"Service time is now {now.opens:%H:%M} to {now.closes:%H:%M}.",
        )
    for year in sorted(now.years):
        old, new = was.years.get(year), now.years[year]
        if old == new:
            continue
        if new.announced and not (old and old.announced):
            yield _plain(
                f"{year} 年的放假安排已公布，暂定的时限会自动重新计算。",
                f"The holidays of {year} are announced: provisional due moments are counted again.",
            )
        else:
            yield _plain(f"{year} 年的放假安排改了。", f"The holidays of {year} change.")


def _words(before: Rulebook, after: Rulebook) -> Iterator[Effect]:
    kinds: tuple[tuple[str, str, Callable[[Rulebook], Mapping[str, Any]]], ...] = (
        ("表格的文字", "The words of the form", lambda book: book.forms),
        ("消息的文字", "The words of the message", lambda book: book.messages),
        ("备用答复", "The ready answer", lambda book: book.answers),
        ("突发情况的现成话", "The ready words for the incident", lambda book: book.incidents),
        ("通知的类别", "The category of notices", lambda book: book.notices),
        ("信息栏的问题、分类、原因", "A question, category or reason of the info board", _board_parts),
    )
    for zh, en, of in kinds:
        was, now = of(before), of(after)
        for id in sorted(was.keys() | now.keys()):
            if was.get(id) != now.get(id):
                yield _plain(f"{zh}改了：{id}。", f"{en} {id} changes.")


def _board_parts(book: Rulebook) -> Mapping[str, Any]:
    parts: dict[str, Any] = dict(book.board.fields)
    parts |= {one.id: one for one in book.board.categories}
    return parts | {one.id: one for one in book.board.reasons}


def _plain(zh: str, en: str) -> Effect:
    return Effect(Text(zh, en))


def _added(before: Mapping[str, T], after: Mapping[str, T]) -> Iterator[tuple[str, T]]:
    return ((id, one) for id, one in sorted(after.items()) if id not in before)


def _kept(before: Mapping[str, T], after: Mapping[str, T]) -> Iterator[tuple[str, T, T]]:
    return ((id, before[id], one) for id, one in sorted(after.items()) if id in before)


def _by_clock(standard: Standard) -> dict[tuple[str, str], ClockRule]:
    """The standard's own clocks by what they time and what starts them: the loader lets each pair stand once."""
    return {(rule.clock, rule.starts): rule for rule in standard.clocks}


def _words_changed(old: Standard, new: Standard) -> bool:
    """Whether residents read other words, apart from the figures that the change of a limit puts into them."""
    if (old.title, old.examples) != (new.title, new.examples):
        return True
    return old.clocks == new.clocks and old.explanation != new.explanation


def _department(book: Rulebook, id: str) -> Text:
    return book.departments[id].name
