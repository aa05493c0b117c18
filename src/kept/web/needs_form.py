"""The ask for what a promise needs: for its provider, whoever types it."""

from __future__ import annotations

from typing import Any

from django import forms

from kept.promises.models import Promise
from kept.web.opening_forms import AskForm


class NeedsForm(AskForm):
    """An ask in which it is settled who asks: the provider of `needed_for`. What is private stays so."""

    def __init__(
        self, *args: Any, needed_for: Promise, said: dict[str, str] | None = None, **options: Any
    ) -> None:  # fmt: skip
        own = str(needed_for.provider_id)
        initial = {"private": needed_for.private} | (said or {}) | {"own": own}
        super().__init__(*args, initial=initial, **options)
        self.fields["own"].choices = [(own, needed_for.provider.name)]  # type: ignore[attr-defined]
        self.fields["own"].widget = forms.HiddenInput()
