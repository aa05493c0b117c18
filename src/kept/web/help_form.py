"""“It is too much”: which promises get a later date, what their customers are told, and what would help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from kept.core.errors import Incomplete, Refused
from kept.promises.help import Carried, HelpWith, LaterDate, TooMuch
from kept.promises.models import Promise
from kept.web import fields

HONEST = (
    "We have taken on more than we can do well until then, and would rather say so now than be late. "
    "Would this date do as well? If not, refuse it: the date we promised stands."
)
CHANGED = "One of the promises that you chose has changed in the meantime; look at the list again. Nothing was sent."
CHOOSE = "Choose a promise to renegotiate, or say what you need help with."


class TooMuchForm(forms.Form):
    """For each promise that could move a tick, a date and what was seen of it; the words to all; what would help.

    `asking` is the promise that help is asked for with, where it is settled; else the form asks with which.
    """

    words = fields.words("What do you tell these customers?", "Each of them sees it with the date you propose.")
    with_what = forms.ChoiceField(label="Ask for help with", required=False)
    help = fields.words("What would help?", "Your lead and this customer see it.")

    def __init__(self, *args: Any, carried: TooMuch, asking: Promise | None = None, **options: Any) -> None:
        super().__init__(*args, **({"initial": {"words": HONEST}} | options))
        self.carried, self.asking = carried, asking
        for one in carried.open:
            self._add(one)
        choices = [(str(one.promise.pk), one.promise.what) for one in (*carried.open, *carried.barred)]
        self.fields["with_what"].choices = [("", "Nothing"), *choices]  # type: ignore[attr-defined]
        if asking is not None:
            del self.fields["with_what"]

    def _add(self, one: Carried) -> None:
        key, what = one.promise.pk, one.promise.what
        self.fields[f"move_{key}"] = forms.BooleanField(label=f"Propose a later date for “{what}”", required=False)
        date = fields.moment(f"The date you propose for “{what}”", required=False)
        date.initial = one.proposed
        self.fields[f"due_{key}"] = date
        seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=one.promise.sequence)
        self.fields[f"seen_{key}"] = seen

    @property
    def rows(self) -> Iterator[tuple[Carried, BoundField, BoundField, BoundField]]:
        """Each promise that could move, with its three fields."""
        for one in self.carried.open:
            key = one.promise.pk
            yield one, self[f"move_{key}"], self[f"due_{key}"], self[f"seen_{key}"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for key in self._ticked(data):
            if f"due_{key}" not in self.errors and not data.get(f"due_{key}"):
                self.add_error(f"due_{key}", "Say by when.")
        wanted = self.asking is not None or bool(data.get("with_what"))
        if data.get("with_what") and not data["help"].strip():
            self.add_error("help", "Say what would help.")
        if data.get("help", "").strip() and not wanted:
            self.add_error("with_what", "Say with which promise.")
        if self._gone():
            self.add_error(None, CHANGED)
        if not self.errors and not self._ticked(data) and not data["help"].strip():
            self.add_error(None, CHOOSE)
        return data

    def dates(self) -> list[LaterDate]:
        """The dates that were chosen."""
        data = self.cleaned_data
        return [LaterDate(key, data[f"due_{key}"], data[f"seen_{key}"] or 0) for key in self._ticked(data)]

    def help_with(self) -> HelpWith | None:
        """What help is asked for; `None` where the words for it are empty."""
        words = self.cleaned_data["help"].strip()
        key = self.asking.pk if self.asking else int(self.cleaned_data.get("with_what") or 0)
        return HelpWith(key, words) if words else None

    def show(self, error: Refused) -> None:
        """Put a refusal beside the field that it is about, or above the form."""
        field = error.field if isinstance(error, Incomplete) else ""
        self.add_error(field if field in self.fields else None, str(error))

    def _gone(self) -> bool:
        """Whether something was ticked that could move when the page was made, and cannot any more."""
        ticked = {name for name in self.data if name.startswith("move_")}
        return not ticked <= set(self.fields)

    def _ticked(self, data: dict[str, Any]) -> list[int]:
        return [one.promise.pk for one in self.carried.open if data.get(f"move_{one.promise.pk}")]


def said(dates: list[LaterDate], help_with: HelpWith | None) -> str:
    """What was done, in a sentence."""
    asked = "Your lead and your customer see that you need help. " if help_with else ""
    count = len(dates)
    has = "1 customer has" if count == 1 else f"{count} customers have"
    return f"{asked}{has} your proposal; until they agree, the old date stands." if count else asked.strip()
