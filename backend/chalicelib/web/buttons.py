"""What a reader may do with a case now, as the forms under it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib import wiring
from chalicelib.domain import links
from chalicelib.domain.calling_back import dealt_with
from chalicelib.domain.case import Case
from chalicelib.domain.change import By
from chalicelib.domain.charge import decides_for_manager
from chalicelib.domain.events import Actor
from chalicelib.domain.keeping import CaseFile
from chalicelib.domain.rules import HANDLERS, open_to
from chalicelib.domain.standards import Text

from .action_forms import ActionForm, action_form
from .form_view import Option
from .problems import Problem
from .ready_answers import ready_answers
from .story import Reader
from .words import CLOCK, ROLE


@dataclass(frozen=True)
class Tried:
    """A verb that was tried and not carried out, so that its form comes back as it was sent."""

    verb: str
    error: str = ""
    values: Mapping[str, str] | None = None
    errors: Mapping[str, str] | None = None


def tried_of(verb: str, fields: Mapping[str, str], problem: Problem, reader: Reader) -> Tried:
    """A verb that was refused: each mistake stands at its field, and the refusal above the form where no field is to blame."""
    errors = {name: reader.say(text) for name, text in problem.errors.items()}
    return Tried(verb, "" if errors else reader.say(problem.detail), fields, errors)


def as_tried(form: ActionForm, tried: Tried | None) -> ActionForm:
    """The form as it was sent, where it is the one that was tried."""
    if tried is None or tried.verb != form.verb:
        return form
    return replace(form, error=tried.error, values=tried.values, errors=tried.errors)


def tracking_path(number: str) -> str:
    """The path of the tracking page of a case on this origin."""
    return f"/api/track/{links.link_of(number, wiring.link_key())}"


def resident_forms(
    case: Case, reader: Reader, tried: Tried | None, path: str | None = None
) -> list[ActionForm]:
    """What a resident may do now, posted under `path`; without one, under the case's secret link."""
    path = path or tracking_path(case.number)
    verbs = [verb for verb in open_to(case, wiring.RESIDENT) if verb != "add_photo"]
    verbs = [verb for verb in verbs if verb != "rate" or case.rating is None]
    return [_form(verb, f"{path}/{verb}", case, reader, tried) for verb in verbs]


def hidden_fields(language: str) -> list[tuple[str, str]]:
    """What every form of a verb sends along: a key of its own, so that it counts once, and the language of the page."""
    return [("idempotency_key", str(uuid.uuid4())), ("language", language)]


def verbs_of_staff(file: CaseFile, actor: Actor, now: datetime) -> tuple[str, ...]:
    """What a member of staff may do now by their role, but for calling back about what they dealt with themselves; and decide on
    an extension where the manager, who is away, named them."""
    case = file.case
    verbs = open_to(case, actor)
    if "call_back" in verbs and dealt_with(file, actor.id):
        verbs = tuple(verb for verb in verbs if verb != "call_back")
    if case.asked is None or "decide_extension" in verbs:
        return verbs
    by = By(actor, now, "", wiring.duty.standing(case.community))
    if not decides_for_manager(case, wiring.rulebook().communities[case.community], by):
        return verbs
    return (*verbs, "decide_extension")


def staff_forms(file: CaseFile, reader: Reader, actor: Actor, tried: Tried | None) -> list[ActionForm]:
    """What a member of staff may do now."""
    case = file.case
    verbs = [
        verb
        for verb in verbs_of_staff(file, actor, reader.now)
        if verb not in ("add_work_photo", "tick") and _makes_sense(verb, case, reader)
    ]
    account = ("account", account_of(case.community, actor))
    forms = [_form(verb, f"/api/staff/cases/{case.number}/{verb}", case, reader, tried) for verb in verbs]
    return [
        replace(form, hidden=(*form.hidden, account), answers=ready_answers(form.verb, case, reader, actor))
        for form in forms
    ]


def account_of(community: str, actor: Actor) -> str:
    """Whose form it is: what one of staff did without a signal is never sent in another one's name."""
    return f"{community}/{actor.id}"


def _makes_sense(verb: str, case: Case, reader: Reader) -> bool:
    """Whether a button is worth showing: the rules would refuse the verb as the case stands otherwise."""
    running = [clock for clock in case.clocks if clock.running]
    match verb:
        case "reply" | "propose" if case.plan is not None:
            return False  # no resident waits for an answer to what staff filed
        case "resolve" if case.plan is not None:
            return len(case.ticked) == len(case.steps)
        case "resume":
            return case.paused is not None
        case "pause":
            return case.paused is None and bool(running) and all(c.kind != "reply" for c in running)
        case "decide_extension":
            return case.asked is not None
        case "ask_extension":
            return case.asked is None and bool(running)
        case "appoint":
            return any(clock.agreed for clock in running)
        case "agree_visit":
            waiting = {r.clock for r in reader.book.clock_rules(case.category) if r.starts == "visit_agreed"}
            return bool(waiting - {clock.kind for clock in case.clocks})
        case _:
            return True


def _form(verb: str, action: str, case: Case, reader: Reader, tried: Tried | None) -> ActionForm:
    """The form of a verb. Staff act on what they saw, so their form carries its version; a resident's word counts in any case."""
    people = reader.book.communities[case.community].people.values()
    handlers = {role.value for role in HANDLERS}
    options = {
        "person": tuple(
            Option(
                person.id,
                f"{reader.say(Text(person.name, person.name_en))}（{reader.say(ROLE[person.role])}）",
            )
            for person in people
            if person.role in handlers and case.in_charge != f"staff:{person.id}"
        ),
        "clock": tuple(
            Option(clock.kind, reader.say(CLOCK[clock.kind])) for clock in case.clocks if clock.running
        ),
    }
    hidden = hidden_fields(reader.language)
    if reader.staff:
        hidden.append(("seen", str(case.version)))
    return as_tried(action_form(verb, action, reader.language, hidden, options), tried)
