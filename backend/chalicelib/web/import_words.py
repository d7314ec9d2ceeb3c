"""What is said about a list that was sent in: why it cannot be read, what is wrong, what will change; with a way out."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.importing import Finding
from chalicelib.domain.standards import Community, Text

from .story import Reader
from .words import ROLE

UNFIT: Mapping[str, Text] = {
    "too_large": Text(
        "文件太大，最多 4 MB。请去掉图片和多余的工作表，或分成几份。",
        "The file is too large: 4 MB at most. Take out pictures and other sheets, or send it in parts.",
    ),
    "empty": Text(
        "文件里没有内容。表头下面至少要有一行。",
        "The file is empty. It needs at least one row below its heading.",
    ),
    "old_xls": Text(
        "这是旧版 .xls，或者设了密码。请用 Excel 或 WPS 另存为 .xlsx（不设密码）或 CSV，再发一次。",
        "This is an old .xls or has a password. Save it as .xlsx without a password, or as CSV, and send it again.",
    ),
    "no_workbook": Text(
        "这个 .xlsx 打不开。请用 Excel 或 WPS 打开后另存一份再发，或存成 CSV。",
        "This .xlsx cannot be opened. Open it in Excel or WPS, save it anew and send that, or save it as CSV.",
    ),
    "bomb": Text(
        "这个文件解开以后大得不正常，没有打开。请只留名单那一张工作表，另存后再发。",
        "Unpacked this file is abnormally large, so it was not opened. Keep just the sheet with the list and save it anew.",
    ),
    "unreadable": Text(
        "文字读不出来。请另存为“CSV UTF-8”或 .xlsx 再发。",
        "The text cannot be read. Save it as “CSV UTF-8” or .xlsx and send it again.",
    ),
    "too_many_rows": Text(
        "行数太多：住户名单最多 8000 行，员工名单最多 500 行。请分成几份。",
        "Too many rows: a list of homes may have 8,000, a list of staff 500. Send it in parts.",
    ),
    "too_many_columns": Text(
        "列数太多，最多 60 列。请删去多余的列。",
        "Too many columns: 60 at most. Take out those that are not needed.",
    ),
    "no_heading": Text(
        "没有找到表头。前几行里要有一行写着各列的名字，例如：楼栋、房号、姓名、电话。",
        "No heading was found. One of the first rows must name the columns, for example: building, room, name, phone.",
    ),
}

COLUMN: Mapping[str, Text] = {
    "community": Text("小区", "community"),
    "building": Text("楼栋", "building"),
    "unit": Text("单元", "entrance"),
    "room": Text("房号", "room"),
    "id": Text("编号", "id"),
    "name": Text("姓名", "name"),
    "phone": Text("电话", "phone"),
    "relation": Text("关系", "relation"),
    "language": Text("语言", "language"),
    "channel": Text("联系方式", "contact by"),
    "needs": Text("需要留意", "to mind"),
    "reason": Text("原因", "reason"),
    "until": Text("留意到", "until"),
    "consent": Text("本人同意", "consent"),
    "state": Text("状态", "state"),
    "role": Text("岗位", "role"),
    "department": Text("部门", "department"),
    "buildings": Text("负责楼栋", "buildings"),
    "active": Text("在职", "active"),
}

FAULT: Mapping[str, Text] = {
    "other_community": Text(
        "这一行写的是“{said}”，不是本小区。请从名单里去掉，到那个小区的值班台导入。",
        "This row is of “{said}”, another community. Take it out and import it at that community's desk.",
    ),
    "no_building": Text(
        "没有“{said}”这栋楼。本小区的楼栋：{buildings}。",
        "There is no building “{said}”. The buildings here: {buildings}.",
    ),
    "building_missing": Text(
        "没有写楼栋。请写：{buildings}。", "The building is missing. Write one of: {buildings}."
    ),
    "no_unit": Text(
        "单元“{said}”看不懂。请写数字，例如 2。",
        "The entrance “{said}” is unclear. Write its number, for example 2.",
    ),
    "room_missing": Text("没有写房号。请写，例如 2604。", "The room is missing. Write it, for example 2604."),
    "no_room": Text(
        "房号“{said}”看不懂。请写，例如 2604 或 2-0902。",
        "The room “{said}” is unclear. Write it as 2604 or 2-0902.",
    ),
    "name_missing": Text("没有写姓名。请补上。", "The name is missing. Please add it."),
    "no_name": Text(
        "姓名里没有字，或者有看不见的符号。请重新写。",
        "The name has no letters, or hidden signs. Write it anew.",
    ),
    "name_too_long": Text("姓名太长，最多 {most} 个字。", "The name is too long: {most} signs at most."),
    "phone_missing": Text(
        "没有写电话。员工要用它登录，请补上。",
        "The telephone is missing. Staff sign in with it: please add it.",
    ),
    "no_phone": Text(
        "电话不对。请写 11 位手机号，或带区号的座机。",
        "This is no telephone number. Write a mobile number of 11 digits, or a landline with its area code.",
    ),
    "two_phones": Text("一格里有两个电话。请只留一个。", "Two telephones in one cell. Keep one."),
    "unknown_relation": Text(
        "关系只有三种：业主、租户、家人。", "The relation is one of: owner, tenant, family."
    ),
    "relation_needed": Text(
        "新住户要写关系：业主、租户或家人。", "For somebody new write the relation: owner, tenant or family."
    ),
    "unknown_language": Text("语言写“中文”或“英文”。", "The language is Chinese or English."),
    "unknown_channel": Text("联系方式写“短信”或“电话”。", "Contact by: sms or call."),
    "phone_in_channel": Text(
        "这里写了号码。号码写到“电话”那一列，这一列写“短信”或“电话”。",
        "A number stands here. Put it into the column “phone”; this one says sms or call.",
    ),
    "unknown_needs": Text(
        "“{said}”不在可以留意的事里。可以写：婴幼儿、老人、轮椅、听力、视力、夜班、宠物、医疗、经营。",
        "“{said}” is not among what can be minded: infant, elderly, wheelchair, hearing, sight, nights, pet, medical, business.",
    ),
    "reason_missing": Text(
        "“{said}”要写原因，写在括号里，例如：轮椅（出入走坡道）。",
        "“{said}” needs its reason, in brackets, for example: wheelchair (uses the ramp).",
    ),
    "reason_too_long": Text("原因太长，最多 {most} 个字。", "The reason is too long: {most} signs at most."),
    "too_many_needs": Text("一个人最多记 {most} 件。", "At most {most} for one person."),
    "consent_needed": Text(
        "健康和孩子的情况，要本人同意才能记。同意了，在“本人同意”写“是”；没有，就删去这一项。",
        "Health and children are kept only with the person's consent: write yes under “consent”, or take this out.",
    ),
    "no_consent": Text(
        "本人同意写“是”“否”，或同意的日期（不晚于今天）。", "Consent is yes, no, or its day, not after today."
    ),
    "no_day": Text("日期看不懂。请写成 2027-03-01。", "The day is unclear. Write it as 2027-03-01."),
    "day_out_of_range": Text(
        "最后一天要在今天和 {most} 之间。", "The last day lies between today and {most}."
    ),
    "unknown_state": Text(
        "状态看不懂。还在写“是”，已经离开写“否”。", "The state is unclear. Write yes for here, no for gone."
    ),
    "contradicts": Text(
        "同一个人，第 {row} 行写得不一样。请只留对的一行。",
        "Row {row} says something else about the same person. Keep the right one.",
    ),
    "too_many_people": Text("一户最多 {most} 人。", "At most {most} people in a home."),
    "no_id": Text("编号只能用小写字母、数字和 -。", "An id has small letters, digits and - only."),
    "role_missing": Text("没有写岗位。可以写：{roles}。", "The role is missing. One of: {roles}."),
    "unknown_role": Text("没有这个岗位。可以写：{roles}。", "There is no such role. One of: {roles}."),
    "unknown_department": Text(
        "没有这个部门。可以写：{departments}。", "There is no such department. One of: {departments}."
    ),
    "department_missing": Text(
        "这个岗位要写部门：{departments}。", "This role needs a department: {departments}."
    ),
    "own_line": Text(
        "不能改自己这一行。请另一位经理来改。", "Nobody changes their own line. Ask another manager."
    ),
    "nobody_is_left": Text(
        "照这份名单，就没有人能管理员工名单了。至少留一位在职的物业经理或总经理。",
        "With this list nobody could keep the staff list any more. Keep one active manager or general manager.",
    ),
}

REMARK: Mapping[str, Text] = {
    "repeated": Text("和第 {row} 行重复，只算一次。", "The same as row {row}: it counts once."),
    "shared_phone": Text(
        "和第 {row} 行同住，用同一个电话，两人都能用它登录。确实如此就不用改。",
        "The same telephone as row {row} in the same home: it lets both in. Leave it if that is so.",
    ),
    "phone_of_another_home": Text(
        "第 {row} 行是另一户，电话相同：拿着它的人能看到两户。请核对。",
        "Row {row} is another home with this telephone: whoever holds it sees both homes. Please check.",
    ),
    "not_whole": Text(
        "有的行看不出说的是哪一户，所以这次不给任何人办搬走。改好再发一次。",
        "Some rows do not say which home they mean, so nobody moves out this time. Correct them and send the list again.",
    ),
}

CHANGE: Mapping[str, Text] = {
    "new_home": Text("新的一户", "New home"),
    "new_person": Text(
        "新住户：{relation}，{phone}，{language}{needs}", "New: {relation}, {phone}, {language}{needs}"
    ),
    "name": Text("姓名：{before} → {after}", "Name: {before} → {after}"),
    "phone": Text(
        "电话：{before} → {after}。旧号码马上不能登录",
        "Telephone: {before} → {after}; the old one lets nobody in any more",
    ),
    "relation": Text("关系：{before} → {after}", "Relation: {before} → {after}"),
    "language": Text("语言：{before} → {after}", "Language: {before} → {after}"),
    "channel": Text("联系方式：{before} → {after}", "Contact by: {before} → {after}"),
    "consent": Text("本人同意：{before} → {after}", "Consent: {before} → {after}"),
    "needs": Text("需要留意：{before} → {after}", "To mind: {before} → {after}"),
    "moved_out": Text("搬走：马上不能再登录这一户", "Moves out: no way into this home any more"),
    "not_on_list": Text(
        "名单上没有，算搬走：马上不能再登录这一户",
        "Not on the list, so moved out: no way into this home any more",
    ),
    "new_staff": Text(
        "新员工：{role}，{department}，{phone}，{buildings}",
        "New: {role}, {department}, {phone}, {buildings}",
    ),
    "staff_name": Text("姓名：{before} → {after}", "Name: {before} → {after}"),
    "staff_role": Text(
        "岗位：{before} → {after}，登录马上结束", "Role: {before} → {after}; their sessions end at once"
    ),
    "staff_department": Text(
        "部门：{before} → {after}，登录马上结束", "Department: {before} → {after}; their sessions end at once"
    ),
    "staff_phone": Text(
        "电话：{before} → {after}，登录马上结束", "Telephone: {before} → {after}; their sessions end at once"
    ),
    "staff_buildings": Text(
        "负责楼栋：{before} → {after}，登录马上结束",
        "Buildings: {before} → {after}; their sessions end at once",
    ),
    "staff_left": Text(
        "离职：登录马上结束，不能再进来", "Leaves: their sessions end at once and they cannot come in again"
    ),
    "staff_back": Text("回来上班：可以登录", "Is back: can sign in"),
    "staff_not_on_list": Text(
        "名单上没有，算离职：登录马上结束", "Not on the list, so left: their sessions end at once"
    ),
}

OUTCOME: Mapping[str, Text] = {
    "changed_meanwhile": Text(
        "看过报告以后，这里又有人改过，没有动。请把名单再发一次，看新的报告。",
        "Somebody changed this after the report, so it was left as it is. Send the list again and look at the new report.",
    ),
}

RELATION: Mapping[str, Text] = {
    "owner": Text("业主", "owner"),
    "tenant": Text("租户", "tenant"),
    "family": Text("家人", "family"),
}
CHANNEL: Mapping[str, Text] = {"sms": Text("短信", "text message"), "call": Text("打电话", "telephone call")}
LANGUAGE: Mapping[str, Text] = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}
NEED: Mapping[str, Text] = {
    "infant": Text("婴幼儿", "infant"),
    "elderly": Text("老人", "elderly"),
    "wheelchair": Text("轮椅", "wheelchair"),
    "hearing": Text("听力", "hearing"),
    "sight": Text("视力", "sight"),
    "nights": Text("夜班", "works nights"),
    "pet": Text("宠物", "pet"),
    "medical": Text("医疗", "medical"),
    "business": Text("经营", "business"),
}
_YES = Text("有", "yes")
_NONE = Text("没有", "none")
_SENTENCES = {"fault": FAULT, "remark": REMARK, "change": CHANGE, "outcome": OUTCOME}


def why_unfit(code: str) -> Text:
    """Why a file is no list."""
    cause, _, column = code.partition(":")
    if cause == "no_column":
        name = COLUMN[column]
        return Text(
            f"缺了“{name.zh}”这一列。请在表头加上，再发一次。",
            f"The column “{name.en}” is missing. Add it to the heading and send the list again.",
        )
    return UNFIT[cause]


def sentence(finding: Finding, community: Community, reader: Reader) -> str:
    """What a finding says, in the reader's language."""
    facts: dict[str, str] = dict(finding.facts)
    book = reader.book
    facts["buildings"] = _buildings(facts.get("buildings"), community, reader)
    facts["roles"] = "、".join(reader.say(ROLE[one]) for one in facts.get("known", "").split() if one in ROLE)
    facts["departments"] = "、".join(
        reader.say(book.departments[one].name)
        for one in facts.get("known", "").split()
        if one in book.departments
    )
    for name in (
        "before",
        "after",
        finding.column,
        "relation",
        "language",
        "channel",
        "needs",
        "role",
        "department",
    ):
        if name in facts and name != "phone":
            facts[name] = _value(facts[name], finding, name, community, reader)
    facts["phone"] = facts.get("phone") or reader.say(Text("没有电话", "no telephone"))
    return reader.say(_SENTENCES[finding.kind][finding.code]).format_map(facts)


