"""Lists at the desk: sent in as files, reports in both languages, accepted or discarded; what is no list refused kindly."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.events import Role
from tests.lists import HEADING, STAFF_HEADING, Cells, csv_of, row, xlsx_of
from tests.web.client import Reply, Visitor

IMPORTS = "/api/v1/staff/imports"
PAGES = "/api/staff/imports"
Staff = Callable[..., Visitor]


def send(
    visitor: Visitor, content: bytes, sort: str = "homes", address: str = IMPORTS, **fields: str
) -> Reply:
    """Sends a file as a browser does."""
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in {"sort": sort, **fields}.items()
    ]
    parts.append(
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="名单.csv"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + f"\r\n--{mark}--\r\n".encode()
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    return visitor.ask("POST", address, b"".join(parts), headers)


def finished(visitor: Visitor, said: dict[str, Any]) -> dict[str, Any]:
    """The list after all steps that need nobody's word."""
    while said["stage"] in ("looking", "carrying"):
        reply = visitor.post_form(f"{IMPORTS}/{said['id']}/continue", {})
        assert reply.status == 200, reply.text
        said = reply.json()
    return said


def accepted(visitor: Visitor, said: dict[str, Any]) -> dict[str, Any]:
    """The list carried out."""
    said = finished(visitor, said)
    return finished(visitor, visitor.post_form(f"{IMPORTS}/{said['id']}/accept", {}).json())


def people(home: str) -> set[str]:
    """Who lives in a home."""
    from chalicelib import wiring

    return {one.name for one in wiring.households.members("river-view", home)}


def bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to a hundred megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 100_000_000)
    return out.getvalue()


