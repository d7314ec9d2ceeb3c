"""Calling a resident back about a case that ended, as events and heads keep it (E4). Who is called: :mod:`.call_draw`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from .moments import read, written

# Who does not answer is called so often, then somebody else is asked.
MOST_CALLS = 3


class Answer(StrEnum):
    """What a call came to."""

    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True)
class CallBackRules:
    """What is promised of call-backs: of the complaints and enquiries that ended in a month `share` percent are asked (E4), and
    `satisfied` percent of whom is asked are satisfied (E5). `department` is the one whose supervisor calls."""

    department: str
    share: int
    satisfied: int


ASKED = frozenset({Answer.SATISFIED, Answer.DISSATISFIED})


@dataclass(frozen=True, slots=True)
class CallBack:
    """A case was drawn for `month`, the one in which it ended, and its resident is to be called until `until`.

    `calls` counts the calls, `answer` says what the last one came to and `last` when it was; None before the first.
    """

    month: str
    until: datetime
    calls: int = 0
    answer: Answer | None = None
    last: datetime | None = None

    @property
    def pending(self) -> bool:
        """Whether somebody still has to call."""
        return self.answer is None or (self.answer is Answer.NO_ANSWER and self.calls < MOST_CALLS)

    @property
    def answered(self) -> bool:
        """Whether the resident was reached, and said what they think or that they would rather not."""
        return self.asked or self.answer is Answer.DECLINED

    @property
    def asked(self) -> bool:
        """Whether the resident was reached and said what they think (E5 counts of these)."""
        return self.answer in ASKED

    def with_call(self, answer: Answer, at: datetime) -> CallBack:
        """After one more call."""
        return replace(self, calls=self.calls + 1, answer=answer, last=at)


def to_json(call_back: CallBack) -> list[object]:
    """The call-back as JSON values."""
    made: list[object] = [call_back.month, written(call_back.until)]
    if call_back.answer is not None and call_back.last is not None:
        made += [call_back.calls, call_back.answer.value, written(call_back.last)]
    return made


def from_json(data: Sequence[object]) -> CallBack:
    """The call-back that :func:`to_json` wrote."""
    month, until, *called = data
    made = CallBack(str(month), read(str(until)))
    if not called:
        return made
    calls, answer, last = called
    return replace(made, calls=int(str(calls)), answer=Answer(str(answer)), last=read(str(last)))
