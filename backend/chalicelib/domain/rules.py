"""Who may do what in which state: one table; and whose complaints who sees. The handbook, the desk and the checks read this."""

from dataclasses import dataclass, replace

from .case import FINISHED, OPEN, Case, State
from .events import Actor, Role
from .keeping import Contact, Row, place_beside_home
from .refusals import Refused

HANDLERS = frozenset(
    {
        Role.DESK,
        Role.ASSISTANT,
        Role.TECHNICIAN,
        Role.CLEANER,
        Role.GUARD,
        Role.SUPERVISOR,
        Role.MANAGER,
        Role.GENERAL_MANAGER,
    }
)
STAFF = HANDLERS
# Who may hand a case to anybody, themselves included: they know whose complaint it is by their post.
HANDING_OVER = frozenset({Role.DESK, Role.ASSISTANT, Role.SUPERVISOR, Role.MANAGER, Role.GENERAL_MANAGER})
RESIDENT = frozenset({Role.RESIDENT})
SYSTEM = frozenset({Role.SYSTEM})
ANY_STATE = frozenset(State)


@dataclass(frozen=True, slots=True)
class Rule:
    """`roles` may use the verb while the case is in one of `states`; `zh` and `en` name the verb for people."""

    roles: frozenset[Role]
    states: frozenset[State]
    zh: str
    en: str


RULES: dict[str, Rule] = {
    "assign": Rule(
        HANDING_OVER,
        OPEN,
        "交给同事",
        "Hand over",
    ),
    "reply": Rule(HANDLERS, OPEN, "答复业主", "Answer the resident"),
    "arrive": Rule(HANDLERS, OPEN, "我到了", "I'm there"),
    "resolve": Rule(HANDLERS, OPEN, "办好了", "Done"),
    "pause": Rule(HANDLERS, OPEN, "暂停计时", "Pause the clocks"),
    "resume": Rule(HANDLERS, OPEN, "恢复计时", "Resume the clocks"),
    "appoint": Rule(HANDLERS, OPEN, "记下约定时间", "Note an appointment"),
    "agree_visit": Rule(HANDLERS, OPEN, "业主同意上门", "The resident agreed to a visit"),
    "ask_extension": Rule(HANDLERS, OPEN, "申请延期", "Ask for an extension"),
    "decide_extension": Rule(frozenset({Role.MANAGER}), OPEN, "批准或不批准延期", "Decide on an extension"),
    "pass_upward": Rule(HANDLERS - {Role.GENERAL_MANAGER}, OPEN, "上报", "Pass upward"),
    "join": Rule(
        frozenset({Role.DESK, Role.SUPERVISOR, Role.MANAGER}), OPEN, "并入另一张工单", "Join to another case"
    ),
    "propose": Rule(
        frozenset({Role.SUPERVISOR, Role.MANAGER}),
        OPEN,
        "转为业主大会提案",
        "Turn into a proposal to the owners",
    ),
    "tick": Rule(HANDLERS, OPEN, "勾上一步", "Tick a step"),
    "call_back": Rule(frozenset({Role.SUPERVISOR, Role.MANAGER}), FINISHED, "记下回访", "Note a call-back"),
    "note": Rule(STAFF, ANY_STATE, "内部备注", "Note for staff"),
    "add_work_photo": Rule(HANDLERS, OPEN | {State.RESOLVED}, "添加现场照片", "Add a photo of the work"),
    "urge": Rule(RESIDENT, OPEN, "催一下", "Urge"),
    "write": Rule(RESIDENT, OPEN | {State.RESOLVED}, "补充说明", "Write to us"),
    "withdraw": Rule(RESIDENT, OPEN, "不用了，撤回", "Withdraw"),
    "confirm": Rule(RESIDENT, frozenset({State.RESOLVED}), "确认办好了", "Confirm it is done"),
    "reopen": Rule(RESIDENT, FINISHED, "没办好，重新处理", "Not done: reopen"),
    "rate": Rule(RESIDENT, FINISHED, "评价", "Rate"),
    "add_photo": Rule(RESIDENT, OPEN, "添加照片", "Add a photo"),
    "enforce": Rule(SYSTEM, OPEN | {State.RESOLVED}, "到时提醒和上报", "Remind and escalate"),
    "draw_for_call": Rule(SYSTEM, FINISHED, "抽中回访", "Draw for a call-back"),
    "recompute": Rule(SYSTEM, OPEN, "日历公布后重算", "Recompute when the calendar is announced"),
}


def allow(verb: str, case: Case, actor: Actor) -> None:
    """Raises Refused when `actor` may not use `verb` on `case` as it stands."""
    rule = RULES[verb]
    if actor.role not in rule.roles:
        raise Refused("not_yours", {"verb": verb, "role": actor.role.value})
    if not _fits(verb, rule, case):
        raise Refused("not_now", {"verb": verb, "state": case.state.value})


def sees_contact(actor: Actor, case: Case) -> bool:
    """Whether name, telephone and home of the case's resident are shown to `actor`, as the privacy page says.

    They are to all who handle cases. A complaint may be about one of them: whose it is know those who take complaints and answer
    for them (A5, E2) and whoever has this very one, not everybody who works in the building. Monitors (L6) come from outside;
    they judge how cases are dealt with, not whose they are.
    """
    if actor.role is Role.SYSTEM:
        return True
    if actor.role not in HANDLERS:
        return False
    return case.kind != "complaint" or knows_complainants(actor) or case.in_charge == f"staff:{actor.id}"


def knows_complainants(actor: Actor) -> bool:
    """Whether `actor` is shown whose every complaint is; the others who handle cases only where they have it themselves."""
    return actor.role in HANDING_OVER


def contact_shown(actor: Actor, case: Case, contact: Contact) -> Contact:
    """What of a case's contact is shown to `actor`: all of it, or the place of the matter and the beginning of the words."""
    if sees_contact(actor, case):
        return contact
    return Contact(home=_place_shown(actor, case, contact.home), excerpt=contact.excerpt)


def row_shown(actor: Actor, row: Row) -> Row:
    """The row of a list as it is shown to `actor`. What is looked for is looked for in this one, so that nothing is found by what
    is not shown."""
    if sees_contact(actor, row.case):
        return row
    return replace(row, home=_place_shown(actor, row.case, row.home), home_id=None)


def _place_shown(actor: Actor, case: Case, said: str | None) -> str | None:
    """Where a complaint's matter is, without the home that it comes from; monitors are shown neither."""
    if actor.role not in HANDLERS or said is None:
        return None
    return said if case.place == "shared" else place_beside_home(said)


def open_to(case: Case, actor: Actor) -> tuple[str, ...]:
    """The verbs that `actor` may use now, in the table's order: the buttons of a page."""
    return tuple(v for v, rule in RULES.items() if actor.role in rule.roles and _fits(v, rule, case))


def _fits(verb: str, rule: Rule, case: Case) -> bool:
    """Whether the case is of a kind and in a state for the verb: owners decide on repairs alone (C9), only who was drawn and not
    asked yet is called back (E4), and after an incident the resident may say so themselves that it works again."""
    if verb == "propose" and case.kind != "repair":
        return False
    if verb == "confirm" and case.is_open:
        return case.incident_over
    if verb == "call_back" and (case.call_back is None or not case.call_back.pending or case.erased):
        return False
    return case.state in rule.states
