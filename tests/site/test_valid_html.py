"""Every page is valid HTML: those of the site, and those made at run time, filled with invented data."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from generator.places import LANGUAGES, Places
from generator.samples import write_samples
from infra.local.places import NODE_MODULES, NPM_FOLDER
from infra.local.tools import find_npm


def test_every_page_is_valid_html(built: Places) -> None:
    write_samples(built)
    npm = find_npm()
    assert npm is not None, "the checks need Node: `make test` brings it"
    node = npm.with_name("node")
    command = [
        str(node),
        str(NODE_MODULES / "html-validate" / "bin" / "html-validate.mjs"),
        *("--config", str(NPM_FOLDER / "html-validate.cjs"), "--formatter", "json"),
        *map(str, sorted(built.site.rglob("*.html"))),
        *(str(built.samples / one) for one in sample_names(built.samples)),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout, done.stderr
    wrong = [
        f"{Path(page['filePath']).relative_to(built.root)}:{one['line']}: {one['ruleId']}: {one['message']}"
        for page in json.loads(done.stdout)
        for one in page["messages"]
    ]
    assert wrong == []


def sample_names(samples: Path) -> list[str]:
    """The pages made at run time, in both languages."""
    names = sorted(one.name for one in samples.glob("*.html"))
    assert {name.split(".")[-2] for name in names} == set(LANGUAGES)
    return names
