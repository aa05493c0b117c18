"""What the example company has said of itself; and that the page finds what the warehouse got wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from kept.core.agreement import Standing
from kept.core.terms import Side
from kept.customers.models import Agreement
from kept.customers.queries import comparison
from kept.example.founding import Company, found
from kept.example.simulation import lay
from kept.example.understandings import settle, settle_lately
from kept.ledger.verifying import verify
from kept.outlook.observed import look_again
from kept.people.models import Person, Team

MONDAY = datetime(2026, 5, 4, 8, tzinfo=UTC)


@pytest.fixture
def founded(db: None) -> Company:
    company = found()
    settle(company, MONDAY)
    settle_lately(company, datetime(2026, 11, 2, 8, tzinfo=UTC))
    return company


def test_agreements_of_every_kind_stand_and_verify(founded: Company) -> None:
    standing = {(row.provider.name, row.customer.name): (row.standing, row.version) for row in Agreement.objects.all()}
    assert standing["Design", "Sales"] == (Standing.IN_FORCE, 2)
    assert standing["Dispatch", "Drivers"] == (Standing.IN_FORCE, 1)
    talk = Agreement.objects.get(provider__name="Purchasing")
    assert (talk.standing, talk.version) == (Standing.PROPOSED, None)
    assert talk.customer_expects != talk.provider_expects
    assert not verify().differences


def test_the_warehouse_is_shown_the_customer_it_did_not_think_of(
    db: None, client: Client, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEPT_HISTORY", str(tmp_path))
    lay(seed=7, until=datetime(2026, 11, 2, 8, tzinfo=UTC))
    look_again()
    found = comparison(Team.objects.get(name="Warehouse"), Side.PROVIDER)
    assert [row.who.name for row in found.both] == ["Dispatch"]
    assert [row.who.name for row in found.only_said] == ["Drivers"]
    assert "Billing" in [row.who.name for row in found.only_seen]
    client.force_login(Person.objects.get(name="Dana Whitlock"), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("web:customers"), follow=True).content.decode()
    assert "Billing" in page
