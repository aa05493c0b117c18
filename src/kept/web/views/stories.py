"""Stories of customers: reading them, writing one, and what the customer's side says to it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from kept.core.errors import Incomplete, NotAllowed, Refused
from kept.people.queries import may_act_for
from kept.programme.campaign import stories as room
from kept.programme.campaign.drafting import draft, title_of
from kept.programme.campaign.models import Story
from kept.web.http import now, viewer


class StoryForm(forms.Form):
    """The story, to be edited."""

    title = forms.CharField(label="Title", max_length=room.LONGEST_TITLE)
    text = forms.CharField(
        label="The story", widget=forms.Textarea(attrs={"rows": 14}), max_length=room.LONGEST_TEXT,
        help_text="Who they are, what they could do then, and who helped. An empty line begins a paragraph.",
    )  # fmt: skip


def stories(request: HttpRequest) -> HttpResponse:
    """The stories that may be told, and those of our own that wait for the customer's word."""
    shown = list(room.told()[:50])
    there = {one.pk for one in shown}
    waiting = [one for one in room.of_our_own(viewer(request))[:50] if one.pk not in there]
    return render(request, "web/stories.html", {"stories": shown, "waiting": waiting})


def story(request: HttpRequest, story_id: int) -> HttpResponse:
    """One story; for the customer's side the button that lets it be told."""
    found = room.story_read(viewer(request), story_id)
    ours = may_act_for(viewer(request), found.customer_id)
    context = {
        "story": found, "standing": room.standing(found), "is_customer": ours,
        "is_provider": may_act_for(viewer(request), found.provider_id),
        "may_agree": ours and found.written_by_id != viewer(request).pk, "outside": found.customer.kind == "outside",
    }  # fmt: skip
    return render(request, "web/story.html", context)


def tell(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Write the story of a promise; it begins with what the record says."""
    promise = room.promise_to_tell(viewer(request), promise_id)
    last = Story.objects.filter(promise=promise).first()
    start = (
        {"title": last.title, "text": last.text}
        if last
        else {"title": title_of(promise), "text": draft(promise, timezone.get_current_timezone())}
    )
    form = StoryForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            written = room.write(viewer(request), promise_id, data["title"], data["text"], at=now())
        except Incomplete as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, f"{promise.customer} is asked. Until they agree, only the two sides see it.")
            return redirect("web:story", written.pk)
    context = {"form": form, "promise": promise, "last": last}
    return render(request, "web/story_write.html", context, status=422 if form.errors else 200)


@require_POST
def answer(request: HttpRequest, story_id: int) -> HttpResponse:
    """The customer's side says whether it may be told; a later word takes the place of an earlier one."""
    agreed = request.POST.get("agreed") == "yes"
    read = request.POST.get("version", "")
    how = request.POST.get("how", "")
    version = int(read) if read.isdecimal() and len(read) < 9 else 0
    try:
        room.say(viewer(request), story_id, agreed=agreed, version=version, how=how, at=now())
    except NotAllowed:
        raise
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "It may be told now." if agreed else "It is not told.")
    return redirect("web:story", story_id)


@require_POST
def drop(request: HttpRequest, story_id: int) -> HttpResponse:
    """It is not told any more."""
    room.drop(viewer(request), story_id, at=now())
    messages.success(request, "It is taken back: nobody tells it any more.")
    return redirect("web:stories")
