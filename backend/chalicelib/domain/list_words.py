"""How the columns of lists are headed and what stands in them, as people write it: every way of saying it that we know.

Compared are letters and digits only, in small letters: `房 号*` is `房号`. A new way of saying something is added here.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from .telephones import folded

Words = Mapping[str, tuple[str, ...]]

HOME_COLUMNS: Words = {
    "community": ("小区", "小区名称", "项目", "项目名称", "园区", "社区", "community", "estate"),
    "building": ("楼栋", "楼号", "栋", "栋号", "幢", "幢号", "楼座", "座", "楼", "楼宇", "building", "block", "house"),
    "unit": ("单元", "单元号", "门栋", "门", "unit", "entrance"),
    "room": (
        "房号", "室号", "房间号", "门牌号", "房屋", "房屋编号", "户号", "室", "房间", "房",
        "room", "roomno", "flat", "apartment", "home", "number", "homeno",
    ),
    "name": ("姓名", "名字", "住户", "住户姓名", "业主姓名", "业主", "联系人", "称呼", "name", "resident", "fullname"),
    "phone": (
        "电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "移动电话",
        "phone", "telephone", "mobile", "tel", "phonenumber",
    ),
    "relation": ("关系", "身份", "与业主关系", "与房屋关系", "住户类型", "住户身份", "类型", "relation", "relationship"),
    "language": ("语言", "语种", "language"),
    "channel": ("联系方式", "通知方式", "怎么联系", "channel", "contactby", "contact"),
    "needs": ("需要留意", "需留意", "需要关注", "特殊需要", "注意事项", "留意", "needs", "tomind", "mind", "specialneeds"),
    "reason": ("原因", "留意原因", "为什么", "reason", "why"),
    "until": ("留意到", "留意到哪天", "截止", "截止日期", "到期", "到期日", "until", "lastday"),
    "consent": ("本人同意", "同意", "是否同意", "同意日期", "consent", "agreed"),
    "state": ("状态", "在住", "是否在住", "居住状态", "state", "status", "liveshere"),
}  # fmt: skip

STAFF_COLUMNS: Words = {
    "id": ("编号", "工号", "员工编号", "id", "staffid", "number"),
    "name": ("姓名", "名字", "员工", "员工姓名", "name", "fullname"),
    "role": ("岗位", "职务", "角色", "职位", "role", "position", "post"),
    "department": ("部门", "所属部门", "department", "team"),
    "phone": (
        "电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "phone", "telephone", "mobile", "tel",
    ),
    "buildings": ("负责楼栋", "楼栋", "管的楼", "责任楼栋", "buildings", "building"),
    "active": ("在职", "是否在职", "状态", "在岗", "active", "status", "working"),
}  # fmt: skip

# The columns that a list cannot do without.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "homes": ("building", "room", "name"),
    "staff": ("name", "role", "phone"),
}

RELATIONS: Words = {
    "owner": ("业主", "户主", "房主", "产权人", "本人", "owner"),
    "tenant": ("租户", "租客", "承租人", "租住", "tenant", "renter"),
    "family": (
        "家人",
        "家属",
        "家庭成员",
        "配偶",
        "丈夫",
        "妻子",
        "子女",
        "父母",
        "亲属",
        "family",
        "spouse",
        "child",
    ),
}
LANGUAGES: Words = {
    "zh": ("中文", "汉语", "普通话", "zh", "chinese"),
    "en": ("英文", "英语", "en", "english"),
}
CHANNELS: Words = {
    "sms": ("短信", "sms", "text", "textmessage"),
    "call": ("电话", "打电话", "致电", "call", "phone", "phonecall"),
}
NEEDS: Words = {
    "infant": ("婴儿", "婴幼儿", "幼儿", "小孩", "孩子", "宝宝", "infant", "baby", "child"),
    "elderly": ("老人", "老年人", "高龄", "独居老人", "elderly", "aged"),
    "wheelchair": ("轮椅", "行动不便", "腿脚不便", "wheelchair"),
    "hearing": ("听力", "听力不好", "听障", "听不清", "hearing", "deaf"),
    "sight": ("视力", "视力不好", "视障", "看不清", "sight", "blind"),
    "nights": ("夜班", "上夜班", "白天休息", "nights", "nightshift"),
    "pet": ("宠物", "狗", "猫", "养狗", "养猫", "pet", "dog", "cat"),
    "medical": ("医疗", "疾病", "慢性病", "医疗设备", "medical"),
    "business": ("经营", "商用", "办公", "开店", "营业", "business", "office", "shop"),
}
YES = (
    "是",
    "有",
    "同意",
    "已同意",
    "在",
    "在住",
    "在职",
    "yes",
    "y",
    "true",
    "1",
    "active",
    "agreed",
    "living",
    "√",
)
NO = (
    "否", "无", "不", "不同意", "不在", "已搬走", "搬走", "搬出", "已搬出", "迁出", "已迁出", "离开", "离职", "已离职",
    "退租", "已退租", "no", "n", "false", "0", "left", "movedout", "inactive",
)  # fmt: skip
NOTHING = ("无", "没有", "-", "—", "/", "none", "nothing", "n/a")
ROLES: Words = {
    "desk": ("值班台", "前台", "客服前台", "值班", "desk", "dutydesk"),
    "assistant": ("礼宾助理", "礼宾", "管家", "楼管", "楼栋管家", "assistant", "buildingassistant"),
    "technician": ("维修师傅", "维修", "维修工", "工程师傅", "水电工", "technician"),
    "cleaner": ("保洁员", "保洁", "清洁工", "cleaner"),
    "guard": ("秩序员", "保安", "安保", "门岗", "guard", "securityguard"),
    "supervisor": ("部门主管", "主管", "领班", "supervisor"),
    "manager": ("物业经理", "项目经理", "经理", "manager", "propertymanager"),
    "general_manager": ("总经理", "generalmanager"),
    "editor": ("内容编辑", "编辑", "editor"),
    "monitor": ("监督员", "监督", "monitor"),
    "owners_committee": ("业主委员会", "业委会", "ownerscommittee"),
}


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """The text as it is compared: its letters and digits in small letters, full-width ones as plain ones."""
    return re.sub(r"[^0-9a-z\u4e00-\u9fff√]", "", folded(text).lower())


def said(words: Words, text: str) -> str | None:
    """Which of some things a text says; None for none of them."""
    wanted = plain(text)
    return next((id for id, ways in words.items() if wanted in (*map(plain, ways), plain(id))), None)


def says(ways: tuple[str, ...], text: str) -> bool:
    """Whether a text is one of several ways of saying one thing."""
    return folded(text).strip().lower() in ways or (bool(plain(text)) and plain(text) in map(plain, ways))


def column_of(columns: Words, heading: str) -> str | None:
    """The column that a heading means; what stands in brackets behind it does not count."""
    return said(columns, re.sub(r"[（(【\[].*$", "", heading)) if heading else None
