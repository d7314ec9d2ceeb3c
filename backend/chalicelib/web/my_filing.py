"""Filing by a resident who has signed in: home, name and telephone come from the register and are never asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.file_case import file_case
from chalicelib.actions.request import Done, KeyReused
from chalicelib.domain.households import Membership
from chalicelib.domain.keeping import RequestKey
from chalicelib.domain.standards import CaseKind, Rulebook, Text
from chalicelib.domain.telephones import hidden_middle

from . import body, forms, keys, limits
from .access import open_to
from .answers import page, see_other
from .attaching import attach_to_incidents
from .edge import ANY_TYPE, READ, WRITE
from .exchange import LANGUAGES, Exchange
from .filing import answer_of_filing
from .form_view import HONEYPOT, PLACE_SEPARATOR, Field, Form, Option, filing_form
from .my_home import CASES, FILING, Mine
from .problems import Problem, invalid, key_reused, not_found
from .rendering import Filled, render
from .said import as_json

my_filing = Blueprint(__name__)

HOME_OF = "home_of"
_FROM_THE_REGISTER = ("home", "name", "phone")
_NOT_YOURS = Text("请从列出来的房屋里选一个。", "Please choose one of the homes listed here.")
_WHICH_BUILDING = Text("公共部位在哪一栋", "Which building the shared part is in")
_WHICH_HOME = Text("哪一个家", "Which home")


@my_filing.route("/my/file/{form}", methods=READ, content_types=ANY_TYPE)
@open_to("resident")
def show_form(asked: Exchange, resident: wiring.ResidentSession, form: str) -> Response:
    """The form, without what we know."""
    kind = _kind(form)
    mine = Mine.of(asked, resident)
    own = f"{mine.membership.community}{PLACE_SEPARATOR}{mine.membership.home.building}"
    return _form_page(mine, asked, kind, Filled({HOME_OF: value_of(mine.membership), "building": own}))


@my_filing.route("/my/file/{form}", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_form(asked: Exchange, resident: wiring.ResidentSession, form: str) -> Response:
    """The form as it was posted: on to the case, or the form again with what has to be changed."""
    kind = _kind(form)
    mine = Mine.of(asked, resident)
    fields = body.read_form(asked)
    along, fields = keys.taken_out(fields, "language", keys.FIELD, HONEYPOT)
    if along.get("language") in LANGUAGES:
        asked.asked_language = along["language"]
        mine = Mine.of(asked, resident)
    try:
        if along.get(HONEYPOT):
            raise invalid(
                {
                    "": Text(
                        "有一格要留空的填上了字，请清空后再提交。", "Please clear the field that stays empty."
                    )
                }
            )
        values = forms.values_of_form(kind, fields) | {"language": asked.language}
        told = _told(mine, kind, values)
        key = keys.key_of_form(asked, told.scope, told.what, along.get(keys.FIELD))
        done = _file(asked, told, key)
    except (Problem, KeyReused) as error:
        problem = key_reused() if isinstance(error, KeyReused) else error
        if problem.status not in (422, 429) or not asked.wants_html:
            raise problem from None
        return _refused(mine, asked, kind, fields, along.get(keys.FIELD, ""), problem)
    path = mine.to(f"{CASES}/{done.case.number}", mine.index_of(told.membership), done="filed")
    return see_other(path) if asked.wants_html else answer_of_filing(asked, done, path)


@my_filing.route("/v1/my/cases", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_case(asked: Exchange, resident: wiring.ResidentSession) -> Response:
    """A case filed by a program for a resident; with one home `home_of` may be left out."""
    values = body.read_json(asked)
    asked.speak(values)
    mine = Mine.of(asked, resident)
    category = values.get("category")
    standard = wiring.rulebook().standards.get(category) if isinstance(category, str) else None
    sound = keys.needed_key(asked, "", "")
    kind = standard.kind if standard and standard.kind in forms.MODELS else "repair"
    told = _told(mine, kind, values)
    key = RequestKey(told.scope, sound.key, forms.digest_of(told.what), asked.at)
    done = _file(asked, told, key)
    path = mine.to(f"{CASES}/{done.case.number}", mine.index_of(told.membership), done="filed")
    return answer_of_filing(asked, done, path)


def _kind(form: str) -> CaseKind:
    if form not in forms.MODELS:
        raise not_found()
    return cast(CaseKind, form)


@dataclass(frozen=True)
class Told:
    """What a resident files, with whom and for which home."""

    filing: forms.Filing
    membership: Membership

    @property
    def scope(self) -> str:
        """Whose key it is: this telephone's at this home."""
        return f"file|{self.filing.phone}|{value_of(self.membership)}"

    @property
    def what(self) -> dict[str, Any]:
        """What is filed, by which a repetition is known."""
        return as_json(self.filing) | {HOME_OF: value_of(self.membership)}


