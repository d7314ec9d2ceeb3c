"""The demonstration: cases of two communities, filed and worked on through the real actions, back-dated to the last days.

The people, homes and telephone numbers are invented; the numbers cannot be dialled.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib import wiring
from chalicelib.actions.accept_list import accept_list
from chalicelib.actions.admit_published import admit_published
from chalicelib.actions.approve_post import approve_post
from chalicelib.actions.arrive import arrive
from chalicelib.actions.ask_extension import ask_extension
from chalicelib.actions.attend_open_day import attend
from chalicelib.actions.confirm import confirm
from chalicelib.actions.decide_extension import decide_extension
from chalicelib.actions.file_case import excerpt_of, file_case
from chalicelib.actions.file_post import file_post
from chalicelib.actions.go_on_with_list import go_on_with_list
from chalicelib.actions.join import join
from chalicelib.actions.note import note
from chalicelib.actions.pause import pause
from chalicelib.actions.post_request import PostRequest
from chalicelib.actions.rate import rate
from chalicelib.actions.reopen import reopen
from chalicelib.actions.reply import reply
from chalicelib.actions.request import Request
from chalicelib.actions.resolve import resolve
from chalicelib.actions.send_list import send_list
from chalicelib.actions.urge import urge
from chalicelib.domain.case import Case
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.filing import Report
from chalicelib.domain.importing import Import, Sort
from chalicelib.domain.keeping import Contact
from chalicelib.domain.open_days import Noted, OpenDay, OpenDayBook, Visitor, answer, ask, book_slot
from chalicelib.domain.post import Content, Poster
from chalicelib.domain.posting import Place, usual_day
from chalicelib.domain.refusals import Refused
from chalicelib.domain.resting import Wait
from chalicelib.domain.standards import Community
from chalicelib.storage.home_search import Found

PHONE = "000-0000-0900"
# The homes of each building: room, and who lives there (name, relation, language, what is to be minded).
HOMES = (
    ("0501", (("安可演", "业主", "中文", ""), ("安小演", "家人", "中文", ""))),
    ("0502", (("Sam Demo", "租户", "英文", ""),)),
    ("0701", (("何守演", "业主", "中文", "宠物（有大狗，上门前先打电话）"),)),
)
# The first of these people: whoever tries the portal signs in with this number, and finds the code in the outbox.
FIRST_RESIDENT = "000-0000-1000"


@dataclass(frozen=True)
class Teller:
    """Tells the stories of one community; `now` is the moment of the first start."""

    community: Community
    now: datetime

    def ago(self, **span: float) -> datetime:
        """A moment so long before the start."""
        return self.now - timedelta(**span)

    def resident(self, at: datetime) -> Request:
        """The resident, at a moment."""
        return wiring.request_of_resident(at)

    def staff(self, role: Role, at: datetime) -> Request:
        """Someone of that role here, at a moment."""
        person = next(p for p in self.community.people.values() if p.role == role.value)
        return wiring.request_of_staff(Actor(role, person.id), self.community.id, at)

    def file(
        self, category: str, words: str, at: datetime, home: str, nth: int = 0, language: str = "zh"
    ) -> str:
        """Files a case in the nth building and gives its number."""
        buildings = list(self.community.buildings)
        standard = wiring.rulebook().standards[category]
        report = Report(
            community=self.community.id,
            building=buildings[nth % len(buildings)],
            category=category,
            place="shared" if standard.place == "shared" else "home",
            words=words,
            language=language,
        )
        name = "演示住户" if language == "zh" else "Demo Resident"
        return file_case(self.resident(at), report, Contact(name, PHONE, home, excerpt_of(words))).case.number

    def file_at_home(self, category: str, words: str, at: datetime) -> str:
        """Files as the first resident of the register does after signing in, and gives its number."""
        own = first_home(self.community)
        if own is None:
            return self.file(category, words, at, HOMES[0][0])
        member = own.members[0]
        report = Report(
            community=self.community.id,
            building=own.home.building,
            category=category,
            place="home",
            words=words,
            language=member.language,
            verified=True,
        )
        contact = Contact(member.name, member.phone, own.home.said, excerpt_of(words), own.home.id)
        return file_case(self.resident(at), report, contact).case.number


def first_home(community: Community) -> Found | None:
    """The first home of the demonstration; None where a list of the company's own took its place."""
    found = wiring.home_search.find(community.id, HOMES[0][0], 1)
    return found[0] if found and found[0].members else None


def fill() -> None:
    """Files the demonstration's cases in every community that has none yet, so that a first start that was cut off goes on."""
    now = wiring.now()
    for community in wiring.rulebook().communities.values():
        admit_published(wiring.accounts, community)
        settle(community, now)
        if not wiring.queues.count("queue", [community.id]):
            tell(Teller(community, now))
        posts, _ = wiring.posts.desk_list(community.id, "waiting", limit=1)
        if not posts:
            fill_board(community, now)
        fill_open_days(community, now)


