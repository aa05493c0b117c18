"""The short forms, one an act: what they ask for, and the act that comes out. The rules themselves are in `core`."""

from __future__ import annotations

from typing import Any

from django import forms

from kept.core import acts
from kept.core.terms import LONGEST_WHAT, Answer, Check, Terms
from kept.people.models import ACTING, Person
from kept.promises.access import visible_to
from kept.promises.agreed import expectations_of
from kept.promises.brought_in import whom_to_bring_in
from kept.promises.chains import still_open
from kept.promises.models import OPEN, Promise
from kept.web import fields
from kept.web.filing import Attached, FilesField

NEEDED = {
    "other": "Say whom: a team or a person.",
    "to": "Say whom.",
    "whom": "Say whom.",
    "what": "Say in one line what it is about.",
    "due": "Say by when.",
    "hear_by": "Say by when they hear from you.",
    "words": "Say it in a few words.",
    "easier": "Choose an answer.",
    "despite": "Say in a few words why it can be delivered all the same.",
    "answer": "Choose an answer.",
    "relies_on": "Choose a promise.",
}
QUESTION = [
    (Answer.EASIER, "Yes, it makes it easier"),
    (Answer.PARTLY, "Partly"),
    (Answer.NO, "No"),
]


class ActForm(forms.Form):
    """A short form for one act in one promise. `act()` gives what the person wants to do."""

    kind: type[acts.Act]
    words = fields.words("A word with it")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        person: Person,
        promise: Promise | None = None,
        attached: Attached | None = None,
        **options: Any,
    ) -> None:
        self.person, self.promise = person, promise
        if promise is not None:
            options["initial"] = {"seen": promise.sequence} | self.start(promise) | options.get("initial", {})
        super().__init__(*args, **options)
        self.fields["files"] = FilesField(attached or Attached())
        for name, field in self.fields.items():
            field.error_messages["required"] = NEEDED.get(name, "This is needed.")
        last = ["words", "files", "seen"]
        self.order_fields([name for name in self.fields if name not in last] + last)

    def start(self, promise: Promise) -> dict[str, Any]:  # noqa: ARG002 for those that have one
        """What the form holds before anybody has typed."""
        return {}

    def details(self) -> dict[str, Any]:
        """What the act carries besides its words."""
        return {}

    def act(self) -> acts.Act:
        """The act that the form describes; only after `is_valid`."""
        data = self.cleaned_data
        return self.kind(words=data["words"], files=data["files"], **self.details())


class TermsForm(ActForm):
    """Other terms: what, by when, done when."""

    what = forms.CharField(label="What", max_length=LONGEST_WHAT)
    due = fields.moment("By when")
    done_when = fields.words("Done when", "How will both of you know that it is done?")

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

    to = fields.PartyField(label="Who", among=fields.persons)

    def details(self) -> dict[str, Any]:
        return {"to": self.cleaned_data["to"].pk}


