"""Mail in: what waits for a look by those who keep this installation, and the address at which a team takes asks."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kept.core.errors import Incomplete, NotAllowed, Refused
from kept.mail_in import quarantine, reports
from kept.mail_in.team_addresses import address_of_team, full_address, say_address
from kept.people.calendars import may_change
from kept.people.models import Team
from kept.web.http import now, viewer

A_PAGE = 50


class AddressForm(forms.Form):
    """The name behind the + in a team's address."""

    name = forms.CharField(
        label="Its name there", required=False, max_length=60,
        help_text="Small letters, digits and hyphens, such as warehouse. Leave it empty to take no asks by mail.",
    )  # fmt: skip


def page(request: HttpRequest) -> HttpResponse:
    """The mails that wait for a look, what became of the last others, and addresses that do not work."""
    person = viewer(request)
    waiting = Paginator(quarantine.waiting(person), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": waiting,
        "lately": quarantine.lately(person),
        "failing": reports.failing(),
        "taking": settings.KEPT_MAIL_IN,
    }
    return render(request, "web/mail_in.html", context)


def raw(request: HttpRequest, mail_id: int) -> HttpResponse:
    """A mail as it came, to be saved: no browser shows or runs anything of it."""
    mail = quarantine.raw(viewer(request), mail_id)
    response = HttpResponse(bytes(mail.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{mail.pk}.eml"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def let_through(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Vouch for its sender."""
    quarantine.let_through(viewer(request), mail_id, at=now())
    messages.success(request, "It is looked at once more, within seconds. What became of it stands below.")
    return redirect("web:mail-in")


@require_POST
def throw_away(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Nothing is to be done with it."""
    quarantine.throw_away(viewer(request), mail_id, at=now())
    messages.success(request, "Thrown away.")
    return redirect("web:mail-in")


@require_POST
def works_again(request: HttpRequest, party_id: int) -> HttpResponse:
    """The address was put right."""
    if not viewer(request).is_administrator:
        raise NotAllowed("Those who keep this installation say this; ask one of them.")
    reports.works_again(party_id)
    return redirect("web:mail-in")


def team(request: HttpRequest, party_id: int) -> HttpResponse:
    """The address at which a team takes asks by mail; those who lead it choose it."""
    found = Team.objects.filter(pk=party_id).first()
    if found is None:
        raise Http404
    row = getattr(found, "mail_address", None)
    form = AddressForm(request.POST or None, initial={"name": row.name if row else ""})
    if request.method == "POST" and form.is_valid():
        try:
            say_address(viewer(request), found, form.cleaned_data["name"], at=now())
        except Incomplete as error:
            form.add_error("name", str(error))
        except NotAllowed:
            raise
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved.")
            return redirect("web:team-mail", party_id)
    context = {
        "team": found,
        "address": address_of_team(found),
        "example": full_address("name") if settings.KEPT_MAIL_IN else "",
        "form": form,
        "may_change": may_change(viewer(request), found),
    }
    return render(request, "web/team_mail.html", context, status=422 if form.errors else 200)
