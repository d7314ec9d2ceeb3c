"""Lists of homes and of staff for tests, as files: right ones, and with faults of every kind. All people are invented."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence

import xlsxwriter

HEADING = (
    "小区",
    "楼栋",
    "单元",
    "房号",
    "姓名",
    "电话",
    "关系",
    "语言",
    "联系方式",
    "需要留意",
    "原因",
    "留意到",
    "本人同意",
    "状态",
)
STAFF_HEADING = ("编号", "姓名", "岗位", "部门", "电话", "负责楼栋", "在职")
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫", "安晴朗远宁和静明川"
Cells = Sequence[object]


def csv_of(rows: Iterable[Cells], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """The rows as a CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_of(rows: Iterable[Cells]) -> bytes:
    """The rows as the first sheet of a workbook, numbers as numbers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("住户")
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell)
    return out.getvalue()


def row(n: int, **changes: object) -> list[object]:
    """The n-th row of a list of the demonstration community, two people a home; `changes` by heading."""
    home = n // 2
    floor, flat = 1 + home // 8 % 320, 1 + home % 8
    values: dict[str, object] = {
        "小区": "望江苑",
        "楼栋": ("东楼", "西楼")[home % 2],
        "单元": "",
        "房号": f"{floor}{flat:02}",
        "姓名": SURNAMES[n % 12] + GIVEN[n // 12 % 9] + GIVEN[n // 108 % 9] + ("甲" if n % 2 else "乙"),
        "电话": f"000{n:08}",
        "关系": "业主" if n % 2 == 0 else "家人",
        "语言": "英文" if n % 50 == 0 else "",
        "联系方式": "短信",
    }
    return [{**values, **changes}.get(heading, "") for heading in HEADING]


Fault = Callable[[int], list[object]]
# One of every kind; the name is the code that the report must give.
FAULTS: dict[str, Fault] = {
    "no_building": lambda n: row(n, 楼栋="8 号楼"),
    "building_missing": lambda n: row(n, 楼栋=""),
    "other_community": lambda n: row(n, 小区="别处花园"),
    "room_missing": lambda n: row(n, 房号=""),
    "no_room": lambda n: row(n, 房号="五楼左边第二间靠窗那户人家"),
    "name_missing": lambda n: row(n, 姓名=""),
    "no_name": lambda n: row(n, 姓名="=1+1"),
    "name_too_long": lambda n: row(n, 姓名="长" * 41),
    "no_phone": lambda n: row(n, 电话="1380000"),
    "two_phones": lambda n: row(n, 电话="13800000001/13900000002"),
    "unknown_relation": lambda n: row(n, 关系="朋友"),
    "relation_needed": lambda n: row(n, 关系=""),
    "unknown_language": lambda n: row(n, 语言="火星文"),
    "unknown_channel": lambda n: row(n, 联系方式="信鸽"),
    "phone_in_channel": lambda n: row(n, 联系方式="13800000001"),
    "unknown_needs": lambda n: row(n, 需要留意="星座（狮子）"),
    "reason_missing": lambda n: row(n, 需要留意="宠物"),
    "reason_too_long": lambda n: row(n, 需要留意=f"宠物（{'狗' * 90}）"),
    "consent_needed": lambda n: row(n, 需要留意="轮椅（出入走坡道）"),
    "no_consent": lambda n: row(n, 本人同意="下次再说"),
    "no_day": lambda n: row(n, 需要留意="宠物（大狗）", 留意到="年底"),
    "day_out_of_range": lambda n: row(n, 需要留意="宠物（大狗）", 留意到="2099-01-01"),
    "unknown_state": lambda n: row(n, 状态="不清楚"),
}


def thousands(count: int = 5000, every: int = 20) -> tuple[list[Cells], dict[str, int]]:
    """A list of so many rows, one in `every` with a fault, all kinds in turn; and how often each kind stands in it."""
    rows: list[Cells] = [HEADING]
    expected: dict[str, int] = dict.fromkeys(FAULTS, 0)
    kinds = list(FAULTS.items())
    for n in range(count):
        if n % every == 0:
            code, make = kinds[n // every % len(kinds)]
            expected[code] += 1
            rows.append(make(n))
        else:
            rows.append(row(n))
    return rows, expected
