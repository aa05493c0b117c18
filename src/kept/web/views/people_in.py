"""People in: hand in a file of people, see what it would change and whose promises move, then do it."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from kept.core.errors import NotAllowed, Refused
from kept.people.importing.errors import BadPeopleFile
from kept.people.importing.organisation import known_now
from kept.people.importing.plan import Leaver, Plan
from kept.people.importing.planning import Missing, make_plan
from kept.people.importing.rejected import rejected_csv
from kept.people.importing.sheet import LARGEST, read_sheet
from kept.people.models import Party, PeopleFile, Person
from kept.promises import people_in
from kept.promises.access import visible_to
from kept.promises.leaving import Left, hand_on, open_without_successor, told
from kept.promises.people_in import Moving, bring_in, moving
from kept.web.as_it_goes import Progress, as_it_goes
from kept.web.fields import PartyField, label_of
from kept.web.http import now, viewer

LARGE = 200_000
"""From this many bytes on a file is worked through while the page tells how far it is."""
SHOWN = 100
"""How many of each list a page shows; what lies beyond is counted."""
FORGOTTEN_AFTER = timedelta(days=1)


class FileForm(forms.Form):
    """The file, and what to do with those who are not in it."""

    file = forms.FileField(
        label="The file",
        help_text="CSV, as your spreadsheet or your personnel system saves it. One row a person, a team or a customer.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt"}),
    )
    leavers = forms.BooleanField(
        label="People who are here and not in the file have left",
        help_text="You see who that is, and who takes over from them, before anything is done.",
        required=False,
    )

    def clean_file(self) -> Any:
        """Refuse what is no file of people."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(f"That is more than {LARGEST // 2**20} MB; bring it in parts.")
        try:
            read_sheet(file.read())
        except BadPeopleFile as error:
            raise forms.ValidationError(str(error)) from error
        file.seek(0)
        return file


class SuccessorForm(forms.Form):
    """Who takes over from somebody."""

    def __init__(self, *args: Any, label: str = "Who takes over?", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["successor"] = PartyField(label=label, among=_working_here, required=False)


def start(request: HttpRequest) -> HttpResponse:
    """Hand in a file; what was brought before; and whose work lies open because nobody took over."""
    _administrators_only(request)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect("web:people-look", _taken_in(request, form).pk)
    context = {
        "form": form,
        "brought": PeopleFile.objects.filter(done_at__isnull=False).select_related("by").order_by("-done_at")[:10],
        "lying": [(each, SuccessorForm(prefix=f"p{each.pk}")) for each in open_without_successor()],
        "section": "web:people-in",
    }
    return render(request, "web/people_in.html", context, status=422 if form.errors else 200)


def example(request: HttpRequest) -> HttpResponse:
    """A small file to start from."""
    _administrators_only(request)
    content = files("kept.people.importing").joinpath("example.csv").read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="people-example.csv"'}
    return HttpResponse(b"\xef\xbb\xbf" + content, content_type="text/csv; charset=utf-8", headers=headers)


def look(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """What a file would change; or, once it is done, what came of it. Changes nothing."""
    _administrators_only(request)
    file = get_object_or_404(PeopleFile.objects.select_related("by"), pk=file_id)
    if file.done_at is not None:
        return render(request, "web/people_in_done.html", {"file": file, "now": now()})
    context = {"file": file, "heading": f"What {file.name} would change", "now": now()}
    return _worked(request, file, context, "Reading and comparing", lambda tell: _preview(request, file, tell))


@require_POST
def do(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """Do what the page showed; or, where somebody named other successors, show it again."""
    _administrators_only(request)
    file = get_object_or_404(PeopleFile, pk=file_id, done_at=None)
    file.settings["successors"] = _successors(request, file)
    file.save(update_fields=["settings"])
    if request.POST.get("then") != "do":
        return redirect("web:people-look", file_id)
    seen = request.POST.get("seen", "")
    context = {"file": file, "heading": f"Bringing {file.name} in", "now": now()}
    if len(bytes(file.content)) < LARGE:
        _bring(request, file, seen, lambda _share: None)
        return redirect("web:people-look", file_id)
    return as_it_goes(
        request, "web/people_in_look.html", context, doing="Bringing them in",
        work=lambda tell: _bring(request, file, seen, tell),
    )  # fmt: skip


@require_POST
def throw_away(request: HttpRequest, file_id: int) -> HttpResponse:
    """Nothing of the file is done, and it is forgotten."""
    _administrators_only(request)
    get_object_or_404(PeopleFile, pk=file_id, done_at=None).delete()
    messages.info(request, "Thrown away; nothing of it was done.")
    return redirect("web:people-in")


def rejected(request: HttpRequest, file_id: int) -> HttpResponse:
    """The rows that were put aside, with the reasons."""
    _administrators_only(request)
    file = get_object_or_404(PeopleFile, pk=file_id)
    text = file.rejected if file.done_at else rejected_csv(_plan(request, file, lambda _share: None))
    if not text:
        raise Http404
    name = file.name.rpartition(".")[0] or file.name
    headers = {"Content-Disposition": f'attachment; filename="{_harmless(name)}.rejected.csv"'}
    return HttpResponse(b"\xef\xbb\xbf" + text.encode(), content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
def name_successor(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody takes over from a person who left without a successor."""
    _administrators_only(request)
    person = get_object_or_404(Person, pk=person_id, is_active=False)
    form = SuccessorForm(request.POST, prefix=f"p{person.pk}")
    heir = form.cleaned_data["successor"] if form.is_valid() else None
    if heir is None:
        messages.error(request, f"Name somebody who works here, to take over from {person}.")
        return redirect("web:people-in")
    left = hand_on(person, heir.person, at=now())
    messages.success(request, f"{heir} speaks for {person} now; {_counted(len(left.told))} moved.")
    return redirect("web:people-in")


# --- the file -----------------------------------------------------------------------------------------------------


def _administrators_only(request: HttpRequest) -> None:
    if not viewer(request).is_administrator:
        raise NotAllowed("People are brought in by those who keep this installation; ask one of them.")


def _taken_in(request: HttpRequest, form: FileForm) -> PeopleFile:
    moment = now()
    PeopleFile.objects.filter(done_at=None, at__lt=moment - FORGOTTEN_AFTER).delete()
    file = form.cleaned_data["file"]
    return PeopleFile.objects.create(
        by=viewer(request), at=moment, name=file.name[-200:], content=file.read(),
        settings={"leavers": form.cleaned_data["leavers"], "successors": {}},
    )  # fmt: skip


def _plan(request: HttpRequest, file: PeopleFile, tell: Progress) -> Plan:
    missing = Missing(leave=file.settings["leavers"], successors=file.settings["successors"], never=viewer(request).pk)
    sheet = read_sheet(bytes(file.content))
    return make_plan(sheet, known_now(), today=now().date(), missing=missing, on_progress=tell)


def _worked(request: HttpRequest, file: PeopleFile, context: dict[str, Any], doing: str, work: Any) -> HttpResponseBase:
    """A small file is worked through at once, a large one while the page tells how far it is."""
    if len(bytes(file.content)) >= LARGE:
        return as_it_goes(request, "web/people_in_look.html", context, doing=doing, work=work)
    try:
        return render(request, "web/people_in_look.html", context | {"outcome": work(lambda _share: None)})
    except BadPeopleFile as error:
        return render(request, "web/people_in_look.html", context | {"refused": str(error)}, status=422)


def _bring(request: HttpRequest, file: PeopleFile, seen: str, tell: Progress) -> str:
    plan = _plan(request, file, lambda share: tell(share * 0.3))
    people_in.refuse_overtaken(plan, seen)
    done = bring_in(plan, at=now(), by=viewer(request), on_progress=lambda share: tell(0.3 + share * 0.7))
    file.done_at, file.content, file.rejected = now(), b"", rejected_csv(plan)
    file.outcome = {"counts": plan.counts, "left": [_said(left) for left in done]}
    file.save()
    return render_to_string("web/people_in_outcome.html", {"file": file}, request)


# --- what is shown ------------------------------------------------------------------------------------------------


def _preview(request: HttpRequest, file: PeopleFile, tell: Progress) -> str:
    plan = _plan(request, file, tell)
    leaving = moving(plan, SHOWN)
    context = {
        "file": file,
        "plan": plan,
        "counts": plan.counts,
        "groups": [
            (what, [entry for entry in plan.entries if entry.what == what])
            for what in ("changed", "comes back", "added")
        ],
        "leaving": [_leaver_row(request, each) for each in leaving],
        "more_leaving": len(plan.leavers) - len(leaving),
        "rejected": plan.rejected[:SHOWN],
        "more_rejected": max(0, len(plan.rejected) - SHOWN),
        "shown": SHOWN,
        "now": now(),
    }
    return render_to_string("web/people_in_plan.html", context, request)


def _leaver_row(request: HttpRequest, moves: Moving) -> dict[str, Any]:
    """A leaver with the form that names who takes over, and the promises that the viewer may see."""
    leaver = moves.leaver
    own = visible_to(viewer(request)).filter(pk__in=[each.promise.pk for each in moves.handings])
    seen = set(own.values_list("pk", flat=True))
    shown = [each for each in moves.handings if each.promise.pk in seen]
    hidden = sum(1 for each in told(moves.handings) if each.promise.pk not in seen)
    initial = {"successor": _label(leaver)}
    form = SuccessorForm(prefix=f"p{leaver.person}", label=f"Who takes over from {leaver.name}?", initial=initial)
    return {"leaver": leaver, "form": form, "handings": shown, "hidden": hidden}


def _label(leaver: Leaver) -> str:
    if leaver.successor is None:
        return ""
    party = Party.objects.select_related("person").filter(pk=leaver.successor).first()
    return label_of(party) if party else leaver.successor_name


def _successors(request: HttpRequest, file: PeopleFile) -> dict[str, str]:
    """The successors that were named on the page, by the leaver's id: `{"#7": "#9"}`. Raises `Refused`."""
    named: dict[str, str] = dict(file.settings["successors"])
    for field in request.POST:
        prefix, dash, what = field.partition("-")
        if not (dash and what == "successor" and prefix[:1] == "p" and prefix[1:].isdecimal()):
            continue
        form = SuccessorForm(request.POST, prefix=prefix)
        if not form.is_valid():
            raise Refused(" ".join(str(error) for error in form.errors["successor"]))
        heir = form.cleaned_data["successor"]
        if heir is not None:
            named[f"#{prefix[1:]}"] = f"#{heir.pk}"
    return named


def _said(left: Left) -> dict[str, Any]:
    lying = sum(1 for each in left.told if each.to is None)
    return {
        "person": left.person.pk,
        "name": left.person.name,
        "successor": left.successor.name if left.successor else "",
        "moved": len(left.told) - lying,
        "lying": lying,
    }


def _working_here() -> Any:
    return Party.objects.filter(kind=Party.Kind.PERSON, person__is_active=True)


def _counted(number: int) -> str:
    return "1 promise" if number == 1 else f"{number:,} promises"


def _harmless(name: str) -> str:
    return "".join(each if each.isalnum() or each in "-_ ." else "-" for each in name)[:80]
