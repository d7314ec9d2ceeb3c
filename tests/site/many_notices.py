"""Invented notices in any number, with words as various as real ones, to see how the search grows."""

from __future__ import annotations

import random

from generator.search_index import Document

_WHAT = [
    ("停水", "自来水公司抢修管道，请提前储水，来水后先放掉浑水再饮用。"),
    ("停电检修", "供电所更换变压器，电梯停用，请勿在此期间乘梯，并关好家用电器。"),
    ("电梯年检", "特种设备检验人员到场，逐台停梯检验，请走楼梯或换乘相邻单元。"),
    ("外墙清洗", "施工人员将从楼顶吊绳作业，请关好门窗，收起窗台上的花盆和晾晒的衣物。"),
    ("消防演练", "演练时警铃会响，请不要惊慌，欢迎到中心广场学习灭火器的用法。"),
    ("灭蚊消杀", "药剂低毒，请看好老人、儿童和宠物，两小时内不要触摸草坪灌木。"),
    ("物业费账单", "第四季度账单已经寄出，可以在前台、微信或银行缴纳，需要发票请带房号。"),
    ("垃圾分类", "厨余垃圾请破袋投放，大件家具提前预约，建筑垃圾自行联系清运车。"),
    ("元宵活动", "猜灯谜、包汤圆，每户限领一份小礼品，先到先得，雨天改到会所大厅。"),
    ("业主大会", "表决票送到信箱，请在截止以前填好投进票箱，候选人名单附后。"),
    ("台风预警", "大风黄色预警，请把阳台杂物搬进屋里，车辆不要停在树下和围墙旁边。"),
    ("快递柜搬迁", "旧柜停用，新柜在东门岗亭对面，取件码不变，超过三天会收保管费。"),
]
_SIGNS = "春夏秋冬东西南北花草树木山河湖海金银铜铁红黄蓝绿黑白高低长短新旧轻重快慢远近早晚内外上下左右前后开关进出来去买卖租借"


def notices(number: int, prefix: str = "/") -> list[Document]:
    """So many notices of a section each, the same ones at every call."""
    chance = random.Random(20261126)
    found = []
    for n in range(number):
        what, text = chance.choice(_WHAT)
        day = f"{chance.randint(1, 12)}月{chance.randint(1, 28)}日"
        place = f"{chance.randint(1, 40)}号楼{chance.randint(1, 3)}单元"
        various = "，".join(
            "".join(chance.choice(_SIGNS) for _ in range(chance.randint(4, 9)))
            for _ in range(chance.randint(8, 20))
        )
        others = "".join(chance.choice(_WHAT)[1] for _ in range(2))
        begin, end = chance.randint(6, 12), chance.randint(13, 22)
        body = (
            f"{place}各位邻居：{day}{begin}点到{end}点{what}。{text}{various}。{others}不明白的请打值班电话。"
        )
        found.append(
            Document(
                f"{prefix}notices/2026/{n}/", f"{day}{place}{what}", "通知", body, f"2026-11-{n % 28 + 1:02}"
            )
        )
    return found
