"""One page for each community: telephones, buildings, the assistant of each, who decides."""

from __future__ import annotations

from chalicelib.domain.standards import Rulebook

from .notices.slots import slot
from .templates import render


def community_pages(rulebook: Rulebook, language: str) -> dict[str, str]:
    """Page name -> Markdown."""
    return {
        f"communities/{community.id}.md": (
            f"---\nhide: [navigation, toc]\n---\n# {community.name.in_language(language)}\n\n"
            + render("community.html", rulebook, language, community=community)
            + f"\n<div>{slot(f'community {community.id}')}</div>"
            + "\n"
        )
        for community in rulebook.communities.values()
    }
