"""Cases: those that may be read, those between us, what Kept proposes; changing one, approving it, making a lesson."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kept.core.errors import Incomplete, KeptError, NotAllowed, NotFound
from kept.core.terms import Side
from kept.programme.cases import access, actions
from kept.programme.cases.drafting import LONGEST_TITLE, candidates
from kept.programme.cases.models import Case
from kept.programme.cases.naming import called
from kept.programme.lessons.rendering import as_html
from kept.web.http import now, viewer


class CaseForm(forms.Form):
    """The words of a case, and which version of it was seen."""

    title = forms.CharField(label="Title", max_length=LONGEST_TITLE)
    text = forms.CharField(
        label="The case", widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}), strip=False,
        help_text="What happened, and what both sides take from it. Names become roles as it is kept.",
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)


class LessonForm(forms.Form):
    """The title and quiz of a lesson; its text is the case's."""

    head = forms.CharField(
        label="Title, whom it is for, and the quiz", widget=forms.Textarea(attrs={"rows": 14}), strip=False,
        help_text="As in every lesson. The text is the case as both sides approved it, and can't be changed here.",
    )  # fmt: skip


class SeenForm(forms.Form):
    """Which version of a case was on the page whose button was pressed."""

    seen = forms.IntegerField()


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """What may be read, what is between us, and what Kept proposes."""
    person = viewer(request)
    read = list(access.approved()[:100])
    ours = access.between_us(person).exclude(pk__in=[one.pk for one in read])
    context = {"read": read, "ours": ours, "candidates": candidates(person)}
    return render(request, "web/cases.html", context)


@require_POST
def take_up_case(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Make a case of a promise of ours."""
    made = actions.take_up(viewer(request), promise_id, at=now())
    messages.success(request, "That is the draft. Only the two sides read it, until both have approved it.")
    return redirect("web:case", made.pk)


@require_safe
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case, who has approved it, and what I may do with it."""
    found = access.case_read(viewer(request), case_id)
    mine = access.sides_of(viewer(request), found)
    approved = access.is_approved(found)
    context = {
        "case": found, "body": as_html(found.text), "mine": mine, "approved": approved,
        "sides": _sides(found) if mine else [], "given": _given_by(found, mine) == len(mine),
        "some_given": _given_by(found, mine) > 0,
        "may_teach": approved and viewer(request).is_administrator, "section": "web:cases",
    }  # fmt: skip
    return render(request, "web/case.html", context)


def _sides(case: Case) -> list[tuple[str, object]]:
    """Each side with the approval that counts, None while there is none."""
    given = {one.side: one for one in case.approvals.filter(version=case.version).select_related("by")}
    parties = {Side.CUSTOMER: case.customer, Side.PROVIDER: case.provider}
    return [(called(party), given.get(str(side))) for side, party in parties.items()]


def _given_by(case: Case, sides: list[Side]) -> int:
    return case.approvals.filter(version=case.version, side__in=[str(side) for side in sides]).count()


def edit_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put other words in a case."""
    found = access.case_to_change(viewer(request), case_id)
    form = CaseForm(request.POST or None, initial={"title": found.title, "text": found.text, "seen": found.version})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.change(viewer(request), case_id, said["title"], said["text"], seen=said["seen"], at=now())
        except Incomplete as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, "Names were taken out of it again. Both sides read it anew before others do.")
            return redirect("web:case", case_id)
    context = {"case": found, "form": form, "section": "web:cases"}
    return render(request, "web/case_edit.html", context, status=422 if form.errors else 200)


@require_POST
def approve_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Let others read it, for my side."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise Incomplete("Open the case again, and press the button there.")
    actions.approve(viewer(request), case_id, seen=form.cleaned_data["seen"], at=now())
    messages.success(request, "Approved for your side. Others read it once both sides have approved it.")
    return redirect("web:case", case_id)


@require_POST
def take_back_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """My side does not let others read it any more."""
    actions.take_back(viewer(request), case_id)
    messages.success(request, "Nobody but the two sides reads it any more.")
    return redirect("web:case", case_id)


@require_POST
def drop_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Nothing is made of it."""
    actions.drop(viewer(request), case_id, at=now())
    messages.success(request, "It is no case any more.")
    return redirect("web:cases")


def case_lesson(request: HttpRequest, case_id: int) -> HttpResponse:
    """Make a lesson of an approved case: for those who keep the installation."""
    if not viewer(request).is_administrator:
        raise NotAllowed("Only those who keep the installation write lessons.")
    found = access.approved().filter(pk=case_id).first()
    if found is None:
        raise NotFound(access.NO_SUCH)
    form = LessonForm(request.POST or None, initial={"head": actions.lesson_head(found)})
    if request.method == "POST" and form.is_valid():
        try:
            edition = actions.make_lesson(viewer(request), case_id, form.cleaned_data["head"], at=now())
        except KeptError as error:
            form.add_error("head", str(error))
        else:
            messages.success(request, "It is a lesson now.")
            return redirect("web:lesson", edition.slug)
    context = {"case": found, "body": as_html(found.text), "form": form, "section": "web:cases"}
    return render(request, "web/case_lesson.html", context, status=422 if form.errors else 200)
