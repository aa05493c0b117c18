"""Fields that several forms share: a party by name, a moment, words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet

from kept.core.terms import LONGEST_WORDS
from kept.people.models import Party


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


def anybody() -> QuerySet[Party]:
    """Whoever can be asked or offered something: all but people who have left."""
    return Party.objects.exclude(person__is_active=False)


def persons() -> QuerySet[Party]:
    """The people who work here."""
    return Party.objects.filter(kind=Party.Kind.PERSON, person__is_active=True)


def moment(label: str, hint: str = "", *, required: bool = True) -> forms.DateTimeField:
    """A field for a moment, in the viewer's time zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=hint, required=required, widget=widget)


def words(label: str, hint: str = "", *, required: bool = False) -> forms.CharField:
    """A field for words of several lines."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=hint, required=required, widget=widget, max_length=LONGEST_WORDS)


def label_of(party: Party) -> str:
    """How a party is written in a field: persons with their e-mail address, since two may share a name."""
    email = party.person.email if party.kind == Party.Kind.PERSON else None
    return f"{party.name} ({email})" if email else party.name