def settle(community: Community, now: datetime) -> None:
    """A few homes with people in each building, where the register has none yet."""
    if wiring.home_search.find(community.id, HOMES[0][0], 1):
        return
    rows = ["楼栋,单元,房号,姓名,电话,关系,语言,需要留意"]
    numbers = iter(range(0 if community.id == next(iter(wiring.rulebook().communities)) else 50, 100))
    for building in community.buildings.values():
        unit = "1" if "-" in building.homes.en else ""
        for room, people in HOMES:
            for name, relation, language, needs in people:
                phone = f"000-0000-10{next(numbers):02}"
                rows.append(f"{building.id},{unit},{room},{name},{phone},{relation},{language},{needs}")
    content = "\n".join(rows).encode()
    since = now - timedelta(days=30)  # what they file is theirs to see from the day they came
    one = send_list(
        wiring.imports, wiring.rulebook(), community.id, Sort.HOMES, wiring.rows_of(content), "", since
    )
    one = _all_steps(accept_list(wiring.imports, _all_steps(one, since)), since)
    wiring.imports.remove(one.id)


def _all_steps(one: Import, at: datetime) -> Import:
    return go_on_with_list(wiring.imports, wiring.households, wiring.accounts, one, at, lambda: False)


def tell(here: Teller) -> None:
    """The stories of one community: one of each kind of life that a case can have."""
    # A leak an hour ago that nobody has come to: the next run of the check escalates it up to the general manager.
    here.file("C1", "厨房水槽下面的软管裂了，水一直在流，总阀关不紧。", here.ago(hours=1), "2 单元 302")

    # A bulb at the home of whoever tries the portal, answered and attended to, being worked on.
    bulb = here.file_at_home("C2", "客厅的顶灯不亮了，换过灯泡还是不亮。", here.ago(minutes=40))
    arrive(here.staff(Role.TECHNICIAN, here.ago(minutes=30)), bulb)
    note(here.staff(Role.TECHNICIAN, here.ago(minutes=25)), bulb, "整流器坏了，回库房取一个。")

    # A window in the stairwell: an extension asked for, approved and visible.
    window = here.file("C6", "三楼楼道的窗户关不上，下雨会进水。", here.ago(days=1), "三楼楼道", 2)
    reply(
        here.staff(Role.TECHNICIAN, here.ago(hours=22)),
        window,
        "已经看过：合页断了，要订新的。先用挡板挡住雨。",
    )
    until = next(c.due for c in _case(window).clocks if c.kind == "resolve") + timedelta(days=3)
    ask_extension(
        here.staff(Role.TECHNICIAN, here.ago(hours=20)), window, "resolve", until, "同款合页要三天后到货。"
    )
    decide_extension(here.staff(Role.MANAGER, here.ago(hours=19)), window, True, "同意。挡板每天检查一次。")

    # An extension that waits for the manager.
    wall = here.file(
        "C5", "地下车库入口的减速带松了，车过的时候很响。", here.ago(days=1, hours=3), "地下车库入口", 0
    )
    reply(here.staff(Role.TECHNICIAN, here.ago(days=1)), wall, "收到，螺栓已经订购。")
    until = next(c.due for c in _case(wall).clocks if c.kind == "resolve") + timedelta(days=2)
    ask_extension(
        here.staff(Role.TECHNICIAN, here.ago(hours=2)), wall, "resolve", until, "厂家发货晚了两天。"
    )

    # A complaint, answered, waiting for the resident.
    noise = here.file("B4", "快递柜前总是堆满纸箱，轮椅过不去。", here.ago(hours=7), "1 单元 204", 0)
    reply(
        here.staff(Role.ASSISTANT, here.ago(hours=6)),
        noise,
        "抱歉给您添麻烦了，纸箱已清走。想请教您平时几点经过？我们安排人守着。",
    )
    if any(c.running for c in _case(noise).clocks):
        pause(here.staff(Role.ASSISTANT, here.ago(hours=6)), noise, Wait.RESIDENT, None)

    # The same burst main, reported twice: the second is joined to the first.
    main = here.file("C4", "小区南门路面往外冒水，越来越大。", here.ago(hours=3), "南门", 0)
    twin = here.file(
        "C4",
        "South gate: water is coming up through the road.",
        here.ago(hours=3, minutes=-6),
        "South gate",
        0,
        "en",
    )
    arrive(here.staff(Role.TECHNICIAN, here.ago(hours=3, minutes=-8)), main)
    join(here.staff(Role.DESK, here.ago(hours=2, minutes=40)), twin, main)

    # Theirs too: done, confirmed and rated.
    lock = here.file_at_home("C2", "入户门锁转不动，钥匙拔不出来。", here.ago(days=2))
    arrive(here.staff(Role.TECHNICIAN, here.ago(days=2) + timedelta(minutes=11)), lock)
    resolve(
        here.staff(Role.TECHNICIAN, here.ago(days=2) + timedelta(minutes=50)),
        lock,
        "锁芯换好了，新钥匙三把已交给您。",
    )
    confirm(here.resident(here.ago(days=1, hours=20)), lock)
    rate(here.resident(here.ago(days=1, hours=20)), lock, (5, 5, 4), "来得很快。")

    # Done, but it was not: reopened.
    drip = here.file("C3", "卫生间天花板渗水，墙皮鼓起来了。", here.ago(days=3), "2 单元 702", 1)
    arrive(here.staff(Role.TECHNICIAN, here.ago(days=3) + timedelta(minutes=12)), drip)
    resolve(here.staff(Role.TECHNICIAN, here.ago(days=2)), drip, "楼上地漏重新密封了。")
    reopen(here.resident(here.ago(hours=5)), drip, "昨晚又开始滴水。")

    # An enquiry just sent, and one that waits and was urged.
    here.file("D1", "周末幼儿园门口能不能临时停车接孩子？", here.ago(minutes=4), "1 单元 803", 1)
    bill = here.file("D4", "想给孩子办居住证，要哪些材料，去哪里办？", here.ago(hours=20), "4 单元 601", 2)
    urge(here.resident(here.ago(hours=1)), bill)
    # What may only become a proposal of the owners.
    here.file("C9", "希望给没有电梯的三号楼加装电梯。", here.ago(days=1), "三号楼", 2)


