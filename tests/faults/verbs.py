"""Every verb of a person, each ready to be used on a case of its own: what must have happened before, and the call itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.actions.add_photo import note_photo
from chalicelib.actions.agree_visit import agree_visit
from chalicelib.actions.appoint import appoint
from chalicelib.actions.arrive import arrive
from chalicelib.actions.ask_extension import ask_extension
from chalicelib.actions.assign import assign
from chalicelib.actions.call_back import call_back
from chalicelib.actions.confirm import confirm
from chalicelib.actions.decide_extension import decide_extension
from chalicelib.actions.join import join
from chalicelib.actions.note import note
from chalicelib.actions.pass_upward import pass_upward
from chalicelib.actions.pause import pause
from chalicelib.actions.propose import propose
from chalicelib.actions.rate import rate
from chalicelib.actions.reopen import reopen
from chalicelib.actions.reply import reply
from chalicelib.actions.request import Done, Request, change_case
from chalicelib.actions.resolve import resolve
from chalicelib.actions.resume import resume
from chalicelib.actions.tick import tick
from chalicelib.actions.urge import urge
from chalicelib.actions.withdraw import withdraw
from chalicelib.actions.write import write
from chalicelib.domain.call_back import Answer
from chalicelib.domain.calling_back import draw_for_call
from chalicelib.domain.events import Role
from chalicelib.domain.photos import Photo
from chalicelib.domain.resting import Wait
from chalicelib.domain.standards import Rulebook
from chalicelib.storage import photos
from tests.cases import HOUR, MINUTE, TUESDAY_TEN, file_one, request

ANSWER = "已经联系师傅了，今天上午到。"
Act = Callable[[Request, str, str], Done]


@dataclass(frozen=True)
class Verb:
    """`act` on a case of `category` that went through the verbs named in `after`; `kind` is the event it leaves.

    `act` gets the request, the case's number and that of another open case of the same community.
    """

    name: str
    kind: str
    role: Role
    act: Act
    category: str = "C3"
    after: tuple[str, ...] = ()

    def request(self, book: Rulebook, minutes: int, key: str | None = None) -> Request:
        """Whoever may use the verb asks for it, some minutes after the filing, under a key."""
        return request(book, TUESDAY_TEN + minutes * MINUTE, self.role, person_in(book, self.role), key=key)


def person_in(book: Rulebook, role: Role) -> str:
    """Somebody of that role in the first community; "" for the resident."""
    people = next(iter(book.communities.values())).people.values()
    return next((person.id for person in people if person.role == role.value), "")


def _colleague(request: Request, number: str) -> str:
    file = request.store.load(number)
    assert file is not None
    people = request.book.communities[file.case.community].people
    return next(id for id in people if f"staff:{id}" != file.case.in_charge)


def _photo(number: str) -> Photo:
    return Photo(f"kept/{number}/{'0' * 32}.jpg", 40_000, "1" * 32)


def _first_step(request: Request, number: str) -> str:
    file = request.store.load(number)
    assert file is not None
    return file.case.steps[0]


R, T, M, S = Role.RESIDENT, Role.TECHNICIAN, Role.MANAGER, Role.SUPERVISOR
LATER = TUESDAY_TEN + timedelta(days=30)
VERBS = (
    Verb("assign", "assigned", S, lambda r, n, _: assign(r, n, _colleague(r, n))),
    Verb("reply", "replied", T, lambda r, n, _: reply(r, n, ANSWER)),
    Verb("arrive", "arrived", T, lambda r, n, _: arrive(r, n)),
    Verb("resolve", "resolved", T, lambda r, n, _: resolve(r, n, "换了新水龙头。")),
    Verb("pause", "paused", T, lambda r, n, _: pause(r, n, Wait.RESIDENT), after=("reply", "arrive")),
    Verb("resume", "resumed", T, lambda r, n, _: resume(r, n), after=("reply", "arrive", "pause")),
    Verb("appoint", "appointed", T, lambda r, n, _: appoint(r, n, TUESDAY_TEN + 50 * HOUR)),
    Verb("agree_visit", "visit_agreed", T, lambda r, n, _: agree_visit(r, n), "D2"),
    Verb(
        "ask_extension", "extension_asked", T, lambda r, n, _: ask_extension(r, n, "resolve", LATER, "缺件")
    ),
    Verb(
        "decide_extension",
        "extended",
        M,
        lambda r, n, _: decide_extension(r, n, True, "同意"),
        after=("ask_extension",),
    ),
    Verb(
        "refuse_extension",
        "extension_refused",
        M,
        lambda r, n, _: decide_extension(r, n, False, "不同意"),
        after=("ask_extension",),
    ),
    Verb("pass_upward", "passed_upward", T, lambda r, n, _: pass_upward(r, n, "要停水，请主管定。")),
    # A case without a clock may be joined to any: nothing that was promised comes later by it.
    Verb("join", "joined", S, lambda r, n, other: join(r, n, other), "C9"),
    Verb("propose", "proposed", M, lambda r, n, _: propose(r, n, "要动用维修资金。"), "C9"),
    Verb("tick", "ticked", T, lambda r, n, _: tick(r, n, _first_step(r, n)), "E7"),
    Verb("note", "noted", T, lambda r, n, _: note(r, n, "钥匙在门岗。")),
    Verb("urge", "urged", R, lambda r, n, _: urge(r, n)),
    Verb(
        "write",
        "wrote",
        R,
        lambda r, n, _: write(r, n, "现在有人在家了。"),
        after=("reply", "arrive", "pause"),
    ),
    Verb("withdraw", "withdrawn", R, lambda r, n, _: withdraw(r, n, "自己修好了。")),
    Verb("confirm", "confirmed", R, lambda r, n, _: confirm(r, n), after=("resolve",)),
    Verb("reopen", "reopened", R, lambda r, n, _: reopen(r, n, "又漏了。"), after=("resolve",)),
    Verb("rate", "rated", R, lambda r, n, _: rate(r, n, (5, 4, 5), "很快"), after=("resolve", "confirm")),
    Verb(
        "call_back",
        "called",
        S,
        lambda r, n, _: call_back(r, n, Answer.SATISFIED, "很快就有人来了"),
        "B4",
        after=("resolve", "confirm", "draw_for_call"),
    ),
    Verb(
        "hear_of_dissatisfaction",
        "called",
        S,
        lambda r, n, _: call_back(r, n, Answer.DISSATISFIED, "师傅没有收拾"),
        "B4",
        after=("resolve", "confirm", "draw_for_call"),
    ),
    Verb("add_photo", "photo_added", R, lambda r, n, _: note_photo(r, n, _photo(n), photos)),
    Verb(
        "add_work_photo",
        "photo_added",
        T,
        lambda r, n, _: note_photo(r, n, _photo(n), photos, "after"),
    ),
)
BY_NAME = {verb.name: verb for verb in VERBS}
# What the clock does before a person can do something.
_BEFORE = {
    "draw_for_call": Verb(
        "draw_for_call",
        "call_drawn",
        Role.SYSTEM,
        lambda r, n, _: change_case(r, n, lambda file: draw_for_call(file.case, r.by, "2026-11", LATER)),
    ),
}


def ready_for(verb: Verb, book: Rulebook, minutes: int = 0) -> str:
    """The number of a new case that waits for the verb."""
    plans = book.standards[verb.category].plans
    chosen = {"plan": plans[0].id} if plans else {}
    number = file_one(book, verb.category, TUESDAY_TEN + minutes * MINUTE, **chosen).number
    for place, name in enumerate(verb.after):
        before = BY_NAME.get(name) or _BEFORE[name]
        before.act(before.request(book, minutes + place + 1), number, "")
    return number
