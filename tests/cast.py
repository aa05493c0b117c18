"""The named cast of the tests: one small company, and promises in it, all built through the actions.

    the company
    ├── dispatch   the customer                 outsider is in billing, which has nothing to do with the others
    ├── workshop   the provider, a colleague, and the lead who leads it
    ├── sales      the caretaker, who looks after the outside customer
    └── billing    the outsider
The boss leads the company; the customer and the lead report to the boss, the provider and the colleague to the lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kept.core import acts
from kept.core.agreement import Between
from kept.core.expectations import Expectations
from kept.core.state import PromiseState
from kept.core.terms import Answer, Terms
from kept.customers import agreeing
from kept.people import actions as people
from kept.people.models import OutsideCustomer, Party, Person, Team
from kept.people.reach import organisation_changing
from kept.promises import actions

START = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def terms(what: str = "The route sheet", due: datetime = START + 2 * DAY, done_when: str = "") -> Terms:
    """Terms for the piece of work that these tests are about, due two days after `START`."""
    return Terms(what, due, done_when)


@dataclass(frozen=True)
class Cast:
    """Everybody, and what they can do in one line."""

    customer: Person
    provider: Person
    colleague: Person
    lead: Person
    boss: Person
    caretaker: Person
    outsider: Person
    outside: OutsideCustomer
    company: Team
    dispatch: Team
    workshop: Team
    sales: Team
    billing: Team

    @classmethod
    def gather(cls) -> Cast:
        """The company of the picture above."""
        with organisation_changing():
            company = people.add_team(name="The company")
            dispatch, workshop, sales, billing = (
                people.add_team(name=name, parent=company) for name in ("Dispatch", "Workshop", "Sales", "Billing")
            )
            boss = _person("Boss")
            lead, customer, caretaker, outsider = (
                _person(name, boss if name != "Outsider" else None)
                for name in ("Lead", "Customer", "Caretaker", "Outsider")
            )
            provider, colleague = _person("Provider", lead), _person("Colleague", lead)
            people.join_team(boss, company, leads=True)
            people.join_team(lead, workshop, leads=True)
            for person, team in (
                (customer, dispatch), (provider, workshop), (colleague, workshop), (caretaker, sales),
                (outsider, billing),
            ):  # fmt: skip
                people.join_team(person, team)
            outside = people.add_outside_customer(name="Outside customer", looked_after_by=sales)
        return cls(
            customer, provider, colleague, lead, boss, caretaker, outsider, outside, company, dispatch, workshop, sales,
            billing,
        )  # fmt: skip

    def asked(
        self, *, by: Person | None = None, customer: Party | None = None, provider: Party | None = None,
        at: datetime = START, what: Terms | None = None, private: bool = False,
    ) -> int:  # fmt: skip
        """A promise that was asked for (dispatch asks the workshop, unless said otherwise); gives its id."""
        act = acts.Ask(
            customer=(customer or self.dispatch).pk, provider=(provider or self.workshop).pk,
            terms=what or terms(due=at + 2 * DAY), private=private,
        )  # fmt: skip
        return actions.open_promise(by or self.customer, act, at=at).pk

    def promised(self, *, at: datetime = START) -> int:
        """A promise that stands."""
        promise = self.asked(at=at)
        self.do(self.provider, promise, acts.Promise(), at=at + HOUR)
        return promise

    def delivered(self, *, at: datetime = START) -> int:
        """A promise that was delivered, a day before its date."""
        promise = self.promised(at=at)
        self.do(self.provider, promise, acts.Deliver(easier=Answer.EASIER), at=at + DAY)
        return promise

    def accepted(self, *, at: datetime = START) -> int:
        """A promise that was kept."""
        promise = self.delivered(at=at)
        self.do(self.customer, promise, acts.Accept(answer=Answer.EASIER), at=at + DAY + HOUR)
        return promise

    def agreed(self, expectations: Expectations | None = None, *, at: datetime = START) -> int:
        """An agreement in force between dispatch and the workshop; gives its id."""
        expected = expectations or Expectations(turnaround=16 * HOUR)
        between = Between(self.dispatch.pk, self.workshop.pk)
        agreement = agreeing.expect(self.customer, between, expected, at=at)
        agreeing.agree(self.provider, agreement.pk, to=agreement.sequence, at=at + HOUR)
        return agreement.pk

    def do(self, actor: Person, promise: int, act: acts.Act, *, at: datetime) -> PromiseState:
        """`actor` does `act` in the promise."""
        return actions.do(actor, promise, act, at=at)


def _person(name: str, boss: Person | None = None) -> Person:
    return people.add_person(name=name, email=f"{name.lower()}@example.com", boss=boss)
