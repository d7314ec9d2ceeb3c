"""A filing form as data: what is asked, in which words, with which widget. The build and the API render the same thing.

Words come from docs/rulebook/forms, choices from the standards and the communities; how a field is entered stands in `WIDGETS`.
Standard library and domain only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chalicelib.domain.standards import CaseKind, Community, FieldWords, Rulebook, Standard

FieldKind = Literal[
    "text", "textarea", "radios", "select", "checkbox", "tel", "hidden", "date", "datetime", "scores"
]

PLACE_SEPARATOR = "/"
"""Joins community and building in the value of the `building` field: "river-view/b1"."""

HONEYPOT = "website"
"""A field no person sees or fills; a filled one marks a robot."""


@dataclass(frozen=True)
class Option:
    """One choice. `group` is the heading it stands under, "" for none; `urgent` puts the telephone beside it."""

    value: str
    label: str
    hint: str = ""
    group: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class Field:
    """One question. `only_for` names the categories it is asked for (none: all); scripts hide it for the others.

    `id` is the element's id where a page has several forms with a field of this name; "" means the name.
    """

    name: str
    kind: FieldKind
    label: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    autocomplete: str = ""
    inputmode: str = ""
    width: str = ""
    required: bool = True
    max_length: int | None = None
    only_for: tuple[str, ...] = ()
    id: str = ""

    @property
    def element(self) -> str:
        """The id of the element that takes the answer."""
        return self.id or self.name


@dataclass(frozen=True)
class Telephone:
    """A number to call instead of writing: `place` is the community, by day and by night."""

    place: str
    day: str
    night: str
    community: str


@dataclass(frozen=True)
class Form:
    """A whole form; `values` and `errors` are by field name, so that a refused post comes back as it was sent.

    `known` are labels and values that are not asked, because the resident signed in; `sign_in` is where such a form is found.
    """

    id: CaseKind
    language: str
    title: str
    lead: str
    action: str
    fields: tuple[Field, ...]
    submit: str
    telephones: tuple[Telephone, ...] = ()
    photos: bool = False
    known: tuple[tuple[str, str], ...] = ()
    sign_in: str = ""

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((one for one in self.fields if one.name == name), None)


# How each field of docs/rulebook/forms is entered. `community` is asked together with `building`.
WIDGETS: Mapping[str, Field] = {
    "category": Field("category", "radios", ""),
    "building": Field("building", "select", "", width="wide"),
    "home": Field("home", "text", "", autocomplete="off", width="short", max_length=40),
    "place": Field("place", "text", "", autocomplete="off", width="wide", max_length=120),
    "what": Field("what", "textarea", "", max_length=2000),
    "name": Field("name", "text", "", autocomplete="name", width="medium", required=False, max_length=40),
    "phone": Field("phone", "tel", "", autocomplete="tel", inputmode="tel", width="medium", max_length=30),
    "updates": Field("updates", "checkbox", "", required=False),
    "visit_agreed": Field("visit_agreed", "checkbox", "", required=False),
}

_GROUPS = {
    "urgent": ("紧急", "Urgent"),
    "home": ("在您家里", "In your home"),
    "shared": ("公共部位", "Shared parts"),
    "any": ("", ""),
}


def filing_form(rulebook: Rulebook, kind: CaseKind, language: str, photo_store: bool = False) -> Form:
    """The form for repairs, complaints, enquiries or services. Raises KeyError for a field id that has no widget.

    `photo_store` says whether there is a place that takes photographs; without one the form does not ask for any.
    """
    words = rulebook.forms[kind]
    categories = rulebook.categories(kind)
    fields = [
        _field(rulebook, categories, field_words, language)
        for field_id, field_words in words.fields.items()
        if field_id != "community"
    ]
    return Form(
        id=kind,
        language=language,
        title=words.title.in_language(language),
        lead=words.intro.in_language(language),
        action=f"/api/file/{kind}",
        fields=tuple(fields),
        submit=words.submit.in_language(language),
        telephones=tuple(
            Telephone(one.name.in_language(language), one.day_phone, one.night_phone, one.id)
            for one in rulebook.communities.values()
        ),
        photos=photo_store and kind in ("repair", "complaint"),
        sign_in=f"/api/my/file/{kind}?lang={language}",
    )


def _field(rulebook: Rulebook, categories: Sequence[Standard], words: FieldWords, language: str) -> Field:
    field = replace(
        WIDGETS[words.id], label=words.label.in_language(language), hint=words.hint.in_language(language)
    )
    kind = categories[0].kind
    match words.id:
        case "category":
            return replace(field, options=_category_options(categories, language))
        case "building":
            places = (
                _building_option(community, building_id, language)
                for community in rulebook.communities.values()
                for building_id in community.buildings
            )
            return replace(field, options=tuple(places))
        case "home" if kind == "repair":
            return replace(field, only_for=tuple(one.id for one in categories if one.place == "home"))
        case "home":
            return replace(field, required=False)
        case "place":
            return replace(
                field, required=kind == "repair", only_for=_shared_ids(categories) if kind == "repair" else ()
            )
        case "visit_agreed":
            waiting = tuple(
                one.id for one in categories if any(rule.starts == "visit_agreed" for rule in one.clocks)
            )
            return replace(field, only_for=waiting)
        case _:
            return field


def _shared_ids(categories: Sequence[Standard]) -> tuple[str, ...]:
    return tuple(one.id for one in categories if one.place != "home")


def _category_options(categories: Sequence[Standard], language: str) -> tuple[Option, ...]:
    """The urgent ones first; then, by place, those of the home before the shared ones."""
    at = 1 if language == "en" else 0
    order = ("urgent", "home", "shared", "any")

    def group(one: Standard) -> str:
        return "urgent" if one.severity == "urgent" else one.place

    return tuple(
        Option(
            one.id,
            one.title.in_language(language),
            one.examples.in_language(language),
            _GROUPS[group(one)][at],
            one.severity == "urgent",
        )
        for one in sorted(categories, key=lambda one: order.index(group(one)))
    )


def _building_option(community: Community, building_id: str, language: str) -> Option:
    building = community.buildings[building_id]
    return Option(
        f"{community.id}{PLACE_SEPARATOR}{building_id}",
        building.name.in_language(language),
        group=community.name.in_language(language),
    )
