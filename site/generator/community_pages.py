"""The pages of communities and buildings: telephones, assistants, what is promised there, and what is printed of it."""

from __future__ import annotations

from chalicelib.domain.standards import Building, Community, Rulebook

from .contact_cards import address_of, code_to_scan, contact_file, portrait
from .notices.slots import slot
from .places import Language
from .templates import render

_HEAD = "---\nhide: [navigation, toc]\n---\n"
_PRINTED = "---\nhide: [navigation, toc]\nsearch: none\nrobots: noindex\n---\n"


def community_pages(rulebook: Rulebook, language: Language) -> dict[str, str]:
    """Page name -> Markdown: a page for each community, and for each building its own, its card and its poster."""
    pages: dict[str, str] = {}
    for community in rulebook.communities.values():
        name = community.name.in_language(language)
        filled = render("community.html", rulebook, language, community=community, portrait=portrait)
        pages[f"communities/{community.id}.md"] = (
            f"{_HEAD}# {name}\n\n{filled}\n<div>{slot(f'community {community.id}')}</div>\n"
        )
        for building in community.buildings.values():
            pages |= _of_building(rulebook, language, community, building)
    return pages


def contact_files(rulebook: Rulebook, language: Language) -> dict[str, bytes]:
    """File name -> the contact file of a building's assistant."""
    return {
        f"communities/{community.id}/{building.id}.vcf": contact_file(rulebook, community, building, language)
        for community in rulebook.communities.values()
        for building in community.buildings.values()
    }


def _of_building(
    rulebook: Rulebook, language: Language, community: Community, building: Building
) -> dict[str, str]:
    title = f"{community.name.in_language(language)} {building.name.in_language(language)}"
    card, poster = ("服务卡", "大堂海报") if language == "zh" else ("service card", "lobby poster")
    filled = {
        name: render(
            f"{name}.html",
            rulebook,
            language,
            community=community,
            building=building,
            assistant=community.people[building.assistant],
            portrait=portrait,
            qr=code_to_scan(address_of(community, building, language)),
        )
        for name in ("building", "card", "poster")
    }
    base = f"communities/{community.id}/{building.id}"
    separator = "" if language == "zh" else ", "
    return {
        f"{base}.md": f"---\ntitle: {title}\n{_HEAD[4:]}# {building.name.in_language(language)}\n\n{filled['building']}\n",
        f"{base}/card.md": f"{_PRINTED}# {title}{separator}{card} {{ .no-print }}\n\n{filled['card']}\n",
        f"{base}/poster.md": f"{_PRINTED}# {title}{separator}{poster} {{ .no-print }}\n\n{filled['poster']}\n",
    }
