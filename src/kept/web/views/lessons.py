"""Lessons: what there is for me, reading one and answering its quiz, certificates, how far my team is, writing one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from kept.core.errors import KeptError, NotAllowed
from kept.people.models import Team
from kept.programme.lessons.actions import Outcome, answer, ask_no_more, ask_team, lesson_called, publish
from kept.programme.lessons.models import Edition, Path
from kept.programme.lessons.queries import certificate, progress_of, team_state
from kept.programme.lessons.reading import Lesson, brought_text, every_lesson
from kept.programme.lessons.rendering import as_html
from kept.web.http import now, viewer

NEW_LESSON = """+++
title = "What it is called"
minutes = 5
paths = ["everyone"]

[[quiz]]
question = "A question"
answers = ["A wrong answer", "The right answer"]
right = [2]
why = "Why it is right."
+++
The text, in Markdown.
"""


class QuizForm(forms.Form):
    """The questions of a lesson, each with its answers."""

    def __init__(self, lesson: Lesson, data: Any = None) -> None:
        super().__init__(data)
        for number, question in enumerate(lesson.quiz, 1):
            choices = [(str(place), words) for place, words in enumerate(question.answers, 1)]
            kind = forms.TypedMultipleChoiceField if question.several else forms.TypedChoiceField
            widget = forms.CheckboxSelectMultiple if question.several else forms.RadioSelect
            self.fields[f"q{number}"] = kind(
                label=question.question, choices=choices, coerce=int, widget=widget,
                help_text="Choose all that are right." if question.several else "",
                error_messages={"required": "Choose an answer."},
            )  # fmt: skip

    def chosen(self) -> list[list[int]]:
        """The answers chosen for each question, counted from 1."""
        given = [self.cleaned_data[name] for name in self.fields]
        return [one if isinstance(one, list) else [one] for one in given]


class AskTeamForm(forms.Form):
    """Which lessons a team is asked to finish, and by when."""

    path = forms.ChoiceField(label="Which lessons", choices=Path.choices)
    until = forms.DateField(label="To finish by", widget=forms.DateInput(attrs={"type": "date"}))


class EditionForm(forms.Form):
    """The whole text of a lesson."""

    text = forms.CharField(
        label="The lesson", widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "true"}), strip=False,
        help_text="Between the lines +++ its title, whom it is for and the quiz; below them the text, in Markdown.",
    )  # fmt: skip


def lessons(request: HttpRequest) -> HttpResponse:
    """My paths, and how far I am, each lesson once; below them all other lessons."""
    there = set[str]()
    mine = []
    for progress in progress_of(viewer(request)):
        mine.append((progress, [step for step in progress.steps if step.lesson.slug not in there]))
        there |= {step.lesson.slug for step in progress.steps}
    others = [lesson for slug, lesson in every_lesson().items() if slug not in there]
    context = {"mine": mine, "others": others, "led": _led(request)}
    return render(request, "web/lessons.html", context)


def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """A lesson with its quiz; sending the quiz says which answers were right, and why."""
    shown = lesson_called(slug)
    form = QuizForm(shown, request.POST or None)
    outcome: Outcome | None = None
    if request.method == "POST" and form.is_valid():
        outcome = answer(viewer(request), slug, form.chosen(), at=now())
    context = {
        "lesson": shown,
        "body": as_html(shown.body),
        "form": form,
        "outcome": outcome,
        "answered": list(zip(shown.quiz, outcome.right, form.chosen(), strict=True)) if outcome else [],
        "following": _following(request, slug) if outcome and outcome.passed else None,
    }
    return render(request, "web/lesson.html", context, status=422 if form.errors else 200)


def _following(request: HttpRequest, slug: str) -> dict[str, Any] | None:
    """What comes after a lesson that was passed: the next one in a path, or the certificate of one that is finished."""
    for progress in progress_of(viewer(request)):
        if slug in (step.lesson.slug for step in progress.steps):
            left = next((step.lesson for step in progress.steps if step.passed_at is None), None)
            return {"path": Path(progress.path), "next": left}
    return None


def lesson_certificate(request: HttpRequest, path: str) -> HttpResponse:
    """The certificate of a path that I have finished; without every quiz passed there is none."""
    found = certificate(viewer(request), Path(path)) if path in Path.values else None
    if found is None:
        raise Http404
    return render(request, "web/lesson_certificate.html", {"found": found, "path": Path(path)})


def team_lessons(request: HttpRequest, party_id: int) -> HttpResponse:
    """How far each of my team is in what the team was asked to learn, and asking it to learn more."""
    team = get_object_or_404(Team, pk=party_id)
    state = team_state(viewer(request), team)
    form = AskTeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        path, until = Path(form.cleaned_data["path"]), form.cleaned_data["until"]
        try:
            ask_team(viewer(request), team, path, until=until, at=now())
        except KeptError as error:
            form.add_error("until", str(error))
        else:
            messages.success(
                request, f"{team.name} is asked to finish them by {until:%-d %B %Y}; Kept reminds who has not."
            )
            return redirect("web:team-lessons", party_id)
    context = {"team": team, "state": state, "form": form, "section": "web:teams"}
    return render(request, "web/team_lessons.html", context, status=422 if form.errors else 200)


@require_POST
def team_lessons_no_more(request: HttpRequest, party_id: int, path: str) -> HttpResponse:
    """The team is not asked to learn this any more."""
    team = get_object_or_404(Team, pk=party_id)
    if path not in Path.values:
        raise Http404
    ask_no_more(viewer(request), team, Path(path))
    messages.success(request, "Nobody is reminded of it any more. What was passed stays passed.")
    return redirect("web:team-lessons", party_id)


def write_lesson(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Write a lesson anew, or a new one: for those who keep the installation."""
    if not viewer(request).is_administrator:
        raise NotAllowed("Only those who keep the installation write lessons.")
    if slug:
        lesson_called(slug)
    form = EditionForm(request.POST or None, initial={"text": _text(slug)})
    if request.method == "POST" and form.is_valid():
        try:
            edition = publish(viewer(request), form.cleaned_data["text"], slug=slug, at=now())
        except KeptError as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, "It is in force from now on. Who passed an earlier version keeps that.")
            return redirect("web:lesson", edition.slug)
    return render(request, "web/lesson_write.html", {"form": form, "slug": slug}, status=422 if form.errors else 200)


def _text(slug: str) -> str:
    last = Edition.objects.filter(slug=slug).order_by("number").last()
    return last.text if last else (brought_text(slug) or NEW_LESSON)


def _led(request: HttpRequest) -> list[Team]:
    return list(Team.objects.filter(memberships__person=viewer(request), memberships__leads=True).order_by("name"))
