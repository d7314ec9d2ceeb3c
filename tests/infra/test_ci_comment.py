"""What a change means stands once on its merge request, on each of the hosts that the sample configurations are for."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra.ci.comment import MARK, NotHere, main, post, thread_of

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Host:
    """A git host as far as comments go: keeps them, and the requests it was asked."""

    address: str = ""
    comments: list[dict[str, object]] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    refuse: int = 0


@pytest.fixture
def host() -> Iterator[Host]:
    kept = Host()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            authority = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
            kept.asked.append((self.command, self.path.partition("?")[0], authority))
            length = int(self.headers.get("Content-Length") or 0)
            said = json.loads(self.rfile.read(length)) if length else None
            value: object = kept.comments
            if self.command == "POST":
                kept.comments.append(value := {"id": len(kept.comments) + 1, **said})
            elif self.command in ("PATCH", "PUT"):
                value = kept.comments[int(self.path.rsplit("/", 1)[1]) - 1]
                value.update(said)
            body = json.dumps(value).encode()
            self.send_response(kept.refuse or 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = answer

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        kept.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield kept
        server.shutdown()


def github(host: Host) -> dict[str, str]:
    return {
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_API_URL": host.address,
        "GITHUB_REPOSITORY": "wuye/shounuo",
        "GITHUB_TOKEN": "t",
    }


def gitea(host: Host) -> dict[str, str]:
    return github(host) | {"GITEA_ACTIONS": "true", "GITHUB_SERVER_URL": host.address}


def gitlab(host: Host) -> dict[str, str]:
    return {
        "CI_API_V4_URL": f"{host.address}/api/v4",
        "CI_PROJECT_ID": "12",
        "CI_MERGE_REQUEST_IID": "7",
        "GITLAB_TOKEN": "t",
    }


@pytest.mark.parametrize(
    ("where", "listed", "changed"),
    [
        (github, "/repos/wuye/shounuo/issues/7/comments", "/repos/wuye/shounuo/issues/comments/2"),
        (
            gitea,
            "/api/v1/repos/wuye/shounuo/issues/7/comments",
            "/api/v1/repos/wuye/shounuo/issues/comments/2",
        ),
        (
            gitlab,
            "/api/v4/projects/12/merge_requests/7/notes",
            "/api/v4/projects/12/merge_requests/7/notes/2",
        ),
    ],
    ids=["GitHub", "Gitea", "GitLab"],
)
def test_a_later_push_changes_the_comment_that_stands_there(
    host: Host, where, listed: str, changed: str
) -> None:
    host.comments.append({"id": 1, "body": "A person's own words."})
    thread = thread_of(where(host))
    assert post(thread, "C6 改成 1 个工作日") == "made"
    assert post(thread, "C6 改成 1 个工作日") == "unchanged"
    assert post(thread, "C6 改成 3 个工作日") == "changed"
    assert [one["body"] for one in host.comments] == ["A person's own words.", f"{MARK}\nC6 改成 3 个工作日"]
    assert {path for method, path, _ in host.asked if method in ("GET", "POST")} == {listed}
    assert [path for method, path, _ in host.asked if method in ("PATCH", "PUT")] == [changed]
    assert all("t" in authority for _, _, authority in host.asked)


def test_where_nothing_may_be_written_the_reason_is_said(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotHere, match="no merge request"):
        thread_of({"GITHUB_REF": "refs/heads/main"})
    with pytest.raises(NotHere, match="GITLAB_TOKEN"):
        thread_of(gitlab(host) | {"GITLAB_TOKEN": ""})
    host.refuse = 403
    for name, value in github(host).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CI_MERGE_REQUEST_IID", raising=False)
    (tmp_path / "effect.md").write_text("nothing", "utf-8")
    assert main([str(tmp_path / "effect.md")]) == 1
    assert "answered with 403" in capsys.readouterr().err


def test_every_owned_path_of_the_owners_file_exists() -> None:
    lines = (ROOT / "docs" / "CODEOWNERS").read_text("utf-8").splitlines()
    owned = [line.split()[0] for line in lines if line.startswith("/")]
    assert len(owned) >= 8
    assert [path for path in owned if not (ROOT / path.strip("/")).exists()] == []


@pytest.mark.parametrize("name", ["github.yml", "gitea.yml", "gitlab-ci.yml"])
def test_a_sample_configuration_calls_what_the_repository_has(name: str) -> None:
    text = (ROOT / "infra" / "ci" / name).read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"\bmake ([a-z-]+)", text))
    assert targets == {"check", "effect", "deploy"}
    assert all(f"\n{target}: ##" in makefile for target in targets)
    assert "infra/ci/comment.py build/effect.md" in text
    assert ".ci/run" in text
