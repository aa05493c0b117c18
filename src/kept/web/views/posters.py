"""Posters of a team: choose one, look at it, download it."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from kept.core.errors import NotFound
from kept.people.models import Team
from kept.programme.campaign import typesetting
from kept.programme.campaign.models import Story
from kept.programme.campaign.posters import Poster, Sheet, sheet_of, stories_of, team_to_print
from kept.programme.campaign.typesetting import Size
from kept.web.http import now, viewer

SIZES = ((Size.A4.key, "A4"), (Size.A3.key, "A3"), (Size.A2.key, "A2"), (Size.BANNER.key, "Banner, 120 × 40 cm"))
KINDS = (("pdf", "PDF, to print"), ("png", "PNG, a picture"))
TYPES = {"pdf": "application/pdf", "png": "image/png"}


class PosterForm(forms.Form):
    """Which poster, how large, and as what."""

    poster = forms.ChoiceField(label="Which poster", choices=Poster.choices, initial=Poster.CUSTOMERS)
    story = forms.ModelChoiceField(
        label="Which story", queryset=Story.objects.none(), required=False, empty_label="the newest",
        help_text="Stories that their customer agreed to.",
    )  # fmt: skip
    size = forms.ChoiceField(label="How large", choices=SIZES, initial=Size.A4.key)
    kind = forms.ChoiceField(label="As", choices=KINDS, initial="pdf")

    def __init__(self, stories: list[Story], data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.stories = stories
        there = Story.objects.filter(pk__in=[one.pk for one in stories])
        self.fields["story"].queryset = there  # type: ignore[attr-defined]
        if not stories:
            del self.fields["story"]

    def chosen(self, team: Team) -> tuple[Sheet, Size]:
        """The sheet that was chosen, and its size; where the choice makes no sense, the first poster on A4."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else {}
        story = data.get("story") or next(iter(self.stories), None)
        poster = Poster(data.get("poster") or Poster.CUSTOMERS)
        sheet = sheet_of(poster, team, now=now(), zone=timezone.get_current_timezone(), story=story)
        return sheet, Size[str(data.get("size") or Size.A4.key).upper()]


def posters(request: HttpRequest, party_id: int) -> HttpResponse:
    """The poster that was chosen, as it will look, and what is missing on it."""
    team = team_to_print(viewer(request), party_id)
    form = _form(request, team)
    sheet, size = form.chosen(team)
    if "download" in request.GET and form.is_bound and form.is_valid():
        return redirect(f"{reverse('web:poster', args=[team.pk, form.cleaned_data['kind']])}?{_query(request)}")
    context = {
        "team": team, "form": form, "sheet": sheet, "query": _query(request), "section": "web:teams",
        "wide": size is Size.BANNER,
    }  # fmt: skip
    return render(request, "web/posters.html", context, status=422 if form.is_bound and form.errors else 200)


def poster(request: HttpRequest, party_id: int, what: str) -> HttpResponse:
    """The chosen poster: `what` is "preview", "pdf" or "png"."""
    if what not in ("preview", *TYPES):
        raise NotFound("Posters are PDF or PNG.")
    team = team_to_print(viewer(request), party_id)
    sheet, size = _form(request, team).chosen(team)
    setting = {"preview": typesetting.preview, "pdf": typesetting.pdf, "png": typesetting.png}[what]
    response = HttpResponse(setting(sheet.template, sheet.data, size), content_type=TYPES.get(what, "image/png"))
    if what in TYPES:
        name = f"{slugify(team.name) or 'team'}-{sheet.data['title']}-{size.key}"
        response.headers["Content-Disposition"] = f'attachment; filename="{slugify(name)}.{what}"'
    return response


def _query(request: HttpRequest) -> str:
    """What was chosen, as it stands in an address."""
    chosen = request.GET.copy()
    chosen.pop("download", None)
    return chosen.urlencode()


def _form(request: HttpRequest, team: Team) -> PosterForm:
    return PosterForm(stories_of(team), request.GET if "poster" in request.GET else None)
