"""The newsletter: its issues, one of them, editing and letting it go, ending it for oneself."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kept.core.errors import Incomplete, NotFound
from kept.programme.newsletter import access, actions
from kept.programme.newsletter.drafting import CASE_HERE
from kept.programme.newsletter.links import reader_of
from kept.programme.newsletter.models import NoMore
from kept.programme.newsletter.rendering import as_page, text_of
from kept.web.http import now, viewer


class IssueForm(forms.Form):
    """The words of an issue, and which version of it was seen."""

    subject = forms.CharField(label="Subject", max_length=actions.LONGEST_SUBJECT)
    text = forms.CharField(
        label="The newsletter", widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}), strip=False,
        help_text=f"Markdown. Where {CASE_HERE} stands, the case stands in the words that both sides approved.",
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)


class SeenForm(forms.Form):
    """Which version of an issue was on the page whose button was pressed."""

    seen = forms.IntegerField()


@require_safe
def newsletters(request: HttpRequest) -> HttpResponse:
    """Every issue that has gone; for those who edit them the drafts too."""
    person = viewer(request)
    context = {
        "issues": access.issues_for(person)[:104],
        "edits": access.edits(person),
        "gets": not NoMore.objects.filter(person=person).exists(),
    }
    return render(request, "web/newsletters.html", context)


@require_safe
def newsletter(request: HttpRequest, issue_id: int) -> HttpResponse:
    """One issue as a page."""
    issue = access.issue_for(viewer(request), issue_id)
    may = access.edits(viewer(request)) and issue.approved_at is None
    context = {"issue": issue, "body": as_page(text_of(issue)), "may": may, "section": "web:newsletters"}
    return render(request, "web/newsletter.html", context)


def edit_newsletter(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Put other words in a draft."""
    issue = access.draft_for(viewer(request), issue_id)
    first = {"subject": issue.subject, "text": issue.text, "seen": issue.version}
    form = IssueForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.change(viewer(request), issue_id, said["subject"], said["text"], seen=said["seen"])
        except Incomplete as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, "That is what it says now. It goes to nobody before you let it go.")
            return redirect("web:newsletter", issue_id)
    context = {"issue": issue, "form": form, "section": "web:newsletters"}
    return render(request, "web/newsletter_edit.html", context, status=422 if form.errors else 200)


@require_POST
def write_newsletter_anew(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Let a draft write itself anew."""
    actions.write_anew(viewer(request), issue_id, seen=_seen(request), at=now())
    messages.success(request, "It has written itself anew, from what is known now.")
    return redirect("web:newsletter", issue_id)


@require_POST
def approve_newsletter(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Let it go, as it was on the page."""
    mails = actions.approve(viewer(request), issue_id, seen=_seen(request), at=now())
    messages.success(request, f"It is on its way: {mails:,} mail{'' if mails == 1 else 's'}, and this page for all.")
    return redirect("web:newsletter", issue_id)


@require_POST
def drop_newsletter(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Nothing goes this week."""
    actions.drop(viewer(request), issue_id, at=now())
    messages.success(request, "Nothing goes this week.")
    return redirect("web:newsletters")


@require_POST
def my_newsletter(request: HttpRequest) -> HttpResponse:
    """End the newsletter by mail for myself, or begin again."""
    if request.POST.get("want") == "yes":
        actions.begin_again(viewer(request))
        messages.success(request, "It comes by mail again.")
    else:
        actions.stop(viewer(request), at=now())
        messages.success(request, "It comes by mail no more. Here you find it still.")
    return redirect("web:newsletters")


@login_not_required
@csrf_exempt  # a mail program posts here by itself (RFC 8058), with no cookie; the signed link is what it shows
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_newsletter(request: HttpRequest, token: str) -> HttpResponse:
    """Say whose newsletter this link ends (GET, which changes nothing), or end it (POST)."""
    try:
        reader = reader_of(token)
    except NotFound as error:
        return render(request, "web/newsletter_stop.html", {"reason": str(error)}, status=404)
    if request.method == "POST":
        actions.stop(reader, at=now())
    return render(request, "web/newsletter_stop.html", {"reader": reader, "stopped": request.method == "POST"})


def _seen(request: HttpRequest) -> int:
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise Incomplete("Open the issue again, and press the button there.")
    seen: int = form.cleaned_data["seen"]
    return seen
