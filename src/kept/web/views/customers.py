"""Who is my customer? What people say beside what the work shows; direct and indirect, down and up the line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from kept.core.errors import Incomplete, NotAllowed, Refused
from kept.core.network import Reached
from kept.core.terms import Side
from kept.customers import actions, network, queries
from kept.customers.models import Agreement, Tie
from kept.customers.network import Node, Way
from kept.customers.queries import Comparison, Row
from kept.outlook import observed
from kept.people.models import ACTING, Party, Person, Reach, Team
from kept.people.queries import acting_for
from kept.web.customer_forms import BecomeForm, ResultForm, TieForm
from kept.web.http import now, viewer

MOST_WAYS = 40
"""How many of those who would notice the page names; the rest it counts."""
SECTION = "web:customers"
DOWN, UP = Side.PROVIDER, Side.CUSTOMER
"""The party asked about is the provider of its customers, and the customer of its providers."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with what the viewer may do about it, and the agreements that the viewer may read."""

    row: Row
    may_say: bool
    agreements: tuple[Agreement, ...]
    customer: Node
    provider: Node

    @property
    def own_refused(self) -> bool:
        """Whether somebody said no to a tie that was declared."""
        return any(tie.state == Tie.State.REFUSED for tie in self.row.ties)


@dataclass(frozen=True, slots=True)
class Level:
    """Those who are the same number of ties away: some by name and path, and how many more."""

    steps: int
    ways: list[Way]
    more: int


def mine(request: HttpRequest) -> HttpResponse:
    """The same for the viewer: the team that they lead or are in, else themself."""
    person = viewer(request)
    team = person.memberships.order_by("-leads", "team__name").values_list("team_id", flat=True).first()
    return _page(request, get_object_or_404(Party, pk=team or person.pk), DOWN)


def customers(request: HttpRequest, party_id: int) -> HttpResponse:
    """Whom a party serves."""
    return _page(request, get_object_or_404(Party, pk=party_id), DOWN)


def providers(request: HttpRequest, party_id: int) -> HttpResponse:
    """On whom a party depends: the same, looking up the line."""
    return _page(request, get_object_or_404(Party, pk=party_id), UP)


