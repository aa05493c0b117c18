"""Every event that a webhook can be told of, by its name, and what it means."""

from __future__ import annotations

from typing import Final

EVENTS: Final[dict[str, str]] = {
    "promise.asked": "a customer asks for something",
    "promise.offered": "a provider offers something",
    "promise.acknowledged": "the provider has seen the ask, and says by when there is an answer",
    "promise.amended": "the customer changes what is asked",
    "promise.passed_on": "the ask is passed on to another team",
    "promise.countered": "one side answers with other terms",
    "promise.promised": "the provider promises it",
    "promise.terms_accepted": "the other side's terms are accepted: it is promised",
    "promise.declined": "the ask or the offer is declined",
    "promise.withdrawn": "the ask or the offer is withdrawn",
    "promise.updated": "the provider gives word, perhaps with a later date",
    "promise.chased": "the customer had to ask how it stands",
    "promise.noted": "somebody adds a note",
    "promise.terms_proposed": "one side proposes new terms",
    "promise.terms_changed": "the other side agrees to them: they are in force",
    "promise.terms_refused": "the other side refuses them: the old ones stand",
    "promise.help_asked": "the provider asks for help",
    "promise.escalated": "somebody is brought in",
    "promise.handed_over": "somebody else of the provider's team has it now",
    "promise.linked": "the promise relies on another one",
    "promise.delivered": "the provider delivers it",
    "promise.returned": "the customer returns what was delivered",
    "promise.accepted": "the customer accepts what was delivered",
    "promise.reopened": "the customer reopens what was accepted",
    "promise.reneged": "the provider has to give the promise up",
    "promise.cancelled": "the customer no longer needs it",
    "agreement.expected": "one side writes what it expects",
    "agreement.agreed": "the other side agrees: it is in force",
    "agreement.ended": "one side ends what was agreed",
}
