"""`make successor`: build the site with Zensical too, and say where its pages differ from those of MkDocs.

mkdocs-material ends in May 2027. The generator writes plain pages and a theme that both tools can read; this looks whether it is
still so. It may warn, it is not part of `make check`. Needs the site to be built.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from generator.built_pages import built_page
from generator.places import PREFIX
from generator.reading_pages import ReadPage
from infra.local.console import LocalProblem, run_as_command, say, step
from infra.local.places import BUILD, ROOT, SITE, VENV

CONFIGURATIONS = {"zh": "mkdocs.yml", "en": "mkdocs.en.yml"}
TARGET = BUILD / "successor"
# Empty pages that the generator fills and takes out of the built site, or fills from the notices.
FRAMES = {"frame/index.html", "notices/index.html"}


def main() -> int:
    """Build both languages and compare. Raises LocalProblem where the successor cannot build them."""
    if not (SITE / "en" / "index.html").is_file():
        raise LocalProblem("build the site first: make site")
    shutil.rmtree(TARGET, ignore_errors=True)
    with step("Building the site with Zensical into build/successor"):
        for language, name in CONFIGURATIONS.items():
            build(language, name)
    differences = compared(SITE, TARGET)
    for one in differences:
        say(f"   warning: {one}")
    pages = sum(1 for _ in TARGET.rglob("index.html"))
    say(f"{pages} pages; {len(differences) or 'none'} differ from those of MkDocs in what a reader reads.")
    return 0


def build(language: str, name: str) -> None:
    """Build one language, with the configuration moved beside the folders that it names."""
    base, _, navigation = (ROOT / CONFIGURATIONS["zh"]).read_text("utf-8").partition("\nnav:")
    # Zensical adds the lists of an inherited file up, so what both languages inherit has no navigation.
    (BUILD / "mkdocs.base.yml").write_text(moved(base), "utf-8")
    if language == "zh":
        own = f"INHERIT: mkdocs.base.yml\nnav:{navigation}"
    else:
        own = (ROOT / name).read_text("utf-8").replace("INHERIT: mkdocs.yml", "INHERIT: mkdocs.base.yml")
    target = (TARGET / PREFIX[language].strip("/")).relative_to(BUILD)
    configuration = BUILD / f"mkdocs.{language}.yml"
    configuration.write_text(f"{moved(own)}\nsite_dir: {target}\n", "utf-8")
    command = [str(VENV / "bin" / "zensical"), "build", "--strict", "-f", configuration.name]
    done = subprocess.run(
        command, cwd=BUILD, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"}
    )
    if done.returncode != 0:
        raise LocalProblem(f"Zensical could not build {name}:\n{done.stdout}{done.stderr}".rstrip())


def moved(configuration: str) -> str:
    """A configuration as it reads from within build/, without the folder to write to and without the hook."""
    left_out = ("site_dir:", "hooks:", "  - site/hook.py")
    return "\n".join(
        one for one in configuration.replace("build/", "").splitlines() if not one.startswith(left_out)
    )


def compared(site: Path, other: Path) -> list[str]:
    """What is missing or reads differently in the other folder, page by page."""
    found = []
    for path in sorted(other.rglob("index.html")):
        name = path.relative_to(other).as_posix()
        if name.removeprefix("en/") in FRAMES:
            continue
        if not (site / name).is_file():
            found.append(f"{name} is there with Zensical only")
        elif read(site / name) != read(path):
            found.append(f"{name} reads differently")
    made = {path.relative_to(other).as_posix() for path in other.rglob("index.html")}
    for path in sorted(site.rglob("index.html")):
        name = path.relative_to(site).as_posix()
        if not name.removeprefix("en/").startswith("notices/") and name not in made:
            found.append(f"{name} is missing with Zensical")
    return found


def read(path: Path) -> ReadPage:
    """A page as a reader takes it in: title, sections, words."""
    return built_page(path.read_bytes()).read


if __name__ == "__main__":
    run_as_command(main)
