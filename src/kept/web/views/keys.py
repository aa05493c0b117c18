"""Your keys: with which other programs act as you. A key is shown once, when it is made."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kept.core.errors import Refused
from kept.people.models import ApiToken
from kept.people.tokens import LONGEST_NAME, keys_of, make_token, revoke
from kept.web.http import now, viewer

MAY = (
    (ApiToken.Scope.READ, "Read what I may see"),
    (ApiToken.Scope.WRITE, "Read, and act for me"),
)
LASTS = (("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("0", "until I revoke it"))


class KeyForm(forms.Form):
    """What a new key is for, what it may, and how long it is good."""

    name = forms.CharField(label="What is it for?", max_length=LONGEST_NAME, help_text="Such as the program's name.")
    scope = forms.ChoiceField(label="What may it?", choices=MAY, initial=ApiToken.Scope.READ, widget=forms.RadioSelect)
    days = forms.ChoiceField(label="How long is it good?", choices=LASTS, initial="90")

    def clean_name(self) -> str:
        """One line with words in it."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name:
            raise ValidationError("Say what it is for, so that you know it again.")
        return name


def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the viewer, and the making of a new one."""
    form = KeyForm(request.POST or None)
    made = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        lasts = timedelta(days=int(data["days"])) or None
        try:
            _, made = make_token(
                viewer(request), scope=ApiToken.Scope(data["scope"]), at=now(), name=data["name"], lasts=lasts
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            form = KeyForm()
    moment = now()
    rows = list(keys_of(viewer(request)))
    good = [row for row in rows if row.revoked_at is None and (row.expires_at is None or row.expires_at > moment)]
    context = {
        "form": form,
        "made": made,
        "now": moment,
        "good": good,
        "gone": [row for row in rows if row not in good][:20],
    }
    response = render(request, "web/keys.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """This key opens nothing any more."""
    found = keys_of(viewer(request)).filter(pk=key_id).first()
    if found is None:
        raise Http404
    revoke(found, at=now())
    messages.success(request, f"“{found}” opens nothing any more.")
    return redirect("web:keys")