def value_of(one: Membership) -> str:
    """How a form names a home."""
    return f"{one.community}{PLACE_SEPARATOR}{one.home.id}"


def _told(mine: Mine, kind: CaseKind, sent: Mapping[str, Any]) -> Told:
    """What was sent, with what the register knows put in. Raises Problem (422) for what is not asked or is no home of theirs."""
    book = wiring.rulebook()
    values = dict(sent)
    chosen = values.pop(HOME_OF, None)
    errors = {name: forms.general_words("not_asked") for name in _FROM_THE_REGISTER if name in values}
    found = [one for one in mine.homes if value_of(one) == chosen]
    if chosen in (None, "") and len(mine.homes) == 1:
        found = [mine.membership]
    if not found:
        errors[HOME_OF] = _NOT_YOURS
        found = [mine.membership]
    if errors:
        raise invalid(errors)
    one = found[0]
    own = f"{one.community}{PLACE_SEPARATOR}{one.home.building}"
    category = values.get("category")
    standard = book.standards.get(category) if isinstance(category, str) else None
    shared = kind == "repair" and standard is not None and standard.place == "shared"
    elsewhere = values.get("building") if shared else None
    if isinstance(elsewhere, str) and elsewhere.partition(PLACE_SEPARATOR)[0] not in ("", one.community):
        raise invalid({"building": forms.error_words(book, kind, "building", "unknown")})
    values["building"] = elsewhere or own
    values["phone"] = one.member.phone or ""
    values["home"] = one.home.said
    return Told(forms.read_filing(kind, values, book), one)


def _file(asked: Exchange, told: Told, key: RequestKey) -> Done:
    limits.take_filing(asked, told.filing.phone, key, known=True)
    member = told.membership.member
    report, contact = forms.report_of(told.filing, wiring.rulebook())
    report = replace(report, verified=True)
    contact = replace(contact, name=member.name, home_id=told.membership.home.id)
    done = file_case(wiring.request_of_resident(asked.at, key), report, contact)
    if not done.repeated:
        attach_to_incidents(done.case, asked.at)
    return done


def my_form(mine: Mine, book: Rulebook, kind: CaseKind) -> Form:
    """The form of a resident who is known: without home, name and telephone; the building only for shared parts."""
    language = mine.reader.language
    form = filing_form(book, kind, language, photo_store=wiring.photos.is_set_up())
    homes = tuple(Option(value_of(one), mine.where(at)) for at, one in enumerate(mine.homes, 1))
    several = len(homes) > 1
    fields = [Field(HOME_OF, "radios" if several else "hidden", mine.reader.say(_WHICH_HOME), options=homes)]
    place = form.field("place")
    for one in form.fields:
        if one.name == "building" and kind == "repair" and place is not None:
            communities = {home.community for home in mine.homes}
            near = tuple(o for o in one.options if o.value.partition(PLACE_SEPARATOR)[0] in communities)
            label = mine.reader.say(_WHICH_BUILDING)
            fields.append(replace(one, label=label, hint="", options=near, only_for=place.only_for))
        elif one.name not in ("building", *_FROM_THE_REGISTER):
            fields.append(one)
    member = mine.membership.member
    who = [] if several else [(mine.say("哪里", "Home"), homes[0].label)]
    who += [
        (mine.say("姓名", "Name"), member.name),
        (mine.say("电话", "Telephone"), hidden_middle(member.phone or "")),
    ]
    telephones = tuple(one for one in form.telephones if one.community in {h.community for h in mine.homes})
    return replace(
        form,
        action=f"{FILING}/{kind}",
        fields=tuple(fields),
        telephones=telephones,
        known=tuple(who),
        sign_in="",
    )


def _form_page(mine: Mine, asked: Exchange, kind: CaseKind, filled: Filled, status: int = 200) -> Response:
    form = my_form(mine, wiring.rulebook(), kind)
    content = render("refused_form.html", form.language, form=form, filled=filled, honeypot=HONEYPOT)
    title = (mine.say("出错：", "Error: ") if filled.errors else "") + form.title
    return page(asked, title, content, status, other_language=mine.other(f"{FILING}/{kind}"))


def _refused(
    mine: Mine, asked: Exchange, kind: CaseKind, fields: dict[str, str], key: str, problem: Problem
) -> Response:
    """The form as it was sent, with what has to be changed (422)."""
    known = {field.name for field in my_form(mine, wiring.rulebook(), kind).fields}
    errors: dict[str, str] = {}
    for name, text in problem.errors.items():
        said = mine.reader.say(text)
        errors[name if name in known else ""] = said if name in known else f"{name} {said}".strip()
    if not problem.errors:
        errors[""] = mine.reader.say(problem.detail)
        key = ""  # the key is spent: what is sent next is something new
    kept = {name: text for name, text in fields.items() if name in known}
    return _form_page(mine, asked, kind, Filled(kept, errors, key), problem.status)
