"""An editor without any programming publishes a notice at /admin/, and takes it off again; the program runs in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from chalicelib.domain.standards import Rulebook
from generator.editor import NAMES, backend_of, configuration, headers_of, write_editor
from generator.notices.publishing import publish
from generator.places import Places, SiteError
from infra.local.dynamodb import free_port
from infra.local.edit import start_writer
from infra.local.server import Origin, listening_socket
from tests.journeys.conftest import DESK
from tests.site.writing import Checkout, checkout, notice
from tests.web.client import serving

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Desk:
    """A checkout with its built site behind an address, and a program that writes into it."""

    checkout: Checkout
    address: str


@pytest.fixture
def desk(tmp_path: Path, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    import app

    made = checkout(tmp_path, Places(ROOT), rulebook)
    (tmp_path / "infra/local").mkdir(parents=True)
    (tmp_path / "infra/local/editor").symlink_to(ROOT / "infra/local/editor")
    shutil.copytree(ROOT / "site/images", made.places.site / "images", dirs_exist_ok=True)
    port = free_port()
    monkeypatch.setenv("EDITOR_LOCAL", f"http://127.0.0.1:{port}/api/v1")
    monkeypatch.delenv("EDITOR_HOST", raising=False)
    write_editor(made.places, rulebook)
    origin = Origin(
        app.app,
        site=made.places.site,
        site_headers=ROOT / "build/site-headers.json",
        editor=made.places.editor,
        editor_headers=made.places.editor_headers,
    )
    with listening_socket(0) as listening, serving(origin, listening) as address:
        writer = start_writer(address, tmp_path, port)
        try:
            yield Desk(made, address)
        finally:
            writer.terminate()
            writer.wait(10)


def opened(browser: Browser, desk: Desk, seen: list[str]) -> Page:
    """The editor, signed in; `seen` collects what must not happen."""
    context = browser.new_context(base_url=desk.address, viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("console", lambda m: seen.append(m.text) if "Content Security" in m.text else None)
    page.on(
        "request",
        lambda r: (
            seen.append(r.url)
            if not re.match(r"(http://(localhost|127\.0\.0\.1):|data:|blob:)", r.url)
            else None
        ),
    )
    page.goto("/admin/")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="通知（中文）")).to_be_visible()
    return page


def save(page: Page) -> None:
    """Publishes what was written."""
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_text("立即发布", exact=True).click()
    expect(page.get_by_text("修改已保存")).to_be_visible()


def test_a_notice_is_published_and_changed_in_the_browser(browser: Browser, desk: Desk) -> None:
    seen: list[str] = []
    page = opened(browser, desk, seen)
    page.goto("/admin/#/collections/notices-zh/new")
    page.get_by_label("标题").fill("周六上午停水 {{ 三小时 }}")
    page.get_by_label("类别").click()
    page.get_by_role("option", name="施工和检修").click()
    page.get_by_label("发布时间").fill("2026-11-24T09:00")
    body = page.locator("[data-slate-editor]")
    body.click()
    page.keyboard.type("周六上午 9 点到 12 点停水，请提前接一桶水。")
    save(page)

    (written,) = (desk.checkout.places.docs / "zh/notices").glob("*.md")
    assert written.name == "2026-11-24-0900.md"
    text = written.read_text("utf-8")
    assert "category: works" in text and "2026-11-24 09:00" in text
    now = datetime(2026, 11, 25, tzinfo=UTC)
    publish(desk.checkout.places, desk.checkout.book, now)
    shown = desk.checkout.read("notices/2026-11-24-0900/")
    assert "周六上午停水 {{ 三小时 }}" in shown and "请提前接一桶水" in shown

    # A slip is put right in the same place, and what stood there stays.
    page.goto("/admin/#/collections/notices-zh/entries/2026-11-24-0900")
    page.get_by_label("标题").fill("周六上午停水")
    save(page)
    publish(desk.checkout.places, desk.checkout.book, now)
    shown = desk.checkout.read("notices/2026-11-24-0900/")
    assert "三小时" not in shown and "请提前接一桶水" in shown
    assert seen == []
    page.context.close()


def test_what_people_wrote_by_hand_is_not_turned_round_by_the_editor(browser: Browser, desk: Desk) -> None:
    desk.checkout.write(
        "zh", "2026-11-20-repair", notice("电梯检修", valid_until="2026-12-01", body="1 号楼电梯检修。")
    )
    seen: list[str] = []
    page = opened(browser, desk, seen)
    page.goto("/admin/#/collections/notices-zh/entries/2026-11-20-repair")
    page.get_by_label("标题").fill("1 号楼电梯检修")
    save(page)
    assert desk.checkout.mistakes() == []
    text = (desk.checkout.places.docs / "zh/notices/2026-11-20-repair.md").read_text("utf-8")
    assert "1 号楼电梯检修" in text and "valid_until: " in text and "2026-12-01" in text
    assert seen == []
    page.context.close()


def test_the_writer_answers_no_page_of_another_site(desk: Desk) -> None:
    config = json.loads((desk.checkout.places.editor / "config.yml").read_text("utf-8"))
    asked = Request(
        config["local_backend"]["url"],
        data=json.dumps({"action": "info", "params": {}}).encode(),
        headers={"Content-Type": "application/json", "Origin": "https://elsewhere.example"},
    )
    with urlopen(asked, timeout=10) as answer:
        allowed = answer.headers.get("Access-Control-Allow-Origin")
    assert allowed == desk.address, "a browser hands the answer to that page only"


def test_every_field_that_the_check_knows_stands_in_the_editor(rulebook: Rulebook) -> None:
    backend = backend_of({"EDITOR_LOCAL": "http://127.0.0.1:8081/api/v1"})
    assert backend is not None
    zh, en = configuration(rulebook, backend, {})["collections"]
    assert [one["name"] for one in zh["fields"]] == [*NAMES, "body"]
    assert {one["name"] for one in en["fields"]} == {
        "title", "published", "place", "summary", "picture_alt", "body",
    }  # fmt: skip
    categories = next(one for one in zh["fields"] if one["name"] == "category")["options"]
    assert [one["value"] for one in categories] == list(rulebook.notices)


@pytest.mark.parametrize(
    ("environment", "name", "reached"),
    [
        ({"EDITOR_HOST": "github", "EDITOR_REPOSITORY": "wuye/shounuo", "EDITOR_SIGN_IN": "https://gate.wuye.example"}, "github", "https://api.github.com"),
        ({"EDITOR_HOST": "gitlab", "EDITOR_REPOSITORY": "wuye/shounuo", "EDITOR_APP": "a"}, "gitlab", "https://gitlab.com"),
        (
            {"EDITOR_HOST": "gitea", "EDITOR_REPOSITORY": "wuye/a", "EDITOR_URL": "https://git.wuye.example", "EDITOR_APP": "a"},
            "gitea",
            "https://git.wuye.example",
        ),
    ],
    ids=["GitHub", "GitLab", "Gitea"],
)  # fmt: skip
def test_on_a_git_host_changes_wait_for_a_second_pair_of_eyes(
    rulebook: Rulebook, environment: dict[str, str], name: str, reached: str
) -> None:
    backend = backend_of(environment)
    assert backend is not None and backend["name"] == name
    said = configuration(rulebook, backend, environment)
    # Decap stops with "The Gitea backend does not support editorial workflow": there a branch of its own is named.
    assert said.get("publish_mode") == (None if name == "gitea" else "editorial_workflow")
    assert "local_backend" not in said
    policy = headers_of(backend)["Content-Security-Policy"]
    assert f"connect-src 'self' blob: data: {reached}" in policy
    assert "127.0.0.1" not in policy


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"EDITOR_HOST": "bitbucket"}, "bitbucket"),
        ({"EDITOR_HOST": "gitlab"}, "EDITOR_REPOSITORY"),
        ({"EDITOR_HOST": "gitea", "EDITOR_REPOSITORY": "a/b"}, "EDITOR_URL"),
        ({"EDITOR_HOST": "gitlab", "EDITOR_REPOSITORY": "a/b", "EDITOR_URL": "http://git"}, "https://"),
        ({"EDITOR_HOST": "github", "EDITOR_REPOSITORY": "a/b"}, "EDITOR_SIGN_IN"),
        ({"EDITOR_HOST": "gitlab", "EDITOR_REPOSITORY": "a/b"}, "EDITOR_APP"),
    ],
)
def test_a_host_that_is_not_well_named_stops_the_build(environment: dict[str, str], said: str) -> None:
    with pytest.raises(SiteError, match=said):
        backend_of(environment)


def test_the_site_is_whole_without_the_editor(
    tmp_path: Path, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = checkout(tmp_path, Places(ROOT), rulebook)
    for name in ("EDITOR_HOST", "EDITOR_LOCAL"):
        monkeypatch.delenv(name, raising=False)
    write_editor(made.places, rulebook)
    assert not made.places.editor.exists() and not made.places.editor_headers.exists()
    assert os.environ.get("EDITOR_LOCAL") is None
    assert (
        subprocess.run(["git", "check-ignore", "-q", "infra/local/editor/decap-cms.js"], cwd=ROOT).returncode
        == 0
    )


def test_the_list_of_notices_begins_with_the_newest(browser: Browser, desk: Desk) -> None:
    for day in ("20", "22", "21"):
        desk.checkout.write(
            "zh", f"2026-11-{day}-day", notice(f"{day} 日的通知", published=f"2026-11-{day} 09:00")
        )
    seen: list[str] = []
    page = opened(browser, desk, seen)
    page.goto("/admin/#/collections/notices-zh")
    listed = page.locator("a[href*='/entries/']")
    expect(listed).to_contain_text(["22 日的通知", "21 日的通知", "20 日的通知"])
    assert seen == []
    page.context.close()
