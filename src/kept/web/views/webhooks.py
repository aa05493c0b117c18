"""My webhooks: other programs that are told of what happens, as it happens."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kept.core.errors import Incomplete
from kept.notify.calling import endpoints
from kept.notify.channels.webhooks.names import EVENTS
from kept.notify.channels.webhooks.saying import said
from kept.notify.models import Endpoint
from kept.web.http import now, viewer
from kept.web.views.endpoints import Place, do, do_again, is_on_its_way, log_of

PLACE = Place("webhook")


class EventsForm(forms.Form):
    """Which events: none ticked means all."""

    events = forms.MultipleChoiceField(
        label="What shall it be told of?", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(name, f"{name}: {words}") for name, words in EVENTS.items()],
        help_text="Tick none to have all of them, those of later versions too.",
    )  # fmt: skip


class WebhookForm(EventsForm):
    """A new webhook."""

    name = forms.CharField(label="What is it for?", max_length=100, help_text="Such as the program's name.")
    url = forms.CharField(
        label="Which address takes the calls?", max_length=1000, help_text="It begins with https://",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ("name", "url", "events")


@never_cache
def webhooks(request: HttpRequest) -> HttpResponse:
    """My webhooks, and the adding of one; its secret is shown this once."""
    person, form = viewer(request), WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = endpoints.add(person, person, kind=Endpoint.Kind.WEBHOOK, at=now(), **form.cleaned_data)
        except Incomplete as error:
            form.add_error(error.field or None, str(error))
        else:
            return _page(request, made, secret=made.secret)
    rows = endpoints.endpoints_of(person).filter(kind=Endpoint.Kind.WEBHOOK)
    context = {"form": form, "webhooks": [(row, PLACE.one(row)) for row in rows]}
    return render(request, "web/webhooks.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def webhook(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """One of them: how it goes, and every call of the last 30 days."""
    return _page(request, _mine(request, endpoint_id))


@never_cache
@require_POST
def webhook_do(request: HttpRequest, endpoint_id: int, what: str) -> HttpResponse:
    """What its buttons do; a new secret is shown this once."""
    endpoint = _mine(request, endpoint_id)
    if what == "secret":
        return _page(request, endpoint, secret=endpoints.change_secret(endpoint, at=now()))
    if what == "events":
        form = EventsForm(request.POST)
        if form.is_valid():
            endpoints.choose_events(endpoint, form.cleaned_data["events"])
            messages.success(request, "Saved. It holds from now on.")
        return redirect(PLACE.one(endpoint))
    return do(request, endpoint, what, PLACE, lambda: _test_body(endpoint))


@require_POST
def webhook_again(request: HttpRequest, endpoint_id: int, call_id: int) -> HttpResponse:
    """One call once more."""
    return do_again(request, _mine(request, endpoint_id), call_id, PLACE)


def _mine(request: HttpRequest, endpoint_id: int) -> Endpoint:
    return endpoints.endpoint_of(viewer(request), endpoint_id)


def _test_body(endpoint: Endpoint) -> str:
    return said(endpoints.TEST, now(), {"endpoint": endpoint.pk, "name": endpoint.name})


def _page(request: HttpRequest, endpoint: Endpoint, *, secret: str = "") -> HttpResponse:
    endpoint.refresh_from_db()
    rows = log_of(endpoint, PLACE)
    context = {
        "endpoint": endpoint,
        "secret": secret,
        "old_good": endpoint.old_until and endpoint.old_until > now(),
        "rows": rows,
        "going": is_on_its_way(rows),
        "form": EventsForm(initial={"events": endpoint.events}),
        "page": PLACE.one(endpoint),
        **{name: PLACE.button(endpoint, name) for name in ("test", "off", "on", "remove")},
    }
    return render(request, "web/webhook.html", context)
