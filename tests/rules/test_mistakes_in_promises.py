"""A mistake in a promise, its ladder, its department or its price is named with its file, its key and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.mistakes import COMPLAINTS, ORDER, REPAIRS, SERVICES, Mistake

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
    "limit changed, the words on what stands not": Mistake(
        REPAIRS,
        'amount = 2\nunit = "working_days"',
        'amount = 4\nunit = "working_days"',
        "standards[C6].stands.zh",
        "“2 个工作日”，可是下面 clocks 里的时限是 4 个工作日",
    ),
    "limit as slow as the plan that does not stand": Mistake(
        REPAIRS,
        'amount = 3\nunit = "working_days"',
        'amount = 5\nunit = "working_days"',
        "standards[C5].stands.en",
        "“3 working days”，可是下面 clocks 里的时限是 5 个工作日",
    ),
    "unit changed, the words on what stands not": Mistake(
        REPAIRS, 'unit = "days"', 'unit = "working_days"', "standards[C7].stands.zh", "“2 天”，可是"
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
    "nothing that follows": Mistake(
        "ladders.toml", 'name = "follow_up"', 'name = "long"', "ladders", "缺少 follow_up"
    ),
    "following before a deadline": Mistake(
        "ladders.toml",
        'after = { amount = 6, unit = "half_days" }',
        "share = 0.5",
        "ladders[follow_up].levels[reminder].share",
        "没有到期时间",
    ),
    "following at once": Mistake(
        "ladders.toml",
        "amount = 6,",
        "amount = 0,",
        "ladders[follow_up].levels[reminder].after.amount",
        "不能写 0",
    ),
    "a limit on the ladder that follows": Mistake(
        REPAIRS,
        'ladder = "short"',
        'ladder = "follow_up"',
        "standards[C0].clocks[arrive].ladder",
        "没有“follow_up”",
    ),
    "counting without words": Mistake("counting.toml", "[months]", "[monthes]", "months", "缺少“months”"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_promise_is_named(copy: Path, mistake: Mistake) -> None:
    mistake.check(copy)
