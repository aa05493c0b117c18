"""The short forms of the page behind an outside customer's private link, in the customer's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from kept.core import acts
from kept.core.state import State
from kept.core.terms import LONGEST_WHAT, Answer, Terms
from kept.promises.models import Promise
from kept.web import fields

QUESTION = [
    (Answer.EASIER.value, "Yes, it makes it easier"),
    (Answer.PARTLY.value, "Partly"),
    (Answer.NO.value, "No"),
]


@dataclass(frozen=True, slots=True)
class Saying:
    """`button` offers the act, `heading` stands above its form, `send` on the button that does it."""

    button: str
    heading: str
    send: str
    done: str


SAYINGS: dict[type[acts.Act], Saying] = {
    acts.Accept: Saying("Yes", "Accept it", "Accept", "Thank you. They know."),
    acts.Agree: Saying("Agree to the new terms", "Agree to the new terms", "Agree", "The new terms are in force."),
    acts.Return: Saying("Return it", "Return it", "Return it", "It went back, with your reason."),
    acts.Counter: Saying("Answer with other terms", "Answer with other terms", "Send", "They have your answer."),
    acts.Refuse: Saying("Refuse the new terms", "Refuse the new terms", "Refuse", "The old terms stand."),
    acts.Chase: Saying("Ask how it stands", "Ask how it stands", "Ask", "Asked. They see that you had to ask."),
    acts.Amend: Saying("Change what is asked", "Change what is asked", "Save", "Changed; they see the new ask."),
    acts.Propose: Saying(
        "Propose new terms", "Propose new terms", "Propose", "Proposed. The old terms stand until they agree."
    ),
    acts.Reopen: Saying(
        "It turned out not to be done", "What turned out not to be done?", "Reopen", "It is open again."
    ),
    acts.Note: Saying("Leave a note", "Leave a note", "Send", "They can read your note."),
    acts.Decline: Saying("No, thank you", "Decline the offer", "Decline", "Declined."),
    acts.Withdraw: Saying("Take it back", "Take it back", "Take it back", "It was taken back."),
    acts.Cancel: Saying(
        "I no longer need it", "You no longer need it", "Cancel it", "They know that you no longer need it."
    ),
}
"""In the order in which the page offers them."""


class AnswerForm(forms.Form):
    """A short form for one act. `act()` gives what the customer wants to do, only after `is_valid`."""

    kind: type[acts.Act]
    words = fields.words("A word with it")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields([name for name in self.fields if name not in {"words", "seen"}] + ["words", "seen"])

    def details(self) -> dict[str, Any]:
        """What the act carries besides its words."""
        return {}

    def act(self) -> acts.Act:
        """The act that the form describes."""
        return self.kind(words=self.cleaned_data["words"], **self.details())


class ReasonForm(AnswerForm):
    """An act that needs its words."""

    words = fields.words("In your words", required=True)


class ReturnForm(AnswerForm):
    """Why it goes back, and what it lacks."""

    words = fields.words("Why does it go back?", required=True)
    missing = fields.words("What is missing?", "One thing a line.")

    def details(self) -> dict[str, Any]:
        lines = self.cleaned_data["missing"].splitlines()
        return {"missing": tuple(line.strip() for line in lines if line.strip())}


class AcceptForm(AnswerForm):
    """The one question."""

    answer = forms.ChoiceField(
        label="Did this make it easier for you to succeed?", choices=QUESTION, widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer."},
    )  # fmt: skip
    signed = forms.BooleanField(
        label="Show my answer and my words to those who did the work",
        required=False,
        help_text="Otherwise they only count in sums of five or more, and those who look after you read them.",
    )

    def details(self) -> dict[str, Any]:
        return {"answer": Answer(self.cleaned_data["answer"]), "signed": self.cleaned_data["signed"]}


class TermsForm(AnswerForm):
    """Other terms: what, by when, done when."""

    what = forms.CharField(label="What", max_length=LONGEST_WHAT)
    due = fields.moment("By when")
    done_when = fields.words("Done when", "How will both of you know that it is done?")

    def details(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"terms": Terms(data["what"].strip(), data["due"], data["done_when"].strip())}


FORMS: dict[type[acts.Act], type[AnswerForm]] = {
    acts.Return: ReturnForm,
    acts.Counter: TermsForm,
    acts.Amend: TermsForm,
    acts.Propose: TermsForm,
    acts.Note: ReasonForm,
    acts.Reopen: ReasonForm,
}


def form_for(kind: type[acts.Act], promise: Promise) -> type[AnswerForm]:
    """The form of an act, as the promise stands: accepting terms asks no question, accepting a delivery does."""
    base = AcceptForm if kind is acts.Accept and promise.state == State.DELIVERED else FORMS.get(kind, AnswerForm)
    return type(f"{kind.__name__}Form", (base,), {"kind": kind})


def start(promise: Promise, answer: str) -> dict[str, Any]:
    """What a form holds before anybody has typed; `answer` is what the link preselects, where it is one."""
    chosen = {"answer": answer} if answer in set(Answer) else {}
    return {"seen": promise.sequence, "what": promise.what, "due": promise.due, "done_when": promise.done_when} | chosen
