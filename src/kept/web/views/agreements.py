"""What two sides expect of each other: side by side, proposed, countered, agreed, ended, with every version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from kept.core.agreement import Agree, AgreementState, Between, End, Expect, Version, open_acts
from kept.core.errors import Incomplete, NotAllowed, NotFound, Overtaken, Refused
from kept.core.state import Event
from kept.core.terms import By, Side
from kept.customers import access, agreeing, agreements, queries
from kept.customers.access import SeenAgreement
from kept.customers.models import Agreement, Result
from kept.people.models import Party, Person
from kept.web.agreement_forms import EndForm, ExpectForm
from kept.web.expecting import Field, alone, beside
from kept.web.http import now, viewer

SECTION = "web:customers"
SAID = {
    "agreement.expected": "wrote what {side} expects",
    "agreement.agreed": "agreed: version {version} is in force",
    "agreement.ended": "ended it",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One event of an agreement as a sentence."""

    at: datetime
    who: str
    party: str
    does: str
    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class Past:
    """One version, for the page: `fields` of what was agreed, and who wrote and agreed to it."""

    version: Version
    fields: list[Field]
    written_by: str
    agreed_by: str
    in_force: bool


def between(request: HttpRequest, customer_id: int, provider_id: int) -> HttpResponse:
    """All that two parties have agreed on; straight to the one agreement where there is one."""
    customer, provider = _parties(customer_id, provider_id)
    _may_read(request, customer, provider)
    found = agreements.between(customer_id, provider_id)
    if len(found) == 1 and "all" not in request.GET:
        return redirect("web:agreement", found[0].pk)
    taken = {each.result_id for each in found}
    context = {
        "section": SECTION,
        "customer": customer,
        "provider": provider,
        "agreements": found,
        "at_large": None not in taken,
        "results": [each for each in queries.results_of(provider_id) if each.pk not in taken],
        "sides": access.sides_of(viewer(request), customer=customer_id, provider=provider_id),
    }
    return render(request, "web/agreements_between.html", context)


def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """One agreement: both sides' expectations side by side, what is in force, and how it came about."""
    return _page(request, access.agreement_for_seeing(viewer(request), agreement_id))


def version(request: HttpRequest, agreement_id: int, number: int) -> HttpResponse:
    """One version by itself: what a promise that was made under it goes by."""
    seen = access.agreement_for_seeing(viewer(request), agreement_id)
    state, _ = agreements.standing_of(agreement_id)
    found = next((each for each in state.versions if each.number == number), None) if state else None
    if found is None or state is None:
        raise NotFound("There is no such version of this agreement.")
    context = {"section": SECTION, "agreement": seen.agreement, "past": _past([found], state)[0]}
    return render(request, "web/agreement_version.html", context)


def begin(request: HttpRequest, customer_id: int, provider_id: int) -> HttpResponse:
    """The first word of an agreement (`?result=`: about one result): what one side expects."""
    customer, provider = _parties(customer_id, provider_id)
    sides = _sides(request, customer_id, provider_id)
    result = request.GET.get("result", "")
    about = Result.objects.filter(pk=result, owner=provider).first() if result.isdecimal() else None
    known = Agreement.objects.filter(customer=customer, provider=provider, result=about).first()
    if known is not None:
        return redirect("web:expect", known.pk)
    pair = Between(customer_id, provider_id, about.pk if about else None)
    side = _chosen_side(request, sides)
    context = {"customer": customer, "provider": provider, "result": about, "side": side, "sides": sides}
    return _expect(request, pair, ExpectForm(request.POST or None), context)


def expect(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Write what one side expects now: an answer, or a change of what is in force."""
    seen = access.agreement_for_seeing(viewer(request), agreement_id)
    row = seen.agreement
    sides = _sides(request, row.customer_id, row.provider_id)
    side = _chosen_side(request, sides)
    state, _ = agreements.standing_of(agreement_id)
    start = (state.expected_by(side) or state.expected_by(side.other)) if state else None
    context = {
        "agreement": row, "customer": row.customer, "provider": row.provider, "result": row.result, "side": side,
        "sides": sides,
        "theirs": alone(theirs) if state and (theirs := state.expected_by(side.other)) else [],
    }  # fmt: skip
    pair = Between(row.customer_id, row.provider_id, row.result_id)
    return _expect(request, pair, ExpectForm(request.POST or None, starts_from=start), context)


def _expect(request: HttpRequest, pair: Between, form: ExpectForm, context: Mapping[str, object]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        side = context["side"]
        try:
            done = agreeing.expect(
                viewer(request), pair, form.expectations(), at=now(), words=form.cleaned_data["message"],
                side=side if isinstance(side, Side) else None,
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refused as error:
            _show(form, error)
        else:
            messages.success(request, "Said. It is in force once the other side has agreed to it.")
            return redirect("web:agreement", done.pk)
    shown = {**context, "section": SECTION, "form": form}
    return render(request, "web/agreement_expect.html", shown, status=422 if form.errors else 200)


@require_POST
def agree(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Yes to exactly what was shown (`to`: the event in which the other side said it)."""
    to = request.POST.get("to", "")
    try:
        agreeing.agree(viewer(request), agreement_id, to=int(to) if to.isdecimal() else 0, at=now())
    except NotAllowed:
        raise
    except Overtaken as error:
        messages.warning(request, str(error))
        return _page(request, access.agreement_for_seeing(viewer(request), agreement_id), status=409)
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "Agreed: it is in force for every promise from now on.")
    return redirect("web:agreement", agreement_id)


