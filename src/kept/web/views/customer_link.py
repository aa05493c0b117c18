"""The page behind an outside customer's private link: no account, one promise, nothing of the house around it.

A GET only shows; it may preselect (`?answer=easier`), a button sends. The secret in the address is what lets somebody
in, so a form needs no other proof where it comes from: whoever can forge it has the link already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kept.complaints import actions as complaints
from kept.complaints.models import Complaint
from kept.complaints.placing import Proposal, place_with, proposals_with
from kept.complaints.queries import said_with
from kept.core import acts
from kept.core.errors import Incomplete, NotFound, Overtaken, Refused
from kept.core.terms import Side
from kept.promises import customer_links
from kept.promises.customer_view import file_of, stands, told
from kept.promises.models import CustomerLink
from kept.web.customer_link_forms import SAYINGS, AnswerForm, ReasonForm, Saying, form_for, start
from kept.web.http import now
from kept.web.throttle import too_often
from kept.web.views.file import saved

MOST_A_MINUTE = 120
LONGEST_ID = 19
"""Digits that no id has."""
OTHER = {
    "thank": Saying("Say thanks", "Say thanks", "Send", "Thank you. They read it."),
    "complain": Saying("Complain", "Tell them what went wrong", "Send", "They have it, and answer you here."),
    "else": Saying(
        "Something else went wrong", "What else went wrong?", "Send", "They have it. Is it about one of those below?"
    ),
}
"""What a customer may say beyond the promise itself."""
View = Callable[..., HttpResponseBase]


def sealed(view: View) -> View:
    """The page says nothing of its address to anybody: not to search engines, not to the pages that it leads to."""

    def answer(request: HttpRequest, secret: str, name: str = "") -> HttpResponseBase:
        response = view(request, secret, name)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return answer


@dataclass(frozen=True, slots=True)
class Doing:
    """What the customer is about to do: the form that is open, its act (None: thanks or a complaint), its words."""

    name: str
    saying: Saying
    form: AnswerForm
    kind: type[acts.Act] | None


@login_not_required
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sealed
def page(request: HttpRequest, secret: str, name: str) -> HttpResponse:
    """Where the promise stands (GET, which changes nothing in it), or one answer (POST)."""
    if too_often(secret, most=MOST_A_MINUTE):
        return render(request, "customer_link/gone.html", {"busy": True}, status=429)
    moment = now()
    try:
        link = customer_links.link_of(secret, at=moment)
    except NotFound:
        return render(request, "customer_link/gone.html", status=404)
    if request.method == "GET":
        customer_links.opened(link, at=moment)
    doing = _doing(request, link, name)
    if request.method != "POST":
        return _page(request, secret, link, doing)
    if doing is None:
        return _page(request, secret, link, None, reason="That is not possible any more; see below.", status=409)
    return _done(request, secret, link, doing)


@login_not_required
@require_safe
@sealed
def file(request: HttpRequest, secret: str, name: str) -> HttpResponseBase:
    """Hand out a file (`name` is its id) of the story, to be saved; never shown by the browser itself."""
    try:
        found, path = file_of(customer_links.link_of(secret, at=now()), int(name) if name.isdecimal() else 0)
    except NotFound:
        return render(request, "customer_link/gone.html", status=404)
    return saved(found, path)


@login_not_required
@never_cache
@csrf_exempt
@require_POST
@sealed
def about(request: HttpRequest, secret: str, name: str) -> HttpResponse:
    """The outside customer says which of their promises a complaint (`name` is its id) is about."""
    if too_often(secret, most=MOST_A_MINUTE):
        return render(request, "customer_link/gone.html", {"busy": True}, status=429)
    chosen = request.POST.get("promise", "")
    try:
        link = customer_links.link_of(secret, at=now())
        promise = int(chosen) if chosen.isdecimal() and len(chosen) < LONGEST_ID else 0
        place_with(link, int(name) if name.isdecimal() and len(name) < LONGEST_ID else 0, promise, at=now())
    except NotFound:
        return render(request, "customer_link/gone.html", status=404)
    except Refused as error:
        return _page(request, secret, link, None, reason=str(error), status=422)
    return redirect("web:customer-link", secret)


def _done(request: HttpRequest, secret: str, link: CustomerLink, doing: Doing) -> HttpResponse:
    """Do what a form says, where it is whole; the page again with the reason where it is not."""
    form = doing.form
    if not form.is_valid():
        return _page(request, secret, link, doing, status=422)
    try:
        _do(link, doing)
    except NotFound:
        return render(request, "customer_link/gone.html", status=404)
    except Overtaken:
        reason = "Something changed while you were looking. Nothing of yours was sent; look below, then decide."
        fresh = customer_links.link_of(secret, at=now())
        return _page(request, secret, fresh, None, reason=reason, status=409)
    except Refused as error:
        field = error.field if isinstance(error, Incomplete) and error.field in form.fields else None
        form.add_error(field, str(error))
        return _page(request, secret, link, doing, status=422)
    return redirect(f"{reverse('web:customer-link', args=[secret])}?done={doing.name}")


def _do(link: CustomerLink, doing: Doing) -> None:
    form, data = doing.form, doing.form.cleaned_data
    if doing.kind is not None:
        customer_links.answer(link, form.act(), at=now(), seen=data["seen"])
    elif doing.name == "thank":
        complaints.thank_with(link, data["words"], at=now())
    elif doing.name == "complain":
        complaints.complain_with(link, data["words"], at=now())
    else:
        complaints.complain_of_else_with(link, data["words"], at=now())


def _doing(request: HttpRequest, link: CustomerLink, name: str) -> Doing | None:
    """The form that `name` asks for, or the one that the promise waits for; None where there is none."""
    data = request.POST or None
    if name in OTHER:
        return Doing(name, OTHER[name], ReasonForm(data), None)
    possible, _ = customer_links.possible(link.promise, now())
    waiting = acts.Accept if acts.Accept in possible else acts.Agree if acts.Agree in possible else None
    kind = acts.BY_NAME.get(name.replace("-", "_")) if name else waiting
    if kind is None or kind not in possible or kind not in SAYINGS:
        return None
    form = form_for(kind, link.promise)(data, initial=start(link.promise, request.GET.get("answer", "")))
    return Doing(_slug(kind), SAYINGS[kind], form, kind)


def _page(
    request: HttpRequest, secret: str, link: CustomerLink, doing: Doing | None, *, reason: str = "", status: int = 200
) -> HttpResponse:
    moment = now()
    promise = link.promise
    possible, state = customer_links.possible(promise, moment)
    offered = [(_slug(kind), SAYINGS[kind]) for kind in SAYINGS if kind in possible]
    names = {_slug(kind): saying for kind, saying in SAYINGS.items()} | OTHER
    done = names.get(request.GET.get("done", ""))
    proposed = state.proposed if state and state.terms and state.proposed else None
    said = said_with(link)
    context = {
        "secret": secret,
        "link": link,
        "promise": promise,
        "now": moment,
        "zone": timezone.get_current_timezone_name().replace("_", " "),
        "stands": stands(link, moment),
        "proposed": proposed.terms if proposed and proposed.side is Side.PROVIDER else None,
        "lines": told(link),
        "said": said,
        "proposals": _proposals(link, said.complaints, moment),
        "doing": doing,
        "form": doing.form if doing else None,
        "offered": [*offered, *OTHER.items()],
        "done": done.done if done else "",
        "reason": reason,
    }
    return render(request, "customer_link/page.html", context, status=status)


def _proposals(link: CustomerLink, said: Sequence[Complaint], at: datetime) -> tuple[int, tuple[Proposal, ...]]:
    """Of the newest complaint that is about nothing in particular yet: its id, and what it may be about."""
    newest = next((one for one in said if one.promise_id is None), None)
    return (newest.pk, proposals_with(link, newest, at=at)) if newest else (0, ())


def _slug(kind: type[acts.Act]) -> str:
    return kind.name.replace("_", "-")
