"""What search engines show below a page's title: its own description, or else the sentence that the page begins with."""

from __future__ import annotations

import json
import re

from .twins import split_front_matter

_LEAD = re.compile(r"^(?P<words>.+)\n\{ ?\.lead ?\}$", re.MULTILINE)
_HTML_LEAD = re.compile(r'<p class="lead">(?P<words>.*?)</p>', re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"<[^>]+>|[*`]")
LONGEST = 160


def with_description(text: str) -> str:
    """The page with a `description` in its front matter, where it has none but begins with a lead."""
    head, body = split_front_matter(text)
    found = _LEAD.search(body) or _HTML_LEAD.search(body)
    if re.search(r"^(?:description|frame):", head, re.MULTILINE) or found is None:
        return text
    words = " ".join(_MARKS.sub("", _LINK.sub(r"\1", found["words"])).split())
    if len(words) > LONGEST:
        words = words[: LONGEST - 1].rstrip() + "…"
    return f"---\n{head}description: {json.dumps(words, ensure_ascii=False)}\n---\n{body}"
