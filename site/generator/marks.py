"""Puts tables, forms and telephones into pages that people write.

A page asks for one with a line of its own: `<!-- shounuo: promises repair -->`. Within a sentence
`<!-- shounuo: limit C1 arrive -->` becomes the limit in words. An unknown mark stops the build, so that no page is ever
published with a hole in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chalicelib.domain.standards import Rulebook
from chalicelib.web.form_view import filing_form
from chalicelib.web.rendering import render_form
from chalicelib.web.words import promise_words

from .counted_examples import EXAMPLES, counted_example
from .handbook_pictures import PICTURES, handbook_picture
from .headers import upload_origin
from .notices.slots import slot
from .places import PREFIX, Language, SiteError
from .promise_pages import by_section
from .specimens import SPECIMENS, specimen, tokens
from .templates import compact, render
from .walk import steps_of_a_leak

_MARK = re.compile(r"^<!-- shounuo: ([a-z_-]+)(?: ([a-z_-]+))? -->$", re.MULTILINE)
_LIMIT = re.compile(r"<!-- shounuo: limit ([A-Z]\d{1,2}) (reply|arrive|resolve) -->")
_ANY = re.compile(r"shounuo:")
_FORMS = ("repair", "complaint", "enquiry", "service")
_KINDS = (*_FORMS, "breach", "emergency")


def fill_marks(text: str, where: str, rulebook: Rulebook, language: Language) -> str:
    """The page with every mark replaced. Raises SiteError that names the page and the mark."""

    def replaced(match: re.Match[str]) -> str:
        name, detail = match[1], match[2]
        maker = _MAKERS.get(name)
        if maker is None:
            raise SiteError(f"{where} 里的标记“{match[0]}”不认识；可以用的有：{'、'.join(_MAKERS)}。")
        kinds = {
            "promises": _KINDS,
            "form": _FORMS,
            "commitments": tuple(rulebook.families),
            "picture": tuple(PICTURES),
            "specimen": tuple(SPECIMENS),
        }.get(name, (detail,))
        if detail not in kinds:
            raise SiteError(f"{where} 里的标记“{match[0]}”要写明是哪一类：{'、'.join(map(str, kinds))}。")
        if name == "example" and detail not in EXAMPLES:
            raise SiteError(f"{where} 里的标记“{match[0]}”要写明是哪种数法：{'、'.join(EXAMPLES)}。")
        return maker(rulebook, language, detail or "")

    def limit(match: re.Match[str]) -> str:
        known = rulebook.standards.get(match[1])
        rule = next((one for one in known.clocks if one.clock == match[2]), None) if known else None
        if rule is None:
            raise SiteError(f"{where} 里的标记“{match[0]}”要写有这种时限的承诺，例如 C1 arrive。")
        words = promise_words(rule.clock, rule.limit, rule.agreed).in_language(language)
        return words[0].lower() + words[1:]

    filled = _LIMIT.sub(limit, _MARK.sub(replaced, text))
    if stray := _ANY.search(filled):
        line = filled[: stray.start()].count("\n") + 1
        raise SiteError(
            f"{where} 第 {line} 行附近有一个写得不对的标记；应当独占一行，写成 <!-- shounuo: 名称 -->。"
        )
    return filled


def _form(rulebook: Rulebook, language: Language, kind: str) -> str:
    return compact(render_form(filing_form(rulebook, kind, language, photo_store=bool(upload_origin()))))


def _template(name: str) -> Callable[[Rulebook, Language, str], str]:
    return lambda rulebook, language, detail: render(
        name, rulebook, language, detail=detail, prefix=PREFIX[language]
    )


def _family(rulebook: Rulebook, language: Language, detail: str) -> str:
    return render("commitments.html", rulebook, language, family=rulebook.families[detail])


def _all_promises(rulebook: Rulebook, language: Language, detail: str) -> str:
    return render("all_promises.html", rulebook, language, pages=by_section(rulebook))


def _walk(rulebook: Rulebook, language: Language, detail: str) -> str:
    return render("walk.html", rulebook, language, steps=steps_of_a_leak(rulebook))


_MAKERS: dict[str, Callable[[Rulebook, Language, str], str]] = {
    "promises": _template("promises.html"),
    "commitments": _family,
    "all-promises": _all_promises,
    "leak": _walk,
    "prices": _template("prices.html"),
    "open-days": _template("open_days.html"),
    "emergency-calls": _template("emergency_calls.html"),
    "ladders": _template("ladders.html"),
    "counting": _template("counting.html"),
    "calendar": _template("calendar.html"),
    "urgent": _template("urgent.html"),
    "tiles": _template("tiles.html"),
    "highlights": _template("highlights.html"),
    "communities": _template("communities.html"),
    "telephones": _template("telephones.html"),
    "search": _template("search.html"),
    "board": _template("board.html"),
    "form": _form,
    "example": counted_example,
    "picture": handbook_picture,
    "specimen": specimen,
    "tokens": lambda rulebook, language, detail: tokens(language),
    "notices": lambda rulebook, language, detail: f"<div>{slot('home')}</div>",
}