def needs_words(kept: str, reader: Reader) -> str:
    """What is to be minded, each with its reason and its last day."""
    out = []
    for line in kept.split("\n") if kept else []:
        kind, reason, until = line.split("|", 2) if line.count("|") == 2 else (line, "", "")
        day = reader.say(Text(f"，到 {until}", f", until {until}")) if until else ""
        out.append(reader.say(Text(f"{NEED[kind].zh}（{reason}{day}）", f"{NEED[kind].en} ({reason}{day})")))
    return reader.say(Text("；", "; ")).join(out)


def _value(kept: str, finding: Finding, name: str, community: Community, reader: Reader) -> str:
    column = finding.column if name in ("before", "after") else name
    if column == "needs":
        words = needs_words(kept, reader)
        if name == "needs":
            return reader.say(Text("，要留意：", ", to mind: ")) + words if words else ""
        return words or reader.say(_NONE)
    if column == "consent":
        return reader.say(_YES if kept else _NONE)
    if column == "buildings":
        return _buildings(kept, community, reader) if kept else reader.say(_NONE)
    if column == "department":
        known = reader.book.departments.get(kept)
        return reader.say(known.name) if known else reader.say(Text("不属于部门", "no department"))
    known_words = {"relation": RELATION, "language": LANGUAGE, "channel": CHANNEL, "role": ROLE}.get(column)
    if known_words is not None and kept in known_words:
        return reader.say(known_words[kept])
    return kept or reader.say(_NONE)


def _buildings(kept: str | None, community: Community, reader: Reader) -> str:
    ids = list(community.buildings) if kept is None else kept.split()
    names = [reader.say(community.buildings[id].name) for id in ids if id in community.buildings]
    return reader.say(Text("、", ", ")).join(names) or reader.say(Text("不管楼栋", "no buildings"))
