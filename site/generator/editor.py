"""The editor of notices in the browser, at /admin/: Decap CMS, configured from the same model that checks the notices.

It is for staff and writes through git: on a git host, or on this machine through `make edit`. The site
does not need it: where its program is not at hand, or nobody says where it shall write, the site is built without it.

| environment at the build | meaning |
|---|---|
| EDITOR_HOST | github, gitlab or gitea (Forgejo too) |
| EDITOR_REPOSITORY | owner/name there |
| EDITOR_BRANCH | the branch that is published; main without it. Gitea, without drafts: one that somebody else merges |
| EDITOR_URL | the address of a GitLab or Gitea of one's own |
| EDITOR_APP | the id of the OAuth application that was registered there (GitLab, Gitea: with PKCE) |
| EDITOR_SIGN_IN | for GitHub: the address of the OAuth gateway |
| EDITOR_LOCAL | the address of the local writer; for builds on this machine |
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.standards import Rulebook

from .notices.fields import NAMES, NEEDED, SHARED
from .places import Places, SiteError
from .templates import render

PROGRAM = "decap-cms.js"
HOSTS = {"github": "https://api.github.com", "gitlab": "https://gitlab.com", "gitea": ""}
_LABELS: Mapping[str, tuple[str, str]] = {
    "title": ("标题", "一行说清什么事，例如：周六上午 3 号楼停水"),
    "category": ("类别", ""),
    "published": ("发布时间", "到这一刻自动发布；中文和英文写同一个时间，系统才知道是同一条"),
    "communities": ("小区", "不选就是所有小区"),
    "buildings": ("楼栋", "只选了一个小区时可以写，例如 1、2；不写就是全小区"),
    "pinned": ("置顶", "一直排在最前面"),
    "valid_until": ("有效期", "到这一刻自动移到往期"),
    "starts": ("活动开始", "有时间的活动才写，会进日历"),
    "ends": ("活动结束", ""),
    "place": ("活动地点", ""),
    "summary": ("一句话说明", "列表里显示，最多 160 个字；不写就用正文第一段"),
    "picture": ("图片", "最大 5 MB"),
    "picture_alt": ("图片说明", "图上是什么，给看不见图的人听"),
    "phone": ("联系电话", "座机要写区号"),
}


def write_editor(places: Places, rulebook: Rulebook) -> None:
    """Write build/admin and its headers; nothing where its program or a place to write to is missing. Raises SiteError."""
    backend = backend_of(os.environ)
    folder = places.editor
    if backend is None or not (places.editor_program / PROGRAM).is_file():
        places.editor_headers.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(places.editor_program.glob(f"*{PROGRAM}")):
        shutil.copyfile(path, folder / path.name)
    (folder / "index.html").write_text(render("editor.html", rulebook, "zh") + "\n", "utf-8")
    # JSON is YAML, and says exactly what is meant.
    content = json.dumps(configuration(rulebook, backend, os.environ), ensure_ascii=False, indent=1)
    (folder / "config.yml").write_text(content + "\n", "utf-8")
    places.editor_headers.write_text(json.dumps(headers_of(backend), indent=2) + "\n", "utf-8")


def backend_of(environment: Mapping[str, str]) -> dict[str, Any] | None:
    """Where the editor writes, as Decap names it; None where the environment names no place. Raises SiteError."""
    host, local = environment.get("EDITOR_HOST", ""), environment.get("EDITOR_LOCAL", "")
    if not host:
        return {"name": "proxy", "proxy_url": local, "branch": "main"} if local else None
    if host not in HOSTS:
        raise SiteError(f"EDITOR_HOST={host} 不认识；可以写的有：{'、'.join(HOSTS)}。")
    repository = environment.get("EDITOR_REPOSITORY", "")
    if repository.count("/") < 1:
        raise SiteError("EDITOR_REPOSITORY 要写成“组名/仓库名”，编辑器才知道改哪里。")
    address = (environment.get("EDITOR_URL") or HOSTS[host]).rstrip("/")
    if not address.startswith("https://"):
        raise SiteError("EDITOR_URL 要写代码平台的 https:// 地址。")
    backend: dict[str, Any] = {
        "name": host,
        "repo": repository,
        "branch": environment.get("EDITOR_BRANCH") or "main",
    }
    entrance = "EDITOR_SIGN_IN" if host == "github" else "EDITOR_APP"
    if not environment.get(entrance):
        raise SiteError(
            f"还要写 {entrance}（见 site/generator/editor.py 开头的表），不然谁也登录不了编辑器。"
        )
    if host == "github":
        return backend | {"base_url": environment["EDITOR_SIGN_IN"], "api_root": address}
    backend |= {
        "app_id": environment["EDITOR_APP"],
        "auth_type": "pkce",
        "base_url": address,
        "api_root": f"{address}/api/v{'4' if host == 'gitlab' else '1'}",
    }
    return backend


def configuration(
    rulebook: Rulebook, backend: Mapping[str, Any], environment: Mapping[str, str]
) -> dict[str, Any]:
    """The editor's configuration: one collection for each language, with the fields that the check of notices knows."""
    local = environment.get("EDITOR_LOCAL", "")
    return {
        "backend": dict(backend),
        **({"local_backend": {"url": local}} if local else {}),
        # A merge request, where somebody else reads it first. For Gitea the editor knows none, and stops if asked.
        **({"publish_mode": "editorial_workflow"} if backend["name"] in ("github", "gitlab") else {}),
        "locale": "zh_Hans",
        "logo_url": "/images/favicon.svg",
        "media_folder": "docs/zh/notices/pictures",
        "public_folder": "pictures",
        "slug": {"encoding": "ascii", "clean_accents": True, "sanitize_replacement": "-"},
        "collections": [
            _collection(rulebook, "zh", "通知（中文）", "通知"),
            _collection(rulebook, "en", "通知（英文）", "英文通知"),
        ],
    }


