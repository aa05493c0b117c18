"""Words as they are compared: without case, accents and what can't be seen; and every way to spell a name's umlauts."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

UNSEEN: Final = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff"
"""Combining marks and characters without a width, as they may stand inside a word."""
WORD: Final = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{UNSEEN}])*")
"""A run of letters, with what may stand inside it unseen."""
_PLAIN: Final = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t"}
)
_LONG: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "ß": "ss"})
_SHORT: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))
SHORTEST: Final = 3


def fold(word: str) -> str:
    """A word without case, accents and unseen characters: "Ångström" and "ANGSTRÖM" are "angstrom"."""
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN))
    return "".join(one for one in apart.casefold().translate(_PLAIN) if one.isalpha())


def spellings(word: str) -> frozenset[str]:
    """Every folded form under which a name's word may stand: "Müller" and "Mueller" as both of these."""
    found = {fold(word), fold(unicodedata.normalize("NFC", word).casefold().translate(_LONG))}
    for one in tuple(found):
        short = one
        for long, plain in _SHORT:
            short = short.replace(long, plain)
        if len(short) >= SHORTEST:
            found.add(short)
    return frozenset(one for one in found if one)


def words_of(name: str) -> list[str]:
    """The words of a name as they are written: "Anna-Lena O'Brien" is Anna, Lena, O, Brien."""
    return WORD.findall(unicodedata.normalize("NFC", name))
