"""The short forms, one an act: what they ask for, and the act that comes out. The rules themselves are in `core`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet

from kept.core import acts
from kept.core.terms import LONGEST_WHAT, LONGEST_WORDS, Answer, Terms
from kept.people.models import ACTING, Party, Person
from kept.people.queries import acting_for
from kept.promises.access import visible_to
from kept.promises.models import OPEN, Promise

NEEDED = {
    "other": "Say whom: a team or a person.",
    "to": "Say whom.",
    "what": "Say in one line what it is about.",
    "due": "Say by when.",
    "hear_by": "Say by when they hear from you.",
    "words": "Say it in a few words.",
    "easier": "Choose an answer.",
    "answer": "Choose an answer.",
    "relies_on": "Choose a promise.",
}
QUESTION = [
    (Answer.EASIER, "Yes, it makes it easier"),
    (Answer.PARTLY, "Partly"),
    (Answer.NO, "No"),
]


class PartyField(forms.CharField):
    """A party by name: typed, or picked from what is suggested while typing. Cleans to the `Party`."""

    widget = forms.TextInput

    def __init__(self, *, among: Callable[[], QuerySet[Party]], **options: Any) -> None:
        super().__init__(**options)
        self.among = among
        self.widget.attrs |= {"list": "parties", "autocomplete": "off", "data-parties": ""}

    def clean(self, value: Any) -> Party | None:
        name = super().clean(value)
        if not name:
            return None
        exact = list(self.among().filter(name__iexact=name)[:3]) or self._by_label(name)
        if len(exact) == 1:
            return exact[0]
        if exact:
            raise forms.ValidationError(f"There are several called {name}; pick one with its e-mail address.")
        near = self._near(name)
        hint = f" Did you mean {' or '.join(near)}?" if near else " Type a few letters and pick from the list."
        raise forms.ValidationError(f"Nobody here is called “{name}”.{hint}")

    def _by_label(self, label: str) -> list[Party]:
        address = label.rpartition("(")[2].rstrip(")").strip()
        return list(self.among().filter(person__email__iexact=address)[:2]) if "@" in address else []

    def _near(self, name: str) -> list[str]:
        words = [word for word in name.split() if len(word) > 2] or [name]
        return list(self.among().filter(name__icontains=words[0][:5]).values_list("name", flat=True)[:3])


def _anybody() -> QuerySet[Party]:
    """Whoever can be asked or offered something: all but people who have left."""
    return Party.objects.exclude(person__is_active=False)


def _persons() -> QuerySet[Party]:
    return Party.objects.filter(kind=Party.Kind.PERSON, person__is_active=True)


def _moment(label: str, hint: str = "", *, required: bool = True) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=hint, required=required, widget=widget)


def _words(label: str, hint: str = "", *, required: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=hint, required=required, widget=widget, max_length=LONGEST_WORDS)


def label_of(party: Party) -> str:
    """How a party is written in a field: persons with their e-mail address, since two may share a name."""
    email = party.person.email if party.kind == Party.Kind.PERSON else None
    return f"{party.name} ({email})" if email else party.name


class ActForm(forms.Form):
    """A short form for one act in one promise. `act()` gives what the person wants to do."""

    kind: type[acts.Act]
    words = _words("A word with it")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, person: Person, promise: Promise | None = None, **options: Any) -> None:
        self.person, self.promise = person, promise
        if promise is not None:
            options["initial"] = {"seen": promise.sequence} | self.start(promise) | options.get("initial", {})
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.error_messages["required"] = NEEDED.get(name, "This is needed.")
        self.order_fields([name for name in self.fields if name not in {"words", "seen"}] + ["words", "seen"])

    def start(self, promise: Promise) -> dict[str, Any]:  # noqa: ARG002 for those that have one
        """What the form holds before anybody has typed."""
        return {}

    def details(self) -> dict[str, Any]:
        """What the act carries besides its words."""
        return {}

    def act(self) -> acts.Act:
        """The act that the form describes; only after `is_valid`."""
        return self.kind(words=self.cleaned_data["words"], **self.details())


class TermsForm(ActForm):
    """Other terms: what, by when, done when."""

    what = forms.CharField(label="What", max_length=LONGEST_WHAT)
    due = _moment("By when")
    done_when = _words("Done when", "How will both of you know that it is done?")

    def start(self, promise: Promise) -> dict[str, Any]:
        """The terms as they stand, to be changed."""
        return {"what": promise.what, "due": promise.due, "done_when": promise.done_when}

    def terms(self) -> Terms:
        """The terms that were typed."""
        data = self.cleaned_data
        return Terms(data["what"].strip(), data["due"], data["done_when"].strip())

    def details(self) -> dict[str, Any]:
        return {"terms": self.terms()}


class PersonForm(ActForm):
    """An act that names somebody."""

    to = PartyField(label="Who", among=_persons)

    def details(self) -> dict[str, Any]:
        return {"to": self.cleaned_data["to"].pk}


class PassOnForm(PersonForm):
    """To whom an ask is passed on."""

    to = PartyField(
        label="To whom",
        help_text="A team or a person. You need not know the date for them: they answer themselves.",
        among=_anybody,
    )


class HandOverForm(ActForm):
    """A colleague who takes it on."""

    to = forms.ModelChoiceField(label="To whom", queryset=Person.objects.none(), empty_label="Choose a colleague")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.promise is not None:
            colleagues = Person.objects.filter(reaches__party=self.promise.provider_id, reaches__how__in=ACTING)
            others = [each.pk for each in colleagues if each.pk != self.promise.responsible_id]
            self.fields["to"].queryset = Person.objects.filter(pk__in=others)  # type: ignore[attr-defined]

    def details(self) -> dict[str, Any]:
        return {"to": self.cleaned_data["to"].pk}


class HearByForm(ActForm):
    """By when the customer hears more."""

    hear_by = _moment("They hear from you by")

    def details(self) -> dict[str, Any]:
        return {"hear_by": self.cleaned_data["hear_by"]}


class UpdateForm(ActForm):
    """How it stands, and when it is expected now."""

    words = _words("How does it stand?", "One honest line is enough.", required=True)
    expected = _moment("When do you expect it now?", "Leave it empty where nothing changed.", required=False)

    def details(self) -> dict[str, Any]:
        return {"expected": self.cleaned_data["expected"]}


class DeliverForm(ActForm):
    """The hand-off: the provider's own answer to the one question."""

    easier = forms.ChoiceField(
        label="Did you make it easier for your customer to succeed?", choices=QUESTION, widget=forms.RadioSelect
    )
    words = _words("What they need to know", "Where it is, what to look at first, what is not in it.")

    def details(self) -> dict[str, Any]:
        return {"easier": Answer(self.cleaned_data["easier"])}