def end(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """End it, with the reason."""
    seen = access.agreement_for_seeing(viewer(request), agreement_id)
    sides = _sides(request, seen.agreement.customer_id, seen.agreement.provider_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        side = _chosen_side(request, sides)
        try:
            agreeing.end(viewer(request), agreement_id, words=form.cleaned_data["words"], at=now(), side=side)
        except Refused as error:
            _show(form, error)
        else:
            messages.success(request, "Ended. What was agreed stays in the history.")
            return redirect("web:agreement", agreement_id)
    return _page(request, seen, form=form, status=422 if form.errors else 200)


# --- the page -----------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, seen: SeenAgreement, *, form: Form | None = None, status: int = 200) -> HttpResponse:
    row = seen.agreement
    state, events = agreements.standing_of(row.pk)
    if state is None:
        raise NotFound("There is no such agreement, or it is not for you to see.")
    possible = {act for side in seen.sides for act in open_acts(state, By(viewer(request).pk, side))}
    answering = next((side for side in sorted(seen.sides) if _can_agree(state, viewer(request), side)), None)
    theirs = state.stated(answering.other) if answering else None
    talking = bool(state.customer or state.provider)
    context = {
        "section": SECTION,
        "agreement": row,
        "state": state,
        "now": now(),
        "sides": seen.sides,
        "talking": talking,
        "fields": beside(state.expected_by(Side.CUSTOMER), state.expected_by(Side.PROVIDER)),
        "in_force": alone(state.in_force.expectations) if state.in_force else [],
        "versions": _past(reversed(state.versions), state),
        "told": _told(events, row),
        "to": theirs.sequence if theirs else None,
        "writer": row.provider if answering is Side.CUSTOMER else row.customer,
        "may_expect": Expect in possible,
        "may_end": End in possible,
        "form": form,
        "others": len(agreements.between(row.customer_id, row.provider_id)) > 1,
        "review_due": row.review_on is not None and row.review_on <= now().date(),
    }
    return render(request, "web/agreement.html", context, status=status)


def _can_agree(state: AgreementState, person: Person, side: Side) -> bool:
    return Agree in open_acts(state, By(person.pk, side))


def _past(versions: Iterable[Version], state: AgreementState) -> list[Past]:
    chosen = list(versions)
    ids = {person for each in chosen for person in (each.written_by, each.agreed_by)}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        Past(each, alone(each.expectations), names[each.written_by], names[each.agreed_by], each == state.in_force)
        for each in chosen
    ]


def _told(events: list[Event], row: Agreement) -> list[Told]:
    names = dict(Person.objects.filter(pk__in={event.by.person for event in events}).values_list("pk", "name"))
    parties = {Side.CUSTOMER: row.customer.name, Side.PROVIDER: row.provider.name}
    lines: list[Told] = []
    versions = 0
    for event in events:
        versions += isinstance(event.act, Agree)
        party = parties[event.by.side]
        who = names[event.by.person]
        tone = "turn" if isinstance(event.act, Agree) else "alarm" if isinstance(event.act, End) else ""
        does = SAID[event.name].format(side=party, version=versions)
        lines.append(Told(event.at, who, party if party != who else "", does, tone, event.act.words))
    return lines


# --- who, and about what ------------------------------------------------------------------------------------------


def _parties(customer_id: int, provider_id: int) -> tuple[Party, Party]:
    return get_object_or_404(Party, pk=customer_id), get_object_or_404(Party, pk=provider_id)


def _may_read(request: HttpRequest, customer: Party, provider: Party) -> None:
    if not access.may_read_between(viewer(request), customer=customer.pk, provider=provider.pk):
        raise NotFound("There is no such agreement, or it is not for you to see.")


def _sides(request: HttpRequest, customer: int, provider: int) -> frozenset[Side]:
    if not access.may_read_between(viewer(request), customer=customer, provider=provider):
        raise NotFound("There is no such agreement, or it is not for you to see.")
    return access.sides_for_acting(viewer(request), customer=customer, provider=provider)


def _chosen_side(request: HttpRequest, sides: frozenset[Side]) -> Side:
    """The side that the viewer speaks for: the one of `?side=` where that is one of theirs."""
    wanted = request.GET.get("side", "")
    return next((side for side in sides if side == wanted), min(sides))


def _show(form: Form, error: Refused) -> None:
    field = error.field if isinstance(error, Incomplete) else ""
    field = {"needs": "need_0_name"}.get(field, field)
    form.add_error(field if field in form.fields else None, str(error))
