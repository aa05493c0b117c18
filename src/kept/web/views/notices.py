"""What I was told, when I am told by mail, and the way to stop that."""

from __future__ import annotations

from datetime import time

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kept.core.errors import NotFound
from kept.notify import choices
from kept.notify import inbox as notices
from kept.notify.kinds import ByMail, Kind
from kept.notify.links import reader_of
from kept.notify.models import Notice
from kept.web.http import now, viewer


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What I was told, the newest first."""
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    entries, more = notices.inbox(viewer(request), page=page)
    last = max((one.newest.pk for one in entries), default=0)
    context = {"entries": entries, "page": page, "more": more, "last": last}
    return render(request, "web/notices.html", context)


@require_safe
@never_cache
def count(request: HttpRequest) -> HttpResponse:
    """How many notices I have not read: the number on the bell."""
    return render(request, "components/bell.html", {"unread": notices.unread(viewer(request))})


@require_POST
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Read a notice, and go to what it is about."""
    return redirect(_page(notices.open_notice(viewer(request), notice_id, at=now())))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Read everything that stands on the page."""
    last = request.POST.get("last", "")
    notices.read_all(viewer(request), up_to=int(last) if last.isdecimal() and len(last) < 18 else 0, at=now())
    return redirect("web:notices")


def _page(notice: Notice) -> str:
    if notice.promise_id is not None:
        return f"/promises/{notice.promise_id}/"
    return f"/agreements/{notice.agreement_id}/" if notice.agreement_id is not None else notice.page or "/"


# --- by mail ------------------------------------------------------------------------------------------------------


class ChoicesForm(forms.Form):
    """For each kind of notice when it comes by mail; when it is quiet, and when the daily mail comes."""

    quiet = forms.BooleanField(label="Send nothing outside my team's working hours", required=False)
    digest_at = forms.TimeField(
        label="The daily mail comes at", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for kind in Kind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=ByMail.choices, widget=forms.RadioSelect
            )
        self.order_fields([*Kind.values, "quiet", "digest_at"])

    def chosen(self) -> dict[Kind, ByMail]:
        """What was chosen for each kind."""
        return {kind: ByMail(self.cleaned_data[kind.value]) for kind in Kind}


def my_choices(request: HttpRequest) -> HttpResponse:
    """Choose what comes by mail, and when."""
    person = viewer(request)
    habits = choices.habits(person)
    chosen = habits.chosen_by_kind()
    form = ChoicesForm(request.POST or None, initial=chosen | {"quiet": habits.quiet, "digest_at": habits.digest_at})
    if request.method == "POST" and form.is_valid():
        at: time = form.cleaned_data["digest_at"]
        choices.choose(person, form.chosen(), quiet=form.cleaned_data["quiet"], digest_at=at)
        messages.success(request, "Kept writes to you that way from now on.")
        return redirect("web:notice-choices")
    context = {"form": form, "habits": habits, "kinds": [form[kind] for kind in Kind.values], "ways": ByMail.choices}
    return render(request, "web/notice_choices.html", context, status=422 if form.errors else 200)


@login_not_required
@csrf_exempt  # a mail program posts here by itself (RFC 8058), with no cookie; the signed link is what it shows
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Say whose mails this link stops (GET, which changes nothing), or stop them (POST)."""
    try:
        reader = reader_of(token)
    except NotFound as error:
        return render(request, "web/notice_stop.html", {"reason": str(error)}, status=404)
    if request.method == "POST":
        choices.stop(reader, at=now())
    context = {"reader": reader, "stopped": request.method == "POST", "address": choices.address_of(reader)}
    return render(request, "web/notice_stop.html", context)