class AcceptForm(ActForm):
    """The one question to the customer, with the choice to sign the answer."""

    answer = forms.ChoiceField(
        label="Did this make it easier for you to succeed?", choices=QUESTION, widget=forms.RadioSelect
    )
    signed = forms.BooleanField(
        label="Show my answer and my words to the other side",
        required=False,
        help_text="Otherwise they only count in sums of five or more.",
    )

    def details(self) -> dict[str, Any]:
        return {"answer": Answer(self.cleaned_data["answer"]), "signed": self.cleaned_data["signed"]}


class ReturnForm(ActForm):
    """Why it goes back, and what it lacks."""

    words = _words("Why does it go back?", required=True)
    missing = _words("What is missing?", "One thing a line.")

    def details(self) -> dict[str, Any]:
        lines = self.cleaned_data["missing"].splitlines()
        return {"missing": tuple(line.strip() for line in lines if line.strip())}


class LinkForm(ActForm):
    """Which promise this one relies on."""

    relies_on = forms.ModelChoiceField(
        label="It relies on", queryset=Promise.objects.none(), empty_label="Choose a promise that you await"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.promise is not None:
            awaited = visible_to(self.person).filter(customer=self.promise.provider_id, state__in=OPEN)
            chosen = awaited.exclude(links_down__promise=self.promise).exclude(pk=self.promise.pk)
            self.fields["relies_on"].queryset = chosen.order_by("due")  # type: ignore[attr-defined]

    def details(self) -> dict[str, Any]:
        return {"relies_on": self.cleaned_data["relies_on"].pk}


class ReasonForm(ActForm):
    """An act that needs its reason."""

    words = _words("Why?", required=True)


class OpeningForm(TermsForm):
    """An ask or an offer: who, to whom, on what terms."""

    own = forms.ChoiceField(label="For whom")
    other = PartyField(label="Whom do you ask?", among=_anybody)
    what = forms.CharField(
        label="What do you need?", help_text="One line, as you would say it.", max_length=LONGEST_WHAT
    )
    due = _moment("By when?")
    private = forms.BooleanField(
        label="Private: only those named in it see it", help_text="For pay, health and the like.", required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(["own", "other", "what", "due", "done_when", "words", "private"])
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
        common = {"terms": self.terms(), "private": data["private"], "words": data["words"]}
        if self.kind is acts.Ask:
            return acts.Ask(customer=own, provider=other, **common)
        return acts.Offer(customer=other, provider=own, **common)


class AskForm(OpeningForm):
    """The ask."""

    kind = acts.Ask


class OfferForm(OpeningForm):
    """The offer."""

    kind = acts.Offer
    other = PartyField(label="Whom is it for?", among=_anybody)
    what = forms.CharField(
        label="What do you offer?", help_text="One line, as you would say it.", max_length=LONGEST_WHAT
    )


FIELDS: dict[type[acts.Act], type[ActForm]] = {
    acts.Counter: TermsForm,
    acts.Amend: TermsForm,
    acts.Propose: TermsForm,
    acts.PassOn: PassOnForm,
    acts.Escalate: PersonForm,
    acts.HandOver: HandOverForm,
    acts.Acknowledge: HearByForm,
    acts.Update: UpdateForm,
    acts.Deliver: DeliverForm,
    acts.Return: ReturnForm,
    acts.Link: LinkForm,
    acts.Renege: ReasonForm,
    acts.Reopen: ReasonForm,
    acts.AskHelp: ReasonForm,
    acts.Note: ReasonForm,
}


def form_for(kind: type[acts.Act], promise: Promise) -> type[ActForm]:
    """The form of an act, as this promise stands: accepting terms asks no question, accepting a delivery does."""
    base = AcceptForm if kind is acts.Accept and promise.state == "delivered" else FIELDS.get(kind, ActForm)
    return type(f"{kind.__name__}Form", (base,), {"kind": kind})