def _page(
    request: HttpRequest, party: Party, side: Side, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    moment = now()
    observed.up_to_date(moment)
    person = viewer(request)
    own = list(acting_for(person).order_by("-kind", "name"))
    is_mine = any(each.pk == party.pk for each in own)
    found = queries.comparison(party, side)
    reached = network.customers_of(party.pk) if side is DOWN else network.providers_of(party.pk)
    context = {
        "section": SECTION,
        "party": party,
        "side": side,
        "down": side is DOWN,
        "own": own,
        "mine": is_mine,
        "now": moment,
        "found": found,
        "groups": _groups(found, party, side, person),
        "said": len(found.both) + len(found.only_said),
        "seen": len(found.both) + len(found.only_seen),
        "to_answer": queries.to_answer([each.pk for each in own]) if is_mine else [],
        "teams": Team.objects.filter(memberships__person=party.pk).order_by("name"),
        "reached": len(reached),
        "levels": _levels(reached),
        "results": queries.results_of(party.pk) if party.kind != Party.Kind.OUTSIDE else (),
        "form": form or _form(party, side, person, own),
    }
    return render(request, "web/customers.html", context, status=status)


def _form(party: Party, side: Side, person: Person, own: list[Party]) -> Form | None:
    """For the party's own people, to say who else; for others, to say that they are a customer."""
    if any(each.pk == party.pk for each in own):
        return TieForm(party=party, side=side) if side is UP or party.kind != Party.Kind.OUTSIDE else None
    return BecomeForm(party=party, person=person) if side is DOWN and party.kind != Party.Kind.OUTSIDE else None


def _groups(found: Comparison, party: Party, side: Side, person: Person) -> dict[str, list[Shown]]:
    reach = dict(Reach.objects.filter(person=person).values_list("party_id", "how"))

    def shown(rows: Iterable[Row]) -> list[Shown]:
        return [_shown(row, party, side, reach) for row in rows]

    return {
        "both": shown(found.both),
        "only_said": shown(found.only_said),
        "only_seen": shown(found.only_seen),
        "marked": shown(found.marked),
        "reporting": shown(found.reporting),
    }


def _shown(row: Row, party: Party, side: Side, reach: dict[int, str]) -> Shown:
    ends = (party.pk, row.who.node)
    is_party = isinstance(row.who.node, int)
    return Shown(
        row=row,
        may_say=is_party and any(reach.get(end) in ACTING for end in ends if isinstance(end, int)),
        agreements=row.agreements if any(end in reach for end in ends) else (),
        customer=row.who.node if side is DOWN else party.pk,
        provider=party.pk if side is DOWN else row.who.node,
    )


def _levels(reached: tuple[Reached[Node], ...]) -> list[Level]:
    """The first `MOST_WAYS`, level by level; of each level at least the strongest three."""
    by_steps: dict[int, list[Reached[Node]]] = {}
    for each in reached:
        by_steps.setdefault(each.steps, []).append(each)
    left = MOST_WAYS
    chosen: dict[int, int] = {}
    for steps, there in by_steps.items():
        chosen[steps] = min(len(there), max(3, left))
        left -= chosen[steps]
    ways = iter(network.ways([each for steps, there in by_steps.items() for each in there[: chosen[steps]]]))
    return [
        Level(steps, [next(ways) for _ in range(chosen[steps])], len(there) - chosen[steps])
        for steps, there in by_steps.items()
    ]


# --- what is said here --------------------------------------------------------------------------------------------


@require_POST
def add(request: HttpRequest, party_id: int, side: str) -> HttpResponse:
    """Declare a tie by the form under the list; `side` is "down" (a customer) or "up" (a provider)."""
    party = get_object_or_404(Party, pk=party_id)
    looking = DOWN if side == "down" else UP
    form = TieForm(request.POST, party=party, side=looking)
    if form.is_valid():
        data = form.cleaned_data
        try:
            _declare(request, party, data["other"], looking, kind=data["kind"], result=data.get("result"))
        except Refused as error:
            _show(form, error)
        else:
            messages.success(request, f"Said. {data['other'].name} can confirm it.")
            return _back(party, looking)
    return _page(request, party, looking, form=form, status=422)


@require_POST
def become(request: HttpRequest, party_id: int) -> HttpResponse:
    """Say that the viewer, or a team of theirs, is a customer of this party."""
    party = get_object_or_404(Party, pk=party_id)
    form = BecomeForm(request.POST, party=party, person=viewer(request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.declare_tie(
                viewer(request), provider=party, customer=data["own"], kind=data["kind"], result=data["result"],
                at=now(),
            )  # fmt: skip
        except Refused as error:
            _show(form, error)
        else:
            messages.success(request, f"Said. {party.name} can confirm it.")
            return _back(party, DOWN)
    return _page(request, party, DOWN, form=form, status=422)


@require_POST
def declare(request: HttpRequest, party_id: int, side: str, other_id: int) -> HttpResponse:
    """One press: what the work shows is so."""
    party, other, looking = _pair(party_id, side, other_id)
    kind = Tie.Kind.PAYS_FOR if Party.Kind.OUTSIDE in {party.kind, other.kind} else Tie.Kind.DEPENDS_ON
    return _done(
        request, party, looking, lambda: _declare(request, party, other, looking, kind=kind),
        f"Said: {_customer(party, other, looking).name} is a customer of {_provider(party, other, looking).name}.",
    )  # fmt: skip


@require_POST
def mark(request: HttpRequest, party_id: int, side: str, other_id: int) -> HttpResponse:
    """One press: what the work shows only looks like a customer."""
    party, other, looking = _pair(party_id, side, other_id)
    ends = {"provider": _provider(party, other, looking), "customer": _customer(party, other, looking)}
    return _done(
        request, party, looking, lambda: actions.mark_not_a_customer(viewer(request), **ends, at=now()),
        f"Noted: {ends['customer'].name} is no customer of {ends['provider'].name}.",
    )  # fmt: skip


@require_POST
def unmark(request: HttpRequest, party_id: int, side: str, other_id: int) -> HttpResponse:
    """They may be a customer after all."""
    party, other, looking = _pair(party_id, side, other_id)
    ends = {"provider": _provider(party, other, looking), "customer": _customer(party, other, looking)}
    return _done(
        request, party, looking, lambda: actions.take_mark_back(viewer(request), **ends), "Taken back."
    )  # fmt: skip


@require_POST
def answer(request: HttpRequest, tie_id: int, word: str) -> HttpResponse:
    """Confirm or refuse what the other side declared, or end a tie."""
    tie = get_object_or_404(Tie.objects.select_related("provider", "customer"), pk=tie_id)
    words = {"words": request.POST.get("words", "")}
    does: dict[str, tuple[Callable[[], Tie], str]] = {
        "confirm": (lambda: actions.confirm_tie(viewer(request), tie_id, at=now()), "Confirmed."),
        "refuse": (
            lambda: actions.refuse_tie(viewer(request), tie_id, at=now(), **words),
            "They see that you say no.",
        ),
        "end": (lambda: actions.end_tie(viewer(request), tie_id, at=now(), **words), "Ended."),
    }
    if word not in does:
        raise Http404
    own = set(acting_for(viewer(request)).values_list("pk", flat=True))
    looking = DOWN if tie.provider_id in own else UP
    party = tie.provider if looking is DOWN else tie.customer
    act, done = does[word]
    return _done(request, party, looking, act, done)


def _declare(
    request: HttpRequest, party: Party, other: Party, looking: Side, *, kind: str, result: object = None
) -> Tie:
    return actions.declare_tie(
        viewer(request), provider=_provider(party, other, looking), customer=_customer(party, other, looking),
        kind=kind, result=result, at=now(),  # type: ignore[arg-type]  # a form's choice of this provider's results
    )  # fmt: skip


def _pair(party_id: int, side: str, other_id: int) -> tuple[Party, Party, Side]:
    return (
        get_object_or_404(Party, pk=party_id),
        get_object_or_404(Party, pk=other_id),
        DOWN if side == "down" else UP,
    )


def _provider(party: Party, other: Party, looking: Side) -> Party:
    return party if looking is DOWN else other


def _customer(party: Party, other: Party, looking: Side) -> Party:
    return other if looking is DOWN else party


def _done(
    request: HttpRequest, party: Party, looking: Side, act: Callable[[], object], done: str
) -> HttpResponse:  # fmt: skip
    """Do it, say so, and go back to the list. A refusal is said there as well; who may not is told by a page."""
    try:
        act()
    except NotAllowed:
        raise
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, done)
    return _back(party, looking)


def _back(party: Party, looking: Side) -> HttpResponse:
    return redirect("web:customers-of" if looking is DOWN else "web:providers-of", party.pk)


def _show(form: Form, error: Refused) -> None:
    field = error.field if isinstance(error, Incomplete) else ""
    form.add_error(field if field in form.fields else None, str(error))


# --- results ------------------------------------------------------------------------------------------------------


def results(request: HttpRequest, party_id: int) -> HttpResponse:
    """What a party's work produces, and what for; its own people add to it."""
    party = get_object_or_404(Party.objects.exclude(kind=Party.Kind.OUTSIDE), pk=party_id)
    form = ResultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_result(viewer(request), owner=party, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as error:
            _show(form, error)
        else:
            messages.success(request, "Added.")
            return redirect("web:results", party_id)
    context = {
        "section": SECTION,
        "party": party,
        "results": queries.results_with_customers(party_id),
        "mine": acting_for(viewer(request)).filter(pk=party_id).exists(),
        "form": form,
    }
    return render(request, "web/customers_results.html", context, status=422 if form.errors else 200)


@require_POST
def retire(request: HttpRequest, party_id: int, result_id: int) -> HttpResponse:
    """This result is made no more."""
    try:
        actions.retire_result(viewer(request), result_id, at=now())
    except NotAllowed:
        raise
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "It is off the list.")
    return redirect("web:results", party_id)
