"""Teams, people and outside customers: who depends on them, whom they depend on, what is open."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from kept.complaints.credits.lately import lately
from kept.people.models import Membership, OutsideCustomer, Party, Person, Team
from kept.people.queries import may_act_for, parties_like
from kept.programme.campaign.posters import may_make
from kept.promises import queries
from kept.web.fields import label_of
from kept.web.http import now, viewer


def teams(request: HttpRequest) -> HttpResponse:
    """Every team, mine first."""
    leads = Prefetch("memberships", Membership.objects.filter(leads=True).select_related("person"), to_attr="led_by")
    rows = Team.objects.select_related("parent").annotate(people=Count("memberships")).prefetch_related(leads)
    own = list(rows.filter(memberships__person=viewer(request)).order_by("name")) if request.user else []
    page = Paginator(rows.order_by("name"), 100).get_page(request.GET.get("page"))
    return render(request, "web/teams.html", {"mine": own, "page": page})


def party(_request: HttpRequest, party_id: int) -> HttpResponse:
    """The page of a party of any kind, by its id."""
    found = Party.objects.filter(pk=party_id).first()
    if found is None:
        raise Http404
    return redirect({"team": "web:team", "person": "web:person", "outside": "web:outside"}[found.kind], party_id)


def team(request: HttpRequest, party_id: int) -> HttpResponse:
    """A team: who depends on it, whom it depends on, its open promises."""
    found = Team.objects.select_related("parent").filter(pk=party_id).first()
    if found is None:
        raise Http404
    members = Membership.objects.filter(team=found).select_related("person").order_by("-leads", "person__name")
    context = _common(request, found) | {
        "team": found,
        "members": [each.person for each in members if not each.leads],
        "leads": [each.person for each in members if each.leads],
        "leads_it": any(each.leads and each.person == request.user for each in members),
        "below": Team.objects.filter(parent=found).order_by("name"),
        "may_print": may_make(viewer(request), party_id),
        "mine": may_act_for(viewer(request), party_id),
        "received": lately(viewer(request), found, now=now()),
    }
    return render(request, "web/team.html", context)


def person(request: HttpRequest, party_id: int) -> HttpResponse:
    """A person: teams, boss, reports, and what is open that the viewer may see."""
    found = Person.objects.select_related("boss").filter(pk=party_id).first()
    if found is None:
        raise Http404
    context = _common(request, found) | {
        "person": found,
        "memberships": found.memberships.select_related("team").order_by("team__name"),
        "reports": found.reports.filter(is_active=True).order_by("name"),
        "received": lately(viewer(request), found, now=now()),
    }
    return render(request, "web/person.html", context)


def outside(request: HttpRequest, party_id: int) -> HttpResponse:
    """An outside customer: who looks after them, and what they have been promised."""
    found = OutsideCustomer.objects.select_related("looked_after_by").filter(pk=party_id).first()
    if found is None:
        raise Http404
    return render(request, "web/outside.html", _common(request, found) | {"customer": found})


def suggest(request: HttpRequest) -> JsonResponse:
    """The parties whose name holds what was typed: `{"names": [...]}`, twelve at most."""
    words = request.GET.get("q", "").strip()
    found = parties_like(words).select_related("person")[:12] if len(words) > 1 else []
    return JsonResponse({"names": [label_of(each) for each in found]})


def search(request: HttpRequest) -> HttpResponse:
    """Promises, teams, people and outside customers whose name holds what was typed."""
    words = request.GET.get("q", "").strip()
    moment = now()
    found = {
        "promises": queries.with_words(viewer(request), words, moment),
        "parties": list(parties_like(words).order_by("-kind", "name")[:30]),
    }
    return render(request, "web/search.html", {"words": words, "now": moment} | (found if words else {}))


def _common(request: HttpRequest, found: Party) -> dict[str, object]:
    """What the pages of all three kinds of party show."""
    moment = now()
    owed, awaited = queries.open_of(viewer(request), found.pk, moment)
    return {
        "now": moment,
        "customers": queries.depends_on(found.pk, moment),
        "providers": queries.relied_on_by(found.pk, moment),
        "owed": owed,
        "awaited": awaited,
    }
