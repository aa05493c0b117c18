"""The chats of a team: where Slack or Microsoft Teams is told of its asks, deliveries and slips."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kept.core.errors import Incomplete
from kept.notify.calling import endpoints
from kept.notify.channels.chat import writing
from kept.notify.models import Endpoint
from kept.people import calendars
from kept.people.models import Team
from kept.web.http import now, viewer
from kept.web.views.endpoints import Place, begin_test, do, do_again, is_on_its_way, log_of

KINDS = (Endpoint.Kind.SLACK, Endpoint.Kind.TEAMS)


class ChatForm(forms.Form):
    """A new chat."""

    kind = forms.ChoiceField(
        label="Where does the team talk?", choices=[(kind.value, kind.label) for kind in KINDS],
        initial=Endpoint.Kind.SLACK, widget=forms.RadioSelect,
    )  # fmt: skip
    name = forms.CharField(label="Which channel is it?", max_length=100, help_text="So that you know it again.")
    url = forms.CharField(
        label="Its address for messages that come in", max_length=1000,
        help_text="Slack calls it the webhook URL, Teams makes it with a workflow. Whoever has it can write there.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


@never_cache
def chats(request: HttpRequest, party_id: int) -> HttpResponse:
    """The chats of the team, and the adding of one, for those who lead it."""
    team = _team(request, party_id)
    form = ChatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        kind = Endpoint.Kind(data["kind"])
        try:
            made = endpoints.add(viewer(request), team, kind=kind, name=data["name"], url=data["url"], at=now())
        except Incomplete as error:
            form.add_error(error.field or None, str(error))
        else:
            begin_test(made, _test_body(made, team), request)
            return redirect(_place(team).one(made))
    rows = endpoints.endpoints_of(team).filter(kind__in=KINDS)
    context = {"team": team, "form": form, "chats": [(row, _place(team).one(row)) for row in rows]}
    return render(request, "web/chats.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def chat(request: HttpRequest, party_id: int, endpoint_id: int) -> HttpResponse:
    """One of them: how it goes, and every message of the last 30 days."""
    team = _team(request, party_id)
    endpoint, place = _chat(team, endpoint_id), _place(team)
    rows = log_of(endpoint, place)
    context = {
        "team": team,
        "endpoint": endpoint,
        "host": urlsplit(endpoint.url).hostname,
        "rows": rows,
        "going": is_on_its_way(rows),
        "page": place.one(endpoint),
        **{name: place.button(endpoint, name) for name in ("test", "off", "on", "remove")},
    }
    return render(request, "web/chat.html", context)


@require_POST
def chat_do(request: HttpRequest, party_id: int, endpoint_id: int, what: str) -> HttpResponse:
    """What its buttons do."""
    team = _team(request, party_id)
    endpoint = _chat(team, endpoint_id)
    return do(request, endpoint, what, _place(team), lambda: _test_body(endpoint, team))


@require_POST
def chat_again(request: HttpRequest, party_id: int, endpoint_id: int, call_id: int) -> HttpResponse:
    """One message once more."""
    team = _team(request, party_id)
    return do_again(request, _chat(team, endpoint_id), call_id, _place(team))


def _team(request: HttpRequest, party_id: int) -> Team:
    """The team, for those who lead it: the address of its chat is a secret."""
    team = Team.objects.filter(pk=party_id).first()
    if team is None:
        raise Http404
    calendars.refuse_stranger(viewer(request), team)
    return team


def _chat(team: Team, endpoint_id: int) -> Endpoint:
    return endpoints.endpoint_of(team, endpoint_id)


def _place(team: Team) -> Place:
    return Place("chat", (team.pk,))


def _test_body(endpoint: Endpoint, team: Team) -> str:
    says = f"From now on {team} is told here of asks that nobody has yet, of deliveries, and of what slips."
    return writing.body(endpoint.kind, writing.Message("Kept", says, endpoints.link_to(f"/teams/{team.pk}/")))
