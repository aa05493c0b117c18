"""What a piece of work is about, as words that can be compared: without capitals, accents and endings.

The endings are those of English and German (Snowball's stemmers, one after the other until nothing changes), for one
company may write in both, often in one line; other languages lose capitals, accents and what endings they share with
these two. So `Rechnungen` and `rechnung` are one word, and `deliveries` and `delivery` are.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

LONGEST = 40
"""Characters of a word that are kept."""
MOST = 60
"""Words that are kept of one text: those that come first."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_STEMMERS = (snowballstemmer.stemmer("english"), snowballstemmer.stemmer("german"))
_LITTLE_WORDS = """
    about after all also and any are because been before between both but can could did does done each else for from get
    had has have here how into its just know like may more most must need needs new next not now off old once one only
    other our out over own please same shall should some than that the their them then there these they this those two
    under until very want wants was were what when where which while who why will with without would yet you your
    aber alle als am an auch auf aus bei bis bitte braucht brauchen das dass dem den der des die doch ein eine einem
    einen einer eines er es fur haben hat hier ich ihr ihre im in ist kann kein keine mehr mit muss nach nicht noch nur
    oder ohne sein sich sie sind so soll uber um und uns unser unsere unter vom von vor war was wenn werden wie wir wird
    wo zu zum zur
    monday tuesday wednesday thursday friday saturday sunday today tomorrow week month
    montag dienstag mittwoch donnerstag freitag samstag sonntag heute morgen woche monat
"""
_LITTLE = frozenset(_LITTLE_WORDS.split())
"""Words that say nothing of the work, folded."""


def stems(text: str) -> tuple[str, ...]:
    """The words of `text` that say what it is about, each once, in their order, ready to be compared."""
    return tuple(dict.fromkeys(stem for _, stem in typed(text)))[:MOST]


def typed(text: str) -> list[tuple[str, str]]:
    """The words of `text` as they were typed, each with what `stems` makes of it."""
    words = [word.group() for word in _WORD.finditer(unicodedata.normalize("NFC", text))]
    return [(word, stem) for word in words if (stem := _stem(_folded(word)))]


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))[:LONGEST]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """The stem of a folded word; "" for one that says nothing."""
    if word in _LITTLE:
        return ""
    while True:
        shorter = word
        for stemmer in _STEMMERS:
            shorter = str(stemmer.stemWord(shorter))
        if shorter == word:
            return word[:LONGEST]
        word = shorter
