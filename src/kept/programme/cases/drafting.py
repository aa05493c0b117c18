"""What Kept proposes as a case, and the draft of its text, from what the promise, its complaint and its thanks say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from kept.complaints.models import Complaint, Thanks
from kept.complaints.stages import may_be_traced
from kept.complaints.tracing import trace_of
from kept.core.durations import roughly
from kept.core.state import State
from kept.people.models import Person
from kept.people.queries import acting_ids
from kept.programme.cases.models import Case
from kept.programme.cases.naming import called, names_for
from kept.programme.cases.redacting import redact
from kept.promises.models import Promise

MOST = 12
"""How many candidates are shown."""
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A promise that something can be learned from, and why Kept thinks so."""

    promise: Promise
    kind: Case.Kind
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A case before anybody has read it; no names in it."""

    kind: Case.Kind
    title: str
    text: str


def learnable() -> QuerySet[Promise]:
    """The promises that may become a case: ended, not private, with a complaint heard, thanks, or a return."""
    heard = Exists(Complaint.objects.filter(promise=OuterRef("pk"), acknowledged_at__isnull=False))
    thanked = Exists(Thanks.objects.filter(promise=OuterRef("pk")))
    ended = Promise.objects.filter(private=False, ended_at__isnull=False, promised_at__isnull=False)
    return ended.filter(Q(heard) | Q(thanked) | Q(reworks__gt=0), case=None)


def candidates(person: Person) -> list[Candidate]:
    """What Kept proposes to `person`, who may act for a side of each, the newest first."""
    mine = acting_ids(person)
    ours = learnable().filter(Q(customer__in=mine) | Q(provider__in=mine))
    rows = list(ours.select_related("customer", "provider").order_by("-ended_at", "-pk")[:MOST])
    complained = set(Complaint.objects.filter(promise__in=rows).values_list("promise", flat=True))
    thanked = set(Thanks.objects.filter(promise__in=rows).values_list("promise", flat=True))
    return [_candidate(one, complained=one.pk in complained, thanked=one.pk in thanked) for one in rows]


def _candidate(promise: Promise, *, complained: bool, thanked: bool) -> Candidate:
    if complained:
        return Candidate(promise, Case.Kind.BAD, "The customer complained, and was heard.")
    if thanked:
        return Candidate(promise, Case.Kind.GOOD, "The customer said thanks.")
    return Candidate(promise, Case.Kind.BAD, "It came back before it was right.")


def draft(promise: Promise, actor: Person, now: datetime) -> Draft:
    """The case as Kept tells it, to be changed by the two sides."""
    complaint = Complaint.objects.filter(promise=promise, acknowledged_at__isnull=False).order_by("at").first()
    thanks = Thanks.objects.filter(promise=promise).order_by("at").first()
    kind = Case.Kind.GOOD if thanks is not None and complaint is None else Case.Kind.BAD
    parts = [_asked(promise), " ".join(_became(promise)), _lost(promise, actor, now)]
    if complaint is not None:
        parts.append(f"{_begins(called(promise.customer))} complained: “{_line(complaint.words)}”")
        parts.append(f"The answer was: “{_line(complaint.answer)}”")
    if thanks is not None:
        parts.append(f"{_begins(called(promise.customer))} said thanks: “{_line(thanks.words)}”")
    names = names_for(promise.customer, promise.provider)
    title = "What went well with" if kind is Case.Kind.GOOD else "What went wrong with"
    text = "\n\n".join(part for part in parts if part)
    return Draft(kind, redact(f"{title} “{_line(promise.what)}”", names)[:LONGEST_TITLE], redact(text, names))


def _asked(promise: Promise) -> str:
    who, whom = _begins(called(promise.customer)), called(promise.provider)
    said = f"{who} asked {whom} for “{_line(promise.what)}”."
    if promise.done_when:
        said += f" What done means was said too: “{_line(promise.done_when)}”."
    if promise.promised_at is not None and promise.first_due is not None and promise.first_due > promise.promised_at:
        said += f" It was promised within {roughly(promise.first_due - promise.promised_at)}."
    return said


def _became(promise: Promise) -> Iterator[str]:
    if promise.first_due is not None and promise.first_due != promise.due:
        yield "The date was moved before it passed." if promise.outcome == "kept" else "The date was moved."
    if promise.delivered_at is None:
        yield "It was given up." if promise.state == State.BROKEN else ""
    elif promise.delivered_at > promise.due:
        yield f"It was delivered {roughly(promise.delivered_at - promise.due)} late."
    else:
        yield "It was delivered in time."
    if promise.reworks:
        yield "It came back once." if promise.reworks == 1 else f"It came back {promise.reworks} times."
    if promise.chases:
        yield f"The customer had to ask {'once' if promise.chases == 1 else f'{promise.chases} times'}."


def _lost(promise: Promise, actor: Person, now: datetime) -> str:
    """How much of what was lost lay in the promise, and how much up its line; other teams are not named."""
    in_time = promise.delivered_at is not None and promise.delivered_at <= promise.due
    if in_time or not may_be_traced(promise, now):
        return ""
    found = trace_of(actor, promise.pk, now=now)
    own = sum(step.share for step in found.steps if step.promise is not None and step.promise.pk == promise.pk)
    whole = sum(step.share for step in found.steps)
    if not whole:
        return ""
    part = round(100 * own / whole)
    if part in (0, 100):
        return f"What was lost of time was lost {'in this work itself' if part else 'further up the line'}."
    return f"Of the time that was lost, {part} % lay in this work itself and {100 - part} % further up the line."


def _begins(words: str) -> str:
    return words[:1].upper() + words[1:]


def _line(words: str) -> str:
    return " ".join(words.split()).rstrip(".") if len(words) < 200 else " ".join(words.split())
