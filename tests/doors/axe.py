"""Asks axe-core whether everybody can use a page: WCAG 2.2 A and AA, and the practices that axe counts as best."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "infra/local/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# What can differ between light and dark: the colours, and nothing else.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
_RUN = """async options => (await axe.run(document, options)).violations.map(found => ({
    rule: found.id,
    nodes: found.nodes.map(node => `${node.target.join(" ")} — ${node.failureSummary.replaceAll("\\n", " ")}`),
}))"""


@cache
def source() -> str:
    """axe-core's program."""
    return AXE.read_text("utf-8")


def prepare(page: Page) -> None:
    """Lets every page that is opened in this window from now on find axe there: sent once, and compiled once.

    It comes by way of the debugger: the pages' own policy lets no other script in.
    """
    page.add_init_script(source())


def findings(page: Page, only_colours: bool = False) -> list[str]:
    """What axe finds on the page as it stands: one line for each element and rule."""
    chosen: dict[str, Any] = (
        {"type": "rule", "values": COLOUR_RULES} if only_colours else {"type": "tag", "values": TAGS}
    )
    found = page.evaluate(_RUN, {"runOnly": chosen, "resultTypes": ["violations"]})
    return [f"{one['rule']}: {node}" for one in found for node in one["nodes"]]


def all_findings(page: Page) -> list[str]:
    """What axe finds on a phone and on a desk's screen, light and dark, without loading the page again."""
    found: list[str] = []
    for (width, height), schemes in (((390, 844), ("light", "dark")), ((1366, 900), ("dark", "light"))):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in schemes:
            # Colours that fade over would be measured half-way.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            where = f"{width} px, {scheme}"
            found += [f"{where}: {one}" for one in findings(page, only_colours=scheme == "dark")]
    return found
