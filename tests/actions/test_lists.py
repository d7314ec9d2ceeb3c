"""Lists of homes: looked through without changing anything, carried out as accepted, safe to repeat and to stop anywhere."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.actions.accept_list import accept_list
from chalicelib.actions.go_on_with_list import go_on_with_list
from chalicelib.actions.send_list import send_list
from chalicelib.decoding import lists
from chalicelib.decoding.lists import rows_of
from chalicelib.domain.households import NeedKind, Relation
from chalicelib.domain.importing import Finding, Import, Sort, Stage
from chalicelib.domain.keeping import Stale
from chalicelib.domain.list_file import Unfit
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Rulebook
from chalicelib.storage import accounts, home_items, households, imports
from chalicelib.storage.table import FindRecord, HomeRecord, MemberPhoneRecord, Record
from tests.conftest import empty_table
from tests.faults.crashing import Moment, calls_of, dies_at
from tests.lists import HEADING, Cells, csv_of, row, thousands, xlsx_of
from tests.rings import Started, forget_keys

pytestmark = pytest.mark.usefixtures("table")

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HERE = "river-view"


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """A portal whose keys may be changed; the tests after it have those of before."""
    with monkeypatch.context() as patch:
        yield Started(patch)
    forget_keys()


def send(book: Rulebook, rows: list[Cells] | bytes, whole: bool = False, at: datetime = NOW) -> Import:
    """The list, looked through."""
    content = rows if isinstance(rows, bytes) else csv_of(rows)
    return go_on(send_list(imports, book, HERE, Sort.HOMES, rows_of(content), "wang-manager", at, whole), at)


def go_on(one: Import, at: datetime = NOW) -> Import:
    """The list after all the steps that need nobody's word."""
    return go_on_with_list(imports, households, accounts, one, at, lambda: False)


def carry(book: Rulebook, rows: list[Cells] | bytes, whole: bool = False, at: datetime = NOW) -> Import:
    """The list sent in, accepted and carried out."""
    return go_on(accept_list(imports, send(book, rows, whole, at)), at)


def findings(one: Import, kind: str | None = None) -> list[Finding]:
    """Everything found in a list."""
    reports = [imports.report(one.id, number) for number in range(one.pieces)]
    return [f for report in reports if report for f in report.findings if kind in (None, f.kind)]


def codes(one: Import, kind: str) -> Counter[str]:
    """How often each code was found."""
    return Counter(finding.code for finding in findings(one, kind))


def register() -> dict[str, Any]:
    """Everything of the register as it is stored, by key."""
    return {
        f"{record.pk} {record.sk}": record.serialize()
        for record in Record.scan(page_size=500)
        if isinstance(record, HomeRecord | FindRecord | MemberPhoneRecord)
    }


def people(room: str, building: str = "east") -> dict[str, Any]:
    """Who lives in a home, by name."""
    return {one.name: one for one in households.members(HERE, f"{building}-0-{room}")}


def counted(one: Import) -> tuple[Import, int]:
    """One step of a list, and how many calls of the database it made."""
    after: list[Import] = []
    calls = calls_of(
        lambda: after.append(go_on_with_list(imports, households, accounts, one, NOW, lambda: True))
    )
    return after[0], calls


def test_five_thousand_rows_with_faults_of_every_kind(rulebook: Rulebook) -> None:
    rows, expected = thousands()
    content = csv_of(rows)
    began, worked = time.perf_counter(), time.process_time()
    sent = send_list(imports, rulebook, HERE, Sort.HOMES, rows_of(content), "wang-manager", NOW)
    read, worked = time.perf_counter() - began, time.process_time() - worked
    began = time.perf_counter()
    steps = []
    one = sent
    while one.working:
        step = time.perf_counter()
        one = go_on_with_list(imports, households, accounts, one, NOW, lambda: True)
        steps.append(time.perf_counter() - step)
    looked = time.perf_counter() - began
    assert one.stage is Stage.READY
    assert register() == {}
    found = codes(one, "fault")
    assert {code: found[code] for code in expected} == expected
    assert one.count("fault") == sum(expected.values()) == 250
    assert one.count("change:new_person") == 5000 - 250
    began = time.perf_counter()
    one = accept_list(imports, one)
    carried, most = [], 0
    while one.working:
        step = time.perf_counter()
        one, calls = counted(one)
        most = max(most, calls)
        carried.append(time.perf_counter() - step)
    done = time.perf_counter() - began
    homes = sum(isinstance(record, HomeRecord) for record in Record.scan(page_size=500))
    assert one.count("outcome:done") == homes == one.count("change:new_home")
    assert one.count("outcome:changed_meanwhile") == 0
    again = send(rulebook, content)
    assert again.count("change") == 0
    assert again.count("fault") == 250
    print(
        f"5,000 rows ({len(content) // 1024} KB): read and kept {read:.1f} s, looked through {looked:.1f} s in "
        f"{len(steps)} steps (longest {max(steps):.2f} s), {homes} homes carried out {done:.1f} s in {len(carried)} steps "
        f"(longest {max(carried):.2f} s, {most} calls)"
    )
    # Bounds that hold on a busy machine too: what one request works, and what one step asks of the database.
    assert worked < 4
    assert most <= 40


