"""Which home a resident looks at, what of it is theirs to see, and the addresses of its pages.

A home is named in an address by its place among one's own (`home=2`), never by what it is called. What is seen of it begins when
the member came: whoever lived there before has told nothing to whoever came after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from chalicelib import wiring
from chalicelib.domain.case import Case
from chalicelib.domain.households import Membership
from chalicelib.domain.keeping import CaseFile, Contact
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Text

from . import body, resources
from .exchange import Exchange
from .fields import CASE_NUMBER
from .my_views import FILE, CaseCard, Frame, HomeChoice, MessageView, Rows, case_card, home_choice
from .problems import not_found
from .story import Reader
from .words import moment_words

BASE = "/api/my"
HOME, HISTORY, MESSAGES, DATA = BASE, f"{BASE}/history", f"{BASE}/messages", f"{BASE}/data"
CASES, FILING, POSTS = f"{BASE}/cases", f"{BASE}/file", f"{BASE}/posts"
OPEN_DAYS = f"{BASE}/open-days"
DELETION = f"{DATA}/deletion"
LEAVE = f"{BASE}/session/end"
PAGE = 10
LINK_MARK = "[link]"  # stands in a message where its link was, until the page makes a link of it
RECENT = 5

_WAYS = (
    (HOME, Text("我的家", "My home")),
    (HISTORY, Text("历史", "History")),
    (MESSAGES, Text("消息", "Messages")),
    (POSTS, Text("信息栏", "My posts")),
    (OPEN_DAYS, Text("开放日", "Open day")),
    (DATA, Text("资料", "My data")),
)


@dataclass(frozen=True)
class Mine:
    """One of the resident's homes, as they look at it now; `index` is its place among them, from 1."""

    resident: wiring.ResidentSession
    homes: tuple[Membership, ...]
    index: int
    reader: Reader
    named_language: bool

    @classmethod
    def of(cls, asked: Exchange, resident: wiring.ResidentSession, index: int | None = None) -> Mine:
        """The home that the address names, the first one without. Raises Problem (404) for one that is not theirs."""
        named = asked.asked_language is not None
        asked.asked_language = asked.asked_language or resident.language
        homes = sorted_homes(resident)
        if index is None:
            said = body.query_value(asked, "home", 3) or "1"
            index = int(said) if said.isascii() and said.isdigit() else 0
        if not 1 <= index <= len(homes):
            raise not_found()
        reader = Reader(asked.language, False, asked.at, wiring.rulebook())
        return cls(resident, homes, index, reader, named)

    @classmethod
    def with_case(
        cls, asked: Exchange, resident: wiring.ResidentSession, number: str
    ) -> tuple[Mine, CaseFile]:
        """The case and the home it belongs to. Raises Problem (404) for any other, and for one from before their time."""
        file = wiring.cases.load(number) if CASE_NUMBER.fullmatch(number) else None
        for index, one in enumerate(sorted_homes(resident), 1) if file else ():
            if file and is_theirs(file, one):
                return cls.of(asked, resident, index), file
        raise not_found()

    @property
    def membership(self) -> Membership:
        """The home and the resident's part in it."""
        return self.homes[self.index - 1]

    def index_of(self, one: Membership) -> int:
        """The place of one of the homes among them."""
        return self.homes.index(one) + 1

    def say(self, zh: str, en: str) -> str:
        """The words in the reader's language."""
        return self.reader.say(Text(zh, en))

    def to(self, path: str, index: int | None = None, **query: str) -> str:
        """The address of a page of this home, or of the one at `index`."""
        index = index or self.index
        if index > 1:
            query["home"] = str(index)
        if self.named_language and self.reader.language != self.resident.language:
            query["lang"] = self.reader.language
        return f"{path}?{urlencode(query)}" if query else path

    def other(self, path: str) -> tuple[str, str, str]:
        """The way to the same page in the other language."""
        code, name, lang = (
            ("en", "English", "en") if self.reader.language == "zh" else ("zh-CN", "中文", "zh")
        )
        query = {"lang": lang} | ({"home": str(self.index)} if self.index > 1 else {})
        return f"{path}?{urlencode(query)}", code, name

    def now(self) -> tuple[Rows, Rows]:
        """The open cases of the home, the soonest due first, and the last few of the others: two queries and one batch."""
        home = self.membership
        key = home.community, home.home.id, home.member.since
        open_ones = wiring.home_cases.open_ones(*key)
        latest, _ = wiring.home_cases.page(*key, limit=RECENT)
        found = wiring.cases.heads(dict.fromkeys((*open_ones, *latest)))
        opened = [found[number] for number in open_ones if number in found]
        opened.sort(key=lambda row: (row[0].due is None, row[0].due or row[0].opened))
        recent = [found[number] for number in latest if number in found and number not in open_ones]
        return opened, recent

    def page(self, after: str | None) -> tuple[Rows, str | None]:
        """A page of all cases of the home, the newest first, and where the next one begins."""
        home = self.membership
        numbers, cursor = wiring.home_cases.page(home.community, home.home.id, home.member.since, after, PAGE)
        found = wiring.cases.heads(numbers)
        return [found[number] for number in numbers if number in found], cursor

    def card(self, case: Case, contact: Contact) -> CaseCard:
        """A case in a list."""
        return case_card(case, contact, self.to(f"{CASES}/{case.number}"), self.reader)

    def row_json(self, case: Case, contact: Contact) -> dict[str, Any]:
        """A case in a list, for programs."""
        return {
            "number": case.number,
            "kind": case.kind,
            "category": case.category,
            "excerpt": contact.excerpt,
            "state": case.state.value,
            "opened": written(case.opened),
            "version": case.version,
            "clocks": [resources.clock_resource(clock, self.reader) for clock in case.clocks],
        }

    def messages(self, rows: Rows) -> list[MessageView]:
        """What was sent to the resident about these cases, the latest first."""
        found = []
        for case, _ in rows:
            address = self.to(f"{CASES}/{case.number}")
            zone = self.reader.book.communities[case.community].zone
            for message, at in wiring.outbox.sent(case.number):
                if message.to != f"resident:{case.number}":
                    continue
                said = wiring.said_to_resident(message, case, self.reader.language, LINK_MARK)
                if said is not None:
                    when = self.reader.say(moment_words(at, self.reader.now, zone))
                    before, _, after = said[1].partition(LINK_MARK)
                    view = MessageView(when, written(at), said[0], before, after, case.number, address)
                    found.append((at, view))
        return [view for _, view in sorted(found, key=lambda one: one[0], reverse=True)]

    def ways_to_file(self) -> list[tuple[str, str, str]]:
        """The three forms: label, what for, address."""
        return [
            (self.reader.say(label), self.reader.say(line), self.to(f"{FILING}/{kind}"))
            for kind, label, line in FILE
        ]

    def hello(self) -> str:
        """The name by which the register knows the resident."""
        return self.say(f"您好，{self.membership.member.name}", f"Hello, {self.membership.member.name}")

    def choice(self, index: int, path: str = HOME) -> HomeChoice:
        """The home at `index` with the address of its page."""
        home = self.homes[index - 1].home
        return home_choice(home, self.to(path, index), index == self.index, self.reader)

    def where(self, index: int) -> str:
        """The home at `index` with its community, as one line."""
        one = self.choice(index)
        return self.say(f"{one.name}（{one.place}）", f"{one.name} ({one.place})")

    def frame(self, path: str) -> Frame:
        """What stands around the page at `path`."""
        return Frame(
            language=self.reader.language,
            now_iso=written(self.reader.now),
            home=self.choice(self.index, path),
            homes=[self.choice(index, path) for index in range(1, len(self.homes) + 1)],
            ways=[(self.reader.say(label), self.to(way), way == path) for way, label in _WAYS],
            leave_action=LEAVE,
        )


def sorted_homes(resident: wiring.ResidentSession) -> tuple[Membership, ...]:
    """The homes behind a telephone, in an order that stays; where it stands for two people of a home, whoever came first."""
    homes: dict[tuple[str, str], Membership] = {}
    for one in sorted(resident.memberships, key=lambda one: (one.member.since, one.member.id)):
        homes.setdefault((one.community, one.home.id), one)
    return tuple(homes[key] for key in sorted(homes))


def is_theirs(file: CaseFile, one: Membership) -> bool:
    """Whether a member of a home may know of a case: it is the home's, and was filed in their time."""
    return (
        file.case.community == one.community
        and file.contact.home_id == one.home.id
        and file.case.opened >= one.member.since
    )
