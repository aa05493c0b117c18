"""A team's page for ten minutes: to read, to print, and as a PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from kept.people.models import Team
from kept.programme.meeting import sheet
from kept.programme.meeting.pack import Pack, pack_of
from kept.promises.access import visible_to
from kept.web.http import now, viewer


@require_safe
def meeting(request: HttpRequest, party_id: int) -> HttpResponse:
    """The page of a team; of what it owes, what the viewer may see."""
    team = get_object_or_404(Team, pk=party_id)
    context = {"team": team, "pack": _pack(request, team), "section": "web:teams"}
    return render(request, "web/meeting.html", context)


@require_safe
def meeting_pdf(request: HttpRequest, party_id: int) -> HttpResponse:
    """The same as a PDF of one A4."""
    team = get_object_or_404(Team, pk=party_id)
    answer = HttpResponse(sheet.pdf(_pack(request, team)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="meeting-{slugify(team.name) or team.pk}.pdf"'
    return answer


def _pack(request: HttpRequest, team: Team) -> Pack:
    among = visible_to(viewer(request))
    return pack_of(team, among, now=now(), zone=timezone.get_current_timezone())
