"""The private links to a promise of an outside customer: made, listed and revoked by those who look after them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kept.promises import customer_links
from kept.promises.access import promise_for_seeing
from kept.web.http import now, viewer


@never_cache
def links(request: HttpRequest, promise_id: int) -> HttpResponse:
    """The links that are good (GET); a new one, whose address is shown this once (POST)."""
    person, moment = viewer(request), now()
    rows = customer_links.links_of(person, promise_id, at=moment)
    address = ""
    if request.method == "POST":
        _, secret = customer_links.make_link(person, promise_id, at=moment)
        address = outside_address(request, reverse("web:customer-link", args=[secret]))
    context = {
        "promise": promise_for_seeing(person, promise_id).promise,
        "links": rows.all(),
        "address": address,
        "now": moment,
        "days": customer_links.GOOD_FOR.days,
    }
    return render(request, "web/customer_links.html", context)


@require_POST
def revoke(request: HttpRequest, promise_id: int, link_id: int) -> HttpResponse:
    """The link opens nothing from now on."""
    customer_links.revoke(viewer(request), promise_id, link_id, at=now())
    messages.success(request, "The link opens nothing any more.")
    return redirect("web:customer-links", promise_id)


def outside_address(request: HttpRequest, path: str) -> str:
    """The whole address of a page, as somebody outside opens it."""
    return f"{where_kept_is(request)}{path}"


def where_kept_is(request: HttpRequest) -> str:
    """Where others reach Kept: as the company has set it; where nobody has, as this visitor does."""
    said: str = settings.KEPT_ADDRESS
    return request.build_absolute_uri("/")[:-1] if said.startswith("http://127.0.0.1") else said
