"""Fills the run-time pages with invented data, so that they can be looked at without a running portal.

The cases are invented; the telephones, promises and words come from the rulebook as they would in earnest.
"""

from __future__ import annotations

import io
from datetime import timedelta

import segno

from chalicelib.rulebook import load
from chalicelib.web import page_views as views
from chalicelib.web.form_view import filing_form
from chalicelib.web.lists import NAMES
from chalicelib.web.rendering import Filled, in_frame, render
from chalicelib.web.words import KIND, STATE

from .places import LANGUAGES, Places
from .sample_case import NOW, NUMBER, InventedCase

ADDRESS = f"http://localhost:8000/api/track/{NUMBER}-abcdefghijklmnopqrstuvwxyz"


def write_samples(places: Places) -> None:
    """Write build/samples/{page}.{language}.html. The frames must have been made."""
    rulebook = load(places.docs / "rulebook")
    places.samples.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        frame = (places.compiled / f"frame.{language}.html").read_text("utf-8")
        for name, content in SamplePages(rulebook, language).pages().items():
            page = in_frame(
                frame,
                name,
                content,
                ("/", "en" if language == "zh" else "zh", "English" if language == "zh" else "中文"),
            )
            (places.samples / f"{name}.{language}.html").write_text(page, "utf-8")


