"""The figures of a month in words: every share with what it is a share of, for staff and for everybody from the same lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.figures import FEWEST, Figures, Score, percent
from chalicelib.domain.keeping import Counted
from chalicelib.domain.months import is_over
from chalicelib.domain.standards import Community, Text

from .story import Reader, standard_address
from .words import CLOCK, moment_words

PUBLIC = "/api/figures"
TITLE = Text("承诺兑现", "Promises kept")
# The promise that says which first due moment counts, and the one with the goal for satisfaction.
FIRST_DUE, SATISFACTION = "E1", "E5"
_ORDER = tuple(CLOCK)


@dataclass(frozen=True)
class FigureRow:
    """One promise and where it stands; `share` is "97.5%", "2 / 3" of fewer than are told a share of, "—" of none."""

    name: str
    address: str
    clock: str
    kept: int
    missed: int
    running: int
    share: str


@dataclass(frozen=True)
class FiguresView:
    """A month, named by `heading`. `large` are the figures on top: name, value, what it is a share of; `months`: label, address,
    whether chosen; `unfinished`: the month is not over yet."""

    heading: str
    months: Sequence[tuple[str, str, bool]]
    large: Sequence[tuple[str, str, str]]
    rows: Sequence[FigureRow]
    counted: str
    unfinished: bool


@dataclass(frozen=True)
class PublicView:
    """What stands around a month for everybody. `communities`: label, address, whether it is this one; `first_due` is the
    promise on first due moments with its address, `goal` the one for satisfaction, if there is one."""

    community: str
    communities: Sequence[tuple[str, str, bool]]
    fewest: int
    first_due: tuple[str, str]
    goal: tuple[str, str] | None
    promises: str
    counting: str


def of_month(
    chosen: Counted | None,
    months: Sequence[Counted],
    community: Community,
    reader: Reader,
    here: str,
    fewest: int = 1,
) -> FiguresView:
    """One month on the page `here`, without any a page that says when there will be one; shares of at least `fewest` only."""
    joined = f"{here}{'&' if '?' in here else '?'}lang={reader.language}"

    def over(one: Counted) -> bool:
        return is_over(one.month, reader.now, community.zone)

    return FiguresView(
        heading=_heading(chosen, community, reader) if chosen else "",
        months=[
            (reader.say(month_words(one.month, over(one))), f"{joined}&month={one.month}", one is chosen)
            for one in months
        ],
        large=_large(chosen.figures, reader, fewest) if chosen else (),
        rows=_rows(chosen.figures, reader, fewest) if chosen else (),
        counted=reader.say(moment_words(chosen.at, reader.now, community.zone)) if chosen else "",
        unfinished=chosen is not None and not over(chosen),
    )


def for_everybody(community: Community, reader: Reader) -> PublicView:
    """What stands around a month of a community for everybody."""
    book, prefix = reader.book, "/en" if reader.language == "en" else ""
    goals = (
        (f"{one.id} {reader.say(one.title)}", standard_address(one.id, book, reader.language))
        for family in book.families.values()
        for one in family.commitments
        if one.id == SATISFACTION
    )
    return PublicView(
        community=reader.say(community.name),
        communities=[
            (
                reader.say(one.name),
                f"{PUBLIC}?community={one.id}&lang={reader.language}",
                one.id == community.id,
            )
            for one in book.communities.values()
        ],
        fewest=FEWEST,
        first_due=(FIRST_DUE, standard_address(FIRST_DUE, book, reader.language)),
        goal=next(goals, None),
        promises=f"{prefix}/promises/",
        counting=f"{prefix}/promises/counting/",
    )


def _heading(chosen: Counted, community: Community, reader: Reader) -> str:
    name, month = community.name, month_words(chosen.month)
    return reader.say(Text(f"{name.zh}，{month.zh}", f"{name.en}, {month.en}"))


def month_words(month: str, is_over: bool = True) -> Text:
    """A month as a tab names it: "2026 年 11 月", and whether it still goes on."""
    year, number = month.split("-")
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    going_on = ("", "") if is_over else ("（未完）", " so far")
    return Text(f"{year} 年 {int(number)} 月{going_on[0]}", f"{names[int(number) - 1]} {year}{going_on[1]}")


def share_words(part: int, whole: int, fewest: int = 1) -> str:
    """A share as people read it; of fewer than `fewest` how many of how many, of nothing a dash."""
    share = percent(part, whole, fewest)
    if share is None:
        return f"{part} / {whole}" if whole else "—"
    return f"{share:g}%"


def _large(made: Figures, reader: Reader, fewest: int) -> list[tuple[str, str, str]]:
    every = made.every_promise
    # Of how many of a few residents were satisfied not even the count is told: each of them could be known.
    satisfied = share_words(made.satisfied, made.rated) if made.rated >= fewest else "—"
    texts = (
        (Text("收到的工单", "Cases filed"), f"{made.filed}", _open_words(made.open)),
        (
            Text("守住的承诺", "Promises kept"),
            share_words(every.kept, every.decided, fewest),
            _kept_words(every),
        ),
        (Text("满意", "Satisfied"), satisfied, _satisfied_words(made, fewest)),
    )
    return [(reader.say(name), value, reader.say(of)) for name, value, of in texts]


def _open_words(count: int) -> Text:
    return Text(f"其中 {count} 张还在办", f"{count} still open") if count else Text("都办完了", "All done")


def _kept_words(score: Score) -> Text:
    if not score.decided:
        return Text("还没有到期的承诺", "None is decided yet")
    return Text(
        f"{score.decided} 个时限有了结果，守住 {score.kept} 个",
        f"{score.kept} of {score.decided} that are decided",
    )


def _satisfied_words(made: Figures, fewest: int) -> Text:
    if not made.rated:
        return Text("还没有人评价", "Nobody has rated yet")
    if made.rated < fewest:
        return Text(
            f"{made.rated} 张有评价，满 {fewest} 张才公布",
            f"{made.rated} rated; shown once {fewest} have",
        )
    return Text(
        f"{made.rated} 张有评价，{made.satisfied} 张满意", f"{made.satisfied} of {made.rated} that were rated"
    )


def _rows(made: Figures, reader: Reader, fewest: int) -> list[FigureRow]:
    ordered = sorted(made.promises.items(), key=lambda item: (item[0][0], _ORDER.index(item[0][1])))
    return [_row(standard, clock, score, reader, fewest) for (standard, clock), score in ordered]


def _row(standard: str, clock: str, score: Score, reader: Reader, fewest: int) -> FigureRow:
    known = reader.book.standards.get(standard)
    return FigureRow(
        name=f"{standard} {reader.say(known.title)}" if known else standard,
        address=standard_address(standard, reader.book, reader.language),
        clock=reader.say(CLOCK[clock]),
        kept=score.kept,
        missed=score.missed,
        running=score.running,
        share=share_words(score.kept, score.decided, fewest),
    )
