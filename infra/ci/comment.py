"""`python3 infra/ci/comment.py effect.md`: the file as one comment on the merge request that this CI job runs for.

Knows GitHub, Gitea/Forgejo and GitLab by the variables that their runners set. A later push changes the same comment, so that a
merge request shows one answer and not a pile. Standard library only.

| host | token | what it may do |
|---|---|---|
| GitHub, Gitea, Forgejo | GITHUB_TOKEN, of the job itself | write comments |
| GitLab | GITLAB_TOKEN, a project access token with the role Reporter and the scope `api` | write notes |
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

MARK = "<!-- shounuo: effect -->"
MOST = 60_000
SECONDS = 20


class NotHere(Exception):
    """There is no merge request to comment on, or the host did not take it; the text says why."""


@dataclass(frozen=True)
class Thread:
    """The comments of one merge request: where they are listed and made, where one is changed, and how."""

    comments: str
    one: str
    change: str
    headers: Mapping[str, str]


def thread_of(environment: Mapping[str, str]) -> Thread:
    """The thread that a runner's variables name. Raises NotHere."""
    if environment.get("CI_MERGE_REQUEST_IID"):
        base = (
            "{CI_API_V4_URL}/projects/{CI_PROJECT_ID}/merge_requests/{CI_MERGE_REQUEST_IID}/notes".format_map(
                environment
            )
        )
        return Thread(base, f"{base}/{{id}}", "PUT", {"PRIVATE-TOKEN": token(environment, "GITLAB_TOKEN")})
    found = re.fullmatch(r"refs/pull/(\d+)/(merge|head)", environment.get("GITHUB_REF", ""))
    if not found:
        raise NotHere("this job runs for no merge request")
    gitea = environment.get("GITEA_ACTIONS") or environment.get("FORGEJO_ACTIONS")
    api = (
        f"{environment['GITHUB_SERVER_URL']}/api/v1"
        if gitea
        else environment.get("GITHUB_API_URL", "https://api.github.com")
    )
    issues = f"{api}/repos/{environment['GITHUB_REPOSITORY']}/issues"
    headers = {"Authorization": f"token {token(environment, 'GITHUB_TOKEN')}"}
    return Thread(f"{issues}/{found[1]}/comments", f"{issues}/comments/{{id}}", "PATCH", headers)


def token(environment: Mapping[str, str], name: str) -> str:
    """The token of that name. Raises NotHere where the job was given none."""
    if not environment.get(name):
        raise NotHere(f"{name} is not set, so nothing may be written on the merge request")
    return environment[name]


def post(thread: Thread, text: str) -> str:
    """Makes the comment, or changes the one that was made before; says which."""
    body = f"{MARK}\n{text[:MOST]}"
    for comment in ask(thread, "GET", f"{thread.comments}?per_page=100&limit=100"):
        if str(comment.get("body", "")).startswith(MARK):
            if comment["body"] == body:
                return "unchanged"
            ask(thread, thread.change, thread.one.format(id=comment["id"]), {"body": body})
            return "changed"
    ask(thread, "POST", thread.comments, {"body": body})
    return "made"


def ask(thread: Thread, method: str, address: str, value: object = None) -> Any:
    """One request to the host's API. Raises NotHere with what it said."""
    data = None if value is None else json.dumps(value).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json", **thread.headers}
    try:
        with urlopen(Request(address, data=data, headers=headers, method=method), timeout=SECONDS) as answer:
            return json.load(answer)
    except HTTPError as error:
        raise NotHere(f"{method} {address} was answered with {error.code}") from None
    except (URLError, TimeoutError, ValueError) as error:
        raise NotHere(f"{method} {address} had no usable answer: {error}") from None


def main(arguments: list[str]) -> int:
    """0 when the comment stands there; 1 when it does not, with the reason."""
    if len(arguments) != 1:
        print("usage: python3 infra/ci/comment.py FILE", file=sys.stderr)
        return 2
    try:
        text = Path(arguments[0]).read_text("utf-8")
        print(f"The comment was {post(thread_of(os.environ), text)}.")
    except (OSError, NotHere) as problem:
        print(f"No comment: {problem}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
