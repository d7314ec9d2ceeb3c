"""The figures of a month in words: every share with what it is a share of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import wiring
from chalicelib.domain.figures import Figures, Score, percent
from chalicelib.domain.keeping import Counted
from chalicelib.domain.standards import Text

from .page_views import Bar
from .staff_pages import FIGURES, bar_of
from .story import Reader
from .words import CLOCK, moment_words

_ORDER = tuple(CLOCK)


@dataclass(frozen=True)
class FigureRow:
    """One promise: `share` is "97.5%" or "—" while nothing is decided."""

    name: str
    clock: str
    kept: int
    missed: int
    running: int
    share: str


@dataclass(frozen=True)
class FiguresView:
    """A month. `large` are the figures on top: name, value, what it is a share of; `months`: label, address, whether chosen."""

    bar: Bar
    title: str
    months: Sequence[tuple[str, str, bool]]
    large: Sequence[tuple[str, str, str]]
    rows: Sequence[FigureRow]
    counted: str


def of_month(
    chosen: Counted | None, months: Sequence[Counted], session: wiring.Session, reader: Reader
) -> FiguresView:
    """The page of one month; without any month a page that says when there will be one."""
    community = reader.book.communities[session.community]
    language = f"&lang={reader.language}" if reader.language == "en" else ""
    return FiguresView(
        bar=bar_of(FIGURES, session, reader),
        title=reader.say(Text("承诺兑现", "Promises kept")),
        months=[
            (reader.say(month_words(one.month)), f"{FIGURES}?month={one.month}{language}", one is chosen)
            for one in months
        ],
        large=_large(chosen.figures, reader) if chosen else (),
        rows=_rows(chosen.figures, reader) if chosen else (),
        counted=reader.say(moment_words(chosen.at, reader.now, community.zone)) if chosen else "",
    )


def month_words(month: str) -> Text:
    """A month as a tab names it: "2026 年 11 月"."""
    year, number = month.split("-")
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return Text(f"{year} 年 {int(number)} 月", f"{names[int(number) - 1]} {year}")


def share_words(part: int, whole: int) -> str:
    """A share as people read it; a dash while there is nothing to be a share of."""
    share = percent(part, whole)
    return "—" if share is None else f"{share:g}%"


def _large(made: Figures, reader: Reader) -> list[tuple[str, str, str]]:
    every = made.every_promise
    texts = (
        (Text("收到的工单", "Cases filed"), f"{made.filed}", _open_words(made.open)),
        (Text("守住的承诺", "Promises kept"), share_words(every.kept, every.decided), _kept_words(every)),
        (
            Text("满意", "Satisfied"),
            share_words(made.satisfied, made.rated),
            Text(
                f"{made.rated} 张有评价，{made.satisfied} 张满意",
                f"{made.satisfied} of {made.rated} that were rated",
            )
            if made.rated
            else Text("还没有人评价", "Nobody has rated yet"),
        ),
    )
    return [(reader.say(name), value, reader.say(of)) for name, value, of in texts]


def _open_words(count: int) -> Text:
    return Text(f"其中 {count} 张还在办", f"{count} still open") if count else Text("都办完了", "All done")


def _kept_words(score: Score) -> Text:
    if not score.decided:
        return Text("还没有到期的承诺", "None is decided yet")
    return Text(
        f"{score.decided} 个时限见分晓，守住 {score.kept} 个",
        f"{score.kept} of {score.decided} that are decided",
    )


def _rows(made: Figures, reader: Reader) -> list[FigureRow]:
    ordered = sorted(made.promises.items(), key=lambda item: (item[0][0], _ORDER.index(item[0][1])))
    return [_row(standard, clock, score, reader) for (standard, clock), score in ordered]


def _row(standard: str, clock: str, score: Score, reader: Reader) -> FigureRow:
    known = reader.book.standards.get(standard)
    return FigureRow(
        name=f"{standard} {reader.say(known.title)}" if known else standard,
        clock=reader.say(CLOCK[clock]),
        kept=score.kept,
        missed=score.missed,
        running=score.running,
        share=share_words(score.kept, score.decided),
    )