def far_cell() -> bytes:
    """A workbook with one cell in the last corner of a sheet."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADING)
        sheet.write(1_048_575, 16_383, "x")
    return out.getvalue()


def test_a_list_is_sent_looked_at_accepted_and_carried_out(staff: Staff) -> None:
    desk = staff("desk")
    reply = send(desk, xlsx_of([HEADING, row(0, 姓名="江晴"), row(1, 楼栋="9 号楼")]))
    assert reply.status == 201, reply.text
    said = finished(desk, reply.json())
    assert (said["stage"], said["counts"]["fault"], said["counts"]["change:new_person"]) == ("ready", 1, 1)
    assert people("east-0-101") == set()
    report = desk.get(f"{IMPORTS}/{said['id']}?kind=fault").json()["findings"]
    assert [(one["row"], one["column"], one["code"]) for one in report] == [(3, "building", "no_building")]
    assert "东楼、西楼、江楼" in report[0]["message"]
    english = desk.get(f"{IMPORTS}/{said['id']}?kind=fault&lang=en").json()["findings"][0]["message"]
    assert "East House" in english
    assert accepted(desk, said)["stage"] == "over"
    assert people("east-0-101") == {"江晴"}
    again = finished(desk, send(desk, xlsx_of([HEADING, row(0, 姓名="江晴")])).json())
    assert "change" not in again["counts"]


def test_the_pages_say_the_same_without_scripts(staff: Staff) -> None:
    manager = staff("manager", html=True)
    sent = send(manager, csv_of([HEADING, row(0, 姓名="<b>江晴"), row(1, 电话="123")]), address=PAGES)
    assert sent.status == 303, sent.text
    page = manager.get(sent.headers["location"])
    assert page.status == 200
    assert "11 位手机号" in page.text
    assert "<b>江晴" not in page.text
    assert "0000****" not in page.text
    change = manager.get(f"{sent.headers['location']}?kind=change")
    assert "&lt;b&gt;江晴" in change.text
    assert "000****0000" in change.text, "a telephone is never shown whole in a report"
    english = manager.get(f"{sent.headers['location']}?kind=change&lang=en").text
    assert "New: owner" in english
    done = manager.post_form(f"{sent.headers['location']}/accept", {"language": "zh"})
    assert done.status == 303
    assert "已办好 1 户" in manager.get(done.headers["location"]).text
    gone = manager.post_form(f"{sent.headers['location']}/discard", {})
    assert gone.headers["location"] == f"{PAGES}?done=removed"
    told = manager.get(gone.headers["location"]).text
    assert "已经导入的资料不变" in told and "没有改动" not in told
    assert manager.get(sent.headers["location"]).status == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "请选一个文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "另存为 .xlsx"),
        (b"PK\x03\x04 no zip", "打不开"),
        (xlsx_of([HEADING, row(0)])[:-200], "打不开"),
        (bomb(), "大得不正常"),
        (far_cell(), "行数太多"),
        (bytes(range(256)) * 20, "读不出来"),
        ("东楼,101,江晴".encode(), "没有找到表头"),
        ("楼栋,姓名\n东楼,江晴".encode(), "“房号”"),
        ("楼栋,房号,姓名\n".encode(), "没有内容"),
    ],
    ids=["nothing", "xls", "broken", "cut", "bomb", "far cell", "bytes", "no heading", "no room", "no rows"],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_way_out(
    staff: Staff, content: bytes, words: str
) -> None:
    reply = send(staff("desk", html=True), content, address=PAGES)
    assert reply.status == 422
    assert words in reply.text


def test_a_list_that_is_carried_out_is_not_removed_and_one_past_its_day_is_not_there(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib import wiring
    from chalicelib.actions.accept_list import accept_list

    manager = staff("manager", html=True)
    address = send(manager, csv_of([HEADING, row(0)]), address=PAGES).headers["location"]
    id = address.rpartition("/")[2].partition("?")[0]
    found = wiring.imports.read(id)
    assert found is not None
    accept_list(wiring.imports, found)
    refused = manager.post_form(f"{PAGES}/{id}/discard", {})
    assert refused.status == 409 and "正在导入，没有删掉" in refused.text
    assert wiring.imports.read(id) is not None
    assert id in manager.get(PAGES).text
    monkeypatch.setattr(wiring, "now", lambda: found.forgotten_at)
    manager = staff("manager", html=True)
    manager.cookies["sid"] = wiring.sessions.begin(Role.MANAGER, found.by, "river-view", found.forgotten_at)
    assert manager.get(f"{PAGES}/{id}").status == 404
    assert id not in manager.get(PAGES).text


def test_a_file_beyond_four_megabytes_is_refused(staff: Staff) -> None:
    desk = staff("desk")
    assert send(desk, b"x" * (4 * 1024 * 1024 + 1)).status == 422
    assert send(desk, b"x" * (4 * 1024 * 1024 + 70_000)).status == 413
    assert send(desk, b"x" * (20 * 1024 * 1024)).status == 413


def test_a_list_belongs_to_its_community_and_its_keepers(staff: Staff) -> None:
    desk, manager = staff("desk"), staff("manager")
    sheet = csv_of([STAFF_HEADING, ["", "新来的", "保洁", "保洁部", "00000000777", "", "是"]])
    assert send(desk, sheet, "staff").status == 403
    said = send(manager, sheet, "staff").json()
    assert desk.get(f"{IMPORTS}/{said['id']}").status == 404
    assert staff("manager", "osmanthus-lane").get(f"{IMPORTS}/{said['id']}").status == 404
    assert staff("technician").get(IMPORTS).status == 403
    assert send(staff("technician"), sheet).status == 403
    assert desk.get(IMPORTS).json()["items"] == []
    assert [one["id"] for one in manager.get(IMPORTS).json()["items"]] == [said["id"]]


def test_a_change_of_role_and_a_departure_end_sessions_at_once(staff: Staff, origin: Any) -> None:
    from chalicelib import wiring

    manager, technician, cleaner = staff("manager"), staff("technician"), staff("cleaner")
    people = wiring.rulebook().communities["river-view"].people.values()
    first = {
        role: next(one.id for one in people if one.role == role)
        for role in ("manager", "technician", "cleaner", "desk")
    }
    accounts = {one.id: one for one in wiring.accounts.everyone("river-view")}
    known = {role: accounts[id] for role, id in first.items()}
    rows: list[Cells] = [
        STAFF_HEADING,
        [
            known["technician"].id,
            known["technician"].name,
            "保安",
            "秩序部",
            known["technician"].phone,
            "",
            "",
        ],
        ["", known["cleaner"].name, "保洁", "保洁部", known["cleaner"].phone, "", "离职"],
        ["", known["desk"].name, "前台", "客服部", known["desk"].phone, "", ""],
        ["", "新来的", "维修", "工程部", "00000000777", "东楼、江楼", "是"],
        ["", known["manager"].name, "总经理", "", known["manager"].phone, "", ""],
        ["", "没岗位", "宇航员", "工程部", "00000000778", "", ""],
    ]
    said = finished(manager, send(manager, csv_of(rows), "staff").json())
    counts = said["counts"]
    assert counts["change:staff_role"] == counts["change:staff_left"] == counts["change:new_staff"] == 1
    assert counts["fault:own_line"] == counts["fault:unknown_role"] == 1
    assert technician.get("/api/v1/staff/duty").status == 200
    assert accepted(manager, said)["counts"]["outcome:done"] == 3
    assert technician.get("/api/v1/staff/duty").status == 401
    assert cleaner.get("/api/v1/staff/duty").status == 401
    assert manager.get("/api/v1/staff/duty").status == 200
    found = {one.name: one for one in wiring.accounts.everyone("river-view")}
    assert (found["新来的"].buildings, found["新来的"].department) == (("east", "river"), "engineering")
    again = finished(manager, send(manager, csv_of(rows), "staff").json())
    assert "change" not in again["counts"]
