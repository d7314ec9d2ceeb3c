"""The newest notices of a language as RSS 2.0 and as JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as xml
from zoneinfo import ZoneInfo

from chalicelib.domain.standards import Rulebook

from .notice import Notice

NEWEST = 30
_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_NAMES = {"zh": "守诺：小区通知", "en": "Shounuo: notices"}
_LINES = {
    "zh": "物业公司发给业主的通知：小区新闻、天气、安全、活动和法规。",
    "en": "What the property company tells residents: news, weather, safety, events and the law.",
}
_UNSOUND = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
xml.register_namespace("atom", _ATOM)
xml.register_namespace("content", _CONTENT)


def newest(notices: Sequence[Notice], language: str, now: datetime) -> list[Notice]:
    """What a feed carries: the newest current notices written in its language."""
    current = (one for one in notices if one.language == language and one.current_at(now))
    return sorted(current, key=lambda one: (one.published, one.slug), reverse=True)[:NEWEST]


def rss(notices: Sequence[Notice], book: Rulebook, language: str, site: str) -> bytes:
    """RSS 2.0 of these notices; `site` is the address of the site with a slash at the end."""
    here = _here(site, language)
    root = xml.Element("rss", version="2.0")
    channel = xml.SubElement(root, "channel")
    _add(channel, "title", _NAMES[language])
    _add(channel, "link", here)
    _add(channel, "description", _LINES[language])
    _add(channel, "language", "zh-cn" if language == "zh" else "en")
    xml.SubElement(
        channel, f"{{{_ATOM}}}link", href=f"{here}feed.xml", rel="self", type="application/rss+xml"
    )
    if notices:
        _add(channel, "lastBuildDate", _rfc_2822(notices[0].published, book))
    for one in notices:
        item = xml.SubElement(channel, "item")
        _add(item, "title", one.title)
        _add(item, "link", f"{here}{one.slug}/")
        _add(item, "guid", f"{here}{one.slug}/")
        _add(item, "pubDate", _rfc_2822(one.published, book))
        _add(item, "category", one.category.name.in_language(language))
        _add(item, "description", one.summary)
        _add(item, f"{{{_CONTENT}}}encoded", _absolute(one.body, site))
    return xml.tostring(root, encoding="utf-8", xml_declaration=True)


def json_feed(notices: Sequence[Notice], book: Rulebook, language: str, site: str) -> bytes:
    """JSON Feed 1.1 of these notices."""
    here = _here(site, language)
    zone = ZoneInfo(book.zone)
    items = []
    for one in notices:
        item = {
            "id": f"{here}{one.slug}/",
            "url": f"{here}{one.slug}/",
            "title": one.title,
            "summary": one.summary,
            "content_html": _absolute(one.body, site),
            "date_published": one.published.astimezone(zone).isoformat(),
            "tags": [one.category.name.in_language(language)],
        }
        if one.picture:
            item["image"] = f"{site}notices/pictures/{one.picture.name}"
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _NAMES[language],
        "description": _LINES[language],
        "home_page_url": here,
        "feed_url": f"{here}feed.json",
        "icon": f"{site}images/share.png",
        "language": "zh-CN" if language == "zh" else "en",
        "items": items,
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _here(site: str, language: str) -> str:
    return f"{site}{'' if language == 'zh' else 'en/'}notices/"


def _add(parent: xml.Element, name: str, text: str) -> None:
    xml.SubElement(parent, name).text = _UNSOUND.sub("", text)


def _rfc_2822(moment: datetime, book: Rulebook) -> str:
    return format_datetime(moment.astimezone(ZoneInfo(book.zone)))


def _absolute(html: str, site: str) -> str:
    return re.sub(r'(\s(?:href|src)=")/(?!/)', rf"\1{site}", html)
