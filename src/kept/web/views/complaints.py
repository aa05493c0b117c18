"""Complaints on a page of their own: said about nothing in particular, put to a promise, answered, made good again."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kept.complaints import access, actions, placing, remedies
from kept.complaints.models import Complaint
from kept.core.errors import Incomplete, NotAllowed, NotFound, Refused
from kept.core.terms import Side, Terms
from kept.people.models import Party
from kept.promises.access import visible_to
from kept.web.complaint_forms import ComplainForm, HearForm, RemedyForm
from kept.web.fields import label_of
from kept.web.http import now, viewer
from kept.web.views.promise import show


def new(request: HttpRequest) -> HttpResponse:
    """The form for a complaint about nothing in particular; `?to=` names a party. A POST says it."""
    person = viewer(request)
    form = ComplainForm(request.POST or None, person=person, initial=_start(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            own = Party.objects.get(pk=data["own"])
            said = actions.complain_to(person, data["other"], data["words"], customer=own, at=now())
        except Refused as error:
            show(form, error)
        else:
            messages.success(request, "They have your complaint. Somebody answers it here.")
            return redirect("web:complaint", said.pk)
    return render(request, "web/new_complaint.html", {"form": form}, status=422 if form.errors else 200)


def complaint(request: HttpRequest, said_id: int) -> HttpResponse:
    """One complaint: what it is about, what came of it, and what makes it good again."""
    return page(request, access.one_seen(viewer(request), Complaint, said_id))


@require_POST
def about(request: HttpRequest, said_id: int) -> HttpResponse:
    """Say which promise a complaint is about."""
    chosen = request.POST.get("promise", "")
    try:
        placing.place(viewer(request), said_id, int(chosen) if _is_id(chosen) else 0, at=now())
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "Noted. Both sides see it with that promise from now on.")
    return redirect("web:complaint", said_id)


@require_POST
def remedy(request: HttpRequest, said_id: int) -> HttpResponse:
    """Say what makes it good again: the provider's side offers it, the customer's asks for it."""
    person = viewer(request)
    said = access.one_seen(person, Complaint, said_id)
    form = RemedyForm(request.POST)
    if not form.is_valid():
        return page(request, said, remedy_form=form)
    doing = remedies.ask if placing.side_of(person, said) is Side.CUSTOMER else remedies.offer
    try:
        promise = doing(person, said_id, form.terms(), at=now())
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        show(form, error)
        return page(request, said, remedy_form=form)
    messages.success(request, "The other side has it; it is promised once they say yes.")
    return redirect("web:promise", promise.pk)


def page(
    request: HttpRequest, said: Complaint, *, hear_form: Form | None = None, remedy_form: Form | None = None
) -> HttpResponse:
    """The page of a complaint, with the form that was not whole."""
    person = viewer(request)
    side = placing.side_of(person, said)
    may_hear = said.acknowledged_at is None and access.may_hear(person, said)
    wrong = bool((hear_form and hear_form.errors) or (remedy_form and remedy_form.errors))
    context = {
        "complaint": said,
        "proposals": placing.proposals(person, said) if said.promise_id is None and side else (),
        "side": side,
        "remedy": visible_to(person).filter(pk=said.remedy_id or 0).first(),
        "hear_form": hear_form or (HearForm() if may_hear else None),
        "remedy_form": remedy_form or (RemedyForm() if side and not may_hear else None),
        "now": now(),
    }
    return render(request, "web/complaint.html", context, status=422 if wrong else 200)


def _heard(terms: Terms | None) -> str:
    return "They know that you have heard it." + (" It is promised once they accept." if terms else "")


def _start(request: HttpRequest) -> dict[str, str]:
    to = request.GET.get("to", "")
    party = Party.objects.select_related("person").filter(pk=to).first() if _is_id(to) else None
    return {"other": label_of(party)} if party else {}


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19  # what a database can hold


def heard(request: HttpRequest, said_id: int) -> HttpResponse:
    """Answer a complaint; with a promise of what makes it good again, where the form holds one."""
    person = viewer(request)
    said = access.to_hear(person, Complaint, said_id)
    form = HearForm(request.POST)
    if not form.is_valid():
        return page(request, said, hear_form=form)
    terms, words = form.terms(), form.cleaned_data["words"]
    try:
        if terms is None:
            actions.hear_complaint(person, said_id, words, at=now())
        else:
            remedies.hear_and_offer(person, said_id, words, terms, at=now())
    except (NotAllowed, NotFound):
        raise
    except Incomplete as error:
        show(form, error)
        return page(request, said, hear_form=form)
    except Refused as error:
        messages.warning(request, str(error))
        return redirect("web:desk")
    messages.success(request, _heard(terms))
    return redirect("web:promise", said.promise_id) if said.promise_id else redirect("web:complaint", said_id)
