"""The form in which one side of a tie writes what it expects, and that in which it ends what was agreed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms

from kept.core.expectations import (
    LONGEST_LINE,
    LONGEST_NAME,
    MOST_ITEMS,
    NAMES,
    Channel,
    Expectations,
    Need,
    NeedKind,
    WhileOpen,
)
from kept.people.models import Person
from kept.web import fields
from kept.web.expecting import CHANNELS, HOUR, LABELS, NEED_KINDS, OPEN

SPARE_NEEDS = 3
"""How many empty lines for needs stand under those that are there."""
DAY = timedelta(days=1)
SECTIONS = (
    ("How fast", ("turnaround", "acknowledge_within", "hours")),
    ("How the customer hears", ("update_every", "channel", "grace", "tell")),
    ("The delivery", ("checklist", "deliver_while_open", "reopen_window", "complaint_within")),
    ("And besides", ("share", "review_on", "words", "message")),
)
"""The headings of the form, and the fields below each."""
WORKING = ("turnaround", "acknowledge_within", "update_every", "grace", "complaint_within")
"""The fields that are typed in working hours."""


def _hours(field: str, hint: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=f"{LABELS[field]}, in working hours", help_text=hint, required=False, min_value=Decimal("0.01"),
        max_value=Decimal(100_000), decimal_places=2, widget=forms.NumberInput(attrs={"step": "any", "min": 0}),
    )  # fmt: skip


class ExpectForm(forms.Form):
    """What one side expects. Every field may stay empty: then nothing is expected there."""

    turnaround = _hours("turnaround", "Eight are a usual day.")
    acknowledge_within = _hours("acknowledge_within")
    update_every = _hours("update_every", "Past it the provider owes a word, even if it is only “on its way”.")
    grace = _hours(
        "grace",
        "Kept warns the provider first, who can give word, propose another date or ask for help. Empty: eight.",
    )
    channel = forms.ChoiceField(
        label=LABELS["channel"], required=False, choices=[("", "Not agreed on"), *CHANNELS.items()]
    )
    hours = forms.CharField(
        label=LABELS["hours"], help_text="Leave it empty where the provider's calendar says it.", required=False,
        max_length=LONGEST_LINE,
    )  # fmt: skip
    checklist = fields.words(
        LABELS["checklist"], "One thing a line. It is the list that is ticked off with each delivery."
    )
    tell = fields.words(LABELS["tell"], "One person a line, by name or e-mail address.")
    share = forms.IntegerField(
        label=f"{LABELS['share']}, in percent", required=False, min_value=1, max_value=100,
        help_text="How much of what the provider can carry is for this customer.",
    )  # fmt: skip
    reopen_window = forms.DecimalField(
        label=f"{LABELS['reopen_window']}, in days", required=False, min_value=Decimal("0.01"),
        max_value=Decimal(36_525), decimal_places=2, help_text="Empty: fourteen.",
        widget=forms.NumberInput(attrs={"step": "any", "min": 0}),
    )  # fmt: skip
    deliver_while_open = forms.ChoiceField(
        label=LABELS["deliver_while_open"], choices=list(OPEN.items()), widget=forms.RadioSelect,
        initial=WhileOpen.REASON,
    )  # fmt: skip
    complaint_within = _hours("complaint_within")
    review_on = forms.DateField(
        label="When do you both look at it again?", required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    words = fields.words("Anything else that you expect?", "It becomes part of what is agreed.")
    message = fields.words("A word to the other side", "It is said with this, and not part of what is agreed.")

    def __init__(self, *args: Any, starts_from: Expectations | None = None, **options: Any) -> None:
        start = starts_from or Expectations()
        options["initial"] = _as_typed(start) | options.get("initial", {})
        super().__init__(*args, **options)
        self.lines = self._typed_lines() if self.is_bound else min(MOST_ITEMS, len(start.needs) + SPARE_NEEDS)
        for number in range(self.lines):
            self.fields |= _need_fields(number)

    def _typed_lines(self) -> int:
        typed = (number + 1 for number in range(MOST_ITEMS) if f"need_{number}_name" in self.data)
        return max(typed, default=0)

    def needs(self) -> Iterator[dict[str, forms.BoundField]]:
        """The lines for what a good ask contains, each with its four fields."""
        for number in range(self.lines):
            yield {part: self[f"need_{number}_{part}"] for part in ("name", "kind", "hint", "required")}

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields by what they are about; those of a good ask stand apart, in lines."""
        return [(heading, [self[name] for name in names]) for heading, names in SECTIONS]

    def clean_tell(self) -> tuple[int, ...]:
        """The persons of the lines."""
        named = fields.PartyField(among=fields.persons)
        found = (named.clean(line) for line in _lines(self.cleaned_data["tell"]))
        return tuple(dict.fromkeys(each.pk for each in found if each is not None))

    def clean_checklist(self) -> tuple[str, ...]:
        """The lines without those that are empty."""
        return tuple(_lines(self.cleaned_data["checklist"]))

    def expectations(self) -> Expectations:
        """What was written; only after `is_valid`."""
        data = self.cleaned_data
        typed: dict[str, Any] = {name: data[name] for name in NAMES if name in data and data[name] not in (None, "")}
        for name in WORKING:
            if name in typed:
                typed[name] = float(typed[name]) * HOUR
        if "reopen_window" in typed:
            typed["reopen_window"] = float(typed["reopen_window"]) * DAY
        if "channel" in typed:
            typed["channel"] = Channel(typed["channel"])
        typed["deliver_while_open"] = WhileOpen(data["deliver_while_open"])
        return Expectations(**typed, needs=tuple(self._needs()))

    def _needs(self) -> Iterator[Need]:
        data = self.cleaned_data
        for number in range(self.lines):
            name = " ".join(data[f"need_{number}_name"].split())
            if name:
                kind, hint = NeedKind(data[f"need_{number}_kind"]), " ".join(data[f"need_{number}_hint"].split())
                yield Need(name, kind, hint, data[f"need_{number}_required"])


def _need_fields(number: int) -> dict[str, forms.Field]:
    return {
        f"need_{number}_name": forms.CharField(label="What", required=False, max_length=LONGEST_NAME),
        f"need_{number}_kind": forms.ChoiceField(label="As", choices=list(NEED_KINDS.items()), required=True),
        f"need_{number}_hint": forms.CharField(
            label="What is meant, in your words", required=False, max_length=LONGEST_LINE
        ),
        f"need_{number}_required": forms.BooleanField(label="Without it the ask is refused", required=False),
    }


def _as_typed(expectations: Expectations) -> dict[str, Any]:
    """What the form holds before anybody has typed."""
    typed: dict[str, Any] = {name: getattr(expectations, name) for name in NAMES if name != "needs"}
    for name in WORKING:
        typed[name] = _number(typed[name], HOUR)
    typed["reopen_window"] = _number(typed["reopen_window"], DAY)
    typed["checklist"] = "\n".join(expectations.checklist)
    typed["tell"] = "\n".join(fields.label_of(person) for person in Person.objects.filter(pk__in=expectations.tell))
    for number in range(MOST_ITEMS):
        need = expectations.needs[number] if number < len(expectations.needs) else Need("")
        typed |= {f"need_{number}_{part}": getattr(need, part) for part in ("name", "kind", "hint", "required")}
    return typed


def _number(time: timedelta | None, unit: timedelta) -> str | None:
    return None if time is None else f"{time / unit:.2f}".rstrip("0").rstrip(".")


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


class EndForm(forms.Form):
    """Why it ends."""

    words = fields.words("Why?", "The other side has to plan without it.", required=True)
