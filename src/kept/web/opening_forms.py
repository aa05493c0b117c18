"""The forms that open a promise. An ask to somebody with whom an agreement is in force asks for what that needs."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.urls import reverse

from kept.core import acts
from kept.core.expectations import NOTHING, Expectations, Need, NeedKind, lacking
from kept.core.terms import LONGEST_WHAT, LONGEST_WORDS, Given
from kept.customers.agreements import agreement_in_force
from kept.customers.queries import results_of
from kept.people.models import Party
from kept.people.queries import acting_for
from kept.web import fields
from kept.web.forms import TermsForm


class OpeningForm(TermsForm):
    """An ask or an offer: who, to whom, on what terms."""

    own = forms.ChoiceField(label="For whom")
    other = fields.PartyField(label="Whom do you ask?", among=fields.anybody)
    what = forms.CharField(
        label="What do you need?", help_text="One line, as you would say it.", max_length=LONGEST_WHAT
    )
    due = fields.moment("By when?")
    private = forms.BooleanField(
        label="Private: only those named in it see it", help_text="For pay, health and the like.", required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(["own", "other", "what", "due", "done_when", "words", "files", "private"])
        self.fields["words"].label = "Anything else they should know?"
        parties = sorted(acting_for(self.person), key=lambda each: (each.pk != self.person.pk, each.kind, each.name))
        choices = [(str(party.pk), "Myself" if party.pk == self.person.pk else party.name) for party in parties]
        self.fields["own"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["own"].widget = forms.HiddenInput()
        self.initial.setdefault("own", choices[0][0])

    def opening(self) -> acts.Ask | acts.Offer:
        """The ask or offer that the form describes; only after `is_valid`."""
        data = self.cleaned_data
        own, other = int(data["own"]), data["other"].pk
        common = {"terms": self.terms(), "private": data["private"], "words": data["words"], "files": data["files"]}
        common |= self.extras()
        if self.kind is acts.Ask:
            return acts.Ask(customer=own, provider=other, **common)
        return acts.Offer(customer=other, provider=own, **common)

    def extras(self) -> dict[str, Any]:
        """What the opening carries besides."""
        return {}

    def said(self, name: str) -> str:
        """What was typed in a field so far, right or wrong."""
        said = self.data.get(name, "") if self.is_bound else self.initial.get(name, "")
        return str(said)

    def chosen_other(self) -> Party | None:
        """Whom the ask or offer goes to, as far as it is typed; None where that is nobody's name."""
        try:
            chosen: Party | None = self.fields["other"].clean(self.said("other"))
        except forms.ValidationError:
            return None
        return chosen


class AskForm(OpeningForm):
    """The ask. Once it is plain who asks whom, it has a field for each thing that these two agreed it contains."""

    kind = acts.Ask

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.agreed: Expectations = NOTHING
        self.provider = self.chosen_other()
        self.fields["other"].help_text = "Leave it empty if you do not know: say what you need, and see who may do it."
        self.fields["other"].error_messages["required"] = "Say whom: a team or a person. Below is who may do it."
        if self.provider is not None:
            self._ask_for_what_is_needed(self.provider)
        asks_again = {
            "hx-post": reverse("web:ask-needs"), "hx-include": "closest form", "hx-target": "#needs",
            "hx-trigger": "change",
        }  # fmt: skip
        for name in ("own", "other", "result"):
            if name in self.fields:
                self.fields[name].widget.attrs |= asks_again

    def clean(self) -> dict[str, Any]:
        """Say beside each field what the agreement misses there; the action asks the same."""
        data = super().clean() or {}
        for need, reason in lacking(self.agreed, self._given(data)):
            if _key(need) not in self.errors:
                self.add_error(_key(need), reason)
        return data

    def extras(self) -> dict[str, Any]:
        """The result, and what the agreement asks for."""
        result = self.cleaned_data.get("result")
        return {"result": int(result) if result else None, "given": self._given(self.cleaned_data)}

    @property
    def who(self) -> list[forms.BoundField]:
        """Who asks whom."""
        return [self[name] for name in ("own", "other")]

    @property
    def needed(self) -> list[forms.BoundField]:
        """What depends on who asks whom."""
        return [self[name] for name in self.fields if name == "result" or name.startswith("given_")]

    @property
    def rest(self) -> list[forms.BoundField]:
        """Everything else."""
        apart = {field.name for field in (*self.who, *self.needed)}
        return [self[name] for name in self.fields if name not in apart]

    def _given(self, data: dict[str, Any]) -> tuple[Given, ...]:
        return tuple(Given(need.name, data.get(_key(need)) or "") for need in self.agreed.needs)

    def _ask_for_what_is_needed(self, provider: Party) -> None:
        results = results_of(provider.pk)
        if results:
            choices = [("", "Something else"), *((str(each.pk), each.name) for each in results)]
            self.fields["result"] = forms.ChoiceField(
                label="Which of their results is it about?", choices=choices, required=False
            )
        customer, result = self.said("own"), self.said("result")
        if customer.isdecimal():
            about = int(result) if any(str(each.pk) == result for each in results) else None
            in_force = agreement_in_force(int(customer), provider.pk, about)
            self.agreed = in_force.expectations if in_force else NOTHING
        for need in self.agreed.needs:
            self.fields[_key(need)] = _field(need)


class OfferForm(OpeningForm):
    """The offer."""

    kind = acts.Offer
    other = fields.PartyField(label="Whom is it for?", among=fields.anybody)
    what = forms.CharField(
        label="What do you offer?", help_text="One line, as you would say it.", max_length=LONGEST_WHAT
    )


def _key(need: Need) -> str:
    """The field's name in the page: the need's own name may hold anything."""
    return f"given_{sha256(need.name.encode()).hexdigest()[:12]}"


def _field(need: Need) -> forms.CharField:
    attributes = {"type": "date"} if need.kind is NeedKind.DATE else {}
    if need.kind is NeedKind.NUMBER:
        attributes = {"inputmode": "decimal"}
    hint = need.hint or ("Say where it lies." if need.kind is NeedKind.DOCUMENT else "")
    missing = [reason for _, reason in lacking(Expectations(needs=(need,)), ())]
    return forms.CharField(
        label=need.name, help_text=hint, required=need.required, max_length=LONGEST_WORDS,
        widget=forms.TextInput(attrs=attributes), error_messages={"required": "".join(missing)},
    )  # fmt: skip
