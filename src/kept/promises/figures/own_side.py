"""What a customer's own side answered: all of it, for those who act for that customer alone."""

from __future__ import annotations

from kept.people.models import ACTING, Person, Reach
from kept.promises.figures.answers import Counted, own_answers
from kept.promises.figures.periods import Period
from kept.promises.figures.scope import Scope


def own_side(person: Person, scope: Scope, period: Period) -> Counted | None:
    """All answers of the person's own side in one tie; None for anybody with a foot on the other side."""
    if scope.customer is None or len(scope.providers) != 1:
        return None
    (provider,) = scope.providers
    reach = dict(Reach.objects.filter(person=person, party__in=[provider, scope.customer]).values_list("party", "how"))
    if provider in reach or reach.get(scope.customer) not in ACTING:
        return None
    return own_answers(provider, scope.customer, scope.result, period)
