"""What if? A change to today's chain, or a chain drawn by hand: asked for here, run by a worker, told at an address."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kept.core.errors import Incomplete, KeptError
from kept.insight.whatif.chain import Order
from kept.insight.whatif.scenario_file import LARGEST_FILE_BYTES
from kept.outlook import trying
from kept.outlook.models import Studied, WhatIf
from kept.outlook.wishes import DONE, Wish, scenario_text, title_of
from kept.web import what_if_words as words
from kept.web.http import now, viewer
from kept.web.views.flow import about

SHOWN = 20
MOST_STATIONS = 10
SLOW_AFTER = timedelta(seconds=20)
TOML = "application/toml; charset=utf-8"


def _number(label: str, hint: str = "", *, least: float = 0, most: float | None = None) -> forms.FloatField:
    return forms.FloatField(label=label, help_text=hint, required=False, min_value=least, max_value=most)


def _whole(label: str, hint: str = "", *, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=hint, required=False, min_value=1, max_value=most)


class TryForm(forms.Form):
    """One change at one station, what is known of today there, and money where it matters."""

    station = forms.ChoiceField(label="Where", required=False)
    speed_pct = _number("Faster by, %", "Below nothing: slower.", least=-99, most=10_000)
    servers = _whole("People there, then", "Or machines.", most=10_000)
    hours_per_day = _number("Hours a day, then", most=24)
    days_per_week = _whole("Days a week, then", most=7)
    order = forms.ChoiceField(label="Next in line, then", required=False)
    send_to = forms.ChoiceField(label="Of what leaves, goes to", required=False)
    send_pct = _number("this much, %", most=100)
    arrivals_pct = _number("More comes in by, %", "Of the whole chain.", least=-99, most=1_000)
    now_servers = _whole("People there today", most=10_000)
    now_work_hours = _number("Hours of work a piece", "Without waiting.")
    now_hours_per_day = _number("Hours a day today", "8 where left out.", most=24)
    now_days_per_week = _whole("Days a week today", "5 where left out.", most=7)
    cost_per_hour = _number("Each costs an hour")
    price = _number("What one finished piece earns")
    material_cost = _number("What it uses up")
    promised_days = _number("Days promised")
    loss_per_day_late = _number("Each day later loses of it")
    storage_cost_per_day = _number("Each piece costs a day while it lies anywhere")

    def __init__(self, *args: object, stations: list[str], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        named = [(name, name) for name in stations]
        _offer(self, "station", [("", "Nowhere: only show where faster would help"), *named])
        _offer(self, "send_to", [("", "As today"), (DONE, "nobody: it is done"), *named])
        _offer(self, "order", [("", "As today"), *((str(each), str(each).capitalize()) for each in Order)])

    @property
    def parts(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields under their headings, each with a sentence."""
        names = list(self.fields)
        bounds = [names.index(name) for name in ("speed_pct", "now_servers", "price")] + [len(names)]
        heads = (
            ("What would change", "Fill in what you want to try; the rest stays as it is today."),
            ("What you know of today", "No record says how many work there. Needed to try people, hours or order."),
            ("Money", "In any currency. Left out, nothing is said of cost and revenue."),
        )  # fmt: skip
        return [
            (head, says, [self[name] for name in names[first:last]])
            for (head, says), first, last in zip(heads, bounds, bounds[1:], strict=False)
        ]


class UploadForm(forms.Form):
    """A scenario as a file."""

    scenario = forms.FileField(
        label="A scenario of your own",
        help_text="A .toml file: today's chain after you changed it, or one drawn by hand.",
        widget=forms.ClearableFileInput(attrs={"accept": ".toml"}),
    )  # fmt: skip


