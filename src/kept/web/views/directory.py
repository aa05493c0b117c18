"""Who is who, whom a person's work helps, and whom a team should meet."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kept.customers.line_of_sight import line_of_sight
from kept.people.models import Membership, Party, Person, Team
from kept.people.queries import may_act_for
from kept.promises.meeting import ask_visit, strangers
from kept.web.http import now, viewer


def directory(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, by name; `?q=` narrows it by name, title, team or boss."""
    words = request.GET.get("q", "").strip()
    teams = Prefetch("memberships", Membership.objects.select_related("team").order_by("-leads", "team__name"))
    people = Person.objects.filter(is_active=True).select_related("boss").prefetch_related(teams)
    if words:
        people = people.filter(
            Q(name__icontains=words)
            | Q(title__icontains=words)
            | Q(boss__name__icontains=words)
            | Q(pk__in=Membership.objects.filter(team__name__icontains=words).values("person"))
        )
    page = Paginator(people.order_by("name", "pk"), 100).get_page(request.GET.get("page"))
    return render(request, "web/directory.html", {"page": page, "words": words})


def sight(request: HttpRequest, party_id: int) -> HttpResponse:
    """What somebody does, told by whom it helps."""
    person = Person.objects.filter(pk=party_id).first()
    if person is None:
        raise Http404
    return render(request, "web/line_of_sight.html", {"person": person, "sight": line_of_sight(person)})


def meet(request: HttpRequest, party_id: int) -> HttpResponse:
    """The three parties most affected by a team's work that it has never talked to."""
    team = _team(party_id)
    context = {"team": team, "strangers": strangers(team), "mine": may_act_for(viewer(request), team.pk)}
    return render(request, "web/meet.html", context)


@require_POST
def visit(request: HttpRequest, party_id: int, other_id: int) -> HttpResponse:
    """One press asks for a short visit."""
    other = Party.objects.filter(pk=other_id).first()
    if other is None:
        raise Http404
    asked = ask_visit(viewer(request), _team(party_id), other, at=now())
    messages.success(request, f"{other.name} has your ask for a short visit.")
    return redirect("web:promise", asked.pk)


def _team(party_id: int) -> Team:
    team = Team.objects.filter(pk=party_id).first()
    if team is None:
        raise Http404
    return team
