"""The text of a notice: the site's Markdown without raw HTML, and only links that cannot run anything.

Staff text is not trusted with the page: what is allowed is listed here, everything else is shown as the letters it is made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from chalicelib.domain.telephones import NoTelephone, telephone
from generator.places import PREFIX

from .pictures import Picture, Unfit

# The site's own extensions without those that read HTML or attributes out of the text (md_in_html, attr_list).
EXTENSIONS = ("abbr", "admonition", "sane_lists", "tables")
_KEPT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("p", "ul", "li", "strong", "em", "blockquote", "hr", "br", "code", "pre"), ()),
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"), ()),
    "ol": ("start",),
    "div": ("class",),
    "a": ("href", "title"),
    "img": ("src", "alt", "title"),
    "abbr": ("title",),
}
_SCHEMES = ("http", "https", "tel", "mailto")
_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9-]*)(?:\s[^<>]*)?/?>|<!--|<\?|<!")
_AUTOLINK = re.compile(r"<(?:https?://|mailto:|[\w.+-]+@)[^<>\s]*>")
_CODE = re.compile(r"`[^`\n]*`")
# A number with a letter in it that looks like a digit: nobody could call it.
_LETTER_IN_NUMBER = re.compile(r"(?<![\w./:@-])(?=[\d\- ]*[OoIl])\d[\dOoIl\- ]{6,}[\dOoIl](?![\w@])")
_SHORT_NUMBER = re.compile(r"\d{3,6}")

Say = Callable[[int, str], None]


class Bodies:
    """Renders the text of notices in one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._markdown = Markdown(extensions=list(EXTENSIONS), output_format="html")
        self._markdown.preprocessors.deregister("html_block")
        self._markdown.inlinePatterns.deregister("html")
        self._strict = _Strict(self._markdown)
        self._markdown.treeprocessors.register(self._strict, "strict", -10)

    def html(
        self, text: str, first_line: int, picture: Callable[[str, str], Picture], say: Say
    ) -> tuple[str, str, tuple[tuple[str, int], ...]]:
        """The text as HTML, its first words, and its links within the site with their lines.

        `picture` finds a picture; `say` is told each mistake with its line.
        """
        lines = text.split("\n")

        def line_of(part: str) -> int:
            return next((first_line + at for at, line in enumerate(lines) if part in line), first_line)

        for at, line in enumerate(lines):
            _check_line(line, lambda sentence, at=at: say(first_line + at, sentence))
        self._markdown.reset()
        self._strict.begin(self._language, picture, lambda part, sentence: say(line_of(part), sentence))
        html = self._markdown.convert(text)
        links = tuple((address, line_of(written)) for written, address in self._strict.within)
        return html, self._strict.first_words, links


def _check_line(line: str, say: Callable[[str], None]) -> None:
    plain = _AUTOLINK.sub("", _CODE.sub("", line))
    if tag := _TAG.search(plain):
        say(f"不能写 HTML 标记“{tag[0][:40]}”。请改用 Markdown：**加粗**、[文字](地址)、- 列表。")
    number = _LETTER_IN_NUMBER.search(plain)
    if number and sum(sign.isdigit() for sign in number[0]) >= 6:
        say(f"电话“{number[0].strip()}”里有字母，打不出去。请把字母 O、l 改成数字 0、1。")


class _Strict(Treeprocessor):
    """Leaves only what is listed, and looks at every address and picture."""

    def begin(
        self, language: str, picture: Callable[[str, str], Picture], say: Callable[[str, str], None]
    ) -> None:
        """What the next text is checked with."""
        self._here = f"{PREFIX[language]}notices/"
        self._picture, self._say = picture, say
        self.first_words = ""
        self.within: list[tuple[str, str]] = []

    def run(self, root: Element) -> None:
        """Clean the whole tree."""
        if any(one.tag == "h1" for one in root.iter()):
            for one in root.iter():
                if (found := re.fullmatch(r"h([1-5])", str(one.tag))) is not None:
                    one.tag = f"h{int(found[1]) + 1}"
        for one in root.iter():
            if one is root:
                continue
            if one.tag == "p" and not self.first_words:
                self.first_words = " ".join(unquote_signs("".join(one.itertext())).split())
            self._clean(one)

    def _clean(self, one: Element) -> None:
        tag = str(one.tag)
        aligned = re.search(r"text-align:\s*(left|right|center)", one.attrib.get("style", ""))
        kept = _KEPT.get(tag)
        if kept is None:
            one.tag, kept = "span", ()
        title = one.attrib.get("class") == "admonition-title"
        for name in [name for name in one.attrib if name not in kept]:
            del one.attrib[name]
        if title:
            one.set("class", "admonition-title")
        if aligned:
            one.set("class", f"align-{aligned[1]}")
        if tag == "a":
            self._link(one)
        elif tag == "img":
            self._image(one)

    def _link(self, one: Element) -> None:
        written = unquote_signs(one.attrib.get("href", ""))
        scheme = urlsplit(written).scheme.lower() if _sound(written) else "?"
        if scheme == "tel":
            self._call(one, written)
        elif scheme in ("http", "https"):
            one.set("rel", "noopener noreferrer")
        elif scheme == "mailto":
            pass
        elif scheme or written.startswith("//"):
            del one.attrib["href"]
            self._say(
                written, f"链接“{written}”不能用。请写 https:// 开头的网址、tel: 电话，或者本站的页面。"
            )
        else:
            one.set("href", self._within(written))

    def _call(self, one: Element, written: str) -> None:
        number = unquote(written[4:])
        try:
            digits = number if _SHORT_NUMBER.fullmatch(number) else telephone(number)
            one.set("href", f"tel:{digits}")
        except NoTelephone:
            del one.attrib["href"]
            self._say(written, f"链接里的电话“{number}”打不通。请看看是不是有字母或少了几位，座机要写区号。")

    def _within(self, written: str) -> str:
        """The address of a page of the site, written as in the other pages: `../privacy.md`, `other-notice.md`, `/my/`."""
        if written.startswith("#") or not written:
            return written
        path, mark, anchor = urljoin(self._here, written).partition("#")
        if path.endswith(".md"):
            path = path.removesuffix(".md").removesuffix("index").rstrip("/") + "/"
        self.within.append((written, path))
        return path + mark + anchor

    def _image(self, one: Element) -> None:
        written, alt = unquote_signs(one.attrib.get("src", "")), one.attrib.get("alt", "").strip()
        if not alt:
            self._say(written, f"图片“{written}”没有文字说明。请写成 ![图上是什么]({written})。")
        try:
            found = self._picture(unquote(written), alt)
        except Unfit as error:
            self._say(written, str(error))
            return
        one.attrib.update(
            src=f"/notices/pictures/{found.name}",
            width=str(found.width),
            height=str(found.height),
            loading="lazy",
        )


def _sound(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return not re.search(r"[\x00-\x20\x7f]", address)


def unquote_signs(text: str) -> str:
    """The text with what Markdown put aside (escaped signs) back in place."""
    return re.sub("\x02(\\d+)\x03", lambda found: chr(int(found[1])), text).replace("\x02amp\x03", "&")
