"""Runs the site tool, once for each language.

The new site is made in a folder of its own and then put in place, so that a site that is being served is never half there,
and a mistake in a page leaves the last good site standing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import PREFIX, Places, SiteError

CONFIGURATIONS = {"zh": "mkdocs.yml", "en": "mkdocs.en.yml"}
# Tells the hook of the site tool (site/hook.py) that what it would write is written.
STAGED = "SHOUNUO_STAGED"
_MKDOCS = (sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet")


def build_both(places: Places) -> None:
    """Build both sites strictly, side by side: any warning is an error. Raises SiteError with what the tool said.

    The pages are staged already. English is built beside the Chinese site and then put into it: MkDocs empties its folder.
    """
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", STAGED: "1"}
    beside = {"zh": places.site, "en": places.site.with_name(f"{places.site.name}-en")}
    tools = {
        language: subprocess.Popen(
            [*_MKDOCS, "-f", configuration, "-d", str(beside[language])],
            cwd=places.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for language, configuration in CONFIGURATIONS.items()
    }
    said = {language: tool.communicate()[0] for language, tool in tools.items()}
    for language, tool in tools.items():
        if tool.returncode != 0:
            raise SiteError(f"网站没有建成（{CONFIGURATIONS[language]}）：\n{said[language]}".rstrip())
    beside["en"].rename(places.site / PREFIX["en"].strip("/"))


def keep_what_is_used(places: Places) -> None:
    """Take away the theme's scripts and style sheets, which no page asks for, and the blank space between the tags of a page."""
    for prefix in PREFIX.values():
        shutil.rmtree(places.site / prefix.strip("/") / "assets", ignore_errors=True)
    frames = [places.compiled / f"frame.{language}.html" for language in PREFIX]
    for page in [*places.site.rglob("*.html"), *frames]:
        page.write_text(without_blank_space(page.read_text("utf-8")), "utf-8")


def without_blank_space(html: str) -> str:
    """The page without blank lines and indentation; what stands in <pre>, <textarea> and <script> stays as it is."""
    parts = re.split(r"(<(pre|textarea|script)\b.*?</\2>)", html, flags=re.DOTALL)
    kept = [
        part if n % 3 == 1 else re.sub(r"\s*\n\s*", "\n", part) for n, part in enumerate(parts) if n % 3 != 2
    ]
    return "".join(kept).lstrip()


@contextmanager
def in_the_making(places: Places) -> Iterator[Places]:
    """A folder of its own for a site that is being made; without an error it takes the place of the one that stands."""
    build = places.site.parent
    build.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="making-", dir=build) as folder:
        made = Places(places.root, f"{Path(folder).name}/site")
        yield made
        made.site.chmod(0o755)
        if places.site.exists():
            places.site.rename(Path(folder) / "before")
        made.site.rename(places.site)
