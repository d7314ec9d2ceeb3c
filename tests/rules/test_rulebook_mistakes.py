"""Whatever staff get wrong in the rulebook is named with its file, its key and a Chinese sentence with the way out."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.rulebook import Problem, RulebookError, load

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rulebook"
REPAIRS, COMPLAINTS = "standards/repairs.toml", "standards/complaints.toml"
OSMANTHUS, RIVER = "communities/osmanthus-lane.toml", "communities/river-view.toml"
Y2026, Y2027 = "calendar/2026.toml", "calendar/2027.toml"
STAFF = "messages/staff.toml"
ORDER, SERVICES = "commitments/order.toml", "services.toml"


@dataclass(frozen=True)
class Mistake:
    """In `file`, `old` is replaced by `new` once; then `key` is named, and the sentence contains `says`."""

    file: str
    old: str
    new: str
    key: str
    says: str


MISTAKES = {
    "missing id": Mistake(REPAIRS, 'id = "C2"\n', "", "standards[第 3 条].id", "缺少“id”"),
    "duplicate id": Mistake(REPAIRS, 'id = "C2"', 'id = "B1"', "standards[B1].id", "已经有了"),
    "id that is none": Mistake(REPAIRS, 'id = "C2"', 'id = "灯泡"', "standards[灯泡].id", "不是标准编号"),
    "unknown ladder": Mistake(
        COMPLAINTS,
        'ladder = "long"',
        'ladder = "lang"',
        "standards[B0].clocks[reply].ladder",
        "可以写的有：short",
    ),
    "unknown department": Mistake(
        COMPLAINTS,
        'department = "order"',
        'department = "police"',
        "standards[B3].department",
        "没有“police”这个部门",
    ),
    "limit of nothing": Mistake(
        REPAIRS, "amount = 15", "amount = 0", "standards[C0].clocks[arrive].amount", "必须大于 0"
    ),
    "limit below nothing": Mistake(
        REPAIRS, "amount = 15", "amount = -5", "standards[C0].clocks[arrive].amount", "太小"
    ),
    "limit beyond reason": Mistake(
        REPAIRS, "amount = 15", "amount = 1500000", "standards[C0].clocks[arrive].amount", "太大"
    ),
    "limit in quotes": Mistake(
        REPAIRS, "amount = 15", 'amount = "15"', "standards[C0].clocks[arrive].amount", "不加引号"
    ),
    "wrong unit": Mistake(
        REPAIRS,
        'unit = "working_days"',
        'unit = "workingdays"',
        "standards[C3].clocks[resolve].unit",
        "是不是想写“working_days”",
    ),
    "two of the same day": Mistake(
        COMPLAINTS, "amount = 1\n", "amount = 2\n", "standards[B0].clocks[reply].amount", "只能写 1"
    ),
    "unknown clock": Mistake(
        COMPLAINTS,
        'clock = "reply"',
        'clock = "answer"',
        "standards[B0].clocks[answer].clock",
        "reply、arrive、resolve",
    ),
    "missing translation": Mistake(
        REPAIRS, 'title.en = "Every repair asked for from a home"\n', "", "standards[C0].title.en", "缺少英文"
    ),
    "Chinese left in the English": Mistake(
        REPAIRS, 'title.en = "Every', 'title.en = "报修 Every', "standards[C0].title.en", "请翻译成英文"
    ),
    "one language only": Mistake(
        "departments.toml",
        'name.zh = "秩序部"\nname.en = "Order and safety"',
        'name = "秩序部"',
        "departments[order].name",
        "两行",
    ),
    "empty words": Mistake(
        REPAIRS, 'title.zh = "家里的所有报修"', 'title.zh = " "', "standards[C0].title.zh", "是空的"
    ),
    "figure typed into a sentence": Mistake(
        REPAIRS,
        "师傅 {arrive}内到您家门口",
        "师傅 15 分钟内到您家门口",
        "standards[C0].explanation.zh",
        "不要自己写“15 分钟”",
    ),
    "placeholder of a clock that is not there": Mistake(
        REPAIRS,
        "师傅 {arrive}内到您家门口",
        "师傅 {reply}内到您家门口",
        "standards[C0].explanation.zh",
        "系统不认识 {reply}",
    ),
    "brace without its pair": Mistake(
        REPAIRS,
        "师傅 {arrive}内到您家门口",
        "师傅 {arrive内到您家门口",
        "standards[C0].explanation.zh",
        "花括号",
    ),
    "unknown promise beside it": Mistake(
        REPAIRS,
        'applies_with = ["C0"]',
        'applies_with = ["C11"]',
        "standards[C1].applies_with",
        "没有“C11”这条标准",
    ),
    "promise of another kind beside it": Mistake(
        REPAIRS, 'applies_with = ["C0"]', 'applies_with = ["B0"]', "standards[C1].applies_with", "同一类"
    ),
    "promise without a clock": Mistake(
        REPAIRS, 'path = "proposal"\n', "", "standards[C9].clocks", "一个时限也没有"
    ),
    "commitment with the number of another": Mistake(
        ORDER, 'id = "H2"', 'id = "B1"', "commitments[B1].id", "standards/complaints.toml 里已经有了"
    ),
    "commitment without a number": Mistake(
        ORDER, 'id = "H2"', 'id = "巡逻"', "commitments[巡逻].id", "不是承诺编号"
    ),
    "commitment of an unknown kind": Mistake(
        ORDER, 'kinds = ["duty"]', 'kinds = ["dutty"]', "commitments[H1].kinds", "可以写的有：text、duty"
    ),
    "commitment of nobody": Mistake(
        ORDER, 'owner = "order"', 'owner = "police"', "commitments[H1].owner", "没有“police”这个部门或岗位"
    ),
    "commitment kept in an unknown way": Mistake(
        ORDER,
        'keeping = "logged"',
        'keeping = "measured"',
        "commitments[H1].keeping",
        "portal、logged、shown",
    ),
    "commitment without saying how often": Mistake(
        ORDER, 'often.en = "3 by day, 4 by night"\n', "", "commitments[H3].often.en", "缺少英文"
    ),
    "commitments on a page that cannot be": Mistake(
        ORDER, 'page = "promises/order"', 'page = "/promises/order.md"', "page", "不是页面的名字"
    ),
    "price of an unknown promise": Mistake(
        SERVICES, 'promise = "G1"', 'promise = "G9"', "services[bills].promise", "没有“G9”这条承诺"
    ),
    "price twice": Mistake(SERVICES, 'id = "windows"', 'id = "bills"', "services[bills].id", "写了两次"),
    "misspelt key": Mistake(
        REPAIRS,
        'severity = "ordinary"',
        'severty = "ordinary"',
        "standards[C0].severty",
        "是不是想写“severity”",
    ),
    "levels out of order": Mistake(
        "ladders.toml",
        "amount = 30",
        "amount = 5",
        "ladders[short].levels[general_manager]",
        "没有排在“manager”后面",
    ),
    "ladder without a supervisor": Mistake(
        "ladders.toml", 'name = "supervisor"', 'name = "reminder"', "ladders[short].levels", "缺少 supervisor"
    ),
    "reminder beyond the deadline": Mistake(
        "ladders.toml", "share = 0.5", "share = 50", "ladders[short].levels[reminder].share", "0 和 1 之间"
    ),
    "level without a moment": Mistake(
        "ladders.toml", "share = 0.5\n", "", "ladders[short].levels[reminder]", "要写一个"
    ),
    "building without an assistant": Mistake(
        OSMANTHUS, 'assistant = "gui-assistant-1"\n', "", "buildings[1].assistant", "没有礼宾助理"
    ),
    "unknown person": Mistake(
        OSMANTHUS,
        'assistant = "gui-assistant-1"',
        'assistant = "gui-nobody"',
        "buildings[1].assistant",
        "没有“gui-nobody”这个人",
    ),
    "person in the wrong place": Mistake(
        OSMANTHUS, 'manager = "gui-manager"', 'manager = "gui-desk"', "manager", "这里要的是 manager"
    ),
    "department without a supervisor": Mistake(
        OSMANTHUS, 'cleaning = "gui-cleaning"\n', "", "supervisors.cleaning", "没有主管"
    ),
    "supervisor of an unknown department": Mistake(
        OSMANTHUS, 'order = "gui-order"', 'police = "gui-order"', "supervisors.police", "没有“police”这个部门"
    ),
    "one id for two people": Mistake(
        RIVER, 'id = "wang-guard-1"', 'id = "gui-guard-1"', "people[gui-guard-1].id", "已经有了"
    ),
    "community in another's file": Mistake(
        RIVER, 'id = "river-view"', 'id = "riverview"', "id", "文件名却是"
    ),
    "bad telephone": Mistake(OSMANTHUS, '"000-0000-0101"', '"0571-8888"', "day_phone", "不像电话号码"),
    "telephone in words": Mistake(OSMANTHUS, '"000-0000-0101"', '"请打前台"', "day_phone", "不像电话号码"),
    "full-width telephone": Mistake(
        OSMANTHUS, '"000-0000-0101"', '"０１０-１２３４５６７８"', "day_phone", "不像电话号码"
    ),
    "bad e-mail": Mistake(
        OSMANTHUS, "gui-desk@shounuo.example", "gui-desk", "people[gui-desk].email", "不像邮箱"
    ),
    "unknown role": Mistake(
        OSMANTHUS, 'role = "guard"', 'role = "general_manager"', "people[gui-guard-1].role", "不能写"
    ),
    "hours reversed": Mistake("service.toml", '"18:00"', '"06:00"', "closes", "写反了"),
    "hour that is none": Mistake("service.toml", '"18:00"', '"25:00"', "closes", "不是时间"),
    "unknown zone": Mistake("service.toml", '"Asia/Shanghai"', '"Asia/Beijing"', "zone", "Asia/Shanghai"),
    "year without holidays": Mistake(Y2027, "[[holidays]]", "[[holiday]]", "holiday", "是不是想写“holidays”"),
    "year without a source": Mistake(Y2026, 'source = "', 'sourse = "', "source", "缺少“source”"),
    "day in a wrong year": Mistake(
        Y2026, "first = 2026-01-01", "first = 2025-12-31", "holidays[元旦].first", "不在 2026 年"
    ),
    "make-up day in a wrong year": Mistake(
        Y2026, "[2026-01-04", "[2025-01-04", "make_up_days", "不在 2026 年"
    ),
    "make-up day on a weekday": Mistake(
        Y2026, "[2026-01-04", "[2026-01-05", "make_up_days", "本来就是周一到周五"
    ),
    "day off and worked": Mistake(Y2026, "[2026-01-04", "[2026-01-03", "make_up_days", "又是放假又是调休"),
    "holiday back to front": Mistake(
        Y2026, "last = 2026-01-03", "last = 2025-12-31", "holidays[元旦].last", "写反了"
    ),
    "holiday of months": Mistake(
        Y2026, "last = 2026-01-03", "last = 2026-10-03", "holidays[元旦].last", "太长"
    ),
    "two holidays at once": Mistake(
        Y2026,
        "first = 2026-02-15",
        'first = 2026-02-15\nlast = 2026-02-16\n\n# 重复\n[[holidays]]\nname = "春节二"\nfirst = 2026-02-16',
        "holidays[春节二].first",
        "别的假期",
    ),
    "date in quotes": Mistake(
        Y2026, "first = 2026-01-01", 'first = "2026-01-01"', "holidays[元旦].first", "不加引号"
    ),
    "announced without its days": Mistake(
        Y2027, "\nannounced = false", "\nannounced = true", "announced", "只有法定的 13 天假"
    ),
    "make-up days before the announcement": Mistake(
        Y2027, "make_up_days = []", "make_up_days = [2027-02-20]", "announced", "请改成 true"
    ),
    "year in another's file": Mistake(Y2027, "year = 2027", "year = 2028", "year", "文件名却是"),
    "unknown placeholder": Mistake(
        STAFF,
        "新工单 {number}",
        "新工单 {nummer}",
        "messages[assigned].subject.zh",
        "系统不认识 {nummer}",
    ),
    "telephone in a group chat": Mistake(
        STAFF,
        "新工单 {number}",
        "电话 {phone}",
        "messages[assigned].subject.zh",
        "绝不能出现电话、房号",
    ),
    "home in a group chat": Mistake(
        STAFF, "新工单 {number}", "房号 {home}", "messages[assigned].subject.zh", "绝不能出现电话、房号"
    ),
    "placeholder that reaches further": Mistake(
        STAFF, "新工单 {number}", "新工单 {number.real}", "messages[assigned].subject.zh", "系统不认识"
    ),
    "languages that say different things": Mistake(
        STAFF, "新工单 {number}", "新工单", "messages[assigned].subject", "花括号的词不一样"
    ),
    "missing message": Mistake(
        STAFF, 'id = "urged"', 'id = "urge"', "messages[urged]", "缺少“urged”这条消息"
    ),
    "missing question": Mistake(
        "forms/repair.toml", 'id = "phone"', 'id = "fone"', "fields[phone]", "缺少“phone”"
    ),
    "missing words for a mistake": Mistake(
        "forms/repair.toml",
        "errors.invalid.zh",
        "errors.invald.zh",
        "fields[phone].errors.invald",
        "是不是想写“invalid”",
    ),
    "counting without words": Mistake("counting.toml", "[months]", "[monthes]", "months", "缺少“months”"),
    "no engineer": Mistake("company.toml", 'role = "engineer"', 'role = "editor"', "people", "系统工程师"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DOCS, tmp_path / "rulebook"))


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(RulebookError) as raised:
        load(folder)
    return raised.value.problems


def make(mistake: Mistake, folder: Path) -> None:
    path = folder / mistake.file
    text = path.read_text(encoding="utf-8")
    assert mistake.old in text
    path.write_text(text.replace(mistake.old, mistake.new, 1), encoding="utf-8")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_file_key_and_the_way_out(copy: Path, name: str) -> None:
    mistake = MISTAKES[name]
    make(mistake, copy)
    problems = problems_of(copy)
    found = [one for one in problems if (one.file, one.key) == (mistake.file, mistake.key)]
    assert any(mistake.says in one.sentence for one in found), [str(one) for one in problems]


@pytest.mark.parametrize("name", MISTAKES)
def test_every_sentence_is_chinese_and_ends_like_one(copy: Path, name: str) -> None:
    make(MISTAKES[name], copy)
    for problem in problems_of(copy):
        assert re.search(r"[\u4e00-\u9fff]{2}", problem.sentence)
        assert problem.sentence.endswith(("。", "？"))


def test_all_mistakes_are_told_at_once(copy: Path) -> None:
    names = [
        "limit of nothing",
        "hours reversed",
        "bad telephone",
        "unknown placeholder",
        "day in a wrong year",
    ]
    for name in names:
        make(MISTAKES[name], copy)
    files = {problem.file for problem in problems_of(copy)}
    assert files == {MISTAKES[name].file for name in names}


def test_a_file_that_cannot_be_read_does_not_blame_those_that_point_to_it(copy: Path) -> None:
    for name in ("departments.toml", "ladders.toml", "standards/complaints.toml"):
        (copy / name).write_text("这里 坏了", encoding="utf-8")
    assert {problem.file for problem in problems_of(copy)} == {
        "departments.toml",
        "ladders.toml",
        "standards/complaints.toml",
    }


def test_a_file_that_is_not_toml_is_named_with_its_line(copy: Path) -> None:
    make(Mistake(REPAIRS, 'unit = "half_days"', "unit = half_days", "", ""), copy)
    (problem,) = problems_of(copy)
    line = (copy / REPAIRS).read_text(encoding="utf-8").split("unit = half_days")[0].count("\n") + 1
    assert problem.file == REPAIRS
    assert problem.key.startswith(f"第 {line} 行")
    assert "双引号" in problem.sentence


def test_a_time_without_quotes_is_named_with_its_line(copy: Path) -> None:
    make(Mistake("service.toml", '"18:00"', "18:00", "", ""), copy)
    (problem,) = problems_of(copy)
    assert problem.file == "service.toml" and problem.key.startswith("第 ")


def test_a_key_written_twice_is_named_with_its_line(copy: Path) -> None:
    make(Mistake("service.toml", 'opens = "08:00"', 'opens = "08:00"\nopens = "09:00"', "", ""), copy)
    (problem,) = problems_of(copy)
    assert "写了两次" in problem.sentence


def test_a_file_in_another_encoding_is_named_with_its_line(copy: Path) -> None:
    path = copy / RIVER
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    (problem,) = (one for one in problems_of(copy) if one.file == RIVER)
    assert problem.key == "第 1 行"
    assert "UTF-8" in problem.sentence


@pytest.mark.parametrize(
    "name", ["service.toml", "counting.toml", "forms/enquiry.toml", "calendar/2025.toml"]
)
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert name in {problem.file for problem in problems_of(copy)}


def test_a_year_without_any_holiday_is_refused(copy: Path) -> None:
    path = copy / Y2027
    path.write_text(path.read_text(encoding="utf-8").split("# 元旦")[0], encoding="utf-8")
    (problem,) = problems_of(copy)
    assert (problem.file, problem.key) == (Y2027, "holidays")
    assert "一个假期也没有" in problem.sentence


def test_a_file_that_nobody_reads_is_named(copy: Path) -> None:
    shutil.copy(copy / "service.toml", copy / "sevrice.toml")
    (problem,) = problems_of(copy)
    assert problem.file == "sevrice.toml" and "不认识这个文件" in problem.sentence


def test_a_folder_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "nowhere")
    assert "没有这个文件夹" in problem.sentence


def test_the_error_lists_file_key_and_sentence_for_the_terminal(copy: Path) -> None:
    make(MISTAKES["hours reversed"], copy)
    with pytest.raises(RulebookError) as raised:
        load(copy)
    assert "有 1 处要改" in str(raised.value)
    assert "service.toml，closes：服务结束（06:00）没有比开始（08:00）晚。" in str(raised.value)


@pytest.mark.parametrize(
    "number", ["13800138000", "010-12345678", "0571-87654321", "400-123-4567", "138 0013 8000"]
)
def test_a_real_telephone_is_accepted(copy: Path, number: str) -> None:
    make(Mistake(OSMANTHUS, '"000-0000-0101"', f'"{number}"', "", ""), copy)
    assert load(copy).communities["osmanthus-lane"].day_phone == number


# A strange value in the place of every value of a file: the check names what is wrong, and never breaks itself.
STRANGE = ["0", "-1", "nan", "true", '""', '"{"', '"\\u0000"', "[[]]", "[{}]", "{}", "2026-01-01"]
ONE_OF_EACH_KIND = [
    REPAIRS,
    OSMANTHUS,
    Y2026,
    STAFF,
    "forms/repair.toml",
    "service.toml",
    "company.toml",
    "departments.toml",
    "ladders.toml",
    "counting.toml",
]


@pytest.mark.parametrize("name", ONE_OF_EACH_KIND)
def test_no_strange_value_breaks_the_check(copy: Path, name: str) -> None:
    path = copy / name
    original = path.read_text(encoding="utf-8")
    refused = 0
    for strange in STRANGE:
        broken = re.sub(
            r"^([a-z_.]+) = .*$", lambda found, value=strange: f"{found[1]} = {value}", original, flags=re.M
        )
        assert tomllib.loads(broken) != tomllib.loads(original)
        path.write_text(broken, encoding="utf-8")
        try:
            load(copy)
        except RulebookError as error:
            assert name in {problem.file for problem in error.problems}
            refused += 1
    assert refused >= len(STRANGE) - 1  # a brace alone is a harmless word where nothing is filled in


@pytest.mark.parametrize("strange", ['"中文{"', '"{}"', '"{0}"', '"{a.b}"'])
def test_no_strange_brace_in_one_sentence_breaks_the_check(copy: Path, strange: str) -> None:
    path = copy / REPAIRS
    original = path.read_text(encoding="utf-8")
    for language in ("zh", "en"):
        broken = re.sub(
            rf"explanation\.{language} = .*", f"explanation.{language} = {strange}", original, count=1
        )
        path.write_text(broken, encoding="utf-8")
        assert f"standards[C0].explanation.{language}" in {problem.key for problem in problems_of(copy)}