def _collection(rulebook: Rulebook, language: str, label: str, one: str) -> dict[str, Any]:
    # What the Chinese file says of both is not asked twice; `published` names the file, by which the twins find each other.
    asked = [name for name in NAMES if language == "zh" or name not in SHARED or name == "published"]
    fields = [_field(name, rulebook) for name in asked]
    return {
        "name": f"notices-{language}",
        "label": label,
        "label_singular": one,
        "folder": f"docs/{language}/notices",
        "media_folder": f"/docs/{language}/notices/pictures",
        "public_folder": "pictures",
        "extension": "md",
        "format": "yaml-frontmatter",
        "create": True,
        "slug": "{{published | date('YYYY-MM-DD-HHmm')}}",
        "identifier_field": "title",
        "sortable_fields": [{"field": "published", "default_sort": "desc"}, "title"],
        "summary": "{{published}} {{title}}",
        "editor": {"preview": False},
        "fields": [
            *fields,
            {
                "name": "body",
                "label": "正文",
                "widget": "markdown",
                "hint": "写给累了一天的人看：先说什么时候、哪里、怎么办",
                "modes": ["rich_text", "raw"],
                "buttons": [
                    "bold",
                    "italic",
                    "link",
                    "heading-two",
                    "heading-three",
                    "quote",
                    "bulleted-list",
                    "numbered-list",
                ],
                "editor_components": ["image"],
            },
        ],
    }


def _field(name: str, rulebook: Rulebook) -> dict[str, Any]:
    if name not in _LABELS:
        raise SiteError(
            f"通知有了新的一项“{name}”，编辑器还没有它的名称：请补在 site/generator/editor.py 里。"
        )
    label, hint = _LABELS[name]
    said: dict[str, Any] = {"name": name, "label": label, "required": name in NEEDED}
    if hint:
        said["hint"] = hint
    return said | _WIDGETS.get(name, _text)(rulebook)


def _text(rulebook: Rulebook) -> dict[str, Any]:
    return {"widget": "string"}


def _moment(rulebook: Rulebook) -> dict[str, Any]:
    return {
        "widget": "datetime",
        "format": "YYYY-MM-DD HH:mm",
        "date_format": "YYYY-MM-DD",
        "time_format": "HH:mm",
        "default": "",
    }


def _published(rulebook: Rulebook) -> dict[str, Any]:
    return {key: value for key, value in _moment(rulebook).items() if key != "default"}


_WIDGETS: Mapping[str, Callable[[Rulebook], dict[str, Any]]] = {
    "category": lambda book: {"widget": "select", "options": _options(book.notices)},
    "published": _published,
    "communities": lambda book: {
        "widget": "select",
        "multiple": True,
        "options": _options(book.communities),
    },
    "buildings": lambda book: {"widget": "list", "allow_add": True},
    "pinned": lambda book: {"widget": "boolean", "default": False},
    "valid_until": _moment,
    "starts": _moment,
    "ends": _moment,
    "picture": lambda book: {"widget": "image", "choose_url": False},
}


def _options(known: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"label": one.name.zh, "value": id} for id, one in known.items()]


def headers_of(backend: Mapping[str, Any]) -> dict[str, str]:
    """The headers of /admin/: Decap compiles its checks at run time and writes its styles itself, so its policy allows both.

    Nothing of the resident's site is served under this policy, and nobody but the named host and writer can be reached.
    """
    addresses = [backend.get(name, "") for name in ("api_root", "base_url", "proxy_url")]
    elsewhere = sorted({_origin(one) for one in addresses if one})
    reached = "".join(f" {one}" for one in elsewhere)
    policy = [
        "default-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        f"img-src 'self' data: blob:{reached}",
        "font-src 'self' data:",
        f"connect-src 'self' blob: data:{reached}",
        "style-src 'self' 'unsafe-inline'",
        "script-src 'self' 'unsafe-eval'",
    ]
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        # The window in which one signs in at the git host has to be able to answer.
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
        "X-Robots-Tag": "noindex",
    }


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
