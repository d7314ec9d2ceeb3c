"""The pages of lists that are sent in, filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import wiring
from chalicelib.domain.accounts import may_keep_list
from chalicelib.domain.importing import Finding, Import, Sort, Stage
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Community, Text

from .caller_view import home_label
from .duty_view import name_in
from .import_words import COLUMN, sentence
from .page_views import Bar
from .staff_pages import IMPORTS, bar_of
from .story import Reader
from .words import moment_words

SORT = {Sort.HOMES: Text("住户名单", "List of homes"), Sort.STAFF: Text("员工名单", "List of staff")}
_SHOWN_COLUMNS = (
    "building", "unit", "room", "name", "phone", "relation", "language", "channel", "needs", "until", "consent", "state",
)  # fmt: skip
KINDS = ("fault", "change", "remark", "outcome")
_TABS = {
    "fault": Text("有问题，不导入", "Wrong, stays out"),
    "remark": Text("请核对", "Please check"),
    "change": Text("会改动", "Will change"),
    "outcome": Text("没有办成", "Not done"),
}
_STAGE = {
    Stage.LOOKING: Text("正在查看", "Being looked through"),
    Stage.READY: Text("等您确认", "Waiting for you"),
    Stage.CARRYING: Text("正在导入", "Being imported"),
    Stage.OVER: Text("导入完成", "Imported"),
}
_BREAKDOWN = (
    ("new_home", Text("新的一户", "new homes")),
    ("new_person", Text("新住户", "new residents")),
    ("new_staff", Text("新员工", "new staff")),
    ("phone", Text("改电话", "telephones")),
    ("name", Text("改姓名", "names")),
    ("relation", Text("改关系", "relations")),
    ("language", Text("改语言", "languages")),
    ("channel", Text("改联系方式", "ways of contact")),
    ("needs", Text("改需要留意", "things to mind")),
    ("consent", Text("改同意", "consents")),
    ("moved_out", Text("搬走", "move out")),
    ("not_on_list", Text("名单上没有", "not on the list")),
    ("staff_role", Text("改岗位", "roles")),
    ("staff_phone", Text("改电话", "telephones")),
    ("staff_name", Text("改姓名", "names")),
    ("staff_department", Text("改部门", "departments")),
    ("staff_buildings", Text("改楼栋", "buildings")),
    ("staff_left", Text("离职", "leave")),
    ("staff_back", Text("回来", "back")),
    ("staff_not_on_list", Text("名单上没有", "not on the list")),
)


@dataclass(frozen=True)
class ImportRow:
    """A list that lies here: what it is, who sent it when, where it stands."""

    title: str
    address: str
    sent: str
    stage: str
    rows: int


@dataclass(frozen=True)
class ImportsView:
    """The page on which lists are sent in. `sorts` are those that this person may send: value, label, whether it is chosen."""

    bar: Bar
    title: str
    action: str
    sorts: Sequence[tuple[str, str, bool]]
    rows: Sequence[ImportRow]
    example: Sequence[str]
    error: str = ""
    notice: str = ""


@dataclass(frozen=True)
class FindingRow:
    """One line of a report."""

    row: str
    column: str
    place: str
    about: str
    words: str


@dataclass(frozen=True)
class ImportView:
    """A list with its report. `percent` while steps are left; `verbs` are what can be done: verb, label, whether it is
    the main one.
    """

    bar: Bar
    title: str
    address: str
    sent: str
    stage: str
    working: bool
    percent: int
    summary: Sequence[tuple[str, int, str]]
    breakdown: Sequence[tuple[str, int]]
    whole: bool
    verbs: Sequence[tuple[str, str, bool]]
    tabs: Sequence[tuple[str, str, int, bool]]
    rows: Sequence[FindingRow]
    next_address: str
    over: str
    kept_until: str


def may_send(session: wiring.Session) -> tuple[Sort, ...]:
    """The lists that somebody may send: the desk those of homes, whoever keeps the staff list that too."""
    return (Sort.HOMES, Sort.STAFF) if may_keep_list(session.actor.role) else (Sort.HOMES,)


def imports_view(
    lists: Sequence[Import],
    session: wiring.Session,
    reader: Reader,
    chosen: str = "",
    error: Text | None = None,
    notice: Text | None = None,
) -> ImportsView:
    """The page on which lists are sent in, with those that lie here."""
    community = reader.book.communities[session.community]
    sorts = may_send(session)
    language = f"?lang={reader.language}" if reader.language == "en" else ""
    return ImportsView(
        bar=bar_of(IMPORTS, session, reader),
        title=reader.say(Text("导入名单", "Import a list")),
        action=IMPORTS,
        sorts=[(one.value, reader.say(SORT[one]), one.value == (chosen or Sort.HOMES.value)) for one in sorts],
        rows=[
            ImportRow(
                reader.say(SORT[one.sort]),
                f"{IMPORTS}/{one.id}{language}",
                _sent(one, community, reader),
                reader.say(_STAGE[one.stage]),
                one.rows,
            )
            for one in lists
            if one.sort in sorts
        ],
        example=[reader.say(COLUMN[one]) for one in _SHOWN_COLUMNS],
        error=reader.say(error) if error else "",
        notice=reader.say(notice) if notice else "",
    )  # fmt: skip


def import_view(
    one: Import,
    kind: str,
    found: Sequence[Finding],
    next_address: str,
    session: wiring.Session,
    reader: Reader,
) -> ImportView:
    """A list with a page of its report."""
    community = reader.book.communities[session.community]
    address = f"{IMPORTS}/{one.id}"
    language = f"&lang={reader.language}" if reader.language == "en" else ""
    shown = [name for name in KINDS if one.count(name if name != "outcome" else "outcome:changed_meanwhile")]
    return ImportView(
        bar=bar_of(IMPORTS, session, reader),
        title=reader.say(SORT[one.sort]),
        address=address,
        sent=_sent(one, community, reader),
        stage=reader.say(_STAGE[one.stage]),
        working=one.working,
        percent=100 * one.done // max(one.pieces, 1),
        summary=[(name, one.count(name), reader.say(_TABS[name])) for name in ("fault", "change", "remark")],
        breakdown=[
            (reader.say(words), one.count(f"change:{code}"))
            for code, words in _BREAKDOWN
            if one.count(f"change:{code}")
        ],
        whole=one.whole,
        verbs=_verbs(one, reader),
        tabs=[
            (
                f"{address}?kind={name}{language}",
                reader.say(_TABS[name]),
                one.count(name if name != "outcome" else "outcome:changed_meanwhile"),
                name == kind,
            )
            for name in shown
        ],
        rows=[finding_row(finding, community, reader) for finding in found],
        next_address=next_address,
        over=_over(one, reader),
        kept_until=reader.say(moment_words(one.forgotten_at, reader.now, community.zone)),
    )


def first_kind(one: Import) -> str:
    """What a report shows first: what went wrong at the end, what is wrong, else what will change."""
    if one.count("outcome:changed_meanwhile"):
        return "outcome"
    return next((kind for kind in KINDS if one.count(kind)), "change")


def _sent(one: Import, community: Community, reader: Reader) -> str:
    when = moment_words(one.at, reader.now, community.zone)
    who = name_in(community, one.by, reader) if one.by else reader.say(Text("命令行", "the command line"))
    return reader.say(
        Text(f"{who} {when.zh} 发来，{one.rows} 行", f"Sent by {who}, {when.en}; {one.rows} rows")
    )


def _verbs(one: Import, reader: Reader) -> list[tuple[str, str, bool]]:
    discard = ("discard", reader.say(Text("作废，不导入", "Discard it")), False)
    match one.stage:
        case Stage.LOOKING:
            return [("continue", reader.say(Text("继续查看", "Go on looking")), True), discard]
        case Stage.CARRYING:
            return [("continue", reader.say(Text("继续导入", "Go on importing")), True)]
        case Stage.READY if one.count("change"):
            label = Text(
                f"确认，做这 {one.count('change')} 处改动",
                f"Accept: make these {one.count('change')} changes",
            )
            return [("accept", reader.say(label), True), discard]
        case Stage.READY:
            return [
                ("discard", reader.say(Text("知道了，删掉这份名单", "All right, remove this list")), True)
            ]
    return [("discard", reader.say(Text("删掉这份名单", "Remove this list")), False)]


def _over(one: Import, reader: Reader) -> str:
    if one.stage is not Stage.OVER:
        return ""
    done, left = one.count("outcome:done"), one.count("outcome:changed_meanwhile")
    unit_zh, unit_en = ("户", "homes") if one.sort is Sort.HOMES else ("人", "people")
    said = Text(f"已办好 {done} {unit_zh}。", f"Done for {done} {unit_en}.")
    if left:
        more = Text(
            f"{left} {unit_zh}在您看报告以后又有人改过，没有动，列在下面。",
            f" {left} changed after the report and were left as they are: see below.",
        )
        said = Text(said.zh + more.zh, said.en + more.en)
    return reader.say(said)


def finding_row(finding: Finding, community: Community, reader: Reader) -> FindingRow:
    """One line of a report, in the reader's language."""
    place = ""
    if finding.facts.get("building") and finding.facts.get("home"):
        place = home_label(community, finding.facts["building"], finding.facts["home"], reader)
    return FindingRow(
        row=reader.say(Text(f"第 {finding.row} 行", f"Row {finding.row}")) if finding.row else "",
        column=reader.say(COLUMN[finding.column]) if finding.column in COLUMN else "",
        place=place,
        about=finding.about,
        words=sentence(finding, community, reader),
    )


def resource(
    one: Import, found: Sequence[Finding], cursor: str | None, community: Community, reader: Reader
) -> dict[str, object]:
    """A list with a page of its report, for programs."""
    return {
        "id": one.id,
        "sort": one.sort.value,
        "sent": written(one.at),
        "rows": one.rows,
        "whole": one.whole,
        "stage": one.stage.value,
        "done": one.done,
        "pieces": one.pieces,
        "counts": dict(one.counts),
        "findings": [
            {
                "kind": finding.kind,
                "code": finding.code,
                "row": finding.row,
                "column": finding.column or None,
                "about": finding.about or None,
                "message": sentence(finding, community, reader),
            }
            for finding in found
        ],
        "next_cursor": cursor,
    }  # fmt: skip
