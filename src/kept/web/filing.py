"""Files in the forms of acts: what is chosen is kept as a draft at once, so that a form that comes back still has it.

A browser cannot fill a file field again. So the form shows the drafts, each with a box that takes it out, and carries
their ids; it works without scripts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from kept.core.errors import Incomplete
from kept.promises import files
from kept.promises.contents import in_words
from kept.promises.files import HandedIn
from kept.promises.models import File
from kept.web.http import now, viewer

FIELD, DRAFT, DROP = "files", "draft", "drop"


@dataclass(frozen=True, slots=True)
class Attached:
    """The drafts that go with a form as it was sent, and what was refused of it, each in a sentence."""

    drafts: list[File] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids that the act carries."""
        return tuple(each.pk for each in self.drafts)


def attached(request: HttpRequest, promise_id: int | None) -> Attached:
    """What came with the form: the drafts that it had, without those taken out, and the files newly chosen.

    `promise_id` is the promise of the act, or `None` for an ask or offer. Keeps the new ones as drafts; no other
    record. Raises `NotFound` and `NotAllowed` as `files.take_in` does.
    """
    if request.method != "POST":
        return Attached()
    person, sent = viewer(request), request.POST
    files.throw_away(person, promise_id, _numbers(sent.getlist(DROP)))
    found = Attached(files.drafts(person, promise_id, _numbers(sent.getlist(DRAFT))))
    if len(found.drafts) < len(set(sent.getlist(DRAFT)) - set(sent.getlist(DROP))):
        found.refused.append("A file that you chose earlier is not here any more. Choose it again, where it is needed.")
    for each in request.FILES.getlist(FIELD):
        if len(found.drafts) >= settings.KEPT_MOST_FILES:
            found.refused.append(f"No more than {settings.KEPT_MOST_FILES} can go with it: “{each.name}” was left out.")
            continue
        handed_in = HandedIn(each.name or "", each.content_type or "", each.chunks())
        try:
            found.drafts.append(files.take_in(person, promise_id, handed_in, at=now()))
        except Incomplete as error:
            found.refused.append(str(error))
    return found


def _numbers(sent: Iterable[str]) -> list[int]:
    return [int(each) for each in sent if each.isascii() and each.isdigit() and len(each) < 19]


class FilesInput(forms.ClearableFileInput):
    """A field for several files, below those that are here already."""

    allow_multiple_selected = True

    def __init__(self, attached: Attached) -> None:
        super().__init__()
        self.attached = attached

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:  # noqa: ARG002 as Django calls it
        """The drafts, each with its box, then the browser's own field."""
        context = {"name": name, "attrs": attrs or {}, "drafts": self.attached.drafts, "draft": DRAFT, "drop": DROP}
        return mark_safe(render_to_string("components/files_input.html", context))  # noqa: S308 the template escapes


class FilesField(forms.FileField):
    """Several files, none of which need be there. What was sent is in `Attached`; here it is only judged."""

    def __init__(self, attached: Attached) -> None:
        hint = f"Up to {settings.KEPT_MOST_FILES}, each of at most {in_words(settings.KEPT_LARGEST_FILE)}."
        super().__init__(label="Files", required=False, help_text=hint, widget=FilesInput(attached))
        self.attached = attached

    def clean(self, data: Any, initial: Any = None) -> tuple[int, ...]:  # noqa: ARG002 as Django calls it
        """The ids of the drafts."""
        if self.attached.refused:
            raise forms.ValidationError([*self.attached.refused])
        return self.attached.ids