# category, title, text, price, days ago: all but the last are public.
_POSTS = (
    (
        "lost-and-found",
        "捡到一串钥匙",
        "今天早上在南门花坛边捡到，三把钥匙，一个蓝色小熊挂件。说出另外两个挂件就还给您。",
        None,
        0.1,
    ),
    (
        "to-let",
        "两居室出租，朝南",
        "85 平方米，六楼有电梯，家电齐全，随时看房。\n希望租一年以上，不养大型犬。",
        "4200",
        0.9,
    ),
    (
        "sharing-rides",
        "早上 7:40 去高新区，还有两个座位",
        "周一到周五，走绕城高速，8:20 前到软件园。",
        "8",
        1.6,
    ),
    ("second-hand", "儿童自行车 16 寸", "孩子长高了，骑了一年，刹车和链条都好的，送头盔。", "120.50", 2.4),
    (
        "lend-and-help",
        "Lending a drill and a ladder",
        "A cordless drill with bits and a 2 m ladder, for a day or two. Just bring them back clean.",
        None,
        3.3,
    ),
    ("for-sale", "地下车位出售，B2 层", "靠近三号楼电梯，产权手续齐全，价格可以谈。", None, 5.0),
    ("wanted", "求租一个储藏室", "放两辆自行车和换季的衣服，五平方米左右就够。", "200", 0.05),
)


def fill_board(community: Community, now: datetime) -> None:
    """Posts of the info board: public ones of every sort, and one that waits for the desk."""
    board = wiring.rulebook().board
    desk = next(person for person in community.people.values() if person.role == "desk")

    def request(actor: Actor, at: datetime) -> PostRequest:
        return PostRequest(actor, at, wiring.posts, lambda file: True)

    for nth, (id, title, text, price, days) in enumerate(reversed(_POSTS)):
        category = board.category(id)
        if category is None:
            continue  # a category that staff took out of the rulebook
        at = now - timedelta(days=days)
        content = Content(
            category=id,
            title=title,
            text=text,
            price=Decimal(price) if price is not None and category.price else None,
            contact=PHONE,
            until=usual_day(category, at, community.zone),
        )
        place = Place(community.id, community.zone, "zh")
        poster = Poster(PHONE, None)
        done = file_post(request(wiring.RESIDENT, at), place, content, poster)
        if nth:
            approve_post(request(Actor(Role.DESK, desk.id), at + timedelta(minutes=20)), done.post.id)


def _case(number: str) -> Case:
    found = wiring.cases.load(number)
    if found is None:
        raise LookupError(number)
    return found.case


def fill_open_days(community: Community, now: datetime) -> None:
    """On an open day to come: one slot taken, one question answered, one that waits."""
    own = first_home(community)
    if own is None:
        return
    visitor = Visitor(own.home.id, own.members[0].id)
    for day in wiring.rulebook().open_days:
        if day.community != community.id or wiring.open_days.load(day.id).version:
            continue

        def noted(before: OpenDayBook, day: OpenDay = day) -> Noted:
            booked = book_slot(
                before, day, community.zone, f"{day.slots[1]:%H:%M}", visitor, now, f"demo-{day.id}"
            )
            book = ask(
                booked.book, day, community.zone, "地下车库的灯太暗，什么时候换？", visitor, now, "demo-1"
            ).book
            book = answer(book, "demo-1", "已经排进下个月的计划，先换 B2 层的弯道。").book
            book = ask(book, day, community.zone, "儿童乐园的沙坑多久换一次沙？", visitor, now, "demo-2").book
            return Noted(book, booked.messages)

        with contextlib.suppress(Refused):  # a day that is over has nothing to show
            attend(wiring.open_days, day, noted)
