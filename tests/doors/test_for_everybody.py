"""Every page, of the site and made at run time, for everybody: axe (WCAG 2.2 A and AA, and its best practices) finds nothing.

The pages made at run time are those that the access matrix calls pages: a new one is looked at without a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route

from generator.places import Places
from tests.doors.axe import all_findings, prepare
from tests.doors.matrix import DOORS
from tests.doors.test_access_matrix import address
from tests.doors.world import World

Open = Callable[..., tuple[Page, int]]
PAGES = [name for name, door in DOORS.items() if door.page]
# What answers to mistakes, to strangers and to searches: address, who asks, form fields.
OTHERS: dict[str, tuple[str, str, dict[str, str] | None]] = {
    "nothing there": ("/api/track/nothing", "nobody", None),
    "please sign in": ("/api/staff/queue", "nobody", None),
    "please sign in at home": ("/api/my", "nobody", None),
    "not for that role": ("/api/staff/queue", "editor", None),
    "a refused form": ("/api/file/repair", "nobody", {"category": "C2", "phone": "12"}),
    "a refused complaint": ("/api/file/complaint", "nobody", {"phone": "12"}),
    "a refused form of one's own": ("/api/my/file/repair", "resident", {"category": "C2"}),
    "a refused verb": ("/api/staff/cases/{case}/resolve", "manager", {"words": " "}),
    "a refused note": ("/api/track/{link}/write", "nobody", {"words": ""}),
    "a search": ("/api/staff/search", "manager", {"typed": "地漏"}),
    "a search in vain": ("/api/staff/search", "manager", {"typed": "没有这个"}),
    "a caller's home": ("/api/staff/file", "desk", {"step": "home:{home}/{member}"}),
    "homes to choose from": ("/api/staff/file", "desk", {"step": "find", "typed": "1-"}),
    "a refused filing of a caller": ("/api/staff/file", "desk", {"category": "C2"}),
    "a refused absence": ("/api/staff/duty/away", "manager", {"person": "gui-nobody"}),
    "a refused report": ("/api/staff/report/emergency", "manager", {"plan": "fire"}),
    "a breach": ("/api/staff/report/breach", "manager", None),
    "a telephone that is none": ("/api/my/code", "nobody", {"phone": "1"}),
    "a code to type": ("/api/my/code", "nobody", {"phone": "000-0000-0796"}),
    "a code of staff to type": ("/api/staff/code", "nobody", {"phone": "000-0000-0795"}),
}


@pytest.fixture(scope="module")
def built() -> Places:
    """The site as it was built beforehand."""
    return Places(Path(__file__).resolve().parents[2])


@pytest.fixture(scope="module")
def visit(browser: Browser, world: World) -> Iterator[Open]:
    """Opens a page of the world as somebody: one browser window for each language, which keeps what it has loaded."""
    windows: dict[str, Page] = {}

    def opened(who: str, path: str, language: str, fields: dict[str, str] | None = None) -> tuple[Page, int]:
        if language not in windows:
            locale = "zh-CN" if language == "zh" else "en-GB"
            windows[language] = browser.new_context(base_url=world.address, locale=locale).new_page()
            prepare(windows[language])
        page = windows[language]
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": n, "value": v, "url": world.address} for n, v in cookies_of(world, who).items()]
        )
        if fields is not None:
            page.route(f"**{path}", lambda route: _post(route, world.address, fields), times=1)
        reply = page.goto(path)
        assert reply is not None
        return page, reply.status

    yield opened
    for page in windows.values():
        page.context.close()


def _post(route: Route, address: str, fields: dict[str, str]) -> None:
    """Sends a form as a page of this origin does."""
    headers = {
        **route.request.headers,
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": address,
    }
    route.continue_(method="POST", headers=headers, post_data=urlencode(fields))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_the_site(
    visit: Open, built: Places, language: str, figure: Callable[[str], None]
) -> None:
    found, count = [], 0
    for path in sorted(built.site.rglob("*.html")):
        name = path.relative_to(built.site).as_posix()
        if name.startswith("en/") == (language == "en"):
            page, _ = visit("nobody", f"/{name.removesuffix('index.html')}", language)
            found += [f"{name}: {one}" for one in all_findings(page)]
            count += 1
    figure(
        f"axe: {count} pages of the site ({language}), phone and desk, light and dark: {len(found)} findings"
    )
    assert found == []


def cookies_of(world: World, who: str) -> dict[str, str]:
    """What somebody carries who comes as that."""
    if who in ("nobody", "anyone", "resident link"):
        return {}
    return world.resident() if who == "resident" else world.staff(who)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_made_at_run_time(
    visit: Open, world: World, language: str, figure: Callable[[str], None]
) -> None:
    found = []
    for name in PAGES:
        door = DOORS[name]
        _, path = address(name, world)
        who = door.by if door.who == "staff" else door.who
        page, status = visit(who, f"{path}{'&' if '?' in path else '?'}lang={language}", language)
        assert status == door.answers, (name, status)
        found += [f"{name}: {one}" for one in all_findings(page)]
    figure(
        f"axe: {len(PAGES)} pages made at run time ({language}), phone and desk, light and dark: {len(found)} findings"
    )
    assert found == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_that_answers_something_else(
    visit: Open, world: World, language: str, figure: Callable[[str], None]
) -> None:
    found = []
    for name, (path, who, fields) in OTHERS.items():
        path = world.filled(path)
        if fields is None:
            page, _ = visit(who, f"{path}?lang={language}", language)
        else:
            page, _ = visit(who, path, language, {"language": language, **world.filled(fields)})
        assert page.locator("main h1").count() == 1, (name, page.url, page.inner_text("body")[:300])
        found += [f"{name}: {one}" for one in all_findings(page)]
    figure(
        f"axe: {len(OTHERS)} pages that answer mistakes and searches ({language}), phone and desk, light and dark: "
        f"{len(found)} findings"
    )
    assert found == []
