"""The generator's own small templates (in `html/`), filled from the rulebook."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chalicelib.domain.standards import Rulebook
from chalicelib.web import words

from .places import PREFIX


@cache
def _environment() -> Environment:
    folder = Path(__file__).parent / "html"
    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(words=words, limit_words=words.limit_words, promise_words=words.promise_words)
    return found


def render(name: str, rulebook: Rulebook, language: str, **more: object) -> str:
    """One template as HTML without blank lines, which Markdown would take for the end of the block."""
    environment = _environment()
    values = {
        "book": rulebook,
        "language": language,
        "zh": language == "zh",
        "prefix": PREFIX[language],
        "opens": f"{rulebook.calendar.opens:%H:%M}",
        "closes": f"{rulebook.calendar.closes:%H:%M}",
        **more,
    }
    return compact(environment.get_template(name).render(t=lambda text: text.in_language(language), **values))


def compact(html: str) -> str:
    """HTML that passes through Markdown untouched: no blank lines, no indentation."""
    return re.sub(r"\n\s*", "\n", html).strip()
