"""Writes the index of the search from the built pages: small files, of which a search fetches the few that it needs.

find/{language}/index.json   what a search begins with: where the other files begin, the topics, the traditional signs
find/{language}/{build}/     t*.json: terms with the documents they are in; d*.json: what a list of results shows

The terms lie in order, so that a beginning ("电" or "rep") is a run of neighbours. A document is a section of a page.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from chalicelib.domain.standards import Rulebook, Topic

from .built_pages import BuiltPage, address_of, language_of
from .places import LANGUAGES, PREFIX, Places, SiteError
from .reading_pages import ReadPage, Section
from .search_terms import normal, terms, variants

FOLDER = "find"
TERM_FILE = 7_000  # characters; about 3 KB as it is sent
IN_A_DOCUMENT_FILE = 8
EXCERPT = 110
FRESH = timedelta(days=30)
IN_THE_TITLE, IN_THE_PAGE_TITLE = 4.0, 1.0
MOST = 15  # weights are whole numbers up to this


@dataclass(frozen=True)
class Document:
    """What a result shows, and the words that lead to it."""

    address: str
    title: str
    page: str
    text: str
    published: str = ""
    over: bool = False


def write_search_index(places: Places, rulebook: Rulebook, pages: Mapping[Path, BuiltPage]) -> None:
    """Write the index of both languages into the built site, in place of the one that is there. Raises SiteError."""
    for language in LANGUAGES:
        documents = documents_of(places.site, pages, language)
        write_index(places.site, language, index_of(documents, list(rulebook.topics.values()), language))


def write_index(site: Path, language: str, files: Mapping[str, str]) -> None:
    """Write the files of an index. Those of the index before stay until the next build, for whoever is searching just now."""
    folder = site / FOLDER / language
    build = hashlib.sha256("".join(files.values()).encode()).hexdigest()[:10]
    for name, content in files.items():
        if name != "index.json":
            _write(folder / build / name, content)
    start = json.loads(files["index.json"])
    begins = folder / "index.json"
    before = json.loads(begins.read_text("utf-8"))["build"] if begins.is_file() else build
    _write(folder / "index.json.new", json.dumps({"build": build, **start}, **_COMPACT))
    (folder / "index.json.new").replace(begins)
    for old in folder.iterdir():
        if old.is_dir() and old.name not in (build, before):
            shutil.rmtree(old)


def index_of(documents: list[Document], topics: list[Topic], language: str) -> dict[str, str]:
    """The files of an index by name. Raises SiteError for a topic whose page is not among the documents."""
    postings: dict[str, dict[int, float]] = defaultdict(dict)
    counts = [Counter(terms(one.text)) for one in documents]
    newest = max((one.published for one in documents), default="")
    usual = sum(map(Counter.total, counts)) / max(1, len(counts)) or 1
    for number, (document, count) in enumerate(zip(documents, counts, strict=True)):
        share = 0.4 + 0.6 * count.total() / usual  # a term weighs less in a long text
        weights = {term: 2.5 * times / (times + share) for term, times in count.items()}
        for words, more in ((document.title, IN_THE_TITLE), (document.page, IN_THE_PAGE_TITLE)):
            for term in set(terms(words)):
                weights[term] = weights.get(term, 0) + more
        worth = _worth(document, newest)
        for term, weight in weights.items():
            postings[term][number] = weight * worth
    places_of = {one.address: number for number, one in enumerate(documents)}
    whole = [f" {normal(one.title)} {normal(one.text)} " for one in documents]
    listed = []
    for topic in topics:
        number = places_of.get(PREFIX[language] + topic.page)
        if number is None:
            raise SiteError(
                f"docs/rulebook/synonyms.toml 的“{topic.title.zh}”要打开 {topic.page}，网站里没有这一页或这个位置。"
            )
        names = sorted({normal(word) for word in topic.words(language)}, key=len, reverse=True)
        for other, text in enumerate(whole):
            if any(name in text for name in names):
                postings[f"#{topic.id}"][other] = IN_THE_PAGE_TITLE + (3 if other == number else 0)
        postings[f"#{topic.id}"][number] = IN_THE_TITLE + IN_THE_PAGE_TITLE
        listed.append([topic.id, number, names])
    files = _term_files(postings)
    begins = [next(iter(json.loads(content))) for content in files]
    found = {f"t{number}.json": content for number, content in enumerate(files)}
    for number in range(math.ceil(len(documents) / IN_A_DOCUMENT_FILE)):
        some = documents[number * IN_A_DOCUMENT_FILE : (number + 1) * IN_A_DOCUMENT_FILE]
        shown = [[one.address, one.title, one.page, _cut(one.text), one.published] for one in some]
        found[f"d{number}.json"] = json.dumps(shown, **_COMPACT)
    signs = {sign for one in documents for sign in one.title + one.text}
    if language == "zh":
        signs |= {sign for topic in topics for word in topic.zh for sign in word}
    begin = {
        "documents": len(documents),
        "each": IN_A_DOCUMENT_FILE,
        "begins": begins,
        "topics": listed,
        "variants": "".join(a + b for a, b in variants().items() if b in signs) if language == "zh" else "",
    }
    found["index.json"] = json.dumps(begin, **_COMPACT)
    return found


def _worth(document: Document, newest: str) -> float:
    """How much the words of a document count: those of a fresh notice more, those of one that has ended less."""
    if document.over:
        return 0.6
    if not document.published:
        return 1.0
    age = date.fromisoformat(newest) - date.fromisoformat(document.published)
    return 1.3 if age < FRESH else 1.0


def documents_of(site: Path, pages: Mapping[Path, BuiltPage], language: str) -> list[Document]:
    """The sections of every page of a language that may be found, page by page."""
    found: list[Document] = []
    for path, built in pages.items():
        address = address_of(site, path)
        if language_of(address) != language or not address.endswith("/"):
            continue
        if address.startswith(f"{PREFIX[language]}handbook/"):
            continue  # for staff
        if built.read.searched:
            found += [_document(address, built.read, section) for section in built.read.sections]
    # Of what is equally good the newer comes first.
    return sorted(found, key=lambda one: one.published, reverse=True)


def _document(address: str, page: ReadPage, section: Section) -> Document:
    anchor = f"#{section.anchor}" if section.anchor else ""
    above = page.name if anchor else ""
    return Document(address + anchor, section.title, above, section.text, page.published, page.over)


def _term_files(postings: dict[str, dict[int, float]]) -> list[str]:
    """The terms in order, cut into files of about the same size."""
    files: list[str] = []
    lines: list[str] = []
    size = 0
    for term in sorted(postings):
        numbers: list[int] = []
        last = -1
        for number, weight in sorted(postings[term].items()):
            numbers += [number - last - 1, min(MOST, max(1, round(weight * 2)))]
            last = number
        lines.append(f"{json.dumps(term, ensure_ascii=False)}:{json.dumps(numbers, **_COMPACT)}")
        size += len(lines[-1])
        if size >= TERM_FILE:
            files.append("{" + ",".join(lines) + "}")
            lines, size = [], 0
    if lines or not files:
        files.append("{" + ",".join(lines) + "}")
    return files


def _cut(text: str) -> str:
    return text if len(text) <= EXCERPT * 1.1 else text[:EXCERPT].rstrip() + "…"


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")


_COMPACT: Any = {"ensure_ascii": False, "separators": (",", ":")}
