"""The forms of "who is my customer?": a tie, a result."""

from __future__ import annotations

from typing import Any

from django import forms

from kept.core.terms import Side
from kept.customers.models import Result, Tie
from kept.customers.queries import results_of
from kept.people.models import Party, Person
from kept.people.queries import acting_for
from kept.web.fields import PartyField, anybody

KINDS = [
    (Tie.Kind.DEPENDS_ON, "depends on it: without it work stands still"),
    (Tie.Kind.CONSUMES, "uses it"),
    (Tie.Kind.ADDS_TO, "adds to it: more work goes on top"),
    (Tie.Kind.PAYS_FOR, "pays for it"),
]
RESULT_KINDS = [
    (Result.Kind.FINISHED, "Finished: the customer gets it"),
    (Result.Kind.INTERMEDIATE, "On the way: a plan, a design, a schedule"),
    (Result.Kind.BY_PRODUCT, "By the way: a report, a figure"),
]


class TieForm(forms.Form):
    """Who is a customer of whom, how, and of which result."""

    other = PartyField(label="Who?", among=anybody)
    kind = forms.ChoiceField(label="How do they need it?", choices=KINDS, widget=forms.RadioSelect)
    result = forms.ModelChoiceField(
        label="Which result?", queryset=Result.objects.none(), required=False, empty_label="Our work at large"
    )

    def __init__(self, *args: Any, party: Party, side: Side, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("kind", Tie.Kind.DEPENDS_ON)
        own_results = results_of(party.pk)
        if side is Side.PROVIDER and own_results:
            self.fields["result"].queryset = own_results  # type: ignore[attr-defined]
        else:
            del self.fields["result"]
        if side is Side.CUSTOMER:
            self.fields["other"].label = "On whom?"
            self.fields["kind"].label = "How do you need what they do?"


class BecomeForm(forms.Form):
    """The viewer says that they, or one of their teams, are a customer of `party`."""

    own = forms.ModelChoiceField(label="Who is the customer?", queryset=Party.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label="How do you need it?", choices=KINDS, widget=forms.RadioSelect)
    result = forms.ModelChoiceField(
        label="Which of their results?",
        queryset=Result.objects.none(),
        required=False,
        empty_label="Their work at large",
    )

    def __init__(self, *args: Any, party: Party, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("kind", Tie.Kind.DEPENDS_ON)
        self.fields["own"].queryset = acting_for(person).order_by("-kind", "name")  # type: ignore[attr-defined]
        self.fields["result"].queryset = results_of(party.pk)  # type: ignore[attr-defined]


class ResultForm(forms.Form):
    """What a team's work produces, and what for."""

    name = forms.CharField(label="What comes out of the work?", help_text="Such as “the route sheet”.", max_length=120)
    purpose = forms.CharField(
        label="So that who can do what?",
        help_text="One sentence: “The route sheet, so that drivers find every door at the first try.”",
        max_length=300,
    )
    kind = forms.ChoiceField(label="What is it?", choices=RESULT_KINDS, widget=forms.RadioSelect)
