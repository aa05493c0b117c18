"""The forms of complaints: about nothing in particular, answering one, and asking for what makes it good again."""

from __future__ import annotations

from typing import Any

from django import forms

from kept.core.terms import LONGEST_WHAT, Terms
from kept.people.models import Person
from kept.people.queries import acting_for
from kept.web import fields


class ComplainForm(forms.Form):
    """What went wrong, with whom; which promise it was is found out afterwards."""

    own = forms.ChoiceField(label="For whom do you say it?")
    other = fields.PartyField(label="Who is to hear it?", among=fields.anybody)
    words = fields.words("What went wrong?", "In your words. Which promise it was about is asked next.", required=True)

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        parties = sorted(acting_for(person), key=lambda each: (each.pk != person.pk, each.kind, each.name))
        choices = [(str(party.pk), "Myself" if party.pk == person.pk else party.name) for party in parties]
        self.fields["own"].choices = choices  # type: ignore[attr-defined]
        self.fields["other"].error_messages["required"] = "Say whom: a team or a person."
        self.fields["words"].error_messages["required"] = "Say it in a few words."
        self.initial.setdefault("own", choices[0][0])


class RemedyForm(forms.Form):
    """What makes it good again, and by when."""

    what = forms.CharField(label="What makes it good again?", max_length=LONGEST_WHAT)
    due = fields.moment("By when?")

    def terms(self) -> Terms:
        """The terms that were typed; only after `is_valid`."""
        return Terms(self.cleaned_data["what"].strip(), self.cleaned_data["due"])


class HearForm(forms.Form):
    """The answer to a complaint, and in the same form the promise of what makes it good again, where there is one."""

    words = fields.words("What happens now?", required=True)
    what = forms.CharField(
        label="What do you promise, to make it good again?", max_length=LONGEST_WHAT, required=False,
        help_text="It becomes a promise once they accept it.",
    )  # fmt: skip
    due = fields.moment("By when?", required=False)

    def clean(self) -> dict[str, Any]:
        """A promise needs both what and by when."""
        data = super().clean() or {}
        if bool(data.get("what")) != bool(data.get("due")) and not {"what", "due"} & set(self.errors):
            missing, words = ("due", "Say by when.") if data.get("what") else ("what", "Say what you promise.")
            self.add_error(missing, words)
        return data

    def terms(self) -> Terms | None:
        """What is promised with the answer; None for nothing."""
        data = self.cleaned_data
        return Terms(data["what"].strip(), data["due"]) if data.get("what") and data.get("due") else None
