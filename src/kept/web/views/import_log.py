"""Import: hand in a work log, see what was understood before anything is kept, keep it, see the map."""

from __future__ import annotations

from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from kept.core.errors import KeptError, NotAllowed
from kept.history.home import history_folder
from kept.history.store import HistoryStore
from kept.outlook import observed
from kept.people.queries import may_import
from kept.web import uploads
from kept.web.http import viewer

ROLES = (
    ("case", "The piece of work", "Its number or name: ticket, order, case.", True),
    ("at", "When it happened", "The moment of each step.", True),
    ("activity", "What was done", "The step or the status.", False),
    ("team", "The team that had it", "Without it there is no map.", False),
    ("person", "The person who had it", "", False),
    ("customer", "Whom it was for", "The customer, caller or place.", False),
    ("due", "When it was promised for", "", False),
)


class LogForm(forms.Form):
    """The file, and a mapping for those who have one."""

    log = forms.FileField(
        label="The work log", help_text="CSV, Parquet or XES; also packed as .gz. One row a step of the work.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.gz,.parquet,.xes,.xml"}),
    )  # fmt: skip
    mapping = forms.FileField(
        label="A mapping", required=False,
        help_text="Only where somebody made one for this log; otherwise Kept works out the columns or asks you.",
        widget=forms.ClearableFileInput(attrs={"accept": ".toml"}),
    )  # fmt: skip

    def clean_log(self) -> object:
        """Refuse what is larger than this installation takes."""
        log = self.cleaned_data["log"]
        if log.size > settings.KEPT_LARGEST_UPLOAD:
            most = settings.KEPT_LARGEST_UPLOAD // 2**20
            raise forms.ValidationError(f"That is more than {most} MB; use “kept import work” on the server instead.")
        return log


class ColumnsForm(forms.Form):
    """Which column is which, for a file that Kept does not recognise."""

    def __init__(self, *args: object, columns: list[str], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        for role, label, hint, required in ROLES:
            choices = [("", "Choose a column" if required else "Not in this file"), *((each, each) for each in columns)]
            self.fields[role] = forms.ChoiceField(label=label, help_text=hint, required=required, choices=choices)


def start(request: HttpRequest) -> HttpResponse:
    """Hand in a log; and those that are kept already."""
    _allowed(request)
    form = LogForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        mapping = form.cleaned_data["mapping"]
        try:
            text = mapping.read().decode("utf-8") if mapping else None
            upload = uploads.take(_home(), form.cleaned_data["log"], owner=viewer(request).pk, mapping_toml=text)
        except UnicodeDecodeError:
            form.add_error("mapping", "That is not a text file; a mapping is a .toml file.")
        except KeptError as error:
            form.add_error("mapping", str(error))
        else:
            return redirect("web:upload", upload.token)
    logs = HistoryStore(history_folder()).logs()
    return render(request, "web/import.html", {"form": form, "logs": logs}, status=422 if form.errors else 200)


def upload(request: HttpRequest, token: str) -> HttpResponse:
    """One upload: its progress, then what was understood, then that it is kept."""
    _allowed(request)
    found = uploads.find(_home(), token, owner=viewer(request).pk)
    progress = found.progress()
    if progress.phase == "kept":
        observed.look_again()
        messages.success(request, _kept_words(progress))
        return _moved(request, reverse("web:map") + f"?log={progress.log}")
    form = ColumnsForm(request.POST or None, columns=progress.columns) if progress.columns else None
    if request.method == "POST" and form and form.is_valid():
        found.read(uploads.toml_from_columns(form.cleaned_data))
        return redirect("web:upload", token)
    context = {"upload": found, "progress": progress, "understood": found.understanding(), "form": form}
    return render(request, "web/upload.html", context)


@require_POST
def keep(request: HttpRequest, token: str) -> HttpResponse:
    """Keep what was understood."""
    _allowed(request)
    found = uploads.find(_home(), token, owner=viewer(request).pk)
    if not found.progress().running:
        found.keep(request.POST.get("name", "") or found.name)
    return redirect("web:upload", token)


@require_POST
def throw_away(request: HttpRequest, token: str) -> HttpResponse:
    """Keep nothing of it."""
    _allowed(request)
    uploads.find(_home(), token, owner=viewer(request).pk).throw_away()
    messages.info(request, "Thrown away; nothing of it was kept.")
    return redirect("web:import")


def _allowed(request: HttpRequest) -> None:
    if not may_import(viewer(request)):
        raise NotAllowed(
            "Work logs are brought in by those who lead a team or keep this installation; ask one of them."
        )


def _home() -> Path:
    return Path(settings.KEPT_HOME)


def _kept_words(progress: uploads.Progress) -> str:
    if progress.what == "already there":
        return f"This very log is kept already, as “{progress.log}”; nothing was changed."
    return f"“{progress.log}” is kept. This is its map."


def _moved(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser on; htmx, which asked for a part of the page, has to be told in a header."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
