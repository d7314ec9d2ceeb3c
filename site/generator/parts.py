"""Takes pages apart for the checks. What many pages share is looked at once: a thousand notices have one frame."""

from __future__ import annotations

import re
from functools import lru_cache

from .notices.pages import BEGIN, END

_OWN = re.compile(
    rf"(<head>.*?</head>|<a class=\"header-link language-link\".*?</a>|{re.escape(BEGIN)}.*?{re.escape(END)})",
    re.DOTALL,
)


def parts_of(html: str) -> list[tuple[str, bool]]:
    """The page in pieces, in order: (HTML, whether other pages have the very same piece).

    Only pages of notices are cut; any other page is one piece of its own. Nothing is cut within a tag or a script.
    """
    if BEGIN not in html:
        return [(html, False)]
    return [(piece, at % 2 == 0) for at, piece in enumerate(_OWN.split(html))]


remembered = lru_cache(maxsize=64)
