"""Chinese telephone numbers: as people and spreadsheets write them, and as they are kept."""

import re
import unicodedata

# Full-width digits and the signs that stand between them, as Chinese keyboards type them.
_FOLDED = str.maketrans("０１２３４５６７８９＋－—–‐﹣（）　．＃", "0123456789+-----() .#")
_SIGNS = re.compile(r"[\s\-().]")
_LANDLINE = (
    r"0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}"  # with its area code
    r"|[48]00\d{7}"  # 400 and 800 numbers
)
_TELEPHONE = re.compile(
    r"1[3-9]\d{9}"  # mobile
    rf"|{_LANDLINE}"
    r"|000\d{8}"  # the demonstration's numbers, which reach nobody
)
_LONGEST = 30


class NoTelephone(ValueError):
    """What was written is no telephone number."""


def folded(text: str) -> str:
    """The text with full-width digits and hyphens as plain ones."""
    return text.translate(_FOLDED)


def telephone(text: str) -> str:
    """A Chinese telephone number as digits only, in whatever script they were typed. Raises NoTelephone."""
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in folded(text)).strip()
    digits = _SIGNS.sub("", plain)
    digits = re.sub(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    landline = re.fullmatch(r"(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}", digits)
    if landline and plain.startswith(("+86", "0086")):
        digits = "0" + digits  # abroad a landline is dialled without its first 0
    if len(plain) > _LONGEST or not _TELEPHONE.fullmatch(digits):
        raise NoTelephone
    return digits


def is_landline(phone: str) -> bool:
    """Whether no text message reaches a telephone: it stands at home, or answers for a company."""
    return re.fullmatch(_LANDLINE, _SIGNS.sub("", folded(phone))) is not None


def hidden_middle(phone: str) -> str:
    """A telephone that whoever knows it knows again and nobody reads over a shoulder: `138****5678`."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 9 else phone


def spaced(phone: str) -> str:
    """A telephone as people read it aloud: a mobile's eleven digits as `138 1234 5678`, anything else as it is."""
    mobile = len(phone) == 11 and phone.isdecimal() and phone.startswith(("1", "000"))
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if mobile else phone
