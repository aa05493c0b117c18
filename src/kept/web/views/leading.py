"""The leader's page: my own promises first, then where customers wait, silence, help, and what got better."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kept.core.errors import NotAllowed
from kept.programme.leading import leads_somebody, over
from kept.web import goal_words as words
from kept.web.http import now, viewer


def leading(request: HttpRequest) -> HttpResponse:
    """What those who lead look at, under the one question."""
    person, moment = viewer(request), now()
    if not leads_somebody(person):
        raise NotAllowed("This page is for those who lead a team. Your own promises are on your desk.")
    looked = over(person, moment)
    changed = [(figure.label, words.said(figure, change)) for figure, change in looked.changed]
    return render(request, "web/leading.html", {"over": looked, "changed": changed, "now": moment})