def page(request: HttpRequest) -> HttpResponse:
    """Today's chain of one log (`?log=`), what one may change about it, and what was asked for before."""
    person = viewer(request)
    trying.refuse_others(person)
    context = about(request.POST.get("log") or request.GET.get("log", ""))
    row = context["row"]
    stations = [each["name"] for each in row.stations] if isinstance(row, Studied) else []
    form = TryForm(request.POST or None, stations=stations, initial={"station": request.GET.get("station", "")})
    if request.method == "POST" and isinstance(row, Studied) and row.chain and form.is_valid():
        wish = Wish(**form.cleaned_data)
        try:
            asked = trying.ask(person, scenario_text(row.chain, wish), title=title_of(wish), log_name=row.log, at=now())
        except KeptError as error:
            form.add_error(error.field or None if isinstance(error, Incomplete) else None, str(error))
        else:
            return redirect("web:what-if-answer", asked.pk)
    return _page(request, context, form, UploadForm())


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Run a scenario that was handed in as a file."""
    person = viewer(request)
    trying.refuse_others(person)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["scenario"]
        try:
            text = trying.checked(file.read(LARGEST_FILE_BYTES + 1), origin=file.name)
            asked = trying.ask(person, text, title=file.name, at=now())
        except KeptError as error:
            form.add_error("scenario" if "scenario" in form.fields else None, str(error))
        else:
            return redirect("web:what-if-answer", asked.pk)
    context = about("")
    row = context["row"]
    stations = [each["name"] for each in row.stations] if isinstance(row, Studied) else []
    return _page(request, context, TryForm(stations=stations), form)


def today(request: HttpRequest) -> HttpResponse:
    """Today's chain of one log as a scenario to be edited."""
    trying.refuse_others(viewer(request))
    row = about(request.GET.get("log", ""))["row"]
    if not isinstance(row, Studied) or not row.chain:
        raise Http404
    return _file(row.chain, "today.toml")


def answer(request: HttpRequest, what_if_id: int) -> HttpResponse:
    """How far it is; then what came out."""
    person = viewer(request)
    row = trying.found(person, what_if_id)
    context: dict[str, object] = {"row": row, "may_end": trying.may_end(person, row), "now": now()}
    if row.answer is not None:
        every, stations = "all" in request.GET, words.stations(row.answer)
        context |= {
            "headline": words.headline(row.answer, changes="[[change]]" in row.scenario),
            "advice": row.answer["advice"],
            "compared": words.compared(row.answer),
            "helps": words.helps(row.answer),
            "stations": stations if every else stations[:MOST_STATIONS],
            "left_out": 0 if every else max(0, len(stations) - MOST_STATIONS),
            "run": row.answer["run"],
        }
    context["slow"] = row.ended_at is None and not row.claimed_until and now() - row.asked_at > SLOW_AFTER
    return render(request, "web/what_if_answer.html", context)


def scenario(request: HttpRequest, what_if_id: int) -> HttpResponse:
    """What was tried, as a scenario to be edited."""
    return _file(trying.found(viewer(request), what_if_id).scenario, f"what-if-{what_if_id}.toml")


@require_POST
def stop(request: HttpRequest, what_if_id: int) -> HttpResponse:
    """Go no further with it."""
    trying.stop(viewer(request), what_if_id, at=now())
    return redirect("web:what-if-answer", what_if_id)


@require_POST
def forget(request: HttpRequest, what_if_id: int) -> HttpResponse:
    """Keep it no longer."""
    trying.forget(viewer(request), what_if_id)
    messages.success(request, "Forgotten.")
    return redirect("web:what-if")


def _page(request: HttpRequest, context: dict[str, object], form: TryForm, upload_form: UploadForm) -> HttpResponse:
    context |= {
        "form": form,
        "upload_form": upload_form,
        "asked": list[WhatIf](trying.asked(viewer(request))[:SHOWN]),
        "now": now(),
    }
    wrong = form.errors or upload_form.errors
    return render(request, "web/what_if.html", context, status=422 if wrong else 200)


def _file(text: str, name: str) -> HttpResponse:
    return HttpResponse(text, content_type=TOML, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]