def test_what_changes_is_said_and_done_and_said_no_more(rulebook: Rulebook) -> None:
    carry(
        rulebook,
        [
            HEADING,
            row(0, 姓名="江晴", 房号="2604", 语言="中文"),
            row(1, 楼栋="东楼", 姓名="江远", 房号="2604"),
        ],
    )
    assert set(people("2604")) == {"江晴", "江远"}
    changed: list[Cells] = [
        HEADING,
        row(0, 姓名="江晴晴", 房号="２６０４室", 语言="英文", 联系方式="打电话",
            需要留意="宠物（大狗，先打电话）；轮椅（走坡道）",
            本人同意="是"),
        row(1, 楼栋="东楼", 姓名="江远", 房号="2604", 电话="０００－0000－0777", 关系="租户"),
    ]  # fmt: skip
    one = send(rulebook, changed)
    assert codes(one, "change") == Counter(
        ["name", "language", "channel", "consent", "needs", "phone", "relation"]
    )
    assert set(people("2604")) == {"江晴", "江远"}, "nothing changes before it is accepted"
    go_on(accept_list(imports, one))
    found = people("2604")
    assert (found["江晴晴"].language, found["江晴晴"].channel) == ("en", "call")
    assert [need.kind for need in found["江晴晴"].needs] == [NeedKind.PET, NeedKind.WHEELCHAIR]
    assert found["江晴晴"].consent_at is not None
    assert (found["江远"].phone, found["江远"].relation) == ("00000000777", Relation.TENANT)
    later = send(rulebook, changed, at=NOW + timedelta(days=9))
    assert later.count("change") == later.count("fault") == 0


def test_moving_out_ends_at_once_and_the_missing_only_on_a_whole_list(rulebook: Rulebook) -> None:
    both: list[Cells] = [HEADING, row(0, 房号="501", 姓名="甲一"), row(1, 房号="501", 姓名="乙一")]
    carry(rulebook, both)
    key = households.vault.phone_key("00000000001")
    assert len(households.of_phone(key)) == 1
    assert send(rulebook, both[:2]).count("change") == 0, "who is not on a list stays"
    one = send(rulebook, both[:2], whole=True)
    assert codes(one, "change") == Counter(["not_on_list"])
    go_on(accept_list(imports, one))
    assert households.of_phone(key) == []
    carry(rulebook, [HEADING, row(0, 房号="501", 姓名="甲一", 状态="已搬走")])
    assert people("501") == {}


def test_a_row_that_nobody_can_place_keeps_everybody(rulebook: Rulebook) -> None:
    carry(rulebook, [HEADING, row(0, 房号="501", 姓名="甲一"), row(1, 房号="501", 姓名="乙一")])
    one = send(rulebook, [HEADING, row(0, 房号="501", 姓名="甲一"), row(1, 楼栋="董楼")], whole=True)
    assert one.count("change") == 0
    assert codes(one, "remark") == Counter(["not_whole"])
    spoiled = send(
        rulebook, [HEADING, row(0, 房号="501", 姓名="甲一"), row(1, 房号="501", 姓名="乙一", 电话="1")], True
    )
    assert spoiled.count("change") == 0, "nor does a row with a fault move its own person out"


def test_repeats_contradictions_and_one_telephone_for_two(rulebook: Rulebook) -> None:
    rows: list[Cells] = [
        HEADING,
        row(0, 姓名="同人", 房号="501"),
        row(0, 姓名="同人", 房号="0501"),
        row(0, 姓名="同人", 房号="501", 电话="00000000999"),
        row(2, 姓名="老伴", 楼栋="东楼", 房号="501", 电话="00000000000"),
        row(4, 姓名="邻居", 楼栋="东楼", 房号="502", 电话="00000000000"),
    ]
    one = send(rulebook, rows)
    assert codes(one, "remark") == Counter(["repeated", "shared_phone", "phone_of_another_home"])
    assert codes(one, "fault") == Counter(["contradicts"])
    assert one.count("change:new_person") == 3
    go_on(accept_list(imports, one))
    assert len(households.of_phone(households.vault.phone_key("00000000000"))) == 3


