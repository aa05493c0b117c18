"""An installation that takes mails in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_django import Settings

from cast import Cast
from kept.people.models import OutsideCustomer
from mail_in.writing import HERE, TRUSTED


@pytest.fixture(autouse=True)
def taking_mails_in(settings: Settings) -> None:
    """Mails come in at `HERE`, by way of the server `TRUSTED`."""
    settings.KEPT_MAIL_IN = HERE
    settings.KEPT_MAIL_AUTHSERV = TRUSTED


@pytest.fixture
def written_to(cast: Cast) -> Cast:
    """The cast, where the outside customer has an address."""
    OutsideCustomer.objects.filter(pk=cast.outside.pk).update(email="buyer@customer.example")
    return replace(cast, outside=OutsideCustomer.objects.get(pk=cast.outside.pk))
