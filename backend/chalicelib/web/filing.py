"""Filing a case: the forms of the site, their JSON twin, and what is promised if it is sent now."""

from __future__ import annotations

from typing import Any, cast

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.file_case import file_case
from chalicelib.actions.request import Done, KeyReused
from chalicelib.domain.keeping import CaseFile, Contact, RequestKey
from chalicelib.domain.promise import stamp
from chalicelib.domain.standards import CaseKind, Standard, Text

from . import body, forms, keys, limits, resources
from .access import open_to
from .answers import json_answer, page, see_other
from .attaching import attach_to_incidents
from .buttons import tracking_path
from .edge import ANY_TYPE, READ, WRITE
from .exchange import Exchange
from .form_view import HONEYPOT, PLACE_SEPARATOR, filing_form
from .pages import tracking_address
from .problems import Problem, invalid, key_reused, not_found
from .rendering import Filled, render
from .said import as_json
from .story import Reader

filing = Blueprint(__name__)

_SITE_ADDRESS = {"zh": "/file/{kind}/", "en": "/en/file/{kind}/"}
_OTHER = {"zh": ("en", "English"), "en": ("zh-CN", "中文")}


@filing.route("/file/{form}", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_form(asked: Exchange, form: str) -> Response:
    """A form of the site as a browser posts it: on to the receipt, or the form again with what has to be changed."""
    kind = _kind(form)
    along, fields = keys.posted(asked, keys.FIELD, HONEYPOT)
    try:
        if along.get(HONEYPOT):
            raise invalid(
                {
                    "": Text(
                        "有一格要留空的填上了字，请清空后再提交。",
                        "A field that stays empty was filled. Please clear it.",
                    )
                }
            )
        values = forms.values_of_form(kind, fields) | {"language": asked.language}
        filing_ = forms.read_filing(kind, values, wiring.rulebook())
        scope, what = _scope(filing_), as_json(filing_)
        done = _file(asked, filing_, keys.key_of_form(asked, scope, what, along.get(keys.FIELD)))
    except (Problem, KeyReused) as error:
        problem = key_reused() if isinstance(error, KeyReused) else error
        if problem.status not in (422, 429) or not asked.wants_html:
            raise problem from None
        return _refused(asked, kind, fields, along.get(keys.FIELD, ""), problem)
    if asked.wants_html:
        return see_other(f"{tracking_path(done.case.number)}/receipt")
    return answer_of_filing(asked, done)


@filing.route("/v1/cases", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_case(asked: Exchange) -> Response:
    """A case filed by a program; the category says whether it is a repair, a complaint, an enquiry or a service."""
    values = body.read_json(asked)
    asked.speak(values)
    book = wiring.rulebook()
    category = values.get("category")
    standard = book.standards.get(category) if isinstance(category, str) else None
    key_is_sound = keys.needed_key(asked, "", "")
    filing_ = forms.read_filing(
        standard.kind if standard and standard.kind in forms.MODELS else "repair", values, book
    )
    key = RequestKey(_scope(filing_), key_is_sound.key, forms.digest_of(as_json(filing_)), asked.at)
    return answer_of_filing(asked, _file(asked, filing_, key))


@filing.route("/v1/preview", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def preview(asked: Exchange) -> Response:
    """By when there will be an answer, a visit and a result, if it is filed now."""
    book = wiring.rulebook()
    standard = book.standards.get(body.query_value(asked, "category") or "")
    building = body.query_value(asked, "building") or ""
    community = body.query_value(asked, "community") or building.partition(PLACE_SEPARATOR)[0]
    if standard is None or not standard.choosable:
        raise invalid({"category": forms.error_words(book, "repair", "category", "unknown")})
    if community and community not in book.communities:
        raise invalid({"community": forms.error_words(book, standard.kind, "community", "unknown")})
    # Before the community is chosen the promise is the same in all of them that keep the same hours.
    community = community or next(iter(book.communities))
    starts = ("filing", "visit_agreed") if body.query_value(asked, "visit_agreed") == "yes" else ("filing",)
    clocks = stamp(book, community, standard.id, asked.at, starts)
    zone = book.communities[community].zone
    return json_answer(
        {
            "now": resources.written(asked.at),
            "category": standard.id,
            "clocks": resources.promise_resource(clocks, asked.at, zone),
            "words": resources.both(standard.counted),
        }
    )


def _kind(form: str) -> CaseKind:
    if form not in forms.MODELS:
        raise not_found()
    return cast(CaseKind, form)


def _scope(filing_: forms.Filing) -> str:
    """Whose key it is: one telephone's. Another resident's key is another key, even if it reads the same (G2)."""
    return f"file|{filing_.phone}"


def _file(asked: Exchange, filing_: forms.Filing, key: RequestKey) -> Done:
    limits.take_filing(asked, filing_.phone, key)
    report, contact = forms.report_of(filing_, wiring.rulebook())
    done = file_case(wiring.request_of_resident(asked.at, key), report, contact)
    if not done.repeated:
        attach_to_incidents(done.case, asked.at)
    return done


def answer_of_filing(asked: Exchange, done: Done, receipt: str | None = None) -> Response:
    """The answer to a filing, the same for every repetition of it: the case as it was filed, seen from that moment.

    `receipt` is the page to go on to, when it is not that of the secret link.
    """
    case = done.case
    reader = Reader(asked.language, False, case.opened, wiring.rulebook())
    file = CaseFile(case, Contact(), ())
    said: dict[str, Any] = resources.case_resource(file, reader, wiring.RESIDENT)
    del said["events"]
    path = tracking_path(case.number)
    answer = {
        "number": case.number,
        "link": path.rpartition("/")[2],
        "track": tracking_address(case.number),
        "receipt": receipt or f"{path}/receipt",
        "case": said,
    }
    return json_answer(answer, 201, {"Location": f"/api/v1/track/{path.rpartition('/')[2]}"})


def _refused(asked: Exchange, kind: CaseKind, fields: dict[str, str], key: str, problem: Problem) -> Response:
    """The form as it was sent, with what has to be changed (422)."""
    language = asked.language
    form = filing_form(wiring.rulebook(), kind, language, photo_store=wiring.photos.is_set_up())
    known = {field.name for field in form.fields}
    errors: dict[str, str] = {}
    for name, text in problem.errors.items():
        where = name if name in known else ""
        errors[where] = (
            text.in_language(language) if where else f"{name} {text.in_language(language)}".strip()
        )
    if not problem.errors:
        errors[""] = problem.detail.in_language(language)
        key = ""  # the key is spent: what is sent next is something new
    filled = Filled({name: text for name, text in fields.items() if name in known}, errors, key)
    content = render("refused_form.html", language, form=form, filled=filled, honeypot=HONEYPOT)
    title = ("出错：" if language == "zh" else "Error: ") + form.title
    other = "en" if language == "zh" else "zh"
    link = (_SITE_ADDRESS[other].format(kind=kind), *_OTHER[language])
    return page(asked, title, content, problem.status, problem.headers, other_language=link)


def standard_of(id: str) -> Standard:
    """The promise of that id. Raises Problem (404)."""
    standard = wiring.rulebook().standards.get(id)
    if standard is None:
        raise not_found()
    return standard
