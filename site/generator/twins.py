"""Pages that exist in one language only say so, instead of sending the reader to a dead address."""

from __future__ import annotations

from .places import SiteError

_NOTE = {
    "zh": '<p class="no-twin" lang="en">This page is in Chinese only.</p>',
    "en": '<p class="no-twin" lang="zh">这一页只有英文。</p>',
}


def with_twin_note(text: str, language: str, where: str) -> str:
    """The page with `no_twin` in its front matter and a sentence under its heading. Raises SiteError without a heading."""
    head, body = split_front_matter(text)
    lines = body.splitlines()
    at = next((i for i, line in enumerate(lines) if line.startswith("# ")), None)
    if at is None:
        raise SiteError(f"{where} 没有一级标题（以 # 开头的一行），请补上。")
    lines[at + 1 : at + 1] = ["", _NOTE[language], ""]
    return "---\n" + head + "no_twin: true\n---\n" + "\n".join(lines) + "\n"


def split_front_matter(text: str) -> tuple[str, str]:
    """The lines between the leading `---` marks (without them), and the rest."""
    if not text.startswith("---\n"):
        return "", text
    head, mark, body = text[4:].partition("\n---\n")
    return (head + "\n", body) if mark else ("", text)
