"""How the pages say the acts: the words on the button, the question above the form, and which come first."""

from __future__ import annotations

from dataclasses import dataclass

from kept.core import acts


@dataclass(frozen=True, slots=True)
class Saying:
    """`button` offers the act, `heading` stands above its form, `send` on the button that does it."""

    button: str
    heading: str
    send: str
    done: str
    grave: bool = False


SAYINGS: dict[type[acts.Act], Saying] = {
    acts.Promise: Saying("Promise it", "Promise it as it was asked", "I promise", "Promised."),
    acts.Accept: Saying("Accept", "Accept", "Accept", "Accepted."),
    acts.Deliver: Saying(
        "Deliver", "Hand it over to your customer", "Deliver", "Delivered. Your customer answers now."
    ),
    acts.Agree: Saying("Agree to the new terms", "Agree to the new terms", "Agree", "The new terms are in force."),
    acts.Update: Saying("Give word", "Give your customer word", "Send", "Your customer knows now."),
    acts.Counter: Saying("Answer with other terms", "Answer with other terms", "Send", "They have your answer."),
    acts.Return: Saying("Return it", "Return it", "Return it", "It went back, with your reason."),
    acts.Acknowledge: Saying(
        "Say when they hear more", "You have seen it", "Send", "They know when they hear from you."
    ),
    acts.PassOn: Saying(
        "Pass it on",
        "Pass it on to who can do it",
        "Pass it on",
        "Passed on. You stay answerable until they take it on.",
    ),
    acts.Amend: Saying("Change the ask", "Change what you ask", "Save", "Changed; they see the new ask."),
    acts.Chase: Saying(
        "Ask how it stands", "Ask how it stands", "Ask", "Asked. It counts as a chase, for both to see."
    ),
    acts.Propose: Saying(
        "Propose new terms", "Propose new terms", "Propose", "Proposed. The old terms stand until they agree."
    ),
    acts.Refuse: Saying("Refuse the new terms", "Refuse: the old terms stand", "Refuse", "The old terms stand."),
    acts.AskHelp: Saying(
        "I need help", "Ask for help", "Ask for help", "Your lead and your customer see that you need help."
    ),
    acts.HandOver: Saying(
        "Hand it to a colleague", "Hand it to a colleague", "Hand over", "Handed over, with the whole story."
    ),
    acts.Link: Saying("Say what it relies on", "Say what this relies on", "Link", "Linked."),
    acts.Escalate: Saying("Bring somebody in", "Bring somebody in", "Bring in", "Brought in."),
    acts.Note: Saying("Add a note", "Add a note", "Add", "Noted."),
    acts.Reopen: Saying("Reopen it", "Reopen: it turned out not to be done", "Reopen", "Reopened."),
    acts.Decline: Saying("Decline", "Decline", "Decline", "Declined.", grave=True),
    acts.Withdraw: Saying("Withdraw", "Take it back", "Withdraw", "Withdrawn.", grave=True),
    acts.Cancel: Saying(
        "Cancel: no longer needed", "Cancel: you no longer need it", "Cancel it", "Cancelled.", grave=True
    ),
    acts.Renege: Saying(
        "Give the promise up", "Give the promise up", "Give it up", "Given up; your customer knows why.", grave=True
    ),
}
"""In the order in which the page offers them: what moves it on first, what ends it last."""

TAKE_BACK = Saying("Take it back", "Take it back", "Take it back", "It is with you again.")
GIVE_BACK = Saying("Give it back", "Give it back to who passed it on", "Give it back", "Given back, with your words.")
"""Passing an ask on to those who passed it on: as they say it, and as those say it who got it."""

KEYS: dict[type[acts.Act], str] = {
    acts.Promise: "p", acts.Accept: "a", acts.Deliver: "d", acts.Agree: "a", acts.Update: "u", acts.Counter: "c",
    acts.Return: "r", acts.Acknowledge: "h", acts.PassOn: "o", acts.Amend: "e", acts.Chase: "w", acts.Propose: "t",
    acts.Refuse: "x", acts.AskHelp: "l", acts.HandOver: "g", acts.Link: "i", acts.Escalate: "b", acts.Note: "n",
    acts.Reopen: "r", acts.Decline: "x", acts.Withdraw: "v", acts.Cancel: "z", acts.Renege: "y",
}  # fmt: skip
"""The key of each act on a promise's page; acts that are possible at the same time have different ones."""

MAIN = (acts.Promise, acts.Accept, acts.Deliver, acts.Agree)
"""The acts that a page offers as its main one, the first of them that is possible."""