class EscalateForm(ActForm):
    """Whom to bring in: one of those who are proposed, each with the reason, or anybody else by name."""

    whom = forms.ChoiceField(label="Whom do you bring in?", widget=forms.RadioSelect)
    to = fields.PartyField(label="Somebody else", required=False, among=fields.persons)
    words = fields.words(
        "What do you need them to do?",
        "They find it on their desk with the story so far, and may read all of it, also where it is private.",
        required=True,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        proposed = whom_to_bring_in(self.promise, self.person) if self.promise else []
        choices = [(str(each.person.pk), f"{each.person}, who {each.why}") for each in proposed]
        self.fields["whom"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["whom"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("to") or "to" in self.errors:
            self.errors.pop("whom", None)
        elif "whom" not in self.fields:
            self.add_error("to", NEEDED["to"])
        return data

    def details(self) -> dict[str, Any]:
        other = self.cleaned_data["to"]
        return {"to": other.pk if other else int(self.cleaned_data["whom"])}


class PassOnForm(PersonForm):
    """To whom an ask is passed on."""

    to = fields.PartyField(
        label="To whom",
        help_text="A team or a person. You need not know the date for them: they answer themselves.",
        among=fields.anybody,
    )
    words = fields.words(
        "Why is it for them?", "They read it, and so does your customer. You stay answerable until they take it on.",
        required=True,
    )  # fmt: skip


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

    hear_by = fields.moment("They hear from you by")

    def details(self) -> dict[str, Any]:
        return {"hear_by": self.cleaned_data["hear_by"]}


class UpdateForm(ActForm):
    """How it stands, and when it is expected now."""

    words = fields.words("How does it stand?", "One honest line is enough.", required=True)
    expected = fields.moment("When do you expect it now?", "Leave it empty where nothing changed.", required=False)

    def details(self) -> dict[str, Any]:
        return {"expected": self.cleaned_data["expected"]}


class DeliverForm(ActForm):
    """The hand-off: the checklist that both agreed on, and the provider's own answer to the one question."""

    checklist = forms.MultipleChoiceField(
        label="What is done of what you agreed on?", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="You may deliver with something open; your customer sees what.",
    )  # fmt: skip
    easier = forms.ChoiceField(
        label="Did you make it easier for your customer to succeed?", choices=QUESTION, widget=forms.RadioSelect
    )
    despite = fields.words(
        "Something that this relies on is still open. Why can it be delivered all the same?", required=True
    )
    words = fields.words("What they need to know", "Where it is, what to look at first, what is not in it.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        promise = self.promise
        if promise is None or not still_open(promise.relies_on.values_list("pk", flat=True), self.person):
            del self.fields["despite"]
        agreed = expectations_of(promise.agreement_id, promise.agreement_version) if promise else None
        self.items = agreed.checklist if agreed else ()
        self.fields["checklist"].choices = [(item, item) for item in self.items]  # type: ignore[attr-defined]
        if not self.items:
            del self.fields["checklist"]

    def details(self) -> dict[str, Any]:
        ticked = self.cleaned_data.get("checklist", [])
        checklist = tuple(Check(item, item in ticked) for item in self.items)
        despite = self.cleaned_data.get("despite", "")
        return {"easier": Answer(self.cleaned_data["easier"]), "checklist": checklist, "despite": despite}


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

    words = fields.words("Why does it go back?", required=True)
    lacking = forms.MultipleChoiceField(
        label="What of what you agreed on is missing?", required=False, widget=forms.CheckboxSelectMultiple
    )
    missing = fields.words("What is missing?", "One thing a line.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        promise = self.promise
        agreed = expectations_of(promise.agreement_id, promise.agreement_version) if promise else None
        if agreed and agreed.checklist:
            self.fields["lacking"].choices = [(item, item) for item in agreed.checklist]  # type: ignore[attr-defined]
            self.fields["missing"].label = "What else is missing?"
        else:
            del self.fields["lacking"]

    def details(self) -> dict[str, Any]:
        lines = (line.strip() for line in self.cleaned_data["missing"].splitlines())
        named = (*self.cleaned_data.get("lacking", ()), *filter(None, lines))
        return {"missing": tuple(dict.fromkeys(named))}


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


class NoteForm(ActForm):
    """A note; in a private promise it may let somebody see all of it, who then is named in it."""

    words = fields.words("What do you want to say?", required=True)
    to = fields.PartyField(
        label="Let somebody see this (optional)", required=False, among=fields.persons,
        help_text="They may then read all of it, from the beginning.",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.promise is None or not self.promise.private:
            del self.fields["to"]

    def details(self) -> dict[str, Any]:
        to = self.cleaned_data.get("to")
        return {"to": to.pk if to else None}


class ReasonForm(ActForm):
    """An act that needs its reason."""

    words = fields.words("Why?", required=True)


FIELDS: dict[type[acts.Act], type[ActForm]] = {
    acts.Counter: TermsForm,
    acts.Amend: TermsForm,
    acts.Propose: TermsForm,
    acts.PassOn: PassOnForm,
    acts.Escalate: EscalateForm,
    acts.HandOver: HandOverForm,
    acts.Acknowledge: HearByForm,
    acts.Update: UpdateForm,
    acts.Deliver: DeliverForm,
    acts.Return: ReturnForm,
    acts.Link: LinkForm,
    acts.Renege: ReasonForm,
    acts.Reopen: ReasonForm,
    acts.AskHelp: ReasonForm,
    acts.Note: NoteForm,
}


def form_for(kind: type[acts.Act], promise: Promise) -> type[ActForm]:
    """The form of an act, as this promise stands: accepting terms asks no question, accepting a delivery does."""
    base = AcceptForm if kind is acts.Accept and promise.state == "delivered" else FIELDS.get(kind, ActForm)
    return type(f"{kind.__name__}Form", (base,), {"kind": kind})
