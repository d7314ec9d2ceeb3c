"""One invented case, in pieces that the sample pages put together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.domain.standards import Community, Rulebook
from chalicelib.web import page_views as views
from chalicelib.web.action_forms import ActionForm, action_form
from chalicelib.web.form_view import Option
from chalicelib.web.words import CLOCK, KIND, STATE, moment_words, span_words

NOW = datetime(2026, 11, 24, 2, 12, tzinfo=UTC)
NUMBER = "261124-483920"


class InventedCase:
    """A dripping tap in the first building of the first community, told in one language."""

    def __init__(self, rulebook: Rulebook, language: str) -> None:
        self.book = rulebook
        self.language = language
        self.zh = language == "zh"
        self.community: Community = next(iter(rulebook.communities.values()))

    def say(self, chinese: str, english: str) -> str:
        return chinese if self.zh else english

    def moment(self, moment: datetime) -> str:
        return moment_words(moment, NOW, self.community.zone).in_language(self.language)

    def clock(
        self, kind: str, standard: str, minutes: int, status: views.ClockStatus, **more: object
    ) -> views.ClockView:
        due = NOW + timedelta(minutes=minutes)
        span = span_words(minutes * 60).in_language(self.language)
        left = (
            self.say(f"还剩 {span}", f"{span} left")
            if minutes >= 0
            else self.say(f"已超时 {span}", f"{span} late")
        )
        values: dict[str, object] = {"left": left, **more}
        return views.ClockView(
            clock=kind,
            label=CLOCK[kind].in_language(self.language),
            status=status,
            due=self.moment(due),
            due_iso=due.isoformat(),
            standard=standard,
            standard_address=f"{'/' if self.zh else '/en/'}promises/repairs/#{standard}",
            **values,  # type: ignore[arg-type]
        )

    def contact(self) -> views.Contact:
        assistant = self.community.people[next(iter(self.community.buildings.values())).assistant]
        return views.Contact(
            assistant.name if self.zh else assistant.name_en,
            self.say("礼宾助理", "Building assistant"),
            assistant.phone,
            self.community.day_phone,
            self.community.night_phone,
        )

    def head(self, state: str, tone: str = "plain") -> views.CaseHead:
        return views.CaseHead(
            number=NUMBER,
            kind=KIND["repair"].in_language(self.language),
            title=self.book.standards["C2"].title.in_language(self.language),
            state=STATE[state].in_language(self.language),
            state_tone=tone,  # type: ignore[arg-type]
            facts=(
                (self.say("小区", "Community"), self.community.name.in_language(self.language)),
                (
                    self.say("楼栋", "Building"),
                    next(iter(self.community.buildings.values())).name.in_language(self.language),
                ),
                (self.say("提交时间", "Filed"), self.moment(NOW - timedelta(minutes=30))),
            ),
            words=self.say(
                "厨房水龙头一直滴水，关紧了也没用。晚上六点以后家里有人。",
                "The kitchen tap keeps dripping even when it is shut. We are at home after six.",
            ),
        )

    def entry(
        self,
        minutes: int,
        zh: str,
        en: str,
        by: str = "",
        words: str = "",
        tone: str = "plain",
        staff: bool = False,
    ) -> views.TimelineEntry:
        at = NOW + timedelta(minutes=minutes)
        return views.TimelineEntry(self.moment(at), at.isoformat(), self.say(zh, en), by, words, tone, staff)  # type: ignore[arg-type]

    def actions(self, *verbs: str) -> tuple[ActionForm, ...]:
        people = tuple(
            Option(one.id, one.name if self.zh else one.name_en)
            for one in list(self.community.people.values())[:5]
        )
        clocks = (Option("resolve", CLOCK["resolve"].in_language(self.language)),)
        hidden = (("idempotency_key", "sample"), ("seen", "4"))
        return tuple(
            action_form(verb, f"/api/case/{verb}", self.language, hidden, {"person": people, "clock": clocks})
            for verb in verbs
        )