@pytest.mark.parametrize(
    "content",
    [
        csv_of([HEADING, row(0), row(3)], "utf-8"),
        csv_of([HEADING, row(0), row(3)], "utf-8-sig"),
        csv_of([HEADING, row(0), row(3)], "gb18030"),
        csv_of([HEADING, row(0), row(3)], "utf-16", "\t"),
        csv_of([["望江苑住户名单"], [], HEADING, row(0), row(3)], "gb18030", ";"),
        xlsx_of([["望江苑住户名单"], [], HEADING, row(0), row(3, 房号=102, 电话=13800000003)]),
        csv_of([["Building", "Room", "Name", "Phone", "Relation"], ["East House", "101", "Ann", "", "owner"],
                ["East House", "102", "Bo", "00000000009", "tenant"]]),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16 tabs", "title above, semicolons", "xlsx", "english"],
)  # fmt: skip
def test_the_same_list_in_every_writing(rulebook: Rulebook, content: bytes) -> None:
    one = carry(rulebook, content)
    assert (one.count("fault"), one.count("change:new_person"), one.count("outcome:done")) == (0, 2, 2)


def test_what_looks_like_a_formula_is_text(rulebook: Rulebook) -> None:
    said = '=HYPERLINK("http://x","点我")'
    for content in (csv_of([HEADING, row(0, 姓名=said)]), xlsx_of([HEADING, row(0, 姓名=said)])):
        one = carry(rulebook, content)
        assert one.count("fault") == 0
        assert said in people("101")


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["甲", "乙"], ["1", "2"]], "no_heading"),
        ([["楼栋", "姓名"], ["东楼", "江晴"]], "no_column:room"),
        ([HEADING], "empty"),
        ([HEADING, *([row(0)] * 8001)], "too_many_rows"),
    ],
)
def test_a_file_that_is_no_list_is_named(rulebook: Rulebook, rows: list[Cells], code: str) -> None:
    with pytest.raises(Unfit) as told:
        send(rulebook, rows)
    assert told.value.code == code
    assert list(Record.scan()) == []


def test_what_changed_meanwhile_is_left_and_named(rulebook: Rulebook) -> None:
    carry(rulebook, [HEADING, row(0, 房号="501", 姓名="甲一"), row(2, 楼栋="东楼", 房号="502", 姓名="丙一")])
    one = send(
        rulebook,
        [
            HEADING,
            row(0, 房号="501", 姓名="甲一", 电话="00000000111"),
            row(2, 楼栋="东楼", 房号="502", 姓名="丙一", 电话="00000000222"),
        ],
    )
    member = people("501")["甲一"]
    households.save_member(replace(member, phone="00000000333"))
    done = go_on(accept_list(imports, one))
    assert (done.count("outcome:done"), done.count("outcome:changed_meanwhile")) == (1, 1)
    assert people("501")["甲一"].phone == "00000000333"
    assert people("502")["丙一"].phone == "00000000222"
    assert [one.facts["home"] for one in findings(done, "outcome")] == ["501"]


def test_a_complete_list_that_replaces_twenty_people_of_a_home_is_carried_out_whole(
    rulebook: Rulebook, portal: Started
) -> None:
    """With two roots as well (each telephone has two pointers then), and killed anywhere on its way."""

    def twenty(first: str, of: int) -> list[Cells]:
        return [row(of + n, 楼栋="东楼", 房号="901", 姓名=f"{first}小{chr(0x4E10 + n)}") for n in range(20)]

    carry(rulebook, [HEADING, *twenty("王", 0)])
    for roots, family, of in ((1, "李", 100), (2, "周", 200)):
        one = send(rulebook, [HEADING, *twenty(family, of)], whole=True)
        assert codes(one, "change") == Counter(not_on_list=20, new_person=20)
        assert one.count("fault") == 0, "who leaves takes up no room"
        one = accept_list(imports, one)
        killed = 0
        while dies_at(4 + killed, Moment.ANSWERED, lambda one=one: go_on(one)):  # three are reading
            killed += 1
            one = imports.read(one.id) or one
        assert killed > 1
        done = go_on(imports.read(one.id) or one)
        assert (done.count("outcome:done"), done.count("outcome:changed_meanwhile")) == (1, 0)
        assert {name[0] for name in people("901")} == {family}
        assert len(people("901")) == 20
        assert len(households.of_phone(households.vault.phone_key(f"000{of:08}"))) == 1
        if roots == 1:
            portal.step("vault", "begin")


