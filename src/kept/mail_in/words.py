"""What the first word of an answer means. Every word is listed in docs/mail-in.md.

A word that moves the promise has to stand alone: at the end of its line, or before a full stop, an exclamation mark or
a colon. “Yes, but only if …” is no yes; it is kept as a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kept.core import acts
from kept.core.terms import Answer

SAYS: Final[dict[str, tuple[type[acts.Act], ...]]] = {
    "note": (acts.Note,), "update": (acts.Update,), "chase": (acts.Chase,), "reminder": (acts.Chase,),
}  # fmt: skip
"""Words that move nothing: whatever follows them are the words of the act."""
_YES: Final = (acts.Promise, acts.Agree, acts.Accept)
MOVES: Final[dict[str, tuple[type[acts.Act], ...]]] = {
    "promise": (acts.Promise,), "yes": _YES, "ok": _YES, "okay": _YES, "accept": _YES, "accepted": _YES, "agree": _YES,
    "agreed": _YES, "no": (acts.Decline, acts.Refuse), "decline": (acts.Decline,), "refuse": (acts.Refuse,),
    "easier": (acts.Accept,), "partly": (acts.Accept,), "return": (acts.Return,), "reopen": (acts.Reopen,),
    "withdraw": (acts.Withdraw,), "cancel": (acts.Cancel,), "help": (acts.AskHelp,), "renege": (acts.Renege,),
}  # fmt: skip
"""Words that move the promise, each with the acts that it may mean: the first that is possible now."""
FORMS: Final[dict[str, str]] = {
    "done": "deliver", "deliver": "deliver", "delivered": "deliver", "counter": "counter", "propose": "propose",
    "amend": "amend", "acknowledge": "acknowledge", "seen": "acknowledge", "escalate": "escalate",
}  # fmt: skip
"""Words for what needs more (a date, a name, a checklist, the one question): they are answered with a link."""
COMPLAINS: Final = frozenset({"complaint", "complain"})
"""Words that begin a complaint: it is none of the acts of the promise, and moves nothing in it."""
ANSWERS: Final = {"easier": Answer.EASIER, "partly": Answer.PARTLY}
_FIRST = re.compile(r"[\s\W_]{0,40}([^\W\d_]{1,30})[*_”’)]{0,3}([ \t]*)([.!:]|\n|\Z)?[ \t]*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: `kinds` of acts, or a `form`, with `words`; `unclear` is a word that did not stand alone."""

    words: str
    word: str = ""
    kinds: tuple[type[acts.Act], ...] = (acts.Note,)
    form: str = ""
    unclear: str = ""

    @property
    def complains(self) -> bool:
        """Whether it is a complaint."""
        return self.word in COMPLAINS

    @property
    def answer(self) -> Answer | None:
        """The answer to the one question that the word is, if it is one."""
        return ANSWERS.get(self.word)


def wish_of(text: str) -> Wish:
    """What the words of an answer want: an act by its first word, else a note."""
    found = _FIRST.match(text)
    word = found[1].casefold() if found else ""
    if found is None or (word not in SAYS | MOVES | FORMS and word not in COMPLAINS):
        return Wish(text)
    rest = text[found.end() :].strip()
    if word in SAYS:
        return Wish(re.sub(r"^[\s,:;.!–-]+", "", rest), word, SAYS[word])
    if found[3] is None:
        return Wish(text, unclear=word)
    if word in COMPLAINS:
        return Wish(rest, word, ())
    if word in FORMS:
        return Wish(rest, word, (), FORMS[word])
    return Wish(rest, word, MOVES[word])
