"""What is filed: one definition for the page, the check of the post and OpenAPI.

Which questions a form has, in which order, with which limits and choices stands in :mod:`chalicelib.web.form_view` (the page
is made of it) and in docs/rulebook/forms (the words). The models here give them their types; what depends on the category
(a home for what is done in one, a place for shared parts) is checked against the same standards that the page shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

from msgspec import structs

from chalicelib.actions.file_case import excerpt_of
from chalicelib.domain.chain import canonical
from chalicelib.domain.filing import Report
from chalicelib.domain.keeping import Contact, home_and_place
from chalicelib.domain.standards import CaseKind, Rulebook, Standard, Text

from .fields import Choice, Telephone, Words, line
from .form_view import PLACE_SEPARATOR, WIDGETS
from .problems import invalid
from .said import Said, names_of, read


def _longest(field: str) -> int:
    return WIDGETS[field].max_length or 200


class Filing(Said, kw_only=True):
    """What every form asks."""

    category: Choice
    building: Choice
    home: line(_longest("home")) = None  # type: ignore[valid-type]
    what: Words
    name: line(_longest("name")) = None  # type: ignore[valid-type]
    phone: Telephone
    updates: bool = False
    language: Literal["zh", "en"] = "zh"

    @property
    def location(self) -> str | None:
        """Where in the community, besides the home."""
        return None

    @property
    def visit(self) -> bool:
        """Whether the resident agreed to a visit right away (D2)."""
        return False


class RepairFiling(Filing, kw_only=True):
    """A repair."""

    place: line(_longest("place")) = None  # type: ignore[valid-type]

    @property
    def location(self) -> str | None:
        """Where in the community, besides the home."""
        place: str | None = self.place
        return place


class ComplaintFiling(RepairFiling, kw_only=True):
    """A complaint."""


class EnquiryFiling(Filing, kw_only=True):
    """An enquiry."""

    visit_agreed: bool = False

    @property
    def visit(self) -> bool:
        """Whether the resident agreed to a visit right away (D2)."""
        return self.visit_agreed


class ServiceFiling(EnquiryFiling, kw_only=True):
    """A service asked for (G1, G2, G4)."""


MODELS: Mapping[CaseKind, type[Filing]] = {
    "repair": RepairFiling,
    "complaint": ComplaintFiling,
    "enquiry": EnquiryFiling,
    "service": ServiceFiling,
}

_TICKED = frozenset({"yes", "on", "true", "1"})


def values_of_form(kind: CaseKind, fields: Mapping[str, str]) -> dict[str, Any]:
    """The values that a browser posted as the JSON that a program would have sent."""
    values: dict[str, Any] = {}
    for name, text in fields.items():
        if name in ("updates", "visit_agreed") and name in names_of(MODELS[kind]):
            values[name] = text in _TICKED if text else False
        else:
            values[name] = text
    return values


def read_filing(kind: CaseKind, values: Mapping[str, Any], book: Rulebook) -> Filing:
    """The filing that `values` make. Raises Problem (422) with a sentence for each field that cannot stay as it is."""
    filing, causes = read(MODELS[kind], values)
    errors = {name: error_words(book, kind, name, cause) for name, cause in causes.items()}
    standard = _category(kind, values.get("category"), book)
    if standard is None and "category" not in errors:
        errors["category"] = error_words(book, kind, "category", "unknown")
    _check_building(kind, values.get("building"), book, errors)
    if standard is not None:
        for name in wanted(standard, values):
            if name in names_of(MODELS[kind]) and _blank(values.get(name)) and name not in errors:
                errors[name] = error_words(book, kind, name, "missing")
    if errors or filing is None or standard is None:
        raise invalid(in_form_order(errors, kind, book))
    return _only_what_is_needed(filing, standard)


def wanted(standard: Standard, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that this category needs beyond those that all need."""
    if standard.place == "home" or (
        values.get("visit_agreed") is True and any(rule.starts == "visit_agreed" for rule in standard.clocks)
    ):
        return ("home",)
    return ("place",) if standard.place == "shared" else ()


_GENERAL: Mapping[str, Text] = {
    "missing": Text("这一项要填。", "This is needed."),
    "unknown": Text("没有这个选项，请重新选一次。", "There is no such choice. Please choose again."),
    "too_long": Text("写得太长了，请删短一些。", "That is too long. Please shorten it."),
    "invalid": Text("没有看懂这一项，请重新填一次。", "We could not read this. Please enter it again."),
    "unsound": Text(
        "这里有看不见的特殊符号，请重新输入，不要粘贴。",
        "There are invisible signs in this. Please type it instead of pasting.",
    ),
    "not_asked": Text("这里没有这一项，请去掉。", "There is no such field here. Please leave it out."),
}


def error_words(book: Rulebook, kind: CaseKind, field: str, cause: str) -> Text:
    """The sentence for a mistake: the rulebook's own for this field, otherwise a general one."""
    words = book.forms[kind].fields.get(field)
    known = words.errors if words is not None else {}
    return known.get(cause) or general_words(cause)


def general_words(cause: str) -> Text:
    """The sentence for a mistake in a field that the rulebook does not know."""
    return _GENERAL[cause]


def in_form_order(errors: Mapping[str, Text], kind: CaseKind, book: Rulebook) -> dict[str, Text]:
    """The errors in the order in which the form asks, the rest after them."""
    order = {name: at for at, name in enumerate(book.forms[kind].fields)}
    return dict(sorted(errors.items(), key=lambda item: order.get(item[0], len(order))))


def report_of(filing: Filing, book: Rulebook) -> tuple[Report, Contact]:
    """The report for the rules, and the personal part that is kept beside the case."""
    standard = book.standards[filing.category]
    community, _, building = filing.building.partition(PLACE_SEPARATOR)
    home: str | None = filing.home
    report = Report(
        community=community,
        building=building,
        category=filing.category,
        place="home" if standard.place == "home" or (standard.place == "any" and home) else "shared",
        words=filing.what,
        language=filing.language,
        tell_resident=filing.updates,
        visit_agreed=filing.visit,
    )
    where = home_and_place(home, filing.location)
    return report, Contact(filing.name, filing.phone, where, excerpt_of(filing.what))


def digest_of(values: object) -> str:
    """The digest of what is asked, by which a repeated key is known for the same request."""
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def _category(kind: CaseKind, id: object, book: Rulebook) -> Standard | None:
    standard = book.standards.get(id) if isinstance(id, str) else None
    return standard if standard is not None and standard.kind == kind and standard.choosable else None


def _check_building(kind: CaseKind, place: object, book: Rulebook, errors: dict[str, Text]) -> None:
    if "building" in errors or not isinstance(place, str):
        return
    community, _, building = place.strip().partition(PLACE_SEPARATOR)
    if community not in book.communities:
        errors["building"] = error_words(book, kind, "community", "unknown")
    elif building not in book.communities[community].buildings:
        errors["building"] = error_words(book, kind, "building", "unknown")


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _only_what_is_needed(filing: Filing, standard: Standard) -> Filing:
    """The filing without what its category does not ask for: a hidden field may still have been sent."""
    changes: dict[str, Any] = {}
    if filing.visit and not any(rule.starts == "visit_agreed" for rule in standard.clocks):
        changes["visit_agreed"] = False
    if standard.kind == "repair":
        changes["home" if standard.place == "shared" else "place"] = None
    return structs.replace(filing, **changes)
