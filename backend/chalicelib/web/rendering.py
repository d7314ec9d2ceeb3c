"""Turns views into pages: Jinja2 templates, put into the frame that the site build left in `compiled/`.

The generator uses `render_form` at build time, so a form on the site and a refused form from the API are the same template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import words
from .form_view import HONEYPOT, Form

TITLE_MARK = "<!--frame:title-->"
CONTENT_MARK = "<!--frame:content-->"
NOW_MARK = '<div id="now"></div>'
LANGUAGE_LINK_MARK = "<!--frame:language-link-->"
_TOP = re.compile(r"(?<=<!--notices:top-->).*?(?=<!--/notices-->)", re.DOTALL)


@dataclass(frozen=True)
class Filled:
    """What was sent and what is wrong with it, by field name; `key` is the idempotency key to keep."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(words=words)
    return environment


def render(template: str, language: str, **values: object) -> str:
    """One template as HTML, without the frame. `zh` and `t(Text)` are there in every template."""
    return (
        _environment()
        .get_template(template)
        .render(language=language, zh=language != "en", t=lambda text: text.in_language(language), **values)
    )


def render_form(form: Form, filled: Filled | None = None) -> str:
    """A filing form, empty or as it was sent, with its error summary."""
    return render("form.html", form.language, form=form, filled=filled or Filled(), honeypot=HONEYPOT)


def in_frame(
    frame: str,
    title: str,
    content: str,
    other_language: tuple[str, str, str] | None = None,
    now: str = "",
) -> str:
    """A whole page. `content` is HTML already; `title` is text; `other_language` is (address, language code, its name).

    `now` is what goes on (HTML, incidents), which stands above it.
    """
    link = ""
    if other_language is not None:
        address, code, name = map(escape, other_language)
        link = f'<a class="header-link language-link" href="{address}" hreflang="{code}" lang="{code}">{name}</a>'
    return (
        frame.replace(NOW_MARK, f'<div id="now">{now}</div>')
        .replace(TITLE_MARK, escape(title))
        .replace(LANGUAGE_LINK_MARK, link)
        .replace(CONTENT_MARK, content)
    )


def with_top(frame: str, top: str) -> str:
    """The frame with these hazards (HTML, "" for none) on top of it instead of those that stand there."""
    return _TOP.sub(lambda _: top, frame)
