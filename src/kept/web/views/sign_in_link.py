"""The page behind a sign-in link: it says who you will be signed in as; a button does it."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kept.core.errors import NotFound
from kept.people.sign_in_links import person_of

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show whom the link signs in (GET, which changes nothing), or sign them in (POST) and go to their desk."""
    try:
        person = person_of(token)
    except NotFound as error:
        return render(request, "web/sign_in_link.html", {"reason": str(error)}, status=404)
    if request.method == "POST":
        login(request, person, backend=BACKEND)
        return redirect("web:desk")
    return render(request, "web/sign_in_link.html", {"person": person, "teams": person.teams.all()})
