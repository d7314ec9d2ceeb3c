"""The places on other pages that show notices: hazards on top of every page, news on the home page and the communities'.

They are filled after the site tool ran and are filled anew when a notice appears or ends, which needs no new build.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

_SLOT = re.compile(r"<!--notices:(?P<name>[a-z -]+)-->.*?<!--/notices-->", re.DOTALL)


def slot(name: str) -> str:
    """An empty place of this name: `top`, `home`, or `community` and its id."""
    return f"<!--notices:{name}--><!--/notices-->"


def filled(html: str, made: Callable[[str], str]) -> str:
    """The page with each of its places filled by `made(name)`."""
    return _SLOT.sub(
        lambda found: f"<!--notices:{found['name']}-->{made(found['name'])}<!--/notices-->", html
    )


def fill(path: Path, made: Callable[[str], str]) -> None:
    """Fill the places of a page that may be being served: it is replaced at once or not at all."""
    before = path.read_text("utf-8")
    after = filled(before, made)
    if after != before:
        unfinished = path.with_name(f"{path.name}.unfinished")
        unfinished.write_text(after, "utf-8")
        unfinished.replace(path)
