"""Who hears of what is agreed: the other side of it."""

from __future__ import annotations

from kept.core import agreement as rules
from kept.core.terms import Side
from kept.customers.models import Agreement
from kept.ledger import book
from kept.ledger.models import Event
from kept.notify.kinds import Kind
from kept.notify.known import Known
from kept.notify.readers import answering
from kept.notify.telling import Matter

SAYS = {
    "agreement.expected": "{who} ({party}) wrote what they expect of “{about}”.",
    "agreement.agreed": "{who} ({party}) agreed: what you wrote about “{about}” is in force.",
    "agreement.ended": "{who} ({party}) ended what was agreed about “{about}”.",
}
NEEDS = {"agreement.expected": "Read it; agree, or say what you expect."}


def matters(event: Event, known: Known) -> list[Matter]:
    """What those who answer for the other side are told of one event in an agreement."""
    rows = Agreement.objects.select_related("customer", "provider", "result")
    agreement = rows.filter(pk=event.stream_id).first()
    if agreement is None:
        return []
    own, other = agreement.customer, agreement.provider
    if Side(event.side) is Side.PROVIDER:
        own, other = other, own
    persons = [one for one in answering(other.pk) if one != event.actor_id]
    actor = known.parties([event.actor_id])[event.actor_id]
    about = str(agreement.result or f"all that {agreement.provider} does for {agreement.customer}")
    says = SAYS[event.name].format(who=actor, party=own, about=about)
    words = book.to_core(event, rules.BY_NAME).act.words
    return [
        Matter(
            reader=one, kind=Kind.AGREEMENT, key=f"event:{event.pk}", subject=f"What {own} and {other} agree on",
            says=says, words=words, needs=NEEDS.get(event.name, ""), agreement=agreement,
        )
        for one in persons
    ]  # fmt: skip
