"""What only staff file: a breach of the rules of building and use (E6) and an emergency (E7), each with its plan."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.file_case import excerpt_of, file_case
from chalicelib.actions.request import Done, KeyReused
from chalicelib.domain.filing import Report
from chalicelib.domain.keeping import Contact
from chalicelib.domain.rules import HANDLERS
from chalicelib.domain.standards import Standard, Text

from . import body, forms, keys, resources, verbs
from .access import open_to
from .answers import json_answer, page, see_other
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .fields import Choice, Words, needed_line
from .form_view import Field, Option
from .page_views import Bar
from .problems import Problem, invalid, not_found
from .rendering import Filled, render
from .said import Said, as_json
from .staff_pages import bar_of, other_language, reader_of
from .story import Reader
from .words import promise_words

reports = Blueprint(__name__)

REPORT = "/api/staff/report"
WORKING = tuple(sorted(role.value for role in HANDLERS))
STANDARDS: Mapping[str, str] = {"breach": "E6", "emergency": "E7"}
"""The promise that is filed, by the last part of the address."""


class StaffReport(Said, kw_only=True):
    """A breach of the rules of building and use, or an emergency: which plan, which building, where, what."""

    plan: Choice
    building: Choice
    place: needed_line(120)  # type: ignore[valid-type]
    what: Words


@dataclass(frozen=True)
class ReportView:
    """The page on which staff file one. `promises` are what runs from then on; `told` who hears of it at once."""

    bar: Bar
    title: str
    lead: str
    promises: Sequence[str]
    action: str
    fields: Sequence[Field]
    submit: str
    urgent: bool


@reports.route("/staff/report/{form}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def show_report(asked: Exchange, session: wiring.Session, form: str) -> Response:
    """The form on which a breach or an emergency is filed."""
    return _page(asked, session, form, _standard(form))


@reports.route("/staff/report/{form}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def file_report(asked: Exchange, session: wiring.Session, form: str) -> Response:
    """What the form posts: on to the case, or the form again with what has to be changed."""
    standard = _standard(form)
    along, fields = keys.posted(asked, keys.FIELD)
    try:
        done = _report(asked, session, standard, verbs.values_of_form(fields), along.get(keys.FIELD), True)
    except (Problem, KeyReused) as error:
        problem = problem_for(asked, error)
        if problem.status != 422 or not asked.wants_html:
            raise
        errors = {name: text.in_language(asked.language) for name, text in problem.errors.items()}
        if not errors:
            errors = {"": problem.detail.in_language(asked.language)}
        return _page(asked, session, form, standard, Filled(fields, errors, along.get(keys.FIELD, "")))
    return see_other(f"/api/staff/cases/{done.case.number}")


@reports.route("/v1/staff/report/{form}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def post_report(asked: Exchange, session: wiring.Session, form: str) -> Response:
    """The JSON twin."""
    done = _report(asked, session, _standard(form), body.read_json(asked), None, False)
    file = wiring.cases.load(done.case.number)
    assert file is not None
    headers = {"Location": f"/api/v1/staff/cases/{done.case.number}"}
    return json_answer(resources.case_resource(file, reader_of(asked), session.actor), 201, headers)


def _standard(form: str) -> Standard:
    if form not in STANDARDS:
        raise not_found()
    return wiring.rulebook().standards[STANDARDS[form]]


def _report(
    asked: Exchange,
    session: wiring.Session,
    standard: Standard,
    values: Mapping[str, object],
    field: str | None,
    by_form: bool,
) -> Done:
    book = wiring.rulebook()
    said = verbs.validated(StaffReport, values)
    unknown = forms.general_words("unknown")
    errors: dict[str, Text] = {}
    if said.plan not in {plan.id for plan in standard.plans}:
        errors["plan"] = unknown
    if said.building not in book.communities[session.community].buildings:
        errors["building"] = unknown
    if errors:
        raise invalid(errors)
    scope = f"staff|{session.community}/{session.actor.id}"
    what = {"report": standard.id, "said": as_json(said)}
    key = keys.key_of_form(asked, scope, what, field) if by_form else keys.needed_key(asked, scope, what)
    request = wiring.request_of_staff(session.actor, session.community, asked.at, key)
    filed = Report(
        community=session.community,
        building=said.building,
        category=standard.id,
        place="shared",
        words=said.what,
        tell_resident=False,
        plan=said.plan,
    )
    contact = Contact(home=said.place, excerpt=excerpt_of(said.what))
    return file_case(request, filed, contact)


def _page(
    asked: Exchange,
    session: wiring.Session,
    form: str,
    standard: Standard,
    filled: Filled | None = None,
) -> Response:
    reader = reader_of(asked)
    address = f"{REPORT}/{form}"
    view = _view(form, standard, session, reader)
    content = render(
        "staff_report.html",
        reader.language,
        view=view,
        filled=filled or Filled(),
        key=keys.FIELD,
        hidden=_key(filled),
    )
    title = reader.say(Text("出错：", "Error: ")) + view.title if filled else view.title
    return page(asked, title, content, 422 if filled else 200, other_language=other_language(reader, address))


def _key(filled: Filled | None) -> str:
    return (filled.key if filled else "") or str(uuid.uuid4())


def _view(form: str, standard: Standard, session: wiring.Session, reader: Reader) -> ReportView:
    community = reader.book.communities[session.community]
    promises = [
        reader.say(promise_words(rule.clock, rule.limit)) for rule in reader.book.clock_rules(standard.id)
    ]
    titles: Mapping[str, Text] = {
        "breach": Text("登记违规搭建、改变用途", "File a breach of the rules"),
        "emergency": Text("登记突发事件", "File an emergency"),
    }
    plans = tuple(
        Option(
            plan.id,
            reader.say(plan.title),
            reader.say(
                Text("；".join(s.title.zh for s in plan.steps), "; ".join(s.title.en for s in plan.steps))
            ),
        )
        for plan in standard.plans
    )
    buildings = tuple(Option(one.id, reader.say(one.name)) for one in community.buildings.values())
    fields = (
        Field("plan", "radios", reader.say(Text("哪一种？", "Which?")), options=plans),
        Field(
            "building",
            "select",
            reader.say(Text("哪一栋楼，或者离得最近的一栋", "Building, or the nearest one")),
            options=buildings,
        ),
        Field(
            "place",
            "text",
            reader.say(Text("具体位置", "Where exactly")),
            reader.say(
                Text(
                    "例如：2 单元 18 层楼顶。只有员工看得到。", "For example: roof of entrance 2. Staff only."
                )
            ),
            max_length=120,
        ),
        Field("what", "textarea", reader.say(Text("看到了什么", "What was seen")), max_length=2000),
    )
    return ReportView(
        bar=bar_of(f"{REPORT}/{form}", session, reader),
        title=reader.say(titles[form]),
        lead=reader.say(standard.explanation),
        promises=promises,
        action=f"{REPORT}/{form}",
        fields=fields,
        submit=reader.say(Text("登记，开始计时", "File it: the clocks start")),
        urgent=standard.severity == "urgent",
    )
