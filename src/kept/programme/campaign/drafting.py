"""The first draft of a customer's story, from what happened: plain sentences that the provider's side then edits.

It names teams, never persons, and nothing of what the customer said beyond their thanks and what they signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo

from kept.complaints.credits.chain import behind, teams_of, within
from kept.complaints.models import Thanks
from kept.core import acts, durations
from kept.core.terms import Answer
from kept.customers.line_of_sight import purposes_of
from kept.ledger import book
from kept.people.models import OutsideCustomer, Party
from kept.promises.models import Promise

A_DAY = timedelta(days=1)


def title_of(promise: Promise) -> str:
    """A title to begin with."""
    return f"How {teams_of([promise.customer])[promise.customer_id]} got what they needed"


def draft(promise: Promise, zone: tzinfo) -> str:
    """The story as the record tells it, in paragraphs."""
    names = teams_of([promise.customer, promise.provider])
    customer, provider = names[promise.customer_id], names[promise.provider_id]
    paragraphs = (
        _who(promise, customer), _needed(promise, provider, zone), _words(promise, customer),
        _helped(promise, customer, provider),
    )  # fmt: skip
    return "\n\n".join(one for one in paragraphs if one)


def _who(promise: Promise, customer: str) -> str:
    if promise.customer.kind == Party.Kind.OUTSIDE:
        row = OutsideCustomer.objects.select_related("looked_after_by").filter(pk=promise.customer_id).first()
        after = f", looked after by {row.looked_after_by}" if row and row.looked_after_by else ""
        return f"{customer} is a customer of ours{after}."
    purpose = purposes_of({promise.customer_id}).get(promise.customer_id, "")
    return f"{customer} works here: {purpose.rstrip('.')}." if purpose else f"{customer} works here, and is a customer."


def _needed(promise: Promise, provider: str, zone: tzinfo) -> str:
    due = promise.due.astimezone(zone)
    said = f"They needed this: {promise.what.rstrip('.')}. {provider} promised it by {due:%-d %B %Y}"
    if promise.delivered_at is None:
        return f"{said}."
    early = promise.due - promise.delivered_at
    if early < timedelta(0):
        return f"{said} and delivered it on {promise.delivered_at.astimezone(zone):%-d %B %Y}."
    return f"{said} and delivered it {f'{durations.roughly(early)} early' if early >= A_DAY else 'on time'}."


def _words(promise: Promise, customer: str) -> str:
    said = list(Thanks.objects.filter(promise=promise.pk).order_by("at").values_list("words", flat=True)[:2])
    said += list(_signed(promise))
    quoted = " ".join(f"“{' '.join(words.split())}”" for words in dict.fromkeys(said) if words.strip())
    return f"{quoted} says {customer}." if quoted else ""


def _signed(promise: Promise) -> Iterator[str]:
    for event in book.read(promise.pk):
        if isinstance(event.act, acts.Accept) and event.act.signed and event.act.answer is Answer.EASIER:
            yield event.act.words


def _helped(promise: Promise, customer: str, provider: str) -> str:
    until = promise.ended_at or promise.delivered_at
    if until is None:
        return ""
    known, pairs = behind(promise, until)
    public = {key: one for key, one in known.items() if not one.private}
    steps = within(promise.pk, pairs, public)
    names = teams_of(public[key].provider for key in steps)
    ordered = sorted(steps, key=lambda key: (steps[key], key))
    others = [name for name in dict.fromkeys(names[public[key].provider_id] for key in ordered) if name != provider]
    if not others:
        return ""
    return f"{provider} did not do it alone: {_listed(others)} had a part in it, most of whom never met {customer}."


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