def test_two_who_go_on_with_one_list_at_once_name_nothing_that_was_done(rulebook: Rulebook) -> None:
    one = accept_list(imports, send(rulebook, [HEADING, *(row(n) for n in range(20))]))

    class Late:
        """Its homes are kept, its step comes too late."""

        def __getattr__(self, name: str) -> Any:
            return getattr(imports, name)

        def advance(self, *_: Any) -> Import:
            raise Stale(one.id)

    class Homes:
        def __getattr__(self, name: str) -> Any:
            return getattr(households, name)

        def save_all(self, *of: Any) -> list[str]:
            with suppress(Stale):
                go_on_with_list(Late(), households, accounts, one, NOW, lambda: True)
            return households.save_all(*of)

    done = go_on_with_list(imports, Homes(), accounts, one, NOW, lambda: True)
    assert (done.count("outcome:done"), done.count("outcome:changed_meanwhile")) == (10, 0)


def test_nothing_is_carried_out_that_was_not_looked_through(rulebook: Rulebook) -> None:
    sent = send_list(
        imports, rulebook, HERE, Sort.HOMES, rows_of(csv_of([HEADING, row(0)])), "wang-manager", NOW
    )
    with pytest.raises(Refused):
        accept_list(imports, sent)


def test_killed_anywhere_it_is_gone_on_with_and_ends_the_same(rulebook: Rulebook, database: Any) -> None:
    """Every call of looking through and carrying out, before, during and after; then somebody presses `go on`."""
    rows: list[Cells] = [HEADING, *(row(n) for n in range(44))]

    def all_of(one: Import) -> None:
        one = go_on(one)
        go_on(accept_list(imports, one))

    def sent() -> Import:
        return send_list(imports, rulebook, HERE, Sort.HOMES, rows_of(csv_of(rows)), "wang-manager", NOW)

    started = sent()
    calls = calls_of(lambda: all_of(started))
    wanted = {key for key in register() if key.startswith("HOME#")}
    assert len(wanted) == 22
    points = [(call, moment) for call in range(1, calls + 1) for moment in Moment]
    for call, moment in points:
        empty_table(database)
        one = sent()
        assert dies_at(call, moment, lambda one=one: all_of(one))
        time.sleep(0.03)  # what a dead process had put on the wire arrives
        found = imports.read(one.id)
        assert found is not None
        if found.stage is Stage.LOOKING:
            found = go_on(found)
        found = go_on(accept_list(imports, found))
        assert found.stage is Stage.OVER
        assert (found.count("outcome:done"), found.count("outcome:changed_meanwhile")) == (22, 0)
        assert {key for key in register() if key.startswith("HOME#")} == wanted
        assert all(len(home) == 2 for home in _members_of_all())
    print(f"a list: {len(points)} points")


def _members_of_all() -> list[Any]:
    return [
        home_items.household_of(record).living
        for record in Record.scan(page_size=500)
        if isinstance(record, HomeRecord)
    ]


def test_rows_keep_the_numbers_of_their_spreadsheet() -> None:
    content = xlsx_of([[], ["名单"], [], HEADING, row(0)])
    assert [one.number for one in rows_of(content)] == [2, 4, 5]
    assert [one.number for one in rows_of(csv_of([[], ["名单"], [], HEADING, row(0)]))] == [2, 4, 5]


def _sheet(rows: str, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook with these rows, as no spreadsheet writes them."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_of([HEADING]))) as sound,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for one in sound.namelist():
            text = sound.read(one).decode()
            if one == "xl/worksheets/sheet1.xml":
                text = re.sub(r"<dimension[^>]*/>", "", text)
                text = re.sub(
                    r"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>", text, flags=re.S
                )
                one = name
            made.writestr(one, text.replace("worksheets/sheet1.xml", name.removeprefix("xl/")))
    return out.getvalue()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="1000000"><c r="A1"><v>1</v></c></row>', "too_many_rows"),
        ('<row r="1"><c><v>1</v></c></row><row r="1000000"><c><v>1</v></c></row>', "no_workbook"),
        ("<row><c s=\" r='A1' \"><v>1</v></c></row>", "no_workbook"),
        ('<row r="-1"><c r="A1"><v>1</v></c></row>', "no_workbook"),
        ('<row r="1"><c r="A1"><v>1</v></c>', "no_workbook"),
    ],
)
def test_a_sheet_that_claims_more_than_it_holds_is_refused_before_it_is_laid_out(
    rows: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists.CalamineWorkbook, "from_filelike", None)  # nothing is made of it
    for name in ("xl/worksheets/sheet1.xml", "xl/elsewhere.xml"):
        with pytest.raises(Unfit) as told:
            rows_of(_sheet(rows, name))
        assert told.value.code == code