class SamplePages(InventedCase):
    """The sample pages in one language."""

    def pages(self) -> dict[str, str]:
        """Name -> content for the frame."""
        form = filing_form(self.book, "repair", self.language)
        refused = Filled(
            values={
                "what": self.say("厨房水龙头一直滴水", "The kitchen tap keeps dripping"),
                "phone": "1380013",
            },
            errors={
                name: self.book.forms["repair"].fields[field].errors[cause].in_language(self.language)
                for name, field, cause in (
                    ("category", "category", "missing"),
                    ("building", "building", "missing"),
                    ("phone", "phone", "invalid"),
                )
            },
        )
        return {
            "receipt": self.page("receipt.html", self.receipt()),
            "track": self.page("track.html", self.track()),
            "track-done": self.page("track.html", self.done()),
            "staff_queue": self.page("staff_queue.html", self.queue()),
            "staff_case": self.page("staff_case.html", self.staff_case()),
            "problem": self.page("problem.html", self.problem()),
            "refused_form": render(
                "refused_form.html", self.language, form=form, filled=refused, honeypot="website"
            ),
        }

    def page(self, template: str, view: object) -> str:
        return render(template, self.language, view=view)

    def receipt(self) -> views.ReceiptView:
        return views.ReceiptView(
            language=self.language,
            now_iso=NOW.isoformat(),
            number=NUMBER,
            title=self.head("assigned").title,
            clocks=(self.clock("arrive", "C0", 15, "running"), self.clock("resolve", "C2", 300, "running")),
            no_clock="",
            address=ADDRESS,
            qr_svg=_qr(ADDRESS),
            telephone=self.contact(),
            sends_messages=True,
        )

    def track(self) -> views.TrackView:
        assistant = self.contact().name
        return views.TrackView(
            language=self.language,
            now_iso=NOW.isoformat(),
            head=self.head("arrived"),
            clocks=(
                self.clock(
                    "arrive",
                    "C0",
                    -15,
                    "missed",
                    met=self.say("今天 10:00 到场", "arrived today 10:00"),
                    left=self.say("晚了 3 分钟", "3 minutes late"),
                ),
                self.clock(
                    "resolve",
                    "C2",
                    640,
                    "running",
                    original=self.moment(NOW + timedelta(minutes=270)),
                    extension_reason=self.say(
                        "要换的阀芯今天下午到货", "The valve that is needed comes this afternoon"
                    ),
                ),
            ),
            no_clock="",
            timeline=(
                self.entry(
                    -2,
                    "延期已批准：办好改为今天 20:52 前",
                    "Extension granted: done by today 20:52",
                    self.say("物业经理", "Property manager"),
                    tone="major",
                ),
                self.entry(
                    -10,
                    "有答复",
                    "Answered",
                    assistant,
                    self.say(
                        "阀芯坏了，已经去调货，下午换上。",
                        "The valve is broken. A new one is on its way and goes in this afternoon.",
                    ),
                ),
                self.entry(-12, "已到场", "On site", assistant),
                self.entry(-15, "到场超时，已报告主管", "Late on site: the supervisor was told", tone="bad"),
                self.entry(-30, "已收到，交给礼宾助理", "Received, with the building's assistant"),
            ),
            in_charge=self.contact(),
            actions=self.actions("urge", "write", "withdraw"),
            address=ADDRESS,
            qr_svg=_qr(ADDRESS),
        )

    def done(self) -> views.TrackView:
        assistant = self.contact().name
        return views.TrackView(
            language=self.language,
            now_iso=NOW.isoformat(),
            head=self.head("resolved", "good"),
            clocks=(
                self.clock(
                    "arrive",
                    "C0",
                    -18,
                    "kept",
                    met=self.say("今天 9:50 到场", "arrived today 09:50"),
                    left=self.say("提前 4 分钟", "4 minutes early"),
                ),
                self.clock(
                    "resolve",
                    "C2",
                    200,
                    "kept",
                    met=self.say("今天 10:10 办好", "done today 10:10"),
                    left=self.say("提前 3 小时", "3 hours early"),
                ),
            ),
            no_clock="",
            timeline=(
                self.entry(
                    -2,
                    "已办好",
                    "Done",
                    assistant,
                    self.say("换了阀芯，试过水，不滴了。", "New valve fitted and tested: no more dripping."),
                    "good",
                ),
                self.entry(-22, "已到场", "On site", assistant),
                self.entry(-30, "已收到，交给礼宾助理", "Received, with the building's assistant"),
            ),
            in_charge=self.contact(),
            actions=self.actions("confirm", "reopen", "rate"),
            address=ADDRESS,
            qr_svg=_qr(ADDRESS),
            notice=self.say("已经记下，谢谢您。", "Noted. Thank you."),
        )

    def queue(self) -> views.QueueView:
        kinds = ("C1", "B3", "C2", "D1", "C5", "B2", "C3")
        left = (-3, 6, 12, 25, 260, 1400, 7300)
        rows = []
        for standard_id, minutes in zip(kinds, left, strict=True):
            one = self.book.standards[standard_id]
            clock = self.clock(one.clocks[0].clock, one.id, minutes, "late" if minutes < 0 else "running")
            rows.append(
                views.QueueRow(
                    number=NUMBER,
                    address="#",
                    kind=KIND[one.kind].in_language(self.language),
                    title=one.title.in_language(self.language),
                    place=next(iter(self.community.buildings.values())).name.in_language(self.language),
                    in_charge=self.contact().name,
                    state=STATE["assigned"].in_language(self.language),
                    clock=clock.label,
                    due=clock.due,
                    due_iso=clock.due_iso,
                    left=clock.left,
                    urgency="late" if minutes < 0 else "soon" if minutes <= 30 else "calm",
                    urgent=one.severity == "urgent",
                    major=one.severity == "major",
                    excerpt=one.examples.in_language(self.language)[:30],
                    unverified=standard_id == "D1",
                    asked=standard_id == "C5",
                )
            )
        return views.QueueView(
            bar=views.Bar(
                language=self.language,
                who=self.contact().name,
                community=self.community.name.in_language(self.language),
                scopes=(
                    (self.say("待办工单", "Open cases"), "#", True),
                    (self.say("电话登记", "File for a caller"), "#", False),
                    (self.say("没发出去的消息", "Messages not sent"), "#", False),
                ),
                leave_action="/api/staff/leave",
            ),
            now_iso=NOW.isoformat(),
            rows=rows,
            title=self.say("待办工单", "Open cases"),
            lists=[
                views.ListTab(id, name.in_language(self.language), "#", id == "all", "12")
                for id, name in NAMES.items()
            ],
            empty="",
            next_address="#",
            alerts=(
                self.say(
                    "2027 年放假安排还没有公布，有 3 张工单的时限是暂定的。",
                    "The holidays of 2027 are not announced: 3 cases have provisional limits.",
                ),
            ),
        )

    def staff_case(self) -> views.StaffCaseView:
        seen = self.track()
        return views.StaffCaseView(
            language=self.language,
            now_iso=NOW.isoformat(),
            who=self.contact().name,
            head=seen.head,
            contact=(
                (self.say("称呼", "Name"), self.say("李女士", "Ms Li")),
                (self.say("房号", "Home"), "1-1803"),
            ),
            phone="000-0000-0000",
            clocks=seen.clocks,
            timeline=(
                self.entry(
                    -1,
                    "备注",
                    "Note",
                    seen.in_charge.name,
                    self.say("阀芯型号 DN15", "Valve of type DN15"),
                    staff=True,
                ),
                *seen.timeline,
            ),
            in_charge=seen.in_charge,
            main=self.actions("reply", "arrive", "resolve"),
            more=self.actions(
                "assign",
                "pause",
                "appoint",
                "ask_extension",
                "decide_extension",
                "pass_upward",
                "join",
                "propose",
                "note",
                "agree_visit",
            ),
            queue_address="#",
            asked=self.say(
                "申请延期：办好延到明天 18:00。等您决定。",
                "Extension asked for: done by tomorrow 18:00. Waiting for your decision.",
            ),
        )

    def problem(self) -> views.ProblemView:
        return views.ProblemView(
            language=self.language,
            title=self.say("这个链接打不开", "This link does not open"),
            detail=self.say(
                "链接可能没有复制完整。请回到短信里，长按整个链接再复制一次。",
                "The link may be incomplete. Go back to the message and copy the whole link again.",
            ),
            ways=(
                (self.say("重新粘贴链接", "Paste the link again"), "/track/" if self.zh else "/en/track/"),
                (
                    self.say("打值班电话", "Call the duty desk"),
                    "/communities/" if self.zh else "/en/communities/",
                ),
            ),
            reference="7f3a-19c2",
        )


def _qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="q").save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2)
    return out.getvalue().decode()
