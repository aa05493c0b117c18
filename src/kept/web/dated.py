"""Which forms give a date, who would do it for whom there, and what the act keeps of the odds that were shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.forms import Form
from django.urls import reverse

from kept.core import acts
from kept.core.terms import Shown, Side, Terms
from kept.ledger import book
from kept.outlook.advising import Advice, advise, word_for
from kept.people.models import Party, Person
from kept.people.queries import acting_for
from kept.promises import rounds
from kept.promises.access import Seen
from kept.promises.models import Promise
from kept.web.dates import Beside, Place, beside, moment_in
from kept.web.opening_forms import AskForm, OpeningForm

GIVING = frozenset({acts.Promise, acts.Counter, acts.Amend, acts.Propose, acts.Agree})
"""The acts in a promise whose forms show the odds of a date."""
A_MOMENT = "input delay:300ms from:#"


# --- the forms that open a promise --------------------------------------------------------------------------------


def of_opening(form: OpeningForm, at: datetime) -> Beside:
    """Beside the date of an ask or an offer; shows nothing while it is not plain who asks whom."""
    asks = isinstance(form, AskForm)
    trigger = f"{A_MOMENT}id_due, change from:#id_other, change from:#id_own, input delay:600ms from:#id_what"
    place = Place(
        "id_due", reverse("web:dates", args=["ask" if asks else "offer"]), "#id_own, #id_other, #id_due, #id_what",
        trigger, "ask" if asks else "give", typed=True,
    )  # fmt: skip
    sides = _sides(form)
    if sides is None:
        return Beside(place, None)
    advice = advise(form.person, *sides, at=at, what=form.said("what"))
    return beside(place, advice, moment_in(form.said("due")))


def opened_with(form: OpeningForm, at: datetime) -> acts.Ask | acts.Offer:
    """The ask or offer that the form describes, with the odds of its date; only after `is_valid`."""
    act, sides = form.opening(), _sides(form)
    if sides is None:
        return act
    return replace(act, shown=_shown(advise(form.person, *sides, at=at, what=act.terms.what), act.terms.due))


def _sides(form: OpeningForm) -> tuple[Party, Party] | None:
    """The customer and the provider, as far as they are typed; None where one is not plain."""
    other, own = form.chosen_other(), form.said("own")
    if other is None:
        return None
    mine = acting_for(form.person).filter(pk=own).first() if own.isdecimal() else None
    if mine is None or other.pk == mine.pk:
        return None
    return (mine, other) if isinstance(form, AskForm) else (other, mine)


# --- the forms in a promise ---------------------------------------------------------------------------------------


def of_act(person: Person, seen: Seen, kind: type[acts.Act], form: Form | None, at: datetime) -> Beside | None:
    """Beside the date of an act's form, or above the button of one that takes the date on the table."""
    if kind not in GIVING:
        return None
    has_field = form is not None and "due" in form.fields
    chosen = moment_in(form["due"].value()) if form and has_field else _on_the_table(seen.promise)
    return in_promise(person, seen, at, chosen, link=_other_terms(seen.promise, kind))


def in_promise(
    person: Person, seen: Seen, at: datetime, chosen: datetime | None, *, link: str = "", key: str = ""
) -> Beside:
    """Beside a date in a promise that stands or is talked about."""
    field = f"id_due_{key}" if key else "id_due"
    says = "give" if Side.PROVIDER in seen.sides else "ask"
    address = reverse("web:dates-in", args=[seen.promise.pk])
    place = Place(field, address, f"#{field}", f"{A_MOMENT}{field}", says, key=key, link=link)
    return beside(place, advice_in(person, seen.promise, at), chosen)


def advice_in(person: Person, promise: Promise, at: datetime) -> Advice | None:
    """What is known of a date that is about to be given in a promise."""
    return advise(person, promise.customer, promise.provider, at=at, promise=promise)


def acting_with(act: acts.Act, person: Person, promise: Promise, at: datetime) -> acts.Act:
    """The act with the odds of the date that it gives or takes, where it is one that does."""
    if not isinstance(act, acts.Dated):
        return act
    terms: Terms | None = getattr(act, "terms", None)
    due = terms.due if terms else _on_the_table(promise)
    return replace(act, shown=_shown(advice_in(person, promise, at), due))


def _on_the_table(promise: Promise) -> datetime:
    """The date that a promise or an agreement without other terms takes."""
    table = rounds.on_the_table(book.read(promise.pk))
    return table.due if table else promise.due


def _shown(advice: Advice | None, due: datetime) -> Shown | None:
    return word_for(advice.forecast, due) if advice else None


def _other_terms(promise: Promise, kind: type[acts.Act]) -> str:
    """The form that begins with another date, from one that has no field for it."""
    return reverse("web:act", args=[promise.pk, acts.Counter.name]) if kind is acts.Promise else ""
