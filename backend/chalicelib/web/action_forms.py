"""The buttons of a case as forms: one for each verb of `domain.rules.RULES`, with the questions the verb needs.

The words stand here, because they are the interface and no promise; choices (colleagues, clocks) come from the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chalicelib.domain.rules import RULES
from chalicelib.domain.standards import Text

from .form_view import Field, FieldKind, Option

Tone = Literal["main", "quiet", "grave"]


@dataclass(frozen=True)
class ReadyAnswer:
    """Words that are filled in with one tap; `title` stands on the button."""

    id: str
    title: str
    words: str


@dataclass(frozen=True)
class ActionForm:
    """One verb as a form. `inline` forms are a mere button; the others open under their label.

    `hidden` are names and values sent along (idempotency_key, seen). `error` is why the verb was refused, shown above its
    form, which is then open; `values` and `errors` are by field name.
    """

    verb: str
    label: str
    action: str
    fields: tuple[Field, ...] = ()
    explanation: str = ""
    tone: Tone = "quiet"
    hidden: tuple[tuple[str, str], ...] = ()
    error: str = ""
    values: Mapping[str, str] | None = None
    errors: Mapping[str, str] | None = None
    answers: tuple[ReadyAnswer, ...] = ()

    @property
    def inline(self) -> bool:
        """Whether a single button is enough."""
        return not self.fields and not self.explanation


_NO_WORDS = Text("", "")


@dataclass(frozen=True)
class _Question:
    name: str
    kind: FieldKind
    label: Text
    hint: Text = _NO_WORDS
    required: bool = True


_WORDS = "words"
_REASON = Text("原因", "Reason")

_QUESTIONS: Mapping[str, tuple[_Question, ...]] = {
    "assign": (
        _Question("person", "select", Text("交给谁", "To whom")),
        _Question(_WORDS, "textarea", Text("留话（可以不写）", "A word to them (optional)"), required=False),
    ),
    "reply": (
        _Question(
            _WORDS,
            "textarea",
            Text("给业主的答复", "Your answer"),
            Text("业主会原样看到。", "The resident reads it as it is."),
        ),
    ),
    "resolve": (
        _Question(
            _WORDS,
            "textarea",
            Text("怎么办好的", "What was done"),
            Text("业主会原样看到。", "The resident reads it as it is."),
        ),
    ),
    "pause": (
        _Question("reason", "radios", Text("在等什么", "What for")),
        _Question(
            _WORDS,
            "textarea",
            Text("说明（可以不写）", "Explanation (optional)"),
            Text("业主会看到。", "The resident sees it."),
            False,
        ),
    ),
    "appoint": (_Question("moment", "datetime", Text("约在什么时候", "Agreed time")),),
    "ask_extension": (
        _Question("clock", "select", Text("哪个时限", "Which limit")),
        _Question("until", "datetime", Text("延到什么时候", "Until when")),
        _Question(
            _WORDS,
            "textarea",
            _REASON,
            Text(
                "物业经理看了决定；批准后业主也会看到。",
                "The manager decides on it; once granted, the resident sees it.",
            ),
        ),
    ),
    "decide_extension": (
        _Question("approved", "radios", Text("您的决定", "Your decision")),
        _Question(
            _WORDS, "textarea", _REASON, Text("批准的话，业主会看到。", "If granted, the resident sees it.")
        ),
    ),
    "pass_upward": (_Question(_WORDS, "textarea", Text("为什么要上报", "Why it goes up")),),
    "join": (
        _Question(
            "other",
            "text",
            Text("并入哪张工单", "Number of the other case"),
            Text("例如 261123-483920。", "For example 261123-483920."),
        ),
    ),
    "propose": (
        _Question(
            _WORDS,
            "textarea",
            Text("提案说明", "The proposal"),
            Text("业主会原样看到。", "The resident reads it as it is."),
        ),
    ),
    "call_back": (
        _Question("answer", "radios", Text("这次电话", "This call")),
        _Question(
            _WORDS,
            "textarea",
            Text(
                "业主怎么说（满意和没人接可以不写）",
                "What they said (optional where satisfied, or nobody answered)",
            ),
            Text("业主会看到。", "The resident sees it."),
            False,
        ),
    ),
    "note": (_Question(_WORDS, "textarea", Text("备注", "Note"), Text("只有员工看得到。", "Staff only.")),),
    "write": (_Question(_WORDS, "textarea", Text("想补充什么", "What you want to add")),),
    "withdraw": (
        _Question(_WORDS, "textarea", Text("原因（可以不写）", "Reason (optional)"), required=False),
    ),
    "reopen": (_Question(_WORDS, "textarea", Text("哪里没办好", "What is not right")),),
    "rate": (
        _Question("speed", "scores", Text("快慢", "Speed")),
        _Question("manner", "scores", Text("态度", "Manner")),
        _Question("quality", "scores", Text("效果", "Result")),
        _Question(
            _WORDS, "textarea", Text("还想说的（可以不写）", "Anything else (optional)"), required=False
        ),
    ),
}

_EXPLANATIONS: Mapping[str, Text] = {
    "withdraw": Text("撤回后不再计时，也不会有人上门。", "The clocks stop and nobody comes."),
    "reopen": Text(
        "时限重新开始算，并报告主管。", "The time limits start afresh and the supervisor is told."
    ),
    "pass_upward": Text("交给上一级处理，时限不变。", "The next level takes over; the limits stay."),
    "call_back": Text(
        "先问一句：这件事办得满不满意？没有人接就记“没有人接”，过两小时再打，一共打三次。",
        "Ask whether they are satisfied with how it was done. No answer? Call again after two hours, three times in all.",
    ),
    "propose": Text(
        "适合要由业主共同决定的大修和改造。", "For works that the owners must decide on together."
    ),
}

_TONES: Mapping[str, Tone] = {
    "reply": "main",
    "arrive": "main",
    "resolve": "main",
    "confirm": "main",
    "call_back": "main",
    "urge": "main",
    "withdraw": "grave",
}

ANSWERS: Mapping[str, Text] = {
    "satisfied": Text("满意", "Satisfied"),
    "dissatisfied": Text("不满意", "Not satisfied"),
    "no_answer": Text("没有人接", "Nobody answered"),
    "declined": Text("不想回答", "Would rather not say"),
    "wrong_number": Text("号码不对", "Wrong number"),
}
"""What a call came to, by `domain.call_back.Answer`."""

WAITS: Mapping[str, Text] = {
    "waiting_for_resident": Text("等业主", "The resident"),
    "waiting_for_access": Text("等能进门", "Access"),
    "waiting_for_part": Text("等配件", "A part"),
    "waiting_for_authority": Text("等主管机关", "An authority"),
    "waiting_for_weather": Text("等天气", "The weather"),
}
"""What a pause waits for, by `domain.resting.Wait`."""


def action_form(
    verb: str,
    action: str,
    language: str,
    hidden: Sequence[tuple[str, str]] = (),
    options: Mapping[str, tuple[Option, ...]] | None = None,
) -> ActionForm:
    """The form of one verb, posting to `action`.

    `options` are the choices by field name: `person` (assign) and `clock` (ask_extension) come from the caller; the reasons of
    a pause, what a call came to and the two decisions on an extension are known here. Raises KeyError for an unknown verb.
    """
    known = dict(_standing_options(language)) | dict(options or {})
    rule, explanation = RULES[verb], _EXPLANATIONS.get(verb)
    fields = tuple(
        replace(
            Field(
                question.name,
                question.kind,
                question.label.in_language(language),
                question.hint.in_language(language),
            ),
            required=question.required,
            options=known.get(question.name, ()),
            id=f"{verb}-{question.name}",
            max_length=2000 if question.kind == "textarea" else None,
        )
        for question in _QUESTIONS.get(verb, ())
    )
    return ActionForm(
        verb=verb,
        label=rule.en if language == "en" else rule.zh,
        action=action,
        fields=fields,
        explanation=explanation.in_language(language) if explanation else "",
        tone=_TONES.get(verb, "quiet"),
        hidden=tuple(hidden),
    )


def _standing_options(language: str) -> Mapping[str, tuple[Option, ...]]:
    decisions = {"yes": Text("批准", "Grant it"), "no": Text("不批准", "Refuse it")}
    return {
        "reason": tuple(Option(value, words.in_language(language)) for value, words in WAITS.items()),
        "answer": tuple(Option(value, words.in_language(language)) for value, words in ANSWERS.items()),
        "approved": tuple(Option(value, words.in_language(language)) for value, words in decisions.items()),
    }
